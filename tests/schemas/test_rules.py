"""Rules of values: data in the .avsc files, obeyed by one compiled function."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.domain import EventSchema, all_records, fields_of, load_domains
from schemas.errors import InvalidEvent
from schemas.rules import Limits, check_event, compile_rules
from schemas.settings import Settings
from tests.schemas.strategies import events

RECORDS = all_records(load_domains(Settings().domains))
LIMITS = Limits.of(Settings())
NOW = 1_780_272_000_000
DAY = 86_400_000


def record(*fields: dict[str, Any], **attributes: Any) -> EventSchema:
    """A made-up record with these fields."""
    schema = {"type": "record", "name": "Thing", "namespace": "xiangmai.test", "fields": list(fields), **attributes}
    return EventSchema("xiangmai.test.Thing", "Thing", "物", "thing", "", schema, fields_of(schema), Path("Thing.avsc"))


def check(schema: EventSchema, event: dict[str, Any]) -> tuple[str, str | None] | None:
    """None when the event passes, else the reason and the field."""
    try:
        check_event(schema, event, record_time=NOW, limits=LIMITS)
    except InvalidEvent as refusal:
        return refusal.reason, refusal.field
    return None


MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}
DATE = {"type": "int", "logicalType": "date"}
MS = {"type": "long", "logicalType": "timestamp-millis"}


@pytest.mark.parametrize(
    ("field", "good", "bad", "reason"),
    [
        ({"type": "int", "minimum": 1, "maximum": 5}, [1, 5], [0, 6, -(1 << 40)], None),
        ({"type": "int"}, [0, (1 << 31) - 1], [1 << 31, -(1 << 31) - 1], "rule:type"),
        ({"type": MONEY, "minimum": 0}, [Decimal(0), Decimal("0.01")], [Decimal("-0.01")], "rule:minimum"),
        ({"type": MONEY, "minimum": 0.1}, [Decimal("0.1"), Decimal("0.10")], [Decimal("0.09")], "rule:minimum"),
        (
            {"type": MONEY, "minimum": -0.07, "maximum": 9007199254740993},
            [Decimal("-0.07"), Decimal("9007199254740993.00")],
            [Decimal("-0.08"), Decimal("9007199254740993.01")],
            None,
        ),
        ({"type": "long"}, [-(1 << 63) + 1, (1 << 63) - 1], [-(1 << 63)], "rule:type"),
        ({"type": "double", "minimum": -90, "maximum": 90}, [-90, 90.0], [90.1, math.nan, math.inf], None),
        ({"type": "double"}, [0.0, 1e300], [math.nan, -math.inf], "rule:finite"),
        ({"type": "string", "max_length": 3}, ["", "路灯亮"], ["路灯亮了"], "rule:max_length"),
        ({"type": "string", "min_length": 1, "max_length": 9}, ["x"], ["", " ", "\t\n", "　"], "rule:min_length"),
        (
            {"type": "string", "pattern": "^[0-9]{9}$"},
            ["330521100"],
            ["33052110", "3305211000", "33052110x"],
            "rule:pattern",
        ),
        (
            {"type": "string", "pattern": "^[0-9]{9}$"},
            [],
            ["３３０５２１１００", "33052110²", "330521100\n"],
            "rule:pattern",
        ),
        ({"type": "string", "pattern": "^[a-z]+$"}, ["abc"], ["abc1", "", "abc\n"], "rule:pattern"),
        ({"type": DATE}, [0, 20_000, -1], [100_000, -30_000], "rule:date_range"),
        ({"type": MS}, [0, NOW], [-1, 253_402_300_799_000], "rule:time_range"),
        ({"type": {"type": "array", "items": "int"}, "max_items": 2}, [[], [1, 2]], [[1, 2, 3]], "rule:max_items"),
        ({"type": {"type": "map", "values": "int"}, "minimum": 0}, [{}, {"a": 0}], [{"a": -1}], "rule:minimum"),
        ({"type": {"type": "array", "items": "string"}, "min_length": 1}, [["a"]], [["a", ""]], "rule:min_length"),
        ({"type": {"type": "enum", "name": "E", "symbols": ["a", "b"]}}, ["a"], ["c", ""], "rule:symbol"),
        ({"type": "string", "max_length": 9}, ["é😢"], ["a\0b", "\ud83d", "\udc00x"], "text"),
        ({"type": "boolean"}, [True, False], [], None),
    ],
)
def test_each_rule_lets_the_good_pass_and_names_the_bad(
    field: dict[str, Any], good: list[Any], bad: list[Any], reason: str | None
) -> None:
    plain = record({"name": "x", **field})
    nullable = record({"name": "x", **field, "type": ["null", field["type"]], "default": None})
    for schema in (plain, nullable):
        assert [check(schema, {"x": value}) for value in good] == [None] * len(good)
        answers = [check(schema, {"x": value}) for value in bad]
        assert all(answer is not None for answer in answers)
        if reason is not None:
            assert {answer[0] for answer in answers if answer} <= {reason}
    assert check(nullable, {"x": None}) is None
    assert check(nullable, {}) is None


def test_a_field_is_compared_with_its_neighbour() -> None:
    schema = record({"name": "from", "type": "long"}, {"name": "till", "type": ["null", "long"], "not_before": "from"})
    assert check(schema, {"from": 5, "till": 5}) is None
    assert check(schema, {"from": 5, "till": None}) is None
    assert check(schema, {"from": 5, "till": 4}) == ("rule:not_before", "till")


def test_a_fault_inside_a_nested_record_is_named_by_its_path() -> None:
    person = {"type": "record", "name": "Person", "fields": [{"name": "age", "type": "int", "maximum": 150}]}
    schema = record(
        {"name": "head", "type": ["null", person]}, {"name": "all", "type": {"type": "array", "items": person}}
    )
    assert check(schema, {"head": None, "all": [{"age": 3}]}) is None
    assert check(schema, {"head": {"age": 200}, "all": []}) == ("rule:maximum", "head.age")
    assert check(schema, {"head": None, "all": [{"age": 3}, {"age": 151}]}) == ("rule:maximum", "all[].age")


def test_defaults_inside_a_nested_record_may_be_left_out_too() -> None:
    age = {"name": "age", "type": ["null", "int"], "default": None, "maximum": 150}
    person = {"type": "record", "name": "Person", "fields": [{"name": "id", "type": "int"}, age]}
    schema = record({"name": "head", "type": person}, {"name": "all", "type": {"type": "array", "items": person}})
    assert check(schema, {"head": {"id": 1}, "all": [{"id": 2}, {"id": 3, "age": 5}]}) is None
    assert check(schema, {"head": {"id": 1}, "all": [{"id": 2, "age": 151}]}) == ("rule:maximum", "all[].age")
    assert check(schema, {"head": {}, "all": []}) == ("rule:required", "id")


def test_what_is_missing_or_of_another_type_is_refused_and_never_crashes() -> None:
    schema = record({"name": "a", "type": "string", "max_length": 5}, {"name": "b", "type": "long", "minimum": 0})
    assert check(schema, {"b": 1}) == ("rule:required", "a")
    assert check(schema, {"a": 5, "b": 1}) == ("rule:type", None)
    assert check(schema, {"a": "x", "b": "y"}) == ("rule:type", None)
    assert check(schema, {"a": None, "b": 1}) == ("rule:type", None)


@pytest.mark.parametrize(
    ("occurred_at", "passes"),
    [
        (NOW, True),
        (NOW + DAY, True),
        (NOW + DAY + 1, False),
        (NOW + 8 * DAY, False),
        (0, False),
        (946_684_800_000, True),
        (946_684_799_999, False),
        (253_402_300_799_000, False),
    ],
)
def test_an_event_lies_between_the_earliest_day_and_a_day_after_it_came(occurred_at: int, passes: bool) -> None:
    schema = record({"name": "occurred_at", "type": MS})
    assert check(schema, {"occurred_at": occurred_at}) == (None if passes else ("event_time", "occurred_at"))


def test_limits_come_from_the_settings_and_a_date_without_a_zone_is_utc() -> None:
    assert Limits.of(Settings(earliest_event_at="1970-01-02", future_tolerance_seconds=5)) == Limits(DAY, 5000)
    assert Limits.of(Settings(earliest_event_at="1970-01-02T08:00:00+08:00")) == Limits(DAY, 86_400_000)


def test_the_text_at_fault_is_named_but_never_quoted() -> None:
    schema = RECORDS["xiangmai.appeals.AppealReopened"]
    event = {field.name: "secret\0" for field in schema.fields} | {
        "event_id": "0b8f7f3e-6a4b-5d5c-9a51-3c1f5f0e7a11",
        "corrects": None,
        "occurred_at": NOW,
        "recorded_at": NOW,
        "township": "330521100",
        "village": None,
    }
    with pytest.raises(InvalidEvent) as refusal:
        check_event(schema, event, record_time=NOW, limits=LIMITS)
    assert (refusal.value.reason, refusal.value.field) == ("text", "department")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("name", [name for name in RECORDS if name.startswith("xiangmai.appeals.")])
def test_a_random_event_passes_or_is_refused_with_a_reason(name: str) -> None:
    @settings(max_examples=60)
    @given(events(RECORDS[name].schema), st.integers(0, 1 << 45))
    def decided(event: dict[str, Any], record_time: int) -> None:
        try:
            compile_rules(RECORDS[name], LIMITS)(event, record_time)
        except InvalidEvent as refusal:
            assert refusal.reason.startswith("rule:") or refusal.reason in ("event_time", "text")  # noqa: PT017
            assert refusal.field is not None  # noqa: PT017 - every event here has the right types

    decided()


def test_rules_are_compiled_once_per_record_and_limits() -> None:
    schema = RECORDS["xiangmai.appeals.AppealRated"]
    assert compile_rules(schema, LIMITS) is compile_rules(schema, Limits(LIMITS.earliest_ms, LIMITS.tolerance_ms))
