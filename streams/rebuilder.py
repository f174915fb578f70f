"""Rebuilds one partition on Kafka: reads what stands and every event there is, compares, and writes what differs.

To write is to own the partition for a while: the transactional id is initialised as by a worker that takes over
(streams/recovery.py), so that nobody else can write from then on, and what is read belongs together. To look is not: then
what was read counts only if nothing was written meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from aiokafka.errors import OffsetOutOfRangeError
from aiokafka.structs import TopicPartition

from schemas.topics import EVENT_REFILL
from streams import metrics
from streams.changelog import ends_of, read_partition, starts_of
from streams.gathering import Gathering
from streams.rebuilding import Codecs, Rebuilt, Scope, rebuild
from streams.records import Ends, Record
from streams.standing import Stood
from streams.transactions import OutputTopics, PartitionWriter

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from aiokafka import AIOKafkaConsumer

    from schemas.codec import Decoder
    from streams.engine import Engine
    from streams.options import WorkerOptions
    from streams.records import Drained
    from streams.schema_lookup import SchemaLookup

logger = logging.getLogger(__name__)

_LOOKS: Final = 3
"""How often a partition is looked at because it moved meanwhile."""

_LOOK_AGAIN_SECONDS: Final = 0.05


class Tell(Protocol):
    """Told how far a stage has come: `done` of `total` records (offsets)."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take it."""
        ...


class Moving(Exception):  # noqa: N818 - a state of the world
    """What was read does not belong together: a worker wrote meanwhile, or retention deleted what was being read."""


class NotConfirmed(Exception):  # noqa: N818 - a state of the world
    """What was read back after writing is not what was written: somebody else wrote, or something is broken."""


@dataclass(frozen=True, slots=True)
class RebuildEdge:
    """The surroundings of a rebuild: `consumer` is a changelog.reader for the group, `clock` gives ms since the epoch."""

    bootstrap: str
    consumer: AIOKafkaConsumer
    group: str
    engine: Engine
    own: Decoder
    published: Decoder
    event_schemas: SchemaLookup
    published_schemas: SchemaLookup
    clock: Callable[[], int]
    options: WorkerOptions
    outputs: OutputTopics = field(default_factory=OutputTopics)
    refill: str = EVENT_REFILL


class Position(NamedTuple):
    """Where a partition stands, by topic: the group's committed offsets, what the domains' topics have, where ours end."""

    committed: Mapping[str, int]
    earliest: Mapping[str, int]
    latest: Mapping[str, int]
    written: Mapping[str, int]

    def has_moved(self, since: Position) -> bool:
        """Whether a worker has written since then; that more events have come is no matter."""
        return (self.committed, self.written) != (since.committed, since.written)


async def look(partition: int, scope: Scope, edge: RebuildEdge, tell: Tell) -> Rebuilt:
    """Compute a partition and compare; nothing is written. Raises Moving when a worker keeps writing it, Kafka's errors."""
    for _ in range(_LOOKS):
        before = await _position(partition, edge)
        try:
            rebuilt = await _computed(partition, scope, edge, before, tell)
        except OffsetOutOfRangeError:
            continue
        if not (await _position(partition, edge)).has_moved(before):
            return rebuilt
    raise Moving(f"partition {partition}")


async def switch_over(partition: int, scope: Scope, edge: RebuildEdge, tell: Tell, *, most_refused: int = 0) -> Rebuilt:
    """Compute a partition, write what differs, and read it back; what it gives tells how it was before.

    Raises TooManyRefused, with nothing written, when more events that stood are refused now than `most_refused` (0: no limit);
    Fenced when a worker takes the partition over meanwhile, Moving, TransactionFailed, NotConfirmed, and Kafka's errors.
    Broken off anywhere, what stands can be gone on with; a second run completes it.
    """
    async with _owned(partition, edge) as writer:
        position = await _position(partition, edge)
        try:
            rebuilt = await _computed(partition, scope, edge, position, tell)
        except OffsetOutOfRangeError as error:
            raise Moving(f"partition {partition}") from error
        rebuilt.hold_back(most_refused)
        now = edge.clock()
        transactions = [*rebuilt.transactions(now, _output_ends(position, edge))]
        for number, drained in enumerate(transactions, start=1):
            await writer.write(drained, {}, now)
            tell("write", number, len(transactions))
    if transactions:
        await _read_back(rebuilt, transactions, position, edge, tell)
    return rebuilt


async def _read_back(
    rebuilt: Rebuilt, transactions: Sequence[Drained], position: Position, edge: RebuildEdge, tell: Tell
) -> None:
    """Read what was written, once its last transaction is marked everywhere; raises NotConfirmed.

    A worker that has gone on already has taken over what was written, and writes: then there is nothing left to compare.
    """
    expected, outputs = dict(position.written), edge.outputs
    for drained in transactions:
        for topic, records in zip((outputs.changelog, outputs.cases, outputs.indicators), drained[:3], strict=True):
            expected[topic] += len(records) + bool(records)  # a transaction ends with a mark
    written = await _ends_reaching(expected, rebuilt.partition, edge)
    if written != expected:
        logger.warning(
            "partition %d: a worker has gone on already; what was written is not read back", rebuilt.partition
        )
        return
    stood = await _stood(rebuilt.partition, edge, written, tell)
    if not rebuilt.is_confirmed_by(Codecs(edge.own, edge.published), stood):
        raise NotConfirmed(f"partition {rebuilt.partition}")


async def _ends_reaching(expected: Mapping[str, int], partition: int, edge: RebuildEdge) -> dict[str, int]:
    """Wait until readers of committed records see so far; return how far they see."""
    deadline = asyncio.get_running_loop().time() + edge.options.transaction_timeout_seconds
    while True:
        ends = await ends_of(edge.consumer, expected, partition)
        if all(ends[topic] >= end for topic, end in expected.items()):
            return ends
        if asyncio.get_running_loop().time() > deadline:
            raise NotConfirmed(f"partition {partition}: {ends} instead of {dict(expected)}")
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)


@asynccontextmanager
async def _owned(partition: int, edge: RebuildEdge) -> AsyncIterator[PartitionWriter]:
    writer = PartitionWriter(
        bootstrap=edge.bootstrap, group=edge.group, partition=partition, options=edge.options, outputs=edge.outputs
    )
    await writer.start()
    try:
        yield writer
    finally:
        await writer.stop()


async def _computed(partition: int, scope: Scope, edge: RebuildEdge, position: Position, tell: Tell) -> Rebuilt:
    stood = await _stood(partition, edge, position.written, tell)
    reach = stood.reach(edge.engine)
    bounds = {topic: max(position.committed.get(topic, 0), reach[topic]) for topic in edge.engine.topics}
    gathering = Gathering(
        edge.engine, scope.kinds, stood.packed, stood.journal, bounds, from_scratch=scope.from_scratch
    )
    topics = sorted({edge.engine.cases[kind].topic for kind in scope.kinds})
    await _gather_refilled(topics, partition, edge, position, gathering, tell)
    for topic in topics:
        await _gather(topic, partition, edge, position, gathering, tell)
    tell("compute", 0, 1)
    rebuilt = rebuild(edge.engine, Codecs(edge.own, edge.published), partition, stood, gathering, scope, edge.clock())
    tell("compute", 1, 1)
    return rebuilt


async def _gather(
    topic: str, partition: int, edge: RebuildEdge, position: Position, gathering: Gathering, tell: Tell
) -> None:
    """Read a topic to its end: behind what was consumed there may be, sent again, what retention has deleted before."""
    start, end = position.earliest[topic], position.latest[topic]
    async for chunk, remaining in read_partition(edge.consumer, topic, partition, edge.options, start, end):
        records = [Record(each.offset, each.timestamp, each.key, each.value) for each in chunk]
        await edge.event_schemas.ensure(record.value for record in records)
        gathering.apply(topic, records)
        metrics.REBUILD_RECORDS.labels(topic).inc(len(records))
        tell(topic, end - start - remaining, end - start)


async def _gather_refilled(
    topics: Sequence[str], partition: int, edge: RebuildEdge, position: Position, gathering: Gathering, tell: Tell
) -> None:
    """Read what was sent again from the warehouse of these topics: records older than their oldest, as of where they stood."""
    start, end = position.earliest[edge.refill], position.latest[edge.refill]
    async for chunk, remaining in read_partition(edge.consumer, edge.refill, partition, edge.options, start, end):
        await edge.event_schemas.ensure(each.value for each in chunk)
        for topic in topics:
            records = [
                Record(int(place["offset"]), int(place["timestamp"]), each.key, each.value)
                for each in chunk
                if (place := dict(each.headers)).get("topic") == topic.encode()
                and int(place["offset"]) < position.earliest[topic]
            ]
            gathering.apply(topic, records)
            metrics.REBUILD_RECORDS.labels(topic).inc(len(records))
        tell(edge.refill, end - start - remaining, end - start)


async def _stood(partition: int, edge: RebuildEdge, ends: Mapping[str, int], tell: Tell) -> Stood:
    stood = Stood(edge.engine)
    outputs = edge.outputs
    async for chunk, _ in _reading(outputs.changelog, partition, edge, ends, tell):
        stood.take_changelog((record.key or b"", record.value) for record in chunk)
    for topic, newest in ((outputs.cases, stood.cases), (outputs.indicators, stood.cells)):
        async for chunk, _ in _reading(topic, partition, edge, ends, tell):
            newest.take((record.offset, record.key or b"", record.value) for record in chunk)
        await edge.published_schemas.ensure(newest.values)
    return stood


async def _reading(
    topic: str, partition: int, edge: RebuildEdge, ends: Mapping[str, int], tell: Tell
) -> AsyncIterator[tuple[Sequence[Record], int]]:
    end = ends[topic]
    async for chunk, remaining in read_partition(edge.consumer, topic, partition, edge.options, end=end):
        yield chunk, remaining
        tell(topic, end - remaining, end)


def _output_ends(position: Position, edge: RebuildEdge) -> Ends:
    return Ends(position.written[edge.outputs.cases], position.written[edge.outputs.indicators])


async def _position(partition: int, edge: RebuildEdge) -> Position:
    """Ask where the partition stands. Committed offsets first: what was published with them is there already."""
    consumer, topics = edge.consumer, edge.engine.topics
    committed = {topic: await consumer.committed(TopicPartition(topic, partition)) or 0 for topic in topics}
    outputs = (edge.outputs.changelog, edge.outputs.cases, edge.outputs.indicators)
    written = await ends_of(consumer, outputs, partition)
    read = (*topics, edge.refill)
    return Position(
        committed, await starts_of(consumer, read, partition), await ends_of(consumer, read, partition), written
    )
