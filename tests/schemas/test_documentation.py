"""The generated parts of the README say what the data says today."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from schemas.catalogue.load import load_catalogues
from schemas.command import run
from schemas.documentation import README
from schemas.domain import load_domains
from schemas.domain_table import RUN_EVERY_DOMAIN, domain_table
from schemas.errors import Refused
from schemas.settings import Settings

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


def test_the_table_of_domains_counts_what_each_has_and_names_the_tests_that_name_it(tmp_path: Path) -> None:
    for name in RUN_EVERY_DOMAIN:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("AppealReported")
    (tmp_path / "test_one.py").write_text('produce("DisputeRegistered"); ask("dispute_volume")')
    (tmp_path / "test_other.py").write_text("DisputeRegisteredAnew")
    catalogues = load_catalogues(load_domains(Settings().domains))
    table = domain_table({name: catalogues[name] for name in ("appeals", "disputes")}, tmp_path)
    appeals, disputes, total = table.splitlines()[-3:]
    assert appeals.startswith("| [群众诉求](domains/appeals/INDICATORS.md)<br>`appeals` appeals | 7 | 1: `appeal` | ")
    assert appeals.endswith("| — |")
    assert disputes.endswith("| [test_one.py](../tests/test_one.py) |")
    assert total.startswith("| **合计 / all** | **12** | **2** |")
    assert all(f"[{name}](../tests/{name})" in table.splitlines()[0] for name in RUN_EVERY_DOMAIN)


def test_a_table_without_the_tests_it_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"test_examples\.py"):
        domain_table({}, tmp_path)


@pytest.mark.parametrize("arguments", [["list"], ["show", "AppealReported"], ["show", "xiangmai.system.DeadLetter"]])
def test_what_there_is_can_be_looked_at(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert run(["schemas", *arguments]) == 0
    assert "诉求登记" in capsys.readouterr().out or arguments[-1].endswith("DeadLetter")
