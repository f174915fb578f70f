"""The simulated county as a story: a seed tells it again, nothing in it is out of order; test_told_rates.py holds it to its design."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers.simulate.appeals import Appeals
from producers.simulate.county import County, county_from
from producers.simulate.workdays import DAY, HOUR, WorkCalendar, day_number
from producers.simulate.world import World
from schemas.codec import Encoder
from schemas.domain import EVENT_VOIDED, all_records, load_domains
from schemas.privacy import mask
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits, check_event
from schemas.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from producers.simulate.domain import Event, Happening

MARCH = day_number(date(2026, 3, 2))
SEEDS = st.integers(min_value=0, max_value=2**31)
QUICK = settings(max_examples=12)


def world(places: Path, calendar: WorkCalendar, seed: int = 7, first_day: int = MARCH) -> World:
    """A county of which only the appeals are told; test_village_domains.py tells the others."""
    return World(county_from(places, seed), calendar, seed=seed, first_day=first_day, domains=(Appeals(),))


def cases(happenings: list[Happening]) -> dict[str, list[tuple[str, Event]]]:
    """Events by case, in the order in which they happened."""
    found = defaultdict(list)
    for happening in happenings:
        event = happening.event
        case_id = event["appeal_id"] if "appeal_id" in event else event["case_id"]
        found[case_id].append((happening.record.rpartition(".")[2], event))
    for events in found.values():
        events.sort(key=lambda named: (named[1]["occurred_at"], named[1]["event_id"]))
    return found


def effective(events: list[tuple[str, Event]]) -> list[tuple[str, Event]]:
    replaced = {event["corrects"] for _, event in events}
    return [
        (record, event) for record, event in events if event["event_id"] not in replaced and record != "EventVoided"
    ]


@given(seed=SEEDS)
@QUICK
def test_the_same_seed_tells_the_same_story_and_another_seed_another(
    places: Path, calendar: WorkCalendar, seed: int
) -> None:
    end = calendar.midnight(MARCH + 3)
    told = list(world(places, calendar, seed).until(end))
    assert told == list(world(places, calendar, seed).until(end))
    ids = {happening.event["event_id"] for happening in told}
    others = {happening.event["event_id"] for happening in world(places, calendar, seed + 1).until(end)}
    assert len(ids) == len(told)
    assert ids.isdisjoint(others)


@given(seed=SEEDS, cuts=st.lists(st.integers(0, 5 * DAY), max_size=6))
@QUICK
def test_read_in_pieces_it_is_the_same_story_in_the_same_order(
    places: Path, calendar: WorkCalendar, seed: int, cuts: list[int]
) -> None:
    whole, pieces = world(places, calendar, seed), world(places, calendar, seed)
    end = whole.start + 5 * DAY
    told = list(whole.until(end))
    in_pieces = [happening for cut in sorted(cuts) for happening in pieces.until(pieces.start + cut)]
    in_pieces += pieces.until(end)
    assert in_pieces == told
    assert told == sorted(told, key=lambda happening: (happening.recorded_at, happening.event["event_id"]))
    assert all(pieces.start <= happening.recorded_at < end for happening in told)


@given(seed=SEEDS)
@QUICK
def test_a_later_start_tells_of_the_same_later_appeals(places: Path, calendar: WorkCalendar, seed: int) -> None:
    end = calendar.midnight(MARCH + 4)
    early = {happening.event["event_id"] for happening in world(places, calendar, seed).until(end)}
    late = {happening.event["event_id"] for happening in world(places, calendar, seed, MARCH + 2).until(end)}
    assert late < early


@given(seed=SEEDS)
@QUICK
def test_every_life_is_in_order(places: Path, calendar: WorkCalendar, seed: int) -> None:
    told = list(world(places, calendar, seed).until(calendar.midnight(MARCH + 40)))
    for events in cases(told).values():
        assert events[0][0] == "AppealReported"
        assert events[0][1]["due_at"] > events[0][1]["occurred_at"]
        times = [event["occurred_at"] for _, event in events]
        assert len(set(times)) == len(times), "no two events of a case at one moment: their order would be chance"
        assert all(event["recorded_at"] >= event["occurred_at"] for _, event in events)
        assert len({(event["township"], event["village"]) for _, event in events}) == 1
        closed = dispatched = False
        for record, _ in effective(events):
            assert not (record == "AppealClosed" and closed), "closed twice without a reopening"
            assert record != "AppealReopened" or closed
            assert record not in ("AppealResponded", "AppealReturned", "AppealClosed") or dispatched
            closed = record == "AppealClosed" or (closed and record != "AppealReopened")
            dispatched |= record == "AppealDispatched"


def test_every_event_keeps_the_contract(places: Path, calendar: WorkCalendar) -> None:
    domains = load_domains(Settings().domains)
    schemas = all_records(domains)
    encoder = Encoder(MemoryRegistry(), [schema.schema for schema in schemas.values()])
    encoder.prepare([*domains["appeals"].events, EVENT_VOIDED])
    limits = Limits.of(Settings())
    end = calendar.midnight(MARCH + 60)
    records = set()
    for happening in world(places, calendar).until(end):
        check_event(schemas[happening.record], happening.event, record_time=end, limits=limits)
        assert encoder.encode(happening.record, happening.event)
        records.add(happening.record)
    assert records == {*domains["appeals"].events, EVENT_VOIDED}, "every record of the domain occurs within two months"


def test_texts_are_whole_and_a_telephone_number_in_them_is_masked(places: Path, calendar: WorkCalendar) -> None:
    reported = [
        happening.event
        for happening in world(places, calendar).until(calendar.midnight(MARCH + 30))
        if happening.record.endswith("AppealReported")
    ]
    assert not [event["summary"] for event in reported if "{" in event["summary"] or len(event["summary"]) < 10]
    assert len({event["summary"] for event in reported}) > len(reported) / 2
    with_number = [event["summary"] for event in reported if "联系电话" in event["summary"]]
    assert 0.03 < len(with_number) / len(reported) < 0.1
    assert all("169" not in mask(text).text for text in with_number)


@pytest.fixture(scope="module")
def quarter(places: Path, calendar: WorkCalendar) -> tuple[County, dict[str, list[tuple[str, Event]]]]:
    """Three months of appeals, and six weeks for them to end."""
    county = county_from(places, 7)
    told = list(world(places, calendar).until(calendar.midnight(MARCH + 135)))
    last = calendar.midnight(MARCH + 92)
    return county, {
        case: events for case, events in cases(told).items() if events[0][1]["occurred_at"] < last and len(events) > 2
    }


def test_the_slow_take_longer_than_the_others_and_who_games_closes_first(
    quarter: tuple[County, dict[str, list[tuple[str, Event]]]],
) -> None:
    county, lives = quarter
    hours: dict[str, list[float]] = defaultdict(list)
    names = {township.code: township.character.name for township in county.townships}
    for events in lives.values():
        closing = next((event for record, event in events if record == "AppealClosed"), None)
        if closing:
            hours[names[closing["township"]]].append((closing["occurred_at"] - events[0][1]["occurred_at"]) / HOUR)
    medians = {name: sorted(values)[len(values) // 2] for name, values in hours.items()}
    assert medians["gaming"] < medians["diligent"] < medians["ordinary"] < medians["slow"]


def test_people_call_on_mondays_more_than_on_sundays_and_hardly_at_spring_festival(
    places: Path, calendar: WorkCalendar
) -> None:
    january = day_number(date(2026, 1, 5))
    told = list(world(places, calendar, first_day=january).until(calendar.midnight(january + 84)))
    reported = [happening.event for happening in told if happening.record.endswith("AppealReported")]
    by_day = Counter(calendar.day_of(event["occurred_at"]) for event in reported)
    ordinary_weeks = range(january, january + 28)
    mondays = sum(by_day[day] for day in ordinary_weeks if (day - january) % 7 == 0)
    sundays = sum(by_day[day] for day in ordinary_weeks if (day - january) % 7 == 6)
    assert mondays > 1.5 * sundays
    new_year = day_number(date(2026, 2, 17))
    festival = sum(by_day[day] for day in range(new_year - 1, new_year + 6))
    week_after = sum(by_day[day] for day in range(new_year + 13, new_year + 20))
    assert festival < 0.6 * week_after
    wages = Counter(
        calendar.day_of(event["occurred_at"]) < new_year for event in reported if event["category"] == "劳动保障"
    )
    assert wages[True] > 2 * wages[False], "wages are asked for before the festival"


def test_a_desk_works_in_working_hours(quarter: tuple[County, dict[str, list[tuple[str, Event]]]]) -> None:
    calendar_hours = Counter(
        (event["occurred_at"] // HOUR + 8) % 24
        for events in quarter[1].values()
        if events[0][1]["urgency"] != "emergency" and not any(event["corrects"] for _, event in events)
        for record, event in events
        if record == "AppealClosed"
    )
    assert set(calendar_hours) <= {8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18}


def test_what_is_true_is_what_counting_the_events_gives(places: Path, calendar: WorkCalendar) -> None:
    """The truths come from the cases' own accounts; this counts them from the events instead, at several moments."""
    from producers.simulate.clock import Clock, Stretch

    for days in (1, 9, 33, 70):
        tale = world(places, calendar)
        end = tale.start + days * DAY + 10 * HOUR
        told = list(tale.until(end))
        truths = {truth["township"]: truth for truth in tale.truths(Clock([Stretch(0, 0, 1.0)]), end)["appeals"]}
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        open_due_at: dict[str, list[int]] = defaultdict(list)
        for events in cases(told).values():
            valid = effective(events)
            if not valid:
                continue
            report = valid[0][1]
            month = f"{date.fromordinal(calendar.day_of(report['occurred_at']) + 719_163):%Y-%m}"
            ends = [(record, event) for record, event in valid if record in ("AppealClosed", "AppealReopened")]
            counts = counted[report["township"]]
            counts[f"{month} opened"] += 1
            if ends and ends[-1][0] == "AppealClosed":
                counts[f"{month} closed"] += 1
                counts[f"{month} closed_on_time"] += ends[-1][1]["occurred_at"] <= report["due_at"]
            else:
                open_due_at[report["township"]].append(report["due_at"])
        for code, truth in truths.items():
            assert truth["open_due_at"] == sorted(open_due_at[code])
            assert truth["open"] == len(open_due_at[code])
            told_counts = {
                f"{month['month']} {what}": month[what]
                for month in truth["months"]
                for what in ("opened", "closed", "closed_on_time")
            }
            assert {name: count for name, count in told_counts.items() if count} == {
                name: count for name, count in counted[code].items() if count
            }
