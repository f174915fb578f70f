"""Files as departments export them, made for a test."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def workbook(path: Path, rows: Iterable[Iterable[Any]], sheet: str = "Sheet1") -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def varint(number: int) -> bytes:
    number = (number << 1) ^ (number >> 63)
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def text(value: bytes) -> bytes:
    return varint(len(value)) + value


def container(schema: str, codec: str, blocks: Iterable[tuple[int, bytes]]) -> bytes:
    """An Avro container file, byte by byte, so that it may also be a wrong one; blocks are (records, packed bytes)."""
    sync = b"s" * 16
    meta = [(b"avro.schema", schema.encode()), (b"avro.codec", codec.encode())]
    head = b"Obj\x01" + varint(len(meta)) + b"".join(text(key) + text(value) for key, value in meta) + b"\x00" + sync
    return head + b"".join(varint(count) + text(packed) + sync for count, packed in blocks)


def deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


def zeros(megabytes: int) -> Iterable[bytes]:
    block = bytes(1 << 20)
    return (block for _ in range(megabytes))


def zip_with(path: Path, name: str, blocks: Iterable[bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as entry:
        for block in blocks:
            entry.write(block)
    return path


def deflated(blocks: Iterable[bytes]) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    out = io.BytesIO()
    for block in blocks:
        out.write(packer.compress(block))
    out.write(packer.flush())
    return out.getvalue()
