"""Columns as ClickHouse's native protocol has them: whole columns at once, runs of one value without spreading them out.

clickhouse-driver writes a column value by value. The types that make most of our columns are written here, in calls that take a whole
column; every other type is left to the driver.
"""

from __future__ import annotations

import sys
from array import array
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from clickhouse_driver import Client
from clickhouse_driver.block import BlockInfo, ColumnOrientedBlock
from clickhouse_driver.columns.service import write_column
from clickhouse_driver.defines import DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION
from clickhouse_driver.protocol import ClientPacketTypes
from clickhouse_driver.varint import write_varint
from clickhouse_driver.writer import write_binary_str, write_binary_uint8

from sinks.shaping.repeated import Repeated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_NUMBERS: Final = {"Int64": "q", "UInt64": "Q", "UInt32": "I", "Int32": "i", "UInt16": "H", "UInt8": "B"}
_EPOCH: Final = date(1970, 1, 1).toordinal()
_NO_UUID: Final = "00000000-0000-0000-0000-000000000000"
_KEYS_VERSION: Final = (1).to_bytes(8, "little")
_OWN_KEYS: Final = 1 << 9
_NEW_DICTIONARY: Final = 1 << 10
_WIDTHS: Final = (("B", 1 << 8), ("H", 1 << 16), ("I", 1 << 32))
"""How the indexes into a dictionary are written, by the number of its keys."""


class ColumnClient(Client):  # type: ignore[misc]  # clickhouse-driver has no types
    """clickhouse-driver's client, with the sending of an INSERT's columns replaced. One insert is one block."""

    def send_data(self, sample_block: Any, data: Sequence[Sequence[Any]], **_: object) -> int:
        """Send the columns, in the order and with the types the server told, and the empty block that ends an insert."""
        connection = self.connection
        rows = len(data[0])
        if any(len(column) != rows for column in data) or len(data) != len(sample_block.columns_with_types):
            raise ValueError("columns of different lengths, or more or fewer than the table takes")
        write_varint(ClientPacketTypes.DATA, connection.fout)
        write_binary_str("", connection.fout)
        out = connection.block_out.fout
        BlockInfo().write(out)
        write_varint(len(data), out)
        write_varint(rows, out)
        told = connection.server_info.used_revision >= DBMS_MIN_REVISION_WITH_CUSTOM_SERIALIZATION
        for (name, type_), column in zip(sample_block.columns_with_types, data, strict=True):
            write_binary_str(name, out)
            write_binary_str(type_, out)
            if told:
                write_binary_uint8(0, out)
            written = native(type_, column)
            if written is None:
                write_column(connection.context, name, type_, list(column), out)
            else:
                out.write(written)
        connection.block_out.finalize()
        self.receive_profile_events()
        connection.send_data(ColumnOrientedBlock())
        self.receive_profile_events()
        return rows


def native(type_: str, column: Sequence[Any]) -> bytes | None:
    """Return a column's bytes; None for a type that is not known here. Raises an Exception of some kind for a value outside it."""
    if type_.startswith("LowCardinality(Nullable(String"):
        return _low_cardinality(column, nullable=True)
    if type_.startswith("LowCardinality(String"):
        return _low_cardinality(column, nullable=False)
    if type_ == "Map(Int32, Int64)":
        return _histograms(column)
    if type_.startswith("Nullable("):
        return _nullable(type_.removeprefix("Nullable(").removesuffix(")"), column)
    write = _writer(type_)
    return None if write is None else write(column)


def _writer(type_: str) -> Callable[[Sequence[Any]], bytes] | None:
    if type_.startswith("DateTime64(3"):
        return lambda column: _runs("q", column)
    if type_ == "Date":
        return lambda column: _runs("H", column, _days)
    if type_ == "UUID":
        return _uuids
    if type_ in _NUMBERS:
        return lambda column: _runs(_NUMBERS[type_], column)
    return None


def _nullable(type_: str, column: Sequence[Any]) -> bytes | None:
    write = _writer(type_)
    if write is None or type_ == "Date":
        return None
    values = column.values if isinstance(column, Repeated) else column
    nothing = _NO_UUID if type_ == "UUID" else 0
    filled: Sequence[Any] = [nothing if value is None else value for value in values]
    nulls: Sequence[Any] = [value is None for value in values]
    if isinstance(column, Repeated):
        nulls, filled = Repeated(nulls, column.counts), Repeated(filled, column.counts)
    return _runs("B", nulls) + write(filled)


def _uuids(column: Sequence[str]) -> bytes:
    """Return each of the two halves of 8 bytes from behind, as ClickHouse keeps them. Raises ValueError for what is no UUID."""
    if any(len(value) != len(_NO_UUID) for value in column):
        raise ValueError("a text that is no UUID, in a column of them")
    halves = array("Q", bytes.fromhex("".join(column).replace("-", "")))
    halves.byteswap()
    return halves.tobytes()


def _days(values: Iterable[date]) -> Iterable[int]:
    return [value.toordinal() - _EPOCH for value in values]


def _runs(code: str, column: Sequence[Any], convert: Callable[[Any], Iterable[int]] = iter) -> bytes:
    """Return numbers as they lie in memory of a little-endian machine."""
    if not isinstance(column, Repeated):
        return _packed(code, convert(column))
    packed, size = _packed(code, convert(column.values)), array(code).itemsize
    pieces = [packed[start : start + size] for start in range(0, len(packed), size)]
    return b"".join([piece * count for piece, count in zip(pieces, column.counts, strict=True)])


def _packed(code: str, numbers: Iterable[int]) -> bytes:
    packed = array(code, numbers)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def _low_cardinality(column: Sequence[Any], *, nullable: bool) -> bytes:
    """Return a dictionary of the different values, and for each row where in it its value is. NULL is the first entry."""
    if not len(column):
        return _KEYS_VERSION
    values = column.values if isinstance(column, Repeated) else column
    different = dict.fromkeys([None, *values] if nullable else values)
    keys = [b"" if value is None else value.encode() for value in different]
    if not nullable and None in different:
        raise TypeError("NULL in a column that takes none")
    places = {value: place for place, value in enumerate(different)}
    width, (code, _) = next((width, form) for width, form in enumerate(_WIDTHS) if len(keys) <= form[1])
    indexes: Sequence[int] = list(map(places.__getitem__, values))
    if isinstance(column, Repeated):
        indexes = Repeated(indexes, column.counts)
    head = (_OWN_KEYS | _NEW_DICTIONARY | width, len(keys))
    return b"".join(
        [
            _KEYS_VERSION,
            _packed("q", head),
            *map(_text, keys),
            _packed("q", (len(column),)),
            _runs(code, indexes),
        ]
    )


def _text(encoded: bytes) -> bytes:
    size, head = len(encoded), bytearray()
    while size > 0x7F:  # noqa: PLR2004 - seven bits a byte
        head.append(size & 0x7F | 0x80)
        size >>= 7
    head.append(size)
    return bytes(head) + encoded


def _histograms(column: Sequence[Mapping[int, int]]) -> bytes:
    """Return where each row's entries end, then all keys, then all values."""
    ends, end = array("Q"), 0
    numbers: list[int] = []
    counts: list[int] = []
    for histogram in column:
        if histogram:
            numbers += histogram
            counts += histogram.values()
            end += len(histogram)
        ends.append(end)
    return _packed("Q", ends) + _packed("i", numbers) + _packed("q", counts)
