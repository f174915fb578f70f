"""Two versions of a record either read each other's events, or the gate says which field keeps them from it."""

from __future__ import annotations

import copy
from io import BytesIO
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import lean
from schemas.compatibility import breaks
from schemas.history import published_shape
from tests.schemas.strategies import events

KIND = {"type": "enum", "name": "Kind", "symbols": ["a", "b", "other"], "default": "other"}
PERSON = {
    "type": "record",
    "name": "Person",
    "fields": [{"name": "phone", "type": ["null", "string"], "default": None, "privacy": "direct"}],
}
THING: dict[str, Any] = {
    "type": "record",
    "name": "Thing",
    "namespace": "xiangmai.test",
    "fields": [
        {"name": "id", "type": "string", "privacy": "quasi"},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "kind", "type": KIND},
        {"name": "note", "type": ["null", "string"], "default": None, "privacy": "free_text"},
        {"name": "person", "type": ["null", PERSON], "default": None},
        {"name": "people", "type": {"type": "array", "items": {**PERSON, "name": "Neighbour"}}, "default": []},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}},
    ],
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """THING with the value at a dotted path of keys and indexes replaced; None removes it."""
    schema = copy.deepcopy(THING)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = schema
    for step in steps:
        place = place[step]
    if value is None:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return schema


ALLOWED = {
    "a new field with a default": changed("fields.7", {"name": "new", "type": "long", "default": 0}),
    "a new nullable field": changed("fields.7", {"name": "new", "type": ["null", "long"], "default": None}),
    "a field with a default goes": changed("fields.3", None),
    "a symbol more": changed("fields.2.type.symbols", ["a", "b", "c", "other"]),
    "a field more inside": changed("fields.4.type.1.fields.1", {"name": "x", "type": "int", "default": 1}),
    "other words": changed("fields.0.zh", "编号"),
    "another order": {**THING, "fields": THING["fields"][::-1]},
    "a stricter tag": changed("fields.0.privacy", "direct"),
}

REFUSED = {
    "a field without default goes": (changed("fields.0", None), "id", "removed"),
    "a new field without default": (changed("fields.7", {"name": "new", "type": "long"}), "new", "needs a default"),
    "a field is renamed": (changed("fields.0.name", "key"), "id", "removed"),
    "text becomes a number": (changed("fields.0.type", "long"), "id", "from string to long"),
    "text becomes bytes": (changed("fields.0.type", "bytes"), "id", "from string to bytes"),
    "a field becomes nullable": (changed("fields.0.type", ["null", "string"]), "id", "from string to"),
    "a field becomes required": (changed("fields.3.type", "string"), "note", "from [null, string]"),
    "a symbol is renamed": (changed("fields.2.type.symbols", ["a", "B", "other"]), "kind", "removed or renamed: b"),
    "a symbol goes": (changed("fields.2.type.symbols", ["a", "other"]), "kind", "removed or renamed: b"),
    "the enum's default goes": (changed("fields.2.type.default", None), "kind", "default was removed"),
    "milliseconds become microseconds": (
        changed("fields.1.type.logicalType", "timestamp-micros"),
        "at",
        "logical type changed",
    ),
    "money gets more decimals": (changed("fields.6.type.scale", 3), "amount", "scale changed from 2 to 3"),
    "money loses its decimals": (changed("fields.6.type.scale", None), "amount", "scale changed from 2 to 0"),
    "money gets shorter": (changed("fields.6.type.precision", 9), "amount", "precision changed from 18 to 9"),
    "money becomes bytes": (changed("fields.6.type.logicalType", None), "amount", "logical type changed"),
    "the record is renamed": (changed("name", "Other"), "", "renamed"),
    "a nested record is renamed": (changed("fields.4.type.1.name", "Human"), "person", "from [null, record Person]"),
    "a nested field changes": (
        changed("fields.5.type.items.fields.0.type", ["null", "long"]),
        "people[].phone",
        "from [null, string]",
    ),
    "a tag is loosened": (changed("fields.3.privacy", "none"), "note", "loosened from free_text to none"),
    "a nested tag is loosened": (changed("fields.4.type.1.fields.0.privacy", "none"), "person.phone", "loosened"),
}


@pytest.mark.parametrize("new", ALLOWED.values(), ids=ALLOWED.keys())
def test_a_change_both_sides_can_read_is_allowed(new: dict[str, Any]) -> None:
    assert breaks(published_shape(THING), new) == []


@pytest.mark.parametrize(("new", "field", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_a_change_that_breaks_one_side_is_named(new: dict[str, Any], field: str, why: str) -> None:
    found = breaks(published_shape(THING), new)
    assert field in [each.field for each in found]
    assert any(why in each.en and each.zh for each in found)


def test_an_enum_without_a_default_cannot_grow() -> None:
    old = changed("fields.2.type.default", None)
    new = changed("fields.2.type.symbols", ["a", "b", "c", "other"])
    assert "cannot grow: c" in breaks(old, new)[0].en


@settings(max_examples=40)
@given(st.data(), st.sampled_from(sorted(ALLOWED)))
def test_what_is_allowed_really_reads_both_ways(data: st.DataObject, change: str) -> None:
    for writer, reader in ((THING, ALLOWED[change]), (ALLOWED[change], THING)):
        event = data.draw(events(writer))
        body = BytesIO()
        fastavro.schemaless_writer(body, lean(writer), event)
        body.seek(0)
        read: Any = fastavro.schemaless_reader(body, lean(writer), lean(reader))
        common = {field["name"] for field in writer["fields"]} & {field["name"] for field in reader["fields"]}
        assert set(read) == {field["name"] for field in reader["fields"]}
        assert {name: read[name] for name in common - {"kind", "person", "people"}} == {
            name: event[name] for name in common - {"kind", "person", "people"}
        }
