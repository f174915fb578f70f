"""One Kafka transaction per publication of a partition: changelog, cases, cells, dead letters and the offsets consumed.

Each partition has its own transactional id, `<worker group>-<partition>`. aiokafka cannot pass the consumer group's
generation with the offsets (KIP-447), so the id is what fences: whoever takes the partition over initialises the same
id, which ends the predecessor's open transaction and refuses everything the predecessor sends from then on.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced
from aiokafka.structs import OffsetAndMetadata, TopicPartition

from streams.batches import MOST_BYTES, batches

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence

    from streams.options import WorkerOptions
    from streams.shard import Drained

logger = logging.getLogger(__name__)

_STOP_SECONDS: Final = 3.0

_FENCED: Final = (ProducerFenced, InvalidProducerEpoch)


class Fenced(Exception):  # noqa: N818 - a state of the world
    """Another worker owns the partition now. Give it up: nothing of the unfinished transaction will be visible."""


class TransactionFailed(Exception):  # noqa: N818 - a state of the world
    """A transaction failed or its outcome is unknown. Stop and recover from the changelog: never guess, never go on."""


class OutputTopics(NamedTuple):
    """Where the worker writes; the partition of each is the input's."""

    changelog: str = "worker-changelog"
    cases: str = "township.cases"
    indicators: str = "township.indicators"
    dead_letters: str = "dead-letters"


class PartitionWriter:
    """The transactional producer of one partition. Use it from one task at a time."""

    def __init__(
        self, *, bootstrap: str, group: str, partition: int, options: WorkerOptions, outputs: OutputTopics | None = None
    ) -> None:
        self._group = group
        self._partition = partition
        self._outputs = outputs or OutputTopics()
        self._timeout_seconds = options.transaction_timeout_seconds
        self.transactional_id = f"{group}-{partition}"
        self._settings: dict[str, Any] = {
            "bootstrap_servers": bootstrap,
            "client_id": f"{self.transactional_id}-writer",
            "transactional_id": self.transactional_id,
            "transaction_timeout_ms": int(self._timeout_seconds * 1000),
            "max_batch_size": MOST_BYTES,
            "linger_ms": 0,
            "request_timeout_ms": int(self._timeout_seconds * 1000),
        }
        self._producer: AIOKafkaProducer | None = None
        self._failure: Fenced | TransactionFailed | None = None

    async def start(self) -> None:
        """Fence the predecessor: its open transaction is ended, and nothing more of it is accepted, when this returns.

        Blocks until the transaction coordinator answers.
        """
        producer = AIOKafkaProducer(**self._settings)
        try:
            await producer.start()
        except BaseException:
            await _stop_quietly(producer)
            raise
        self._producer = producer

    async def write(self, drained: Drained, offsets: Mapping[str, int], now: int) -> None:
        """Write all of it in one transaction, with `offsets` (topic to next offset) as the group's position.

        `now` is the records' timestamp, ms. When this returns all of it is committed; it raises Fenced or
        TransactionFailed, after which the writer must be stopped. Blocks for some broker round trips.
        """
        producer = self._producer
        if producer is None:
            raise TransactionFailed(f"{self.transactional_id}: not started")
        if self._failure is not None:  # what one failed call has lost, no later call may commit over
            raise self._failure
        self._failure = TransactionFailed(f"{self.transactional_id}: interrupted before")
        async with self._errors_told():
            await producer.begin_transaction()
            if offsets:
                # Offsets first: while the coordinator adds the group, it refuses to confirm to the partitions'
                # leaders that a transaction is open, and every batch then pays a retry.
                positions = {
                    TopicPartition(topic, self._partition): OffsetAndMetadata(offset, "")
                    for topic, offset in offsets.items()
                }
                await producer.send_offsets_to_transaction(positions, self._group)
            await _all(
                self._send(producer, topic, records, now)
                for topic, records in (
                    (self._outputs.changelog, drained.changelog),
                    (self._outputs.cases, drained.cases),
                    (self._outputs.indicators, drained.indicators),
                    (self._outputs.dead_letters, drained.dead_letters),
                )
                if records
            )
            await producer.commit_transaction()
        self._failure = None

    async def stop(self) -> None:
        """End an open transaction, if there is one, and close the connections. Never raises."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await _stop_quietly(producer)

    async def _send(
        self, producer: AIOKafkaProducer, topic: str, records: Sequence[tuple[bytes, bytes | None]], now: int
    ) -> None:
        """Send ready-made batches and await their acknowledgement: aiokafka would commit over a failed batch."""
        await _all(
            [await producer.send_batch(batch, topic, partition=self._partition) for batch in batches(records, now)]
        )

    @asynccontextmanager
    async def _errors_told(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                yield
        except Exception as error:
            self._failure = self._told(error)
            raise self._failure from error

    def _told(self, error: Exception) -> Fenced | TransactionFailed:
        if isinstance(error, TimeoutError):
            return TransactionFailed(f"{self.transactional_id}: no outcome in {self._timeout_seconds:g} s")
        if _is_fencing(error):
            return Fenced(self.transactional_id)
        return TransactionFailed(f"{self.transactional_id}: {type(error).__name__}: {error}")


async def _all(works: Iterable[Awaitable[Any]]) -> None:
    """Wait for all of them, then raise the first error if there was one: none may be left behind unseen."""
    for outcome in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


def _is_fencing(error: BaseException | None) -> bool:
    """Whether the broker said that we are not the owner; aiokafka wraps it when its sender task dies of it."""
    while error is not None:
        if isinstance(error, _FENCED):
            return True
        error = error.__cause__ or error.__context__
    return False


async def _stop_quietly(producer: AIOKafkaProducer) -> None:
    try:
        async with asyncio.timeout(_STOP_SECONDS):
            manager = producer._txn_manager  # noqa: SLF001 - no public way to ask whether a transaction is open
            if manager.is_in_transaction():
                await producer.abort_transaction()
            await producer.stop()
    except (KafkaError, TimeoutError, AssertionError, AttributeError) as error:
        logger.debug("closing a producer: %r", error)
        await producer.client.close()
