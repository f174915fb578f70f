"""Stories of village affairs: by the contract, in order, and their truths are what the stream engine counts of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

import pytest

from producers.simulate.clock import PROMISES, Clock, Stretch
from producers.simulate.county import county_from
from producers.simulate.deliberation import Deliberation
from producers.simulate.needs import Needs
from producers.simulate.policy import Policy
from producers.simulate.projects import Projects
from producers.simulate.services import Services
from producers.simulate.workdays import DAY, HOUR, WorkCalendar, date_of, day_number
from producers.simulate.world import World
from schemas.catalogue.load import load_catalogue
from schemas.codec import Encoder
from schemas.domain import EVENT_VOIDED, all_records, load_domains
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits, check_event
from schemas.settings import Settings
from tests.streams.core.support import Line, world_of

if TYPE_CHECKING:
    from pathlib import Path

    from producers.simulate.desk import DeskStory
    from producers.simulate.domain import Happening
    from schemas.catalogue.model import Catalogue

MARCH = day_number(date(2026, 3, 2))
LONG = 101  # days in which something of everything is over
AFFAIRS = (Deliberation(), Projects(), Services(), Policy(), Needs())
SLOWER = {
    "deliberation": ("motion_procedure_rate", "motion_followup_rate"),
    "projects": ("project_vote_rate", "project_on_time_rate", "project_evaluated_rate"),
    "services": ("service_one_trip_rate", "service_on_promise_rate"),
    "policy": ("policy_on_time_rate", "policy_awareness_rate"),
    "needs": ("need_match_rate", "need_met_rate"),
}
"""Shares of a domain in which a slow township is plainly behind a diligent one."""
PLAIN = Clock([Stretch(0, 0, 1.0)])
FAST = Clock([Stretch(0, 0, 1.0), Stretch((MARCH + 30) * DAY, (MARCH + 30) * DAY, 20.0)])
"""The county lives in fast motion from the first of April on."""


Told = tuple["DeskStory", World, "list[Happening]"]


def named(affairs: DeskStory) -> str:
    return affairs.name


def world(places: Path, calendar: WorkCalendar, affairs: DeskStory) -> World:
    return World(county_from(places, 7), calendar, seed=7, first_day=MARCH, domains=(affairs,))


@pytest.fixture(scope="module", params=AFFAIRS, ids=named)
def told(request: pytest.FixtureRequest, places: Path, calendar: WorkCalendar) -> Told:
    """Half a year of one domain, and what was told of it."""
    tale = world(places, calendar, request.param)
    return request.param, tale, list(tale.until(calendar.midnight(MARCH + 182)))


def test_every_event_keeps_the_contract_and_every_record_occurs(told: Told) -> None:
    affairs, _, happenings = told
    domains = load_domains(Settings().domains)
    schemas = all_records(domains)
    encoder = Encoder(MemoryRegistry(), [schema.schema for schema in schemas.values()])
    expected = {*domains[affairs.name].events, EVENT_VOIDED}
    encoder.prepare(expected)
    limits, end = Limits.of(Settings()), max(happening.recorded_at for happening in happenings)
    for happening in happenings:
        check_event(schemas[happening.record], happening.event, record_time=end, limits=limits)
        assert encoder.encode(happening.record, happening.event)
    assert {happening.record for happening in happenings} == expected
    assert len({happening.event["event_id"] for happening in happenings}) == len(happenings)


def test_every_case_begins_with_its_opening_event_and_stays_in_its_village(
    told: Told,
) -> None:
    affairs, _, happenings = told
    catalogue = load_catalogue(load_domains(Settings().domains)[affairs.name])
    kinds = {f"xiangmai.{affairs.name}.{event}": case for case in catalogue.cases.values() for event in case.events}
    replaced = {happening.event["corrects"] for happening in happenings}
    opened: dict[tuple[str, str], tuple[str, str]] = {}
    moments: set[tuple[str, str, int]] = set()
    for happening in happenings:
        event, case = happening.event, kinds.get(happening.record)
        if case is None:
            continue
        key = (case.name, event[case.id_field])
        place = (event["township"], event["village"])
        if key not in opened:
            assert happening.record.endswith(f".{case.opens_with}")
        assert opened.setdefault(key, place) == place
        assert event["recorded_at"] >= event["occurred_at"]
        if event["event_id"] not in replaced:
            moment = (*key, event["occurred_at"])
            assert moment not in moments, "no two events of a case at one moment: their order would be chance"
            moments.add(moment)


def test_the_slow_township_is_behind(told: Told) -> None:
    affairs, tale, happenings = told
    parts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for town in tale.truths(PLAIN, max(happening.recorded_at for happening in happenings) + 1)[affairs.name]:
        for figures in town["months"].values():
            for indicator in SLOWER[affairs.name]:
                for position, part in enumerate(figures.get(indicator, (0, 0))):
                    parts[town["character"], indicator][position] += part
    for indicator in SLOWER[affairs.name]:
        slow, diligent = parts["slow", indicator], parts["diligent", indicator]
        assert slow[0] / slow[1] < diligent[0] / diligent[1] - 0.05, indicator


@pytest.mark.parametrize("affairs", AFFAIRS, ids=named)
@pytest.mark.parametrize(("days", "clock"), [(17, PLAIN), (LONG, PLAIN), (LONG, FAST)], ids=["17", "101", "101 fast"])
def test_the_truths_are_what_the_engine_counts(
    places: Path, calendar: WorkCalendar, affairs: DeskStory, days: int, clock: Clock
) -> None:
    """The truths come from plain accounts, one case at a time; the engine folds the very events by the catalogue."""
    tale = world(places, calendar, affairs)
    end = tale.start + days * DAY + 11 * HOUR
    catalogue = load_catalogue(load_domains(Settings().domains)[affairs.name])
    wall = clock.to_wall(end)
    line = Line(world_of([catalogue]), wall, catalogue.domain.topic)
    line.send(*((happening.record, clock.set(happening.event)) for happening in tale.until(end)), timestamp=wall).flow()
    assert not line.dead
    cases = Counter(
        f"{case['township']}|{key.split('|')[1]}" for key, case in line.cases.items() if case["event_count"]
    )
    compared: set[str] = set()
    told: set[tuple[str, str, str]] = set()
    for town in tale.truths(clock, end)[affairs.name]:
        assert town["cases"] == {case: cases[f"{town['township']}|{case}"] for case in town["cases"]}
        for month, figures in town["months"].items():
            for indicator, (numerator, denominator) in figures.items():
                first = day_number(date.fromisoformat(f"{month}-01"))
                found = counted(line, catalogue, indicator, ("month", first), town["township"])
                assert found == (numerator, denominator or 0), (town["name"], month, indicator)
                compared.add(indicator)
                if numerator or denominator:
                    told.add((town["township"], month, indicator))
        for indicator, count in town["now"].items():
            assert counted(line, catalogue, indicator, ("now", 0), town["township"])[0] == count, (indicator, town)
            compared.add(indicator)
    assert {each for each in shown(line) if each[2] in compared} == told, "nothing is counted of which nothing was told"
    # What no truth is told of: medians, which come from buckets, what is shown for longer periods only, and what becomes
    # overdue while somebody looks.
    untold = {each.id for each in catalogue.indicators.values() if not each.case or each.kind == "quantile"}
    untold |= {each.id for each in catalogue.indicators.values() if "month" not in each.periods}
    untold |= {each.id for each in catalogue.indicators.values() if each.enter in PROMISES}
    assert compared <= set(catalogue.indicators) - untold
    assert days < LONG or compared == set(catalogue.indicators) - untold


def shown(line: Line) -> set[tuple[str, str, str]]:
    """The townships, months and indicators of which something was counted."""
    found = set()
    for (key, indicator), (numerator, denominator, _) in line.numbers().items():
        township, _, level, _, period, start, dimension, _ = key.split("|")
        if (level, period, dimension) == ("township", "month", "") and (numerator or denominator):
            found.add((township, f"{date_of(int(start)):%Y-%m}", indicator))
    return found


def counted(
    line: Line, catalogue: Catalogue, indicator: str, period: tuple[str, int], township: str
) -> tuple[int, int]:
    found = line.part(indicator, *period, place=township, case=catalogue.indicators[indicator].case)
    return (0, 0) if found is None else found
