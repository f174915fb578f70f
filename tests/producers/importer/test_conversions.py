"""Cells become values or are refused; nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from producers.importer import conversions
from producers.importer.conversions import CLEANERS, TimeConverter
from producers.importer.table import RowRefused
from producers.importer.time_format import time_parser

BOSTON = ZoneInfo("America/New_York")
FORMATS = ["%m/%d/%Y %I:%M:%S %p", "%Y年%m月%d日 %H:%M", "%Y/%m/%d"]


def times(zone: str = "Asia/Shanghai", **decisions: Any) -> TimeConverter:
    options: dict[str, Any] = {"ambiguous": "refuse", "nonexistent": "refuse", **decisions}
    return TimeConverter(ZoneInfo(zone), FORMATS, **options)


def refused(convert: Any, text: str) -> str:
    with pytest.raises(RowRefused) as caught:
        convert(text)
    assert caught.value.refusal.value == text
    return str(caught.value.refusal.reason)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026年3月1日 08:30", "2026-03-01T00:30:00+00:00"),
        ("2026/3/1", "2026-02-28T16:00:00+00:00"),
        ("03/01/2026 12:05:00 AM", "2026-02-28T16:05:00+00:00"),
        ("2026-03-01 08:30:00", "2026-03-01T00:30:00+00:00"),
        ("2026-03-01T08:30", "2026-03-01T00:30:00+00:00"),
        ("2026-03-01T08:30:00.250+05:00", "2026-03-01T03:30:00.250000+00:00"),
        ("2026-03-01", "2026-02-28T16:00:00+00:00"),
        ("２０２６/03/01", "2026-02-28T16:00:00+00:00"),
    ],
)
def test_times_in_any_of_the_formats_or_in_iso_form(text: str, iso: str) -> None:
    assert times()(text) == int(datetime.fromisoformat(iso).timestamp() * 1000)


@pytest.mark.parametrize(
    "text", ["2025-02-29", "2026/13/01", "46082.35", "昨天", "2026-03-01 25:00", "20260301", "03/01/26", ""]
)
def test_what_is_not_a_time_is_refused(text: str) -> None:
    assert refused(times(), text) == "time"


def test_the_hour_that_came_twice_is_refused_unless_the_mapping_decides() -> None:
    twice = "11/01/2015 01:16:00 AM"
    assert refused(times("America/New_York"), twice) == "time_ambiguous"
    earlier = times("America/New_York", ambiguous="earlier")(twice)
    later = times("America/New_York", ambiguous="later")(twice)
    assert later - earlier == 3_600_000
    assert (
        datetime.fromtimestamp(earlier / 1000, BOSTON).utcoffset()
        != datetime.fromtimestamp(later / 1000, BOSTON).utcoffset()
    )


def test_the_hour_that_did_not_exist_is_refused_unless_the_mapping_shifts_it() -> None:
    never = "03/08/2015 02:30:00 AM"
    assert refused(times("America/New_York"), never) == "time_nonexistent"
    shifted = times("America/New_York", nonexistent="shift")(never)
    assert datetime.fromtimestamp(shifted / 1000, BOSTON).strftime("%H:%M") == "03:30"


def test_a_date_is_the_day_it_is_written_with() -> None:
    assert times().day("2026/3/1") == (datetime(2026, 3, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days


@given(
    st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001 - local times
    st.sampled_from(
        ["%Y-%m-%d %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%Y%m%d%H%M%S", "%d.%m.%Y %H:%M", "%H:%M %p %Y/%m/%d"]
    ),
)
def test_compiled_formats_read_what_strptime_reads(at: datetime, form: str) -> None:
    text = at.strftime(form)
    assert time_parser(form)(text) == datetime.strptime(text, form)  # noqa: DTZ007


@given(st.text("0123456789/: APMapm-", max_size=22), st.sampled_from(["%m/%d/%Y %I:%M:%S %p", "%Y%m%d", "%d %m %Y"]))
@example("1 2 2015", "%d %m %Y")
@example("111111", "%Y%m%d")
def test_compiled_formats_refuse_what_strptime_refuses(text: str, form: str) -> None:
    assert outcome(lambda: datetime.strptime(text, form)) == outcome(lambda: time_parser(form)(text))  # noqa: DTZ007


def outcome(parse: Any) -> datetime | None:
    try:
        result: datetime = parse()
    except ValueError:
        return None
    return result


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("-3", -3), ("12.0", 12), ("330521001001", 330521001001)])
def test_whole_numbers(text: str, value: int) -> None:
    assert conversions.to_integer(text) == value


@pytest.mark.parametrize("text", ["3.30E+11", "12.5", "1,000", "９", "٣", "99999999999999999999", "0x10", "1_000", "-"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    assert refused(conversions.to_integer, text) == "integer"


@pytest.mark.parametrize(("text", "value"), [("1.5", 1.5), ("1,234,567.25", 1234567.25), (".5", 0.5), ("-2", -2.0)])
def test_numbers(text: str, value: float) -> None:
    assert conversions.to_number(text) == value
    assert conversions.to_decimal(text) == Decimal(str(value))


@pytest.mark.parametrize("text", ["nan", "inf", "1e400", "1,2", "12,34,567", "1.2.3", "１.5", ""])
def test_what_is_no_number_is_refused(text: str) -> None:
    assert refused(conversions.to_number, text) == "number"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1,234.50", "1234.50"),
        ("１２３４.5", "1234.5"),
        ("－１，２３４．５０", "-1234.50"),
        ("9999999999999999.99", "9999999999999999.99"),
        ("+0.10", "0.10"),
        ("12.", "12"),
    ],
)
def test_amounts_are_taken_as_they_are_written(text: str, written: str) -> None:
    assert str(conversions.to_decimal(text)) == written


@pytest.mark.parametrize(
    "text", ["43.68万元", "¥12", "12%", "1,2", "1,234,5", "(12.50)", "12-", "一百", "1 234", "nan", "１Ｅ＋５", "٣", ""]
)
def test_what_is_no_plain_amount_is_refused(text: str) -> None:
    assert refused(conversions.to_decimal, text) == "decimal"


@pytest.mark.parametrize(("text", "value"), [("是", True), ("TRUE", True), ("1", True), ("否", False), ("n", False)])
def test_yes_and_no(text: str, value: bool) -> None:
    assert conversions.to_boolean(text) is value


def test_anything_else_is_neither_yes_nor_no() -> None:
    assert refused(conversions.to_boolean, "也许") == "boolean"


@pytest.mark.parametrize("text", ["3.30E+11", "3.30521E+11", "1e+5", "-4.2E-10"])
def test_a_code_in_scientific_notation_has_lost_its_digits(text: str) -> None:
    assert conversions.looks_damaged(text)
    assert refused(conversions.refuse_spreadsheet_damage, text) == "scientific"


@pytest.mark.parametrize("text", ['=HYPERLINK("http://x","y")', "=SUM(A1)", "#REF!", "#N/A", "= cmd ( 1 )"])
def test_a_formula_is_not_a_value(text: str) -> None:
    assert conversions.looks_damaged(text)
    assert refused(conversions.refuse_spreadsheet_damage, text) == "formula"


@given(st.text(min_size=1))
def test_the_quick_look_never_misses_a_damaged_cell(text: str) -> None:
    try:
        conversions.refuse_spreadsheet_damage(text)
    except RowRefused:
        assert conversions.looks_damaged(text)


@pytest.mark.parametrize("text", ["E12", "12E", "#12", "=", "1E2F", "3号楼E座", "-"])
def test_ordinary_codes_are_not_damaged(text: str) -> None:
    conversions.refuse_spreadsheet_damage(text)


def test_cleaning_steps() -> None:
    assert CLEANERS["half_width"]("３３０５２１（Ａ）\u3000") == "330521(A) "
    assert CLEANERS["collapse_spaces"](" a \t b ") == "a b"
    assert CLEANERS["digits_only"]("tel. 0572-88 00") == "05728800"
