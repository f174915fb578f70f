"""How quickly a worker is back: `python -m tests.streams.edge.recovery_speed [CASES]...` (no test; a Kafka of its own).

A county's changelog is filled with so many cases, made and written by the product's own engine and transactions. A worker with a
fixed name is started on it, killed with `kill -9`, and started again; at that moment one new event is sent to every partition. Prints,
from the start of the process, when the first new number and the last partition's are committed, with the processor time and
memory of the worker: what a live case costs all in is the difference to a worker without cases.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import psutil

from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from schemas.settings import Settings
from schemas.topics import CASES
from streams.journal import PREFIX
from streams.options import WorkerOptions
from streams.packing import ID_SIZE, events_of
from streams.records import Drained, Record
from streams.shard import Shard
from streams.transactions import PartitionWriter
from tests.streams.core.speed import month
from tests.streams.core.support import DAY, TOPIC, world_of
from tests.streams.edge import appeals
from tests.streams.edge.conftest import own_stack
from tests.streams.edge.worker_process import Worker, wait_until

if TYPE_CHECKING:
    from streams.records import Keyed

PARTITIONS = 12
TOWNSHIPS = [f"3301{number:05d}" for number in range(18)]
MODELS = 4_000
"""So many different cases are folded; the others are these under other names and with other events' ids."""
_ID_AT = 4
_WRITTEN_AT_ONCE = 5_000
_PATIENCE_SECONDS = 600


class Seen(NamedTuple):
    """Of one start of a worker: seconds until the first and the last partition's new number, processor seconds, bytes."""

    first_seconds: float
    last_seconds: float
    cpu_seconds: float
    resident_bytes: int


def main(*counts: int) -> None:
    """Measure a worker without cases, then with so many."""
    with tempfile.TemporaryDirectory() as folder, own_stack(Path(folder) / "stack", PARTITIONS) as env:
        client = appeals.Client(env)
        try:
            empty, held = measure(env, Path(folder), client), 0
            tell(0, empty, empty)
            for cases in counts:
                began = time.monotonic()
                asyncio.run(fill(client, held, cases))
                print(f"filled up to {cases:,} cases in {time.monotonic() - began:.0f} s", flush=True)
                held = cases
                for _ in range(2):
                    tell(cases, measure(env, Path(folder), client), empty)
        finally:
            client.close()


def tell(cases: int, seen: Seen, empty: Seen) -> None:
    """Print one line."""
    each = f", {(seen.resident_bytes - empty.resident_bytes) / cases:,.0f} bytes a case" if cases else ""
    print(
        f"{cases:>9,} cases: first new number {seen.first_seconds:5.1f} s after the start, last partition's {seen.last_seconds:5.1f} s, "
        f"{seen.cpu_seconds:5.1f} CPU s, {seen.resident_bytes / 1e6:,.0f} MB{each}; load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def measure(env: dict[str, str], folder: Path, client: appeals.Client) -> Seen:
    """Kill a worker that has everything, and start it again under its name."""
    worker = Worker(env, folder)
    wait_until("all partitions", lambda: worker.log.count("taken over in") >= PARTITIONS, _PATIENCE_SECONDS)
    worker.kill()
    cases = {client.partition_of(township): (township, str(uuid.uuid4())) for township in TOWNSHIPS}
    tail, stopped, seen_at = appeals.Tail(client.bootstrap, CASES), threading.Event(), dict[int, float]()
    tail.skip_to_end()

    def follow() -> None:
        while not stopped.is_set():
            tail.records.clear()
            tail.poll()
            for record in tail.records:  # a case's word is in the transaction of its numbers
                if record.key.decode().endswith(cases[record.partition][1]):
                    seen_at.setdefault(record.partition, time.monotonic())

    follower = threading.Thread(target=follow)
    follower.start()
    try:
        began, now = time.monotonic(), int(time.time() * 1000)
        worker = Worker(env, folder)
        client.send(
            appeals.Sent(appeals.REPORTED, appeals.reported(township, case, now)) for township, case in cases.values()
        )
        wait_until("a new number of every partition", lambda: seen_at.keys() >= cases.keys(), _PATIENCE_SECONDS)
    finally:
        stopped.set()
        follower.join()
        tail.close()
    process = psutil.Process(worker.process.pid)
    used = process.cpu_times()
    seen = Seen(
        min(seen_at.values()) - began, max(seen_at.values()) - began, used.user + used.system, process.memory_info().rss
    )
    worker.stop()
    return seen


async def fill(client: appeals.Client, start: int, end: int) -> None:
    """Write cases number `start` to `end` to the changelog, each partition in transactions of its own."""
    journal, models = folded(int(time.time() * 1000))
    chance, by_partition = random.Random(start), dict[int, list[str]]()
    for township in TOWNSHIPS:
        by_partition.setdefault(client.partition_of(township), []).append(township)
    for partition, townships in by_partition.items():
        share = range(start + partition, end, len(by_partition))
        writer = PartitionWriter(
            bootstrap=client.bootstrap, group="xiangmai-worker", partition=partition, options=WorkerOptions()
        )
        await writer.start()
        try:
            for first in range(0, len(share), _WRITTEN_AT_ONCE):
                records: list[Keyed] = [
                    (
                        f"appeal|{chance.choice(townships)}|2026-{number:08d}".encode(),
                        renewed(models[number % MODELS], chance),
                    )
                    for number in share[first : first + _WRITTEN_AT_ONCE]
                ]
                await writer.write(Drained([*journal, *records], [], [], []), {}, int(time.time() * 1000))
        finally:
            await writer.stop()


def folded(now: int) -> tuple[list[Keyed], list[bytes]]:
    """Fold the models as the worker does: what the changelog holds beside cases, and the cases packed."""
    here = world_of([*load_catalogues(load_domains(Settings().domains)).values()])
    chance, shifts, records = random.Random(1), dict[str, int](), list[Record]()
    for name, event in month(MODELS):
        shift = shifts.setdefault(event["appeal_id"], chance.randrange(8) * 30 * DAY)
        moved = {
            field: value + shift if field in ("occurred_at", "recorded_at", "due_at") and value is not None else value
            for field, value in event.items()
        }
        key = event["township"].encode()
        records.append(Record(len(records), event["recorded_at"] + shift, key, here.encoder.encode(name, moved)))
    shard = Shard(here.engine, 0)
    shard.finish_restore(now)
    applied = shard.apply(TOPIC, records, now)
    if applied.dead:
        raise SystemExit(f"the models are refused: {applied.dead}")
    changelog = shard.drain(now).changelog
    journal = [pair for pair in changelog if pair[0].startswith(PREFIX)]
    return journal, [value for key, value in changelog if value is not None and not key.startswith(PREFIX)]


def renewed(packed: bytes, chance: random.Random) -> bytes:
    """Return the case with other event ids."""
    made = bytearray(packed)
    for event in events_of(packed):
        made[event.start + _ID_AT : event.start + _ID_AT + ID_SIZE] = chance.randbytes(ID_SIZE)
    return bytes(made)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] or ["200000", "1000000"]))
