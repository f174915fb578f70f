"""Somebody who looks at the numbers all the while: what is wrong only for a moment is wrong as well."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from clickhouse_driver.errors import Error as ClickHouseError
from clickhouse_driver.errors import ServerException

if TYPE_CHECKING:
    from tests.faults.line import FaultyLine

_LOOKS: Final = {
    "events shown twice": "SELECT count() - uniqExact(event_id) FROM xiangmai.events_appeals",
    "cells shown twice": """
        SELECT count() - uniqExact(indicator, definition_version, place, period, period_start, dimension, dimension_value)
        FROM xiangmai.indicator_cells""",
    "cells with parts of different publications": """
        SELECT count() FROM (
            SELECT sumIf(numerator, indicator = 'appeal_volume') AS reported,
                sumIf(denominator, indicator = 'appeal_closure_rate') AS over,
                sumIf(numerator, indicator = 'appeal_closure_rate') AS closed
            FROM xiangmai.indicator_cells WHERE period != 'now'
            GROUP BY place, period, period_start, dimension, dimension_value)
        WHERE reported != over OR closed > over""",
}
"""What is asked, and must always be answered with 0."""
PATIENCE_SECONDS: Final = 20
REST: Final = 3
"""It rests so many times as long as its questions took."""


class Watch:
    """A thread that asks for as long as the block lasts; afterwards `wrong` has what it saw."""

    def __init__(self, line: FaultyLine) -> None:
        self._line = line
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="watch", daemon=True)
        self.looks = 0
        self.wrong: list[str] = []
        self._most = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)

    def _look(self) -> None:
        while not self._stop.is_set():
            began = time.monotonic()
            with suppress(ClickHouseError, OSError, EOFError):  # it is away: killed, or on its way
                self._look_once()
            self._stop.wait(max(REST * (time.monotonic() - began), 0.2))

    def _look_once(self) -> None:
        stored = self._line.ask("SELECT count() FROM xiangmai.events_appeals", patience_seconds=PATIENCE_SECONDS)[0][0]
        if stored < self._most:
            self.wrong.append(f"{self._most} events were shown before, and {stored} now")
        self._most = max(self._most, stored)
        for what, question in _LOOKS.items():
            try:
                count = self._line.ask(question, patience_seconds=PATIENCE_SECONDS)[0][0]
            except ServerException as error:
                self.wrong.append(f"{what}: {str(error)[:300]}")
                raise
            if count:
                self.wrong.append(f"{count} {what}")
        self.looks += 1
