"""The full line's rate, Kafka to queryable: broker, worker, sinks and ClickHouse share the machine's cores.

The stack's own processes stand ready, with empty topics. The events are put into Kafka as batches made beforehand, in a second or
two, and the time runs from the first of them until the worker and every sink have committed all there is: offsets are committed only
when ClickHouse has acknowledged the rows. What is queryable is then compared with what was sent (and, of the bench's work, with what
DuckDB counted), and every cell is proved by `xiangmai verify`.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import tempfile
import time
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from aiokafka import AIOKafkaProducer
from clickhouse_driver import Client
from kafka.partitioner import murmur2

from deploy.local.layout import load_layout
from deploy.local.supervise import Supervisor
from schemas.settings import Settings
from schemas.topics import CASES, INDICATORS
from tests.bench import work
from tests.bench.counting import cpu_seconds
from tests.bench.loads import Load, Sent, county_load, county_settings, work_load, work_settings
from tests.bench.telling import Found, command, tell
from tests.bench.throughput import GROUP, wrong
from tests.line.line import XIANGMAI
from tests.streams.edge.reading import Standing
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

PROCESSES: Final = ("kafka", "registry", "clickhouse", "worker", "sink")
RUN_SECONDS: Final = 900
BATCH_BYTES: Final = 1 << 18
RECORD_BYTES: Final = 64
"""More than a record takes beside its key and its value."""
LOOK_SECONDS: Final = 0.25
"""Every look asks the broker, which is measured as well."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: CPU in seconds per million events of each process, and how many rows were not as sent or counted."""

    load: str
    events: int
    seconds: float
    events_per_second: float
    cpu_seconds_per_million: dict[str, float]
    rows: dict[str, int]
    wrong_rows: int


def run_full_line(load: Load) -> Run:
    """Send the load through a line whose topics are empty; returns when all of it is queryable."""
    batches = list(_batches(load.records))
    used, began = _used(), time.monotonic()
    asyncio.run(_send(batches))
    read = _AllRead(load.topics)
    wait_until("everything is queryable", read.look, RUN_SECONDS, look_every_seconds=LOOK_SECONDS)
    seconds, now = time.monotonic() - began, _used()
    events = len(load.records)
    with closing(_Views()) as views:
        return Run(
            load=load.name,
            events=events,
            seconds=seconds,
            events_per_second=events / seconds,
            cpu_seconds_per_million={name: (now[name] - used[name]) / events * 1e6 for name in used},
            rows=views.rows(),
            wrong_rows=views.wrong_rows(load),
        )


@contextmanager
def full_line(folder: Path, settings: Mapping[str, str]) -> Iterator[None]:
    """A line of all `PROCESSES` in this folder while the block runs; this process's environment leads to it.

    Blocks until each of them waits for events.
    """
    os.environ |= {**settings, "XIANGMAI_DATA": str(folder / "stack"), "XIANGMAI_PARTITIONS": str(work.PARTITIONS)}
    try:
        _xiangmai("stack", "up", "--free-ports", "--only", ",".join(PROCESSES))
        os.environ |= json.loads(_xiangmai("stack", "env", "--format", "json"))
        _await_ready()
        yield
    finally:
        _xiangmai("stack", "down")


def _xiangmai(*arguments: str) -> str:
    done = subprocess.run([XIANGMAI, *arguments], check=False, capture_output=True, text=True)
    if done.returncode != 0:
        raise click.ClickException(f"xiangmai {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class _Views:
    """What people can ask, through the views they ask."""

    def __init__(self) -> None:
        settings = Settings()
        self._database = settings.clickhouse_database
        self._client = Client(settings.clickhouse_host, settings.clickhouse_port)

    def close(self) -> None:
        self._client.disconnect()

    def rows(self) -> dict[str, int]:
        """Return the rows of events, of cases and of cells."""
        found = {"events": 0, "cases": 0, "cells": self._count("indicator_cells")}
        tables = f"SELECT name FROM system.tables WHERE database = '{self._database}'"
        for (name,) in self._ask(tables):
            kind = name.partition("_")[0]
            if kind in ("events", "cases"):
                found[kind] += self._count(name)
        return found

    def wrong_rows(self, load: Load) -> int:
        """Return how many events are missing or were not sent, and how many counts of the work are others."""
        stored: set[str] = set()
        for topic in load.topics:
            name = topic.removeprefix("village.")
            stored |= {str(row[0]) for row in self._ask(f"SELECT event_id FROM {self._database}.events_{name}")}
        different = len(stored ^ {record.event_id for record in load.records})
        return different if load.counts is None else different + wrong(self._counts(), load.counts)

    def _counts(self) -> work.Counts:
        counts: work.Counts = {}
        for township, start, indicator, numerator in self._ask(
            f"SELECT township, toInt32(period_start), indicator, numerator FROM {self._database}.indicator_cells "
            "WHERE level = 'township' AND period = 'day' AND dimension = '' AND numerator != 0"
        ):
            place = ("opened", "closed", "closed_24h").index(indicator)
            counts.setdefault(f"{township}|{start}", [0, 0, 0])[place] = numerator
        return counts

    def _count(self, view: str) -> int:
        return int(self._ask(f"SELECT count() FROM {self._database}.{view}")[0][0])

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._client.execute(sql)
        return rows


class _AllRead:
    """Whether the worker has read the events, and the sinks those and all that the worker published of them."""

    def __init__(self, topics: Sequence[str]) -> None:
        bootstrap = Settings().kafka_bootstrap
        groups = [(GROUP, topic) for topic in topics] + [("xiangmai-sink-events", topic) for topic in topics]
        groups += [("xiangmai-sink-cases", CASES), ("xiangmai-sink-indicators", INDICATORS)]
        self._left = [Standing(bootstrap, group, topic) for group, topic in groups]

    def look(self) -> bool:
        """Ask in this order: when the worker stands at the end, nothing more will be published."""
        while self._left and self._left[0].caught_up():
            self._left.pop(0).close()
        return not self._left


def _used() -> dict[str, float]:
    told = Supervisor(load_layout(Path(os.environ["XIANGMAI_DATA"]))).information()
    return {name: cpu_seconds(int(one["pid"])) for name, one in told.items() if name != "registry"}


def _batches(records: Sequence[Sent]) -> Iterator[tuple[str, int, list[Sent]]]:
    """Give each partition its records in pieces that fit one batch."""
    gathered: dict[tuple[str, int], list[Sent]] = {}
    sizes: dict[tuple[str, int], int] = {}
    for record in records:
        place = record.topic, (murmur2(record.key) & 0x7FFFFFFF) % work.PARTITIONS
        size = sizes.get(place, 0) + len(record.key) + len(record.value) + RECORD_BYTES
        gathered.setdefault(place, []).append(record)
        if size > BATCH_BYTES:
            yield (*place, gathered.pop(place))
            size = 0
        sizes[place] = size
    for place, rest in gathered.items():
        yield (*place, rest)


async def _send(batches: Sequence[tuple[str, int, list[Sent]]]) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=Settings().kafka_bootstrap,
        acks="all",
        compression_type="lz4",
        max_batch_size=2 * BATCH_BYTES,
    )
    await producer.start()
    try:
        confirmed = []
        for topic, partition, records in batches:
            batch, now = producer.create_batch(), int(time.time() * 1000)
            for record in records:
                if batch.append(key=record.key, value=record.value, timestamp=now) is None:
                    raise RuntimeError("a batch is larger than it was planned to be")
            confirmed.append(await producer.send_batch(batch, topic, partition=partition))
        await asyncio.gather(*confirmed)
    finally:
        await producer.stop()


def _await_ready() -> None:
    """Wait until the worker has its partitions and every sink has committed where it begins."""
    log = load_layout(Path(os.environ["XIANGMAI_DATA"])).logs / "worker.log"
    wait_until("the worker", lambda: log.read_text().count("taken over in") >= work.PARTITIONS)
    for sink, topic in (("cases", CASES), ("indicators", INDICATORS)):
        standing = Standing(Settings().kafka_bootstrap, f"xiangmai-sink-{sink}", topic)
        wait_until(f"the sink of {sink}", lambda: None not in standing.committed().values())  # noqa: B023
        standing.close()


_QUICK_EVENTS: Final = 50_000
LOADS: Final[Mapping[str, tuple[Callable[[Path], dict[str, str]], Callable[[Settings, int], Load]]]] = {
    "work": (work_settings, work_load),
    "county": (county_settings, county_load),
}


@command
@click.option(
    "--load", "name", default="work", show_default=True, type=click.Choice(list(LOADS)), help="发送什么 / what"
)
@click.option(
    "--events",
    default=200_000,
    show_default=True,
    help="多少事件，--quick 为五万 / so many events; 50,000 with --quick",
)
def main(*, quick: bool, written: Path | None, name: str, events: int) -> None:
    """整条线：从 Kafka 到可查，逐行核对，逐格证明 / the full line, Kafka to queryable, compared and proved.

    work: the bench's work, three indicators. county: a simulated county in five of the domains that are shipped, with all their indicators.
    """
    settings, make = LOADS[name]
    events = min(events, _QUICK_EVENTS) if quick else events
    with tempfile.TemporaryDirectory() as folder, full_line(Path(folder), settings(Path(folder))):
        run = run_full_line(make(Settings(), events))
        wrong_rows = [f"{run.wrong_rows} rows differ from what was sent or counted"] if run.wrong_rows else []
        if not wrong_rows:
            _xiangmai("verify")
    tell(found(run, wrong_rows), written)


def found(run: Run, wrong_rows: list[str]) -> Found:
    """Say what a run found."""
    used = sorted(run.cpu_seconds_per_million.items(), key=lambda one: -one[1])
    processes = [*used, ("together", sum(run.cpu_seconds_per_million.values()))]
    return Found(
        ["CPU s / million events", *(name for name, _ in processes)],
        [["", *(f"{seconds:.1f}" for _, seconds in processes)]],
        [
            f"{run.load}: {run.events:,} events in {run.seconds:.1f} s, {run.events_per_second:,.0f} events/s, goal 12,000.",
            "Rows an event: " + ", ".join(f"{name} {rows / run.events:.2f}" for name, rows in run.rows.items()) + ".",
            f"Wrong rows: {run.wrong_rows}." + ("" if wrong_rows else " verify: equal."),
        ],
        asdict(run),
        wrong_rows,
    )


if __name__ == "__main__":
    main()
