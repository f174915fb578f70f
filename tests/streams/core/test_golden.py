"""Every golden example of every shipped catalogue, run through the stream engine: its events in, its number out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.catalogue.buckets import RELATIVE_ERROR, value_of
from schemas.catalogue.golden import TOWNSHIP, golden_events, period_of
from schemas.catalogue.load import load_catalogue
from schemas.domain import load_domains
from schemas.settings import Settings
from tests.streams.core.support import DAY, Line, world_of

if TYPE_CHECKING:
    from schemas.catalogue.golden_entries import GoldenEntry
    from schemas.catalogue.model import Catalogue, Indicator

CATALOGUES = [load_catalogue(domain) for domain in load_domains(Settings().domains).values()]
EXAMPLES = [
    pytest.param(catalogue, indicator, example, id=f"{indicator.id}: {example.says.en[:60]}")
    for catalogue in CATALOGUES
    for indicator in catalogue.indicators.values()
    for example in indicator.golden
]


@pytest.mark.parametrize(("catalogue", "indicator", "example"), EXAMPLES)
def test_the_events_of_the_example_give_its_number(
    catalogue: Catalogue, indicator: Indicator, example: GoldenEntry
) -> None:
    here = world_of(CATALOGUES)
    case = catalogue.cases[indicator.case]
    events = [*golden_events(example, catalogue, here.calendar)]
    newest = max(event.event["occurred_at"] for event in events)
    expected = example.expect
    now = newest + 400 * DAY if expected.as_of is None else here.calendar.moment_of(expected.as_of)
    line = Line(here, now)
    line.send(*events, timestamp=newest).apply().drain()

    period, start = period_of(expected.period) if expected.period is not None else ("now", 0)
    dimension = next((f"{name}|{value}" for name, value in expected.dimension.items()), "|")
    cell = line.cells[f"{TOWNSHIP}|{case.name}|township|{TOWNSHIP}|{period}|{start}|{dimension}"]
    part = next(part for part in cell["parts"] if part["indicator"] == indicator.id)
    assert part["numerator"] == expected.numerator
    assert expected.denominator is None or part["denominator"] == expected.denominator
    if expected.value is not None:
        shown = _value(indicator, part["numerator"], part["denominator"], part["buckets"])
        error = RELATIVE_ERROR if indicator.kind == "quantile" else 1e-3
        assert shown == pytest.approx(expected.value, rel=error)


def _value(indicator: Indicator, numerator: int, denominator: int, buckets: dict[str, int] | None) -> float:
    if indicator.kind == "quantile" and indicator.quantile is not None:
        ordered = sorted(int(bucket) for bucket, count in (buckets or {}).items() for _ in range(count))
        place = max(0, -(-indicator.quantile * len(ordered) // 1) - 1)
        return value_of(ordered[int(place)]) / indicator.factor
    return (numerator / denominator if indicator.kind == "share" else numerator) / indicator.factor
