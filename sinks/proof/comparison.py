"""The comparison, inside ClickHouse: what the stream published against what the events say, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.catalogue.expression_sql import text
from sinks.proof.cells_sql import CELL_KEY, CELLS, cell_steps
from sinks.proof.folding import AS_OF
from sinks.proof.statement import indented, select, with_steps
from sinks.standing import standing_cells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from schemas.catalogue.model import Indicator
    from sinks.layout import Layout
    from sinks.periods import Period
    from sinks.warehouse import Warehouse

MOST_DIFFERENCES: Final = 20_000
"""So many differing cells of an indicator are looked at one by one; the others are only counted."""

_NUMBERS: Final = ("numerator", "denominator", "buckets")


class Parts(NamedTuple):
    """The additive parts of a cell; what is missing is zero."""

    numerator: int = 0
    denominator: int = 0
    buckets: tuple[tuple[int, int], ...] = ()


class CellKey(NamedTuple):
    """A cell of one version of an indicator."""

    indicator: str
    version: int
    level: str
    place: str
    period: str
    period_start: date
    dimension: str
    dimension_value: str

    @property
    def township(self) -> str:
        """Return the township the cell belongs to."""
        return self.place[:9]


class Difference(NamedTuple):
    """A cell in which both engines differ. `offset` is that of the published cell, 0 where there is none."""

    key: CellKey
    published: Parts
    computed: Parts
    offset: int


class Compared(NamedTuple):
    """What came of comparing one version of an indicator: how many cells, how many differ, and the first of those."""

    cells: int
    different: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cells are compared: those of a place and all within it, of one period; empty and None mean all."""

    place: str = ""
    period: Period | None = None
    townships: tuple[str, ...] = ()

    def conditions(self) -> list[str]:
        """Return SQL conditions on a row with the columns of a cell."""
        found = []
        if self.place:
            found.append(f"startsWith(place, {text(self.place)})")
        if self.period is not None:
            found += [
                f"period = {text(self.period.kind)}",
                f"period_start = toDate({text(self.period.start.isoformat())})",
            ]
        if self.townships:
            found.append(f"township IN ({', '.join(map(text, self.townships))})")
        return found


class Comparison:
    """Compares indicators whose cases are folded already."""

    def __init__(self, warehouse: Warehouse, layout: Layout) -> None:
        self._warehouse = warehouse
        self._layout = layout

    def compare(self, indicator: Indicator, folded: str, scope: Scope) -> Compared:
        """Compare one version of an indicator; `folded` is the table of its cases."""
        ((cells, different, found),) = self._warehouse.rows(comparison_sql(self._layout, indicator, folded, scope))
        return Compared(cells, different, tuple(_difference(indicator, row) for row in found))

    def other_definitions(self, known: Sequence[tuple[str, int]]) -> int:
        """Return how many published cells belong to definitions that the catalogue has no more: they are not compared."""
        listed = ", ".join(f"({text(name)}, {version})" for name, version in known) or "('', 0)"
        sql = (
            f"SELECT count() FROM {self._layout.cells.full_name} FINAL "
            f"WHERE (indicator, definition_version) NOT IN ({listed}) AND {standing_cells(self._layout)}"
        )
        ((count,),) = self._warehouse.rows(sql)
        return int(count)


def comparison_sql(layout: Layout, indicator: Indicator, folded: str, scope: Scope) -> str:
    """Return the statement that gives one row: cells compared, cells that differ, and the first differing ones."""
    steps = cell_steps(indicator, layout.timezone, cases=folded, as_of=f"cases.{AS_OF}")
    conditions = scope.conditions()
    published = select(
        ["true AS is_published", "kafka_offset", *CELL_KEY, *_NUMBERS],
        f"{layout.cells.full_name} FINAL",
        [
            f"indicator = {text(indicator.id)}",
            f"definition_version = {indicator.version}",
            standing_cells(layout),
            *conditions,
        ],
    )
    computed = select(["false AS is_published", "0 AS kafka_offset", *CELL_KEY, *_NUMBERS], CELLS, conditions)
    sides = f"(\n{indented(published)}\n    UNION ALL\n{indented(computed)}\n) AS side"
    columns = [f"side.{name} AS {name}" for name in CELL_KEY]
    columns += [f"sumIf(side.{name}, {side}) AS {prefix}_{name}" for prefix, side in _SIDES for name in _NUMBERS[:2]]
    columns.append("max(side.kafka_offset) AS newest_offset")
    if indicator.kind == "quantile":
        empty = "CAST(map(), 'Map(Int32, Int64)')"
        columns += [
            f"mapSort(sumMap(if({side}, side.buckets, {empty}))) AS {prefix}_buckets" for prefix, side in _SIDES
        ]
    else:
        columns += [f"CAST(map(), 'Map(Int32, Int64)') AS {prefix}_buckets" for prefix, _ in _SIDES]
    different = " OR ".join(f"published_{name} != computed_{name}" for name in _NUMBERS)
    columns.append(f"{different} AS is_different")
    grouped = select(columns, sides, group_by=[f"side.{name}" for name in CELL_KEY])
    values = [*CELL_KEY, *(f"{prefix}_{name}" for prefix, _ in _SIDES for name in _NUMBERS), "newest_offset"]
    last = select(
        [
            "count() AS cells",
            "countIf(is_different) AS different",
            f"groupArrayIf({MOST_DIFFERENCES})(({', '.join(values)}), is_different) AS differences",
        ],
        f"(\n{indented(grouped)}\n) AS cell",
    )
    return with_steps(steps, last)


_SIDES: Final = (("published", "side.is_published"), ("computed", "NOT side.is_published"))


def _difference(indicator: Indicator, row: Sequence[Any]) -> Difference:
    key = CellKey(indicator.id, indicator.version, *row[: len(CELL_KEY)])
    published, computed = row[len(CELL_KEY) : len(CELL_KEY) + 3], row[len(CELL_KEY) + 3 : len(CELL_KEY) + 6]
    return Difference(key, _parts(published), _parts(computed), int(row[-1]))


def _parts(row: Sequence[Any]) -> Parts:
    numerator, denominator, buckets = row
    counts: Mapping[int, int] = dict(buckets)
    return Parts(numerator, denominator, tuple(sorted((bucket, count) for bucket, count in counts.items() if count)))
