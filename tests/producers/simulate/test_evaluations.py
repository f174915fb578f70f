"""Evaluations of the simulated county: by the contract; who games numbers pleases superiors only; the truths hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from producers.simulate.evaluations import Evaluations
from tests.producers.simulate.told import Case, Part, Told, mean

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from producers.simulate.workdays import WorkCalendar

IDS = ("evaluation_id",)
OPENINGS = {"EvaluationSubmitted"}


@pytest.fixture(scope="module")
def told(places: Path, calendar: WorkCalendar) -> Told:
    return Told(places, calendar, Evaluations(), IDS, OPENINGS)


def test_every_event_keeps_the_contract_and_every_life_is_in_order(told: Told) -> None:
    told.check_contract()
    told.check_order()
    assert told.has_corrections()


def test_who_games_the_numbers_pleases_superiors_and_not_the_masses(told: Told) -> None:
    superior = told.by_character(lambda case: _score(case, "superior"))
    masses = told.by_character(lambda case: _score(case, "masses"))
    divergence = {name: mean(superior[name]) - mean(masses[name]) for name in masses}
    assert divergence["gaming"] > 12
    assert divergence["diligent"] < 6
    assert mean(masses["slow"]) < mean(masses["diligent"]) - 5
    assert mean(superior["slow"]) < mean(superior["gaming"]) - 5


def test_what_is_true_is_what_counting_the_events_gives(told: Told) -> None:
    assert told.check_truths(_count) == {
        "evaluation_count", "evaluation_masses_score", "evaluation_third_party_score", "evaluation_superior_score",
        "evaluation_resident_cadre_score", "evaluation_good_rate", "evaluation_poor_rate",
        "evaluation_subjects", "evaluation_raters",
    }  # fmt: skip


def _score(case: Case, rater_kind: str) -> float | None:
    event = case[0][1]
    return float(event["score"]) if event["rater_kind"] == rater_kind else None


def _count(case: Case) -> Iterator[Part]:
    event = case[0][1]
    at, score = event["occurred_at"], event["score"]
    yield Part("evaluation_count", at, 1)
    yield Part("evaluation_subjects", at, thing=event["subject_id"])
    if event["rater_id"] is not None:
        yield Part("evaluation_raters", at, thing=event["rater_id"])
    yield Part(f"evaluation_{event['rater_kind']}_score", at, int(score * 100), 1)
    if event["rater_kind"] == "masses":
        yield Part("evaluation_good_rate", at, int(score >= 80), 1)
        yield Part("evaluation_poor_rate", at, int(score < 60), 1)
