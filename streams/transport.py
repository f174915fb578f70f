"""A Faust transport that hands an agent whole fetched chunks, and keeps no offsets of its own.

What it replaces in Faust 0.15.3, and why (`tests/streams/edge/test_transport_contract.py` holds it to that version):

- `Consumer._drain_messages` (and with it `getmany`, `_read_offset`, `_add_gap`): one message per fetched chunk of a
  partition instead of one per record. Faust's path per message (queue, event, ack, sensors) costs 94 µs an event,
  several times what decoding and folding it does.
- `Consumer.ack`, `commit`, `wait_empty`, `perform_seek`, `track_message`, `verify_all_partitions_active`: do nothing.
  Offsets are committed by the transaction that carries what was made of them (streams/transactions.py) and set by the
  partition's owner (`open`). Faust's bookkeeping commits past records in flight, stops at gaps, and counts a failed
  commit as done.
- `AIOKafkaConsumerThread._create_worker_consumer`: reads committed records only, always with Faust's copartitioning
  assignor (stock Faust falls back to round robin when there are no tables, which scatters partition p of the topics),
  never commits by itself, and holds a fetch open for a short time only.

The promise. Records of a partition are delivered only after its owner has opened it at offsets it names, and each chunk
says where it starts and where the next one will start. A chunk carries the ticket of the opening it belongs to; tickets
live in the consumer's thread, where seeking, fetching and revocation happen one after the other, so that a record can
neither be skipped nor be delivered to an owner of an earlier time without its being noticed.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import aiokafka
from aiokafka.errors import ConsumerStoppedError, IllegalStateError
from aiokafka.structs import TopicPartition
from faust import Schema
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage, Message

from streams.pacing import pace
from streams.shard import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from streams.options import WorkerOptions

HELD_TO_FAUST = "0.15.3"
HELD_TO_AIOKAFKA = "0.14"


class PartitionLost(Exception):  # noqa: N818 - a state of the world
    """The partition was taken away while it was being opened: do nothing, a rebalance follows."""


class Chunk(NamedTuple):
    """What one fetch gave of one partition: records with offsets in [start, next), possibly none (markers, compaction).

    Once all of it is folded and durable, `next` is the offset to commit.
    """

    topic: str
    partition: int
    ticket: int
    start: int
    next: int
    records: list[Record]
    size_bytes: int


class PacedConsumer(aiokafka.AIOKafkaConsumer):  # type: ignore[misc]  # aiokafka has no types
    """A consumer that asks for records no more often than is worth it."""

    def __init__(self, fetch_pause_seconds: float, **settings: Any) -> None:
        super().__init__(**settings)
        self._fetch_pause_seconds = fetch_pause_seconds

    async def start(self) -> None:
        """Connect."""
        await super().start()
        pace(self._fetcher, self._fetch_pause_seconds)


class ChunkConsumerThread(driver.AIOKafkaConsumerThread):
    """The consumer in its thread. Everything that touches positions runs here and nowhere else."""

    _tickets: dict[TopicPartition, int]
    held: set[TP]

    def __post_init__(self) -> None:
        """Call when the thread object is made."""
        super().__post_init__()
        self._tickets = {}
        self.held = set()

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        conf, options = self.app.conf, _options(self.app)
        self._assignor = self.app.assignor
        return PacedConsumer(
            options.fetch_pause_seconds,
            client_id=conf.broker_client_id,
            group_id=conf.id,
            group_instance_id=conf.consumer_group_instance_id,
            bootstrap_servers=driver.server_list(transport.url, transport.default_port),
            partition_assignment_strategy=[self.app.assignor],
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            max_poll_interval_ms=int(conf.broker_max_poll_interval * 1000),
            max_partition_fetch_bytes=options.fetch_bytes,
            fetch_max_wait_ms=int(options.fetch_wait_seconds * 1000),
            request_timeout_ms=int(conf.broker_request_timeout * 1000),
            session_timeout_ms=int(conf.broker_session_timeout * 1000),
            rebalance_timeout_ms=int(conf.broker_rebalance_timeout * 1000),
            heartbeat_interval_ms=int(conf.broker_heartbeat_interval * 1000),
            metadata_max_age_ms=conf.consumer_metadata_max_age_ms,
            connections_max_idle_ms=conf.consumer_connections_max_idle_ms,
            **driver.credentials_to_aiokafka_auth(conf.broker_credentials, conf.ssl_context),
        )

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Call when a rebalance begins: no chunk leaves the thread from here on."""
        self._tickets.clear()
        await super().on_partitions_revoked(revoked)

    async def open(self, positions: Mapping[TP, int], generation: int, ticket: int) -> None:
        """Deliver these partitions from these offsets; raises PartitionLost unless the generation is still current."""
        await self.call_thread(self._open, positions, generation, ticket)

    async def committed(self, tps: Iterable[TP]) -> dict[TP, int | None]:
        """Ask the broker for the group's committed offsets."""
        return cast("dict[TP, int | None]", await self.call_thread(self._committed, list(tps)))

    async def fetch(self, wait_seconds: float) -> list[Chunk]:
        """Give the next chunks of the open partitions that are not held; wait at most so long for the first of them."""
        return cast("list[Chunk]", await self.call_thread(self._fetch, wait_seconds))

    async def _open(self, positions: Mapping[TP, int], generation: int, ticket: int) -> None:
        consumer = self._ensure_consumer()
        if consumer._coordinator.generation != generation:  # noqa: SLF001 - aiokafka has no public name for it
            raise PartitionLost(f"generation {generation} is over")
        try:
            for tp, offset in positions.items():
                consumer.seek(TopicPartition(*tp), offset)
        except IllegalStateError as error:
            raise PartitionLost(str(error)) from error
        for tp in positions:
            self._tickets[TopicPartition(*tp)] = ticket
            self.held.discard(tp)

    async def _committed(self, tps: list[TP]) -> dict[TP, int | None]:
        consumer = self._ensure_consumer()
        offsets = await asyncio.gather(*(consumer.committed(TopicPartition(*tp)) for tp in tps))
        return dict(zip(tps, offsets, strict=True))

    async def _fetch(self, wait_seconds: float) -> list[Chunk]:
        consumer = self._ensure_consumer()
        fetcher, options = consumer._fetcher, _options(self.app)  # noqa: SLF001 - as Faust's own _fetch_records does
        if consumer._closed or fetcher._closed:  # noqa: SLF001
            raise ConsumerStoppedError
        # The context tells aiokafka that somebody is listening; a consumer that nobody asks leaves the group.
        with fetcher._subscriptions.fetch_context():  # noqa: SLF001
            chunks = await self._take(fetcher, options.fetch_records)
            if not chunks:
                waiter = fetcher._create_fetch_waiter()  # noqa: SLF001
                done, _ = await asyncio.wait([waiter], timeout=wait_seconds)
                if done:
                    waiter.result()  # raises what the fetcher cannot recover from, such as a refused authorisation
                else:
                    waiter.cancel()
                chunks = await self._take(fetcher, options.fetch_records)
        return chunks

    async def _take(self, fetcher: Any, most_records: int) -> list[Chunk]:
        """Take what is there. Without a timeout and outside a rebalance aiokafka does not yield: this is one step."""
        subscriptions = fetcher._subscriptions  # noqa: SLF001
        if subscriptions.reassignment_in_progress or not self._tickets:
            return []
        assignment = subscriptions.subscription.assignment
        states = {
            tp: assignment.state_value(tp)
            for tp in self._tickets
            if tp not in self.held and tp in assignment.tps and assignment.state_value(tp).has_valid_position
        }
        if not states:
            return []
        starts = {tp: state.position for tp, state in states.items()}
        fetched = await fetcher.fetched_records(states.keys(), timeout=0, max_records=most_records)
        return [
            self._chunk(tp, starts[tp], state.position, fetched.get(tp, ()))
            for tp, state in states.items()
            if state.has_valid_position and state.position != starts[tp]
        ]

    def _chunk(self, tp: TopicPartition, start: int, following: int, fetched: Iterable[Any]) -> Chunk:
        records = [Record(record.offset, record.timestamp, record.key, record.value) for record in fetched]
        size = sum(len(record.value) for record in records if record.value is not None)
        return Chunk(tp.topic, tp.partition, self._tickets[tp], start, following, records, size)


class ChunkConsumer(driver.Consumer):
    """Faust's consumer, delivering chunks; to the owners of partitions it is the Intake (streams/edge.py)."""

    _thread: ChunkConsumerThread
    _last_ticket = 0

    def _new_consumer_thread(self) -> ChunkConsumerThread:
        return ChunkConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def new_ticket(self) -> int:
        """Give a ticket never given before."""
        self._last_ticket += 1
        return self._last_ticket

    async def open(self, positions: Mapping[TP, int], generation: int, ticket: int) -> None:
        """Deliver these partitions from these offsets under this ticket; raises PartitionLost."""
        await self._thread.open(positions, generation, ticket)

    def hold(self, tps: Iterable[TP]) -> None:
        """Deliver nothing more of these partitions for now; at most one fetch of each stays in the client."""
        self._thread.held.update(tps)

    def release(self, tps: Iterable[TP]) -> None:
        """Go on delivering these partitions."""
        self._thread.held.difference_update(tps)

    async def committed(self, tps: Iterable[TP]) -> dict[TP, int | None]:
        """Ask the broker for the group's committed offsets."""
        return await self._thread.committed(tps)

    async def earliest(self, tps: Iterable[TP]) -> dict[TP, int]:
        """Ask the broker for the oldest offsets that retention has left."""
        found = await self._thread.earliest_offsets(*(TopicPartition(*tp) for tp in tps))
        return {TP(*tp): offset for tp, offset in found.items()}

    async def _drain_messages(self, fetcher: Any) -> None:
        wait_seconds = _options(self.app).fetch_wait_seconds
        try:
            while not (self.should_stop or fetcher.should_stop):
                if not self.flow_active:
                    await self.wait(self.can_resume_flow.wait())
                    continue
                for chunk in await self._thread.fetch(wait_seconds):
                    # Blocks while a rebalance suspends the flow; the chunk's ticket is void by then, its owner drops
                    # it.
                    await self.callback(self._message(chunk))
        except (asyncio.CancelledError, ConsumerStoppedError):
            if not self.transport.app.should_stop:
                raise

    def _message(self, chunk: Chunk) -> ConsumerMessage:
        return ConsumerMessage(
            chunk.topic,
            chunk.partition,
            chunk.start,
            timestamp=0.0,
            timestamp_type=0,
            headers=None,
            key=None,
            value=cast("Any", chunk),  # Faust thinks of bytes; it only passes it on
            checksum=None,
            serialized_key_size=0,
            serialized_value_size=chunk.size_bytes,
            tp=TP(chunk.topic, chunk.partition),
            generation_id=self.app.consumer_generation_id,
        )

    def ack(self, message: Message) -> bool:
        """Nothing is committed because an agent has seen it."""
        message.acked = True
        return True

    def track_message(self, message: Message) -> None:
        """Nothing waits for acknowledgements."""

    async def wait_empty(self) -> None:
        """Nothing waits for acknowledgements."""

    async def commit(self, topics: Any = None, start_new_transaction: bool = True) -> bool:
        """Only the owners' transactions commit."""
        _ = topics, start_new_transaction
        return False

    async def perform_seek(self) -> None:
        """Only the owners' `open` sets positions."""

    async def verify_all_partitions_active(self) -> None:
        """Leave it to the watchdog, which asks the broker; Faust judges by commits it does not make."""


class ChunkTransport(driver.Transport):
    """Faust's aiokafka transport with our consumer."""

    Consumer = ChunkConsumer


class ChunkSchema(Schema):  # type: ignore[type-arg]
    """Hands the chunk to the agent as it is: what is inside is decoded record by record, each inside its own try."""

    def compile(self, app: Any, **_: Any) -> Any:
        """Compile the function that makes an event of a message."""
        create_event = app.create_event

        async def decode(message: ConsumerMessage, *, propagate: bool = False) -> Any:
            _ = propagate
            return create_event(None, message.value, None, message)

        return decode


def _options(app: Any) -> WorkerOptions:
    return cast("WorkerOptions", app.worker_options)
