"""`xiangmai query`, `indicators` and `sink` as people meet them: answers, shapes, and what is said when something is wrong."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from schemas.command import EXIT_UNAVAILABLE, run
from schemas.standard_output import EXIT_UNREAD
from sinks.board import board
from sinks.command import sink
from sinks.indicators import indicators
from sinks.query import query
from tests.sinks.support import put, reported
from tests.unread import run_unread

if TYPE_CHECKING:
    import click

    from tests.sinks.support import House

A, B = "330521100", "330521101"


@pytest.fixture
def house(emptied_house: House) -> House:
    """The warehouse of this file: its tests leave the tables as they were."""
    return emptied_house


@pytest.fixture
def ask(house: House, monkeypatch: pytest.MonkeyPatch) -> Asker:
    """Run a command in the environment of this test's warehouse."""
    monkeypatch.setenv("XIANGMAI_CLICKHOUSE_HOST", house.settings.clickhouse_host)
    monkeypatch.setenv("XIANGMAI_CLICKHOUSE_PORT", str(house.settings.clickhouse_port))
    monkeypatch.setenv("XIANGMAI_CLICKHOUSE_DATABASE", house.settings.clickhouse_database)
    monkeypatch.setenv("COLUMNS", "200")
    return Asker()


class Asker:
    def __call__(self, command: click.Command, *arguments: str, code: int = 0) -> Result:
        result = CliRunner().invoke(command, list(arguments), standalone_mode=False)
        given = result.return_value if result.exception is None else getattr(result.exception, "exit_code", None)
        assert given == code, (result.output, result.exception)
        return result


@pytest.fixture
def county(house: House) -> House:
    house.cells(f"""
        appeal_closure_rate | {A} | month | 2026-03-01 | | 39/40
        appeal_closure_rate | {B} | month | 2026-03-01 | | 8/10
        appeal_closure_rate | {A}201 | month | 2026-03-01 | | 10/10
        appeal_closure_rate | {A} | month | 2026-03-01 | department=roads | 10/20
        appeal_volume       | {A} | month | 2026-03-01 | | 40/0
        appeal_volume       | {A} | year | 2026-01-01 | | 140/0
        appeal_open         | {A} | now | | | 0/0
    """)
    names = [
        (A, "武康街道", ["武康"]),
        (B, "舞阳街道", []),
        (f"{A}201", "五龙村", ["龙"]),
        (f"{B}201", "对河口村", ["龙"]),
    ]
    for code, name, aliases in names:
        house.rows(
            "INSERT INTO {storage}.org_units (code, name, aliases, kafka_offset) "
            f"VALUES ('{code}', '{name}', {aliases!r}, 1)"
        )
    return house


def test_a_query_answers_in_the_format_asked_for(ask: Asker) -> None:
    sql = "SELECT number AS n, toString(number) AS t, toDate('2026-03-01') AS d, NULL AS nothing, 0.5 AS half FROM numbers(2)"
    assert ask(query, sql, "--format", "csv").stdout == "n,t,d,nothing,half\n0,0,2026-03-01,,0.5\n1,1,2026-03-01,,0.5\n"
    assert json.loads(ask(query, sql, "--format", "json").stdout)[1] == {
        "n": 1,
        "t": "1",
        "d": "2026-03-01",
        "nothing": None,
        "half": 0.5,
    }
    lines = ask(query, sql, "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["n"] for line in lines] == [0, 1]
    assert ask(query, sql, "--format", "markdown").stdout.splitlines()[1] == "| --- | --- | --- | --- | --- |"
    table = ask(query, sql, "--format", "table").stdout
    assert "nothing" in table
    assert "–" in table
    assert ask(query, "SELECT 1 AS x WHERE 0", "--format", "json").stdout == "[]\n"


def test_a_query_reads_the_views_by_their_names(ask: Asker, house: House) -> None:
    batch = [house.bench.message("AppealReported", reported("A-1"), 0)]
    put(house.warehouse, house.bench.events.shape(batch), batch)
    answer = ask(query, "SELECT case_id, occurred_at FROM events_appeals", "--format", "csv").stdout
    assert answer == "case_id,occurred_at\nA-1,2026-03-02 09:00:00.000+08:00\n"


def test_parameters_are_values_never_sql(ask: Asker) -> None:
    hostile = "'; DROP TABLE events_appeals; --\\"
    answer = ask(
        query,
        "SELECT {x:String} AS x, {n:UInt8} + 1 AS n",
        "--param",
        f"x={hostile}",
        "--param",
        "n=41",
        "--format",
        "json",
    )
    assert json.loads(answer.stdout) == [{"x": hostile, "n": 42}]
    assert "NAME=VALUE" in str(ask(query, "SELECT 1", "--param", "nonsense", code=2).exception)


def test_nothing_can_be_changed_by_a_query(ask: Asker, house: House) -> None:
    for sql in (
        "CREATE TABLE t (x Int8) ENGINE = Memory",
        f"INSERT INTO `{house.layout.storage}`.org_units (code) VALUES ('1')",
    ):
        assert "164" in ask(query, sql, code=1).stderr


def test_clickhouses_refusal_is_shown_with_its_code_and_words(ask: Asker) -> None:
    assert "ClickHouse 60: " in ask(query, "SELECT * FROM no_such_table", code=1).stderr
    missing = ask(query, "SELECT 1", "--database", "nowhere", code=1).stderr
    assert "xiangmai sink --migrate-only" in missing


def test_a_spreadsheet_runs_nothing_of_an_export(ask: Asker) -> None:
    sql = "SELECT '=HYPERLINK(\"x\")' AS a, '+1' AS b, -1 AS c, '@x' AS d, 'fine' AS e"
    row = next(csv.reader(io.StringIO(ask(query, sql, "--format", "csv", "--safe").stdout.split("\n", 1)[1])))
    assert row == ['\'=HYPERLINK("x")', "'+1", "-1", "'@x", "fine"]


def test_a_table_shows_a_first_part_and_says_so(ask: Asker) -> None:
    result = ask(query, "SELECT number FROM numbers(1000)", "--format", "table", "--rows", "3")
    assert "only the first 3 rows" in result.stderr
    assert len(result.stdout.splitlines()) == 5


def test_clickhouse_away_is_exit_code_3_with_the_command_that_starts_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XIANGMAI_CLICKHOUSE_PORT", "1")
    assert run(["query", "SELECT 1"]) == EXIT_UNAVAILABLE
    said = capsys.readouterr().err
    assert "127.0.0.1:1" in said
    assert "xiangmai stack up" in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("county")
def test_indicators_of_a_month_by_township(ask: Asker) -> None:
    table = ask(indicators, "--period", "2026-03").stdout
    for word in ("武康街道", "办结率", "97.5", "● green", "1/2", "■ red", "2/2", "诉求量"):
        assert word in table, word
    assert "五龙村" not in table


@pytest.mark.usefixtures("county")
def test_indicators_of_one_place_by_name_code_and_other_spelling(ask: Asker) -> None:
    def places(*arguments: str) -> set[str]:
        answer = ask(indicators, "--period", "2026-03", "--format", "json", *arguments).stdout
        return {row["place"] for row in json.loads(answer)}

    assert places("--place", "武康街道") == places("--place", "武康") == places("--place", A) == {A}
    assert places("--place", A, "--level", "village") == {f"{A}201"}
    assert places("--level", "county") == {"330521"}
    assert places("--indicator", "appeal_volume") == {A}
    assert places("--dimension", "department") == {A}


@pytest.mark.usefixtures("county")
def test_a_place_that_is_none_or_several_is_told(ask: Asker) -> None:
    several = str(ask(indicators, "--place", "龙", code=2).exception)
    assert f"{A}201 五龙村" in several
    assert f"{B}201 对河口村" in several
    assert "武康街道" in str(ask(indicators, "--place", "武康街到", code=2).exception)
    assert "appeal_closure_rate" in str(ask(indicators, "--indicator", "nonsense", code=2).exception)
    assert "2015-Q1" in str(ask(indicators, "--period", "last week", code=2).exception)


@pytest.mark.usefixtures("county")
def test_indicators_as_csv_are_whole_and_safe(ask: Asker) -> None:
    text = ask(indicators, "--period", "2026-03", "--indicator", "appeal_closure_rate", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["place"], row["value"], row["state"], row["colour"], row["rank"]) for row in rows] == [
        (A, "97.5", "value", "green", "1"),
        (B, "80.0", "value", "red", "2"),
    ]


@pytest.mark.usefixtures("ask", "county")
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_an_answer_nobody_reads_is_no_fault_of_clickhouse(form: str) -> None:
    numbers = "SELECT number FROM numbers(1000000)"
    assert run_unread("query", numbers, "--format", form) == (EXIT_UNREAD, "")
    assert run_unread("indicators", "--period", "2026-03", "--format", form) == (EXIT_UNREAD, "")


@pytest.mark.usefixtures("county")
def test_zero_and_no_data_are_told_apart(ask: Asker) -> None:
    now = json.loads(ask(indicators, "--period", "now", "--format", "json").stdout)
    assert [(row["indicator"], row["value"], row["state"]) for row in now] == [("appeal_open", 0.0, "zero")]
    assert "没有数据" in ask(indicators, "--period", "2019-01").stdout


def test_dry_run_prints_what_would_be_done_and_does_nothing(
    ask: Asker, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "up to date" in ask(sink, "--dry-run").stdout
    monkeypatch.setenv("XIANGMAI_CLICKHOUSE_DATABASE", f"{house.layout.database}_other")
    printed = ask(sink, "--dry-run").stdout
    assert printed.count("CREATE TABLE") == len(house.layout.tables) + 1
    assert "CREATE OR REPLACE VIEW" in printed
    assert house.rows("SELECT count() FROM system.databases WHERE name LIKE '%_other%'") == [(0,)]


def test_migrate_only_tells_what_it_made(ask: Asker, house: House) -> None:
    assert "up to date" in ask(sink, "--migrate-only").stdout
    house.rows(f"DROP TABLE {house.layout.cells.full_name} SYNC")
    assert "table indicator_cells" in ask(sink, "--migrate-only").stdout


def test_the_board_of_a_real_warehouse_has_townships_and_every_domain(ask: Asker, county: House) -> None:
    told = json.loads(ask(board, "--once", "--format", "json", "--period", "2026-03").stdout)
    closed = [(place["name"], place["indicators"]["appeal_closure_rate"]["numerator"]) for place in told["places"]]
    assert closed == [("武康街道", 39), ("舞阳街道", 8), ("330521", 47)]
    appeals = next(each for each in told["domains"] if each["domain"] == "appeals")
    assert (appeals["county"], appeals["indicators"]["appeal_closure_rate"]["numerator"]) == ("330521", 47)
    assert {each["domain"] for each in told["domains"]} == set(county.layout.catalogues)
    one = ask(board, "--once", "--domain", "appeals", "--period", "2026-03").stdout
    assert "武康街道" in one
    assert "every domain" not in one
