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
from uuid import UUID

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
PUBLICATION = 5_000

CALLS_OF_A_THOUSAND_EVENTS = {"apply": (3_027, 5_342), "drain": (17_058, 29_892), "batches": (16, 14)}
"""Of functions of Python, and of C. Few cases share a cell in so little work: a backlog's drain takes fewer."""
BYTES_OF_A_CASE = 235
BYTES_OF_AN_EVENT_UNDER_WAY = 740
"""As Python counts them: what the system rounds up to is not in it. Under way is an event from its folding to the end of its drain."""


@pytest.fixture(scope="module")
def here() -> World:
    with tempfile.TemporaryDirectory() as folder:
        return world_of([load_catalogue(work.write_domain(Path(folder)))], "UTC")


@pytest.fixture(scope="module")
def records(here: World) -> list[Record]:
    made = work.make_work(EVENTS)
    return [
        Record(number, int(event["occurred_at"]) + 1_000, event["township"].encode(), here.encoder.encode(name, event))
        for number, (name, event) in enumerate(made.events)
    ]


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count calls of functions of Python and of C while the block runs."""
    found: Counter[str] = Counter()

    def seen(_: Any, event: str, __: Any) -> None:
        if event in ("call", "c_call"):
            found[event] += 1

    gc.disable()  # who is told of a collection would be counted as well
    sys.setprofile(seen)
    try:
        yield found
    finally:
        sys.setprofile(None)
        gc.enable()


def fed(shard: Shard, records: list[Record], now: int) -> None:
    for start in range(0, len(records), SLICE):
        shard.apply(work.TOPIC, records[start : start + SLICE], now)


def test_the_calls_an_event_takes(here: World, records: list[Record]) -> None:
    now, half = records[-1].timestamp, len(records) // 2
    for _ in range(2):  # what is made once is made by the second time
        shard = Shard(here.engine, 0)
        shard.finish_restore(now)
        fed(shard, records[:half], now)
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
    assert len(made) == 3
    assert a_thousand == CALLS_OF_A_THOUSAND_EVENTS


def test_the_bytes_a_case_takes(here: World, records: list[Record]) -> None:
    """Cases opened in one village on one day, so that its cells are as good as nothing."""
    name, event = next(each for each in work.make_work(2).events if each[0] == work.REPORTED)
    now, key = int(event["occurred_at"]) + 1_000, event["township"].encode()

    def opened(number: int) -> Record:
        own = {"event_id": str(UUID(int=number)), "appeal_id": f"B{number:08d}"}
        return Record(number, now, key, here.encoder.encode(name, event | own))

    shard = Shard(here.engine, 0)
    shard.finish_restore(now)
    fed(shard, records, now)  # what is made once is made by now
    shard.drain(now)
    cases, more = shard.case_count, [opened(number) for number in range(1, 20_001)]
    gc.collect()
    tracemalloc.start()
    try:
        for start in range(0, len(more), PUBLICATION):
            fed(shard, more[start : start + PUBLICATION], now)
            shard.drain(now)
        gc.collect()
        size, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    new = shard.case_count - cases
    assert new == 20_000
    assert size / new < BYTES_OF_A_CASE
    assert (most - size) / PUBLICATION < BYTES_OF_AN_EVENT_UNDER_WAY
