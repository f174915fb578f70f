"""All or nothing, and only the owner: what a partition's writer promises, on real Kafka."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from streams.casebook import MOST_CASE_BYTES
from streams.changelog import ChangelogChunk, ends_of, read_changelog, reader
from streams.options import WorkerOptions
from streams.shard import Drained
from streams.transactions import Fenced, OutputTopics, PartitionWriter, TransactionFailed
from tests.streams.edge import reading

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIONS = WorkerOptions(transaction_timeout_seconds=20)


def writer(bootstrap: str, prefix: str, group: str = "group") -> PartitionWriter:
    outputs = OutputTopics(f"{prefix}.changelog", f"{prefix}.cases", f"{prefix}.cells", f"{prefix}.dead")
    return PartitionWriter(
        bootstrap=bootstrap, group=f"{prefix}-{group}", partition=0, options=OPTIONS, outputs=outputs
    )


async def settle(bootstrap: str, prefix: str) -> None:
    """Begin as a successor does: only then are the marks of the last transaction on every partition."""
    successor = writer(bootstrap, prefix)
    await successor.start()
    await successor.stop()


async def changelog(bootstrap: str, prefix: str) -> ChangelogChunk:
    """What a successor reads of it."""
    topic = f"{prefix}.changelog"
    async with reader(bootstrap, "reader", [topic]) as consumer:
        return [record async for chunk, _ in read_changelog(consumer, topic, 0, OPTIONS) for record in chunk]


def drained(number: int) -> Drained:
    key = b"key%d" % number
    return Drained([(key, b"set")], [(key, b"case")], [(key, b"cell")], [(key, b"dead")])


@pytest.fixture
def prefix(new_topics: Callable[..., str]) -> str:
    return new_topics("in", "changelog", "cases", "cells", "dead")


async def test_everything_of_a_publication_is_there_with_the_offsets(bootstrap: str, prefix: str) -> None:
    ours = writer(bootstrap, prefix)
    await ours.start()
    await ours.write(drained(1), {f"{prefix}.in": 42}, now=1_000)
    await ours.write(drained(2), {f"{prefix}.in": 43}, now=2_000)
    await ours.stop()
    await settle(bootstrap, prefix)
    for name in ("changelog", "cases", "cells", "dead"):
        records = reading.read_all(bootstrap, f"{prefix}.{name}")
        assert [(record.key, record.timestamp) for record in records] == [(b"key1", 1_000), (b"key2", 2_000)]
    assert reading.committed(bootstrap, f"{prefix}-group", f"{prefix}.in") == {0: 43}


async def test_offsets_alone_and_records_alone_are_transactions_too(bootstrap: str, prefix: str) -> None:
    ours = writer(bootstrap, prefix)
    await ours.start()
    await ours.write(Drained([], [], [], []), {f"{prefix}.in": 7}, now=1)
    await ours.write(drained(1), {}, now=1)
    await ours.stop()
    await settle(bootstrap, prefix)
    assert reading.committed(bootstrap, f"{prefix}-group", f"{prefix}.in") == {0: 7}
    assert len(reading.read_all(bootstrap, f"{prefix}.cases")) == 1


async def test_a_stale_owner_can_write_nothing_once_another_has_begun(bootstrap: str, prefix: str) -> None:
    stale, fresh = writer(bootstrap, prefix), writer(bootstrap, prefix)
    await stale.start()
    await stale.write(drained(1), {f"{prefix}.in": 10}, now=1)
    await fresh.start()
    with pytest.raises(Fenced):
        await stale.write(drained(666), {f"{prefix}.in": 999}, now=1)
    await fresh.write(drained(2), {f"{prefix}.in": 11}, now=1)
    with pytest.raises((Fenced, TransactionFailed)):
        await stale.write(drained(667), {f"{prefix}.in": 999}, now=1)
    await stale.stop()
    await fresh.stop()
    await settle(bootstrap, prefix)
    assert [record.key for record in reading.read_all(bootstrap, f"{prefix}.changelog")] == [b"key1", b"key2"]
    assert reading.committed(bootstrap, f"{prefix}-group", f"{prefix}.in") == {0: 11}


async def test_what_a_dead_owner_left_open_is_ended_by_its_successor_and_never_seen(
    bootstrap: str, prefix: str
) -> None:
    dead = writer(bootstrap, prefix)
    await dead.start()
    producer = dead._producer
    assert producer is not None
    await producer.begin_transaction()
    await (await producer.send(f"{prefix}.changelog", b"half", key=b"torn", partition=0))
    fresh = writer(bootstrap, prefix)
    await (
        fresh.start()
    )  # from here on the log cannot grow by the dead one's hand, and readers of committed records go on
    assert await changelog(bootstrap, prefix) == []
    await fresh.write(drained(1), {}, now=1)
    await fresh.stop()
    await dead.stop()
    await settle(bootstrap, prefix)
    assert [record.key for record in reading.read_all(bootstrap, f"{prefix}.changelog")] == [b"key1"]


async def test_a_large_publication_goes_in_many_batches_and_still_as_one(bootstrap: str, prefix: str) -> None:
    noise: list[tuple[bytes, bytes | None]] = [
        (b"%06d" % number, os.urandom(600)) for number in range(5_000)
    ]  # 3 MB that no compression shrinks
    ours = writer(bootstrap, prefix)
    await ours.start()
    await ours.write(Drained(noise, [], [], []), {f"{prefix}.in": 5_000}, now=1)
    await ours.stop()
    await settle(bootstrap, prefix)
    assert await changelog(bootstrap, prefix) == noise


async def test_the_largest_case_is_taken_also_when_no_compression_shrinks_it(bootstrap: str, prefix: str) -> None:
    largest: list[tuple[bytes, bytes | None]] = [(b"case", os.urandom(MOST_CASE_BYTES + 100_000))]
    ours = writer(bootstrap, prefix)
    await ours.start()
    await ours.write(Drained([*largest, (b"k", b"v")], [], [], []), {}, now=1)
    await ours.stop()
    await settle(bootstrap, prefix)
    assert await changelog(bootstrap, prefix) == [*largest, (b"k", b"v")]


async def test_a_record_the_broker_refuses_fails_the_whole_publication(bootstrap: str, prefix: str) -> None:
    ours = writer(bootstrap, prefix)
    await ours.start()
    too_large = Drained([(b"k", b"set")], [(b"k", os.urandom(2 << 20))], [], [])
    with pytest.raises(TransactionFailed):
        await ours.write(too_large, {f"{prefix}.in": 1}, now=1)
    await ours.stop()
    await settle(bootstrap, prefix)
    assert reading.read_all(bootstrap, f"{prefix}.changelog") == []
    assert reading.committed(bootstrap, f"{prefix}-group", f"{prefix}.in") == {0: None}


async def test_a_reader_knows_where_its_topics_are_also_while_it_reads_one(bootstrap: str, prefix: str) -> None:
    ours = writer(bootstrap, prefix)
    await ours.start()
    await ours.write(drained(1), {}, now=1)
    await ours.stop()
    await settle(bootstrap, prefix)
    topics = [f"{prefix}.{name}" for name in ("changelog", "cases", "cells")]
    async with reader(bootstrap, "reader", topics) as consumer:
        assert await ends_of(consumer, topics, 0) == dict.fromkeys(topics, 2)
        async for _ in read_changelog(consumer, topics[0], 0, OPTIONS):
            await consumer._client.force_metadata_update()
        assert all(consumer.partitions_for_topic(topic) for topic in topics), "else each is looked for when it is asked"
