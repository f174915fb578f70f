"""Periods as people write them: 2015-03-08, 2015-03, 2015-Q1, 2015, now."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

FORMS: Final = "2015-03-08（日 day）, 2015-03（月 month）, 2015-Q1（季 quarter）, 2015（年 year）, now（当前）"

_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_QUARTER: Final = re.compile(r"(\d{4})-?[Qq]([1-4])")
_YEAR: Final = re.compile(r"(\d{4})")


class Period(NamedTuple):
    """A kind of period (day, month, quarter, year, now) and its first day; of `now` that is 1970-01-01."""

    kind: str
    start: date


def parse_period(text: str) -> Period:
    """Return the period written; raises ValueError naming the forms there are."""
    written = text.strip()
    try:
        if written.lower() in ("now", "当前"):
            return Period("now", date(1970, 1, 1))
        if found := _DAY.fullmatch(written):
            return Period("day", date(int(found[1]), int(found[2]), int(found[3])))
        if found := _MONTH.fullmatch(written):
            return Period("month", date(int(found[1]), int(found[2]), 1))
        if found := _QUARTER.fullmatch(written):
            return Period("quarter", date(int(found[1]), int(found[2]) * 3 - 2, 1))
        if found := _YEAR.fullmatch(written):
            return Period("year", date(int(found[1]), 1, 1))
    except ValueError as error:
        raise ValueError(f"没有这一天 / there is no such day: {text}") from error
    raise ValueError(f"看不懂时段 / not a period: {text}。可写 / write: {FORMS}")


def month_of(day: date) -> Period:
    """Return the month a day lies in."""
    return Period("month", day.replace(day=1))
