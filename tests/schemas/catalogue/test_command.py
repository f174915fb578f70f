"""`xiangmai catalogue`: what a person types, and what comes back."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from schemas.command import run
from schemas.settings import Settings
from tests.schemas.catalogue.trial import trial_domain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Domains of which one catalogue has two mistakes."""
    folder = tmp_path / "domains"
    shutil.copytree(Settings().domains, folder)
    file = folder / "appeals" / "catalogue.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("enter: due_at", "enter: due").replace("kind: count", "kind: total"), encoding="utf-8")
    monkeypatch.setenv("XIANGMAI_DOMAINS", str(folder))
    return file


def contracts() -> list[str]:
    return [file.read_text(encoding="utf-8") for file in Settings().domains.glob("*/catalogue.yaml")]


def test_check_is_content_with_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "check"]) == 0
    written = [text.count("\n    sentence:") for text in contracts()]
    assert len(written) >= 4
    assert f"✓ {sum(written)} " in capsys.readouterr().out


def test_check_tells_the_mistakes_and_says_no(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "check"]) == 1
    told = capsys.readouterr().err
    assert f"{broken}:" in told
    assert "'derived' or 'index'" in told
    file = broken.read_text(encoding="utf-8").replace("kind: total", "kind: count")
    broken.write_text(file, encoding="utf-8")
    assert run(["catalogue", "check", "--format", "json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    line = file[: file.index("enter: due\n")].count("\n") + 1
    assert [(each["line"], "due_at" in each["allowed"]) for each in answer["mistakes"]] == [(line, True)]


def test_list_and_show_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "list", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in listed][:2] == ["appeal_volume", "appeal_closure_rate"]
    assert run(["catalogue", "show", "appeal_on_time_rate", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["sql"]["numerator"] == "(`closed_at` <= `due_at`)"
    assert 24932 in [example["expect"]["denominator"] for example in shown["golden"]]


@pytest.mark.parametrize("indicator", ["appeal_hours_to_close_p50", "appeal_open"])
def test_show_for_people_says_the_whole_contract(indicator: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "show", indicator]) == 0
    shown = capsys.readouterr().out
    for heading in ("口径 sentence", "总体 over", "方向 direction", "出处 source", "例 golden example"):
        assert heading in shown


@pytest.fixture
def trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trial_domain(tmp_path)
    monkeypatch.setenv("XIANGMAI_DOMAINS", str(tmp_path))


@pytest.mark.usefixtures("trial")
@pytest.mark.parametrize(
    ("indicator", "says"),
    [
        ("visited_villages", ["覆盖 covers", "at least 2", "线性 linear 50 → 100", "2026-Q1: 2 → 100，20 分"]),
        ("minutes_for_a_household", ["权重 weight", "`seen`"]),
        ("visits", ["加减 adjusted 1 +0.5"]),
        (
            "visits_growth",
            ["算式 expression", "`previous.visits`", "无数据 no data", "month, year", "all or nothing 0"],
        ),
        ("village_index", ["matters_done × 0.3：分档 banded ≥ 60: 6", "0.8（", "matters_done < 10 → 0"]),
        (
            "matters_done",
            ["v3", "earlier v2", "publishing became a step", "done >= 3", "earlier v1", "well_attended = 2"],
        ),
    ],
)
def test_show_knows_every_kind_and_every_version(
    indicator: str, says: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["catalogue", "show", indicator]) == 0
    shown = capsys.readouterr().out
    assert [each for each in says if each not in shown] == []


@pytest.mark.usefixtures("trial")
def test_programs_are_told_the_sql_of_values_and_points_and_the_earlier_versions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["catalogue", "show", "matters_done", "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["sql"]["shown"] == "(numerator / nullIf(denominator, 0) / 0.01)"
    assert shown["sql"]["points"].startswith("if(value IS NULL, NULL, multiIf(value >= ")
    assert [(each["version"], each["changed"]["en"]) for each in shown["earlier"]] == [
        (2, "publishing became a step"),
        (1, "how many are present no longer matters"),
    ]
    assert run(["catalogue", "list"]) == 0
    assert "3, 2, 1" in capsys.readouterr().out
    assert run(["catalogue", "check"]) == 0


def test_list_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "list", "--domain", "appeals"]) == 0
    assert "按期办结率" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["show", "nothing"], ["list", "--domain", "nothing"]])
def test_what_there_is_not_is_bad_usage_and_what_there_is_is_named(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["catalogue", *words]) == 2
    assert "appeal" in capsys.readouterr().err
