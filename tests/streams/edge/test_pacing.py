"""A consumer of many partitions asks for records no more often than its pause says, and misses none."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.protocol.fetch import FetchRequest

from streams.transport import PacedConsumer

if TYPE_CHECKING:
    from collections.abc import Callable

PARTITIONS = 20
RECORDS = 200
PAUSE_SECONDS = 0.005


async def read(bootstrap: str, topic: str, pause_seconds: float) -> tuple[list[int], int, float]:
    """Read what is sent meanwhile, one record after the other: what came, how many questions that took, how long."""
    places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
    consumer = PacedConsumer(
        pause_seconds, bootstrap_servers=bootstrap, auto_offset_reset="latest", enable_auto_commit=False
    )
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    consumer.assign(places)
    await consumer.start()
    await producer.start()
    try:
        for place in places:
            await consumer.position(place)
        asked = counted(consumer)
        sending = asyncio.create_task(send(producer, topic))
        began, found = time.monotonic(), list[int]()
        async with asyncio.timeout(30):
            while len(found) < RECORDS:
                taken = await consumer.getmany(timeout_ms=1_000)
                found += [int(record.value) for records in taken.values() for record in records]
        took = time.monotonic() - began
        await sending
        return found, len(asked), took
    finally:
        await producer.stop()
        await consumer.stop()


def counted(consumer: Any) -> list[object]:
    """Note every question for records from now on."""
    asked, send = [], consumer._client.send

    async def noting(node_id: int, request: Any, **options: Any) -> Any:
        if isinstance(request, FetchRequest):
            asked.append(request)
        return await send(node_id, request, **options)

    consumer._client.send = noting
    return asked


async def send(producer: Any, topic: str) -> None:
    for number in range(RECORDS):
        await producer.send_and_wait(topic, b"%d" % number, partition=number % PARTITIONS)


@pytest.mark.parametrize("paced", [True, False])
async def test_a_pause_between_questions_loses_nothing(
    bootstrap: str, new_topics: Callable[..., str], *, paced: bool
) -> None:
    topic = new_topics("paced", partitions=PARTITIONS) + ".paced"
    found, asked, took = await read(bootstrap, topic, PAUSE_SECONDS if paced else 0.0)
    assert sorted(found) == list(range(RECORDS))
    most = took / (PAUSE_SECONDS * PARTITIONS) + 2
    assert (asked <= most) is paced, f"{asked} questions in {took:.2f} s"
