"""Processes as the machine counts them: processor time and the most memory they held."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Callable


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and what it started."""
    used = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                times = each.cpu_times()
                used += times.user + times.system
    return used


class Memory:
    """The most resident memory of a process, looked at ten times a second while the block runs."""

    def __init__(self, pid: int) -> None:
        self.most_bytes = 0
        self._pid = pid
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.1):
            with suppress(psutil.Error):
                process = psutil.Process(self._pid)
                held = sum(each.memory_info().rss for each in (process, *process.children(recursive=True)))
                self.most_bytes = max(self.most_bytes, held)


def wait_for(what: str, true: Callable[[], object], seconds: float) -> None:
    """Wait until `true()`; raises TimeoutError naming what did not come."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)
