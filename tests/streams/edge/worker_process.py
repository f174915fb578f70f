"""Workers as a person runs them: the real command, in processes that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

XIANGMAI = str(Path(sys.executable).with_name("xiangmai"))


def wait_until(
    what: str, true: Callable[[], object], seconds: float = 60.0, *, look_every_seconds: float = 0.05
) -> None:
    """Wait for a condition, never for time; fails naming what did not come true."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(look_every_seconds)


class Worker:
    """One `xiangmai worker`."""

    def __init__(
        self, env: Mapping[str, str], folder: Path, name: str = "w0", *, static: bool = True, **more: str
    ) -> None:
        self.log_file = folder / f"{name}-{time.monotonic_ns()}.log"
        command = [XIANGMAI, "worker", "--session-timeout", "6"]
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--instance", name] if static else command,
                env={**os.environ, **env, **more},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, words: str, seconds: float = 60.0) -> None:
        """Wait until the log says so; fails at once when the process ends instead."""

        def said() -> bool:
            ended = self.process.poll()
            return words in self.log or (ended is not None and self.fail(f"ended with {ended} before {words!r}"))

        try:
            wait_until(f"{words!r}", said, seconds)
        except AssertionError as error:
            self.process.send_signal(signal.SIGUSR1)  # the worker writes where its threads stand
            time.sleep(1)
            raise AssertionError(f"{error} in\n{self.log}") from None

    def ready(self, partitions: int = 4) -> Worker:
        """Wait until it has taken so many partitions over: by default all, as the only worker has to."""
        self.wait_for("taken over in")
        wait_until(f"{partitions} partitions in\n{self.log}", lambda: self.log.count("taken over in") >= partitions)
        return self

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def stop(self, seconds: float = 10.0) -> int:
        """Ask it to stop; gives the exit code. Fails when it takes longer than it promises."""
        self.process.terminate()
        return self.process.wait(timeout=seconds)

    def end(self) -> None:
        if self.process.poll() is None:
            self.kill()

    def fail(self, why: str) -> bool:
        raise AssertionError(f"{why}\n{self.log}")
