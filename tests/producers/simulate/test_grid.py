"""Grids of the simulated county: by the contract, in order; the slow are slow, rain brings hazards, the truths hold."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import pytest

from producers.simulate.grid import Grids
from producers.simulate.workdays import date_of
from tests.producers.simulate.told import Case, Part, Told, mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from producers.simulate.workdays import WorkCalendar

IDS = ("patrol_id", "hazard_id", "incident_id", "assessment_id")
OPENINGS = {"PatrolCheckedIn", "HazardFound", "IncidentReported", "RiskAssessed"}


@pytest.fixture(scope="module")
def told(places: Path, calendar: WorkCalendar) -> Told:
    return Told(places, calendar, Grids(), IDS, OPENINGS)


def test_every_event_keeps_the_contract_and_every_life_is_in_order(told: Told) -> None:
    told.check_contract()
    told.check_order()
    for events in told.cases:
        ends = [record for record, event in events if record == "HazardRectified" or event.get("passed") is False]
        assert all(one != other for one, other in pairwise(ends)), "sent back only what was done"


def test_who_is_slow_patrols_less_puts_right_late_and_responds_late(told: Told) -> None:
    patrols = told.by_character(lambda case: 1 if case[0][0] == "PatrolCheckedIn" else None)
    assert len(patrols["slow"]) < 0.6 * len(patrols["diligent"])
    on_time = told.by_character(_on_time)
    assert mean(on_time["slow"]) < 0.75
    assert mean(on_time["diligent"]) > 0.9
    minutes = told.by_character(_minutes_to_respond)
    assert median(minutes["slow"]) > 3 * median(minutes["diligent"])


def test_the_rains_bring_more_hazards_and_other_ones(told: Told) -> None:
    found = Counter[int]()
    kinds = Counter[tuple[bool, str]]()
    for happening in told.happenings:
        if happening.record.endswith("HazardFound"):
            month = date_of(told.calendar.day_of(happening.event["occurred_at"])).month
            found[month] += 1
            kinds[month in range(6, 10), happening.event["kind"]] += 1
    assert found[6] + found[7] + found[8] > 1.3 * (found[3] + found[4] + found[5])
    assert kinds[True, "flood"] > kinds[True, "fire"]
    assert kinds[False, "fire"] > kinds[False, "flood"]


def test_what_is_true_is_what_counting_the_events_gives(told: Told) -> None:
    assert told.check_truths(_count) == {
        "patrol_count", "patrol_minutes_mean", "patrol_village_coverage", "grids_patrolled", "hazard_volume",
        "hazard_rectification_rate", "hazard_open", "hazard_major_open", "incident_volume", "incident_open", "incident_joint_rate",
        "risk_assessment_count",
    }  # fmt: skip


def _on_time(case: Case) -> bool | None:
    if case[0][0] != "HazardFound":
        return None
    done = [event["occurred_at"] for record, event in case if record == "HazardRectified"]
    return bool(done) and done[0] <= case[0][1]["due_at"]


def _minutes_to_respond(case: Case) -> float | None:
    at = [event["occurred_at"] for record, event in case if record == "IncidentResponded"]
    return (at[0] - case[0][1]["occurred_at"]) / 60_000 if at else None


def _count(case: Case) -> Iterator[Part]:
    opening, first = case[0]
    at, records = first["occurred_at"], [record for record, _ in case]
    match opening:
        case "PatrolCheckedIn":
            yield Part("patrol_count", at, 1)
            yield Part("patrol_minutes_mean", at, first["minutes"], 1)
            yield Part("patrol_village_coverage", at, thing=first["village"])
            yield Part("grids_patrolled", at, thing=first["grid_id"])
        case "HazardFound":
            states = [record == "HazardRectified" for record, event in case[1:] if event.get("passed") is not True]
            rectified = bool(states) and states[-1]
            yield Part("hazard_volume", at, 1)
            yield Part("hazard_rectification_rate", at, int(rectified), 1)
            yield Part("hazard_open", None, int(not rectified))
            if first["level"] == "level_1":
                yield Part("hazard_major_open", None, int(not rectified))
        case "IncidentReported":
            yield Part("incident_volume", at, 1)
            yield Part("incident_open", None, int("IncidentClosed" not in records))
            if first["partner_townships"]:
                yield Part("incident_joint_rate", at, int("JointHandlingStarted" in records), 1)
        case "RiskAssessed":
            yield Part("risk_assessment_count", at, 1)
