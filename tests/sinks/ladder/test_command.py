"""What `xiangmai ladder` says before it asks anybody."""

from __future__ import annotations

import pytest

from schemas import command


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--as-of", "2026-04-01T00:00"], "--once"),
        (["--once", "--as-of", "2999-01-01T00:00"], "has not come yet"),
        (["--once", "--as-of", "soon"], "not a time: soon"),
    ],
)
def test_a_moment_that_cannot_be_judged_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.run(["ladder", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_without_a_line_it_says_what_is_away(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XIANGMAI_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setattr("sinks.ladder.run.AWAY_SECONDS", 0)
    assert command.run(["ladder", "--dry-run"]) == 3
    assert "xiangmai stack up" in capsys.readouterr().err
