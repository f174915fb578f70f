"""Folds and kinds that the shipped catalogue does not use yet: written into a catalogue here, and counted with no other change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue.load import load_catalogue
from tests.streams.core.support import HOUR, TOWNSHIP, Line, World, make, world, world_of

if TYPE_CHECKING:
    from pathlib import Path

NOON = 1_772_510_400_000  # 2026-03-03 12:00 in Shanghai
MARCH = 20_513

FIELDS = """
      score_total: {zh: 评分合计, en: total of the scores, fold: sum, of: AppealRated.score}
      good_scores: {zh: 高分合计, en: total of good scores, fold: sum, of: AppealRated.score, where: score >= 4}
      first_score: {zh: 首次评分, en: first score, fold: first, of: AppealRated.score}
      best_score: {zh: 最高评分, en: best score, fold: max, of: AppealRated.score}
      worst_score: {zh: 最低评分, en: worst score, fold: min, of: AppealRated.score}
      always_satisfied: {zh: 始终满意, en: always satisfied, fold: all, of: AppealRated, where: satisfied}
      last_heard_at: {zh: 最近动态, en: last heard at, fold: max, of: "*.occurred_at"}
      answers: {zh: 答复次数, en: answers, fold: count, of: "*", where: department = '供电所'}
      spread: {zh: 评分差, en: spread of the scores, expression: best_score - worst_score}
"""

CONTRACT = """
    sentence: {zh: 试验口径。, en: A trial.}
    over: reported_at is not null
    anchor: reported_at
    value: VALUE
    dimensions: [DIMENSION]
    unit: points
    factor: 1
    direction: none
    minimum_volume: 0
    source: trial
    effective_from: 2026-01-01
    version: 1
    golden:
      - says: {zh: 例子, en: an example}
        cases:
          A: [{AppealReported: {occurred_at: 2026-03-02T09:00}}]
        expect: {period: 2026-03, numerator: 0}
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    return trial(tmp_path_factory.mktemp("catalogue"))


def trial(folder: Path) -> World:
    domain = world().catalogue.domain
    text = (domain.folder / "catalogue.yaml").read_text(encoding="utf-8")
    text = text.replace("\nindicators:\n", FIELDS.rstrip() + "\n\nindicators:\n")
    for name, kind, value, dimension in (
        ("score_sum", "sum", "score_total", "department"),
        ("closings", "count", "", "department"),
        ("score_mean", "mean", "first_score", "channel"),
        ("spread_sum", "sum", "spread", "channel"),
    ):
        contract = CONTRACT.replace("VALUE", value).replace("DIMENSION", dimension)
        if kind == "count":  # of a population that says nothing of the opening
            contract = contract.replace("    value: \n", "").replace("reported_at", "closed_at")
        text += f"  {name}:\n    case: appeal\n    kind: {kind}\n    zh: 试验\n    en: trial{contract}"
    file = folder / "catalogue.yaml"
    file.write_text(text, encoding="utf-8")
    return world_of([load_catalogue(domain, file)])


def rated(case: str, at: int, score: int | None, *, satisfied: bool | None = True, **fields: Any) -> tuple[str, Any]:
    return make("AppealRated", case, at, score=score, satisfied=satisfied, **fields)


def test_scores_are_summed_averaged_and_taken_back(here: World) -> None:
    story = Line(here, NOON).send(
        make("AppealReported", "A", NOON - HOUR),
        rated("A", NOON - 9, 5),
        rated("A", NOON - 8, 3, satisfied=None),
        rated("A", NOON - 7, None, department="供电所"),
        make("AppealReported", "B", NOON - HOUR, channel="visit"),
        rated("B", NOON - 6, 4, name="wrong"),
        make("AppealReported", "C", NOON - HOUR),
    )
    story.flow()
    a = story.cases[f"{TOWNSHIP}|appeal|A"]
    expected = {"score_total": 8, "good_scores": 5, "first_score": 5, "best_score": 5, "worst_score": 3}
    expected |= {"spread": 2, "always_satisfied": False, "last_heard_at": NOON - 7, "answers": 1}
    assert {name: a[name] for name in expected} == expected
    c = story.cases[f"{TOWNSHIP}|appeal|C"]
    assert (c["score_total"], c["best_score"], c["spread"], c["always_satisfied"]) == (0, None, None, True)
    assert story.part("score_sum", "month", MARCH) == (12, 0)
    assert story.part("score_mean", "month", MARCH) == (9, 2)
    assert story.part("spread_sum", "year", 20_454) == (2, 0)

    story.send(rated("B", NOON - 6, 1, corrects="wrong")).flow()
    assert story.part("score_mean", "month", MARCH) == (6, 2)
    assert story.part("score_mean", "month", MARCH, dimension="channel|visit") == (1, 1)
    story.send(make("EventVoided", "B", NOON, corrects="B/AppealRated/" + str(NOON - 6))).flow()
    assert story.part("score_mean", "month", MARCH) == (5, 1)
    assert story.part("score_mean", "month", MARCH, dimension="channel|visit") == (0, 0)


def test_a_cell_of_a_dimension_holds_only_the_indicators_that_declare_it(here: World) -> None:
    story = Line(here, NOON).send(make("AppealReported", "A", NOON - HOUR), rated("A", NOON - 9, 5)).flow()
    prefix = f"{TOWNSHIP}|appeal|township|{TOWNSHIP}|month|{MARCH}"
    by_channel = {part["indicator"] for part in story.cells[f"{prefix}|channel|hotline"]["parts"]}
    by_department = {part["indicator"] for part in story.cells[f"{prefix}|department|热线"]["parts"]}
    assert by_channel == {"score_mean", "spread_sum"}
    assert "score_sum" in by_department
    assert not by_channel & by_department
    assert story.part("score_mean", "month", MARCH, dimension="channel|hotline") == (5, 1)


def test_a_case_counts_nowhere_without_its_opening_whatever_the_population_says(here: World) -> None:
    story = Line(here, NOON).send(make("AppealClosed", "A", NOON - 9)).flow()
    assert story.numbers() == {}
    story.send(make("AppealReported", "A", NOON - HOUR)).flow()
    assert story.part("closings", "month", MARCH) == (1, 0)


ratings = st.lists(
    st.tuples(st.integers(0, 5), st.none() | st.integers(1, 5), st.none() | st.booleans(), st.integers(0, 3)),
    max_size=12,
)


@given(ratings, st.data())
@settings(max_examples=100)
def test_sums_and_means_do_not_depend_on_order_or_restarts(here: World, rows: list[Any], data: st.DataObject) -> None:
    events = [make("AppealReported", f"案{number}", NOON - HOUR) for number in range(4)]
    made = [
        rated(f"案{case}", NOON - 9 + at, score, satisfied=satisfied, name=number)
        for number, (at, score, satisfied, case) in enumerate(rows)
    ]
    story = Line(here, NOON)
    for event in data.draw(st.permutations(events + made)):
        story.send(event).apply()
        if data.draw(st.booleans()):
            story.drain()
        if data.draw(st.booleans()):
            story.crash().apply()
    story.drain()
    first: dict[int, tuple[tuple[int, str], int]] = {}
    for (_, event), (at, score, _, case) in zip(made, rows, strict=True):
        if score is not None:
            first[case] = min(first.get(case, ((99, ""), 0)), ((at, event["event_id"]), score))
    assert story.part("score_sum", "month", MARCH) == (sum(score or 0 for _, score, _, _ in rows), 0)
    assert story.part("score_mean", "month", MARCH) == (sum(score for _, score in first.values()), len(first))
    for number in range(4):
        case = story.cases[f"{TOWNSHIP}|appeal|案{number}"]
        assert case["always_satisfied"] == all(satisfied is True for _, _, satisfied, which in rows if which == number)
