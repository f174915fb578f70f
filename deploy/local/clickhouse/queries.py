"""Answering one query of a native connection, from its external tables to the end of its stream."""

from __future__ import annotations

import re
import threading
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from deploy.local.clickhouse import metrics, protocol
from deploy.local.clickhouse.answers import Answer
from deploy.local.clickhouse.blocks import EMPTY, Block, split_blocks
from deploy.local.clickhouse.channel import ClientGoneError, named
from deploy.local.clickhouse.compression import Compressor, FrameSource, UnknownMethodError
from deploy.local.clickhouse.errors import QUERY_WAS_CANCELLED, EngineError
from deploy.local.clickhouse.inserts import native_insert
from deploy.local.clickhouse.protocol import Progress, Query, Revision, ServerPacket
from deploy.local.clickhouse.service_blocks import DEBUG, LEVELS, TRACE, log_line
from deploy.local.clickhouse.statements import check_allowed, run_whole
from deploy.local.clickhouse.wire import Source, string, varint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from deploy.local.clickhouse.connection import Connection
    from deploy.local.clickhouse.session import Session
    from deploy.local.clickhouse.sql import Statement

ESCAPES = {"b": "\b", "f": "\f", "r": "\r", "n": "\n", "t": "\t", "0": "\0", "a": "\a", "v": "\v"}


class QueryRun:
    """One query. `execute` blocks until its last packet is sent."""

    def __init__(self, connection: Connection, session: Session, query: Query, statement: Statement) -> None:
        self.connection = connection
        self.channel = connection.channel
        self.session = session
        self.query = query
        self.statement = statement
        self._sent = Progress()

    def execute(self) -> str:
        """Answer; returns ok, error or cancelled. Raises ClientGoneError, EOFError or an error of the wire."""
        channel = self.channel
        blocks = FrameSource(channel.source) if self.query.compressed else channel.source
        external: list[str] = []
        failure = self._attempt(lambda: self._receive_external(blocks, external))
        if not failure:
            failure = self._attempt(lambda: self._answer(blocks))
        if external:
            self._attempt(lambda: self._drop_external(external))
        if failure and not (failure.code == QUERY_WAS_CANCELLED and channel.cancelled):
            channel.send(protocol.exception(failure))
            return "error"
        channel.send(varint(ServerPacket.END_OF_STREAM))
        return "cancelled" if channel.cancelled else "ok"

    def _attempt(self, work: Callable[[], None]) -> EngineError | None:
        try:
            work()
        except EngineError as error:
            return error
        except UnknownMethodError as error:
            return named(error)
        return None

    # -- external tables

    def _receive_external(self, blocks: Source, names: list[str]) -> None:
        """Read the data packets that end every query: external tables, then an empty block."""
        failure: EngineError | None = None
        while True:
            name, block = self.channel.read_data(blocks)
            if not block.columns:
                break
            if not failure:
                try:
                    self._keep_external(name, block, names)
                except EngineError as error:  # said when all of them have been read
                    failure = error
        if failure:
            raise failure

    def _keep_external(self, name: str, block: Block, names: list[str]) -> None:
        self.session.apply({})
        if name in names:
            self.session.fill_external(name, block)
        else:
            self.session.create_external(name, block)
            names.append(name)

    def _drop_external(self, names: list[str]) -> None:
        self.session.apply({})
        self.session.drop_external(names)

    # -- answers

    def _answer(self, blocks: Source) -> None:
        session, channel, statement = self.session, self.channel, self.statement
        check_allowed(statement)
        settings = session.check_settings(self.query.settings, self.query.important)
        if self.query.compressed:
            channel.compressor = _compressor(settings)
        session.apply(settings)
        self._send_logs()
        if statement.insert and native_insert(channel, session, statement.insert, settings, blocks):
            return
        if channel.revision >= Revision.TIMEZONE_UPDATES and statement.reads and settings.get("session_timezone"):
            channel.send(varint(ServerPacket.TIMEZONE_UPDATE), string(settings["session_timezone"]))
        with self.connection.server.watching(self.connection), self._reporting():
            if statement.reads:
                self._answer_select(extremes=settings.get("extremes") == "1")
            else:
                self._answer_whole()
        session.note(statement.kind, self.query.text)

    def _answer_whole(self) -> None:
        parameters = {name: unquoted(value) for name, value in self.query.parameters.items()}
        header_sent = False
        for block in split_blocks(run_whole(self.session, self.query.text, self.statement, parameters)):
            if not header_sent:
                self.channel.send_block(ServerPacket.DATA, block.header)
                header_sent = True
            if block.rows:
                self.channel.send_block(ServerPacket.DATA, block)

    def _answer_select(self, *, extremes: bool) -> None:
        channel = self.channel
        parameters = {name: unquoted(value) for name, value in self.query.parameters.items()}
        answer = Answer(self.session, self.statement, parameters, extremes=extremes)
        with closing(iter(answer)) as stream:
            for block in stream:
                if channel.gone:
                    raise ClientGoneError
                if channel.cancelled:
                    return
                channel.send_block(ServerPacket.DATA, block)
                metrics.ROWS_READ.labels("native").inc(block.rows)
        for packet, rest in ((ServerPacket.TOTALS, answer.totals), (ServerPacket.EXTREMES, answer.extremes)):
            if rest:
                channel.send_block(packet, rest)
        channel.send(protocol.profile_info(answer.rows, answer.blocks, answer.bytes, answer.rows_before_limit))
        channel.send(protocol.progress(self._last_progress(), channel.revision))
        channel.send_block(ServerPacket.DATA, EMPTY)

    # -- progress and logs

    def _last_progress(self) -> Progress:
        elapsed_ns = int((time.monotonic() - self.channel.started_at) * 1e9)
        return Progress(elapsed_ns=max(0, elapsed_ns - self._sent.elapsed_ns))

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Pass progress on during a client's own query, not during what this server asks on its behalf."""
        self.session.handle.on_progress = self._on_progress
        try:
            yield
        finally:
            self.session.handle.on_progress = None

    def _on_progress(self, now: Progress) -> None:
        """Pass the engine's progress on. The engine calls this in the thread that waits for its next block."""
        increment = now.minus(self._sent)
        if self.channel.gone or not (increment.rows or increment.bytes or increment.total_rows):
            return
        self._sent = now
        with suppress(ClientGoneError):  # found again, and handled, when the next block is sent
            self.channel.send(protocol.progress(increment, self.channel.revision))

    def _send_logs(self) -> None:
        level = LEVELS.get(self.query.settings.get("send_logs_level", "none"), 0)
        if self.channel.revision < Revision.SERVER_LOGS or level < DEBUG:
            return
        text = f"(from {self.connection.address}) {self.query.text} (stage: Complete)"
        lines = [(DEBUG, "executeQuery", text)]
        if self.query.trace_id:
            lines.append((TRACE, "OpenTelemetry", f"Query started with OpenTelemetry trace id {self.query.trace_id}"))
        for line in lines:
            if line[0] <= level:
                block = log_line(time.time(), threading.get_native_id(), self.query.query_id, line)
                self.channel.send_block(ServerPacket.LOG, block, compressible=False)


def _compressor(settings: Mapping[str, str]) -> Compressor:
    level = settings.get("network_zstd_compression_level", "1")
    if not level.isdigit():
        raise EngineError.of(72, "CANNOT_PARSE_NUMBER", f"Cannot parse number: '{level}'")
    return Compressor(settings.get("network_compression_method", "LZ4"), int(level))


def unquoted(value: str) -> str:
    """Take the quotes off a query parameter: clients send it as a literal of a literal."""
    if len(value) > 1 and value[0] == value[-1] == "'":
        value = re.sub(
            r"\\(.)", lambda match: ESCAPES.get(match.group(1), match.group(1)), value[1:-1], flags=re.DOTALL
        )
    return value
