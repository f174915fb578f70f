"""What processes of the line do while one looks: the most memory they take, and what they say."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.faults.line import FaultyLine

LOOK_EVERY_SECONDS: Final = 0.1


class Peak:
    """A thread that looks at processes of the line, which are to stay the ones they are. In bytes, by name."""

    def __init__(self, line: FaultyLine, names: Sequence[str]) -> None:
        self._processes = {name: psutil.Process(line.pid(name)) for name in names}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="peak", daemon=True)
        self.begin = self._now()
        self.most = dict(self.begin)

    @property
    def growth(self) -> dict[str, int]:
        """By how much each was above what it took when one began to look, at most."""
        return {name: self.most[name] - size for name, size in self.begin.items()}

    @property
    def unchanged(self) -> bool:
        """Whether every process lives that lived at the beginning."""
        return all(process.is_running() for process in self._processes.values())

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY_SECONDS):
            with suppress(psutil.NoSuchProcess):
                for name, size in self._now().items():
                    self.most[name] = max(self.most[name], size)

    def _now(self) -> dict[str, int]:
        return {name: process.memory_info().rss for name, process in self._processes.items()}


class Log:
    """What a process says from now on, also after it was started again."""

    def __init__(self, line: FaultyLine, name: str) -> None:
        self._file = line.layout.logs / f"{name}.log"
        self._begin = self._file.stat().st_size

    def new(self) -> str:
        """All it said since."""
        with self._file.open("rb") as file:
            file.seek(self._begin)
            return file.read().decode(errors="replace")

    def says(self, words: str) -> bool:
        """Whether it said so."""
        return words in self.new()
