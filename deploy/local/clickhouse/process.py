"""Starting and stopping the embedded ClickHouse server as a process of its own, for tests and measurements.

with running(folder) as server:
    Client("127.0.0.1", server.native_port)
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[3]
READY = re.compile(r"ready native=(.+):(\d+) http=(.+):(\d+)")
START_SECONDS = 60
STOP_SECONDS = 20


@dataclass
class ServerProcess:
    """A running server; `log` holds the last lines of its standard error."""

    process: subprocess.Popen[str]
    native_port: int
    http_port: int
    log: deque[str] = field(default_factory=deque)

    @property
    def url(self) -> str:
        """The HTTP interface's address."""
        return f"http://127.0.0.1:{self.http_port}/"

    def kill(self) -> None:
        """End it the hard way."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """End it the ordinary way; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


def start(path: Path, options: Sequence[str] = (), password: str = "") -> ServerProcess:
    """Start a server on free ports, and wait until it is ready; raises RuntimeError with its words if it is not."""
    command = [sys.executable, "-m", "deploy.local.clickhouse", "--path", str(path)]
    command += ["--native-port", "0", "--http-port", "0", *options]  # of an option given twice the last one counts
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"XIANGMAI_CLICKHOUSE_PASSWORD": password},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    log: deque[str] = deque(maxlen=200)
    output, errors = cast("IO[str]", process.stdout), cast("IO[str]", process.stderr)
    reader = threading.Thread(target=lambda: log.extend(errors), daemon=True)
    reader.start()
    alarm = threading.Timer(START_SECONDS, process.kill)
    alarm.start()
    try:
        match = READY.match(output.readline())
    finally:
        alarm.cancel()
    if not match:
        process.kill()
        process.wait()
        reader.join(5)
        raise RuntimeError(f"the server did not start (exit code {process.returncode}): {''.join(log)}")
    return ServerProcess(process, int(match.group(2)), int(match.group(4)), log)


@contextlib.contextmanager
def running(path: Path, options: Sequence[str] = (), password: str = "") -> Iterator[ServerProcess]:
    """Lend a server for the length of a `with` block."""
    server = start(path, options, password)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()
