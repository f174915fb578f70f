"""Coverage, derived, index, scores, steps and earlier versions: what is taken, and every mistake with its line."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from schemas.catalogue.load import load_catalogue, load_catalogues
from schemas.catalogue.written import CatalogueRefused
from tests.schemas.catalogue.trial import changed, line_of, trial_domain

if TYPE_CHECKING:
    from pathlib import Path


def test_every_key_arrives_in_the_model(tmp_path: Path) -> None:
    domain = trial_domain(tmp_path)
    indicators = load_catalogues({"trials": domain})["trials"].indicators

    coverage = indicators["visited_households"]
    assert (coverage.covers, coverage.at_least, coverage.value and coverage.value.type) == ("village", 10, "long")
    assert indicators["visits"].at_least is None
    distinct, often = indicators["households_seen"], indicators["topics_often_spoken_of"]
    assert (distinct.counts and distinct.counts.type, distinct.at_least, often.at_least) == ("string", 1, 2)
    assert indicators["people_awaiting"].value is not None
    assert indicators["minutes_for_a_household"].weight is not None
    assert indicators["visits"].periods == ("day", "month", "quarter", "year", "now")

    derived = indicators["visits_growth"]
    assert (derived.case, derived.over, derived.periods) == ("", None, ("month", "year"))
    assert derived.expression is not None
    assert derived.expression.names() == {"visits", "previous.visits"}

    index = indicators["village_index"]
    assert [(part.indicator, part.weight, part.direction) for part in index.parts] == [
        ("visited_villages", 0.5, "up"),
        ("matters_done", 0.3, "up"),
        ("minutes_for_a_household", 0.2, "none"),
    ]
    assert index.parts[0].score == indicators["visited_villages"].score
    assert index.parts[2].score.goal == 30
    assert (index.minimum_weight, index.veto[0].when, index.veto[0].line) == (0.8, "below", 10)


def test_an_earlier_version_is_whole_and_says_why_it_was_left(tmp_path: Path) -> None:
    catalogue = load_catalogue(trial_domain(tmp_path))
    newest = catalogue.indicators["matters_done"]
    second, first = newest.earlier
    assert [each.version for each in newest.versions] == [3, 2, 1]
    assert (second.effective_from, first.effective_from) == (date(2026, 4, 1), date(2026, 1, 1))
    assert (first.changed_en, newest.changed_en) == ("how many are present no longer matters", "")
    assert (newest.goal, second.goal, first.goal) == (58, 58, None)
    assert (second.zh, second.anchor, second.unit, second.score) == (newest.zh, newest.anchor, "%", newest.score)
    assert second.numerator != newest.numerator
    assert len({each.text for each in newest.versions}) == 3
    assert "earlier" not in newest.text
    assert [(each.id, each.version) for each in catalogue.indicators_of("matter")] == [
        ("matters_done", 3),
        ("matters_done", 2),
        ("matters_done", 1),
        ("people_awaiting", 1),
    ]
    assert "visits_growth" not in [each.id for each in catalogue.indicators_of("visit")]


@pytest.mark.parametrize(
    ("old", "new", "says", "allowed"),
    [
        ("    covers: village\n", "", "a coverage needs `covers`", "case, over, anchor, covers"),
        ("covers: village", "covers: grid", "covers", "'village'"),
        ("at_least: 2", "at_least: 0", "greater than or equal to 1", ""),
        ("    counts: household\n", "", "a distinct needs `counts`", "case, over, anchor, counts"),
        ("counts: household\n", "counts: minutes\n", "is of type long", "string"),
        ("counts: household\n", "counts: house\n", "no field house", "household"),
        ("counts: household\n", "counts: household\n    dimensions: [topic]\n", "has no `dimensions`", "at_least"),
        ("counts: household\n", "counts: household\n    value: minutes\n", "a distinct has no `value`", "at_least"),
        ("counts: household\n", "counts: household\n    weight: minutes\n", "a distinct has no `weight`", "counts"),
        ("at_least: 2\n    unit", "at_least: 0\n    unit", "greater than or equal to 1", ""),
        ("value: minutes\n", "value: minutes\n    counts: topic\n", "a mean has no `counts`", "weight"),
        ("value: present\n", "value: published_at\n", "is of type timestamp", "long"),
        ("value: present\n", "value: present\n    weight: done\n", "a stock has no `weight`", "enter, leave, value"),
        (
            "fold: sum, of: VisitMade.households",
            "fold: sum, of: [VisitMade.households, VisitMade.households]",
            "VisitMade.households is named twice",
            "once",
        ),
        (
            "fold: last, of: VisitMade.topic",
            'fold: last, of: [VisitMade.topic, "*.topic"]',
            "VisitMade.topic is named twice",
            "once",
        ),
        (
            "fold: sum, of: VisitMade.households",
            "fold: count, of: [VisitMade, VisitMade]",
            "VisitMade is named twice",
            "once",
        ),
        ("value: minutes\n", "value: topic\n", "is of type string", "long"),
        ("weight: seen\n", "weight: topic\n", "is of type string", "long"),
        (
            "covers: village\n    at_least: 2",
            "covers: village\n    weight: seen",
            "a coverage has no `weight`",
            "at_least",
        ),
        ("kind: mean", "kind: sum", "a sum has no `weight`", "case, over, anchor, value"),
        ("    case: visit\n    kind: count\n", "    kind: count\n", "a count needs `case`", "case, over, anchor"),
        (
            "    kind: derived\n",
            "    kind: derived\n    case: visit\n",
            "a derived has no `case`",
            "expression, dimensions",
        ),
        ("    kind: derived\n", "    kind: derived\n    over: done = 1\n", "a derived has no `over`", "expression"),
        ("    kind: index\n", "    kind: index\n    dimensions: [topic]\n", "an index has no `dimensions`", "parts"),
        ("    minimum_weight: 0.8\n", "", "an index needs `minimum_weight`", "parts, minimum_weight, veto"),
        ("(visits - previous(visits))", "(visits - earlier(visits))", "no function earlier", "dateDiff"),
        (
            "(visits - previous(visits))",
            "(visits - previous.visits)",
            "no field previous.visits",
            "previous(<indicator>)",
        ),
        ("(visits - previous(visits))", "(visits = 1)", "is boolean", "double or long"),
        (
            "expression: (visits - previous(visits)) / previous(visits)",
            "expression: visits > 1",
            "gives a boolean, not a number",
            "a number",
        ),
        (
            "expression: (visits - previous(visits)) / previous(visits)",
            "expression: 1 + 1",
            "names no indicator",
            "previous",
        ),
        ("(visits - previous(visits))", "(visits - previous(village_index))", "cannot be made of an index", "visits"),
        ("(visits - previous(visits))", "(visits_growth - previous(visits))", "cannot be made of a derived", "visits"),
        (
            "(visits - previous(visits))",
            "(matters_done - previous(visits))",
            "is not broken down by topic",
            "no dimensions",
        ),
        ("weight: 0.5}", "weight: 0.4}", "weights sum to 0.9", "1"),
        ("{indicator: visited_villages,", "{indicator: matters_done,", "matters_done has two parts", "once"),
        (
            "{indicator: visited_villages,",
            "{indicator: visited_households,",
            "visited_households has no score",
            "`score` here",
        ),
        ("{indicator: visited_villages,", "{indicator: village_index,", "cannot be made of an index", "matters_done"),
        (
            "veto: [{indicator: matters_done",
            "veto: [{indicator: village_index",
            "cannot be made of an index",
            "matters_done",
        ),
        ("unit: points\n    factor: 1", "unit: points\n    factor: 2", "points of 100", "1"),
        ("floor: 50, goal: 100, full: 20", "floor: 100, goal: 50, full: 20", "goal and floor", "floor < goal"),
        ("floor: 50, goal: 100, full: 20", "floor: 50, goal: 50, full: 20", "goal and floor", "floor < goal"),
        ("floor: 50, goal: 100, full: 20", "floor: 50, goal: 100, full: 0", "greater than 0", ""),
        ("kind: linear, floor: 50", "kind: curved, floor: 50", "score", "'linear'"),
        ("kind: linear, floor: 50", "kind: linear, top: 5, floor: 50", "unknown key top", "README"),
        ("{from: 80, points: 8}", "{from: 60, points: 8}", "bands must ascend", "above the one before"),
        ("{from: 80, points: 8}", "{from: 80, points: 5}", "points do not fit the direction", "more points"),
        ("kind: banded, floor: 2", "kind: banded, floor: 7", "points do not fit the direction", "more points"),
        ("{from: 100, points: 10}", "{from: 100, points: 11}", "points above full", "0 … 10"),
        ("start: 1, per_unit: 0.5", "start: 6, per_unit: 0.5", "start is more than full", "0 … 5"),
        ("start: 1, per_unit: 0.5", "start: 1, per_unit: -0.5", "per_unit does not fit", "more points"),
        (
            "direction: up\n    score: {kind: veto",
            "direction: none\n    score: {kind: veto",
            "no side of a line is bad",
            "up, down",
        ),
        ("kind: linear, floor: 0, goal: 30, full", "kind: veto, line: 3, full", "no side of a line is bad", "up, down"),
        ("kind: linear, floor: 0, goal: 30", "kind: linear, line: 3, floor: 0, goal: 30", "unknown key line", ""),
        ("periods: [month, year]", "periods: [month, week]", "periods", ""),
        ("periods: [month, year]", "periods: []", "periods", ""),
        ("periods: [month, year]", "periods: [month, now]", "leave out: now: previous.visits, visits", "month"),
        ("periods: [month, year]", "periods: [now]", "leave out: now: previous.visits, visits", "share a period"),
        (
            "MatterPublished]\n      well",
            "MatterProposed]\n      well",
            "each named once: MatterProposed",
            "MatterPublished",
        ),
        ("of: [MatterDiscussed, MatterDecided]", 'of: ["*"]', "each named once: *", "MatterDecided"),
        ("of: [MatterDiscussed, MatterDecided]", "of: [MatterDiscussed.present]", "wrong `of` for steps", "Record"),
        (
            "of: [MatterDiscussed, MatterDecided]",
            "cleared_by: [MatterProposed]\n        of: [MatterDiscussed, MatterDecided]",
            "steps cannot be cleared",
            "any",
        ),
        ("where: present >= 3", "where: matters >= 3", "no field matters", "present"),
        ("- version: 2\n", "- version: 3\n", "earlier versions are lower", "below 3"),
        ("effective_from: 2026-04-01", "effective_from: 2026-07-01", "holds from an earlier day", "before 2026-07-01"),
        ("- version: 2\n        effective_from: 2026-04-01\n", "- version: 2\n", "effective_from is missing", ""),
        ("        changed: {zh: 公开也算一步, en: publishing became a step}\n", "", "changed is missing", ""),
        ("numerator: done >= 3", "numerator: null", "a share needs `numerator`", "numerator"),
        ("numerator: done >= 3", "numerator: don >= 3", "no field don", "done"),
        ("numerator: done >= 3", "earlier: []", "unknown key earlier", "README"),
        (
            "    periods: [month, year]\n",
            "    earlier: [{version: 1, effective_from: 2025-01-01, changed: {zh: 旧, en: old}}]\n",
            "a derived has no `earlier`",
            "counts cases",
        ),
        ("many: {E: 3}", "many: {F: 3}", "F of `many` is not in `cases`", "A, B, C, D, E"),
        ("        exist: {village: 3}\n", "", "`value` needs `exist`", "village: 3"),
        ("exist: {village: 3}", "exist: {grid: 3}", "village", ""),
        (
            "expect: {period: 2026-03, numerator: 1, value: 1,",
            "expect: {period: 2026-03, value: 1,",
            "needs `numerator`",
            "",
        ),
        ("numerator: 1, value: 25}", "numerator: 1, value: 25, score: 2}", "without a `score`", ""),
        (
            "inputs: {visits: 3}",
            "inputs: {visits: 3, matters_done: 1}",
            "matters_done in `inputs` is no input",
            "visits",
        ),
        ("previous: {visits: 2}", "last_year: {visits: 2}", "visits in `last_year` is no input", ""),
        ("expect: {value: 50, score: 10}", "expect: {denominator: 1}", "needs `value` or `score`", ""),
        ("expect: {value: 50, score: 10}", "expect: {period: 2026-13-1, value: 1}", "no period", "2017-Q2"),
        ("/ previous(visits)\n", "/ numerator(visits)\n", "numerator.visits can only come of events", "cases"),
        (
            "cases:\n          A: [{VisitMade: {occurred_at: 2026-02-02T09:00}}]",
            "cases:\n          A: [{VisitMade: {occurred_at: 2026-02-02T09:00}}, {MatterProposed: {occurred_at: 2026-02-02}}]",
            "must be of one case",
            "visit, matter",
        ),
        (
            "expect: {period: 2026-03, value: -50, score: 0}",
            "expect: {value: -50, score: 0}",
            "either `period` or `as_of`",
            "",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, says: str, allowed: str
) -> None:
    domain = trial_domain(tmp_path, changed((old, new)))
    with pytest.raises(CatalogueRefused, match=says.replace("(", r"\(").replace("*", r"\*")) as caught:
        load_catalogues({"trials": domain})
    assert allowed in str(caught.value)
    assert f"{domain.folder / 'catalogue.yaml'}:" in str(caught.value)
    assert any(abs((mistake.line or -99) - line_of(old)) <= 30 for mistake in caught.value.mistakes)


def test_periods_that_an_input_leaves_out_are_told_where_they_are_written(tmp_path: Path) -> None:
    monthly = ("    case: visit\n    kind: count\n", "    case: visit\n    kind: count\n    periods: [day, month]\n")
    domain = trial_domain(tmp_path, changed(monthly))
    with pytest.raises(CatalogueRefused, match=r"leave out: year: previous\.visits, visits .*allowed: month") as caught:
        load_catalogues({"trials": domain})
    assert caught.value.line == line_of("periods: [month, year]", changed(monthly))


def test_unless_written_the_periods_are_those_in_which_there_can_be_a_value(tmp_path: Path) -> None:
    unsaid = ("    score: {kind: veto, line: 0, full: 10}\n    minimum_volume: 0\n    periods: [month, year]\n", "")
    whole = trial_domain(tmp_path, changed((unsaid[0], "    minimum_volume: 0\n"), ("value: 50, score: 10", "value: 50"),
                                           ("value: -50, score: 0", "value: -50")))  # fmt: skip
    indicators = load_catalogues({"trials": whole})["trials"].indicators
    assert indicators["visits_growth"].periods == ("day", "month", "quarter", "year")
    assert indicators["visits"].periods == ("day", "month", "quarter", "year", "now")
    assert indicators["village_index"].periods == ("day", "month", "quarter", "year")


def test_an_index_whose_parts_never_weigh_enough_together_is_refused(tmp_path: Path) -> None:
    monthly = ("  visited_villages:\n", "  visited_villages:\n    periods: [month]\n")
    yearly = ("  matters_done:\n", "  matters_done:\n    periods: [year]\n")
    domain = trial_domain(tmp_path, changed(monthly, yearly))
    with pytest.raises(CatalogueRefused, match=r"month: matters_done; .*year: visited_villages") as caught:
        load_catalogues({"trials": domain})
    assert caught.value.line == line_of("  village_index:", changed(monthly, yearly))


def test_what_an_earlier_version_only_has_from_the_entry_is_told_once_and_on_its_line(tmp_path: Path) -> None:
    domain = trial_domain(tmp_path, changed(("anchor: proposed_at", "anchor: propsed_at")))
    with pytest.raises(CatalogueRefused) as caught:
        load_catalogue(domain)
    assert [mistake.line for mistake in caught.value.mistakes] == [line_of("anchor: proposed_at")]
    unit = changed(("over: proposed_at is not null\n", "over: proposed_at is not null\n    unit: []\n"))
    unit = unit.replace('    anchor: proposed_at\n    unit: "%"\n', "    anchor: proposed_at\n")
    with pytest.raises(CatalogueRefused) as caught:
        load_catalogue(trial_domain(tmp_path, unit))
    assert [mistake.line for mistake in caught.value.mistakes] == [line_of("unit: []", unit)]


def test_the_line_of_a_mistake_in_an_earlier_version_is_its_own(tmp_path: Path) -> None:
    domain = trial_domain(tmp_path, changed(("numerator: well_attended = 2", "numerator: well = 2")))
    with pytest.raises(CatalogueRefused) as caught:
        load_catalogue(domain)
    assert [mistake.line for mistake in caught.value.mistakes] == [line_of("numerator: well_attended = 2")]
