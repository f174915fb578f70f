"""An indicator from its events to its cells as one statement that an analyst can read and run as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.catalogue.expression_sql import text
from sinks.proof.cases_sql import case_steps
from sinks.proof.cells_sql import CELL_COLUMNS, CELL_KEY, CELLS, cell_steps
from sinks.proof.population import Population
from sinks.proof.source import case_source
from sinks.proof.statement import comment, select, with_steps

if TYPE_CHECKING:
    from schemas.catalogue.model import Indicator
    from sinks.layout import Layout


def indicator_sql(layout: Layout, indicator: Indicator, as_of: str | None = None) -> str:
    """Return the statement that computes an indicator's cells from the events, formatted, with comments in both languages.

    It runs as it stands and gives CELL_COLUMNS. A stock is looked at as of `as_of` (local time, e.g. `2026-03-02
    12:00:00`), without it as of the moment it runs. Raises ValueError for a kind that is computed from other indicators.
    """
    if not indicator.case:
        raise ValueError(f"{indicator.id} counts no cases: it is computed from other indicators")
    source = case_source(layout, indicator.case)
    steps = case_steps(source, Population(indicator, layout.timezone).names())
    last = select(CELL_COLUMNS, CELLS, ending=f"ORDER BY {', '.join(CELL_KEY)}")
    moment = f"toDateTime64({text(as_of)}, 3, {text(layout.timezone)})" if as_of else "now64(3)"
    return f"{_heading(indicator)}\n{with_steps([*steps, *cell_steps(indicator, layout.timezone, as_of=moment)], last)}"


def _heading(indicator: Indicator) -> str:
    zh = f"{indicator.zh}（{indicator.id}，口径第 {indicator.version} 版）：{indicator.sentence_zh}"
    en = f"{indicator.en} ({indicator.id}, version {indicator.version} of its definition): {indicator.sentence_en}"
    return comment(zh, en)
