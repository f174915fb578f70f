"""The listening side of the native protocol: accepts, serves each client in a thread, and watches for cancels."""

from __future__ import annotations

import contextlib
import logging
import selectors
import socket
import threading
import time
from typing import TYPE_CHECKING

from deploy.local.clickhouse import metrics
from deploy.local.clickhouse.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.local.clickhouse.access import Access
    from deploy.local.clickhouse.engine import Engine

logger = logging.getLogger(__name__)

CONNECTIONS_MAX = 1024
# ClickHouse looks for a cancel every `interactive_delay`, 0.1 s: a query shorter than that is answered in full.
CANCEL_AFTER_SECONDS = 0.1
KILL_AGAIN_SECONDS = 0.1
STOP_SECONDS = 3.0


class Watcher:
    """One thread that looks at the sockets of running queries, for a cancel or a client that left."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        self._selector.register(self._wake_reader, selectors.EVENT_READ, None)
        self._lock = threading.Lock()
        self._ending: dict[Connection, float] = {}
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    @contextlib.contextmanager
    def watching(self, connection: Connection) -> Iterator[None]:
        """Watch a connection while the block runs."""
        with self._lock:
            self._selector.register(connection.channel.socket, selectors.EVENT_READ, connection)
        try:
            yield
        finally:
            with self._lock:
                self._ending.pop(connection, None)
                with contextlib.suppress(KeyError, ValueError):
                    self._selector.unregister(connection.channel.socket)

    def stop(self) -> None:
        """End the thread."""
        self._stopped = True
        self._wake_writer.send(b"x")
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        while not self._stopped:
            events = self._selector.select(KILL_AGAIN_SECONDS if self._ending else 1.0)
            now = time.monotonic()
            due: list[Connection] = []
            with self._lock:
                for key, _ in events:
                    if key.data is not None and key.data.channel.client_signal():
                        self._selector.unregister(key.fileobj)
                        self._ending[key.data] = max(now, key.data.channel.started_at + CANCEL_AFTER_SECONDS)
                    elif key.data is not None:
                        self._selector.unregister(key.fileobj)
                for connection, at in self._ending.items():
                    if at <= now:
                        due.append(connection)
                        # The engine may not know the query yet: asked again until it has ended.
                        self._ending[connection] = now + KILL_AGAIN_SECONDS
            for connection in due:
                connection.end_query()


class NativeServer:
    """Serves the native protocol on a listening socket, one thread a client."""

    def __init__(self, engine: Engine, access: Access, listener: socket.socket, http_port: int) -> None:
        self.engine = engine
        self.access = access
        self.http_port = http_port
        self._listener = listener
        self._watcher = Watcher()
        self._connections: dict[Connection, threading.Thread] = {}
        self._lock = threading.Lock()
        self._stopped = False
        self._thread = threading.Thread(target=self._accept, name="accept", daemon=True)

    def start(self) -> None:
        """Begin to accept; returns at once."""
        self._thread.start()

    def watching(self, connection: Connection) -> contextlib.AbstractContextManager[None]:
        """Watch a connection for a cancel while its query runs."""
        return self._watcher.watching(connection)

    def stop(self) -> None:
        """Stop accepting, break every connection, end their queries, and wait shortly for the threads."""
        self._stopped = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            open_connections = dict(self._connections)
        for connection in open_connections:
            connection.abandon()
        deadline = time.monotonic() + STOP_SECONDS
        for thread in open_connections.values():
            thread.join(max(0.0, deadline - time.monotonic()))
        self._watcher.stop()

    def _accept(self) -> None:
        while not self._stopped:
            try:
                client, address = self._listener.accept()
            except OSError:
                if self._stopped:
                    return
                time.sleep(0.1)  # out of file descriptors: others will close
                continue
            with self._lock:
                crowded = len(self._connections) >= CONNECTIONS_MAX
            if crowded:
                logger.warning("refused a connection: %d are open", CONNECTIONS_MAX)
                client.close()
                continue
            _tune(client)
            connection = Connection(self, client, f"{address[0]}:{address[1]}")
            thread = threading.Thread(target=self._serve, args=(connection,), name=f"native-{address[1]}", daemon=True)
            with self._lock:
                self._connections[connection] = thread
            thread.start()

    def _serve(self, connection: Connection) -> None:
        metrics.CONNECTIONS.labels("native").inc()
        try:
            connection.run()
        finally:
            metrics.CONNECTIONS.labels("native").dec()
            with self._lock:
                self._connections.pop(connection, None)


def _tune(client: socket.socket) -> None:
    """Notice a peer that is gone without a word: half-open connections end after about two minutes."""
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 6), ("TCP_USER_TIMEOUT", 300_000)):
        option = getattr(socket, name, None)
        if option is not None:
            client.setsockopt(socket.IPPROTO_TCP, option, value)
