"""Reads one partition of the changelog, from its beginning to its end: the state a worker takes over."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from aiokafka import AIOKafkaConsumer
from aiokafka.structs import TopicPartition

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from streams.options import WorkerOptions

_FETCH_BYTES: Final = 4 << 20
_CHUNK_RECORDS: Final = 5_000
_POLL_MS: Final = 1_000


class RecoveryStalled(Exception):  # noqa: N818 - a state of the world
    """The changelog gave nothing for too long, or reading it took too long: stop; the next start begins anew."""


ChangelogChunk = list[tuple[bytes, bytes | None]]


async def read_changelog(
    bootstrap: str, topic: str, partition: int, options: WorkerOptions
) -> AsyncIterator[tuple[ChangelogChunk, int]]:
    """Chunks of (key, value) in order with the number of offsets still ahead; committed records only.

    Call it after the predecessor was fenced: then the end that is asked for at the start is final. Raises
    RecoveryStalled, and Kafka's errors.
    """
    place = TopicPartition(topic, partition)
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        client_id=f"changelog-reader-{partition}",
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_partition_fetch_bytes=_FETCH_BYTES,
        fetch_max_wait_ms=100,
    )
    try:
        await consumer.start()
        consumer.assign([place])
        end = (await consumer.end_offsets([place]))[place]
        await consumer.seek_to_beginning(place)
        position, moved_at = await consumer.position(place), _now()
        while position < end:
            fetched = await consumer.getmany(place, timeout_ms=_POLL_MS, max_records=_CHUNK_RECORDS)
            following = await consumer.position(place)
            if following != position:
                position, moved_at = following, _now()
            elif _now() - moved_at > options.recovery_stall_seconds:
                raise RecoveryStalled(f"{topic}/{partition} stands at {position} of {end}")
            yield [(record.key, record.value) for record in fetched.get(place, ())], max(0, end - position)
    finally:
        await consumer.stop()


def _now() -> float:
    return asyncio.get_running_loop().time()
