"""Townships that were merged, renamed, split and abolished: both trees asked for, and every number checked by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner

from producers.reference_records import place_records
from schemas.catalogue.buckets import bucket_of
from schemas.place_files import load_places
from sinks.indicators import indicators
from sinks.shaping.records import RecordShaper
from sinks.trees import PLACE_NAMES, notes
from tests.sinks.support import put

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.sinks.support import House

A, B, C, D, E, F = (f"33052110{number}" for number in range(6))
COUNTY = "330521"
PLACES = f"""code,name,level,effective_from,effective_to,change,successors
{COUNTY},德清县,county,,,,
{A},甲镇,township,,,,
{B},乙乡,township,,2025-07-01,merged,{A}
{C},丙乡,township,,2024-01-01,renamed,
{C},丙镇,township,2024-01-01,,,
{D},丁镇,township,,2025-07-01,split,{D};{E}
{D},丁镇,township,2025-07-01,,,
{E},戊街道,township,2025-07-01,,,
{F},己乡,township,,2025-07-01,abolished,
{A}001,甲村,village,,,,
{B}001,乙一村,village,,2025-07-01,moved,{A}002
{B}002,乙二村,village,,2025-07-01,merged,{A}002
{A}002,乙村,village,2025-07-01,,,
"""


CELLS = f"""
    appeal_closure_rate | {A} | month | 2025-06-01 | | 9/10
    appeal_closure_rate | {B} | month | 2025-06-01 | | 10/90
    appeal_closure_rate | {A} | month | 2025-07-01 | | 30/60
    appeal_closure_rate | {C} | month | 2025-06-01 | | 40/80

    appeal_volume | {C} | month | 2023-12-01 | | 5/0
    appeal_volume | {C} | month | 2024-01-01 | | 6/0
    appeal_volume | {C} | year  | 2023-01-01 | | 50/0
    appeal_volume | {C} | now   |            | | 7/0

    appeal_volume | {D} | month   | 2025-06-01 | | 20/0
    appeal_volume | {D} | quarter | 2025-07-01 | | 12/0
    appeal_volume | {D} | year    | 2025-01-01 | | 90/0
    appeal_volume | {E} | quarter | 2025-07-01 | | 8/0
    appeal_volume | {F} | month   | 2025-06-01 | | 3/0

    appeal_hours_to_close_p50 | {A} | month | 2025-06-01 | | 40/40 | {bucket_of(20 * 3600)}:40
    appeal_hours_to_close_p50 | {B} | month | 2025-06-01 | | 60/60 | {bucket_of(100 * 3600)}:60

    appeal_open | {A} | day | 2025-06-29 | | 3/0
    appeal_open | {B} | day | 2025-06-30 | | 5/0
    appeal_open | {B} | day | 2025-07-02 | | -1/0

    appeal_response_rate     | {A} | month | 2025-06-01 | | 9/10
    appeal_resolution_rate   | {A} | month | 2025-06-01 | | 9/10
    appeal_satisfaction_rate | {A} | month | 2025-06-01 | | 9/10
    appeal_response_rate     | {B} | month | 2025-06-01 | | 10/90
    appeal_resolution_rate   | {B} | month | 2025-06-01 | | 10/90
    appeal_satisfaction_rate | {B} | month | 2025-06-01 | | 10/90

    disclosure_village_coverage | {A} | month | 2025-06-01 | | 1/0
    disclosure_village_coverage | {B} | month | 2025-06-01 | | 1/0
    disclosure_village_coverage | {C} | month | 2025-06-01 | | 0/0
    disclosure_village_coverage | {A} | month | 2025-07-01 | | 2/0

    appeal_volume | {B}001 | month | 2025-06-01 | | 4/0
    appeal_volume | {B}002 | month | 2025-06-01 | | 2/0
"""


class Row(NamedTuple):
    indicator: str
    level: str
    place: str
    name: str
    period: str
    start: str
    numerator: int
    denominator: int
    value: Any
    rank: int | None
    tree: str = ""
    made_of: Sequence[str] = ()


class Trees(NamedTuple):
    """Everything both views answer, each asked once."""

    then: list[Row]
    today: list[Row]

    def of(self, tree: str, indicator: str, level: str = "township") -> list[Row]:
        rows: list[Row] = getattr(self, tree)
        return [row for row in rows if (row.indicator, row.level) == (indicator, level)]


@pytest.fixture(scope="module")
def trees(standing_house: House, tmp_path_factory: pytest.TempPathFactory) -> Trees:
    """The county's numbers in both trees."""
    house = standing_house
    load(house, PLACES, tmp_path_factory.mktemp("places"))
    house.cells(CELLS)
    columns = "SELECT indicator, level, place, place_name, period, toString(period_start), numerator, denominator, value, rank"
    order = "ORDER BY place, period, period_start"
    found = Trees(
        [Row(*row) for row in house.rows(f"{columns} FROM {{db}}.indicators {order}")],
        [Row(*row) for row in house.rows(f"{columns}, tree, made_of FROM {{db}}.indicators_today {order}")],
    )
    for table in house.tables_with_rows():
        if table in ("indicator_cells", "org_units"):
            house.rows(f"TRUNCATE TABLE {{storage}}.`{table}`")
    return found


def load(house: House, table: str, folder: Path, offset: int = 0) -> None:
    """Load a place table by the way of its topic: records, bytes, columns, rows."""
    file = folder / "places.csv"
    file.write_text(table, encoding="utf-8")
    record = "xiangmai.system.PlaceDefined"
    batch = [
        house.bench.message(record, each, offset + number, "reference.places")
        for number, each in enumerate(place_records(load_places(file), 1_780_272_000_000))
    ]
    put(house.warehouse, RecordShaper([house.layout.places], house.bench.decoder).shape(batch), batch)


def test_a_merged_township_is_added_to_its_successor_before_anything_is_divided(trees: Trees) -> None:
    then = trees.of("then", "appeal_closure_rate")
    assert [(row.place, row.name, row.value) for row in then] == [
        (A, "甲镇", 90.0),
        (A, "甲镇", 50.0),
        (B, "乙乡", pytest.approx(11.111, abs=1e-3)),
        (C, "丙镇", 50.0),
    ]
    today = trees.of("today", "appeal_closure_rate")
    assert [(row.place, row.name, row.numerator, row.denominator, row.value, row.rank) for row in today] == [
        (A, "甲镇", 19, 100, 19.0, 2),  # not 50.6, the mean of 90 and 11.1
        (A, "甲镇", 30, 60, 50.0, 1),
        (C, "丙镇", 40, 80, 50.0, 1),
    ]
    assert [(row.tree, list(row.made_of)) for row in today] == [("summed", [B]), ("summed", [B]), ("", [])]
    for tree in ("then", "today"):
        county = trees.of(tree, "appeal_closure_rate", "county")
        assert [(row.place, row.numerator, row.denominator) for row in county] == [(COUNTY, 59, 180), (COUNTY, 30, 60)]


def test_a_renamed_township_bears_the_name_of_the_period_or_that_of_today(trees: Trees) -> None:
    then = [row for row in trees.of("then", "appeal_volume") if row.place == C]
    assert [(row.name, row.value) for row in then] == [("丙乡", 5.0), ("丙镇", 6.0), ("丙镇", 7.0), ("丙乡", 50.0)]
    today = [row for row in trees.of("today", "appeal_volume") if row.place == C]
    assert [(row.name, row.value, row.tree) for row in today] == [("丙镇", number, "") for number in (5, 6, 7, 50)]


def test_the_history_of_a_split_township_stays_under_it_and_says_so(trees: Trees) -> None:
    today = [row for row in trees.of("today", "appeal_volume") if row.place in (D, E, F)]
    assert [(row.place, row.name, row.period, row.value, row.tree) for row in today] == [
        (D, "丁镇", "month", 20.0, "before_split"),
        (D, "丁镇", "quarter", 12.0, ""),
        (D, "丁镇", "year", 90.0, "before_split"),  # begins before the day of the split
        (E, "戊街道", "quarter", 8.0, ""),
        (F, "己乡", "month", 3.0, "ended"),
    ]


def test_a_quantile_is_of_all_that_was_added_up(trees: Trees) -> None:
    (median,) = trees.of("today", "appeal_hours_to_close_p50")
    assert (median.place, median.value) == (A, pytest.approx(100, rel=0.01))


def test_a_stock_is_the_running_sum_of_all_that_was_added_up(trees: Trees) -> None:
    days = {
        (tree, place): [row.value for row in trees.of(tree, "appeal_open") if (row.place, row.period) == (place, "day")]
        for tree in ("then", "today")
        for place in (A, B)
    }
    assert days["then", A][:4] == [3, 3, 3, 3]
    assert days["then", B][:4] == [5, 5, 4, 4]
    assert days["today", A][:4] == [3, 8, 8, 7], "a case of then is closed under the code of then"
    assert days["today", B] == []


def test_a_derived_value_is_made_of_what_was_added_up(trees: Trees) -> None:
    then, today = (trees.of(tree, "appeal_three_rates_score") for tree in ("then", "today"))
    assert [(row.place, row.value) for row in then] == [(A, pytest.approx(90)), (B, pytest.approx(11.111, abs=1e-3))]
    assert [(row.place, row.value, row.tree) for row in today] == [(A, pytest.approx(19), "summed")]


def test_what_does_not_add_up_over_places_is_shown_for_each_predecessor(trees: Trees) -> None:
    then, today = (trees.of(tree, "disclosure_village_coverage") for tree in ("then", "today"))
    expected = [
        (A, "甲镇", 1, 1, 100.0),
        (A, "甲镇", 2, 2, 100.0),
        (B, "乙乡", 1, 2, 50.0),  # over the two villages it had then
        (C, "丙镇", 0, 0, None),
    ]
    for rows in (then, today):
        assert [(row.place, row.name, row.numerator, row.denominator, row.value) for row in rows] == expected
    assert [(row.tree, list(row.made_of)) for row in today] == [*[("kept_apart", [])] * 3, ("", [])]
    county = trees.of("then", "disclosure_village_coverage", "county")
    assert [(row.numerator, row.denominator) for row in county] == [(2, 3), (2, 2)]


def test_villages_follow_their_successors(trees: Trees) -> None:
    villages = trees.of("today", "appeal_volume", "village")
    assert [(row.place, row.name, row.value) for row in villages] == [(f"{A}002", "乙村", 6.0)]


@pytest.fixture
def house(emptied_house: House, tmp_path: Path) -> House:
    load(emptied_house, PLACES, tmp_path)
    return emptied_house


def test_org_units_are_those_of_today_and_their_history_says_who_followed_whom(house: House) -> None:
    townships = house.rows("SELECT code, name FROM {db}.org_units WHERE level = 'township' ORDER BY code")
    assert townships == [(A, "甲镇"), (C, "丙镇"), (D, "丁镇"), (E, "戊街道")]
    history = house.rows(
        "SELECT code, name, toString(effective_from), toString(effective_to), change, successors, predecessors, counted_under "
        "FROM {db}.org_units_history WHERE level = 'township' ORDER BY code, effective_from"
    )
    assert history == [
        (A, "甲镇", None, None, "", [], [B], A),
        (B, "乙乡", None, "2025-07-01", "merged", [A], [], A),
        (C, "丙镇", "2024-01-01", None, "", [], [C], C),
        (C, "丙乡", None, "2024-01-01", "renamed", [C], [], C),
        (D, "丁镇", "2025-07-01", None, "", [], [D], D),
        (D, "丁镇", None, "2025-07-01", "split", [D, E], [], D),
        (E, "戊街道", "2025-07-01", None, "", [], [D], E),
        (F, "己乡", None, "2025-07-01", "abolished", [], [], F),
    ]
    names = dict(house.rows(PLACE_NAMES.replace("org_units_history", "{db}.org_units_history")))
    assert (names[B], names[C]) == ("乙乡", "丙镇")


def test_what_is_announced_holds_from_its_day(house: House, tmp_path: Path) -> None:
    assert house.rows("SELECT code, today FROM {storage}.places_today WHERE length(code) = 9") == [(B, A)]
    announced = PLACES.replace("2025-07-01", "2099-07-01").replace("2024-01-01", "2099-01-01")
    load(house, announced, tmp_path, offset=100)
    assert house.rows("SELECT code, today FROM {storage}.places_today") == []
    townships = house.rows("SELECT name FROM {db}.org_units WHERE level = 'township' ORDER BY code")
    assert [name for (name,) in townships] == ["甲镇", "乙乡", "丙乡", "丁镇", "己乡"]


def test_who_followed_is_followed_on_also_when_told_later(house: House, tmp_path: Path) -> None:
    head = PLACES.splitlines()[0]
    load(house, f"{head}\n{A},甲镇,township,,2026-01-01,merged,{C}\n{C},丙镇,township,,,,\n", tmp_path, offset=100)
    today = house.rows("SELECT code, today FROM {storage}.places_today WHERE length(code) = 9 ORDER BY code")
    assert today == [(A, C), (B, C)]
    assert house.rows("SELECT made_of FROM {storage}.place_marks WHERE place = {place:String}", place=C) == [([A, B],)]


def test_codes_that_follow_each_other_round_end_somewhere(house: House, tmp_path: Path) -> None:
    head = PLACES.splitlines()[0]
    for number, (one, other) in enumerate(((A, C), (C, A))):  # two files, each whole in itself
        rows = f"{one},甲镇,township,,2026-01-01,merged,{other}\n{other},丙镇,township,,,,\n"
        load(house, f"{head}\n{rows}", tmp_path, offset=100 * (number + 1))
    assert len(house.rows("SELECT code, today FROM {storage}.places_today WHERE length(code) = 9")) == 2


def test_the_command_asks_for_the_tree_of_today_and_says_what_was_added(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.cells(f"""
        appeal_volume | {A} | month | 2025-06-01 | | 1/0
        appeal_volume | {B} | month | 2025-06-01 | | 2/0
        appeal_volume | {D} | month | 2025-06-01 | | 3/0
    """)
    monkeypatch.setenv("XIANGMAI_CLICKHOUSE_HOST", house.settings.clickhouse_host)
    monkeypatch.setenv("XIANGMAI_CLICKHOUSE_PORT", str(house.settings.clickhouse_port))
    monkeypatch.setenv("XIANGMAI_CLICKHOUSE_DATABASE", house.settings.clickhouse_database)
    monkeypatch.setenv("COLUMNS", "200")
    asked = ["--period", "2025-06", "--indicator", "appeal_volume", "--tree", "today"]
    told = CliRunner().invoke(indicators, asked, standalone_mode=False).output
    assert f"甲镇 {A}: 含 {B} / with the numbers of {B}" in told
    assert f"丁镇 {D}: 分设以前的范围" in told
    assert "乙乡" not in told
    then = CliRunner().invoke(indicators, ["--period", "2025-06", "--place", "乙乡"], standalone_mode=False).output
    assert "乙乡" in then


def test_a_note_says_which_indicators_are_kept_apart() -> None:
    row = {"place_name": "甲镇", "place": A, "made_of": []}
    told = notes(
        [
            {**row, "tree": "kept_apart", "name_zh": "走访户数"},
            {**row, "tree": "kept_apart", "name_zh": "当期公开村占比"},
            {**row, "tree": "", "name_zh": "诉求量"},
        ]
    )
    assert told == [
        f"甲镇 {A}: 不能跨地方相加，按当时代码 / does not add up over places: under the code of then（走访户数、当期公开村占比）"
    ]
