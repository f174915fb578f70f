"""A ClickHouse of one test that can be killed, and a line to it that can be cut."""

from __future__ import annotations

import selectors
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Server:
    """An embedded ClickHouse server of one test, which may be killed and started again on its folder and port."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it accepts connections."""
        command = [sys.executable, "-m", "deploy.local.clickhouse", "--path", str(self._folder)]
        command += ["--native-port", str(self.port), "--http-port", "0"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        assert ready.startswith("ready "), f"the server did not start: {ready!r}"
        self.port = int(ready.split("native=")[1].split()[0].rsplit(":", 1)[1])

    def kill(self) -> None:
        """End it without a word (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Proxy:
    """A TCP line to ClickHouse that breaks when an insert is done and before the client hears so, `cuts` times.

    After each cut `spared` inserts are answered. While `shut`, as a cut leaves it when it `shuts`, whoever connects is
    sent away.
    """

    ROWS_BYTES = 4096  # more than any statement, less than the block of a test's rows
    END_OF_STREAM = b"\x05"  # the last byte of a whole answer, and not of the counters that acknowledge a block

    def __init__(self, port: int, cuts: int, spared: int = 0) -> None:
        self.cuts_left = cuts
        self.shut = self.shuts = False
        self._spared, self._to_spare = spared, 0
        self._target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._closed = False
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Accept no more."""
        self._closed = True
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            if not self.shut:
                with socket.create_connection(("127.0.0.1", self._target)) as server:
                    self._carry_between(client, server)

    def _carry_between(self, client: socket.socket, server: socket.socket) -> None:
        sent = 0
        watch = selectors.DefaultSelector()
        watch.register(client, selectors.EVENT_READ, server)
        watch.register(server, selectors.EVENT_READ, client)
        while True:
            for key, _ in watch.select():
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if not data:
                    return
                if key.fileobj is client:
                    sent += len(data)
                elif data.endswith(self.END_OF_STREAM):
                    if sent > self.ROWS_BYTES and self._cuts():
                        return
                    sent = 0
                key.data.sendall(data)

    def _cuts(self) -> bool:
        if not self.cuts_left:
            return False
        if self._to_spare:
            self._to_spare -= 1
            return False
        self.cuts_left, self._to_spare, self.shut = self.cuts_left - 1, self._spared, self.shuts
        return True
