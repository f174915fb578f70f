"""What stands in the place of aiokafka's producer and consumer while a simulated worker runs the product's code."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiokafka.structs import TopicPartition as Tp

    from tests.sim.log import Message, Pair, Partition
    from tests.sim.loop import Loop
    from tests.sim.worker import Worker


def here() -> Worker:
    """Return the worker whose code is running."""
    return cast("Worker", cast("Loop", asyncio.get_running_loop()).owner)


class Batch(NamedTuple):
    """Records to be sent together."""

    pairs: Sequence[Pair]
    timestamp: int

    def record_count(self) -> int:
        return len(self.pairs)


def batches(records: Sequence[Pair], now: int) -> list[Batch]:
    """Stand in the place of streams.batches.batches."""
    return [Batch(records, now)]


class Producer:
    """AIOKafkaProducer with a transactional id."""

    def __init__(self, **settings: Any) -> None:
        self._worker = here()
        self._id = str(settings["transactional_id"])
        self._epoch = 0
        self._open = False
        self._txn_manager = self.client = self

    def is_in_transaction(self) -> bool:
        return self._open

    async def start(self) -> None:
        broker = self._worker.sim.broker
        self._epoch = await self._worker.ask(f"initialise {self._id}", lambda: broker.initialise(self._id))

    async def begin_transaction(self) -> None:
        self._open = True

    async def send_offsets_to_transaction(self, offsets: Mapping[Tp, Any], group: str) -> None:
        broker = self._worker.sim.broker
        positions = {(place[0], place[1]): int(mark.offset) for place, mark in offsets.items()}
        await self._worker.ask(
            f"{self._id} adds offsets {positions}",
            lambda: broker.add_offsets(self._id, self._epoch, group, positions),
        )

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> asyncio.Future[Any]:
        broker = self._worker.sim.broker
        return self._worker.ask(
            f"{self._id} sends {batch.record_count()} records to {topic}",
            lambda: broker.produce(self._id, self._epoch, (topic, partition), batch.pairs, batch.timestamp),
        )

    async def commit_transaction(self) -> None:
        await self._end(commit=True)

    async def abort_transaction(self) -> None:
        await self._end(commit=False)

    async def stop(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def _end(self, *, commit: bool) -> None:
        broker = self._worker.sim.broker
        await self._worker.ask(
            f"{self._id} {'commits' if commit else 'aborts'}", lambda: broker.end(self._id, self._epoch, commit=commit)
        )
        self._open = False


class ChangelogReader:
    """A TopicReader: a consumer that joins no group and reads one partition at a time."""

    def __init__(self, topics: Any, **settings: Any) -> None:
        _ = topics
        self._worker = here()
        self._committed_only = settings["isolation_level"] == "read_committed"
        self._position = 0

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    def assign(self, places: list[Tp]) -> None:
        self._place = (places[0][0], places[0][1])

    def seek(self, place: Tp, offset: int) -> None:
        _ = place
        self._position = offset

    def pause(self, place: Tp) -> None:
        pass

    async def beginning_offsets(self, places: list[Tp]) -> dict[Tp, int]:
        return dict.fromkeys(places, 0)

    async def end_offsets(self, places: list[Tp]) -> dict[Tp, int]:
        broker = self._worker.sim.broker
        names = ", ".join(f"{topic}/{partition}" for topic, partition in places)
        ends: dict[Tp, int] = await self._worker.ask(
            f"asks for the end of {names}", lambda: {place: self._end(broker[place[0], place[1]]) for place in places}
        )
        return ends

    async def position(self, place: Tp) -> int:
        _ = place
        return self._position

    async def getmany(self, place: Tp, *, timeout_ms: int, max_records: int) -> dict[Tp, list[Message]]:
        _ = timeout_ms, max_records
        found, self._position = await self._worker.ask(
            f"reads {self._place[0]}/{self._place[1]} from {self._position}", self._read
        )
        return {place: found}

    def _end(self, partition: Partition) -> int:
        return partition.stable if self._committed_only else len(partition.entries)

    def _read(self) -> tuple[list[Message], int]:
        sim = self._worker.sim
        partition = sim.broker[self._place]
        if self._committed_only:
            return partition.read(self._position, sim.rng.choice((2, 8, 50)))
        entries = [entry.message for entry in partition.entries[self._position :] if entry and not entry.marker]
        return entries, len(partition.entries)
