"""The generated parts of the README say what the data says today."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from schemas.command import run
from schemas.documentation import README

if TYPE_CHECKING:
    from pathlib import Path


def test_the_readme_is_current() -> None:
    assert run(["schemas", "docs", "--check"]) == 0, "run `xiangmai schemas docs`"


def test_a_stale_readme_is_told_and_rewritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "README.md"
    shutil.copy(README, copy)
    copy.write_text(copy.read_text(encoding="utf-8").replace("dead-letters", "dead-parrots"), encoding="utf-8")
    assert run(["schemas", "docs", "--check", "--file", str(copy)]) == 1
    assert "run `xiangmai schemas docs`" in capsys.readouterr().err
    assert run(["schemas", "docs", "--file", str(copy)]) == 0
    assert copy.read_bytes() == README.read_bytes()


def test_a_readme_without_marks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing", encoding="utf-8")
    assert run(["schemas", "docs", "--file", str(tmp_path / "README.md")]) == 1


@pytest.mark.parametrize("arguments", [["list"], ["show", "AppealReported"], ["show", "xiangmai.system.DeadLetter"]])
def test_what_there_is_can_be_looked_at(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(["schemas", *arguments]) == 0
    assert "诉求登记" in capsys.readouterr().out or arguments[-1].endswith("DeadLetter")
