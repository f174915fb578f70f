"""Care of the simulated county: by the contract; the slow visit fewer elders, winter brings more, the truths hold."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from producers.simulate.care import Care
from producers.simulate.workdays import date_of
from tests.producers.simulate.told import Case, Part, Told

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from producers.simulate.workdays import WorkCalendar

IDS = ("service_id", "redemption_id", "visit_id", "reminder_id")
OPENINGS = {"CareHoursEarned", "CareHoursRedeemed", "ElderVisited", "DoctorVisited", "ReminderSent"}


@pytest.fixture(scope="module")
def told(places: Path, calendar: WorkCalendar) -> Told:
    return Told(places, calendar, Care(), IDS, OPENINGS)


def test_every_event_keeps_the_contract_and_every_life_is_in_order(told: Told) -> None:
    told.check_contract()
    told.check_order()
    assert told.has_corrections(), "a slip is corrected now and then"


def test_who_is_slow_visits_fewer_elders_and_residents(told: Told) -> None:
    records = told.by_character(lambda case: case[0][0])
    for record in ("ElderVisited", "DoctorVisited"):
        assert records["slow"].count(record) < 0.7 * records["diligent"].count(record)
    alone = Counter(case[0][1]["living_alone"] for case in told.cases if case[0][0] == "ElderVisited")
    assert alone[True] > 2 * alone[False], "who lives alone is visited more, though fewer do"


def test_winter_brings_visits_and_word_of_the_cold(told: Told) -> None:
    visits, weather = Counter[bool](), Counter[bool]()
    for happening in told.happenings:
        winter = date_of(told.calendar.day_of(happening.event["occurred_at"])).month in (12, 1, 2)
        visits[winter] += happening.record.endswith("ElderVisited")
        weather[winter] += happening.event.get("about") == "weather"
    assert visits[True] / 3 > 1.1 * visits[False] / 9
    assert weather[True] > 0
    assert weather[False] == 0


def test_what_is_true_is_what_counting_the_events_gives(told: Told) -> None:
    assert told.check_truths(_count) == {
        "care_hours_earned", "care_hours_redeemed", "care_hours_deposited", "care_hours_withdrawn", "care_volunteers",
        "elder_visit_count", "elders_alone_visited", "elder_needs_help_rate", "doctor_visit_count",
        "doctor_residents_served", "reminder_count", "reminder_delivered_rate",
    }  # fmt: skip


def _count(case: Case) -> Iterator[Part]:
    record, event = case[0]
    at = event["occurred_at"]
    match record:
        case "CareHoursEarned":
            yield Part("care_hours_earned", at, int(event["hours"] * 100))
            yield Part("care_hours_deposited", None, int(event["hours"] * 100))
            yield Part("care_volunteers", at, thing=event["volunteer_id"])
        case "CareHoursRedeemed":
            yield Part("care_hours_redeemed", at, int(event["hours"] * 100))
            yield Part("care_hours_withdrawn", None, int(event["hours"] * 100))
        case "ElderVisited":
            yield Part("elder_visit_count", at, 1)
            yield Part("elder_needs_help_rate", at, int(event["needs_help"]), 1)
            if event["living_alone"]:
                yield Part("elders_alone_visited", at, thing=event["elder_id"])
        case "DoctorVisited":
            yield Part("doctor_visit_count", at, 1)
            yield Part("doctor_residents_served", at, thing=event["resident_id"])
        case "ReminderSent":
            yield Part("reminder_count", at, 1)
            if event["delivered"] is not None:
                yield Part("reminder_delivered_rate", at, int(event["delivered"]), 1)
