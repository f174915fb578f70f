"""Records in, columns out; what is refused, and why. No server has a part in it."""

from __future__ import annotations

import copy
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from schemas.codec import Encoder
from schemas.domain import load_domains, load_system
from schemas.errors import InvalidEvent
from schemas.examples import Example, load_examples
from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.shaping.dead_letters import DeadLetterShaper
from sinks.shaping.records import RecordShaper
from tests.sinks.support import CELL, EPOCH, Bench, Message, event_id, milliseconds, reported

if TYPE_CHECKING:
    from sinks.layout import EventTable
    from sinks.shaping.shape import Shaped
    from sinks.tables import Table

SETTINGS = Settings()
LAYOUT = load_layout(SETTINGS)
TABLES = {events.domain: events for events in LAYOUT.events}
EVENTS = TABLES["appeals"].table
EXAMPLES = [
    example
    for domain in load_domains(SETTINGS.domains).values()
    for record in domain.events.values()
    for example in load_examples(record)
]


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(LAYOUT, SETTINGS)


def rows(shaped: Shaped, table: Table) -> list[dict[str, Any]]:
    names = [column.name for column in table.written]
    return [dict(zip(names, row, strict=True)) for row in zip(*shaped.blocks[table], strict=True)]


def delivered(bench: Bench, example: Example) -> Message:
    """The example as Kafka holds it, encoded without the producer's own checks."""
    lax = Encoder(bench.registry, [example.record.schema], strict=False)
    lax.prepare([example.record.full_name])
    key = str(example.event.get("township", "")).encode()
    value = lax.encode(example.record.full_name, example.event)
    return Message(table_of(example).topic, 0, 7, example.record_time, key, value)


def table_of(example: Example) -> EventTable:
    """The table of the example's domain."""
    return next(events for events in LAYOUT.events if example.record.full_name in events.shapes)


def name_of(example: Example) -> str:
    return f"{example.record.name}/{example.file.stem}"


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.kind != "invalid"], ids=name_of)
def test_a_good_example_becomes_its_row(bench: Bench, example: Example) -> None:
    shaped = bench.events.shape([delivered(bench, example)])
    assert shaped.refused == []
    there = table_of(example)
    shape = there.shapes[example.record.full_name]
    (row,) = rows(shaped, there.table)
    assert row["event"] == example.record.name
    assert (row["case_type"], row["case_id"]) == (shape.case_type, example.event[shape.id_field])
    assert (row["kafka_topic"], row["kafka_partition"], row["kafka_offset"]) == (there.topic, 0, 7)
    assert row["accepted_at"] == example.record_time
    for name, value in flat(example.event).items():
        found = (row[name] - EPOCH).days if type(row[name]) is date else row[name]
        assert found == value, name
    own = set(flat(example.event)) | {"event", "case_type", "case_id", "kafka_topic", "kafka_partition", "kafka_offset"}
    assert all(value is None for name, value in row.items() if name not in own | {"accepted_at"})


def flat(event: dict[str, Any]) -> dict[str, Any]:
    resident = event.get("resident")
    if isinstance(resident, str):  # services name a resident by one text, appeals by a record
        return event
    rest = {name: value for name, value in event.items() if name != "resident"}
    return rest | {f"resident_{name}": value for name, value in (resident or {}).items()}


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.kind == "invalid"], ids=name_of)
def test_a_bad_example_has_no_row(bench: Bench, example: Example) -> None:
    try:
        message = delivered(bench, example)
    except InvalidEvent:
        return  # it cannot even be written down in Avro
    shaped = bench.events.shape([message])
    if example.reason == "rule:unknown_field" or (not shaped.refused and example.reason == "rule:type"):
        return  # Avro has dropped or bent what was wrong: what arrives is a good event
    assert [refusal.reason.reason for refusal in shaped.refused] == [example.reason]
    assert shaped.blocks == {}


def test_one_bad_record_among_good_ones_stops_nothing(bench: Bench) -> None:
    good = [bench.message("AppealReported", reported(f"A-{number}"), number) for number in (0, 2, 4)]
    bad = [
        Message("village.appeals", 0, 1, 0, b"330521100", None),
        Message("village.appeals", 0, 3, 0, b"330521100", b"\x00\x00\x00\x00\x01\x02"),
        good[0]._replace(offset=5, key=b"330521101"),
        good[0]._replace(offset=6, key=None),
        good[0]._replace(offset=8, topic="village.disputes"),
        bench.message(CELL, cell(), 9, "village.appeals"),
    ]
    shaped = bench.events.shape([good[0], bad[0], good[1], bad[1], good[2], *bad[2:]])
    assert [row["kafka_offset"] for row in rows(shaped, EVENTS)] == [0, 2, 4]
    reasons = {refusal.message.offset: refusal.reason.reason for refusal in shaped.refused}
    assert reasons == {1: "null", 3: reasons[3], 5: "key_mismatch", 6: "null", 8: "unknown_event", 9: "unknown_event"}
    assert reasons[3] in ("decode", "unknown_schema")


def test_a_void_stands_in_the_table_of_its_domain(bench: Bench) -> None:
    void = {
        **{
            name: reported("A-1")[name]
            for name in ("occurred_at", "recorded_at", "township", "village", "department", "source")
        },
        "event_id": event_id("void"),
        "corrects": event_id("A-1 reported"),
        "case_type": "appeal",
        "case_id": "A-1",
        "reason": "重复录入",
    }
    (row,) = rows(bench.events.shape([bench.message("xiangmai.system.EventVoided", void, 0)]), EVENTS)
    assert (row["event"], row["case_type"], row["case_id"], row["reason"]) == (
        "EventVoided",
        "appeal",
        "A-1",
        "重复录入",
    )
    assert row["corrects"] == event_id("A-1 reported")
    foreign = bench.message("xiangmai.system.EventVoided", {**void, "case_type": "dispute"}, 1)
    assert [refusal.reason.reason for refusal in bench.events.shape([foreign]).refused] == ["rule:case_type"]


def cell(**fields: Any) -> dict[str, Any]:
    parts = [
        {"indicator": "appeal_volume", "version": 1, "numerator": 3, "denominator": 0, "buckets": None},
        {
            "indicator": "appeal_hours_to_close_p50",
            "version": 2,
            "numerator": 2,
            "denominator": 2,
            "buckets": {"64": 1, "7": 1, "9": 0},
        },
    ]
    return {
        "township": "330521100",
        "place": "330521100201",
        "level": "village",
        "period": "month",
        "period_start": 20_513,
        "case_type": "appeal",
        "dimension": "",
        "dimension_value": "",
        "parts": parts,
        "newest_event_at": 0,
        "changed_at": milliseconds("2026-03-02 09:00"),
        **fields,
    }


def test_a_cell_becomes_a_row_for_each_of_its_indicators(bench: Bench) -> None:
    shaped = bench.cells.shape([bench.message(CELL, cell(), 5, "township.indicators")])
    volume, hours = rows(shaped, LAYOUT.cells)
    assert (volume["indicator"], volume["definition_version"], volume["numerator"], volume["buckets"]) == (
        "appeal_volume",
        1,
        3,
        {},
    )
    assert hours["buckets"] == {7: 1, 64: 1}
    assert list(hours["buckets"]) == [7, 64]
    assert str(hours["period_start"]) == "2026-03-01"
    assert hours["newest_event_at"] is None
    assert hours["kafka_offset"] == 5


def test_a_cell_written_in_an_older_way_becomes_the_same_rows(bench: Bench) -> None:
    """With whole numbers of 32 bits, say, which only the slower reader knows how to read."""
    older = copy.deepcopy(load_system()[CELL].schema)
    (parts,) = (field for field in older["fields"] if field["name"] == "parts")
    for field in parts["type"]["items"]["fields"]:
        if field["name"] in ("numerator", "denominator"):
            field["type"] = "int"
    encoder = Encoder(bench.registry, [older])
    (schema_id,) = encoder.prepare([CELL]).values()
    bench.decoder.learn(schema_id, bench.registry.schema_by_id(schema_id))
    today = bench.message(CELL, cell(), 5, "township.indicators")
    before = today._replace(value=encoder.encode(CELL, cell()))
    assert before.value != today.value
    assert rows(bench.cells.shape([before]), LAYOUT.cells) == rows(bench.cells.shape([today]), LAYOUT.cells)


def test_a_bad_cell_leaves_nothing_among_the_good_ones(bench: Bench) -> None:
    good, other = (
        bench.message(CELL, cell(place=place), at, "township.indicators")
        for at, place in enumerate(("330521100201", "330521100202"))
    )
    assert good.value is not None
    bad = [
        good._replace(offset=7, key=b"cut", value=good.value[:-9]),
        good._replace(offset=8, key=b"long", value=good.value + b"x"),
        bench.message(CELL, cell(period_start=-1), 9, "township.indicators"),
    ]
    shaped = bench.cells.shape([bad[0], good, bad[1], bad[2], other])
    assert [refusal.message for refusal in shaped.refused] == bad
    alone = rows(bench.cells.shape([good, other]), LAYOUT.cells)
    assert rows(shaped, LAYOUT.cells) == alone
    assert len(alone) == 4


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"period_start": -1}, "rule:period_start"),
        ({"period_start": 70_000}, "rule:period_start"),
        ({"changed_at": 10**17}, "event_time"),
        (
            {"parts": [{"indicator": "x", "version": -1, "numerator": 0, "denominator": 0, "buckets": None}]},
            "rule:version",
        ),
        (
            {"parts": [{"indicator": "x", "version": 1, "numerator": 0, "denominator": 0, "buckets": {"a": 1}}]},
            "rule:buckets",
        ),
        (
            {
                "parts": [
                    {"indicator": "x", "version": 1, "numerator": 0, "denominator": 0, "buckets": {"9999999999": 1}}
                ]
            },
            "rule:buckets",
        ),
    ],
)
def test_a_cell_no_column_can_hold_is_refused(bench: Bench, fields: dict[str, Any], reason: str) -> None:
    shaped = bench.cells.shape([bench.message(CELL, cell(**fields), 5, "township.indicators")])
    assert [refusal.reason.reason for refusal in shaped.refused] == [reason]
    assert shaped.blocks == {}


def place(code: str = "330521100", name: str = "武康街道") -> dict[str, Any]:
    return {
        "code": code,
        "name": name,
        "level": "township",
        "parent": "330521",
        "aliases": ["武康"],
        "valid_from": 20_000,
        "recorded_at": 1,
    }


def test_a_place_without_a_value_is_withdrawn(bench: Bench) -> None:
    shaper = RecordShaper([LAYOUT.places], bench.decoder, {"reference.places": LAYOUT.places})
    defined = bench.message("xiangmai.system.PlaceDefined", place(), 0, "reference.places")
    gone = Message("reference.places", 0, 1, 5, b"330521100", None)
    (first,) = rows(shaper.shape([defined]), LAYOUT.places.table)
    (second,) = rows(shaper.shape([defined, gone]), LAYOUT.places.table)
    assert (first["name"], first["aliases"], str(first["valid_from"]), first["is_deleted"]) == (
        "武康街道",
        ["武康"],
        "2024-10-04",
        False,
    )
    assert (second["code"], second["is_deleted"]) == ("330521100", True)
    nobody = RecordShaper([LAYOUT.places], bench.decoder).shape([gone])
    assert [refusal.reason.reason for refusal in nobody.refused] == ["null"]


def letter(**fields: Any) -> dict[str, Any]:
    return {
        "topic": "village.appeals",
        "partition": 3,
        "offset": 9,
        "key": b"330521100",
        "value": "张三 13800000000".encode(),
        "reason": "decode",
        "detail": "AppealReported: EOFError at byte 9",
        "event_id": None,
        "record_timestamp": 1,
        "dead_at": 2,
        "stage": "worker",
        **fields,
    }


def test_a_dead_letters_bytes_do_not_reach_the_warehouse(bench: Bench) -> None:
    shaper = DeadLetterShaper(LAYOUT.dead_letters, bench.decoder)
    named = letter(key="张三".encode())
    messages = [
        bench.message("xiangmai.system.DeadLetter", each, at, "dead-letters")
        for at, each in enumerate([letter(), named])
    ]
    shaped = shaper.shape([message._replace(key=b"330521100") for message in messages])
    first, second = rows(shaped, LAYOUT.dead_letters)
    assert (first["topic"], first["partition"], first["offset"], first["township"]) == (
        "village.appeals",
        3,
        9,
        "330521100",
    )
    assert first["value_bytes"] == len("张三 13800000000".encode())
    assert second["township"] == ""
    assert "张三" not in str(shaped.blocks)


def test_an_unreadable_dead_letter_is_a_row_about_itself(bench: Bench) -> None:
    shaper = DeadLetterShaper(LAYOUT.dead_letters, bench.decoder)
    shaped = shaper.shape([Message("dead-letters", 2, 11, 77, None, b"?")])
    assert shaped.refused == []
    (row,) = rows(shaped, LAYOUT.dead_letters)
    assert (row["topic"], row["partition"], row["offset"], row["stage"], row["reason"]) == (
        "dead-letters",
        2,
        11,
        "sink",
        "framing",
    )


def test_far_times_and_dates_fit_their_columns() -> None:
    from sinks.columns import EARLIEST_MS, LATEST_MS, days, moments

    assert moments([None, 0, 10**17, -(10**17)]) == [None, 0, LATEST_MS, EARLIEST_MS]
    assert [str(each) for each in days([0, 10**9, None])] == ["1970-01-01", "2299-12-31", "None"]
