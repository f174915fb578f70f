"""The laws.

What arrives in whatever order, how often, in whatever pieces, with whatever restarts, gives the same numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.streams.core.reference import compute, letters, of_these
from tests.streams.core.support import DAY, HOUR, TOWNSHIP, Line, event_id, make, world

if TYPE_CHECKING:
    from collections.abc import Iterable

START = 1_772_323_200_000  # 2026-03-01 in Shanghai
TIMEZONES = ("Asia/Shanghai", "America/New_York")
RECORDS = (
    "AppealReported",
    "AppealDispatched",
    "AppealReturned",
    "AppealResponded",
    "AppealClosed",
    "AppealRated",
    "AppealReopened",
)
VILLAGES = (None, f"{TOWNSHIP}001", f"{TOWNSHIP}002")
DEPARTMENTS = ("供电所", "水务", "城管|综合")

Events = list[tuple[str, dict[str, Any]]]

# Few and round moments, so that ties, ends of days, months and quarters and the hour New York skips are met often.
moments = st.sampled_from((START, START + DAY, START + 7 * DAY + 7 * HOUR)) | st.builds(
    lambda day, hour, rest: START + day * DAY + hour * HOUR + rest,
    st.integers(0, 45),
    st.sampled_from((0, 1, 7, 12, 23)),
    st.sampled_from((0, 0, 1, 999, HOUR - 1)),
)


@st.composite
def events(draw: st.DrawFn, cases: int = 3, most: int = 14) -> Events:
    """Return the events of a few cases.

    Any records at any times, some correcting or voiding earlier ones, some twice.
    """
    made: Events = []
    for number in range(draw(st.integers(1, most))):
        case = f"案{draw(st.integers(1, cases))}"
        at = draw(moments)
        of_case = [event["event_id"] for _, event in made if event.get("appeal_id", event.get("case_id")) == case]
        corrects: str | None = draw(st.sampled_from([None, *of_case])) if of_case else None
        record = draw(st.sampled_from(RECORDS))
        fields: dict[str, Any] = {"village": draw(st.sampled_from(VILLAGES))}
        if corrects is not None and draw(st.booleans()):
            record = "EventVoided"
        elif record == "AppealReported":
            days = draw(st.none() | st.integers(0, 9))
            fields["due_at"] = None if days is None else at + days * DAY
        elif record == "AppealDispatched":
            fields["to_department"] = draw(st.sampled_from(DEPARTMENTS))
        elif record == "AppealClosed":
            fields["by_department"] = draw(st.none() | st.sampled_from(DEPARTMENTS))
        name, event = make(record, case, at, number, **fields)
        event["corrects"] = corrects if record == "EventVoided" or draw(st.booleans()) else None
        made.append((name, event))
    if draw(st.booleans()):  # two events that correct each other: both are out
        pair = [
            make("AppealClosed", "案1", draw(moments), f"pair {side}", corrects=f"pair {1 - side}") for side in (0, 1)
        ]
        made += pair
    return made


clocks = st.lists(moments, min_size=1, max_size=5).map(sorted)


@given(events(), moments, st.sampled_from(TIMEZONES))
@settings(max_examples=250)
def test_the_numbers_are_those_of_the_slow_and_obvious_way(all_events: Events, clock: int, timezone: str) -> None:
    line = Line(world(timezone), clock)
    line.send(*all_events, timestamp=START + 99 * DAY).flow()
    assert of_these(line.numbers()) == compute(all_events, clock, timezone)


steps = st.lists(
    st.tuples(st.sampled_from(("apply", "apply", "drain", "tick", "crash", "later")), st.integers(1, 6)), max_size=20
)


@given(events(), st.data(), steps, clocks, st.sampled_from(TIMEZONES))
@settings(max_examples=300)
def test_order_repetition_pieces_and_restarts_change_nothing(
    all_events: Events, data: st.DataObject, steps: list[tuple[str, int]], clock: list[int], timezone: str
) -> None:
    straight = Line(world(timezone), clock[-1])
    straight.send(*all_events, timestamp=START + 99 * DAY).flow()

    repeated = all_events + data.draw(st.lists(st.sampled_from(all_events), max_size=6))
    shuffled = data.draw(st.permutations(repeated))
    line = Line(world(timezone), clock[0])
    line.send(*shuffled, timestamp=START + 99 * DAY)
    walk(line, steps, clock[1:])
    line.apply()
    line.drain(clock[-1])

    assert line.numbers() == straight.numbers()
    assert of_these(line.numbers()) == compute(all_events, clock[-1], timezone)
    assert line.states() == straight.states()
    # And what a restarted worker holds is what was published: nothing more has to be written.
    again = line.crash().drain()
    assert not again.indicators
    assert not again.cases
    assert numbers_held(line) == straight.numbers()


def walk(line: Line, steps: list[tuple[str, int]], clock: Iterable[int]) -> None:
    """Let the shard take what was sent in these steps; `clock` is where its clock goes at each step `later`."""
    later = iter(clock)
    for step, count in steps:
        if step == "apply":
            line.apply(count)
        elif step == "drain":
            line.drain()
        elif step == "tick":
            line.shard.tick(line.now)
        elif step == "crash":
            line.crash(chunk=count)
        else:
            line.now = next(later, line.now)


@given(events(), st.data(), steps)
@settings(max_examples=150)
def test_what_still_waits_after_a_day_is_told_once_whatever_came_first(
    all_events: Events, data: st.DataObject, steps: list[tuple[str, int]]
) -> None:
    line = Line(world(), START + 50 * DAY)
    line.send(*data.draw(st.permutations(all_events)), timestamp=START + 99 * DAY)
    walk(line, steps, range(line.now, line.now + DAY, HOUR))
    line.apply()
    line.drain()
    assert line.dead == []
    line.drain(line.now + DAY)
    line.crash()
    line.drain(line.now + 9 * DAY)
    assert sorted((letter["event_id"], letter["reason"]) for letter in line.dead) == letters(all_events)


@given(events(), moments)
@settings(max_examples=100)
def test_one_event_at_a_time_equals_all_at_once(all_events: Events, clock: int) -> None:
    line = Line(world(), clock)
    for number, event in enumerate(all_events, start=1):
        line.send(event, timestamp=START + 99 * DAY).flow()
        assert of_these(line.numbers()) == compute(all_events[:number], clock, "Asia/Shanghai")


@given(events(), moments)
@settings(max_examples=100)
def test_taking_every_event_back_gives_zero_everywhere(all_events: Events, clock: int) -> None:
    line = Line(world(), clock)
    line.send(*all_events, timestamp=START + 99 * DAY).flow()
    for number, (_, event) in enumerate(all_events):
        case = str(event.get("appeal_id", event.get("case_id")))
        name, void = make("EventVoided", case, START, f"void {number}")
        line.send((name, {**void, "corrects": event["event_id"]}), timestamp=START + 99 * DAY)
    line.flow()
    assert line.numbers() == {}
    assert all(case["event_count"] == 0 for case in line.cases.values())


@given(events(), clocks, st.lists(moments, max_size=12).map(sorted))
@settings(max_examples=150)
def test_stocks_do_not_depend_on_the_steps_of_the_clock(all_events: Events, clock: list[int], steps: list[int]) -> None:
    small, large = Line(world(), clock[0]), Line(world(), clock[0])
    for line in (small, large):
        line.send(*all_events, timestamp=START + 99 * DAY).flow()
    for moment in steps:
        small.shard.tick(moment)
        small.drain(moment)
    end = max([*clock, *steps])
    small.drain(end)
    large.drain(end)
    assert small.numbers() == large.numbers()
    assert of_these(small.numbers()) == compute(all_events, end, "Asia/Shanghai")


@given(events(cases=5, most=25), moments, st.sampled_from(TIMEZONES))
@settings(max_examples=100)
def test_villages_sum_to_the_township_and_days_to_longer_periods(all_events: Events, clock: int, timezone: str) -> None:
    in_villages = [(name, {**event, "village": event["village"] or VILLAGES[1]}) for name, event in all_events]
    line = Line(world(timezone), clock)
    line.send(*in_villages, timestamp=START + 99 * DAY).flow()
    numbers = line.numbers()
    flows = {key: value for key, value in numbers.items() if key[1] not in ("appeal_open", "appeal_overdue")}
    assert _summed(numbers, _township_of) == {key: value for key, value in numbers.items() if "|township|" in key[0]}
    for period, place in (("month", 0), ("quarter", 1), ("year", 2)):
        wanted = {key: value for key, value in flows.items() if f"|{period}|" in key[0]}
        assert _summed(flows, lambda key, period=period, place=place: _longer(key, period, place)) == wanted


def _summed(numbers: dict[tuple[str, str], Any], target: Any) -> dict[tuple[str, str], Any]:
    """Add up the numbers whose keys have a target; leave out what is zero."""
    sums: dict[tuple[str, str], list[Any]] = {}
    for (key, indicator), (numerator, denominator, buckets) in numbers.items():
        moved = target(key)
        if moved is not None:
            there = sums.setdefault((moved, indicator), [0, 0, {}])
            there[0] += numerator
            there[1] += denominator
            for bucket, count in buckets.items():
                there[2][bucket] = there[2].get(bucket, 0) + count
    return {key: tuple(value) for key, value in sums.items() if any(value)}


def _township_of(key: str) -> str | None:
    township, case, level, _, rest = key.split("|", 4)
    return f"{township}|{case}|township|{township}|{rest}" if level == "village" else None


def _longer(key: str, period: str, place: int) -> str | None:
    township, case, level, code, found, start, rest = key.split("|", 6)
    if found != "day":
        return None
    first = world().calendar.periods_of(int(start))[place]
    return f"{township}|{case}|{level}|{code}|{period}|{first}|{rest}"


def numbers_held(line: Line) -> dict[tuple[str, str], Any]:
    """Return what the shard holds in memory, read by publishing all of it."""
    held = Line(line.world, line.now)
    held.shard = line.shard
    for cells in held.shard._balance.cells.values():
        cells.change_all()
    held.drain(line.now)
    return held.numbers()


def test_ids_of_the_tests_are_uuids() -> None:
    assert event_id(1) != event_id(2)
