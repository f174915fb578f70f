"""How far a simulation is: a bar in a terminal, a line now and then elsewhere. On standard error."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Self

import rich.progress
from rich.console import Console

if TYPE_CHECKING:
    from types import TracebackType
    from zoneinfo import ZoneInfo

    from producers.simulate.plan import Plan

EVERY_RECORDS = 500
TERMINAL_SECONDS = 0.2
LINE_SECONDS = 5.0


class Progress:
    """Shows records told, their speed, and the date in the county. `told` is cheap: it looks at the clock rarely.

    `what` is what is done with them, in a word or two.
    """

    def __init__(self, plan: Plan, zone: ZoneInfo, what: str) -> None:
        console = Console(stderr=True)
        self._plan = plan
        self._zone = zone
        self._start = plan.clock.stretches[-1].county
        self._records = 0
        self._began = self._shown_at = time.monotonic()
        self._terminal = console.is_terminal
        self._every = EVERY_RECORDS
        self._bar = rich.progress.Progress(
            rich.progress.TextColumn("{task.description}"),
            rich.progress.BarColumn(),
            rich.progress.TaskProgressColumn(),
            rich.progress.TextColumn("{task.fields[told]}"),
            console=console,
            disable=not self._terminal,
        )
        self._task = self._bar.add_task(what, total=max(plan.until - self._start, 1), told="")

    def __enter__(self) -> Self:
        """Begin to show."""
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was, with a full bar when nothing was cut off."""
        if kind is None and self._plan.complete and not self._bar.tasks[0].finished:
            self._bar.update(self._task, completed=self._bar.tasks[0].total)
        self._bar.stop()

    def live(self, speed: float) -> None:
        """From here on there is no end: show the county's date and the records sent."""
        self._every = 1
        self._records, self._began = 0, time.monotonic()
        self._bar.update(self._task, description=f"实时 live ×{speed:g}", total=None)

    def told(self, recorded_at: int) -> None:
        """Hear of one record, written down at this county time."""
        self._records += 1
        if self._records % self._every:
            return
        now = time.monotonic()
        if now - self._shown_at < (TERMINAL_SECONDS if self._terminal else LINE_SECONDS):
            return
        self._shown_at = now
        date = datetime.fromtimestamp(recorded_at / 1000, self._zone)
        told = f"{self._records:,} 条 {self._records / (now - self._began):,.0f}/s {date:%Y-%m-%d %H:%M}"
        if self._terminal:
            self._bar.update(self._task, completed=recorded_at - self._start, told=told)
        else:
            print(told, file=sys.stderr, flush=True)
