"""The cases of a verification: folded from the events once, into temporary tables that end with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from sinks.proof.cases_sql import CASES, case_steps
from sinks.proof.events_sql import in_townships
from sinks.proof.statement import indented, select, with_steps
from sinks.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from types import TracebackType

    from sinks.layout import Layout
    from sinks.proof.source import CaseSource
    from sinks.warehouse import Warehouse

AS_OF: Final = "proof_as_of"
"""The column that says as of when a case's stocks are looked at: the clock of the worker that published its township."""


class Folding:
    """Temporary tables of one connection. ClickHouse drops them with the connection, whatever becomes of us."""

    def __init__(self, warehouse: Warehouse, layout: Layout, as_of: datetime | None) -> None:
        self._warehouse = warehouse
        self._layout = layout
        self._as_of = as_of
        self._made: set[str] = set()

    def table(self, source: CaseSource) -> str:
        """Return the name of the table of a kind of case."""
        return quoted(f"proof_run_{source.case.name}")

    def fold(self, source: CaseSource, townships: Sequence[str] = ()) -> None:
        """Fold the cases, of these townships or of all, in place of what was folded before."""
        name = self.table(source)
        self._drop(name)
        columns = [f"{CASES}.*", f"clocks.as_of AS {AS_OF}"]
        clocked = f"{CASES}\nLEFT JOIN\n(\n{indented(self._clocks(source))}\n) AS clocks ON {CASES}.township = clocks.township"
        sql = with_steps(case_steps(source, None, in_townships(townships)), select(columns, clocked))
        self._made.add(name)
        self._warehouse.execute(
            f"CREATE TEMPORARY TABLE {name} ENGINE = MergeTree ORDER BY (township, case_id) AS\n{sql}"
        )

    def _clocks(self, source: CaseSource) -> str:
        """Return SQL of each township's clock: when what was published last of its partition was computed, or as told.

        One worker owns a partition, and what it publishes is as of its own clock: everything up to then counts in it, and
        nothing of what comes after.
        """
        if self._as_of is not None:
            moment = f"fromUnixTimestamp64Milli({int(self._as_of.timestamp() * 1000)})"
            return f"SELECT DISTINCT township, {moment} AS as_of FROM {source.events_view}"
        tables = [self._layout.cells, *(each.table for each in self._layout.cases)]
        every = "\n    UNION ALL\n".join(
            f"    SELECT kafka_partition, changed_at FROM {each.full_name}" for each in tables
        )
        return (
            "SELECT homes.township AS township, max(published.changed_at) AS as_of\n"
            f"FROM (SELECT DISTINCT township, kafka_partition FROM {source.table.full_name}) AS homes\n"
            f"LEFT JOIN\n(\n{every}\n) AS published ON homes.kafka_partition = published.kafka_partition\n"
            "GROUP BY homes.township"
        )

    def _drop(self, name: str) -> None:
        self._warehouse.execute(f"DROP TEMPORARY TABLE IF EXISTS {name}")
        self._made.discard(name)

    def __enter__(self) -> Self:
        """Return the folding itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop the tables; after an error the connection, and they with it."""
        if error is not None:
            self._warehouse.close()
            return
        for name in sorted(self._made):
            self._drop(name)
