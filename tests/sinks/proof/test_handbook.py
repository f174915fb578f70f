"""The handbooks beside the catalogues: current, and their SQL runs."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.proof.handbook import handbook
from sinks.proof.handbook_command import docs, handbooks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sinks.support import House

HANDBOOKS = list(handbooks(Settings()))


@pytest.mark.parametrize(("file", "text"), HANDBOOKS, ids=[file.parent.name for file, _ in HANDBOOKS])
def test_the_handbook_is_current(file: Path, text: str) -> None:
    assert file.exists(), "xiangmai catalogue docs"
    assert file.read_text(encoding="utf-8") == text, f"{file.name} is not current: xiangmai catalogue docs"


def test_every_indicator_is_told_in_both_languages_with_an_example_and_its_sql() -> None:
    layout = load_layout(Settings())
    for name, catalogue in layout.catalogues.items():
        text = handbook(layout, catalogue)
        for indicator in catalogue.indicators.values():
            own = text.split(f'<a id="{indicator.id}">')[1].split("<a id=")[0]
            for wanted in (indicator.zh, indicator.en, indicator.source, "算例 example", "```sql"):
                assert wanted.replace("|", "\\|") in own, f"{name}: {indicator.id} lacks {wanted}"


def test_the_sql_of_the_handbook_runs(whole_house: House) -> None:
    """Every third: they are written by the same steps, and to plan one takes the engine a tenth of a second."""
    for catalogue in whole_house.layout.catalogues.values():
        blocks = re.findall(r"```sql\n(.*?)\n```", handbook(whole_house.layout, catalogue), re.DOTALL)
        statements = [block for block in blocks if "proof_cases_" in block]
        assert len(statements) == sum(bool(each.case) for each in catalogue.indicators.values())
        for statement in statements[::3]:
            whole_house.rows(f"EXPLAIN {statement}")


def test_a_changed_catalogue_makes_it_stale_until_it_is_written_again(tmp_path: Path) -> None:
    shutil.copytree(Settings().domains, tmp_path / "domains")
    file = tmp_path / "domains" / "disputes" / "catalogue.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("minimum_volume: 5", "minimum_volume: 6", 1), encoding="utf-8"
    )
    run = CliRunner(env={"XIANGMAI_DOMAINS": str(tmp_path / "domains")})
    stale = run.invoke(docs, ["--check"], standalone_mode=False)
    assert (stale.return_value, stale.output.count("过期")) == (1, 1)
    assert run.invoke(docs, [], standalone_mode=False).return_value == 0
    assert run.invoke(docs, ["--check"], standalone_mode=False).return_value == 0
