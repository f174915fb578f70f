"""ClickHouse's HTTP interface: aiohttp in front, one worker thread a request behind."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import logging
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import BodyPartReader, web

from deploy.local.clickhouse import metrics
from deploy.local.clickhouse.codings import choose, decoder, encoder
from deploy.local.clickhouse.compression import Compressor, FrameSource
from deploy.local.clickhouse.errors import EngineError
from deploy.local.clickhouse.http_answer import HttpRun, content_type
from deploy.local.clickhouse.http_request import HttpQuery, credentials, read_request, status_of
from deploy.local.clickhouse.http_sessions import HttpSessions
from deploy.local.clickhouse.wire import Source

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine

    from deploy.local.clickhouse.access import Access
    from deploy.local.clickhouse.codings import Coder
    from deploy.local.clickhouse.engine import Engine

T = TypeVar("T")
logger = logging.getLogger(__name__)

WORKERS = 128
STOP_SECONDS = 3.0
HOLD_BYTES = 1 << 16
FORM_BYTES_MAX = 1 << 28


class HttpServer:
    """Serves HTTP on a listening socket, in a thread of its own."""

    def __init__(self, engine: Engine, access: Access, listener: socket.socket) -> None:
        self.engine = engine
        self.access = access
        self.sessions = HttpSessions(engine)
        self.workers = concurrent.futures.ThreadPoolExecutor(WORKERS, thread_name_prefix="http")
        self.running: set[Exchange] = set()
        self._listener = listener
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._runner: web.AppRunner | None = None

    def start(self) -> None:
        """Begin to accept; returns when it does."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def stop(self) -> None:
        """End running queries and close. Blocks for a few seconds at most."""
        for exchange in list(self.running):
            exchange.abandon()
        with contextlib.suppress(TimeoutError, concurrent.futures.TimeoutError):
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(STOP_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.sessions.close()
        self.workers.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _open(self) -> None:
        application = web.Application(client_max_size=FORM_BYTES_MAX)
        application.router.add_get("/ping", _ping)
        application.router.add_route("*", "/", self._handle)
        # Bodies are decoded here, so that one rule holds for every coding.
        self._runner = web.AppRunner(application, auto_decompress=False, handler_cancellation=True, access_log=None)
        await self._runner.setup()
        await web.SockSite(self._runner, self._listener, shutdown_timeout=1.0).start()

    async def _close(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        metrics.CONNECTIONS.labels("http").inc()
        try:
            return await self._answer(request)
        except EngineError as error:
            return refusal(error, self.engine)
        except ConnectionError:
            return web.Response(status=400)  # nobody is there to read it
        finally:
            metrics.CONNECTIONS.labels("http").dec()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.method not in {"GET", "HEAD", "POST"}:
            raise web.HTTPMethodNotAllowed(request.method, ("GET", "HEAD", "POST"))
        if request.method == "GET" and not request.query_string and not request.can_read_body:
            return web.Response(text="Ok.\n", content_type="text/html")
        try:
            self.access.check(*credentials(request))
        except EngineError:
            metrics.REFUSED.labels("http").inc()
            raise
        query = read_request(request, await _form(request))
        exchange = Exchange(self, request, query)
        self.running.add(exchange)
        work = self._loop.run_in_executor(self.workers, exchange.run)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:  # the client left
            exchange.abandon()
            with contextlib.suppress(Exception):
                await work
            raise
        finally:
            self.running.discard(exchange)


class Exchange:
    """One request and its answer, worked on in a thread; the loop moves the bytes."""

    def __init__(self, server: HttpServer, request: web.Request, query: HttpQuery) -> None:
        self.server = server
        self.request = request
        self.query = query
        self.query_id = query.query_id or str(uuid.uuid4())
        self.gone = False
        self._kill: Callable[[], None] | None = None
        self._killing = threading.Lock()
        self._loop = asyncio.get_running_loop()
        self._response: web.StreamResponse | None = None
        self._sent = 0

    def abandon(self) -> None:
        """End the query; callable from any thread."""
        self.gone = True
        if self._kill is None:
            return
        if threading.current_thread().name == "http":
            self.server.workers.submit(self._end_query)
        else:
            self._end_query()

    def _end_query(self) -> None:
        """Kill our query if it still runs: once the session is free again, what runs in it is the query of another."""
        with self._killing:
            if self._kill:
                self._kill()

    def run(self) -> web.StreamResponse:
        """Run the statement and send its answer; raises EngineError while nothing was sent yet."""
        started = time.monotonic()
        outcome, kind = "error", "other"
        try:
            with self.server.sessions.lend(self.query) as session:
                self._kill = session.handle.kill
                run = HttpRun(session, self.query, self._body_reader())
                try:
                    response = self._send_answer(run)
                finally:
                    kind = run.kind
                    with self._killing:
                        self._kill = None
            # Only now, when the session is free again, may the client see the end and ask the next.
            self._wait(response.write_eof())
            outcome = "ok"
        except EngineError:
            outcome = "cancelled" if self.gone else "error"
            raise
        except ConnectionError:
            outcome = "lost"
            raise
        finally:
            metrics.QUERIES.labels("http", kind, outcome).inc()
            metrics.SECONDS.labels("http", kind).observe(time.monotonic() - started)
        return response

    def _body_reader(self) -> Callable[[], bytes]:
        """Return a function that gives the body's next decoded piece, empty at its end."""
        coder = decoder(self.query.content_coding)
        ended = False

        def read() -> bytes:
            nonlocal ended
            while not ended:
                piece = self._wait(self.request.content.readany())
                metrics.BYTES_RECEIVED.labels("http").inc(len(piece))
                ended = not piece
                if data := (coder.feed(piece) if piece else coder.finish()):
                    return data
            return b""

        return _unframed(read) if self.query.decompress else read

    def _send_answer(self, run: HttpRun) -> web.StreamResponse:
        coding = choose(self.query.accept)
        coder = encoder(coding)
        frames = Compressor() if self.query.compress else None
        held: list[bytes] = []
        try:
            with contextlib.closing(run.pieces()) as pieces:
                for piece in pieces:
                    if self.gone:
                        raise ConnectionResetError
                    data = b"".join(frames.frames(piece)) if frames else piece
                    early = self._response is None and sum(map(len, held)) + len(data) < HOLD_BYTES
                    held.append(data)
                    if not (early or self.query.wait_end):
                        self._write(run, coding, coder.feed(b"".join(held)))
                        held.clear()
        except EngineError as error:
            if self._response is None:
                raise
            return self._break_off(error, coder, self._response)
        rest = coder.feed(b"".join(held)) + coder.finish()
        return self._write(run, coding, rest if held or self._response or coding else b"")

    def _write(self, run: HttpRun, coding: str, data: bytes) -> web.StreamResponse:
        if self._response is None:
            response = web.StreamResponse(headers=self._headers(run, coding))
            if self.request.version >= (1, 1):
                response.enable_chunked_encoding()
            self._wait(response.prepare(self.request))
            self._response = response
        if data and not self.query.head:
            metrics.BYTES_SENT.labels("http").inc(len(data))
            self._wait(self._response.write(data))
        return self._response

    def _headers(self, run: HttpRun, coding: str) -> dict[str, str]:
        headers = {
            "Content-Type": content_type(run.format),
            "X-ClickHouse-Server-Display-Name": "xiangmai-embedded",
            "X-ClickHouse-Query-Id": self.query_id,
            "X-ClickHouse-Format": run.format,
            "X-ClickHouse-Timezone": self.server.engine.timezone,
            "X-ClickHouse-Summary": run.summary(),
        }
        return headers | ({"Content-Encoding": coding} if coding else {})

    def _break_off(self, error: EngineError, coder: Coder, response: web.StreamResponse) -> web.StreamResponse:
        """Say what went wrong after the answer had begun: its text, then a connection closed before the last chunk."""
        text = f"\n{error} (version {self.server.engine.version})\n".encode()
        with contextlib.suppress(ConnectionError):
            self._wait(response.write(coder.feed(text) + coder.finish()))
        transport = self.request.transport
        if transport:
            self._loop.call_soon_threadsafe(transport.close)
        return response

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _unframed(read: Callable[[], bytes]) -> Callable[[], bytes]:
    """Take ClickHouse's own compressed frames apart (parameter `decompress=1`)."""

    class Body(Source):
        def _more(self, shortfall: int) -> None:  # noqa: ARG002
            piece = read()
            if not piece:
                raise EOFError
            self.buffer += piece

    source = FrameSource(Body())

    def next_piece() -> bytes:
        source.compact()
        try:
            source.need(1)
        except EOFError:
            return b""
        return source.take(len(source.buffer))

    return next_piece


async def _form(request: web.Request) -> dict[str, str | bytes]:
    """Return the parts of a multipart body: fields as text, files (external tables) as bytes."""
    form: dict[str, str | bytes] = {}
    if request.content_type == "multipart/form-data":
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name:
                data = await part.read(decode=True)
                form[part.name] = bytes(data) if part.filename else data.decode()
                if sum(map(len, form.values())) > FORM_BYTES_MAX:
                    raise EngineError.of(131, "TOO_LARGE_STRING_SIZE", f"A form may have {FORM_BYTES_MAX} bytes")
    return form


async def _ping(_: web.Request) -> web.Response:
    return web.Response(text="Ok.\n", content_type="text/html")


def refusal(error: EngineError, engine: Engine) -> web.Response:
    """Return an error as ClickHouse's HTTP interface words it."""
    return web.Response(
        status=status_of(error.code),
        text=f"{error} (version {engine.version} (embedded))\n",
        headers={
            "X-ClickHouse-Exception-Code": str(error.code),
            "X-ClickHouse-Server-Display-Name": "xiangmai-embedded",
            "X-ClickHouse-Timezone": engine.timezone,
        },
    )
