"""`xiangmai catalogue`: what a person types, and what comes back."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from schemas.command import run
from schemas.settings import Settings

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


def test_check_is_content_with_what_is_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "check"]) == 0
    assert "6" in capsys.readouterr().out


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
    assert shown["golden"][0]["expect"]["denominator"] == 3


@pytest.mark.parametrize("indicator", ["appeal_hours_to_close_p50", "appeal_open"])
def test_show_for_people_says_the_whole_contract(indicator: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "show", indicator]) == 0
    shown = capsys.readouterr().out
    for heading in ("口径 sentence", "总体 over", "方向 direction", "出处 source", "例 golden example"):
        assert heading in shown


def test_list_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["catalogue", "list", "--domain", "appeals"]) == 0
    assert "按期办结率" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["show", "nothing"], ["list", "--domain", "nothing"]])
def test_what_there_is_not_is_bad_usage_and_what_there_is_is_named(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["catalogue", *words]) == 2
    assert "appeal" in capsys.readouterr().err
