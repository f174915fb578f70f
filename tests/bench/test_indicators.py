"""The indicators of the measurements are as many as asked for, and every one counts what its example says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from schemas.catalogue.load import load_catalogue
from tests.bench import indicators, work
from tests.streams.core.golden import run
from tests.streams.core.support import world_of

if TYPE_CHECKING:
    from pathlib import Path


def test_they_are_as_many_as_asked_for_and_of_all_counted_kinds(tmp_path: Path) -> None:
    catalogue = load_catalogue(work.write_domain(tmp_path, indicators.FIELDS, indicators.entries(20)))
    kinds = Counter(indicator.definition.kind for indicator in catalogue.indicators.values())
    assert kinds.total() == 23, "three are the work's own"
    assert set(kinds) == {"count", "share", "sum", "mean", "quantile", "stock", "coverage", "distinct"}
    here = world_of([catalogue])
    for indicator in catalogue.indicators.values():
        (example,) = indicator.golden
        found = run(here, catalogue, indicator, example)
        assert found.parts is not None
        assert found.parts.numerator == example.expect.numerator, indicator.id
        assert example.expect.denominator in (None, found.parts.denominator), indicator.id
