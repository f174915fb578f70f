"""The quick way and the long way: an event that both take is the same event, and what the long way refuses the quick one leaves to it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue.load import load_catalogue
from schemas.codec import Encoder
from schemas.domain import load_domains
from schemas.errors import InvalidEvent
from schemas.examples import load_examples
from schemas.settings import Settings
from streams.packing import Fresh
from streams.quick.form import QUICK
from streams.records import Record
from tests.schemas.strategies import values
from tests.streams.core.support import REGISTRY, World, world, world_of

if TYPE_CHECKING:
    from schemas.examples import Example
    from streams.engine import Engine
    from streams.reading import Read, TopicReader

pytestmark = pytest.mark.skipif(not QUICK, reason="the extension was not built: there is no compiler here")

ARRIVED = 1_780_272_123_456
OFFSET = (7 << 32) + 5


@lru_cache
def everything() -> World:
    domains = load_domains(Settings().domains)
    return world_of([load_catalogue(domain) for domain in domains.values()])


@lru_cache
def examples() -> dict[str, list[Example]]:
    """Examples of every record that belongs to a case, by kind."""
    found: dict[str, list[Example]] = {"valid": [], "edge": [], "invalid": []}
    for plans in everything().engine.topics.values():
        for plan in plans.values():
            if plan.case is not None:
                for example in load_examples(plan.schema):
                    found[example.kind].append(example)
    return found


@lru_cache
def lax() -> Encoder:
    """An encoder that takes what a careless producer sends."""
    schemas = {
        plan.schema.full_name: plan.schema for plans in everything().engine.topics.values() for plan in plans.values()
    }
    encoder = Encoder(REGISTRY, [schema.schema for schema in schemas.values()], strict=False)
    encoder.prepare(schemas)
    return encoder


def reader_of(example: Example, engine: Engine | None = None) -> TopicReader:
    """Return the reader of an example's topic, which has read one such event already."""
    engine = engine or everything().engine
    topic = next(topic for topic, plans in engine.topics.items() if example.record.full_name in plans)
    return engine.readers[topic]


def record_of(example: Example, event: dict[str, Any] | None = None) -> Record:
    event = event or example.event
    return Record(
        OFFSET, example.record_time, event["township"].encode(), lax().encode(example.record.full_name, event)
    )


def learned(example: Example) -> TopicReader:
    """Return a reader that has seen a good event of the example's record, and knows whether there is a form for it."""
    reader = reader_of(example)
    good = next(each for each in examples()["valid"] if each.record is example.record)
    reader.read(record_of(good), ARRIVED)
    return reader


def both(reader: TopicReader, record: Record) -> tuple[Read | None, Read | None]:
    """Return what the quick way says and what the long one says, None for what it refuses; they must not contradict."""
    quick = reader.quick(record.value, record.key, record.timestamp, ARRIVED // 1000, record.offset)
    try:
        long = reader.examined(record, ARRIVED)
    except InvalidEvent:
        long = None
    if quick is not None:
        assert long is not None, "the quick way took what the long way refuses"
        assert quick == long
        assert quick[0] is long[0]
        assert type(quick[2]) is Fresh
    return quick, long


def test_good_events_are_read_the_quick_way() -> None:
    for example in examples()["valid"]:
        quick, long = both(learned(example), record_of(example))
        assert long is not None
        assert quick is not None, example.file


def test_events_at_the_edge_are_the_same_either_way() -> None:
    found = [both(learned(example), record_of(example))[0] for example in examples()["edge"]]
    assert sum(quick is not None for quick in found) > len(found) / 2


def test_the_quick_way_takes_nothing_that_breaks_a_rule() -> None:
    refused = 0
    for example in examples()["invalid"]:
        try:
            record = record_of(example)
        except (InvalidEvent, KeyError, AttributeError, TypeError):
            continue  # no bytes can say it
        refused += both(learned(example), record) == (None, None)
    assert refused > 150


@st.composite
def changed(draw: st.DrawFn) -> tuple[Example, dict[str, Any]]:
    """A good event of any record, some of its fields replaced by others of their types."""
    example = draw(st.sampled_from(examples()["valid"]))
    fields = draw(st.lists(st.sampled_from(example.record.schema["fields"]), max_size=2))
    return example, example.event | {field["name"]: draw(ordinary(field)) for field in fields}


def ordinary(field: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of a field's type, and such as people write."""
    found = values(field["type"])
    if "string" in (field["type"], *field["type"]) and "pattern" not in field:
        found |= st.text("村民反映，路灯不亮。 （2）：it's 第3次\\\"\x7f\u3000é𠮷", min_size=1, max_size=20)
    return found


def blank_first(example: Example, event: dict[str, Any]) -> bool:
    """Whether a text that must not be blank begins with a space: the quick way leaves it to the long one."""
    must = [field["name"] for field in example.record.schema["fields"] if "min_length" in field]
    return any(str(event[name] or "").startswith(" ") for name in must)


@given(changed())
@settings(max_examples=600)
def test_whatever_a_field_holds_the_event_is_the_same(given_: tuple[Example, dict[str, Any]]) -> None:
    example, event = given_
    try:
        record = record_of(example, event)
    except InvalidEvent:
        return
    quick, long = both(learned(example), record)
    if long is not None and not blank_first(example, event):
        assert quick is not None, "a good event took the long way"


@given(st.data())
@settings(max_examples=600)
def test_whatever_becomes_of_the_bytes_the_ways_do_not_contradict(data: st.DataObject) -> None:
    example = data.draw(st.sampled_from(examples()["valid"]))
    record = record_of(example)
    value = bytearray(record.value or b"")
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(5, len(value)))
        match data.draw(st.integers(0, 3)):
            case 0:
                del value[at:]
            case 1:
                value[at : at + 1] = data.draw(st.binary(min_size=1, max_size=1))
            case 2:
                value[at:at] = data.draw(st.binary(max_size=3))
            case _:
                del value[at : at + data.draw(st.integers(1, 3))]
    both(learned(example), record._replace(value=bytes(value)))


@pytest.mark.parametrize(
    "change",
    [
        {"key": b"330502101"},
        {"key": None},
        {"value": None},
        {"value": b"\0\0"},
        {"timestamp": -1},
        {"timestamp": (1 << 32) * 1000},
        {"timestamp": 1_000_000_000_000},
        {"offset": 0},
        {"offset": (1 << 48) - 1},
    ],
    ids=str,
)
def test_what_kafka_says_of_a_record_counts_either_way(change: dict[str, Any]) -> None:
    example = examples()["valid"][0]
    both(learned(example), record_of(example)._replace(**change))


def test_an_event_written_before_a_field_was_added_has_the_fingerprint_it_had() -> None:
    example = next(each for each in examples()["valid"] if each.record.name == "AppealRated")
    schema = example.record.schema
    assert all(field["default"] is None for field in schema["fields"][-2:])
    older = {**schema, "fields": schema["fields"][:-2]}
    names = [field["name"] for field in older["fields"]]
    event = example.event | dict.fromkeys([field["name"] for field in schema["fields"][-2:]])
    encoder = Encoder(REGISTRY, [older])
    (schema_id,) = encoder.prepare([example.record.full_name]).values()
    here = world()
    here.decoder.learn(schema_id, older)
    reader = reader_of(example, here.engine)
    old = encoder.encode(example.record.full_name, {name: event[name] for name in names})
    reader.read(record_of(example)._replace(value=old), ARRIVED)
    quick, long = both(reader, record_of(example)._replace(value=old))
    assert quick is not None
    assert quick == long == reader.examined(record_of(example, event), ARRIVED)
