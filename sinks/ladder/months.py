"""Months as numbers, and the moments at which they are judged. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from schemas.calendar import Calendar, day_number

_MONTHS_OF_A_YEAR = 12
_MONTHS_OF_A_QUARTER = 3
_EPOCH = date(1970, 1, 1)


def month_number(day: date) -> int:
    """Return the number of the month a date lies in: consecutive months differ by one."""
    return day.year * _MONTHS_OF_A_YEAR + day.month - 1


def first_day(month: int) -> date:
    """Return a month's first day."""
    return date(month // _MONTHS_OF_A_YEAR, month % _MONTHS_OF_A_YEAR + 1, 1)


def month_name(month: int) -> str:
    """Return a month as events write it: 2026-03."""
    return f"{first_day(month):%Y-%m}"


def month_named(text: str) -> int | None:
    """Return the month written as 2026-03; None for a period of another kind."""
    try:
        return month_number(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return None


def quarter_ended_by(month: int) -> str | None:
    """Return the quarter whose last month this is, as 2026-Q1."""
    there = first_day(month)
    last = there.month % _MONTHS_OF_A_QUARTER == 0
    return f"{there.year}-Q{there.month // _MONTHS_OF_A_QUARTER}" if last else None


def year_ended_by(month: int) -> str | None:
    """Return the year whose last month this is."""
    there = first_day(month)
    return str(there.year) if there.month == _MONTHS_OF_A_YEAR else None


@dataclass(frozen=True)
class Months:
    """Months in the county's time zone; moments are ms since the epoch."""

    calendar: Calendar
    grace_days: int

    def of(self, moment: int) -> int:
        """Return the month a moment lies in."""
        return month_number(_EPOCH + timedelta(days=self.calendar.day_of(moment)))

    def begins_at(self, month: int) -> int:
        """Return a month's first moment."""
        return self.calendar.start_of(day_number(first_day(month)))

    def ends_at(self, month: int) -> int:
        """Return the first moment after a month."""
        return self.begins_at(month + 1)

    def judged_at(self, month: int) -> int:
        """Return the moment at which a month is judged: its end and the days of grace."""
        return self.calendar.start_of(day_number(first_day(month + 1)) + self.grace_days)

    def newest_judged(self, moment: int) -> int:
        """Return the newest month whose judgement is due at a moment."""
        before = self.of(moment) - 1
        return before if self.judged_at(before) <= moment else before - 1

    def after_days(self, moment: int, days: int) -> int:
        """Return the first moment after so many days: the day of the moment does not count, the last counts to its end."""
        return self.calendar.end_of(self.calendar.day_of(moment) + days)

    def days_between(self, earlier: int, later: int) -> int:
        """Return how many days of the calendar lie between two moments."""
        return self.calendar.day_of(later) - self.calendar.day_of(earlier)
