"""The views: what people query. Those over one table and those of the proof are generated; the others are files here."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from schemas.catalogue.buckets import value_sql
from sinks.composed import VALUES, composed_values, scores
from sinks.proof.views import proof_views
from sinks.report.map_views import map_views
from sinks.standing import standing_cases, standing_cells
from sinks.tables import View, quoted, view_over

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sinks.layout import Layout

_HIDDEN: Final = frozenset({"first_wins", "is_deleted"})
_VIEW_NAME: Final = re.compile(r"CREATE OR REPLACE VIEW \{(database|storage)\}\.(\w+)")


def all_views(layout: Layout) -> tuple[View, ...]:
    """Return every view, each after those it reads."""
    return (*_generated(layout), *_files(layout), *map_views(layout), *proof_views(layout))


def _generated(layout: Layout) -> Iterator[View]:
    """Yield a view for each table. Cases without effective events are hidden; the catalogue is its newest load."""
    newest = f"loaded_at = (SELECT max(newest.loaded_at) FROM {layout.catalogue.full_name} AS newest)"  # noqa: S608
    conditions = {
        case.table.name: f"event_count > 0 AND {standing_cases(layout, case.table.name.removeprefix('cases_'))}"
        for case in layout.cases
    } | {layout.catalogue.name: newest, layout.cells.name: standing_cells(layout)}
    for table in layout.tables:
        if table is layout.dead_letters:
            continue  # its view joins letters with their resolutions: a file
        yield view_over(table, layout.database, table.name, hidden=_HIDDEN, where=conditions.get(table.name, ""))


def _files(layout: Layout) -> Iterator[View]:
    names = {
        "database": quoted(layout.database),
        "storage": quoted(layout.storage),
        "timezone": layout.timezone,
        "bucket_value": value_sql("bucket"),
        "standing_cells": standing_cells(layout),
        **_composed(layout),
    }
    for file in sorted(files(__name__).iterdir(), key=lambda each: each.name):
        text = file.read_text(encoding="utf-8")
        found = _VIEW_NAME.search(text)
        if not file.name.endswith(".sql") or found is None:
            continue
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", value)
        yield View(layout.database if found[1] == "database" else layout.storage, found[2], text.strip())


def _composed(layout: Layout) -> dict[str, str]:
    """Return what the files take in from the catalogue: the SQL of values made of others, and of scores."""
    catalogues = [layout.catalogues[name] for name in sorted(layout.catalogues)]
    return {
        "value_columns": ", ".join(VALUES),
        "composed_values": composed_values(catalogues, f"{quoted(layout.storage)}.counted_values"),
        "score": scores(catalogues, "compared.value", "compared.indicator", "compared.definition_version"),
    }
