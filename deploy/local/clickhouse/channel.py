"""A native connection's wire: packets out, blocks in, and what arrived while a query runs."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from deploy.local.clickhouse import metrics, protocol
from deploy.local.clickhouse.blocks import Block, read_block
from deploy.local.clickhouse.columns import UnknownLayoutError
from deploy.local.clickhouse.compression import ChecksumError, Compressor, UnknownMethodError
from deploy.local.clickhouse.errors import QUERY_WAS_CANCELLED, EngineError
from deploy.local.clickhouse.protocol import ClientPacket, ProtocolError, ServerPacket
from deploy.local.clickhouse.wire import SocketSource, TooLargeError, string, varint

if TYPE_CHECKING:
    from deploy.local.clickhouse.wire import Source

SEND_BYTES = 1 << 20
WIRE_ERRORS = (ChecksumError, TooLargeError, UnknownLayoutError, UnknownMethodError, ProtocolError)


class ClientGoneError(Exception):
    """The client closed or broke the connection; nothing can be said to it any more."""


class Channel:
    """One client's socket, read and written by one thread; `client_signal` is for the watcher's."""

    def __init__(self, client: socket.socket) -> None:
        self.socket = client
        self.source = SocketSource(client)
        self.revision = 0
        self.compressor: Compressor | None = None
        self.cancelled = False
        self.gone = False
        self.started_at = 0.0

    def begin_query(self) -> None:
        """Forget the query before."""
        self.started_at = time.monotonic()
        self.cancelled = False
        self.compressor = None

    def send(self, *parts: bytes) -> None:
        """Send; raises ClientGoneError when nobody listens."""
        data = b"".join(parts)
        metrics.BYTES_SENT.labels("native").inc(len(data))
        try:
            for start in range(0, len(data), SEND_BYTES):
                self.socket.sendall(memoryview(data)[start : start + SEND_BYTES])
        except OSError as error:
            raise ClientGoneError from error

    def send_block(self, packet: ServerPacket, block: Block, *, compressible: bool = True) -> None:
        """Send a block in a packet of this kind, compressed when the query asked for it."""
        head = varint(packet) + string("")
        body = block.encode(self.revision)
        if compressible and self.compressor:
            self.send(head, *self.compressor.frames(body))
        else:
            self.send(head, body)

    def try_to_say(self, error: EngineError) -> None:
        """Send an exception if somebody still listens."""
        with suppress(ClientGoneError):
            self.send(protocol.exception(error))

    def read_data(self, blocks: Source) -> tuple[str, Block]:
        """Read one data packet: a table's name and a block. Raises EngineError 394 for a cancel in its place."""
        self.source.compact()
        packet = self.source.varint()
        if packet == ClientPacket.CANCEL:
            self.cancelled = True
            raise EngineError.of(QUERY_WAS_CANCELLED, "QUERY_WAS_CANCELLED", "Query was cancelled")
        if packet not in {ClientPacket.DATA, ClientPacket.SCALAR}:
            raise ProtocolError(f"Unexpected packet {packet} from client, expected Data")
        name = self.source.text()
        block = read_block(blocks, self.revision)
        blocks.compact()
        if not blocks.exhausted and blocks is not self.source:
            raise ProtocolError("A compressed frame goes on after its block")
        return name, block

    def client_signal(self) -> bool:
        """Look at what arrived while a query runs: True when the query shall end (a cancel, or the client left)."""
        try:
            waiting = self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            waiting = b""
        self.gone = not waiting
        return self.gone or waiting[0] == ClientPacket.CANCEL


def named(error: Exception) -> EngineError:
    """Give an error of the wire ClickHouse's code and name."""
    match error:
        case ChecksumError():
            return EngineError.of(40, "CHECKSUM_DOESNT_MATCH", str(error))
        case UnknownMethodError():
            return EngineError.of(89, "UNKNOWN_COMPRESSION_METHOD", str(error))
        case TooLargeError():
            return EngineError.of(131, "TOO_LARGE_STRING_SIZE", str(error))
        case UnknownLayoutError():
            return EngineError.of(48, "NOT_IMPLEMENTED", str(error))
        case _:
            return EngineError.of(101, "UNEXPECTED_PACKET_FROM_CLIENT", str(error))
