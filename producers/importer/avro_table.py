"""Avro container files: a record in a row. Blocks are unpacked under a cap; a bomb is refused before any row."""

from __future__ import annotations

import json
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

import fastavro
from fastavro.schema import SchemaParseException

from producers.importer.cell_text import cell_text
from producers.importer.encoding import refuse_bomb
from producers.importer.table import MAX_COLUMNS, MAX_ROW_CHARACTERS, Refusal, Row
from schemas.errors import InvalidEvent, Refused
from schemas.shape import refuse_hostile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_BLOCK_BYTES: Final = 64 << 20
_CODECS: Final = ("null", "deflate")
_SYNC_BYTES: Final = 16
_MAX_VARINT_BYTES: Final = 10
_HEADER: Final = fastavro.parse_schema(
    {
        "type": "record",
        "name": "org.apache.avro.file.Header",
        "fields": [
            {"name": "magic", "type": {"type": "fixed", "name": "Magic", "size": 4}},
            {"name": "meta", "type": {"type": "map", "values": "bytes"}},
            {"name": "sync", "type": {"type": "fixed", "name": "Sync", "size": _SYNC_BYTES}},
        ],
    }
)


class _Block(NamedTuple):
    records: int
    body: bytes


class AvroTable:
    """An open container file. Its fields are columns, written as text: times in ISO form, nested values as JSON.

    The whole file is looked through first: raises Refused when a block is broken, or unpacks to more than 64 MiB.
    """

    def __init__(self, file: Path) -> None:
        self.size_bytes = file.stat().st_size
        self._raw = file.open("rb")
        try:
            header: Any = fastavro.schemaless_reader(self._raw, _HEADER, None)
            self._codec = header["meta"].get("avro.codec", b"null").decode()
            schema = json.loads(header["meta"]["avro.schema"])
            refuse_hostile(schema)
            self._schema = fastavro.parse_schema(schema)
        except (ValueError, EOFError, LookupError, TypeError, SchemaParseException, InvalidEvent) as error:
            self._raw.close()
            problem = str(error) if isinstance(error, InvalidEvent) else type(error).__name__
            raise Refused(file, None, f"不是可读的 Avro 文件 / not a readable Avro file: {problem}") from error
        if self._codec not in _CODECS or not isinstance(schema, dict) or schema.get("type") != "record":
            self._raw.close()
            raise Refused(file, None, f"codec {self._codec}", "record; codec null, deflate")
        self._file = file
        self.columns = [field["name"] for field in schema["fields"]][:MAX_COLUMNS]
        self.form = f"Avro, {self._codec}"
        self._sync = header["sync"]
        self._begin = self._near = self._raw.tell()
        self._examine()

    def rows(self) -> Iterator[Row]:
        """Give every record; its number in the file stands for the line."""
        number = 0
        for block in self._blocks():
            body = BytesIO(block.body)
            for _ in range(block.records):
                number += 1
                record: Any = fastavro.schemaless_reader(body, self._schema, None)
                cells = [cell_text(record.get(column)) for column in self.columns]
                row = Row(number, cells)
                if sum(map(len, cells)) >= MAX_ROW_CHARACTERS:
                    row.refusal = Refusal("too_long", en=f"over {MAX_ROW_CHARACTERS} characters")
                yield row

    def position_bytes(self) -> int:
        """How many bytes of the file have been read."""
        return self._raw.tell()

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def _examine(self) -> None:
        """Unpack and read every record once, so that what is broken is found before anything is sent."""
        unpacked = 0
        try:
            for block in self._blocks():
                unpacked += len(block.body)
                refuse_bomb(self._file, self.size_bytes, unpacked)
                self._read_through(block)
        except (ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError, zlib.error) as error:
            self.close()
            raise Refused(
                self._file,
                None,
                f"第 {self._near} 字节附近的数据块已损坏，未导入任何一行 / "
                f"the block near byte {self._near} is damaged, no row was imported: {type(error).__name__}",
            ) from error
        except Refused:
            self.close()
            raise

    def _read_through(self, block: _Block) -> None:
        body = BytesIO(block.body)
        for _ in range(block.records):
            fastavro.schemaless_reader(body, self._schema, None)
        if body.tell() != len(block.body):
            raise ValueError("bytes left over in a block")

    def _blocks(self) -> Iterator[_Block]:
        raw = self._raw
        raw.seek(self._begin)
        self._near = self._begin
        sync = self._sync
        while (count := _read_long(raw)) is not None:
            size = _read_long(raw)
            if size is None or not 0 <= size <= MAX_BLOCK_BYTES or not 0 < count <= MAX_BLOCK_BYTES:
                raise ValueError("a block's size is out of bounds")
            packed = raw.read(size)
            if len(packed) != size or raw.read(_SYNC_BYTES) != sync:
                raise ValueError("a block is cut off")
            yield _Block(count, self._unpacked(packed))
            self._near = raw.tell()

    def _unpacked(self, packed: bytes) -> bytes:
        if self._codec == "null":
            return packed
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        body = unpacker.decompress(packed, MAX_BLOCK_BYTES)
        if unpacker.unconsumed_tail or not unpacker.eof:
            if len(body) >= MAX_BLOCK_BYTES:
                raise Refused(
                    self._file,
                    None,
                    "数据块解压后过大，疑为压缩炸弹，未导入任何一行 / a block unpacks into too much (a bomb?); "
                    "no row was imported",
                    f"≤ {MAX_BLOCK_BYTES} bytes",
                )
            raise ValueError("a block is cut off")
        return body


def _read_long(raw: BinaryIO) -> int | None:
    """Read a zigzag varint as the format writes counts and sizes; None at the end of the file."""
    result = 0
    for shift in range(0, 7 * _MAX_VARINT_BYTES, 7):
        byte = raw.read(1)
        if not byte:
            if shift:
                raise EOFError
            return None
        result |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:  # noqa: PLR2004 - the format's continuation bit
            return (result >> 1) ^ -(result & 1)
    raise ValueError("a number is too long")
