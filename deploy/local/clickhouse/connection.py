"""One client's conversation over the native protocol: hello, pings and queries, until it leaves."""

from __future__ import annotations

import logging
import socket
import struct
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from deploy.local.clickhouse import metrics, protocol
from deploy.local.clickhouse.channel import WIRE_ERRORS, Channel, ClientGoneError, named
from deploy.local.clickhouse.errors import EngineError
from deploy.local.clickhouse.protocol import ClientPacket, ProtocolError, Revision, ServerPacket
from deploy.local.clickhouse.queries import QueryRun
from deploy.local.clickhouse.session import Session
from deploy.local.clickhouse.sql import read_statement
from deploy.local.clickhouse.wire import varint

if TYPE_CHECKING:
    from deploy.local.clickhouse.server import NativeServer

logger = logging.getLogger(__name__)

IDLE_SECONDS = 3600.0
PACKET_SECONDS = 300.0
HELLO_SECONDS = 30.0
HELLO_TEXT_BYTES_MAX = 1 << 16
WRONG_PORT = (
    "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
    "This port speaks ClickHouse's native protocol. You must use port {port} for HTTP.\r\n"
)


class Connection:
    """Serves one socket until it closes. `run` blocks; `end_query` and `abandon` are for other threads."""

    def __init__(self, server: NativeServer, client: socket.socket, address: str) -> None:
        self.server = server
        self.channel = Channel(client)
        self.address = address
        self.session: Session | None = None

    def run(self) -> None:
        """Serve until the client leaves or breaks the protocol; never raises."""
        channel = self.channel
        try:
            channel.socket.settimeout(HELLO_SECONDS)
            session = self._greet()
            while session and self._serve_packet(session):
                channel.source.compact()
        except (EOFError, ClientGoneError, OSError):
            pass  # the ordinary end of a conversation, or a client that vanished
        except EngineError as error:
            channel.try_to_say(error)
        except WIRE_ERRORS as error:
            channel.try_to_say(named(error))
        except Exception:
            logger.exception("conversation with %s failed", self.address)
        finally:
            metrics.BYTES_RECEIVED.labels("native").inc(channel.source.received)
            if self.session:
                self.session.close()
            with suppress(OSError):
                channel.socket.shutdown(socket.SHUT_RDWR)
            channel.socket.close()

    def _greet(self) -> Session | None:
        """Read the hello and answer it; None for a client of another protocol. Raises EngineError for a wrong user."""
        channel, engine = self.channel, self.server.engine
        channel.source.text_limit = HELLO_TEXT_BYTES_MAX
        first = channel.source.uint8()
        if first in b"GPHO":  # GET, POST, PUT, HEAD, OPTIONS
            channel.send(WRONG_PORT.format(port=self.server.http_port).encode())
            return None
        if first != ClientPacket.HELLO:
            raise ProtocolError(f"Unexpected packet from client: {first} before Hello")
        hello = protocol.read_hello(channel.source)
        channel.revision = min(hello.revision, protocol.SERVER_REVISION)
        try:
            self.server.access.check(hello.user, hello.password)
        except EngineError:
            metrics.REFUSED.labels("native").inc()
            raise
        self.session = Session(engine, hello.database)
        channel.send(protocol.hello(channel.revision, engine.version_numbers, engine.timezone))
        if channel.revision >= Revision.ADDENDUM:
            channel.source.text()  # quota key
        channel.source.text_limit = None
        return self.session

    def _serve_packet(self, session: Session) -> bool:
        """Read one packet and answer it; False ends the conversation."""
        channel = self.channel
        channel.socket.settimeout(IDLE_SECONDS)
        packet = channel.source.varint()
        channel.socket.settimeout(PACKET_SECONDS)
        if packet == ClientPacket.PING:
            channel.send(varint(ServerPacket.PONG))
        elif packet == ClientPacket.QUERY:
            self._serve_query(session)
        elif packet != ClientPacket.CANCEL:  # a cancel that came after its query had ended says nothing
            raise ProtocolError(f"Unexpected packet {packet} from client")
        return True

    def _serve_query(self, session: Session) -> None:
        channel = self.channel
        query = protocol.read_query(channel.source, channel.revision)
        statement = read_statement(query.text)
        kind = metrics.kind_of(statement.kind, reads=statement.reads)
        channel.begin_query()
        outcome = "error"
        try:
            outcome = QueryRun(self, session, query, statement).execute()
        except (ClientGoneError, EOFError, OSError):
            outcome = "lost"
            raise
        finally:
            metrics.QUERIES.labels("native", kind, outcome).inc()
            metrics.SECONDS.labels("native", kind).observe(time.monotonic() - channel.started_at)

    def end_query(self) -> None:
        """Ask the engine to end what this connection runs."""
        self.channel.cancelled = True
        if self.session:
            self.session.handle.kill()

    def abandon(self) -> None:
        """Break the connection, for the server's shutdown."""
        self.channel.gone = True
        with suppress(OSError):
            self.channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))
            self.channel.socket.shutdown(socket.SHUT_RDWR)
        self.end_query()
