"""What the server reads out of a statement before the engine does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.clickhouse.sql import identifier, literal, read_set, read_statement, tokens


def test_a_trailing_format_is_taken_off_wherever_it_may_stand() -> None:
    for query, text, output in (
        ("SELECT 1 FORMAT JSON", "SELECT 1 ", "JSON"),
        ("SELECT 1 FORMAT TSV SETTINGS max_threads = 1;", "SELECT 1  SETTINGS max_threads = 1", "TSV"),
        ("SELECT 'FORMAT x', format FROM t -- FORMAT y", "SELECT 'FORMAT x', format FROM t -- FORMAT y", ""),
        ("SELECT (SELECT 1 FORMAT Null)", "SELECT (SELECT 1 FORMAT Null)", ""),
    ):
        statement = read_statement(query)
        assert (statement.text, statement.format) == (text, output), query


def test_comments_and_brackets_do_not_hide_what_a_statement_is() -> None:
    assert read_statement("/* INSERT */ -- x\n (SELECT 1) LIMIT 1").reads
    assert read_statement("WITH 1 AS x SELECT x").reads
    assert not read_statement("EXPLAIN SELECT 1").reads
    assert read_statement("").kind == ""
    assert not read_statement("SELECT (SELECT 1 LIMIT 1)").has_limit
    assert not read_statement("SELECT k FROM (SELECT 1 GROUP BY k WITH TOTALS)").with_totals


@pytest.mark.parametrize(
    ("query", "target", "columns", "output", "data"),
    [
        ("INSERT INTO t VALUES", "t", "", "Values", ""),
        ("insert into `a b`.t (x, `y)`) values (1)", "`a b`.t", "x, `y)`", "Values", " (1)"),
        ("INSERT INTO TABLE t FORMAT CSV 1,2", "t", "", "CSV", " 1,2"),
        ("INSERT INTO FUNCTION null('a Int8') (a) VALUES", "FUNCTION null('a Int8')", "a", "Values", ""),
        ("INSERT INTO t (a) SETTINGS async_insert = 1 FORMAT TSV", "t", "a", "TSV", ""),
        ("INSERT INTO t SELECT 1", "t", "", "", None),
    ],
)
def test_an_insert_is_taken_apart(query: str, target: str, columns: str, output: str, data: str | None) -> None:
    insert = read_statement(query).insert
    assert insert
    assert (insert.target, insert.columns, insert.format, insert.data) == (target, columns, output, data)
    assert "SETTINGS" not in insert.head


def test_inserted_data_is_never_read_as_a_statement() -> None:
    data = "1,'SELECT\n;)(" * 10
    insert = read_statement(f"INSERT INTO t FORMAT CSV {data}").insert
    assert insert
    assert insert.data == f" {data}"


def test_what_set_sets() -> None:
    assert read_set("SET a = 1, b = 'x, y = 2', c = [1, 2];") == {"a": "1", "b": "'x, y = 2'", "c": "[1, 2]"}
    assert read_set("SET ROLE none") == {}


@given(st.text(max_size=60))
def test_any_text_can_be_quoted_and_any_text_can_be_read(text: str) -> None:
    for quoted in (literal(text), identifier(text)):
        assert [token.text for token in tokens(f" {quoted} ")] == [quoted]
    read_statement(text)
    read_statement(f"INSERT INTO {text}")
