"""The county's calendar.

Which local day, month, quarter and year a moment belongs to. Days are numbers since 1970-01-01.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

DAY_MS: Final = 86_400_000
_SECOND_MS: Final = 1000
_EPOCH: Final = date(1970, 1, 1)
_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2200
_PROBE: Final = timedelta(days=7)
"""Offsets are compared this often; no zone has changed its offset and changed it back within a week since 1970."""


class Periods(NamedTuple):
    """The first days of the month, quarter and year a day lies in."""

    month: int
    quarter: int
    year: int


class Calendar:
    """Days in one time zone, its summer times included.

    Moments are ms since the epoch; pure and quick (no datetime is made).

    Raises zoneinfo.ZoneInfoNotFoundError for a zone there is not. Offsets are exact from 1970 to 2200; outside, the
    nearest is used.
    """

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
        self._changes, self._offsets = _transitions(timezone)

    def day_of(self, moment: int) -> int:
        """Return the local day a moment lies in."""
        return (moment + self._offsets[bisect_right(self._changes, moment)]) // DAY_MS

    def start_of(self, day: int) -> int:
        """Return the first moment of a local day; where a change of the clock swallows midnight, the first there is."""
        local = day * DAY_MS
        for offset in sorted({self._offset(local + DAY_MS), self._offset(local - DAY_MS)}, reverse=True):
            moment = local - offset
            if self.day_of(moment) == day:
                return moment
        # Midnight does not exist: the day begins with the change that jumped over it.
        return self._changes[bisect_right(self._changes, local - self._offset(local - DAY_MS)) - 1]

    def end_of(self, day: int) -> int:
        """Return the first moment after a local day."""
        return self.start_of(day + 1)

    def periods_of(self, day: int) -> Periods:
        """Return the first days of the day's month, quarter and year."""
        return periods_of(day)

    def moment_of(self, text: str) -> int:
        """Return a written moment (ISO 8601) in ms; without an offset it is local time. Raises ValueError."""
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(self.timezone))
        elapsed = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        return elapsed // timedelta(milliseconds=1)

    def _offset(self, moment: int) -> int:
        return self._offsets[bisect_right(self._changes, moment)]


@lru_cache(maxsize=1 << 17)
def periods_of(day: int) -> Periods:
    """Return the first days of the day's month, quarter and year (the same in every time zone)."""
    there = _EPOCH + timedelta(days=day)
    month = there.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    return Periods(*(((each - _EPOCH).days) for each in (month, quarter, month.replace(month=1))))


def day_number(there: date) -> int:
    """Return a date as days since 1970-01-01."""
    return (there - _EPOCH).days


@lru_cache(maxsize=16)
def _transitions(timezone: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the moments at which the zone's offset changes, and the offsets before, between and after them, in ms."""
    zone = ZoneInfo(timezone)
    moment, last = datetime(_FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(_LAST_YEAR, 1, 1, tzinfo=UTC)
    offsets, changes = [_offset_ms(zone, moment)], []
    while moment < last:
        following = moment + _PROBE
        if _offset_ms(zone, following) != offsets[-1]:
            following = _change_between(zone, moment, following)
            changes.append(int(following.timestamp()) * _SECOND_MS)
            offsets.append(_offset_ms(zone, following))
        moment = following
    return tuple(changes), tuple(offsets)


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return the second at which the offset first differs from the one at `before`."""
    kept = _offset_ms(zone, before)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (middle, after) if _offset_ms(zone, middle) == kept else (before, middle)
    return after


def _offset_ms(zone: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return offset // timedelta(milliseconds=1)
