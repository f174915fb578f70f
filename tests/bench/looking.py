"""Who looks for the probes of a steady stream: what is published of their villages, and what ClickHouse shows of them."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING, Final, Self
from zoneinfo import ZoneInfo

from clickhouse_driver import Client as ClickHouse

from schemas.topics import INDICATORS
from tests.streams.edge.appeals import Tail

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.bench.steady import Load

REST: Final = 1
"""Between two looks one rests at least so many times as long as the last one took: looking is not to disturb."""
STOP_SECONDS: Final = 60
_SHOWN: Final = """
    SELECT place FROM xiangmai.{view}
    WHERE indicator = %(indicator)s AND level = 'village' AND period = 'day' AND period_start = %(day)s AND dimension = ''
    AND numerator = 1
"""
LOOKED_AT: Final = "indicator_cells"
ASKED: Final = "indicators"
"""Both views are computed from the same rows when somebody asks, so what one shows the other does. `indicators` plans for every
indicator there is, which takes longer than what is measured here: it is asked afterwards, and how long that took is told."""


class Looking:
    """A thread that looks for villages, from the block's beginning to its end; `seen` says when each was there first."""

    def __init__(self, villages: Sequence[str], look: Callable[[], set[str]], every_seconds: float) -> None:
        self.seen: dict[str, float] = {}
        self.looks_at: list[float] = []
        self.cpu_seconds = 0.0
        self._waiting = set(villages)
        self._look, self._every = look, every_seconds
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._failed: BaseException | None = None

    @property
    def done(self) -> bool:
        """Whether all were seen. Raises what looking raised."""
        if self._failed is not None:
            raise self._failed
        return not self._waiting

    @property
    def period_seconds(self) -> float:
        """The middle of the times between two looks."""
        return median(after - before for before, after in zip(self.looks_at, self.looks_at[1:], strict=False))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        rest = 0.0
        try:
            while not self._stop.wait(rest):
                began = time.monotonic()
                self.looks_at.append(began)
                there = self._look()
                took = time.monotonic() - began
                for village in there & self._waiting:
                    self.seen[village] = began + took
                self._waiting -= there
                rest = max(self._every - took, REST * took) if self._every else 0.0
                self.cpu_seconds = time.thread_time()
        except BaseException as error:  # noqa: BLE001 - told by `done`
            self._failed = error


class Published:
    """Looks for villages in what is committed on the topic of cells."""

    def __init__(self, bootstrap: str) -> None:
        self._tail = Tail(bootstrap, INDICATORS)

    def __call__(self) -> set[str]:
        """Return the villages of which something was published since the last look; waits a moment for it."""
        self._tail.poll()
        found = {place for record in self._tail.records if (place := place_of(record.key))}
        self._tail.records.clear()
        return found

    def close(self) -> None:
        """Close the connection."""
        self._tail.close()


class Shown:
    """Looks for villages in one of the views people query."""

    def __init__(self, environment: Mapping[str, str], load: Load, view: str = LOOKED_AT) -> None:
        self._sql = _SHOWN.format(view=view)
        zone = ZoneInfo(load.timezone)
        self._asked = {
            "day": datetime.fromtimestamp(load.probes_day_ms / 1000, UTC).astimezone(zone).date(),
            "indicator": load.indicator,
        }
        self._client = ClickHouse(
            host=environment["XIANGMAI_CLICKHOUSE_HOST"],
            port=int(environment["XIANGMAI_CLICKHOUSE_PORT"]),
            user=environment["XIANGMAI_CLICKHOUSE_USER"],
            password=environment["XIANGMAI_CLICKHOUSE_PASSWORD"],
        )

    def __call__(self) -> set[str]:
        """Return the villages that are shown with one appeal on the probes' day."""
        return {place for (place,) in self._client.execute(self._sql, self._asked)}

    def close(self) -> None:
        """Close the connection."""
        self._client.disconnect()


def place_of(key: bytes) -> str | None:
    """Return the place of a village's cell by its key; None for any other record."""
    parts = key.split(b"|", 4)
    return parts[3].decode() if len(parts) > 4 and parts[2] == b"village" else None
