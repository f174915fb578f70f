"""How the cost of an event grows with the cases that live and with the indicators: `python -m tests.bench.growth`.

One worker's core without Kafka: its shards take slices and are drained as the worker's edge does it. The cost is processor time of
`Shard.apply` and `Shard.drain`. What is measured is the same at every size: new cases are reported and old ones, any of all that
lived before, closed, 69 to 31 as in the work. Memory is what the process has more than before the first case, divided by the cases.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Final

from schemas.catalogue.load import load_catalogue
from streams.options import WorkerOptions
from streams.shard import Record, Shard
from tests.bench import growth_on_kafka, indicators, work
from tests.bench.cases import Made, opened, touching
from tests.bench.telling import Found, command, say, tell
from tests.faults.memory import resident
from tests.streams.core.support import world_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIZES: Final = (10_000, 100_000, 1_000_000, 3_000_000)
QUICK_SIZES: Final = (10_000, 100_000)
SIZES_ON_KAFKA: Final = (100_000, 1_000_000, 3_000_000)
COUNTS: Final = (5, 20, 50, 100, 200)
QUICK_COUNTS: Final = (5, 20, 100)
EVENTS: Final = 10_000
REPEATS: Final = 3
"""So often a size is measured, with so many events; the middle one is told. At 10,000 cases all but a few are closed then."""
CASES: Final = 100_000
QUICK_CASES: Final = 10_000
"""Live cases at which indicators are measured."""
_OF_THE_WORK: Final = 3
_AT_A_TIME: Final = 20_000
_NOW: Final = work.START_MS + (work.DAYS + 10) * work.DAY_MS


@dataclass(frozen=True, slots=True)
class Point:
    """One size: live cases and indicators, processor time an event, resident and packed bytes a case."""

    cases: int
    indicators: int
    apply_us: float
    drain_us: float
    bytes_a_case: float
    packed_bytes_a_case: float
    cells: int

    @property
    def event_us(self) -> float:
        """Microseconds of processor time an event."""
        return self.apply_us + self.drain_us


class Core:
    """The shards of one worker, over the work's domain with so many indicators."""

    def __init__(self, count: int) -> None:
        with tempfile.TemporaryDirectory() as folder:
            more = indicators.entries(count - _OF_THE_WORK)
            domain = work.write_domain(Path(folder), indicators.FIELDS if more else "", more)
            here = world_of([load_catalogue(domain)], "UTC")
        self.indicators = count
        self.cases = 0
        self._encode = here.encoder.encode
        self._shards = [Shard(here.engine, number) for number in range(work.PARTITIONS)]
        for shard in self._shards:
            shard.finish_restore(_NOW)
        self._offset = 0
        self._settle()
        self._began_bytes = resident(os.getpid())

    def fill(self, cases: int) -> None:
        """Report new cases until so many live."""
        while self.cases < cases:
            few = min(_AT_A_TIME, cases - self.cases)
            self._take(self._records([opened(number) for number in range(self.cases, self.cases + few)]))
            self.cases += few

    def measure(self) -> Point:
        """Measure at as many cases as live now; some more live afterwards."""
        gc.collect()
        cases, grown = self.cases, resident(os.getpid()) - self._began_bytes
        packed = sum(shard.bytes_held for shard in self._shards)
        took = [self._take(self._records(made)) for made in touching(cases, EVENTS, REPEATS)]
        self.cases = sum(shard.case_count for shard in self._shards)
        return Point(
            cases,
            self.indicators,
            median(applying for applying, _ in took) / EVENTS * 1e6,
            median(draining for _, draining in took) / EVENTS * 1e6,
            grown / cases,
            packed / cases,
            sum(shard.cell_count for shard in self._shards),
        )

    def _records(self, made: Iterable[Made]) -> list[list[Record]]:
        parts: list[list[Record]] = [[] for _ in self._shards]
        for name, event in made:
            self._offset += 1
            township = event["township"]
            record = Record(self._offset, event["occurred_at"] + 1_000, township.encode(), self._encode(name, event))
            parts[work.TOWNSHIPS.index(township) % work.PARTITIONS].append(record)
        return parts

    def _take(self, parts: list[list[Record]]) -> tuple[float, float]:
        options = WorkerOptions()
        applying = draining = 0.0
        for shard, records in zip(self._shards, parts, strict=True):
            for start in range(0, len(records), options.publish_records):
                end = min(start + options.publish_records, len(records))
                began = process_time()
                for first in range(start, end, options.slice_records):
                    shard.apply(work.TOPIC, records[first : min(first + options.slice_records, end)], _NOW)
                middle = process_time()
                drained = shard.drain(_NOW)
                draining += process_time() - middle
                applying += middle - began
                if drained.dead_letters:
                    raise RuntimeError(f"{len(drained.dead_letters)} events were refused: {drained.dead_letters[0]!r}")
        return applying, draining

    @staticmethod
    def _settle() -> None:
        gc.collect()
        gc.freeze()
        gc.set_threshold(250_000, 20, 50)  # as the worker has it


def by_cases(sizes: Sequence[int]) -> list[Point]:
    """Measure one worker's core at these numbers of live cases, one after the other."""
    core, points = Core(_OF_THE_WORK), []
    for size in sizes:
        core.fill(size)
        points.append(core.measure())
        say(f"{size:,} cases: {points[-1].event_us:.1f} µs an event")
    return points


def by_indicators(count: int, cases: int) -> Point:
    """Measure a core with so many indicators."""
    core = Core(count)
    core.fill(cases)
    point = core.measure()
    say(f"{count} indicators: {point.event_us:.1f} µs an event")
    return point


def rows(points: Sequence[Point]) -> list[list[object]]:
    """Return the rows of a table: every point beside the first."""
    first = points[0]
    return [
        [
            f"{point.cases:,}",
            point.indicators,
            f"{point.apply_us:.1f} + {point.drain_us:.1f} = {point.event_us:.1f}",
            f"{point.event_us / first.event_us:.2f}",
            f"{point.bytes_a_case:.0f}",
            f"{point.packed_bytes_a_case:.0f}",
            f"{point.cells:,}",
        ]
        for point in points
    ]


@command
def main(*, quick: bool, written: Path | None) -> None:
    """一个事件的代价随在办事项与指标数怎样增长 / how an event's cost grows with live cases and with indicators."""
    # A process for each: what another left behind is in nobody's memory.
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned, max_tasks_per_child=1) as apart:
        cases = apart.submit(by_cases, QUICK_SIZES if quick else SIZES).result()
        counts, live = (QUICK_COUNTS, QUICK_CASES) if quick else (COUNTS, CASES)
        wider = [apart.submit(by_indicators, count, live).result() for count in counts]
    held = [] if quick else growth_on_kafka.by_cases(SIZES_ON_KAFKA)
    found = Found(
        [
            "live cases",
            "indicators",
            "apply + drain, CPU µs an event",
            "× the first",
            "bytes a case",
            "packed",
            "cells",
        ],
        [*rows(cases), *rows(wider)],
        [
            f"The middle of {REPEATS} times {EVENTS:,} events, {EVENTS // work.PARTITIONS:,} a partition and publication.",
            *(
                f"A worker on Kafka with {one.cases:,} cases: {one.event_us:.1f} CPU µs an event, "
                f"{one.memory_bytes / 1e6:.0f} MB at most, recovery included."
                for one in held
            ),
            "Bytes are those of the cells as well; × is beside the fewest cases, and below beside the fewest indicators.",
        ],
        {
            "by_cases": [asdict(point) for point in cases],
            "by_indicators": [asdict(point) for point in wider],
            "on_kafka": [asdict(one) for one in held],
        },
    )
    tell(found, written)


if __name__ == "__main__":
    main()
