"""The full line's rate, Kafka to queryable: broker, worker, sinks and ClickHouse share the machine's cores.

The stack's own processes stand ready, with empty topics. The work's events are put into Kafka as batches made beforehand, in a
second or two, and the time runs from the first of them until the worker and every sink have committed all there is: offsets are
committed only when ClickHouse has acknowledged the rows. What is queryable is then compared with what DuckDB counted, and every
cell is proved by `xiangmai verify`.
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
from rich.console import Console
from rich.table import Table

from deploy.local.layout import load_layout
from deploy.local.supervise import Supervisor
from schemas.topics import CASES, INDICATORS
from tests.bench import work
from tests.bench.counting import cpu_seconds
from tests.bench.line import Line
from tests.bench.throughput import GROUP, wrong
from tests.line.line import XIANGMAI
from tests.streams.edge.reading import Standing
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

PROCESSES: Final = ("kafka", "registry", "clickhouse", "worker", "sink")
RUN_SECONDS: Final = 900
BATCH_BYTES: Final = 1 << 18
LOOK_SECONDS: Final = 0.25
"""Every look asks the broker, which is measured as well."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run: CPU in seconds per million events of each process, and how many rows were not as counted."""

    events: int
    seconds: float
    events_per_second: float
    cpu_seconds_per_million: dict[str, float]
    rows: dict[str, int]
    wrong_rows: int

    @property
    def cpu_microseconds_an_event(self) -> float:
        """Processor time of all processes together."""
        return sum(self.cpu_seconds_per_million.values())


def run_full_line(line: Line, expected: work.Work) -> Run:
    """Send the work through a line of all `PROCESSES` whose topics are empty; returns when all of it is queryable."""
    batches = list(_batches(line, expected.events))
    used, began = _used(line), time.monotonic()
    asyncio.run(_send(line.bootstrap, batches))
    wait_until("everything is queryable", _AllRead(line).look, RUN_SECONDS, look_every_seconds=LOOK_SECONDS)
    seconds, now = time.monotonic() - began, _used(line)
    events = len(expected.events)
    with closing(Warehouse(line)) as warehouse:
        return Run(
            events=events,
            seconds=seconds,
            events_per_second=events / seconds,
            cpu_seconds_per_million={name: (now[name] - used[name]) / events * 1e6 for name in used},
            rows=warehouse.rows(),
            wrong_rows=warehouse.wrong_rows(expected),
        )


@contextmanager
def full_line(folder: Path) -> Iterator[Line]:
    """A line of all `PROCESSES` over the work's domain in this folder while the block runs. Blocks until each waits for events."""
    work.write_domain(folder / "domains")
    settings = {
        "XIANGMAI_DATA": str(folder / "stack"),
        "XIANGMAI_DOMAINS": str(folder / "domains"),
        "XIANGMAI_PARTITIONS": str(work.PARTITIONS),
        "XIANGMAI_TIMEZONE": "UTC",
    }
    try:
        _xiangmai(settings, "stack", "up", "--free-ports", "--only", ",".join(PROCESSES))
        told = json.loads(_xiangmai(settings, "stack", "env", "--format", "json"))
        line = Line(settings | told, folder)
        _await_ready(line)
        yield line
    finally:
        _xiangmai(settings, "stack", "down")


def _xiangmai(settings: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [XIANGMAI, *arguments], env={**os.environ, **settings}, check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise click.ClickException(f"xiangmai {' '.join(arguments)}: {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Warehouse:
    """What people can ask, through the views they ask."""

    def __init__(self, line: Line) -> None:
        self._client = Client(line.env["XIANGMAI_CLICKHOUSE_HOST"], line.env["XIANGMAI_CLICKHOUSE_PORT"])

    def close(self) -> None:
        """Close the connection."""
        self._client.disconnect()

    def rows(self) -> dict[str, int]:
        """Return the rows of events, cases and cells."""
        views = {"events": f"events_{work.DOMAIN}", "cases": "cases_hotline_appeal", "cells": "indicator_cells"}
        return {name: self._ask(f"SELECT count() FROM xiangmai.{view}")[0][0] for name, view in views.items()}

    def wrong_rows(self, expected: work.Work) -> int:
        """Return how many of the work's events and counts are missing or otherwise than counted."""
        sent = {event["event_id"] for _, event in expected.events}
        found = {str(row[0]) for row in self._ask(f"SELECT event_id FROM xiangmai.events_{work.DOMAIN}")}
        counts: work.Counts = {}
        for township, start, indicator, numerator in self._ask(
            "SELECT township, toInt32(period_start), indicator, numerator FROM xiangmai.indicator_cells "
            "WHERE level = 'township' AND period = 'day' AND dimension = '' AND numerator != 0"
        ):
            place = ("opened", "closed", "closed_24h").index(indicator)
            counts.setdefault(f"{township}|{start}", [0, 0, 0])[place] = numerator
        return len(sent ^ found) + wrong(counts, expected.expected)

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._client.execute(sql)
        return rows


class _AllRead:
    """Whether the worker has read the events, and the sinks those and all that the worker published of them."""

    def __init__(self, line: Line) -> None:
        groups = ((GROUP, work.TOPIC), ("events", work.TOPIC), ("cases", CASES), ("indicators", INDICATORS))
        self._left = [
            Standing(line.bootstrap, group if group == GROUP else f"xiangmai-sink-{group}", topic)
            for group, topic in groups
        ]

    def look(self) -> bool:
        """Ask in this order: when the worker stands at the end, nothing more will be published."""
        while self._left and self._left[0].caught_up():
            self._left.pop(0).close()
        return not self._left


def _used(line: Line) -> dict[str, float]:
    told = Supervisor(load_layout(Path(line.env["XIANGMAI_DATA"]))).information()
    return {name: cpu_seconds(int(one["pid"])) for name, one in told.items() if name != "registry"}


def _batches(line: Line, events: Sequence[tuple[str, dict[str, Any]]]) -> Iterable[tuple[int, list[Any]]]:
    """Give each partition its records, as (key, value), in pieces that fit one batch."""
    open_: dict[int, tuple[int, list[Any]]] = {}
    for name, event in events:
        key, value = event["township"].encode(), line.encode(name, event)
        partition = (murmur2(key) & 0x7FFFFFFF) % work.PARTITIONS
        size, records = open_.get(partition, (0, []))
        records.append((key, value))
        size += len(key) + len(value) + 32
        if size > BATCH_BYTES:
            yield partition, records
            size, records = 0, []
        open_[partition] = size, records
    yield from ((partition, records) for partition, (_, records) in open_.items() if records)


async def _send(bootstrap: str, batches: Sequence[tuple[int, list[Any]]]) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, acks="all", compression_type="lz4", max_batch_size=2 * BATCH_BYTES
    )
    await producer.start()
    try:
        confirmed = []
        for partition, records in batches:
            batch, now = producer.create_batch(), int(time.time() * 1000)
            for key, value in records:
                if batch.append(key=key, value=value, timestamp=now) is None:
                    raise RuntimeError("a batch is larger than it was planned to be")
            confirmed.append(await producer.send_batch(batch, work.TOPIC, partition=partition))
        await asyncio.gather(*confirmed)
    finally:
        await producer.stop()


def _await_ready(line: Line) -> None:
    """Wait until the worker has its partitions and every sink has committed where it begins."""
    log = load_layout(Path(line.env["XIANGMAI_DATA"])).logs / "worker.log"
    wait_until("the worker", lambda: log.read_text().count("taken over in") >= work.PARTITIONS)
    for sink, topic in (("events", work.TOPIC), ("cases", CASES), ("indicators", INDICATORS)):
        standing = Standing(line.bootstrap, f"xiangmai-sink-{sink}", topic)
        wait_until(f"the sink of {sink}", lambda: None not in standing.committed().values())  # noqa: B023
        standing.close()


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--events", default=200_000, show_default=True, help="多少事件 / events of the work")
@click.option("--json", "written", type=click.Path(path_type=Path), help="结果写到这里 / write the result here")
def main(events: int, written: Path | None) -> None:
    """整条线：从 Kafka 到可查，逐行核对，逐格证明 / the full line, Kafka to queryable, results compared and proved."""
    expected = work.make_work(events)
    with tempfile.TemporaryDirectory() as folder, full_line(Path(folder)) as line:
        run = run_full_line(line, expected)
        _show(run)
        if written:
            written.write_text(json.dumps(asdict(run), indent=1), encoding="utf-8")
        if run.wrong_rows:
            raise click.ClickException(f"{run.wrong_rows} 行与独立算出的不同 / rows differ from what was counted")
        _xiangmai(line.env, "verify")


def _show(run: Run) -> None:
    table = Table("", "CPU s / million", title=f"{run.events:,} events: {run.events_per_second:,.0f} events/s")
    for name, seconds in sorted(run.cpu_seconds_per_million.items(), key=lambda one: -one[1]):
        table.add_row(name, f"{seconds:.1f}")
    table.add_row("together", f"{run.cpu_microseconds_an_event:.1f}")
    for name, rows in run.rows.items():
        table.add_row(f"rows: {name}", f"{rows:,}")
    table.add_row("wrong rows", str(run.wrong_rows))
    Console().print(table)


if __name__ == "__main__":
    main()
