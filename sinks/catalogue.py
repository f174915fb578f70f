"""The indicator catalogue as rows of the warehouse: every version of every definition, once for each change of the catalogue."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from sinks.tables import quoted
from sinks.tokens import fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.catalogue.model import Indicator, Score
    from sinks.layout import Layout
    from sinks.warehouse import Warehouse

_LOADED_AT: Final = -1


def write_catalogue(warehouse: Warehouse, layout: Layout, now: Callable[[], float] = time.time) -> bool:
    """Write the catalogue where the warehouse's newest load differs from it; returns whether it did.

    A load is one insert: readers see the whole old catalogue or the whole new one. Earlier loads stay in the table.
    """
    rows = [
        _row(version)
        for catalogue in layout.catalogues.values()
        for indicator in catalogue.indicators.values()
        for version in indicator.versions
    ]
    names = [column.name for column in layout.catalogue.written[:_LOADED_AT]]
    view = f"{quoted(layout.database)}.{quoted(layout.catalogue.name)}"
    stored = warehouse.rows(f"SELECT {', '.join(map(quoted, names))} FROM {view}")  # noqa: S608
    if sorted(map(_comparable, stored)) == sorted(map(_comparable, rows)) or not rows:
        return False
    loaded_at = int(now() * 1000)
    columns = [list(column) for column in zip(*rows, strict=True)]
    token = f"{fingerprint(layout.catalogue)};loaded:{loaded_at}"
    warehouse.insert(layout.catalogue, [*columns, [loaded_at] * len(rows)], token)
    return True


def _row(indicator: Indicator) -> tuple[Any, ...]:
    """Return a definition in the order of the table's columns."""
    return (
        indicator.id,
        indicator.version,
        indicator.domain,
        indicator.case,
        indicator.kind,
        indicator.zh,
        indicator.en,
        indicator.sentence_zh,
        indicator.sentence_en,
        indicator.unit,
        float(indicator.factor),
        indicator.direction,
        indicator.goal,
        indicator.yellow_line,
        indicator.red_line,
        indicator.minimum_volume,
        indicator.quantile,
        list(indicator.dimensions),
        indicator.effective_from,
        indicator.text,
        list(indicator.periods),
        indicator.covers or "",
        indicator.definition.expression or "",
        _parts(indicator),
        "" if indicator.score is None else _json(_score(indicator.score)),
        indicator.changed_zh,
        indicator.changed_en,
    )


def _parts(indicator: Indicator) -> str:
    """Return an index's parts, each with the score by which it is counted there, be it the indicator's own."""
    parts = [
        {
            "indicator": part.indicator,
            "weight": part.weight,
            "direction": part.direction,
            "score": _score(part.score),
        }
        for part in indicator.parts
    ]
    return _json(parts) if parts else ""


def _score(score: Score) -> dict[str, Any]:
    """Return a score as the catalogue writes it."""
    bands = [{"from": band.from_, "points": band.points} for band in score.bands]
    numbers = {key: getattr(score, key) for key in ("floor", "goal", "start", "per_unit", "cap", "line")}
    written = {key: number for key, number in numbers.items() if number is not None}
    return {"kind": score.kind, **written, **({"bands": bands} if bands else {}), "full": score.full}


def _json(written: Any) -> str:
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def _comparable(row: tuple[Any, ...]) -> str:
    return repr(tuple(list(value) if isinstance(value, (list, tuple)) else value for value in row))
