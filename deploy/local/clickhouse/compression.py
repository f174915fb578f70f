"""Compressed frames of the native protocol: a CityHash128 checksum, a method byte, two sizes, then the bytes.

Source: src/Compression/CompressedReadBufferBase.cpp of ClickHouse. The checksum covers everything after itself and is
CityHash 1.0.2's, which clickhouse-cityhash provides (clickhouse-driver's own choice).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import lz4.block  # type: ignore[import-untyped]
import zstd  # type: ignore[import-untyped]
from clickhouse_cityhash.cityhash import CityHash128

from deploy.local.clickhouse.wire import BLOCK_BYTES_MAX, Source, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterator

METHOD_NONE: Final = 0x02
METHOD_LZ4: Final = 0x82
METHOD_ZSTD: Final = 0x90
HASH_BYTES: Final = 16
HEADER = struct.Struct("<BII")  # method, compressed size with this header, uncompressed size
FRAME_BYTES = 1 << 20


class ChecksumError(Exception):
    """A frame's bytes are not what its sender hashed; nothing of it is used."""


class UnknownMethodError(Exception):
    """A frame or a setting names a compression this server does not have."""


def checksum(data: bytes) -> bytes:
    """Return CityHash128 as ClickHouse writes it: two little-endian halves, the high one first."""
    value: int = CityHash128(data)
    return struct.pack("<QQ", value >> 64, value & 0xFFFFFFFFFFFFFFFF)


def decompress(frame_body: bytes, method: int, size: int) -> bytes:
    """Decompress one frame; raises ChecksumError when the codec finds it damaged."""
    try:
        if method == METHOD_LZ4:
            data: bytes = lz4.block.decompress(frame_body, uncompressed_size=size)
        elif method == METHOD_ZSTD:
            data = zstd.decompress(frame_body)
        elif method == METHOD_NONE:
            data = frame_body
        else:
            raise UnknownMethodError(f"Unknown compression method: {method:#x}")
    except (lz4.block.LZ4BlockError, zstd.Error, ValueError) as error:
        raise ChecksumError(f"Cannot decompress: {error}") from error
    if len(data) != size:
        raise ChecksumError(f"Cannot decompress: {len(data)} bytes came out, {size} were announced")
    return data


class FrameSource(Source):
    """The decompressed contents of the frames that follow in another source."""

    def __init__(self, frames: Source) -> None:
        super().__init__()
        self.frames = frames

    def _more(self, shortfall: int) -> None:  # noqa: ARG002 - a frame is taken whole, however little is missing
        frames = self.frames
        expected = frames.take(HASH_BYTES)
        frames.need(HEADER.size)
        method, compressed_size, size = HEADER.unpack_from(frames.buffer, frames.position)
        if compressed_size < HEADER.size or max(size, compressed_size) > BLOCK_BYTES_MAX:
            raise TooLargeError(f"a compressed frame announces {compressed_size} bytes for {size}")
        frame = frames.take(compressed_size)
        if checksum(frame) != expected:
            raise ChecksumError("Checksum doesn't match: corrupted data")
        self.buffer += decompress(frame[HEADER.size :], method, size)
        frames.compact()


class Compressor:
    """Wraps bytes into frames by ClickHouse's setting `network_compression_method`: LZ4, LZ4HC, ZSTD or NONE."""

    def __init__(self, method: str = "LZ4", level: int = 1) -> None:
        self.name = method.upper() or "LZ4"
        self.level = level
        if self.name not in {"LZ4", "LZ4HC", "ZSTD", "NONE"}:
            raise UnknownMethodError(f"Unknown compression codec family: '{method}'")

    def _compress(self, data: bytes) -> tuple[int, bytes]:
        if self.name == "ZSTD":
            return METHOD_ZSTD, zstd.compress(data, self.level)
        if self.name == "NONE":
            return METHOD_NONE, data
        mode = "high_compression" if self.name == "LZ4HC" else "default"
        return METHOD_LZ4, lz4.block.compress(data, store_size=False, mode=mode)

    def frames(self, data: bytes) -> Iterator[bytes]:
        """Yield the frames of `data`, each of at most 1 MiB before compression, as ClickHouse cuts them."""
        for start in range(0, len(data), FRAME_BYTES):
            part = data[start : start + FRAME_BYTES]
            method, body = self._compress(part)
            frame = HEADER.pack(method, HEADER.size + len(body), len(part)) + body
            yield checksum(frame) + frame
