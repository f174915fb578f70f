"""The county's calendar, held to Python's own datetime, hour by hour where the clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.calendar import DAY_MS, Calendar, day_number, periods_of

ZONES = (
    "Asia/Shanghai",
    "America/New_York",
    "Europe/London",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "America/St_Johns",
    "Asia/Tehran",
)
YEAR_2200 = 7_258_118_400_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@given(st.sampled_from(ZONES), st.integers(0, YEAR_2200))
def test_a_moments_day_is_the_one_datetime_says(timezone: str, moment: int) -> None:
    local = (EPOCH + timedelta(milliseconds=moment)).astimezone(ZoneInfo(timezone))
    assert Calendar(timezone).day_of(moment) == day_number(local.date())


@pytest.mark.parametrize("timezone", ZONES)
def test_every_day_from_1970_to_2040_begins_where_the_one_before_ended(timezone: str) -> None:
    calendar = Calendar(timezone)
    for day in range(day_number(date(1970, 1, 2)), day_number(date(2040, 1, 1))):
        start = calendar.start_of(day)
        assert calendar.day_of(start) == day
        assert calendar.day_of(start - 1) < day
        assert calendar.end_of(day - 1) == start


def test_days_are_23_and_25_hours_long_when_new_york_changes_its_clock() -> None:
    calendar = Calendar("America/New_York")
    hours = [
        (calendar.end_of(day) - calendar.start_of(day)) // 3_600_000
        for day in (day_number(date(2026, 3, 8)), day_number(date(2026, 6, 1)), day_number(date(2026, 11, 1)))
    ]
    assert hours == [23, 24, 25]


def test_a_midnight_that_does_not_exist_is_the_first_moment_after_it() -> None:
    calendar = Calendar("America/Sao_Paulo")
    day = day_number(date(2017, 10, 15))
    assert calendar.start_of(day) == calendar.moment_of("2017-10-15T01:00")
    assert calendar.start_of(day) - calendar.start_of(day - 1) == DAY_MS


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_months_quarters_and_years_begin_where_they_begin(day: date) -> None:
    month, quarter, year = periods_of(day_number(day))
    assert month == day_number(day.replace(day=1))
    assert year == day_number(date(day.year, 1, 1))
    assert quarter == day_number(date(day.year, {1: 1, 2: 4, 3: 7, 4: 10}[(day.month + 2) // 3], 1))


def test_written_moments_are_local_unless_they_say_otherwise() -> None:
    calendar = Calendar("Asia/Shanghai")
    assert (
        calendar.moment_of("2026-03-02T09:00") == calendar.moment_of("2026-03-02T01:00:00+00:00") == 1_772_413_200_000
    )
    assert calendar.moment_of("2026-03-02T09:00:00.001") == 1_772_413_200_001
    with pytest.raises(ValueError, match="isoformat"):
        calendar.moment_of("三月")


def test_a_zone_there_is_not_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        Calendar("Asia/Xiangmai")
