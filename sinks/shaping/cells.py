"""Indicator cells: one record holds every indicator of a cell, the table one row for each.

A cell or an indicator in it that is given no longer cannot take its row away itself. Where something is given no longer, the
worker publishes everything of that kind of case again, and behind it a record (PublishedAnew) that withdraws what stood before;
the views heed it. So a message without a value, by which the topic forgets a key, needs no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.errors import InvalidEvent
from sinks.shaping.cell_columns import CellColumns
from sinks.shaping.records import RecordShaper
from sinks.shaping.repeated import Repeated
from sinks.shaping.shape import Refusal, Shaped, newest, origin_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.codec import Decoder
    from sinks.layout import RecordTable
    from sinks.shaping.shape import Message
    from sinks.tables import Table

PUBLICATION_KEY: Final = b"#"
"""Keys of PublishedAnew begin with it, which no cell's key does."""


class CellShaper:
    """Shapes records of township.indicators into the rows of indicator_cells, and of publications after them."""

    weight = 0.5

    def __init__(self, table: Table, publications: RecordTable, decoder: Decoder) -> None:
        self._table = table
        self._publications = RecordShaper((publications,), decoder)
        self._columns = CellColumns(decoder)
        self.tables = (table, publications.table)

    def shape(self, messages: Sequence[Message]) -> Shaped:
        """Return a row for every indicator of every cell."""
        shaped = Shaped()
        origins: list[Message] = []
        publications: list[Message] = []
        add = self._columns.add
        for message in newest(messages):
            key, value = message.key, message.value
            if key is not None and key.startswith(PUBLICATION_KEY):
                publications.append(message)
                continue
            if value is None and key is not None:
                continue
            try:
                add(value)
            except InvalidEvent as reason:
                shaped.refused.append(Refusal(message, reason))
                continue
            origins.append(message)
        cells, parts, rows = self._columns.take()
        if any(rows):
            shaped.add(
                self._table,
                [
                    parts["indicator"],
                    parts["version"],
                    *(cells[name] for name in ("case_type", "township", "place", "level", "period", "period_start")),
                    *(cells[name] for name in ("dimension", "dimension_value")),
                    *(parts[name] for name in ("numerator", "denominator", "buckets")),
                    *(cells[name] for name in ("newest_event_at", "changed_at")),
                    *(Repeated(column, rows) for column in origin_columns(origins)),
                ],
            )
        withdrawn = self._publications.shape(publications)
        shaped.blocks |= withdrawn.blocks
        shaped.refused += withdrawn.refused
        return shaped
