"""The owner of one partition: takes it over, folds its chunks, publishes, and gives it up.

All of it runs in one event loop. Folding (`Shard.apply`) and draining (`Shard.drain`) never yield, so offsets and state
always belong together: what `drain` gives is exactly what the events before those offsets made.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from faust.types import TP

from streams import metrics
from streams.inbox import Inbox
from streams.recovery import recover
from streams.transactions import Fenced
from streams.transport import PartitionLost

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from streams.edge import Edge
    from streams.records import Held
    from streams.shard import Shard
    from streams.transactions import PartitionWriter
    from streams.transport import Chunk

logger = logging.getLogger(__name__)

_LOOK_SECONDS: Final = 0.05
"""In a backlog: how often to look whether it is one still."""


class RecordsMissed(Exception):  # noqa: N818 - a state of the world
    """A chunk does not begin where the last one ended: stop, before a position is committed that skips records."""


class PartitionOwner:
    """One partition of every domain topic, through the generations of the group in which it stays ours.

    `begin` starts a generation, `suspend` ends it with everything folded published, `drop` gives the state up. What
    ends a generation by itself (Fenced, TransactionFailed, RecoveryStalled, a fault of the core) goes to `on_failure`.
    """

    def __init__(self, partition: int, edge: Edge, on_failure: Callable[[PartitionOwner, BaseException], None]) -> None:
        self.partition = partition
        self.generation = -1
        self.committed: dict[str, int] = {}
        self.held: dict[str, Held] = {}
        """Topics of which nothing more is taken, and before which record: too many in a row were refused (streams/refusals.py)."""

        self._edge = edge
        self._on_failure = on_failure
        self._tps = [TP(topic, partition) for topic in edge.topics]
        self._shard: Shard | None = None
        self._writer: PartitionWriter | None = None
        self._ticket: int | None = None
        self._inbox = Inbox(edge.options.inbox_records, edge.options.inbox_bytes)
        self._received: dict[str, int] = {}
        self._folded: dict[str, int] = {}
        self._unpublished_records = 0
        self._unpublished_bytes = 0.0
        self._last_publish_at = 0.0
        self._changed = asyncio.Event()
        self._full = asyncio.Event()
        self._published = asyncio.Event()
        self._publishing = asyncio.Lock()
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def live(self) -> bool:
        """Whether chunks are taken now."""
        return self._ticket is not None

    @property
    def state_bytes(self) -> int:
        """Bytes of packed cases held."""
        return self._shard.bytes_held if self._shard is not None else 0

    @property
    def incomplete_cases(self) -> int:
        """Cases that lack what folds need, as of when the partition was taken over."""
        return self._shard.incomplete.total() if self._shard is not None else 0

    def begin(self, generation: int) -> None:
        """Own the partition in this generation: take it over unless its state is at hand, then fold and publish."""
        self._start("prepare", self._prepare(generation))

    async def _prepare(self, generation: int) -> None:
        # Ours in the generation just before: nobody else can have written, the state at hand is still the partition's.
        if self._shard is not None and generation != self.generation + 1:
            await self.drop(but="prepare")
        self.generation = generation
        if self._shard is None:
            self._shard, self._writer, positions = await recover(self.partition, self._edge)
            self._folded, self.committed = dict(positions), dict(positions)
        self._received = dict(self._folded)
        self.held = {}  # opened again, each is tried again
        intake = self._edge.intake()
        ticket = self._ticket = (
            intake.new_ticket()
        )  # before it is opened: the first chunk may be quicker than the answer
        try:
            await intake.open({tp: self._folded[tp.topic] for tp in self._tps}, generation, ticket)
        except PartitionLost as lost:
            self._ticket = None
            logger.info("partition %d: %s; a rebalance follows", self.partition, lost)
            return
        self._changed.set()  # rebuilding may have moved what depends on the clock
        self._start("fold", self._fold_chunks())
        self._start("publish", self._publish_changes())

    def offer(self, chunk: Chunk) -> None:
        """Take a chunk; never blocks. One of an earlier generation is dropped: it is fetched again."""
        if chunk.ticket != self._ticket or chunk.topic in self.held:
            return
        if chunk.start != self._received[chunk.topic]:
            raise RecordsMissed(
                f"{chunk.topic}/{self.partition}: expected offset {self._received[chunk.topic]}, got {chunk.start}"
            )
        self._received[chunk.topic] = chunk.next
        if self._inbox.put(chunk):
            self._edge.intake().hold(self._tps)

    def tick(self, now: int) -> None:
        """Move the shard's clock; what that changes is published like anything else."""
        if self.live and self._shard is not None:
            self._shard.tick(now)
            self._changed.set()

    async def suspend(self) -> None:
        """Take no more chunks and publish what is folded; the state is kept for the next generation.

        Raises what publishing raises (Fenced, TransactionFailed); call `drop` then.
        """
        self._ticket = None
        await self._end("prepare", "fold")
        self._inbox.clear()
        if self._shard is not None:
            await self._publish()  # waits for the one under way: a transaction is never interrupted here
        await self._end("publish")

    async def drop(self, *, but: str = "") -> None:
        """Give the state up, and end the writer's transaction if one is open. Never raises."""
        self._ticket = None
        await self._end(*(name for name in ("prepare", "fold", "publish") if name != but))
        self._inbox.clear()
        writer, self._writer, self._shard = self._writer, None, None
        self._unpublished_records, self._unpublished_bytes = 0, 0.0
        self.held = {}
        self._full.clear()
        metrics.forget_partition(self.partition)
        if writer is not None:
            await writer.stop()

    async def _fold_chunks(self) -> None:
        while True:
            chunk = await self._inbox.get()
            if chunk.topic not in self.held:
                await self._edge.schemas.ensure(record.value for record in chunk.records)
                await self._fold(chunk)
            if self._inbox.done(chunk):
                self._edge.intake().release([tp for tp in self._tps if tp.topic not in self.held])

    async def _fold(self, chunk: Chunk) -> None:
        """Fold a chunk, one partition of the worker at a time; wait when too much is under way."""
        folded = 0
        while folded < len(chunk.records):
            while self._full.is_set():
                self._published.clear()
                await self._published.wait()
            async with self._edge.turn:
                folded = await self._fold_some(chunk, folded)
            if chunk.topic in self.held:
                return
        self._folded[chunk.topic] = chunk.next
        self._changed.set()

    async def _fold_some(self, chunk: Chunk, start: int) -> int:
        """Fold slices from `start` until the chunk ends or a publication is due; yield after each. Gives where it ended."""
        size, shard = self._edge.options.slice_records, self._own_shard()
        while start < len(chunk.records) and not self._full.is_set():
            part = chunk.records[start : start + size]
            began = time.perf_counter()
            applied = shard.apply(chunk.topic, part, self._edge.clock())
            self._folded[chunk.topic] = part[-1].offset + 1 if applied.held is None else applied.held.offset
            metrics.CHUNK_SECONDS.observe(time.perf_counter() - began)
            metrics.count(chunk.topic, applied)
            self._mark_folded(len(part), chunk.size_bytes * len(part) / len(chunk.records))
            start += len(part)
            if applied.held is not None:
                self._hold(chunk.topic, applied.held)
                break
            full = self._full.is_set()
            await asyncio.sleep(0)
            if full:  # also when it is published by now: it is another partition's turn
                break
        return start

    def _hold(self, topic: str, held: Held) -> None:
        """Take no more of a topic. Its others flow; a restart tries again where it stands."""
        self.held[topic] = held
        self._edge.intake().hold([TP(topic, self.partition)])
        logger.error(
            "%s/%d：连续 %d 条被拒，暂停在位点 %d（%s），不再读取；其他主题照常。修复后重启即从此处继续，再重放死信；"
            "记录确属错误则运行 xiangmai deadletters accept %s/%d 后重启 / "
            "%s/%d: %d records in a row were refused; held at offset %d (%s), nothing more of it is taken, other topics flow. "
            "After the fix, restart the worker: it goes on from here; then replay the dead letters. If the records really are bad, "
            "run: xiangmai deadletters accept %s/%d, and restart",
            *(topic, self.partition, held.row, held.offset, held.reason, topic, self.partition) * 2,
        )

    def _mark_folded(self, records: int, size_bytes: float) -> None:
        options = self._edge.options
        self._unpublished_records += records
        self._unpublished_bytes += size_bytes
        self._changed.set()
        if self._unpublished_records >= options.publish_records or self._unpublished_bytes >= options.publish_bytes:
            self._full.set()

    async def _publish_changes(self) -> None:
        """Publish at once after a quiet time or when enough is folded, else an interval after the last publication.

        In a backlog the interval is a longer one.
        """
        options, interval_seconds = self._edge.options, self._edge.publish_interval_seconds
        while True:
            await self._changed.wait()
            due_at = self._last_publish_at + interval_seconds
            latest_at = self._last_publish_at + options.backlog_publish_seconds
            await self._gather_until(due_at)
            while due_at < latest_at and self._inbox.records >= options.backlog_records and not self._full.is_set():
                due_at += max(interval_seconds, _LOOK_SECONDS)
                await self._gather_until(due_at)
            await self._publish()

    async def _gather_until(self, moment: float) -> None:
        """Wait until then, or until enough is folded."""
        due_seconds = moment - time.monotonic()
        if due_seconds > 0:
            with suppress(TimeoutError):
                # Not `wait_for`: before Python 3.12 it loses a cancellation that comes as what it waits for is there,
                # and whoever ends this task would wait for ever.
                async with asyncio.timeout(due_seconds):
                    await self._full.wait()

    async def _publish(self) -> None:
        async with self._publishing, self._edge.budget.publication(self._unpublished_records):
            shard, writer = self._own_shard(), self._own_writer()
            self._changed.clear()
            self._last_publish_at = time.monotonic()
            now = self._edge.clock()
            drained = shard.drain(now)
            offsets = {topic: offset for topic, offset in self._folded.items() if offset != self.committed[topic]}
            self._unpublished_records, self._unpublished_bytes = 0, 0.0
            self._full.clear()
            self._published.set()
            if offsets or any(drained):
                began = time.monotonic()
                await writer.write(drained, offsets, now)
                self.committed.update(offsets)
                metrics.TRANSACTION_SECONDS.observe(time.monotonic() - began)
                self._tell(shard, now)

    def _tell(self, shard: Shard, now: int) -> None:
        metrics.PUBLISH_SECONDS.observe(time.monotonic() - self._last_publish_at)
        label = str(self.partition)
        metrics.LAST_PROGRESS.labels(label).set(now / 1000)
        metrics.CASES.labels(label).set(shard.case_count)
        metrics.CELLS.labels(label).set(shard.cell_count)

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks[name] = asyncio.create_task(work, name=f"{name}-{self.partition}")
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_failure(self, error)

    async def _end(self, *names: str) -> None:
        tasks = [self._tasks.pop(name) for name in names if name in self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _own_shard(self) -> Shard:
        if self._shard is None:
            raise Fenced(f"partition {self.partition} was given up")
        return self._shard

    def _own_writer(self) -> PartitionWriter:
        if self._writer is None:
            raise Fenced(f"partition {self.partition} was given up")
        return self._writer
