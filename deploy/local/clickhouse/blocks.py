"""Blocks of columns: delimiting them on the wire and rewriting them between protocol revisions, column bytes untouched.

A Native block is: [block info] columns rows { name type [custom-serialization flag] prefix data }. The engine reads and
writes it without block info and flags (revision 0); clients want what their revision has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deploy.local.clickhouse.columns import UnknownLayoutError, column_type
from deploy.local.clickhouse.protocol import Revision
from deploy.local.clickhouse.wire import Source, TooLargeError, string, varint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Field 1: is_overflows = 0; field 2: bucket_num = -1; end.
BLOCK_INFO = b"\x01\x00\x02\xff\xff\xff\xff\x00"
COLUMNS_MAX = 100_000


@dataclass(frozen=True)
class Column:
    """A column of a block: its name, its type and its bytes (prefix and data; empty when the block has no rows)."""

    name: str
    type: str
    body: bytes


@dataclass(frozen=True)
class Block:
    """Columns of equal length."""

    columns: tuple[Column, ...]
    rows: int

    def encode(self, revision: int = 0) -> bytes:
        """Return the block as `revision` has it; 0 is the form the engine reads."""
        parts = [BLOCK_INFO] if revision >= Revision.BLOCK_INFO else []
        parts += (varint(len(self.columns)), varint(self.rows))
        flag = b"\x00" if revision >= Revision.CUSTOM_SERIALIZATION else b""
        for column in self.columns:
            parts += (string(column.name), string(column.type), flag, column.body)
        return b"".join(parts)

    @property
    def header(self) -> Block:
        """The block without its rows."""
        return Block(tuple(Column(column.name, column.type, b"") for column in self.columns), 0)

    def retyped(self, types: Sequence[str]) -> Block:
        """Return the block with other type names over the same bytes."""
        pairs = zip(self.columns, types, strict=True)
        return Block(tuple(Column(column.name, name, column.body) for column, name in pairs), self.rows)


EMPTY = Block((), 0)


def read_block(source: Source, revision: int = 0) -> Block:
    """Read one block; raises UnknownLayoutError, TooLargeError, or EOFError when the source ends in it."""
    if revision >= Revision.BLOCK_INFO:
        _skip_block_info(source)
    count, rows = source.varint(), source.varint()
    if count > COLUMNS_MAX:
        raise TooLargeError(f"a block of {count} columns is more than this server takes")
    columns = []
    for _ in range(count):
        name, kind = source.text(), source.text()
        if revision >= Revision.CUSTOM_SERIALIZATION and source.uint8():
            raise UnknownLayoutError(f"column {name} is in a sparse serialization; send it in full")
        start = source.position
        if rows:
            layout = column_type(kind)
            layout.prefix(source)
            layout.data(source, rows)
        columns.append(Column(name, kind, bytes(source.slice(start, source.position))))
    return Block(tuple(columns), rows)


def _skip_block_info(source: Source) -> None:
    while field := source.varint():
        if field == 1:
            source.skip(1)
        elif field == 2:  # noqa: PLR2004 - the bucket number
            source.skip(4)
        else:
            raise TooLargeError(f"unknown field {field} in block info")


def split_blocks(data: bytes) -> Iterator[Block]:
    """Yield the blocks of an answer in the engine's Native format."""
    source = Source(data)
    while not source.exhausted:
        yield read_block(source)
