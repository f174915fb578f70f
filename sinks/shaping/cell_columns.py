"""The columns of cells, filled from the bytes of their records: no dict, no row."""

from __future__ import annotations

from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.append_code import Items, append_function
from schemas.domain import load_system
from schemas.errors import InvalidEvent
from schemas.read_code import Malformed, Outside
from sinks.columns import LATEST_MS, day
from sinks.shaping.repeated import Repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.codec import Decoder
    from sinks.columns import Values

RECORD: Final = "xiangmai.system.TownshipIndicators"
LATEST_PERIOD: Final = 65_535  # the last day a Date holds, in days since 1970-01-01
_INT32: Final = 2**31
_HEADER_BYTES: Final = 5
_NO_BUCKETS: Final[Mapping[int, int]] = MappingProxyType({})
_OF_A_CELL: Final = (
    "township",
    "place",
    "level",
    "period",
    "period_start",
    "case_type",
    "dimension",
    "dimension_value",
    "newest_event_at",
    "changed_at",
)
_OF_AN_INDICATOR: Final = ("indicator", "version", "numerator", "denominator", "buckets")


class Cells(NamedTuple):
    """Columns by the names of the record's fields. Those of cells have a value for each row as well."""

    of_cells: Mapping[str, Repeated]
    of_indicators: Mapping[str, Values]
    rows: list[int]
    """How many rows each cell has."""


class CellColumns:
    """Gathers cells: `add` one after the other, then `take` them all."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._cells: dict[str, Values] = {name: [] for name in _OF_A_CELL}
        self._parts: list[tuple[Any, ...]] = []
        self._rows: list[int] = []
        self._functions: dict[bytes, Callable[[bytes, int], int]] = {}
        self._starts, self._newest, self._changed = (
            self._cells[name] for name in ("period_start", "newest_event_at", "changed_at")
        )

    def add(self, value: bytes | None) -> None:
        """Add a cell's rows; raises InvalidEvent for bytes that are none, and for what a column cannot hold, and adds nothing."""
        append = self._functions.get(value[:_HEADER_BYTES]) if value is not None else None
        if append is None or value is None:
            append, value = self._function(value)
        before = len(self._parts)
        try:
            rows = append(value, _HEADER_BYTES)
            self._check()
        except Exception as error:
            del self._parts[before:]
            for column in self._cells.values():
                del column[len(self._rows) :]
            if isinstance(error, InvalidEvent):
                raise
            detail = error if isinstance(error, Malformed) else type(error).__name__
            raise InvalidEvent("decode", f"{RECORD}: {detail}") from error
        self._rows.append(rows)

    def take(self) -> Cells:
        """Return what was added since, and begin anew."""
        counts = self._rows
        cells = {name: Repeated(column.copy(), counts) for name, column in self._cells.items()}
        columns = zip(*self._parts, strict=True) if self._parts else repeat(())
        parts = {name: list(column) for name, column in zip(_OF_AN_INDICATOR, columns, strict=False)}
        self._rows = []
        for column in (*self._cells.values(), self._parts):
            column.clear()
        return Cells(cells, parts, counts)

    def _function(self, value: bytes | None) -> tuple[Callable[[bytes, int], int], bytes]:
        name, _ = self._decoder.decode(value)
        if name != RECORD or value is None:
            raise InvalidEvent("unknown_event", f"{name} is no cell")
        header = value[:_HEADER_BYTES]
        written = self._decoder.written(int.from_bytes(header[1:], "big"))
        items = Items("parts", _OF_AN_INDICATOR, _part, self._parts)
        try:
            function = append_function(written or {}, load_system()[RECORD].schema, items, self._cells)
        except (Outside, KeyError):
            function = self._append_decoded
        self._functions[header] = function
        return function, value

    def _append_decoded(self, value: bytes, _start: int) -> int:
        """Append a cell that was written in ways the quick function does not know."""
        _, cell = self._decoder.decode(value)
        self._parts.extend(_part(*(part[name] for name in _OF_AN_INDICATOR)) for part in cell["parts"])
        for name, column in self._cells.items():
            column.append(cell[name])
        return len(cell["parts"])

    def _check(self) -> None:
        """Hold the newest cell to what its columns can, and put its day and its times in their form."""
        start, newest, changed = self._starts[-1], self._newest[-1], self._changed[-1]
        if not 0 <= start <= LATEST_PERIOD:
            raise InvalidEvent("rule:period_start", f"day {start} is outside what a Date holds", "period_start")
        if not (0 <= newest <= LATEST_MS and 0 <= changed <= LATEST_MS):
            raise InvalidEvent("event_time", f"times {newest} and {changed} are outside what DateTime64 holds")
        self._starts[-1] = day(start)
        self._newest[-1] = newest or None


def _part(
    indicator: str, version: int, numerator: int, denominator: int, buckets: Mapping[str, int] | None
) -> tuple[Any, ...]:
    """Return the values of an indicator's own columns; raises InvalidEvent for what they cannot hold."""
    if not 0 <= version < _INT32:
        raise InvalidEvent("rule:version", f"version {version} is no version", "version")
    return indicator, version, numerator, denominator, numbered(buckets) if buckets else _NO_BUCKETS


def numbered(buckets: Mapping[str, int]) -> dict[int, int]:
    """Return the histogram with whole numbers as buckets, in ascending order and without empty ones."""
    try:
        found: list[tuple[Any, int]] = sorted((int(bucket), count) for bucket, count in buckets.items() if count)
    except ValueError:
        raise InvalidEvent("rule:buckets", "a bucket is not a whole number", "buckets") from None
    if found and not (found[0][0] >= -_INT32 and found[-1][0] < _INT32):
        raise InvalidEvent("rule:buckets", "a bucket is out of range", "buckets")
    return dict(found)
