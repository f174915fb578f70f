"""What must be true, added up by township and month: plain counting, one case at a time, without any fold."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from producers.simulate.workdays import date_of

if TYPE_CHECKING:
    from producers.simulate.county import County
    from producers.simulate.workdays import WorkCalendar

Key = tuple[str, str, str]
"""Township, month (2026-03), indicator."""


class Tally:
    """Numerators and denominators by township, month and indicator. Times are wall ms; months are the calendar's."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._figures: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
        self._villages: dict[Key, set[str]] = defaultdict(set)
        self._now: dict[tuple[str, str], int] = defaultdict(int)
        self._cases: dict[tuple[str, str], int] = defaultdict(int)

    def case(self, township: str, case_type: str) -> None:
        """Count one case that has events in force."""
        self._cases[township, case_type] += 1

    def add(self, township: str, at: int, indicator: str, numerator: int, denominator: int = 0) -> None:
        """Add to an indicator of the month in which `at` lies."""
        figure = self._figures[township, self._month(at), indicator]
        figure[0] += numerator
        figure[1] += denominator

    def share(self, township: str, at: int, indicator: str, *, holds: bool) -> None:
        """Count one more in the population, and in the numerator if it holds."""
        self.add(township, at, indicator, int(holds), 1)

    def cover(self, township: str, at: int, indicator: str, village: str) -> None:
        """Count a village of the month once, however often it is named."""
        self._villages[township, self._month(at), indicator].add(village)

    def now(self, township: str, indicator: str, count: int) -> None:
        """Count towards a stock as it is now."""
        self._now[township, indicator] += count

    def day(self, at: int) -> int:
        """Return the local day in which a moment lies, as days since 1970-01-01."""
        return self._calendar.day_of(at)

    def day_of_month(self, at: int) -> int:
        """Return on which day of its month a moment lies."""
        return date_of(self._calendar.day_of(at)).day

    def rows(self, county: County) -> list[dict[str, Any]]:
        """Give a township in a row: how many cases, what each month and what now must show.

        A figure is [numerator, denominator]; the denominator of a coverage is null: how many villages there are does
        not follow from what happened.
        """
        figures: dict[Key, list[int | None]] = {key: [*parts] for key, parts in self._figures.items()}
        figures |= {key: [len(villages), None] for key, villages in self._villages.items()}
        rows = []
        for township in county.townships:
            months: dict[str, dict[str, list[int | None]]] = defaultdict(dict)
            for (code, month, indicator), parts in sorted(figures.items(), key=lambda item: item[0]):
                if code == township.code:
                    months[month][indicator] = parts
            rows.append(
                {
                    "township": township.code,
                    "name": township.name,
                    "character": township.character.name,
                    "cases": _of(self._cases, township.code),
                    "months": dict(months),
                    "now": _of(self._now, township.code),
                }
            )
        return rows

    def _month(self, at: int) -> str:
        return f"{date_of(self._calendar.day_of(at)):%Y-%m}"


def _of(counts: dict[tuple[str, str], int], township: str) -> dict[str, int]:
    return {name: count for (code, name), count in sorted(counts.items()) if code == township}
