"""Reading and writing the primitives of ClickHouse's binary formats: varints, strings, byte runs.

A `Source` is a growing window over incoming bytes. What was read stays in the window until `compact`, so that a caller
can walk over a block first and take its bytes as one slice afterwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clickhouse_driver.bufferedreader import BufferedReader

if TYPE_CHECKING:
    import socket

RECEIVE_BYTES = 1 << 18
# One block of one insert or external table. clickhouse-driver sends 1,048,576 rows a block at most.
BLOCK_BYTES_MAX = 1 << 30
TEXT_BYTES_MAX = 1 << 28
STRINGS_AT_ONCE = 4096


class TooLargeError(Exception):
    """Something on the wire claims to be larger than this server takes; nothing of it was allocated."""


def varint(value: int) -> bytes:
    """Encode an unsigned LEB128 number."""
    if value < 0:
        value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits a byte
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def string(value: str | bytes) -> bytes:
    """Encode a length-prefixed string (UTF-8 when given as text)."""
    raw = value.encode() if isinstance(value, str) else value
    return varint(len(raw)) + raw


class _Walker(BufferedReader):  # type: ignore[misc]
    """clickhouse-driver's compiled string reader over a window in memory; only its position is wanted."""

    def read_into_buffer(self) -> None:
        """Say that the window ends here."""
        raise EOFError


class Source:
    """Bytes to be read, all of them at hand. Subclasses fetch more; reading past the end raises EOFError."""

    def __init__(self, data: bytes = b"") -> None:
        self.buffer = bytearray(data)
        self.position = 0
        self.text_limit: int | None = None

    def _more(self, shortfall: int) -> None:
        """Append at least one byte to the buffer, or raise EOFError. May block."""
        raise EOFError(f"Unexpected end of data: {shortfall} bytes are missing")

    def need(self, count: int) -> None:
        """Make `count` bytes after the position available. May block; raises TooLargeError rather than read on."""
        if count > BLOCK_BYTES_MAX:
            raise TooLargeError(f"{count} bytes at once are more than the {BLOCK_BYTES_MAX} this server takes")
        end = self.position + count
        while len(self.buffer) < end:
            self._more(end - len(self.buffer))

    def take(self, count: int) -> bytes:
        """Read `count` bytes."""
        self.need(count)
        start = self.position
        self.position = start + count
        return bytes(memoryview(self.buffer)[start : self.position])

    def skip(self, count: int) -> None:
        """Step over `count` bytes, which stay in the window."""
        self.need(count)
        self.position += count

    def uint8(self) -> int:
        """Read one byte."""
        self.need(1)
        self.position += 1
        return self.buffer[self.position - 1]

    def uint64(self) -> int:
        """Read a little-endian UInt64."""
        return int.from_bytes(self.take(8), "little")

    def varint(self) -> int:
        """Read an unsigned LEB128 number of at most 64 bits."""
        value = shift = 0
        while True:
            byte = self.uint8()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:  # noqa: PLR2004 - the continuation bit
                return value
            shift += 7
            if shift > 63:  # noqa: PLR2004 - bits of a UInt64
                raise TooLargeError("a number is longer than 64 bits")

    def text(self) -> str:
        """Read a length-prefixed string as text; bytes that are not UTF-8 are replaced."""
        return self.raw_text().decode(errors="replace")

    def raw_text(self) -> bytes:
        """Read a length-prefixed string as bytes."""
        size = self.varint()
        limit = self.text_limit or TEXT_BYTES_MAX
        if size > limit:
            raise TooLargeError(f"a string of {size} bytes is more than the {limit} this server takes here")
        return self.take(size)

    def skip_strings(self, count: int) -> None:
        """Step over `count` length-prefixed strings: the hot loop of delimiting blocks, 30 ns a string in batches."""
        if count > BLOCK_BYTES_MAX:
            raise TooLargeError(f"{count} strings at once are more than this server takes")
        walker = _Walker(1)
        while count:
            batch = min(count, STRINGS_AT_ONCE)
            walker.buffer, walker.current_buffer_size, walker.position = self.buffer, len(self.buffer), self.position
            try:
                walker.read_strings(batch)
                self.position = walker.position
            except (EOFError, OverflowError, MemoryError):  # not all of them have arrived, or a length is absurd
                self._skip_strings_slowly(batch)
            count -= batch
        walker.buffer = bytearray()

    def _skip_strings_slowly(self, count: int) -> None:
        position = self.position
        while count:
            buffer = self.buffer
            try:
                for done in range(count):  # noqa: B007 - read after the loop
                    size = buffer[position]
                    if size < 0x80:  # noqa: PLR2004 - the continuation bit
                        position += size + 1
                    else:
                        position = self._skip_long_string(position)
                break
            except IndexError:
                count -= done
                self.need(position - self.position + 1)
                self._check_window(position)
        self.need(position - self.position)
        self.position = position

    def _skip_long_string(self, position: int) -> int:
        start, self.position = self.position, position
        size = self.varint()
        position = self.position + size
        self.position = start
        self._check_window(position)
        return position

    def _check_window(self, position: int) -> None:
        if position - self.position > BLOCK_BYTES_MAX:
            raise TooLargeError(f"a column is longer than the {BLOCK_BYTES_MAX} bytes this server takes")

    def slice(self, start: int, end: int) -> memoryview:
        """Return bytes that were walked over, without a copy; the view must be released before the window moves on."""
        return memoryview(self.buffer)[start:end]

    def compact(self) -> None:
        """Forget what was read."""
        del self.buffer[: self.position]
        self.position = 0

    @property
    def exhausted(self) -> bool:
        """Whether everything at hand was read."""
        return self.position >= len(self.buffer)


class SocketSource(Source):
    """Bytes from a connection. `received` counts them; a timeout of the socket surfaces as TimeoutError."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__()
        self.connection = connection
        self.received = 0

    def _more(self, shortfall: int) -> None:
        data = self.connection.recv(min(max(shortfall, RECEIVE_BYTES), 1 << 22))
        if not data:
            raise EOFError("the client closed the connection")
        self.received += len(data)
        self.buffer += data
