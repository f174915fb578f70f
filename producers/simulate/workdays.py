"""When a county works: working days, working hours, spring festival. All moments are ms since the epoch (UTC).

This is the calendar of a simulated world, not a legal one: the fixed holidays, the week of spring festival and weekends
are days off; the swapped weekends that the State Council announces each year are left out.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

MORNING = (8 * HOUR + HOUR // 2, 12 * HOUR)
AFTERNOON = (13 * HOUR + HOUR // 2, 18 * HOUR)
MORNING_LENGTH = MORNING[1] - MORNING[0]
WORK_LENGTH = MORNING_LENGTH + AFTERNOON[1] - AFTERNOON[0]

EPOCH = date(1970, 1, 1)
FIRST_DAY = (date(2005, 1, 1) - EPOCH).days
FIXED_HOLIDAYS = {
    (1, 1),
    (4, 4),
    (4, 5),
    (5, 1),
    (5, 2),
    (5, 3),
    (10, 1),
    (10, 2),
    (10, 3),
    (10, 4),
    (10, 5),
    (10, 6),
    (10, 7),
}
SATURDAY = 5
# Days to the new year: from its eve to the sixth day after it.
FESTIVAL_DAYS = range(-6, 2)

# First day of the first lunar month, by the almanac (month and day within the year).
SPRING_FESTIVALS = {
    2005: (2, 9), 2006: (1, 29), 2007: (2, 18), 2008: (2, 7), 2009: (1, 26), 2010: (2, 14), 2011: (2, 3),
    2012: (1, 23), 2013: (2, 10), 2014: (1, 31), 2015: (2, 19), 2016: (2, 8), 2017: (1, 28), 2018: (2, 16),
    2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29),
    2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11),
    2033: (1, 31), 2034: (2, 19), 2035: (2, 8), 2036: (1, 28), 2037: (2, 15), 2038: (2, 4), 2039: (1, 24),
    2040: (2, 12),
}  # fmt: skip


def day_number(day: date) -> int:
    """Days from 1970-01-01 to `day`."""
    return (day - EPOCH).days


def date_of(day: int) -> date:
    """Return the date `day` days after 1970-01-01."""
    return EPOCH + timedelta(days=day)


def days_to_spring_festival(day: int) -> int:
    """Days from `day` to the nearest new year of the lunar calendar: negative after it. Far from any known one: 180."""
    year = date_of(day).year
    distances = [
        day_number(date(at, *SPRING_FESTIVALS[at])) - day for at in (year - 1, year, year + 1) if at in SPRING_FESTIVALS
    ]
    return min(distances, key=abs, default=180)


class WorkCalendar:
    """Working time as one line: `work_index` counts the working milliseconds before a moment, `work_time` goes back.

    Raises OverflowError for moments before 2005.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._midnights: list[int] = [self._midnight(FIRST_DAY)]
        self._working_before: list[int] = [0]
        self._working_days: list[int] = []

    def midnight(self, day: int) -> int:
        """Return the moment at which the local day begins."""
        self._extend(day)
        return self._midnights[day - FIRST_DAY]

    def day_of(self, at: int) -> int:
        """Return the local day in which a moment lies, as days since 1970-01-01."""
        self._extend(at // DAY + 2)
        return FIRST_DAY + bisect_right(self._midnights, at) - 1

    def is_working(self, day: int) -> bool:
        """Whether offices are open on that day."""
        self._extend(day + 1)
        return self._working_before[day + 1 - FIRST_DAY] > self._working_before[day - FIRST_DAY]

    def work_index(self, at: int) -> int:
        """Working milliseconds between 2005 and the moment `at`; constant while offices are closed."""
        day = self.day_of(at)
        before = self._working_before[day - FIRST_DAY] * WORK_LENGTH
        if not self.is_working(day):
            return before
        since_midnight = at - self.midnight(day)
        morning = min(max(since_midnight - MORNING[0], 0), MORNING_LENGTH)
        afternoon = min(max(since_midnight - AFTERNOON[0], 0), WORK_LENGTH - MORNING_LENGTH)
        return before + morning + afternoon

    def work_time(self, index: int) -> int:
        """Return the moment at which `index` working milliseconds have passed; between two days, the later opening."""
        ordinal, rest = divmod(index, WORK_LENGTH)
        while len(self._working_days) <= ordinal:
            self._extend(FIRST_DAY + len(self._midnights) + 366)
        opening = MORNING[0] if rest < MORNING_LENGTH else AFTERNOON[0] - MORNING_LENGTH
        return self.midnight(self._working_days[ordinal]) + opening + rest

    def end_of_working_day(self, at: int, days: int) -> int:
        """Return the close of business `days` working days after the day of `at`, which itself does not count."""
        following = self.day_of(at) + 1
        ordinal = self._working_before[following - FIRST_DAY] + days - 1
        while len(self._working_days) <= ordinal:
            self._extend(FIRST_DAY + len(self._midnights) + 366)
        return self.midnight(self._working_days[ordinal]) + AFTERNOON[1]

    def _extend(self, day: int) -> None:
        if day < FIRST_DAY:
            raise OverflowError("the simulated county begins in 2005 / 模拟县的日历从 2005 年开始")
        while FIRST_DAY + len(self._midnights) <= day + 1:
            last = FIRST_DAY + len(self._midnights) - 1
            working = _is_working(last)
            if working:
                self._working_days.append(last)
            self._working_before.append(self._working_before[-1] + working)
            self._midnights.append(self._midnight(last + 1))

    def _midnight(self, day: int) -> int:
        at = date_of(day)
        local = datetime(at.year, at.month, at.day, tzinfo=self._zone)
        return int(local.astimezone(UTC).timestamp()) * 1000


def _is_working(day: int) -> bool:
    at = date_of(day)
    if at.weekday() >= SATURDAY or (at.month, at.day) in FIXED_HOLIDAYS:
        return False
    return days_to_spring_festival(day) not in FESTIVAL_DAYS
