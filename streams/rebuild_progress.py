"""How far a rebuild is: bars in a terminal, a line now and then elsewhere. Always on standard error."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from types import TracebackType

_PLAIN_EVERY_SECONDS: Final = 5.0
_STAGES: Final = {"compute": "计算 computing", "write": "写入事务 writing transactions"}


class RebuildProgress:
    """A context. `begin` names a partition, calling it tells how far a stage of it is."""

    def __init__(self, partitions: int) -> None:
        self._console = Console(stderr=True)
        self._partitions = partitions
        self._done = 0
        self._shown_at = time.monotonic()
        self._bar: Progress | None = None
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._all = self._bar.add_task("分区 partitions", total=partitions)
            self._stage = self._bar.add_task("", total=1)

    def begin(self) -> None:
        """Begin the next partition."""
        if self._bar is not None:
            self._bar.update(self._all, completed=self._done)
        self._done += 1

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take how far a stage is."""
        name = _STAGES.get(stage, f"读取 reading {stage}")
        if self._bar is not None:
            self._bar.update(self._stage, description=name, completed=done, total=total)
        elif time.monotonic() - self._shown_at >= _PLAIN_EVERY_SECONDS:
            self._shown_at = time.monotonic()
            with suppress(BrokenPipeError):
                line = f"分区 partition {self._done}/{self._partitions}: {name} {done:,}/{total:,}"
                print(line, file=sys.stderr, flush=True)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
