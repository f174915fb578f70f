"""Indicator cells: one record holds every indicator of a cell, the table one row for each.

A cell or an indicator in it that is given no longer cannot take its row away itself. Where something is given no longer, the
worker publishes everything of that kind of case again, and behind it a record (PublishedAnew) that withdraws what stood before;
the views heed it. So a message without a value, by which the topic forgets a key, needs no row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from schemas.errors import InvalidEvent
from sinks.columns import LATEST_MS, day
from sinks.shaping.records import RecordShaper
from sinks.shaping.shape import Refusal, Shaped, newest, origin_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.codec import Decoder
    from sinks.columns import Values
    from sinks.layout import RecordTable
    from sinks.shaping.shape import Message, Record
    from sinks.tables import Table

PUBLICATION_KEY: Final = b"#"
"""Keys of PublishedAnew begin with it, which no cell's key does."""
LATEST_PERIOD: Final = 65_535  # the last day a Date holds, in days since 1970-01-01
_INT32: Final = 2**31


class CellShaper:
    """Shapes records of township.indicators into the rows of indicator_cells, and of publications after them."""

    rows_per_message = 2

    def __init__(self, table: Table, publications: RecordTable, decoder: Decoder) -> None:
        self._table = table
        self._publications = RecordShaper((publications,), decoder)
        self._decode = decoder.decode
        self.tables = (table, publications.table)

    def shape(self, messages: Sequence[Message]) -> Shaped:
        """Return a row for every indicator of every cell."""
        shaped = Shaped()
        rows: list[tuple[Any, ...]] = []
        origins: list[Message] = []
        publications: list[Message] = []
        for message in newest(messages):
            if message.key is not None and message.key.startswith(PUBLICATION_KEY):
                publications.append(message)
                continue
            if message.value is None and message.key is not None:
                continue
            try:
                name, cell = self._decode(message.value)
                if name != "xiangmai.system.TownshipIndicators":
                    raise InvalidEvent("unknown_event", f"{name} is no cell")  # noqa: TRY301
                found = _rows(cell)
            except InvalidEvent as reason:
                shaped.refused.append(Refusal(message, reason))
                continue
            rows.extend(found)
            origins.extend([message] * len(found))
        if rows:
            columns: list[Values] = [list(column) for column in zip(*rows, strict=True)]
            shaped.add(self._table, [*columns, *origin_columns(origins)])
        withdrawn = self._publications.shape(publications)
        shaped.blocks |= withdrawn.blocks
        shaped.refused += withdrawn.refused
        return shaped


def _rows(cell: Record) -> list[tuple[Any, ...]]:
    """Return the cell's rows in the order of the table's columns; raises InvalidEvent for what a column cannot hold."""
    start = cell["period_start"]
    newest, changed = cell["newest_event_at"], cell["changed_at"]
    if not 0 <= start <= LATEST_PERIOD:
        raise InvalidEvent("rule:period_start", f"day {start} is outside what a Date holds", "period_start")
    if not (0 <= newest <= LATEST_MS and 0 <= changed <= LATEST_MS):
        raise InvalidEvent("event_time", f"times {newest} and {changed} are outside what DateTime64 holds")
    place = (cell["township"], cell["place"], cell["level"], cell["period"], day(start))
    breakdown = (cell["dimension"], cell["dimension_value"])
    case_type = cell["case_type"]
    times = (newest or None, changed)
    return [
        (
            part["indicator"],
            _version(part["version"]),
            case_type,
            *place,
            *breakdown,
            part["numerator"],
            part["denominator"],
            _buckets(part["buckets"]),
            *times,
        )
        for part in cell["parts"]
    ]


def _version(version: int) -> int:
    if not 0 <= version < _INT32:
        raise InvalidEvent("rule:version", f"version {version} is no version", "version")
    return version


def _buckets(buckets: Mapping[str, int] | None) -> dict[int, int]:
    """Return the histogram with whole numbers as buckets, in ascending order and without empty ones."""
    if not buckets:
        return {}
    try:
        numbered = sorted((int(bucket), count) for bucket, count in buckets.items() if count)
    except ValueError:
        raise InvalidEvent("rule:buckets", "a bucket is not a whole number", "buckets") from None
    if numbered and not (numbered[0][0] >= -_INT32 and numbered[-1][0] < _INT32):
        raise InvalidEvent("rule:buckets", "a bucket is out of range", "buckets")
    return dict(numbered)
