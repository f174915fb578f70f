"""Waiting until a line has read everything that was sent to it, however much that is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kafka.errors import KafkaError
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.monitoring.lag import LagReader

if TYPE_CHECKING:
    from rich.console import Console

STANDING_SECONDS = 120.0
POLL_SECONDS = 2.0
LINE_SECONDS = 30.0


def until_read(bootstrap: str, console: Console) -> int:
    """Wait until no consumer of the cluster is behind; returns how many records are left unread, 0 when all is well.

    Gives up when nobody has read anything for two minutes. Shows a bar in a terminal, a line now and then elsewhere.
    """
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeElapsedColumn()
    reader = LagReader(bootstrap)
    try:
        with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
            task = bar.add_task("计算与入库 fold and store", total=None, told="")
            most = left = _left(reader)
            since = said = time.monotonic()
            while left and time.monotonic() - since < STANDING_SECONDS:
                time.sleep(POLL_SECONDS)
                before, left = left, _left(reader, left)
                most = max(most, left)
                if left != before:
                    since = time.monotonic()
                told = f"未读 unread {left:,}"
                bar.update(task, total=most, completed=most - left, told=told)
                if not console.is_terminal and time.monotonic() - said > LINE_SECONDS:
                    said = time.monotonic()
                    console.print(told, highlight=False)
            return left
    finally:
        reader.close()


def _left(reader: LagReader, before: int = 1) -> int:
    """Count what is unread; a broker that does not answer just now has at least what it had before."""
    try:
        return sum(lag.records for lag in reader.read())
    except KafkaError:
        return before
