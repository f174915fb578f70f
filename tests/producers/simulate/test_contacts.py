"""Contacts of the simulated county: by the contract; the slow visit fewer and stay in the office, the truths hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from producers.simulate.contacts import Contacts
from producers.simulate.county import county_from
from producers.simulate.desk import Desk
from producers.simulate.domain import seeded
from producers.simulate.workdays import AFTERNOON, days_to_spring_festival
from tests.producers.simulate.told import JANUARY, Case, Part, Told, mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from producers.simulate.workdays import WorkCalendar

IDS = ("visit_id", "log_id")
OPENINGS = {"HouseholdVisited", "FieldDayLogged"}


@pytest.fixture(scope="module")
def told(places: Path, calendar: WorkCalendar) -> Told:
    return Told(places, calendar, Contacts(), IDS, OPENINGS, people=0.2)


def test_every_event_keeps_the_contract_and_every_life_is_in_order(told: Told) -> None:
    told.check_contract()
    told.check_order()


def test_two_visits_with_the_same_draw_are_two_cases(
    monkeypatch: pytest.MonkeyPatch, places: Path, calendar: WorkCalendar
) -> None:
    """Of the half million visits of a year two of one village and day may draw the same number."""
    county = county_from(places, 7)
    rng = seeded(7, "the same draw")
    desk = Desk(Contacts(), county.townships[0], county.townships[0].villages[0], JANUARY, calendar, rng)
    monkeypatch.setattr(rng, "getrandbits", lambda _bits: 5)
    assert (
        desk.case("household_visit", "visit_id", "ZF").case_id != desk.case("household_visit", "visit_id", "ZF").case_id
    )


def test_who_is_slow_visits_fewer_households_and_stays_in_the_office(told: Told) -> None:
    visited = told.by_character(lambda case: case[0][1].get("household_id"))
    assert len({*visited["slow"]}) < 0.7 * len({*visited["diligent"]})
    assert len({*visited["diligent"]}) < len(visited["diligent"]), "some households are visited twice in a year"
    field = told.by_character(lambda case: float(case[0][1].get("hours", -1)))
    share = {name: mean([each for each in hours if each >= 0]) / 8 for name, hours in field.items()}
    assert share["diligent"] > 1 / 3
    assert share["slow"] < share["diligent"] / 1.8


def test_people_are_visited_in_the_evening_and_before_spring_festival(told: Told) -> None:
    near, evening, visits = Counter[bool](), 0, 0
    for happening in told.happenings:
        if happening.record.endswith("HouseholdVisited"):
            day = told.calendar.day_of(happening.event["occurred_at"])
            near[0 < days_to_spring_festival(day) <= 14] += 1
            evening += happening.event["occurred_at"] - told.calendar.midnight(day) > AFTERNOON[1]
            visits += 1
    assert evening / visits == pytest.approx(0.6, abs=0.1)
    assert near[True] / 14 > 1.6 * near[False] / (365 - 14)


def test_what_is_true_is_what_counting_the_events_gives(told: Told) -> None:
    assert told.check_truths(_count) == {
        "household_visit_count", "households_visited", "visit_village_coverage", "visit_issues_found",
        "issues_per_visit", "visit_issues_noted", "visit_issues_solved", "field_hours", "hours_worked",
        "cadres_in_the_field",
    }  # fmt: skip


def _count(case: Case) -> Iterator[Part]:
    record, event = case[0]
    at = event["occurred_at"]
    if record == "FieldDayLogged":
        yield Part("field_hours", at, int(event["hours"] * 100))
        yield Part("hours_worked", at, int(event["hours_worked"] * 100))
        if event["hours"] > 0:
            yield Part("cadres_in_the_field", at, thing=event["cadre_id"])
        return
    yield Part("household_visit_count", at, 1)
    yield Part("households_visited", at, thing=event["household_id"])
    yield Part("visit_village_coverage", at, thing=event["village"])
    yield Part("visit_issues_found", at, event["issues_found"])
    yield Part("issues_per_visit", at, event["issues_found"], 1)
    if event["issues_solved"] is not None:
        yield Part("visit_issues_noted", at, event["issues_found"])
        yield Part("visit_issues_solved", at, event["issues_solved"])
