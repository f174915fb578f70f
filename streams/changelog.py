"""Reads one partition of a topic from one offset to another: the changelog a worker takes over, and what a rebuild reads."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from streams.options import WorkerOptions

_FETCH_BYTES: Final = 4 << 20
_FETCH_WAIT_MS: Final = 10
"""How long the broker may hold a fetch open: nothing comes later that is waited for, and other questions queue behind it."""
_CHUNK_RECORDS: Final = 5_000
_POLL_MS: Final = 50
"""How long to wait for records at a time. What ends a transaction is none: behind the last one a longer wait would be in vain."""


class RecoveryStalled(Exception):  # noqa: N818 - a state of the world
    """A topic gave nothing for too long, or reading it took too long: stop; the next start begins anew."""


ChangelogChunk = list[tuple[bytes, bytes | None]]


class TopicReader(AIOKafkaConsumer):  # type: ignore[misc]
    """A consumer that knows from its start to its end who leads the partitions of all the topics it is for.

    aiokafka's own looks a topic up when it is asked about it, a tenth of a second for each, and forgets all others when it is
    assigned one. With twenty domains that was nine tenths of a rebuild's time, and most of a small partition's take-over.
    """

    def __init__(self, topics: Iterable[str], **settings: Any) -> None:
        super().__init__(**settings)
        self._known = frozenset(topics)
        self._client.set_topics(self._known)

    def assign(self, partitions: Iterable[TopicPartition]) -> None:
        """Read from these partitions from now on; nothing is forgotten of the others."""
        super().assign(partitions)
        self._client.set_topics(self._known)


async def read_changelog(
    consumer: AIOKafkaConsumer, topic: str, partition: int, options: WorkerOptions
) -> AsyncIterator[tuple[ChangelogChunk, int]]:
    """Chunks of (key, value) in order with the number of offsets still ahead; committed records only.

    Call it after the predecessor was fenced: then the end that is asked for at the start is final. Raises
    RecoveryStalled, and Kafka's errors.
    """
    async for records, remaining in read_partition(consumer, topic, partition, options):
        yield [(record.key, record.value) for record in records], remaining


@asynccontextmanager
async def reader(
    bootstrap: str, client_id: str, topics: Iterable[str], group: str | None = None
) -> AsyncIterator[AIOKafkaConsumer]:
    """Give a consumer for the functions here, of these topics' partitions one after the other.

    It joins no group, but may ask for `group`'s offsets.
    """
    consumer = TopicReader(
        topics,
        bootstrap_servers=bootstrap,
        client_id=client_id,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="none",
        isolation_level="read_committed",
        max_partition_fetch_bytes=_FETCH_BYTES,
        fetch_max_wait_ms=_FETCH_WAIT_MS,
    )
    try:
        await consumer.start()
        yield consumer
    finally:
        await consumer.stop()


async def read_partition(
    consumer: AIOKafkaConsumer,
    topic: str,
    partition: int,
    options: WorkerOptions,
    start: int | None = None,
    end: int | None = None,
) -> AsyncIterator[tuple[list[Any], int]]:
    """Chunks of records with offsets in [start, end) in order, and the number of offsets still ahead; committed ones only.

    From the oldest to where the partition reaches now, unless told otherwise. Raises RecoveryStalled, and Kafka's errors:
    OffsetOutOfRangeError when retention deletes what is still to be read, for nothing is ever passed over in silence.
    """
    place = TopicPartition(topic, partition)
    if end is None:
        end = (await consumer.end_offsets([place]))[place]
    position = (await consumer.beginning_offsets([place]))[place] if start is None else start
    if position >= end:
        return
    consumer.assign([place])
    consumer.seek(place, position)  # in one step with the line above: no position is looked for in between
    moved_at = _now()
    try:
        while position < end:
            fetched = await consumer.getmany(place, timeout_ms=_POLL_MS, max_records=_CHUNK_RECORDS)
            following = await consumer.position(place)
            if following != position:
                position, moved_at = following, _now()
            elif _now() - moved_at > options.recovery_stall_seconds:
                raise RecoveryStalled(f"{topic}/{partition} stands at {position} of {end}")
            records = fetched.get(place, [])
            if records and records[-1].offset >= end:
                records = [record for record in records if record.offset < end]
            yield records, max(0, end - position)
    finally:
        # It would go on fetching, and what is asked next would wait behind that. To unsubscribe instead would be dangerous:
        # aiokafka swallows the cancellation of its fetcher when it is stopped at that moment, and then stops never.
        consumer.pause(place)


async def ends_of(consumer: AIOKafkaConsumer, topics: Iterable[str], partition: int) -> dict[str, int]:
    """Ask how far these topics' partition reaches: by topic, the offset the next record will have at the least."""
    ends = await consumer.end_offsets([TopicPartition(topic, partition) for topic in topics])
    return {place.topic: end for place, end in ends.items()}


async def starts_of(consumer: AIOKafkaConsumer, topics: Iterable[str], partition: int) -> dict[str, int]:
    """Ask for the oldest offsets of these topics' partition, by topic."""
    starts = await consumer.beginning_offsets([TopicPartition(topic, partition) for topic in topics])
    return {place.topic: start for place, start in starts.items()}


def _now() -> float:
    return asyncio.get_running_loop().time()
