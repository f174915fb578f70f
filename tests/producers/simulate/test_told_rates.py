"""Each township works as it was told to, and the indicators show it: what they say is held to the design, not to the events.

The engine folds a quarter of appeals by the catalogue, and six weeks in which they end. What must come out follows from
`county.Character` alone; a share of n cases may miss it by four standard deviations, and by a point for what other rules take away.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from math import log, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import pytest

from producers.simulate.appeal_kinds import KINDS
from producers.simulate.appeal_life import EXPLAINED_SHARE, RESOLVED_SHARE, SATISFIED_THOUGH_REJECTED_FACTOR
from producers.simulate.appeals import Appeals
from producers.simulate.arrivals import Arrivals, Troubles
from producers.simulate.county import BAD_NETWORK, DILIGENT, GAMING, SLOW, Character, County, county_from
from producers.simulate.domain import seeded
from producers.simulate.workdays import WorkCalendar, day_number
from producers.simulate.world import World
from schemas.catalogue.load import load_catalogue
from schemas.domain import load_domains
from schemas.settings import Settings
from tests.streams.core.support import Line, world_of

if TYPE_CHECKING:
    from pathlib import Path

    from producers.simulate.domain import Happening

MARCH = day_number(date(2026, 3, 1))
MONTHS = ("2026-03-01", "2026-04-01", "2026-05-01")
DAYS = 92 + 45
POINT = 0.01
QUARTER_OF_AN_HOUR = 15
SPREAD_OF_ANSWERS = 0.9
NAMES = (DILIGENT.name, SLOW.name, GAMING.name, BAD_NETWORK.name, "ordinary")

Shares = dict[tuple[str, str], tuple[float, int]]


@pytest.fixture(scope="module")
def county(places: Path) -> County:
    return county_from(places, 7)


@pytest.fixture(scope="module")
def happenings(county: County, calendar: WorkCalendar) -> list[Happening]:
    world = World(county, calendar, seed=7, first_day=MARCH, domains=(Appeals(),))
    return list(world.until(calendar.midnight(MARCH + DAYS)))


@pytest.fixture(scope="module")
def shown(county: County, calendar: WorkCalendar, happenings: list[Happening]) -> Shares:
    """What the indicators say, by how a township works: a share, and of how many."""
    catalogue = load_catalogue(load_domains(Settings().domains)["appeals"])
    now = calendar.midnight(MARCH + DAYS)
    line = Line(world_of([catalogue]), now, catalogue.domain.topic)
    line.send(*((each.record, each.event) for each in happenings), timestamp=now).flow()
    assert not line.dead
    found: Shares = {}
    for indicator in [each.id for each in catalogue.indicators.values() if each.kind == "share"]:
        for town in county.townships:
            parts = [
                line.part(indicator, "month", day_number(date.fromisoformat(month)), town.code) or (0, 0)
                for month in MONTHS
            ]
            holds, count = (sum(part[position] for part in parts) for position in (0, 1))
            found[town.character.name, indicator] = (holds / count, count)
    return found


@pytest.fixture(params=NAMES)
def character(request: pytest.FixtureRequest, county: County) -> Character:
    return next(town.character for town in county.townships if town.character.name == request.param)


def check(shown: Shares, character: Character, indicator: str, told: float, room: float = 0.0) -> None:
    """A share is what it was told to be; `room` is what the design leaves open below it."""
    share, count = shown[character.name, indicator]
    chance = 4 * sqrt(told * (1 - told) / count) + POINT
    assert told - room - chance <= share <= told + chance, f"{character.name} {indicator}: {share:.3f}, told {told:.3f}"


def test_as_many_stay_open_as_it_was_told_to_leave(shown: Shares, character: Character) -> None:
    check(shown, character, "appeal_closure_rate", 1 - character.hanging_share)


def test_as_many_are_closed_on_time_as_it_was_told(shown: Shares, character: Character) -> None:
    """Who was reopened may be late the second time, whatever was told of the first."""
    closed = 1 - character.hanging_share
    told = closed * character.on_time_share
    check(shown, character, "appeal_on_time_rate", told, room=told * character.reopen_share)


def test_as_many_are_reopened_as_it_was_told(shown: Shares, character: Character) -> None:
    check(shown, character, "appeal_reopen_rate", (1 - character.hanging_share) * character.reopen_share)


def test_as_many_are_sent_back_as_it_was_told(shown: Shares, character: Character) -> None:
    """Some kinds are sent back more often than others, an emergency never; who is reopened is dispatched once more."""
    weights = [kind.weight * sum(kind.months.get(month, 1.0) for month in (3, 4, 5)) / 3 for kind in KINDS]
    factor = sum(
        weight * kind.misdirected * (1 - kind.emergency) for weight, kind in zip(weights, KINDS, strict=True)
    ) / sum(weights)
    once = character.return_share * factor
    check(shown, character, "appeal_return_rate", 1 - (1 - once) * (1 - character.reopen_share * once))


def test_as_many_are_content_as_it_was_told(shown: Shares, character: Character) -> None:
    rejected = 1 - RESOLVED_SHARE - EXPLAINED_SHARE
    told = character.satisfaction * (1 - rejected * (1 - SATISFIED_THOUGH_REJECTED_FACTOR))
    check(shown, character, "appeal_satisfaction_rate", told)


def test_who_was_told_to_answer_in_minutes_does_and_who_was_told_hours_does_not(shown: Shares, county: County) -> None:
    """Of the calls in working hours, so many are answered in a quarter of an hour as the told median says; the same part of all
    calls comes in working hours everywhere, to a tenth."""
    working_hours = {}
    for town in county.townships:
        minutes = town.character.answer_minutes
        told = NormalDist().cdf(log((QUARTER_OF_AN_HOUR - 1) / minutes) / SPREAD_OF_ANSWERS)
        share, _ = shown[town.character.name, "appeal_first_response_15min_rate"]
        if town.character.name == SLOW.name:
            assert told < POINT
            assert share < 2 * POINT
        else:
            working_hours[town.character.name] = share / told
    ordinary = working_hours["ordinary"]
    assert 0.4 < ordinary < 0.9
    for name, part in working_hours.items():
        assert part == pytest.approx(ordinary, abs=0.1), name


def test_who_games_the_numbers_is_splendid_in_closing_and_given_away_by_the_people(shown: Shares) -> None:
    """Closed at once and by the due time, as well as the most diligent; but a quarter comes back, and half are not content."""

    def of(indicator: str) -> dict[str, float]:
        return {name: shown[name, indicator][0] for name in NAMES}

    closed, on_time = of("appeal_closure_rate"), of("appeal_on_time_rate")
    assert closed[GAMING.name] > 0.985
    assert closed[GAMING.name] > max(closed[name] for name in (SLOW.name, BAD_NETWORK.name, "ordinary"))
    assert on_time[GAMING.name] > 1.2 * on_time[SLOW.name]
    reopened, content = of("appeal_reopen_rate"), of("appeal_satisfaction_rate")
    assert reopened[GAMING.name] > 5 * max(share for name, share in reopened.items() if name != GAMING.name)
    assert content[GAMING.name] < 0.8 * min(share for name, share in content.items() if name != GAMING.name)


def test_reports_come_late_and_twice_as_often_as_the_network_was_told_to_be_bad(
    county: County, calendar: WorkCalendar, happenings: list[Happening]
) -> None:
    late_share, duplicate_share = 0.06, 0.03
    arrivals = Arrivals(county, Troubles(late_share, duplicate_share), seeded(3))
    sent, late, twice = Counter[str](), Counter[str](), Counter[str]()
    for arrival in [*arrivals.of(happenings, calendar.midnight(MARCH + DAYS)), *arrivals.rest()]:
        town = arrival.happening.event["township"]
        sent[town] += not arrival.repeated
        late[town] += arrival.late and not arrival.repeated
        twice[town] += arrival.repeated
    trouble = sum(town.residents * town.character.network_trouble for town in county.townships)
    usual = trouble / sum(town.residents for town in county.townships)
    for town in county.townships:
        for found, share in ((late, late_share), (twice, duplicate_share)):
            told = share * town.character.network_trouble / usual
            chance = 4 * sqrt(told * (1 - told) / sent[town.code])
            assert found[town.code] / sent[town.code] == pytest.approx(told, abs=chance), town.name
