"""`xiangmai catalogue sql`: a command of the sinks in a group of the schemas, found through its entry point."""

from __future__ import annotations

import pytest

from schemas.command import EXIT_USAGE, run


def test_it_prints_one_statement_that_says_what_each_step_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "sql", "appeal_open", "--as-of", "2026-03-02T12:00"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("-- 在办量（appeal_open")
    assert "-- appeals open (appeal_open, version 1 of its definition)" in printed
    assert "toDateTime64('2026-03-02 12:00:00.000', 3, 'Asia/Shanghai')" in printed
    for step in ("known_events", "corrections", "standing_events", "cases", "moves", "grain", "cells"):
        assert f"    {step} AS\n    (" in printed
    assert printed.rstrip().endswith("ORDER BY level, place, period, period_start, dimension, dimension_value")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "appeal_closure_rate"),
        (["appeal_open", "--version", "77"], "--version"),
        (["appeal_open", "--as-of", "noon"], "2026-03-02T12:00"),
        (["appeal_three_rates_score"], "appeal_response_rate"),
    ],
)
def test_what_is_asked_wrongly_is_told(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "sql", *arguments]) == EXIT_USAGE
    assert told in capsys.readouterr().err


def test_the_group_lists_what_other_rooms_add(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "--help"]) == 0
    printed = capsys.readouterr().out
    assert "check" in printed
    assert "从事件算出指标的 SQL" in printed
