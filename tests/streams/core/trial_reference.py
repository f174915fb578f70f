"""The trial catalogue's indicators computed the slow and obvious way, from the list of events, without anything of the core."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

Events = list[tuple[str, dict[str, Any]]]
Numbers = dict[tuple[str, str, int], tuple[int, int]]
"""(cell's key, indicator, version) -> (numerator, denominator)."""

_STEPS = ("MatterProposed", "MatterDiscussed", "MatterDecided", "MatterPublished")


def compute(events: Iterable[tuple[str, dict[str, Any]]], timezone: str, clock: int) -> Numbers:
    """Return all numbers that are not zero; stocks as of a clock."""
    zone = ZoneInfo(timezone)
    sums: dict[tuple[str, str, int], list[int]] = defaultdict(lambda: [0, 0])
    quantities: dict[tuple[str, str, str, str, str, str], int] = defaultdict(int)
    values: dict[tuple[str, str], list[str]] = defaultdict(list)
    for kind, township, village, kept in _cases(events):
        if kind == "visit":
            _visit(township, village, kept, zone, sums, quantities)
            _values(township, village, kept, zone, values)
        else:
            _matter(township, village, kept, zone, sums)
            _awaiting(township, village, kept, zone, sums, clock)
    for (key, indicator), found in values.items():
        at_least = {"households_seen": 1, "topics_often_spoken_of": 2}[indicator]
        sums[key, indicator, 1][0] += sum(found.count(value) >= at_least for value in set(found))
    for (indicator, township, village, period, start, tail), quantity in quantities.items():
        if quantity >= {"visited_villages": 2, "visited_households": 10}[indicator]:
            for level, place in (("village", village), ("township", township)):
                sums[f"{township}|visit|{level}|{place}|{period}|{start}|{tail}", indicator, 1][0] += 1
    return {key: (n, d) for key, (n, d) in sums.items() if n or d}


def _cases(events: Iterable[tuple[str, dict[str, Any]]]) -> Iterable[tuple[str, str, str | None, Events]]:
    """Yield each case that is open: its kind, township, village, effective events in order."""
    cases: dict[tuple[str, str, str], dict[str, tuple[str, dict[str, Any]]]] = defaultdict(dict)
    for name, event in events:
        short = name.rpartition(".")[2]
        kind = event["case_type"] if short == "EventVoided" else "visit" if short == "VisitMade" else "matter"
        case = event["case_id"] if short == "EventVoided" else event[f"{kind}_id"]
        cases[kind, event["township"], case].setdefault(event["event_id"], (short, event))
    for (kind, township, _), members in cases.items():
        named = {event["corrects"] for _, event in members.values()}
        kept = [(n, e) for n, e in members.values() if e["event_id"] not in named and n != "EventVoided"]
        kept.sort(key=lambda pair: (pair[1]["occurred_at"], pair[1]["event_id"]))
        village = None
        for _, event in kept:
            village = event["village"] or village
        if any(name in ("VisitMade", "MatterProposed") for name, _ in kept):
            yield kind, township, village, kept


def _visit(township: str, village: str | None, kept: Events, zone: ZoneInfo, sums: Any, quantities: Any) -> None:
    made_at = kept[-1][1]["occurred_at"]
    topic = minutes = seen = None
    for _, event in kept:
        topic = topic if event["topic"] is None else event["topic"]
        minutes = minutes if event["minutes"] is None else event["minutes"]
        seen = seen if event["households"] is None else event["households"]
    for period, start in _periods(made_at, zone):
        for tail in ("|", f"topic|{topic or ''}"):
            for level, place in (("township", township), ("village", village)):
                if place is not None:
                    key = f"{township}|visit|{level}|{place}|{period}|{start}|{tail}"
                    sums[key, "visits", 1][0] += 1
                    if minutes is not None and seen is not None:
                        sums[key, "minutes_for_a_household", 1][0] += minutes * seen
                        sums[key, "minutes_for_a_household", 1][1] += seen
            if village is not None:
                quantities["visited_villages", township, village, period, str(start), tail] += 1
                if tail == "|" and seen is not None and topic != "练习":
                    quantities["visited_households", township, village, period, str(start), tail] += seen


def _values(township: str, village: str | None, kept: Events, zone: ZoneInfo, values: Any) -> None:
    made_at, last = kept[-1][1]["occurred_at"], dict[str, Any]()
    for _, event in kept:
        last |= {name: value for name, value in event.items() if value is not None}
    topic = last.get("topic", last.get("household"))
    for period, start in _periods(made_at, zone):
        for level, place in (("township", township), ("village", village)):
            key = f"{township}|visit|{level}|{place}|{period}|{start}||"
            if place is not None and last.get("household") is not None:
                values[key, "households_seen"].append(last["household"])
            if place is not None and topic is not None and last.get("minutes", 0) >= 0:
                values[key, "topics_often_spoken_of"].append(topic)


def _awaiting(township: str, village: str | None, kept: Events, zone: ZoneInfo, sums: Any, clock: int) -> None:
    proposed_at = next(event["occurred_at"] for name, event in kept if name == "MatterProposed")
    published_at = present = None
    for name, event in kept:
        published_at = event["occurred_at"] if name == "MatterPublished" else published_at
        if name == "MatterDiscussed" and event["present"] is not None:
            present = event["present"]
    if present is None or (published_at is not None and published_at <= proposed_at):
        return
    for moment, amount in ((proposed_at, present), (published_at, -present)):
        if moment is not None and moment <= clock:
            for level, place in (("township", township), ("village", village)):
                if place is not None:
                    for period, start in (_periods(moment, zone)[0], ("now", 0)):
                        sums[f"{township}|matter|{level}|{place}|{period}|{start}||", "people_awaiting", 1][0] += amount


def _matter(township: str, village: str | None, kept: Events, zone: ZoneInfo, sums: Any) -> None:
    done = attended = 0
    for name, event in kept:
        if done < len(_STEPS) and name == _STEPS[done]:
            done += 1
        wanted = ("MatterDiscussed", "MatterDecided")[attended] if attended < 2 else ""
        if name == wanted and event["present"] is not None and event["present"] >= 3:
            attended += 1
    proposed_at = next(event["occurred_at"] for name, event in kept if name == "MatterProposed")
    for period, start in _periods(proposed_at, zone):
        for level, place in (("township", township), ("village", village)):
            if place is not None:
                key = f"{township}|matter|{level}|{place}|{period}|{start}||"
                for version, holds in ((3, done == 4), (2, done >= 3), (1, attended == 2)):
                    sums[key, "matters_done", version][0] += holds
                    sums[key, "matters_done", version][1] += 1


def _periods(moment: int, zone: ZoneInfo) -> list[tuple[str, int]]:
    day = datetime.fromtimestamp(moment // 1000, UTC).astimezone(zone).date()
    starts = {
        "day": day,
        "month": day.replace(day=1),
        "quarter": date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        "year": date(day.year, 1, 1),
    }
    return [(period, (start - date(1970, 1, 1)).days) for period, start in starts.items()]
