"""The stack as a test sees it: a client with its own ledger, workers to kill, and a door in front of the registry."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
from typing import TYPE_CHECKING, Any, Self

from schemas.topics import INDICATORS
from tests.streams.edge import appeals, reading, worker_process

if TYPE_CHECKING:
    from pathlib import Path


class Line:
    """The stack, a client with its own ledger, and the workers a test starts."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env = env
        self.folder = folder
        self.client = appeals.Client(env)
        self.standing = reading.Standing(self.client.bootstrap, "xiangmai-worker", appeals.TOPIC)
        self.workers: list[Any] = []

    def close(self) -> None:
        for worker in self.workers:
            worker.end()
        self.standing.close()
        self.client.close()

    def worker(self, name: str = "w0", **more: Any) -> Any:
        started = worker_process.Worker(self.env, self.folder, name, **more)
        self.workers.append(started)
        return started

    def caught_up(self) -> bool:
        """Whether every record sent so far is committed: lag zero, by the broker's word."""
        return self.standing.caught_up()

    def progress(self) -> int:
        return self.standing.progress()

    def has_committed(self, records: int) -> bool:
        return self.progress() > records

    def numbers(self, indicator: str, townships: list[str]) -> dict[str, int]:
        records = reading.read_all(self.client.bootstrap, INDICATORS)
        found: dict[str, int] = appeals.by_township(self.client.cells(records), indicator, townships)
        return found

    def expect(self, indicator: str, expected: dict[str, int], townships: list[str]) -> None:
        """Hold the published numbers to the reference, once the last commit's marks are on every partition."""
        worker_process.wait_until("no open transaction", lambda: reading.settled(self.client.bootstrap, INDICATORS))
        assert self.numbers(indicator, townships) == expected

    def dead(self, most: int = 1_000) -> list[dict[str, Any]]:
        done = self.run("deadletters", "list", "--format", "json", "--limit", str(most))
        letters: list[dict[str, Any]] = json.loads(done.stdout)["letters"]
        return letters

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [worker_process.XIANGMAI, *arguments],
            env={**os.environ, **self.env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


class Gate:
    """A TCP door in front of a server; closed, it refuses connections and cuts those there are."""

    def __init__(self, url: str) -> None:
        self._host, _, rest = url.removeprefix("http://").partition(":")
        port, _, self._path = rest.partition("/")
        self._port = int(port)
        self._listening: socket.socket | None = None
        self._open: list[socket.socket] = []
        self._own_port = 0
        self.open()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._own_port}/{self._path}"

    def open(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", self._own_port))
        self._own_port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def close(self) -> None:
        if self._listening is not None:
            self._listening.shutdown(socket.SHUT_RDWR)
            self._listening.close()
        for connection in self._open:
            connection.close()
        self._listening, self._open = None, []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _accept(self, listening: socket.socket) -> None:
        try:
            while True:
                inside, _ = listening.accept()
                outside = socket.create_connection((self._host, self._port))
                self._open += [inside, outside]
                for source, target in ((inside, outside), (outside, inside)):
                    threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()
        except OSError:
            return

    @staticmethod
    def _pass_on(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                target.sendall(data)
        except OSError:
            pass
        finally:
            source.close()
            target.close()
