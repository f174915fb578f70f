"""The quick reader reads what fastavro reads, and refuses whatever fastavro refuses."""

from __future__ import annotations

import copy
from io import BytesIO
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import lean
from schemas.domain import all_records, load_domains
from schemas.read_code import Malformed, Outside, read_function
from schemas.settings import Settings
from tests.schemas.strategies import events, schemas

RECORDS = all_records(load_domains(Settings().domains))


def written(schema: dict[str, Any], event: dict[str, Any]) -> bytes:
    body = BytesIO()
    fastavro.schemaless_writer(body, lean(schema), event)
    return body.getvalue()


def by_fastavro(body: bytes, writer: dict[str, Any], reader: dict[str, Any] | None = None) -> Any:
    source = BytesIO(body)
    event = fastavro.schemaless_reader(source, lean(writer), lean(reader) if reader else None)
    assert source.tell() == len(body)
    return event


def grown(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema as a later version might have it: fields more and fewer, in another order, enum symbols more."""
    later = copy.deepcopy(schema)
    later["fields"] = [field for field in later["fields"] if "default" not in field][::-1]
    later["fields"] += [
        {"name": "new_number", "type": "long", "default": 7},
        {"name": "new_text", "type": ["null", "string"], "default": None},
        {"name": "new_list", "type": {"type": "array", "items": "string"}, "default": []},
    ]
    for field in later["fields"]:
        if isinstance(field["type"], dict) and field["type"]["type"] == "enum":
            field["type"]["symbols"] = ["brand_new", *field["type"]["symbols"][::-1]]
    return later


@settings(max_examples=400)
@given(st.data(), schemas())
def test_any_event_of_any_schema_is_read_as_fastavro_reads_it(data: st.DataObject, schema: dict[str, Any]) -> None:
    event = data.draw(events(schema))
    body = written(schema, event)
    read = read_function(schema, schema)(b"frame" + body, 5)
    assert read == by_fastavro(body, schema) == event
    assert list(read) == [field["name"] for field in schema["fields"]]


@settings(max_examples=400)
@given(st.data(), schemas())
def test_other_versions_are_read_as_fastavro_reads_them(data: st.DataObject, schema: dict[str, Any]) -> None:
    for writer, reader in ((schema, grown(schema)), (grown(schema), schema)):
        body = written(writer, data.draw(events(writer)))
        assert read_function(writer, reader)(body, 0) == by_fastavro(body, writer, reader)


@settings(max_examples=600)
@given(st.data(), schemas())
def test_damaged_bytes_are_refused_or_read_as_fastavro_reads_them(data: st.DataObject, schema: dict[str, Any]) -> None:
    body = bytearray(written(schema, data.draw(events(schema))) or b"\0")
    for _ in range(data.draw(st.integers(1, 3))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    body = body[: data.draw(st.integers(0, len(body)))]
    try:
        read = read_function(schema, schema)(bytes(body), 0)
    except Exception:  # noqa: BLE001 - whatever it is, the decoder makes a dead letter of it
        return
    assert repr(read) == repr(by_fastavro(bytes(body), schema))  # by their texts: NaN is not equal to itself


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_of_ours_is_read_the_quick_way(name: str) -> None:
    assert callable(read_function(RECORDS[name].schema, RECORDS[name].schema))


def field(avro_type: Any, **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "T", "fields": [{"name": "x", "type": avro_type, **more}]}


ENUM = {"type": "enum", "name": "E", "symbols": ["a", "b"]}


@pytest.mark.parametrize(
    ("avro_type", "body"),
    [
        (ENUM, b"\x01"),  # index -1: Python would count it from the end
        (ENUM, b"\x04"),
        (["null", "string"], b"\x01"),
        (["null", "string"], b"\x04"),
        (["null", "string"], b"\x80\x00"),
        ("boolean", b"\x02"),
        ("int", b"\x80\x80\x80\x80\x80\x01"),
        ("long", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
        ("long", b"\x80" * 11 + b"\x00"),
        ("string", b"\x01"),
        ("string", b"\x81\x01"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 1}, b"\x04\x7f\xff"),
        ({"type": "array", "items": "long"}, b"\x02\x00"),
    ],
)
def test_what_the_specification_does_not_allow_is_refused(avro_type: Any, body: bytes) -> None:
    with pytest.raises(Exception, match=r".*"):
        read_function(field(avro_type), field(avro_type))(body, 0)


def test_an_array_cannot_hold_more_than_a_hundred_thousand_items() -> None:
    flags = field({"type": "array", "items": "boolean"})
    read = read_function(flags, flags)
    items = b"\x01" * 60_000
    block = b"\xc0\xa9\x07" + items
    assert len(read(block + b"\0", 0)["x"]) == 60_000
    with pytest.raises(Malformed, match="than are allowed"):
        read(block + block + b"\0", 0)


@pytest.mark.parametrize(
    ("writer", "reader"),
    [
        (field("int"), field("long")),
        (field("string"), field("bytes")),
        (field(["null", "string", "long"]), field(["null", "string", "long"])),
        (field(["string", "null"]), field(["string", "null"])),
        (field("string"), field(["null", "string"])),
        (field({"type": "long", "logicalType": "timestamp-millis"}), field("long")),
        (field({**ENUM, "symbols": ["a", "c"]}), field(ENUM)),
        (
            field({**ENUM, "symbols": [f"s{n}" for n in range(65)]}),
            field({**ENUM, "symbols": [f"s{n}" for n in range(65)]}),
        ),
        ({"type": "record", "name": "T", "fields": []}, field("bytes", default="\xff")),
        ({"type": "record", "name": "T", "fields": []}, field("string")),
    ],
)
def test_what_it_does_not_know_is_left_to_fastavro(writer: dict[str, Any], reader: dict[str, Any]) -> None:
    with pytest.raises(Outside):
        read_function(writer, reader)


def test_defaults_are_not_shared_between_events() -> None:
    read = read_function(
        {"type": "record", "name": "T", "fields": []}, field({"type": "array", "items": "int"}, default=[])
    )
    read(b"", 0)["x"].append(1)
    assert read(b"", 0) == {"x": []}


def test_names_in_a_schema_never_become_code() -> None:
    name = "x'): __import__('os').abort() #"
    schema = {"type": "record", "name": name, "fields": [{"name": name, "type": "long", "default": 1}]}
    assert read_function(schema, schema)(b"\x02", 0) == {name: 1}
    assert read_function({**schema, "fields": []}, schema)(b"", 0) == {name: 1}
