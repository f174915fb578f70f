"""One client's conversation over the native protocol: hello, pings, queries, inserts, cancels, until it leaves."""

from __future__ import annotations

import logging
import re
import socket
import struct
import threading
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from deploy.local.clickhouse import metrics, protocol
from deploy.local.clickhouse.answers import Answer
from deploy.local.clickhouse.blocks import EMPTY, Block, read_block, split_blocks
from deploy.local.clickhouse.columns import UnknownLayoutError
from deploy.local.clickhouse.compression import ChecksumError, Compressor, FrameSource, UnknownMethodError
from deploy.local.clickhouse.engine import QUERY_WAS_CANCELLED, EngineError
from deploy.local.clickhouse.inserts import native_insert
from deploy.local.clickhouse.protocol import ClientPacket, Progress, ProtocolError, Query, Revision, ServerPacket
from deploy.local.clickhouse.service_blocks import DEBUG, LEVELS, TRACE, log_line
from deploy.local.clickhouse.session import Session
from deploy.local.clickhouse.sql import Statement, read_statement
from deploy.local.clickhouse.statements import check_allowed, run_whole
from deploy.local.clickhouse.wire import SocketSource, Source, TooLargeError, string, varint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deploy.local.clickhouse.server import NativeServer

logger = logging.getLogger(__name__)

IDLE_SECONDS = 3600.0
PACKET_SECONDS = 300.0
PROGRESS_SECONDS = 0.1
HELLO_TEXT_BYTES_MAX = 1 << 16
SEND_BYTES = 1 << 20
WRONG_PORT = (
    "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
    "This port speaks ClickHouse's native protocol. You must use the HTTP port ({port}) for HTTP.\r\n"
)


class ClientGoneError(Exception):
    """The client closed or broke the connection; nothing can be said to it any more."""


class Connection:
    """Serves one socket until it closes. `run` blocks; `cancel` and `abandon` may be called from another thread."""

    def __init__(self, server: NativeServer, client: socket.socket, address: str) -> None:
        self.server = server
        self.socket = client
        self.address = address
        self.source = SocketSource(client)
        self.revision = 0
        self.session: Session | None = None
        self.cancelled = False
        self.gone = False
        self.started_at = 0.0
        self._sent = Progress()
        self._compressor: Compressor | None = None

    def run(self) -> None:
        """Serve until the client leaves or breaks the protocol; never raises."""
        try:
            self.socket.settimeout(PACKET_SECONDS)
            if self._greet():
                while self._serve_packet():
                    self.source.compact()
        except (EOFError, ClientGoneError, OSError):
            pass  # the ordinary end of a conversation, or a client that vanished
        except EngineError as error:
            self._try_to_say(error)
        except (ChecksumError, TooLargeError, UnknownLayoutError, UnknownMethodError, ProtocolError) as error:
            self._try_to_say(named(error))
        except Exception:
            logger.exception("conversation with %s failed", self.address)
        finally:
            metrics.BYTES_RECEIVED.labels("native").inc(self.source.received)
            if self.session:
                self.session.close()
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()

    # -- sending

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
        if compressible and self._compressor:
            self.send(head, *self._compressor.frames(body))
        else:
            self.send(head, body)

    def _try_to_say(self, error: EngineError) -> None:
        with suppress(ClientGoneError, OSError):
            self.send(protocol.exception(error))

    # -- greeting

    def _greet(self) -> bool:
        self.source.text_limit = HELLO_TEXT_BYTES_MAX
        first = self.source.uint8()
        if first in b"GPHO":  # GET, POST, PUT, HEAD, OPTIONS
            self.send(WRONG_PORT.format(port=self.server.http_port).encode())
            return False
        if first != ClientPacket.HELLO:
            raise ProtocolError(f"Unexpected packet from client: {first} before Hello")
        hello = protocol.read_hello(self.source)
        self.revision = min(hello.revision, protocol.SERVER_REVISION)
        try:
            self.server.access.check(hello.user, hello.password)
        except EngineError:
            metrics.REFUSED.labels("native").inc()
            raise
        self.session = Session(self.server.engine, hello.database)
        engine = self.server.engine
        self.send(protocol.hello(self.revision, engine.version_numbers, engine.timezone))
        if self.revision >= Revision.ADDENDUM:
            self.source.text()  # quota key
        self.source.text_limit = None
        return True

    def _serve_packet(self) -> bool:
        """Read one packet and answer it; False ends the conversation."""
        self.socket.settimeout(IDLE_SECONDS)
        packet = self.source.varint()
        self.socket.settimeout(PACKET_SECONDS)
        if packet == ClientPacket.PING:
            self.send(varint(ServerPacket.PONG))
        elif packet == ClientPacket.QUERY:
            return self._serve_query(protocol.read_query(self.source, self.revision))
        elif packet != ClientPacket.CANCEL:  # a cancel that came after its query had ended says nothing
            raise ProtocolError(f"Unexpected packet {packet} from client")
        return True

    # -- queries

    def _serve_query(self, query: Query) -> bool:
        statement = read_statement(query.text)
        kind = metrics.kind_of(statement.kind, reads=statement.reads)
        self.started_at = time.monotonic()
        self.cancelled = False
        self._sent = Progress()
        outcome = "error"
        try:
            outcome = self._execute(query, statement)
        except (ClientGoneError, EOFError, OSError):
            outcome = "lost"
            raise
        finally:
            self._compressor = None
            metrics.QUERIES.labels("native", kind, outcome).inc()
            metrics.SECONDS.labels("native", kind).observe(time.monotonic() - self.started_at)
        return True

    def _execute(self, query: Query, statement: Statement) -> str:
        assert self.session  # noqa: S101 - greeted before any query
        blocks = FrameSource(self.source) if query.compressed else self.source
        external: list[str] = []
        failure = self._attempt(lambda: self._receive_external(blocks, external))
        if not failure:
            failure = self._attempt(lambda: self._answer(query, statement, blocks))
        if external:
            self._attempt(lambda: self._drop_external(external))
        if failure and failure.code == QUERY_WAS_CANCELLED and self.cancelled:
            failure = None
        if failure:
            self.send(protocol.exception(failure))
            return "error"
        self.send(varint(ServerPacket.END_OF_STREAM))
        return "cancelled" if self.cancelled else "ok"

    def _attempt(self, work: Callable[[], None]) -> EngineError | None:
        try:
            work()
        except EngineError as error:
            return error
        except UnknownMethodError as error:
            return named(error)
        return None

    def _receive_external(self, blocks: Source, names: list[str]) -> None:
        """Read the data packets that end every query: external tables, then an empty block."""
        assert self.session  # noqa: S101
        failure: EngineError | None = None
        while True:
            name, block = self.read_data(blocks)
            if not block.columns:
                break
            if not failure:
                failure = self._attempt(lambda name=name, block=block: self._keep_external(name, block, names))  # type: ignore[misc]
        if failure:
            raise failure

    def _keep_external(self, name: str, block: Block, names: list[str]) -> None:
        assert self.session  # noqa: S101
        self.session.apply({})
        if name in names:
            self.session.fill_external(name, block)
        else:
            self.session.create_external(name, block)
            names.append(name)
        self.session.has_temporary_tables = True

    def _drop_external(self, names: list[str]) -> None:
        assert self.session  # noqa: S101
        self.session.apply({})
        self.session.drop_external(names)

    def read_data(self, blocks: Source) -> tuple[str, Block]:
        """Read one data packet: the table's name and the block. Raises EngineError 394 for a cancel in its place."""
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

    def _answer(self, query: Query, statement: Statement, blocks: Source) -> None:
        session = self.session
        assert session  # noqa: S101
        check_allowed(statement)
        settings = session.check_settings(query.settings, query.important)
        if query.compressed:
            level = query.settings.get("network_zstd_compression_level", "1")
            self._compressor = Compressor(query.settings.get("network_compression_method", "LZ4"), int(level))
        session.apply(settings)
        self._send_logs(query)
        if self.revision >= Revision.TIMEZONE_UPDATES and statement.reads and settings.get("session_timezone"):
            self.send(varint(ServerPacket.TIMEZONE_UPDATE), string(settings["session_timezone"]))
        if statement.insert and native_insert(self, session, statement.insert, settings, blocks):
            return
        with self.server.watching(self), self._reporting(session):
            if statement.reads:
                self._answer_select(session, statement, query.parameters, extremes=settings.get("extremes") == "1")
            else:
                self._answer_whole(session, query, statement)
        session.note(statement.kind, query.text)

    def _answer_whole(self, session: Session, query: Query, statement: Statement) -> None:
        header_sent = False
        for block in split_blocks(run_whole(session, query.text, statement, query.parameters)):
            if not header_sent:
                self.send_block(ServerPacket.DATA, block.header)
                header_sent = True
            if block.rows:
                self.send_block(ServerPacket.DATA, block)

    def _answer_select(
        self, session: Session, statement: Statement, parameters: dict[str, str], *, extremes: bool
    ) -> None:
        values = {name: unquoted(value) for name, value in parameters.items()}
        answer = Answer(session, statement, values, extremes=extremes)
        with closing(iter(answer)) as stream:
            for block in stream:
                if self.gone:
                    raise ClientGoneError
                if self.cancelled:
                    return
                self.send_block(ServerPacket.DATA, block)
                metrics.ROWS_READ.labels("native").inc(block.rows)
        for packet, rest in ((ServerPacket.TOTALS, answer.totals), (ServerPacket.EXTREMES, answer.extremes)):
            if rest:
                self.send_block(packet, rest)
        self.send(protocol.profile_info(answer.rows, answer.blocks, answer.bytes, answer.rows_before_limit))
        elapsed_ns = int((time.monotonic() - self.started_at) * 1e9)
        last = Progress(
            self._sent.rows, self._sent.bytes, self._sent.total_rows, max(elapsed_ns, self._sent.elapsed_ns)
        )
        self.send(protocol.progress(last.minus(self._sent), self.revision))
        self.send_block(ServerPacket.DATA, EMPTY)

    @contextmanager
    def _reporting(self, session: Session) -> Iterator[None]:
        """Pass progress on during a client's own query, not during what this server asks on its behalf."""
        session.handle.on_progress = self._on_progress
        try:
            yield
        finally:
            session.handle.on_progress = None

    def _on_progress(self, now: Progress) -> None:
        """Pass the engine's progress on. The engine calls this in the thread that waits for its next block."""
        increment = now.minus(self._sent)
        if self.gone or not (increment.rows or increment.bytes or increment.total_rows):
            return
        self._sent = now
        with suppress(ClientGoneError):  # found again, and handled, when the next block is sent
            self.send(protocol.progress(increment, self.revision))

    def _send_logs(self, query: Query) -> None:
        level = LEVELS.get(query.settings.get("send_logs_level", "none"), 0)
        if self.revision < Revision.SERVER_LOGS or level < DEBUG:
            return
        lines = [(DEBUG, "executeQuery", f"(from {self.address}) {query.text} (stage: Complete)")]
        if query.trace_id:
            lines.append((TRACE, "OpenTelemetry", f"Query started with OpenTelemetry trace id {query.trace_id}"))
        for line in lines:
            if line[0] <= level:
                block = log_line(time.time(), threading.get_native_id(), query.query_id, line)
                self.send_block(ServerPacket.LOG, block, compressible=False)

    # -- from the watcher's thread

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

    def end_query(self) -> None:
        """Ask the engine to end what this connection runs."""
        self.cancelled = True
        if self.session:
            self.session.handle.kill()

    def abandon(self) -> None:
        """Break the connection, for the server's shutdown."""
        self.gone = True
        with suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 0, 0))
            self.socket.shutdown(socket.SHUT_RDWR)
        self.end_query()


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


def unquoted(value: str) -> str:
    """Take the quotes off a query parameter: clients send it as a literal of a literal."""
    if len(value) > 1 and value[0] == value[-1] == "'":
        value = re.sub(
            r"\\(.)", lambda match: ESCAPES.get(match.group(1), match.group(1)), value[1:-1], flags=re.DOTALL
        )
    return value


ESCAPES = {"b": "\b", "f": "\f", "r": "\r", "n": "\n", "t": "\t", "0": "\0", "a": "\a", "v": "\v"}
