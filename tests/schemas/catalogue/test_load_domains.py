"""What domains say of each other: looked up, when all of them are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.catalogue.load import check_catalogues, load_catalogue, load_catalogues
from schemas.catalogue.written import CatalogueRefused
from tests.schemas.catalogue.trial import CATALOGUE, changed, line_of, trial_domain

if TYPE_CHECKING:
    from pathlib import Path

DERIVED_ELSEWHERE = """\
domain: others
zh: 其他
en: others
cases:
  call:
    zh: 走访
    en: call
    id_field: visit_id
    opens_with: VisitMade
    events: [VisitMade]
    fields:
      made_at: {zh: 走访时间, en: made at, fold: last, of: VisitMade.occurred_at}
indicators:
"""


def elsewhere(indicator: str) -> str:
    derived = CATALOGUE[CATALOGUE.index("  visits_growth:") : CATALOGUE.index("  village_index:")]
    derived = derived.replace("visits_growth", "growth_elsewhere").replace("dimensions: [topic]\n", "dimensions: []\n")
    derived = derived[: derived.index("      - says: {zh: 二月")]
    return DERIVED_ELSEWHERE + derived.replace("visits)", f"{indicator})").replace("(visits", f"({indicator}").replace(
        "visits:", f"{indicator}:"
    )


def test_indicators_of_other_domains_are_looked_up_when_all_are_loaded(tmp_path: Path) -> None:
    trials = trial_domain(tmp_path)
    others = trial_domain(tmp_path, elsewhere("visits"), "others", ["VisitMade"])
    loaded = load_catalogues({"others": others, "trials": trials})
    assert loaded["others"].indicators["growth_elsewhere"].inputs == ("visits",)

    others = trial_domain(tmp_path, elsewhere("visitz"), "others", ["VisitMade"])
    assert load_catalogue(others).indicators["growth_elsewhere"].inputs == ("visitz",)
    with pytest.raises(CatalogueRefused, match="no indicator visitz") as caught:
        load_catalogues({"others": others, "trials": trials})
    assert "visits" in caught.value.mistakes[0].allowed
    assert caught.value.line == line_of("expression:", elsewhere("visitz"))


def test_a_domain_that_cannot_be_read_gives_no_complaints_about_its_indicators(tmp_path: Path) -> None:
    trials = trial_domain(tmp_path, changed(("kind: mean", "kind: average")))
    others = trial_domain(tmp_path, elsewhere("visits"), "others", ["VisitMade"])
    checked = check_catalogues({"others": others, "trials": trials})
    assert list(checked.catalogues) == ["others"]
    assert [refused.line for refused in checked.refused] == [line_of("kind: mean")]


def test_a_name_is_one_for_all_domains(tmp_path: Path) -> None:
    trials = trial_domain(tmp_path)
    text = elsewhere("visits").replace("growth_elsewhere", "visits_growth").replace("  call:", "  visit:")
    others = trial_domain(tmp_path, text, "others", ["VisitMade"])
    checked = check_catalogues({"trials": trials, "others": others})
    (refused,) = checked.refused
    assert isinstance(refused, CatalogueRefused)
    assert refused.file == others.folder / "catalogue.yaml"
    assert [mistake.line for mistake in refused.mistakes] == [
        line_of("  visit:", text),
        line_of("visits_growth:", text),
    ]
    assert "trials has it already" in str(refused)


def test_an_indicator_with_a_mistake_is_still_known_to_the_others(tmp_path: Path) -> None:
    domain = trial_domain(tmp_path, changed(("anchor: made_at", "anchor: mad_at")))
    with pytest.raises(CatalogueRefused) as caught:
        load_catalogues({"trials": domain})
    assert [mistake.line for mistake in caught.value.mistakes] == [line_of("anchor: made_at")]
