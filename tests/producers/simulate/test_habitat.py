"""The living environment of the simulated county: by the contract, in order; the slow score less, the truths hold."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from producers.simulate.habitat import Habitat
from producers.simulate.workdays import date_of
from tests.producers.simulate.told import Case, Part, Told, mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from producers.simulate.workdays import WorkCalendar

IDS = ("inspection_id", "check_id", "renovation_id", "issue_id")
OPENINGS = {"InspectionScored", "GarbageSortingChecked", "ToiletRenovated", "HabitatIssueFound"}


@pytest.fixture(scope="module")
def told(places: Path, calendar: WorkCalendar) -> Told:
    return Told(places, calendar, Habitat(), IDS, OPENINGS)


def test_every_event_keeps_the_contract_and_every_life_is_in_order(told: Told) -> None:
    told.check_contract()
    told.check_order()


def test_who_is_slow_scores_less_sorts_less_and_fixes_late(told: Told) -> None:
    score = told.by_character(lambda case: _score(case, own=False))
    assert mean(score["diligent"]) > mean(score["slow"]) + 6
    assert mean(told.by_character(lambda case: _score(case, own=True))["slow"]) > mean(score["slow"]) + 3
    sorting = told.by_character(_sorting_share)
    assert mean(sorting["diligent"]) > mean(sorting["slow"]) + 0.1
    on_time = told.by_character(_on_time)
    assert mean(on_time["slow"]) < 0.8
    assert mean(on_time["diligent"]) > 0.9


def test_straw_costs_points_in_autumn_and_a_slip_is_corrected(told: Told) -> None:
    months: dict[int, list[float]] = defaultdict(list)
    for case in told.cases:
        score = _score(case, own=False)
        if score is not None:
            months[date_of(told.calendar.day_of(case[0][1]["occurred_at"])).month].append(score)
    assert min(map(min, months.values())) > 50, "a score that slipped does not stand"
    assert mean(months[11]) < mean(months[4]) - 2
    assert told.has_corrections()


def test_what_is_true_is_what_counting_the_events_gives(told: Told) -> None:
    assert told.check_truths(_count) == {
        "habitat_score", "habitat_village_coverage", "garbage_households_checked", "garbage_households_sorting",
        "garbage_village_coverage", "toilet_renovated_count", "habitat_issue_volume", "habitat_fix_rate",
        "habitat_issue_open",
    }  # fmt: skip


def _score(case: Case, *, own: bool) -> float | None:
    record, event = case[0]
    return float(event["score"]) if record == "InspectionScored" and (event["inspector"] == "village") == own else None


def _sorting_share(case: Case) -> float | None:
    record, event = case[0]
    return event["households_sorting"] / event["households"] if record == "GarbageSortingChecked" else None


def _on_time(case: Case) -> bool | None:
    if case[0][0] != "HabitatIssueFound":
        return None
    return len(case) > 1 and case[1][1]["occurred_at"] <= case[0][1]["due_at"]


def _count(case: Case) -> Iterator[Part]:
    record, event = case[0]
    at, village = event["occurred_at"], event["village"]
    match record:
        case "InspectionScored" if event["inspector"] != "village":
            yield Part("habitat_score", at, int(event["score"] * 100), 1)
            yield Part("habitat_village_coverage", at, thing=village)
        case "GarbageSortingChecked":
            yield Part("garbage_households_checked", at, event["households"])
            yield Part("garbage_households_sorting", at, event["households_sorting"])
            if event["households_sorting"]:
                yield Part("garbage_village_coverage", at, thing=village)
        case "ToiletRenovated" if event["accepted"] is not False:
            yield Part("toilet_renovated_count", at, 1)
        case "HabitatIssueFound":
            fixed = any(record == "HabitatIssueFixed" for record, _ in case)
            yield Part("habitat_issue_volume", at, 1)
            yield Part("habitat_fix_rate", at, int(fixed), 1)
            yield Part("habitat_issue_open", None, int(not fixed))
