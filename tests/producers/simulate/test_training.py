"""Training of the simulated county: by the contract; the slow learn less, digital is weakest, the truths hold."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from producers.simulate.register_ids import township_cadres, village_cadres
from producers.simulate.training import Training
from tests.producers.simulate.told import Case, Part, Told, mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from producers.simulate.workdays import WorkCalendar

IDS = ("attendance_id", "assessment_id", "test_id")
OPENINGS = {"TrainingAttended", "CapabilityAssessed", "CompetenceTested"}


@pytest.fixture(scope="module")
def told(places: Path, calendar: WorkCalendar) -> Told:
    return Told(places, calendar, Training(), IDS, OPENINGS)


def test_every_event_keeps_the_contract_and_every_life_is_in_order(told: Told) -> None:
    told.check_contract()
    told.check_order()


def test_who_is_slow_learns_less_and_passes_less(told: Told) -> None:
    hours = told.by_character(lambda case: float(case[0][1].get("hours", 0)))
    heads = {
        township.character.name: len(township_cadres(township))
        + sum(len(village_cadres(village)) for village in township.villages)
        for township in told.county.townships
    }
    assert 60 < sum(hours["diligent"]) / heads["diligent"] < 90
    assert sum(hours["slow"]) / heads["slow"] < 60
    passed = told.by_character(lambda case: case[0][1].get("passed"))
    assert mean(passed["diligent"]) > 0.9
    assert mean(passed["slow"]) < mean(passed["diligent"]) - 0.05


def test_digital_is_the_weakest_of_six_capabilities_and_political_the_strongest(told: Told) -> None:
    scores: dict[str, list[float]] = defaultdict(list)
    for happening in told.happenings:
        if happening.record.endswith("CapabilityAssessed"):
            scores[happening.event["dimension"]].append(float(happening.event["score"]))
    means = {dimension: mean(found) for dimension, found in scores.items()}
    assert len(means) == 6
    assert min(means, key=lambda dimension: means[dimension]) == "digital"
    assert means["political"] > means["legal"] > means["digital"]


def test_what_is_true_is_what_counting_the_events_gives(told: Told) -> None:
    assert told.check_truths(_count) == {
        "training_attendance_count", "training_hours", "training_online_share", "cadres_trained",
        "cadres_trained_digital", "capability_map", "competence_pass_rate", "competence_score",
    }  # fmt: skip


def _count(case: Case) -> Iterator[Part]:
    record, event = case[0]
    at = event["occurred_at"]
    match record:
        case "TrainingAttended":
            yield Part("training_attendance_count", at, 1)
            yield Part("training_hours", at, int(event["hours"] * 100))
            yield Part("training_online_share", at, int(event["online"]), 1)
            yield Part("cadres_trained", at, thing=event["cadre_id"])
            if event["kind"] == "digital":
                yield Part("cadres_trained_digital", at, thing=event["cadre_id"])
        case "CapabilityAssessed":
            yield Part("capability_map", at, int(event["score"] * 100), 1)
        case "CompetenceTested":
            yield Part("competence_pass_rate", at, int(event["passed"]), 1)
            yield Part("competence_score", at, int(event["score"] * 100), 1)
