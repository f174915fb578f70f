"""Running a statement for HTTP: data in from the request's body, the answer out in any of ClickHouse's formats.

Everything here blocks and runs in a worker thread. Formats whose blocks can simply follow each other are streamed from
the engine; the others (JSON, Parquet, …) the engine writes into a named pipe, which is streamed. Neither piles up in
memory.
"""

from __future__ import annotations

import json
import os
import re
import select
import socket
import threading
from typing import TYPE_CHECKING, Any

from deploy.local.clickhouse import metrics
from deploy.local.clickhouse.answers import Answer
from deploy.local.clickhouse.blocks import split_blocks
from deploy.local.clickhouse.errors import EngineError
from deploy.local.clickhouse.protocol import Progress
from deploy.local.clickhouse.sql import literal, read_statement
from deploy.local.clickhouse.statements import check_allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from deploy.local.clickhouse.http_request import HttpQuery
    from deploy.local.clickhouse.session import Session
    from deploy.local.clickhouse.sql import Insert, Statement

# Their blocks, one after the other, are the whole: no head, no foot, nothing between.
SEQUENTIAL = frozenset(
    {
        "native", "tabseparated", "tsv", "tabseparatedraw", "tsvraw", "raw", "csv", "jsoneachrow", "jsonlines",
        "jsoncompacteachrow", "jsoncompactstringseachrow", "jsonstringseachrow", "rowbinary", "lineasstring", "rawblob",
        "tskv", "null", "ndjson",
    }
)  # fmt: skip
QUERY_BYTES = 1 << 18
QUERY_BYTES_MAX = 1 << 26
PIPE_BYTES = 1 << 18
# What stands between FORMAT's name and the data: blanks and one end of line.
DATA_GAP = re.compile(rb"\A[ \t\f]*(?:\r?\n)?")
READ_KINDS = frozenset({"SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS", "SET", "USE"})
CONTENT_TYPES = {
    "json": "application/json; charset=UTF-8",
    "jsoncompact": "application/json; charset=UTF-8",
    "jsonstrings": "application/json; charset=UTF-8",
    "jsoncolumns": "application/json; charset=UTF-8",
    "jsoncolumnswithmetadata": "application/json; charset=UTF-8",
    "jsoneachrow": "application/x-ndjson; charset=UTF-8",
    "jsoncompacteachrow": "application/x-ndjson; charset=UTF-8",
    "csv": "text/csv; charset=UTF-8; header=absent",
    "csvwithnames": "text/csv; charset=UTF-8; header=present",
    "csvwithnamesandtypes": "text/csv; charset=UTF-8; header=present",
    "xml": "application/xml; charset=UTF-8",
    "native": "application/octet-stream",
    "rowbinary": "application/octet-stream",
    "rowbinarywithnames": "application/octet-stream",
    "rowbinarywithnamesandtypes": "application/octet-stream",
    "parquet": "application/octet-stream",
    "arrow": "application/octet-stream",
    "arrowstream": "application/octet-stream",
    "orc": "application/octet-stream",
}
DEFAULT_FORMAT = "TabSeparated"


def content_type(name: str) -> str:
    """Return the Content-Type of an output format."""
    return CONTENT_TYPES.get(name.lower(), "text/plain; charset=UTF-8")


class HttpRun:
    """One statement of one request. `read` gives the next piece of the body (empty at its end), `write` sends one."""

    def __init__(self, session: Session, query: HttpQuery, read: Callable[[], bytes]) -> None:
        self.session = session
        self.query = query
        self.read = read
        self.progress = Progress()
        self.written_rows = 0
        self.format = query.default_format or DEFAULT_FORMAT
        self.kind = "other"

    def pieces(self) -> Generator[bytes, None, None]:
        """Run the statement; yield its answer piece by piece. Raises EngineError, at first use or later."""
        text, rest = self._statement_text()
        statement = read_statement(text)
        self.kind = metrics.kind_of(statement.kind, reads=statement.reads)
        check_allowed(statement)
        if self.query.readonly:
            self._check_readonly(statement)
        settings = self.session.check_settings(self.query.settings)
        try:
            self._create_external()
            self.session.apply(settings)
            self.session.handle.on_progress = self._note_progress
            if statement.insert and statement.insert.data is not None:
                self._insert(statement.insert, rest)
                return
            self.format = statement.format or self.format
            if statement.reads:
                yield from self._select(statement)
            else:
                yield from self._whole(text if statement.insert else statement.text)
        finally:
            self.session.handle.on_progress = None
            if self.query.external:
                self.session.apply({})
                self.session.drop_external([table.name for table in self.query.external])
        self.session.note(statement.kind, text)

    def _check_readonly(self, statement: Statement) -> None:
        """Refuse to write for GET; raises EngineError 164, or what is wrong with a statement that is none."""
        if statement.reads or statement.kind in READ_KINDS:
            return
        self.session.handle.query(f"EXPLAIN AST {statement.text}")
        raise EngineError.of(
            164,
            "READONLY",
            "Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. "
            "You should use method POST for modifying queries.",
        )

    def _create_external(self) -> None:
        for table in self.query.external:
            self.session.declare_external(table.name, table.structure)
            if table.data:
                self.session.load_external(table.name, table.format, table.data)

    def summary(self) -> str:
        """Return X-ClickHouse-Summary as far as it is known now."""
        facts = {
            "read_rows": self.progress.rows,
            "read_bytes": self.progress.bytes,
            "written_rows": self.written_rows,
            "written_bytes": 0,
            "total_rows_to_read": self.progress.total_rows,
            "elapsed_ns": self.progress.elapsed_ns,
        }
        return json.dumps({name: str(value) for name, value in facts.items()}, separators=(",", ":"))

    def _note_progress(self, progress: Progress) -> None:
        self.progress = progress

    def _statement_text(self) -> tuple[str, bytes]:
        """Return the statement and, for an INSERT, the piece of its data that was read with it."""
        if self.query.external:
            return self.query.query, b""
        if self.query.query:
            statement = read_statement(self.query.query)
            if statement.insert and statement.insert.data is not None:
                return self.query.query, b""
            body = self._rest_of_body(b"")
            return (f"{self.query.query}\n{_text(body)}" if body else self.query.query), b""
        head = bytearray()
        while len(head) < QUERY_BYTES and (piece := self.read()):
            head += piece
        # Cut so that no character is torn: only the statement itself is needed as text, its data stays bytes.
        statement = read_statement(bytes(head).decode(errors="surrogateescape"))
        if statement.insert and statement.insert.data is not None:
            data = statement.insert.data.encode(errors="surrogateescape")
            before = bytes(head[: len(head) - len(data)])
            return _text(before), data
        return _text(self._rest_of_body(bytes(head))), b""

    def _rest_of_body(self, head: bytes) -> bytes:
        body = bytearray(head)
        while piece := self.read():
            body += piece
            if len(body) > QUERY_BYTES_MAX:
                raise EngineError.of(62, "SYNTAX_ERROR", f"The query is longer than {QUERY_BYTES_MAX} bytes")
        return bytes(body)

    def _insert(self, insert: Insert, first: bytes) -> None:
        """Gather the body, then let the engine have it. Raises EngineError."""
        with self.session.engine.spool() as spool:
            piece = DATA_GAP.sub(b"", (insert.data or "").encode(errors="surrogateescape") or first, count=1)
            while True:
                spool.write(piece)
                piece = self.read()
                if not piece:
                    break
            path = spool.finish()
            if spool.size:
                self.written_rows = self.session.handle.insert_file(insert, path, insert.format)
        metrics.ROWS_WRITTEN.labels("http").inc(self.written_rows)

    def _whole(self, text: str) -> Iterator[bytes]:
        data = self.session.handle.query(text, self.format, self.query.parameters).data
        if self.format.lower() == "native" and self.query.protocol_revision:
            for block in split_blocks(data):
                yield block.encode(self.query.protocol_revision)
        elif data:
            yield data

    def _select(self, statement: Statement) -> Iterator[bytes]:
        if self.format.lower() == "native" and self.query.protocol_revision:
            answer = Answer(self.session, statement, self.query.parameters, extremes=False)
            for block in answer:
                if block.rows:
                    metrics.ROWS_READ.labels("http").inc(block.rows)
                    yield block.encode(self.query.protocol_revision)
        elif self.format.lower() in SEQUENTIAL and not (statement.with_totals or statement.extremes):
            self.session.streaming = True
            stream = self.session.handle.stream(statement.text, self.format, self.query.parameters)
            try:
                for chunk in stream:
                    metrics.ROWS_READ.labels("http").inc(chunk.rows)
                    if chunk.data:
                        yield chunk.data
            finally:
                stream.close()
                self.session.streaming = False
        else:
            yield from self._through_pipe(statement)

    def _through_pipe(self, statement: Statement) -> Iterator[bytes]:
        path = self.session.engine.memory / f"answer-{threading.get_ident()}"
        os.mkfifo(path, 0o600)
        text = f"{statement.text}\nINTO OUTFILE {literal(str(path))} TRUNCATE FORMAT {self.format}"
        failure: list[EngineError] = []
        ended, waker = socket.socketpair()

        def run() -> None:
            try:
                self.session.handle.query(text, "Null", self.query.parameters)
            except EngineError as error:
                failure.append(error)
            finally:
                waker.close()

        pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        thread = threading.Thread(target=run, name="http-answer", daemon=True)
        thread.start()
        try:
            yield from _drain(pipe, ended)
        except GeneratorExit:
            self.session.handle.kill()
            raise
        finally:
            os.close(pipe)
            thread.join()
            ended.close()
            path.unlink()
        if failure:
            raise failure[0]


def _drain(pipe: int, ended: socket.socket) -> Iterator[bytes]:
    """Yield what is written into a pipe until its writer has ended and it is empty."""
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    poll.register(ended, select.POLLIN | select.POLLHUP)
    over = False
    while True:
        ready: list[tuple[int, Any]] = [] if over else poll.poll()
        over = over or any(file == ended.fileno() for file, _ in ready)
        try:
            data = os.read(pipe, PIPE_BYTES)
        except BlockingIOError:
            data = b""
        if data:
            yield data
        elif over:
            return
        elif any(file == pipe and not event & select.POLLIN for file, event in ready):
            poll.unregister(pipe)  # the writer closed it; what is left to wait for is the query's end


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise EngineError.of(62, "SYNTAX_ERROR", f"The query is not UTF-8: {error}") from error
