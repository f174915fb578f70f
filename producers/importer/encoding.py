"""How a text file is written: looked for in the whole of it, and capped when it is compressed."""

from __future__ import annotations

import codecs
import gzip
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from schemas.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

MAX_UNPACKED_BYTES: Final = 16 << 30
MAX_RATIO: Final = 200
RATIO_COUNTS_FROM_BYTES: Final = 16 << 20
_BLOCK: Final = 1 << 20
_MAX_LINE: Final = 1 << 20
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ENCODINGS: Final = ("auto", "utf-8", "gb18030")


def is_gzip(file: Path) -> bool:
    """Whether the file begins like a gzip file, whatever its name."""
    with file.open("rb") as opened:
        return opened.read(2) == b"\x1f\x8b"


def open_unpacked(file: Path, raw: BinaryIO) -> BinaryIO:
    """Return the file's bytes, unpacked if they are gzip; `raw` is the file itself, open."""
    return cast("BinaryIO", gzip.GzipFile(fileobj=raw)) if is_gzip(file) else raw


def refuse_bomb(file: Path, packed_bytes: int, unpacked_bytes: int) -> None:
    """Raise Refused when a file unpacks into more than an honest one would: more than 200 times its size, or 16 GiB."""
    too_dense = unpacked_bytes > RATIO_COUNTS_FROM_BYTES and unpacked_bytes > MAX_RATIO * max(packed_bytes, 1)
    if too_dense or unpacked_bytes > MAX_UNPACKED_BYTES:
        raise Refused(
            file,
            None,
            f"解压后过大，疑为压缩炸弹，未导入任何一行 / unpacks into too much (a bomb?): "
            f"{packed_bytes} → ≥ {unpacked_bytes} bytes; no row was imported",
            f"≤ {MAX_RATIO} × , ≤ {MAX_UNPACKED_BYTES} bytes",
        )


def examine(file: Path, wanted: str, header_line: int = 1) -> str:
    """Read the file through, and return its encoding as Python names it: utf-8-sig, utf-8 or gb18030.

    `wanted` is auto, or the encoding the mapping states. With auto: what is UTF-8 throughout is UTF-8; otherwise the
    header decides, or, where it is plain ASCII, the encoding in which more of the other lines make sense. Raises Refused
    for UTF-16, and for a gzip file that is broken or a bomb. Memory stays flat.
    """
    packed = file.stat().st_size
    decoder = codecs.getincrementaldecoder("utf-8")()
    start, size, is_utf8 = b"", 0, True
    try:
        with file.open("rb") as raw:
            stream = open_unpacked(file, raw)
            while block := stream.read(_BLOCK):
                start = start or block[:4]
                size += len(block)
                refuse_bomb(file, packed, size)
                is_utf8 = is_utf8 and _decodes(decoder, block)
            is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Refused(file, None, f"压缩文件已损坏 / the gzip file is damaged: {error}") from error
    if start.startswith(_UTF_16):
        raise Refused(file, 1, "文件是 UTF-16，请另存为 UTF-8 CSV / UTF-16: save it as UTF-8 CSV", "utf-8, gb18030")
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if wanted != "auto":
        return wanted
    return "utf-8" if is_utf8 or _mostly_utf8(file, header_line) else "gb18030"


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(file: Path, header_line: int) -> bool:
    """Text in GB18030 is practically never valid UTF-8, line by line; a UTF-8 file with some broken lines mostly is."""
    foreign = valid = number = 0
    with file.open("rb") as raw:
        stream = open_unpacked(file, raw)
        while line := stream.readline(_MAX_LINE):
            number += 1
            if line.isascii():
                continue
            is_valid = _decodes(codecs.getincrementaldecoder("utf-8")(), line, final=True)
            if number == header_line:
                return is_valid
            foreign += 1
            valid += is_valid
    return 2 * valid >= foreign
