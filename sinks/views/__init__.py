"""The views: what people query. Those over one table and those of the proof are generated; the others are files here."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from schemas.catalogue.buckets import value_sql
from sinks.composed import VALUES, composed_values, scores
from sinks.place_columns import name_today, standing_today
from sinks.proof.views import proof_views
from sinks.report.map_views import map_views
from sinks.standing import standing_cases, standing_cells
from sinks.tables import View, literal, quoted, view_over
from sinks.trees import THEN, TODAY, kept_apart, tree_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sinks.layout import Layout

_HIDDEN: Final = frozenset({"first_wins", "is_deleted"})
_ONLY_WITH: Final = {"60_warnings.sql": "warning"}
"""Files that read the cases of one kind, which a warehouse of other domains has not."""
_VIEW_NAME: Final = re.compile(
    r"CREATE OR REPLACE VIEW \{(?P<where>database|storage)\}\.(?P<name>\w+)(?P<tree>\{tree\})?"
)


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
    conditions[layout.places.table.name] = standing_today(layout.timezone)
    for table in layout.tables:
        if table is layout.dead_letters:
            continue  # its view joins letters with their resolutions: a file
        shown = {"name": name_today(layout.timezone)} if table is layout.places.table else {}
        yield view_over(
            table, layout.database, table.name, hidden=_HIDDEN, where=conditions.get(table.name, ""), shown=shown
        )


def _files(layout: Layout) -> Iterator[View]:
    """Yield the views of the files: those of the tree of then and all that know no tree, then those of the tree of today."""
    every = {name: each for catalogue in layout.catalogues.values() for name, each in catalogue.indicators.items()}
    apart = kept_apart(every)
    names = {
        "database": quoted(layout.database),
        "storage": quoted(layout.storage),
        "timezone": layout.timezone,
        "bucket_value": value_sql("bucket"),
        "standing_cells": standing_cells(layout),
        "value_columns": ", ".join(VALUES),
        "kept_apart": ", ".join(map(literal, apart)) or "''",
    }
    kinds = {case.table.name.removeprefix("cases_") for case in layout.cases}
    texts = [
        file.read_text(encoding="utf-8")
        for file in sorted(files(__name__).iterdir(), key=lambda each: each.name)
        if file.name.endswith(".sql") and _ONLY_WITH.get(file.name) in (None, *kinds)
    ]
    for tree in (THEN, TODAY):
        values = tree_texts(tree, map(literal, apart)) | _composed(layout, tree, () if tree == THEN else apart) | names
        for text in texts:
            found = _VIEW_NAME.search(text)
            if found is None or (tree == TODAY and not found["tree"]):
                continue
            yield View(
                layout.database if found["where"] == "database" else layout.storage,
                f"{found['name']}{tree if found['tree'] else ''}",
                _filled(text, values).strip(),
            )


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _composed(layout: Layout, tree: str, apart: Collection[str]) -> dict[str, str]:
    """Return what the files take in from the catalogue: the SQL of values made of others (but those apart), and of scores."""
    catalogues = [layout.catalogues[name] for name in sorted(layout.catalogues)]
    source = f"{quoted(layout.storage)}.counted_values{tree}"
    return {
        "composed_values": composed_values(catalogues, source, without=apart),
        "score": scores(catalogues, "compared.value", "compared.indicator", "compared.definition_version"),
    }
