"""Processes as the machine counts them: processor time and the most memory they held."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Self

import psutil

from tests.faults.memory import resident


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
                self.most_bytes = max(self.most_bytes, resident(self._pid))
