"""Every golden example of every catalogue: its events in, its number out, its value and its points."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from schemas.catalogue.buckets import RELATIVE_ERROR
from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from schemas.settings import Settings
from tests.schemas.catalogue.trial import trial_domain
from tests.streams.core.golden import run
from tests.streams.core.support import world_of

if TYPE_CHECKING:
    from schemas.catalogue.golden_entries import GoldenEntry
    from schemas.catalogue.model import Catalogue, Indicator

with TemporaryDirectory() as folder:  # a catalogue with every kind, and earlier versions
    TRIAL = load_catalogues({"trials": trial_domain(Path(folder))})
CATALOGUES = load_catalogues(load_domains(Settings().domains))
WORLDS = [world_of([*CATALOGUES.values()]), world_of([*TRIAL.values()])]
EXAMPLES = [
    pytest.param(number, catalogue, version, example, id=f"{version.id} v{version.version}: {example.says.en[:60]}")
    for number, catalogues in enumerate((CATALOGUES, TRIAL))
    for catalogue in catalogues.values()
    for indicator in catalogue.indicators.values()
    for version in indicator.versions
    for example in version.golden
]


@pytest.mark.parametrize(("world", "catalogue", "indicator", "example"), EXAMPLES)
def test_the_example_gives_its_number(
    world: int, catalogue: Catalogue, indicator: Indicator, example: GoldenEntry
) -> None:
    found, expected = run(WORLDS[world], catalogue, indicator, example), example.expect
    if expected.numerator is not None:
        assert found.parts is not None
        assert found.parts.numerator == expected.numerator
        assert expected.denominator in (None, found.parts.denominator)
    if expected.expects("value"):
        error = RELATIVE_ERROR if indicator.kind == "quantile" else 1e-3
        assert found.value == (None if expected.value is None else pytest.approx(expected.value, rel=error))
    if expected.expects("score"):
        assert found.score == (None if expected.score is None else pytest.approx(expected.score))


def test_another_number_would_be_noticed() -> None:
    catalogue = TRIAL["trials"]
    for name, other in (
        ("visited_villages", {"numerator": 2}),
        ("village_index", {"value": 60.0}),
        ("visits", {"score": 2.0}),
    ):
        indicator = catalogue.indicators[name]
        example = indicator.golden[0]
        wrong = example.model_copy(update={"expect": example.expect.model_copy(update=other)})
        with pytest.raises(AssertionError):
            test_the_example_gives_its_number(1, catalogue, indicator, wrong)
