"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinks.periods import Period, month_of, parse_period


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2015-03-08", Period("day", date(2015, 3, 8))),
        ("2015-03", Period("month", date(2015, 3, 1))),
        ("2015-Q1", Period("quarter", date(2015, 1, 1))),
        ("2015Q4", Period("quarter", date(2015, 10, 1))),
        (" 2015 ", Period("year", date(2015, 1, 1))),
        ("now", Period("now", date(1970, 1, 1))),
        ("当前", Period("now", date(1970, 1, 1))),
    ],
)
def test_a_period_is_understood(text: str, period: Period) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["2015-02-29", "2015-13", "2015-Q5", "15", "yesterday", "", "2015-3-8"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no such day|not a period"):
        parse_period(text)


@given(st.dates())
def test_a_day_lies_in_its_month(day: date) -> None:
    assert parse_period(day.isoformat()) == Period("day", day)
    assert parse_period(day.isoformat()[:7]) == month_of(day)
