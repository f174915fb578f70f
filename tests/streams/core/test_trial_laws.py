"""The laws again, for coverage, different values, steps, weighted means, stocks of values and several versions.

A small catalogue of its own has them all.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue.load import load_catalogues
from schemas.domain import EVENT_VOIDED
from tests.schemas.catalogue.trial import CATALOGUE, RECORDS, trial_domain
from tests.streams.core import trial_reference
from tests.streams.core.support import DAY, HOUR, Line, World, world_of

if TYPE_CHECKING:
    from tests.streams.core.trial_reference import Events, Numbers

START = 1_774_886_400_000  # 2026-03-31 00:00 in Shanghai: a month and a quarter end with the first day
TOWNSHIPS = ("330521100", "330521101")
TIMEZONES = ("Asia/Shanghai", "America/New_York")
TOPIC = "village.trials"
LATE = START + 99 * DAY
HUGE = 2**62


def trial_world(text: str = CATALOGUE, timezone: str = "Asia/Shanghai") -> World:
    with TemporaryDirectory() as folder:
        catalogues = load_catalogues({"trials": trial_domain(Path(folder), text)})
    return world_of([*catalogues.values()], timezone)


WORLDS = {timezone: trial_world(timezone=timezone) for timezone in TIMEZONES}


def compute(events: Events, timezone: str) -> Numbers:
    """Return the numbers of the slow and obvious way."""
    return trial_reference.compute(events, timezone, LATE)


def make(record: str, case: str, at: int, name: object, **given: Any) -> tuple[str, dict[str, Any]]:
    """Return (full name, event); `name` names it."""
    own = dict.fromkeys(RECORDS.get(record, {"case_type": None, "reason": None}))
    id_field = next((field for field in own if field.endswith("_id")), "case_id")
    envelope = {
        "event_id": str(uuid5(NAMESPACE_OID, str(name))),
        "occurred_at": at,
        "recorded_at": at,
        "township": TOWNSHIPS[0],
        "village": None,
        "department": "村委会",
        "source": "test",
        "corrects": None,
    }
    full = EVENT_VOIDED if record == "EventVoided" else f"xiangmai.trials.{record}"
    return full, {**envelope, **own, id_field: case, **given}


def case_of(event: dict[str, Any]) -> tuple[str, str]:
    """Return the kind of an event's case, and its id."""
    for kind in ("visit", "matter"):
        if f"{kind}_id" in event:
            return kind, event[f"{kind}_id"]
    return event["case_type"], event["case_id"]


def void(event: dict[str, Any], name: object) -> tuple[str, dict[str, Any]]:
    """Return the event that takes one back."""
    kind, case = case_of(event)
    place = {"township": event["township"], "corrects": event["event_id"]}
    return make("EventVoided", case, START, name, case_type=kind, **place)


moments = st.builds(
    lambda day, hour: START + day * DAY + hour * HOUR, st.integers(0, 2), st.sampled_from((0, 12, 23))
) | st.sampled_from((START + 100 * DAY,))


@st.composite
def events(draw: st.DrawFn, most: int = 24) -> Events:
    """Return the events of many visits and a few matters.

    In two townships of three villages; some correct or void earlier ones.
    """
    made: Events = []
    for number in range(draw(st.integers(1, most))):
        township, at = draw(st.sampled_from(TOWNSHIPS)), draw(moments)
        village = draw(st.sampled_from((None, "001", "002", "003")))
        place = {"township": township, "village": None if village is None else township + village}
        before = [event for _, event in made if event["township"] == township]
        if before and draw(st.integers(0, 5)) == 0:
            name, event = void(draw(st.sampled_from(before)), number)
        elif draw(st.integers(0, 2)):
            numbers = st.none() | st.integers(-2, 12)
            name, event = make("VisitMade", f"访{draw(st.integers(1, 7))}", at, number, **place)
            event |= {"households": draw(numbers), "minutes": draw(numbers)}
            event["topic"] = draw(st.sampled_from((None, "防汛", "练习", "a|b")))
            event["household"] = draw(st.sampled_from((None, "甲", "乙", "a|b", "")))
        else:
            record = draw(st.sampled_from(("MatterProposed", "MatterDiscussed", "MatterDecided", "MatterPublished")))
            name, event = make(record, f"议{draw(st.integers(1, 3))}", at, number, **place)
            if "present" in event:
                event["present"] = draw(st.none() | st.integers(2, 4))
        same = [other["event_id"] for other in before if case_of(other) == case_of(event)]
        if same and name != EVENT_VOIDED and draw(st.integers(0, 2)) == 0:
            event["corrects"] = draw(st.sampled_from(same))
        made.append((name, event))
    return made


def numbers(cells: dict[str, dict[str, Any]]) -> Numbers:
    """Return the parts that are not zero."""
    return {
        (key, part["indicator"], part["version"]): (part["numerator"], part["denominator"])
        for key, cell in cells.items()
        for part in cell["parts"]
        if part["numerator"] or part["denominator"]
    }


def in_villages(all_events: Events) -> Events:
    """Return the events with a village in each."""
    return [(name, {**each, "village": each["village"] or f"{each['township']}009"}) for name, each in all_events]


def line_of(timezone: str = TIMEZONES[0]) -> Line:
    return Line(WORLDS[timezone], LATE, TOPIC)


@given(events(), st.sampled_from(TIMEZONES))
@settings(max_examples=120)
def test_the_numbers_are_those_of_the_slow_and_obvious_way(all_events: Events, timezone: str) -> None:
    line = line_of(timezone)
    line.send(*all_events).flow()
    assert numbers(line.cells) == compute(all_events, timezone)


steps = st.lists(st.tuples(st.sampled_from(("apply", "apply", "drain", "crash")), st.integers(1, 8)), max_size=16)


@given(events(), st.data(), steps, st.sampled_from(TIMEZONES))
@settings(max_examples=120)
def test_order_repetition_pieces_and_restarts_change_nothing(
    all_events: Events, data: st.DataObject, steps: list[tuple[str, int]], timezone: str
) -> None:
    repeated = all_events + data.draw(st.lists(st.sampled_from(all_events), max_size=6))
    line = line_of(timezone)
    line.send(*data.draw(st.permutations(repeated)))
    for step, count in steps:
        if step == "apply":
            line.apply(count)
        elif step == "drain":
            line.drain()
        else:
            line.crash(chunk=count)
    line.flow()
    assert numbers(line.cells) == compute(all_events, timezone)
    again = line.crash().drain()
    assert not again.indicators
    assert not again.cases
    held = Line(line.world, line.now, TOPIC)
    held.shard = line.shard
    for cells in held.shard._balance.cells.values():
        cells.change_all()
    held.drain()
    assert numbers(held.cells) == numbers(line.cells)


@given(events())
@settings(max_examples=50)
def test_one_event_at_a_time_equals_all_at_once(all_events: Events) -> None:
    line = line_of()
    for number, event in enumerate(all_events, start=1):
        line.send(event).flow()
        assert numbers(line.cells) == compute(all_events[:number], TIMEZONES[0])


@given(events(), st.data())
@settings(max_examples=50)
def test_taking_every_event_back_gives_zero_everywhere(all_events: Events, data: st.DataObject) -> None:
    line = line_of()
    line.send(*all_events).flow()
    for number, (_, event) in data.draw(st.permutations([*enumerate(all_events)])):
        line.send(void(event, f"void {number}"))
        if data.draw(st.booleans()):
            line.flow()
    line.flow()
    assert numbers(line.cells) == {}


@given(events(), st.sampled_from(TIMEZONES))
@settings(max_examples=50)
def test_villages_sum_to_the_township_covered_ones_too(all_events: Events, timezone: str) -> None:
    line = line_of(timezone)
    line.send(*in_villages(all_events)).flow()
    found = numbers(line.cells)
    sums: dict[tuple[str, str, int], tuple[int, int]] = {}
    for (key, indicator, version), (numerator, denominator) in found.items():
        township, case, level, _, rest = key.split("|", 4)
        if level == "village":
            assert indicator not in ("visited_villages", "visited_households") or (numerator, denominator) == (1, 0)
            if indicator in DISTINCT:
                continue
            target = (f"{township}|{case}|township|{township}|{rest}", indicator, version)
            before = sums.get(target, (0, 0))
            sums[target] = (before[0] + numerator, before[1] + denominator)
    additive = {key: value for key, value in sums.items() if any(value)}
    assert additive == {key: value for key, value in found.items() if "|township|" in key[0] and key[1] not in DISTINCT}


@given(events(), st.sampled_from(TIMEZONES))
@settings(max_examples=50)
def test_a_township_has_each_value_once_however_many_villages_have_it(all_events: Events, timezone: str) -> None:
    line = line_of(timezone)
    line.send(*in_villages(all_events)).flow()
    townships: dict[str, int] = {}
    villages: dict[str, list[int]] = {}
    for (key, indicator, _), (numerator, denominator) in numbers(line.cells).items():
        if indicator == "households_seen":
            assert denominator == 0
            township, _, level, _, rest = key.split("|", 4)
            if level == "township":
                townships[f"{township}|{rest}"] = numerator
            else:
                villages.setdefault(f"{township}|{rest}", []).append(numerator)
    assert townships.keys() == villages.keys()
    assert all(max(villages[cell]) <= number <= sum(villages[cell]) for cell, number in townships.items())


DISTINCT = ("households_seen", "topics_often_spoken_of")
COVERAGE_ONLY = CATALOGUE[: CATALOGUE.index("  visits:\n")] + "".join(
    CATALOGUE[CATALOGUE.index(f"  {begins}:\n") : CATALOGUE.index(f"  {ends}:\n")]
    for begins, ends in (("visited_villages", "visited_households"), ("matters_done", "visits_growth"))
)
DISTINCT_ONLY = CATALOGUE[: CATALOGUE.index("  visits:\n")] + "".join(
    CATALOGUE[CATALOGUE.index(f"  {begins}:\n") : CATALOGUE.index(f"  {ends}:\n")]
    for begins, ends in (("topics_often_spoken_of", "households_of_ten"), ("matters_done", "visits_growth"))
)


def visit(number: int, village: int | None = 1, day: int = 0, **given: Any) -> tuple[str, dict[str, Any]]:
    place = None if village is None else f"{TOWNSHIPS[0]}{village:03d}"
    return make("VisitMade", f"访{number}", START + day * DAY + HOUR, f"v{number}", village=place, **given)


def published(line: Line, *sent: tuple[str, dict[str, Any]]) -> dict[str, int]:
    """Return what the next publication says of months: place -> covered."""
    drained = line.send(*sent).apply().drain()
    decoded = [(key.decode(), line.world.decoder.decode(value)[1]) for key, value in drained.indicators]
    return {
        cell["place"]: cell["parts"][0]["numerator"] for key, cell in decoded if "|month|" in key and key.endswith("||")
    }


def test_a_quantity_is_published_only_where_it_crosses_its_line() -> None:
    line = Line(trial_world(COVERAGE_ONLY), LATE, TOPIC)
    one, two, township = f"{TOWNSHIPS[0]}001", f"{TOWNSHIPS[0]}002", TOWNSHIPS[0]
    assert published(line, visit(1)) == {one: 0, township: 0}  # there is data now, and it is zero
    assert published(line, visit(2)) == {one: 1, township: 1}
    assert published(line, visit(3)) == {}
    assert published(line, visit(4, 2), visit(5, 2)) == {two: 1, township: 2}
    assert published(line, visit(6, None)) == {}
    line.crash()
    assert published(line, void(visit(3)[1], "a")) == {}
    assert published(line, void(visit(2)[1], "b")) == {one: 0, township: 1}
    # One village ceases to be covered as another comes to be: the township's number stands.
    assert published(line, void(visit(4)[1], "c"), visit(7)) == {one: 1, two: 0}
    assert published(line, *(void(visit(number)[1], f"d{number}") for number in (1, 5, 7))) == {one: 0, township: 0}
    assert numbers(line.cells) == {}


def test_a_value_is_published_only_where_it_crosses_its_line() -> None:
    line = Line(trial_world(DISTINCT_ONLY), LATE, TOPIC)
    one, two, township = f"{TOWNSHIPS[0]}001", f"{TOWNSHIPS[0]}002", TOWNSHIPS[0]
    assert published(line, visit(1, topic="防汛")) == {one: 0, township: 0}  # there is data now, and it is zero
    assert published(line, visit(2, 2, topic="防汛")) == {two: 0, township: 1}  # not the sum of its villages
    assert published(line, visit(3, topic="防汛")) == {one: 1}
    assert published(line, visit(4, None, topic="防汛")) == {}
    assert published(line, visit(5, topic=None)) == {}
    assert published(line, visit(6, topic="防火"), visit(7, topic="防火")) == {one: 2, township: 2}
    line.crash()
    assert published(line, void(visit(4)[1], "a")) == {}
    assert published(line, void(visit(3)[1], "b")) == {one: 1}
    # One value ceases to count as another comes to count: the number stands.
    assert published(line, void(visit(6)[1], "c"), visit(8, topic="练习"), visit(9, topic="练习")) == {}
    assert published(line, *(void(visit(number)[1], f"d{number}") for number in (1, 2, 7, 8, 9))) == {
        one: 0,
        township: 0,
    }
    assert numbers(line.cells) == {}
    assert all(len(cells.distinct) == 0 for cells in line.shard._balance.cells.values())


def test_numbers_beyond_64_bits_stop_nothing_and_leave_no_trace() -> None:
    line = line_of()
    huge = [visit(number, households=HUGE, minutes=HUGE) for number in range(1, 6)]
    line.send(*huge, visit(6, households=2, minutes=3)).flow()
    assert line.part("visits", "month", 20_513, case="visit") == (6, 0)
    line.send(*(void(event, f"h{number}") for number, (_, event) in enumerate(huge))).flow()
    assert line.part("minutes_for_a_household", "month", 20_513, case="visit") == (6, 2)
    assert line.part("visited_households", "month", 20_513, case="visit") == (0, 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at_least: 2", "at_least: 3"),
        ("weight: seen", "weight: households"),
        ("counts: household\n", "counts: topic\n"),
        ("value: present\n", "value: done\n"),
        ("version: 3\n", "version: 4\n"),
        ("numerator: done >= 3", "numerator: done >= 2"),
        ("of: [MatterDiscussed, MatterDecided]", "of: [MatterDecided, MatterDiscussed]"),
    ],
)
def test_what_decides_a_cell_changes_the_definition(old: str, new: str) -> None:
    assert old in CATALOGUE
    assert trial_world(CATALOGUE.replace(old, new, 1)).engine.definition != trial_world().engine.definition


def test_what_is_only_shown_does_not_change_the_definition() -> None:
    text = (
        CATALOGUE.replace("goal: 100", "goal: 90")
        .replace("weight: 0.5}", "weight: 0.4}")
        .replace("weight: 0.3}", "weight: 0.4}")
    )
    assert trial_world(text).engine.definition == trial_world().engine.definition
