"""What the commands of the maps share: a warehouse to read a view from, and what is said where there is no such view."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import click

from sinks.layout import load_layout
from sinks.query import EXIT_NO, READ_ONLY, explain
from sinks.report.map_views import CAPABILITY_MAP, RISK_MAP, map_views
from sinks.warehouse import QueryFailed, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.settings import Settings
    from sinks.warehouse import Warehouse

NEEDED: Final = {RISK_MAP: "grid", CAPABILITY_MAP: "training, registers"}
"""The domains each map is made of."""
UNKNOWN_TABLE: Final = 60


@contextmanager
def map_of(settings: Settings, view: str) -> Iterator[Warehouse]:
    """Yield the warehouse to read a map's view from.

    Raises click's UsageError where the domains in use give no such map. What ClickHouse refuses ends the command with its
    words and, where it knows no such view yet, with what to run.
    """
    if view not in {each.name for each in map_views(load_layout(settings))}:
        raise click.UsageError(
            f"所用的领域没有 {view}，需要 / the domains in use give no {view}, it needs: {NEEDED[view]}"
        )
    try:
        with connect(settings, database=settings.clickhouse_database, readonly=READ_ONLY) as warehouse:
            yield warehouse
    except QueryFailed as error:
        hint = "\n请先运行 / run first: `xiangmai sink --migrate-only`" if error.code == UNKNOWN_TABLE else ""
        click.echo(explain(error) + hint, err=True)
        raise click.exceptions.Exit(EXIT_NO) from error
