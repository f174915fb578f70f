"""What an event costs, counted: calls and bytes, which no other work on the machine changes.

The numbers are those of today's code. More of them is a loss that must be worth it, fewer is a gain to be kept: change them here then.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import tracemalloc
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from schemas.catalogue.load import load_catalogue
from streams.batches import batches
from streams.shard import Record, Shard
from tests.bench import work
from tests.streams.core.support import World, world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = 4_000
SLICE = 500


@pytest.fixture(scope="module")
def here() -> World:
    with tempfile.TemporaryDirectory() as folder:
        return world_of([load_catalogue(work.write_domain(Path(folder)))], "UTC")


@pytest.fixture(scope="module")
def records(here: World) -> list[Record]:
    made = work.make_work(EVENTS)
    return [
        Record(
            number, int(event["occurred_at"]) + 1_000, event["township"].encode(), here.encoder.encode(name, event)
        )
        for number, (name, event) in enumerate(made.events)
    ]


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count calls of functions of Python and of C while the block runs."""
    found: Counter[str] = Counter()

    def seen(_: Any, event: str, __: Any) -> None:
        if event in ("call", "c_call"):
            found[event] += 1

    sys.setprofile(seen)
    try:
        yield found
    finally:
        sys.setprofile(None)


def fed(shard: Shard, records: list[Record], now: int) -> None:
    for start in range(0, len(records), SLICE):
        shard.apply(work.TOPIC, records[start : start + SLICE], now)


def test_the_calls_an_event_takes(here: World, records: list[Record]) -> None:
    now = records[-1].timestamp
    shard = Shard(here.engine, 0)
    shard.finish_restore(now)
    half = len(records) // 2
    fed(shard, records[:half], now)  # what is made once is made by now
    shard.drain(now)
    with counted() as applying:
        fed(shard, records[half:], now)
    with counted() as draining:
        drained = shard.drain(now)
    with counted() as batching:
        made = [batch._build() for topic in drained[:3] for batch in batches(topic, now)]
    events = len(records) - half
    a_thousand = {
        name: (round(calls["call"] / events * 1_000), round(calls["c_call"] / events * 1_000))
        for name, calls in (("apply", applying), ("drain", draining), ("batches", batching))
    }
    written = tuple(len(topic) for topic in drained[:3])
    assert made
    assert (a_thousand, written) == ({}, ())


def test_the_memory_a_case_takes(here: World, records: list[Record]) -> None:
    now = records[-1].timestamp
    shard = Shard(here.engine, 0)
    shard.finish_restore(now)
    fed(shard, records[:SLICE], now)
    shard.drain(now)
    cases, cells = shard.case_count, shard.cell_count
    gc.collect()
    tracemalloc.start()
    try:
        fed(shard, records[SLICE:], now)
        shard.drain(now)
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (size / (shard.case_count - cases), shard.cell_count - cells) == 0
