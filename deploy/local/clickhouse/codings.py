"""HTTP content codings in both directions: gzip, deflate, lz4, zstd and br, piece by piece."""

from __future__ import annotations

import zlib
from typing import Protocol

import cramjam
import lz4.frame  # type: ignore[import-untyped]

from deploy.local.clickhouse.errors import EngineError

GZIP_WINDOW = 16 + zlib.MAX_WBITS
# zstd and br bodies are decoded whole.
WHOLE_BODY_BYTES_MAX = 1 << 28
# The order in which ClickHouse looks for a coding in Accept-Encoding (src/IO/CompressionMethod.cpp).
PREFERENCE = ("br", "lz4", "zstd", "gzip", "deflate")


class Coder(Protocol):
    """Turns pieces into pieces; `finish` returns what is left."""

    def feed(self, data: bytes) -> bytes:
        """Take a piece; return what is ready, perhaps nothing."""

    def finish(self) -> bytes:
        """Return the rest."""


class Identity:
    """No coding."""

    def feed(self, data: bytes) -> bytes:
        """Return the piece."""
        return data

    def finish(self) -> bytes:
        """Return nothing."""
        return b""


class _Deflate:
    def __init__(self, window: int, level: int) -> None:
        self._stream = zlib.compressobj(level, wbits=window)

    def feed(self, data: bytes) -> bytes:
        return self._stream.compress(data)

    def finish(self) -> bytes:
        return self._stream.flush()


class _Inflate:
    def __init__(self, window: int) -> None:
        self._stream = zlib.decompressobj(wbits=window)

    def feed(self, data: bytes) -> bytes:
        try:
            return self._stream.decompress(data)
        except zlib.error as error:
            raise damaged(str(error)) from error

    def finish(self) -> bytes:
        rest = self._stream.flush()
        if not self._stream.eof:
            raise damaged("the body ends early")
        return rest


class _Lz4Encoder:
    def __init__(self) -> None:
        self._stream = lz4.frame.LZ4FrameCompressor()
        self._head: bytes = self._stream.begin()

    def feed(self, data: bytes) -> bytes:
        head, self._head = self._head, b""
        return head + bytes(self._stream.compress(data))

    def finish(self) -> bytes:
        head, self._head = self._head, b""
        return head + bytes(self._stream.flush())


class _Lz4Decoder:
    def __init__(self) -> None:
        self._stream = lz4.frame.LZ4FrameDecompressor()

    def feed(self, data: bytes) -> bytes:
        out = bytearray()
        try:
            while data:
                out += self._stream.decompress(data)
                data = self._stream.unused_data or b""
                if data:
                    self._stream = lz4.frame.LZ4FrameDecompressor()
        except RuntimeError as error:
            raise damaged(str(error)) from error
        return bytes(out)

    def finish(self) -> bytes:
        if not self._stream.eof:
            raise damaged("the body ends early")
        return b""


class _CramjamEncoder:
    def __init__(self, codec: object) -> None:
        self._stream = codec.Compressor()  # type: ignore[attr-defined]

    def feed(self, data: bytes) -> bytes:
        self._stream.compress(data)
        return bytes(self._stream.flush())

    def finish(self) -> bytes:
        return bytes(self._stream.finish())


class _WholeDecoder:
    def __init__(self, codec: object) -> None:
        self._codec = codec
        self._body = bytearray()

    def feed(self, data: bytes) -> bytes:
        self._body += data
        if len(self._body) > WHOLE_BODY_BYTES_MAX:
            raise damaged(f"a body in this coding may have {WHOLE_BODY_BYTES_MAX} bytes; use gzip or lz4")
        return b""

    def finish(self) -> bytes:
        try:
            return bytes(self._codec.decompress(bytes(self._body)))  # type: ignore[attr-defined]
        except cramjam.DecompressionError as error:
            raise damaged(str(error)) from error


def damaged(why: str) -> EngineError:
    """Say that a request body cannot be decoded."""
    return EngineError.of(432, "UNKNOWN_CODEC", f"Cannot decompress the request's body: {why}")


def decoder(coding: str) -> Coder:
    """Return a decoder for a request's Content-Encoding; raises EngineError for an unknown one."""
    match coding.strip().lower():
        case "" | "identity":
            return Identity()
        case "gzip" | "x-gzip":
            return _Inflate(GZIP_WINDOW)
        case "deflate":
            return _Inflate(zlib.MAX_WBITS)
        case "lz4":
            return _Lz4Decoder()
        case "zstd":
            return _WholeDecoder(cramjam.zstd)
        case "br":
            return _WholeDecoder(cramjam.brotli)
    raise EngineError.of(48, "NOT_IMPLEMENTED", f"Unknown Content-Encoding '{coding}'")


def choose(accepted: str) -> str:
    """Return the coding for an answer by a request's Accept-Encoding; empty for none."""
    offered = {part.partition(";")[0].strip().lower() for part in accepted.split(",")}
    return next((coding for coding in PREFERENCE if coding in offered), "")


def encoder(coding: str, level: int = 3) -> Coder:
    """Return an encoder for one of the codings `choose` returns."""
    match coding:
        case "gzip":
            return _Deflate(GZIP_WINDOW, level)
        case "deflate":
            return _Deflate(zlib.MAX_WBITS, level)
        case "lz4":
            return _Lz4Encoder()
        case "zstd":
            return _CramjamEncoder(cramjam.zstd)
        case "br":
            return _CramjamEncoder(cramjam.brotli)
    return Identity()
