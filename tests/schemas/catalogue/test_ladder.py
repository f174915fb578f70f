"""The ladder's rule as it is written: what is accepted, and every mistake with its line and what is allowed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from schemas.catalogue.ladder import LADDER_FILE, STEPS, load_ladder
from schemas.catalogue.load import load_catalogues
from schemas.catalogue.written import CatalogueRefused
from schemas.domain import load_domains
from schemas.errors import Refused
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas.catalogue.model import Catalogue


@pytest.fixture(scope="module")
def catalogues() -> Mapping[str, Catalogue]:
    return load_catalogues(load_domains(Settings().domains))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The rule as it is shipped, in a folder of its own."""
    copy = tmp_path / "supervision" / LADDER_FILE
    copy.parent.mkdir()
    shutil.copy(Settings().domains / "supervision" / LADDER_FILE, copy)
    return copy


def refused(file: Path, catalogues: Mapping[str, Catalogue], old: str, new: str) -> CatalogueRefused:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueRefused) as caught:
        load_ladder(file.parents[1], catalogues)
    for mistake in caught.value.mistakes:
        assert mistake.line is not None
    return caught.value


def test_the_shipped_rule_watches_every_indicator_with_a_line_but_those_of_supervision(
    catalogues: Mapping[str, Catalogue],
) -> None:
    ladder = load_ladder(Settings().domains, catalogues)
    assert {"appeal_on_time_rate", "habitat_score", "referral_hours_to_accept_p50"} <= ladder.watched.keys()
    assert not ladder.watched.keys() & catalogues["supervision"].indicators.keys()
    assert all(each.direction != "none" and "month" in each.periods for each in ladder.watched.values())
    assert "appeal_volume" not in ladder.watched
    assert "digital_training_rate" not in ladder.watched, "a year's figure has no months"
    assert tuple(step.to for step in ladder.rule.steps) == STEPS


@pytest.mark.parametrize(
    ("old", "new", "problem", "allowed"),
    [
        ("grace_days: 3", "grace_days: 30", "grace_days", ""),
        ("  margin: 0.5", "  margin: 1.5", "margin", ""),
        ("grace_days: 3", "graze_days: 1\ngrace_days: 3", "graze_days", "README"),
        ("department: 县委办公室\n", "", "department", ""),
        ("after_acceptance: not_red", "after_acceptance: always", "after_acceptance", "'not_red', 'green'"),
        ("to: talk", "to: listing", "step 1 is talk", "talk, listing, rectification"),
        ("to: listing, red_periods: 3", "to: listing, red_periods: 2", "more red periods than the step before", "> 2"),
        ("to: talk, red_periods: 2", "to: talk, red_periods: 1", "than the warning itself", "> 1"),
        ("except_domains: [supervision]", "except_domains: [weather]", "no domain weather", "appeals"),
        ("  except: []", "  except: [no_such_rate]", "no indicator no_such_rate", "catalogue"),
        ("indicators: [appeal_on_time_rate", "indicators: [appeal_volume", "nobody is best in it", "direction"),
        ("least_ranked: 5", "least_ranked: 1", "least_ranked", ""),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_is_allowed(
    file: Path, catalogues: Mapping[str, Catalogue], old: str, new: str, problem: str, allowed: str
) -> None:
    error = refused(file, catalogues, old, new)
    [mistake] = error.mistakes
    assert problem in mistake.problem
    assert allowed in mistake.allowed
    if new:
        lines = file.read_text(encoding="utf-8").splitlines()
        where = next(number for number, line in enumerate(lines, 1) if new.splitlines()[0] in line)
        assert mistake.line in (where, where - 1, where - 2), "on its line, or at the entry it stands in"


def test_no_rule_is_told_as_such(tmp_path: Path, catalogues: Mapping[str, Catalogue]) -> None:
    with pytest.raises(Refused, match=r"ladder\.yaml"):
        load_ladder(tmp_path, catalogues)
