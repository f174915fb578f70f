"""What the numbers must be, counted from the events with plain dictionaries and none of the product's code."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.faults.county import Event

Cell = tuple[str, str, str, date]
"""Indicator, place, kind of period, its first day."""
INDICATORS = ("appeal_volume", "appeal_closure_rate", "appeal_on_time_rate", "appeal_reopen_rate", "appeal_open")


def numbers(events: Iterable[Event]) -> dict[Cell, tuple[int, int]]:
    """Numerator and denominator of every cell that is not zero; of what is open, a day's cell holds its change."""
    cases: defaultdict[str, dict[str, Event]] = defaultdict(dict)
    for event in events:
        cases[event.case][event.id] = event
    found: Counter[tuple[Cell, int]] = Counter()
    for members in cases.values():
        _count(list(members.values()), found)
    cells = {cell for (cell, _), number in found.items() if number}
    return {cell: (found[cell, 0], found[cell, 1]) for cell in cells}


def _count(members: list[Event], found: Counter[tuple[Cell, int]]) -> None:
    taken_back = {event.fields["corrects"] for event in members}
    standing = [event for event in members if event.id not in taken_back and event.record != "EventVoided"]
    standing.sort(key=lambda event: (event.fields["occurred_at"], event.id))
    opened = next((event.fields for event in standing if event.record == "AppealReported"), None)
    if opened is None:
        return
    at, due_at, closed_at = opened["occurred_at"], opened["due_at"], _closed_at(standing)
    for place in filter(None, (opened["township"], opened["village"])):
        for period, start in _periods(at):
            found[("appeal_volume", place, period, start), 0] += 1
            shares = {"closure": closed_at is not None, "reopen": any(e.record == "AppealReopened" for e in standing)}
            if due_at is not None:
                shares["on_time"] = closed_at is not None and closed_at <= due_at
            for share, counts in shares.items():
                found[(f"appeal_{share}_rate", place, period, start), 0] += counts
                found[(f"appeal_{share}_rate", place, period, start), 1] += 1
        moves = [(at, 1), (closed_at, -1)] if closed_at is None or closed_at > at else []
        for moment, change in moves:
            if moment is not None:
                found[("appeal_open", place, "day", _day(moment)), 0] += change
                found[("appeal_open", place, "now", date(1970, 1, 1)), 0] += change


def _closed_at(standing: list[Event]) -> int | None:
    closed_at: int | None = None
    for event in standing:
        if event.record == "AppealReopened":
            closed_at = None
        elif event.record == "AppealClosed" and closed_at is None:
            closed_at = event.fields["occurred_at"]
    return closed_at


def _periods(moment: int) -> Iterator[tuple[str, date]]:
    day = _day(moment)
    yield from (("day", day), ("month", day.replace(day=1)), ("year", date(day.year, 1, 1)))
    yield "quarter", date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _day(moment: int) -> date:
    return (datetime.fromtimestamp(moment / 1000, UTC) + timedelta(hours=8)).date()
