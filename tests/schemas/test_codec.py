"""Events become bytes and come back; bytes that are no event are refused at once, whoever made them."""

from __future__ import annotations

import resource
import struct
import time
import tracemalloc
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.codec import Decoder, Encoder
from schemas.domain import all_records, load_domains
from schemas.errors import InvalidEvent
from schemas.registry_memory import MemoryRegistry
from schemas.settings import Settings
from tests.schemas.strategies import events

if TYPE_CHECKING:
    from collections.abc import Iterable

RECORDS = all_records(load_domains(Settings().domains))
SCHEMAS = [record.schema for record in RECORDS.values()]
REPORTED = "xiangmai.appeals.AppealReported"
RATED = "xiangmai.appeals.AppealRated"
ID = "0b8f7f3e-6a4b-5d5c-9a51-3c1f5f0e7a11"

BLOB = {
    "type": "record",
    "name": "Blob",
    "namespace": "xiangmai.test",
    "fields": [
        {"name": "text", "type": "string"},
        {"name": "items", "type": {"type": "array", "items": "string"}},
        {"name": "counts", "type": {"type": "map", "values": "long"}},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}},
    ],
}
BLOB_EVENT = {"text": "路灯", "items": ["a", "b"], "counts": {"x": 1}, "amount": Decimal("12.50")}


class Codec:
    """An encoder and a decoder that share a registry in memory."""

    def __init__(self, schemas: Iterable[dict[str, Any]] = SCHEMAS) -> None:
        known = list(schemas)
        self.registry = MemoryRegistry()
        self.encoder = Encoder(self.registry, known)
        self.decoder = Decoder(known)
        names = [f"{schema['namespace']}.{schema['name']}" for schema in known]
        self.ids = self.encoder.prepare(names)
        for schema_id in self.ids.values():
            self.decoder.learn(schema_id, self.registry.schema_by_id(schema_id))

    def refused(self, value: bytes | None) -> InvalidEvent:
        with pytest.raises(InvalidEvent) as refusal:
            self.decoder.decode(value)
        return refusal.value


CODEC = Codec()
BLOBS = Codec([BLOB])


def varint(number: int) -> bytes:
    """Avro's long: zigzag, seven bits to a byte."""
    zigzag = (number << 1) ^ (number >> 63)
    zigzag &= (1 << 64) - 1
    out = bytearray()
    while zigzag & ~0x7F:
        out.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    out.append(zigzag)
    return bytes(out)


def rated(**changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "event_id": ID,
        "occurred_at": 1_772_414_100_000,
        "recorded_at": 1_772_414_100_000,
        "township": "330521100",
        "village": None,
        "department": "12345",
        "source": "hotline",
        "corrects": None,
        "appeal_id": "A1",
        "responded": True,
        "resolved": None,
        "satisfied": False,
        "score": 5,
    }
    return event | changes


@pytest.mark.parametrize("name", RECORDS)
def test_whatever_is_encoded_comes_back_the_same(name: str) -> None:
    @settings(max_examples=60)
    @given(events(RECORDS[name].schema))
    def identity(event: dict[str, Any]) -> None:
        assert CODEC.decoder.decode(CODEC.encoder.encode(name, event)) == (name, event)

    identity()


@settings(max_examples=100)
@given(events(BLOB))
def test_money_comes_back_exact(event: dict[str, Any]) -> None:
    assert BLOBS.decoder.decode(BLOBS.encoder.encode("xiangmai.test.Blob", event))[1] == event


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from([*CODEC.ids.values(), 4_000_000_000]))
def test_random_bytes_are_refused_and_raise_nothing_else(body: bytes, schema_id: int) -> None:
    for value in (body, struct.pack(">bI", 0, schema_id) + body):
        try:
            CODEC.decoder.decode(value)
        except InvalidEvent as refusal:
            assert refusal.reason in ("framing", "unknown_schema", "decode")  # noqa: PT017 - may also decode


@settings(max_examples=200)
@given(st.data())
def test_a_damaged_event_is_refused_or_is_another_event(data: st.DataObject) -> None:
    value = bytearray(CODEC.encoder.encode(RATED, rated()))
    value[data.draw(st.integers(5, len(value) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        name, event = CODEC.decoder.decode(bytes(value))
    except InvalidEvent:
        return
    assert (name, set(event)) == (RATED, set(rated()))


def test_an_event_cut_off_anywhere_is_refused() -> None:
    value = CODEC.encoder.encode(RATED, rated())
    reasons = [CODEC.refused(value[:length]).reason for length in range(len(value))]
    assert reasons == ["framing"] * 5 + ["decode"] * (len(value) - 5)


def test_bytes_left_over_are_refused() -> None:
    value = CODEC.encoder.encode(RATED, rated())
    assert CODEC.refused(value + b"\x00").reason == "decode"
    assert "1 bytes left over" in CODEC.refused(value + b"\x00").detail


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "null"),
        (b"", "framing"),
        (b"\x00", "framing"),
        (b"\x00\x00\x00\x00", "framing"),
        (b"\x01\x00\x00\x00\x01abc", "framing"),
        (b'{"json": true}', "framing"),
        (b"\x00\x7f\xff\xff\xffabc", "unknown_schema"),
    ],
)
def test_what_is_not_framed_or_of_no_known_schema_says_so(value: bytes | None, reason: str) -> None:
    assert CODEC.refused(value).reason == reason


HOSTILE = {
    "string of 2^31 bytes": varint(1 << 31) + b"abc",
    "string of 2^62 bytes": varint(1 << 62) + b"abc",
    "string of negative length": varint(-2) + b"abc",
    "array of 2^60 items": varint(1) + b"a" + varint(1 << 60) + b"\x00" * 20,
    "array of -2^60 items": varint(1) + b"a" + varint(-(1 << 60)) + varint(1) + b"\x00" * 20,
    "map of 2^60 entries": varint(1) + b"a" + varint(0) + varint(1 << 60) + b"\x00" * 20,
    "number that never ends": b"\x80" * 1_000_000,
    "text that is not UTF-8": varint(2) + b"\xff\xfe" + varint(0) * 2 + varint(0),
    "money longer than the message": varint(1) + b"a" + varint(0) * 2 + varint(1 << 40),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_body_is_refused_in_no_time_and_no_memory(body: bytes) -> None:
    value = struct.pack(">bI", 0, BLOBS.ids["xiangmai.test.Blob"]) + body
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    tracemalloc.start()
    started = time.perf_counter()
    refusal = BLOBS.refused(value)
    seconds = time.perf_counter() - started
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert refusal.reason == "decode"
    assert seconds < 0.05
    assert peak_bytes < 50_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000  # kilobytes


@pytest.mark.parametrize(
    "field_type",
    [
        {"type": "array", "items": "null"},
        {"type": "array", "items": {"type": "record", "name": "Empty", "fields": []}},
        {"type": "array", "items": {"type": "fixed", "name": "Nothing", "size": 0}},
        ["null", "Bomb"],
        ["null", "xiangmai.test.Bomb"],
        {"type": "array", "items": {"type": "array", "items": "null"}},
    ],
)
def test_a_schema_that_lets_few_bytes_cost_much_is_never_read_with(field_type: Any) -> None:
    bomb = {
        "type": "record",
        "name": "Bomb",
        "namespace": "xiangmai.test",
        "fields": [{"name": "x", "type": field_type}],
    }
    decoder = Decoder()
    decoder.learn(7, bomb)
    with pytest.raises(InvalidEvent, match="unknown_schema"):
        decoder.decode(struct.pack(">bI", 0, 7) + varint(1 << 60) + b"\x00")


@pytest.mark.parametrize(
    "schema", [{}, {"type": "string"}, {"type": "record", "name": "x"}, {"type": "record", "fields": 3}]
)
def test_a_schema_that_is_none_is_refused_when_its_events_come(schema: dict[str, Any]) -> None:
    CODEC.decoder.learn(99_999, schema)
    assert CODEC.refused(struct.pack(">bI", 0, 99_999) + b"x").reason in ("unknown_schema", "unknown_event")


def test_missing_ids_are_those_nobody_answered_for_yet() -> None:
    decoder = Decoder(SCHEMAS)
    known = CODEC.ids[RATED]
    values = [
        CODEC.encoder.encode(RATED, rated()),
        struct.pack(">bI", 0, 500) + b"x",
        None,
        b"\x00\x00",
        b"\x01\x00\x00\x00\x07x",
    ]
    assert decoder.missing_ids(values) == {known, 500}

    decoder.learn(known, CODEC.registry.schema_by_id(known))
    decoder.mark_unknown(500)

    assert decoder.missing_ids(values) == set()
    with pytest.raises(InvalidEvent, match="500 is not in the registry"):
        decoder.decode(values[1])


def test_an_id_marked_unknown_can_still_be_learned_later() -> None:
    decoder = Decoder(SCHEMAS)
    decoder.mark_unknown(CODEC.ids[RATED])
    decoder.learn(CODEC.ids[RATED], RECORDS[RATED].schema)
    assert decoder.decode(CODEC.encoder.encode(RATED, rated()))[1] == rated()


def test_a_record_we_do_not_read_is_an_unknown_event() -> None:
    decoder = Decoder([RECORDS[RATED].schema])
    decoder.learn(1, BLOB)
    with pytest.raises(InvalidEvent, match="unknown_event"):
        decoder.decode(struct.pack(">bI", 0, 1) + b"x")


def test_an_older_version_is_read_with_todays_defaults_and_a_newer_one_without_what_we_do_not_know() -> None:
    today = RECORDS[RATED].schema
    yesterday = {**today, "fields": [field for field in today["fields"] if field["name"] != "score"]}
    tomorrow = {
        **today,
        "fields": [*today["fields"], {"name": "rated_by", "type": ["null", "string"], "default": None}],
    }
    writer = MemoryRegistry()
    decoder = Decoder([today])
    for schema in (yesterday, tomorrow):
        encoder = Encoder(writer, [schema])
        schema_id = encoder.prepare([RATED])[RATED]
        decoder.learn(schema_id, writer.schema_by_id(schema_id))
        event = {field["name"]: rated(rated_by="张三", score=3)[field["name"]] for field in schema["fields"]}

        decoded = decoder.decode(encoder.encode(RATED, event))[1]

        assert decoded == rated(score=event.get("score"))


def test_an_enum_symbol_from_the_future_is_read_as_the_default() -> None:
    today = {
        "type": "record",
        "name": "Thing",
        "namespace": "xiangmai.test",
        "fields": [
            {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["a", "other"], "default": "other"}}
        ],
    }
    kind = {"type": "enum", "name": "Kind", "symbols": ["a", "b", "other"], "default": "other"}
    encoder = Encoder(MemoryRegistry(), [{**today, "fields": [{"name": "kind", "type": kind}]}])
    encoder.prepare(["xiangmai.test.Thing"])
    decoder = Decoder([today])
    decoder.learn(1, {**today, "fields": [{"name": "kind", "type": kind}]})
    assert decoder.decode(encoder.encode("xiangmai.test.Thing", {"kind": "b"}))[1] == {"kind": "other"}


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"score": True}, "rule:type", "score"),
        ({"score": 5.0}, "rule:type", "score"),
        ({"score": 1 << 31}, "rule:type", "score"),
        ({"responded": 1}, "rule:type", "responded"),
        ({"occurred_at": "2026-03-02"}, "rule:type", "occurred_at"),
        ({"township": 330521100}, "rule:type", "township"),
        ({"township": None}, "rule:type", "township"),
        ({"stars": 5}, "rule:unknown_field", "stars"),
        ({"appeal_id": "半\ud83d个"}, "text", None),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_and_never_bent(
    changes: dict[str, Any], reason: str, field: str | None
) -> None:
    with pytest.raises(InvalidEvent) as refusal:
        CODEC.encoder.encode(RATED, rated(**changes))
    assert (refusal.value.reason, refusal.value.field) == (reason, field)


def test_a_field_with_a_default_may_be_left_out_and_another_may_not() -> None:
    event = rated()
    del event["village"], event["score"]
    assert CODEC.decoder.decode(CODEC.encoder.encode(RATED, event))[1] == rated(score=None)
    del event["source"]
    with pytest.raises(InvalidEvent, match="rule:required: source"):
        CODEC.encoder.encode(RATED, event)


def test_text_of_every_script_comes_back_byte_for_byte() -> None:
    text = "𠮷𪚥龘 😢👨\u200d👩\u200d👧 مرحبا \u202eabc\u202c ﷽ e\u0301 é \ufeff\n\t"
    decoded = CODEC.decoder.decode(CODEC.encoder.encode(RATED, rated(appeal_id=text)))[1]
    assert decoded["appeal_id"].encode() == text.encode()


def test_the_frame_is_confluents() -> None:
    value = CODEC.encoder.encode(RATED, rated())
    assert (value[0], int.from_bytes(value[1:5], "big")) == (0, CODEC.ids[RATED])


def test_an_event_is_not_encoded_before_its_record_is_prepared() -> None:
    with pytest.raises(InvalidEvent, match="not prepared"):
        Encoder(MemoryRegistry(), SCHEMAS).encode(RATED, rated())
    with pytest.raises(KeyError):
        Encoder(MemoryRegistry(), SCHEMAS).prepare(["xiangmai.appeals.Nothing"])
