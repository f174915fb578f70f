"""Which rows of cells and cases stand: those that no later publication of their kind has withdrawn.

As conditions of SQL, for every statement that reads these tables rather than the views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.topics import CASES, INDICATORS
from sinks.tables import literal

if TYPE_CHECKING:
    from sinks.layout import Layout


def standing_cells(layout: Layout) -> str:
    """Return the condition on rows of indicator_cells; it does not matter what came in which order."""
    place = "concat(case_type, '|', toString(kafka_partition))"
    return _standing(layout, place, f"kafka_topic = {literal(INDICATORS)}")


def standing_cases(layout: Layout, kind: str) -> str:
    """Return the condition on rows of a kind of case."""
    where = f"kafka_topic = {literal(CASES)} AND case_type = {literal(kind)}"
    return _standing(layout, "toString(kafka_partition)", where)


def _standing(layout: Layout, place: str, where: str) -> str:
    table = layout.publications.table.full_name
    listed = "(SELECT groupArray({}) FROM (SELECT * FROM {} FINAL WHERE {} ORDER BY case_type, kafka_partition))"
    places, since = listed.format(place, table, where), listed.format("since_offset", table, where)
    return f"toInt64(kafka_offset) >= transform({place}, {places}, {since}, toInt64(0))"
