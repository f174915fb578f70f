"""How far an import is: a bar in a terminal, a line now and then elsewhere. Always on standard error."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from types import TracebackType

PLAIN_EVERY_SECONDS: Final = 5.0


class ImportProgress:
    """A context; `show` may be called as often as one likes."""

    def __init__(self, size_bytes: int) -> None:
        self._size_bytes = max(size_bytes, 1)
        self._console = Console(stderr=True)
        self._bar: Progress | None = None
        self._shown_at = time.monotonic()
        if self._console.is_terminal:
            self._bar = Progress(
                TextColumn("导入 importing"),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%  {task.fields[rows]:,} 行/rows  {task.fields[rate]:,.0f}/s"),
                TimeRemainingColumn(),
                console=self._console,
                transient=True,
            )
            self._task = self._bar.add_task("import", total=self._size_bytes, rows=0, rate=0.0)
        self._began = time.monotonic()

    def show(self, position_bytes: int, rows: int) -> None:
        """Tell how far the reading is, in bytes of the file, and how many rows were read."""
        now = time.monotonic()
        rate = rows / max(now - self._began, 1e-6)
        if self._bar is not None:
            self._bar.update(self._task, completed=position_bytes, rows=rows, rate=rate)
        elif now - self._shown_at >= PLAIN_EVERY_SECONDS:
            self._shown_at = now
            share = min(position_bytes / self._size_bytes, 1)
            with suppress(BrokenPipeError):
                print(f"导入 importing {share:4.0%}  {rows:,} 行/rows  {rate:,.0f}/s", file=sys.stderr, flush=True)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
