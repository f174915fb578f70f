"""Six of the appeals' indicators computed the slow and obvious way, from the list of events, without the core."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from schemas.catalogue.buckets import bucket_of

if TYPE_CHECKING:
    from collections.abc import Iterable

Numbers = dict[tuple[str, str], Any]

COMPUTED = (
    "appeal_volume",
    "appeal_closure_rate",
    "appeal_on_time_rate",
    "appeal_hours_to_close_p50",
    "appeal_open",
    "appeal_overdue",
)
"""What `compute` knows; between them they have every kind of part an appeal's cell holds."""


def of_these(numbers: Numbers) -> Numbers:
    """Return of what was published the indicators that `compute` knows."""
    return {key: parts for key, parts in numbers.items() if key[1] in COMPUTED}


Named = tuple[str, dict[str, Any]]
"""An event's short name, and the event."""


def compute(events: Iterable[tuple[str, dict[str, Any]]], clock: int, timezone: str) -> Numbers:
    """Return (cell's key, indicator) -> (numerator, denominator, buckets) of all that is not zero."""
    found: dict[tuple[str, str], list[Any]] = defaultdict(lambda: [0, 0, defaultdict(int)])
    for (township, _), members in _cases(events).items():
        _count(township, list(members.values()), clock, ZoneInfo(timezone), found)
    return {
        key: (n, d, {str(b): c for b, c in buckets.items()})
        for key, (n, d, buckets) in found.items()
        if n or d or buckets
    }


def letters(events: Iterable[tuple[str, dict[str, Any]]]) -> list[tuple[str, str]]:
    """Return (event_id, reason) of every event that still waits for another one, in order."""
    found = []
    for members in _cases(events).values():
        if all(name != "AppealReported" for name, _ in members.values()):
            found += [(event_id, "orphan") for event_id in members]
            continue
        closed = False
        for name, event in _effective(list(members.values())):
            if name == "AppealClosed" and closed:
                found.append((event["event_id"], "rule:closed_once"))
            closed = name == "AppealClosed" or (closed and name != "AppealReopened")
    return sorted(found)


def _cases(events: Iterable[tuple[str, dict[str, Any]]]) -> dict[tuple[str, str], dict[str, Named]]:
    """Return (township, case) -> event_id -> (short name, event)."""
    cases: dict[tuple[str, str], dict[str, Named]] = defaultdict(dict)
    for name, event in events:
        case = event["case_id"] if name.endswith("EventVoided") else event["appeal_id"]
        cases[event["township"], case].setdefault(event["event_id"], (name.rpartition(".")[2], event))
    return cases


def _effective(events: list[Named]) -> list[Named]:
    named = {event["corrects"] for _, event in events}
    kept = [(name, event) for name, event in events if event["event_id"] not in named and name != "EventVoided"]
    return sorted(kept, key=lambda pair: (pair[1]["occurred_at"], pair[1]["event_id"]))


def _count(township: str, events: list[Named], clock: int, zone: ZoneInfo, found: Any) -> None:  # noqa: C901, PLR0912 - plain on purpose: one case, top to bottom
    kept = _effective(events)
    reported = [event for name, event in kept if name == "AppealReported"]
    if not reported:
        return
    closed: dict[str, Any] | None = None
    village = dispatched = closer = None
    for name, event in kept:
        if name == "AppealClosed":
            if closed is not None:
                continue  # a second closing with no reopening between
            closed = event
            closer = event["by_department"] or closer
        if name == "AppealReopened":
            closed = None
        if name == "AppealDispatched":
            dispatched = event["to_department"]
        village = event["village"] or village
    opened_at = reported[0]["occurred_at"]
    due_at = next((event["due_at"] for event in reported if event["due_at"] is not None), None)
    closed_at = None if closed is None else closed["occurred_at"]
    places = [township] + ([village] if village else [])
    slices = ["|", f"department|{dispatched or closer or reported[0]['department']}"]

    def add(indicator: str, period: str, start: int, n: int, d: int, bucket: int | None = None) -> None:
        for place in places:
            for part in slices:
                level = "township" if place == township else "village"
                cell = found[f"{township}|appeal|{level}|{place}|{period}|{start}|{part}", indicator]
                cell[0] += n
                cell[1] += d
                if bucket is not None:
                    cell[2][bucket] += 1

    for period, start in _periods(opened_at, zone):
        add("appeal_volume", period, start, 1, 0)
        add("appeal_closure_rate", period, start, closed_at is not None, 1)
        if due_at is not None:
            add("appeal_on_time_rate", period, start, closed_at is not None and closed_at <= due_at, 1)
        if closed_at is not None and closed_at >= opened_at:
            add("appeal_hours_to_close_p50", period, start, 0, 1, bucket_of(closed_at // 1000 - opened_at // 1000))
    for indicator, enter in (("appeal_open", opened_at), ("appeal_overdue", due_at)):
        if enter is None or (closed_at is not None and closed_at <= enter):
            continue
        for moment, change in ((enter, 1), (closed_at, -1)):
            if moment is not None and moment <= clock:
                add(indicator, "day", _periods(moment, zone)[0][1], change, 0)
                add(indicator, "now", 0, change, 0)


def _periods(moment: int, zone: ZoneInfo) -> list[tuple[str, int]]:
    day = datetime.fromtimestamp(moment // 1000, UTC).astimezone(zone).date()
    starts = {
        "day": day,
        "month": day.replace(day=1),
        "quarter": date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        "year": date(day.year, 1, 1),
    }
    return [(period, (start - date(1970, 1, 1)).days) for period, start in starts.items()]
