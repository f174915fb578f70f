"""From a number of different values, and from a stock of values, to the cases behind it, and behind a difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from sinks.proof.cases_command import cases
from sinks.proof.comparison import CellKey
from sinks.proof.explanation import explain
from sinks.proof.folding import Folding
from sinks.proof.source import case_source
from tests.schemas.catalogue.trial import changed, trial_domain
from tests.sinks.proof.support import Line, line_in
from tests.sinks.proof.test_drill import ask, told
from tests.streams.core.support import DAY, HOUR, world_of
from tests.streams.core.test_trial_laws import START, TOPIC, make

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from schemas.catalogue.model import Indicator
    from schemas.settings import Settings
    from sinks.proof.explanation import Explanation

A, B = "330521100", "330521101"
BEFORE = """
    version: 2
    earlier:
      - {version: 1, effective_from: 2020-01-01, changed: {zh: 改按户计, en: by the household since}, counts: topic}
    golden:
      - says:
          zh: 甲户"""


@pytest.fixture(scope="module")
def line(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Visits in two townships and matters in one; households were topics in the version before."""
    folder: Path = tmp_path_factory.mktemp("domains")
    text = changed(("\n    version: 1\n    golden:\n      - says:\n          zh: 甲户", BEFORE))
    trial_domain(folder, text)
    world = world_of([*load_catalogues(load_domains(folder)).values()])
    with line_in(settings.model_copy(update={"domains": folder}), world, START + 40 * DAY) as line:
        line.send(
            TOPIC,
            visit("1", "甲", village=f"{A}001", topic="防汛"),
            visit("2", "甲", village=f"{A}002", topic="防火"),
            visit("3", "乙", topic="防火"),
            visit("4", None, village=f"{A}001", topic="防火"),
            visit("5", "甲", township=B, topic="防火"),
            make("MatterProposed", "议1", START, "p1"),
            make("MatterDiscussed", "议1", START + HOUR, "d1", present=5),
            make("MatterProposed", "议2", START, "p2"),
            make("MatterDiscussed", "议2", START + HOUR, "d2", present=7),
            make("MatterPublished", "议2", START + DAY, "o2"),
            make("MatterProposed", "议3", START, "p3"),
        ).flow().sink()
        yield line


def visit(number: str, household: str | None, township: str = A, **given: Any) -> tuple[str, dict[str, Any]]:
    return make("VisitMade", f"访{number}", START + HOUR, f"v{number}", household=household, township=township, **given)


def of(line: Line, name: str) -> Indicator:
    return line.layout.catalogues["trials"].indicators[name]


def test_the_cases_of_a_number_say_their_values_and_which_have_none(line: Line) -> None:
    rows = told(line, "households_seen", "--place", A, "--period", "2026-03")
    assert [(row["case_id"], row["role"], row["value"], row["household"]) for row in rows] == [
        ("访1", "numerator", "甲", "甲"),
        ("访2", "numerator", "甲", "甲"),
        ("访3", "numerator", "乙", "乙"),
        ("访4", "unmeasured", None, None),
    ]


@pytest.mark.parametrize(("place", "number"), [(A, 2), (f"{A}001", 1), (f"{A}002", 1), (B, 1), ("330521", 3), ("", 3)])
def test_each_place_has_its_own_number_and_a_county_the_sum_of_its_townships(
    line: Line, place: str, number: int
) -> None:
    where = ["--place", place] if place else []
    answer = ask(line, cases, "households_seen", *where, "--period", "2026-03").stdout
    assert f"事项合计 cases {number} · 已发布 published {number} ✓" in answer


def test_a_stock_of_values_is_who_is_in_and_how_much(line: Line) -> None:
    def inside(*arguments: str) -> list[tuple[str, str, int]]:
        rows = told(line, "people_awaiting", *arguments)
        return [(row["case_id"], row["role"], row["value"]) for row in rows]

    assert inside("--period", "2026-03-31") == [
        ("议1", "numerator", 5),
        ("议2", "numerator", 7),
        ("议3", "unmeasured", None),
    ]
    assert inside() == [("议1", "numerator", 5), ("议3", "unmeasured", None)]
    for period, number in (("2026-03-31", 12), ("2026-04-01", 5), ("now", 5)):
        answer = ask(line, cases, "people_awaiting", "--period", period).stdout
        assert f"事项合计 cases {number} · 已发布 published {number} ✓" in answer


def test_a_case_that_counts_for_another_value_moved_between_versions(line: Line) -> None:
    answer = ask(line, cases, "households_seen", "--place", B, "--period", "2026-03", "--compare", "1", "2").stdout
    assert "访5" in answer
    assert "取值 value" in answer
    assert "v1: 分子 numerator: 事项合计 cases 1 · 已发布 published 1 ✓" in answer


def behind(line: Line, name: str, key: tuple[str, str, date], **published: str) -> Explanation:
    """Return what stands behind a township's cell after these fields of all its cases were published otherwise, in SQL."""
    indicator = of(line, name)
    source = case_source(line.layout, indicator.case)
    table = f"`{line.layout.storage}`.cases_{indicator.case}"
    for field, value in published.items():
        line.rows(f"ALTER TABLE {table} UPDATE {field} = {value} WHERE 1 SETTINGS mutations_sync = 1")
    with Folding(line.warehouse, line.layout, None) as folding:
        folding.fold(source, ())
        cell = CellKey(indicator.id, indicator.version, "township", *key, "", "")
        return explain(line.warehouse, line.layout, indicator, cell, folding.table(source))


def test_a_case_published_with_another_value_is_named_though_it_counts_as_much(line: Line) -> None:
    start = START // DAY + 1
    first = line.rows(f"SELECT toDate({start})")[0][0].replace(day=1)
    assert behind(line, "households_seen", (A, "month", first)).different == 0
    found = behind(line, "households_seen", (A, "month", first), household="'丙'")
    assert found.different == 4  # all of the township's visits; the one without a household has one now
    told_of = {each.case_id: each for each in found.told}
    assert [(each.field, each.published, each.computed) for each in told_of["访3"].fields] == [
        ("household", "丙", "乙")
    ]
    assert (told_of["访3"].published, told_of["访3"].computed) == ((1, 0), (1, 0))


def test_a_stocks_day_is_explained_by_values(line: Line) -> None:
    day = line.rows(f"SELECT toDate({START // DAY + 1})")[0][0]
    found = behind(line, "people_awaiting", (A, "day", day), present="toInt64(9)")
    assert {each.case_id: (each.published[0], each.computed[0]) for each in found.told} == {
        "议1": (9, 5),
        "议2": (9, 7),
        "议3": (9, 0),
    }
