"""The partitions this worker owns, through rebalances: who keeps its state, who begins anew, who is given up."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from streams import metrics
from streams.owner import PartitionOwner
from streams.progress import Standing
from streams.transactions import Fenced, TransactionFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence

    from faust.types import TP

    from streams.edge import Edge
    from streams.transport import Chunk

logger = logging.getLogger(__name__)


class SplitOwnership(Exception):  # noqa: N818 - a state of the world
    """We were given partition p of some domain topics but not of all, so that townships would be split: stop."""


class Partitions:
    """Owners by partition. `crash` is called with what this worker cannot go on after.

    A rebalance takes everything away and gives back what stays (Kafka's eager protocol). An owner whose partition comes
    back in the very next generation keeps its state: nobody else can have written meanwhile, and if that were ever
    wrong, its transactional id would be fenced and it would write nothing.
    """

    def __init__(self, edge: Edge, crash: Callable[[BaseException], Awaitable[None]]) -> None:
        self._edge = edge
        self._crash = crash
        self._owners: dict[int, PartitionOwner] = {}
        self._assigned: set[int] = set()
        self._generation = -1
        self._background: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()
        self._rebalancing_since: float | None = time.monotonic()
        self.standing = self._standing_now()
        """How we stand, renewed with every tick of the clock; other threads may read it."""

        self.incomplete_cases = 0
        """When closed: how many cases of those given up lack what folds need."""

    @property
    def owners(self) -> Sequence[PartitionOwner]:
        """Who owns what now."""
        return list(self._owners.values())

    async def on_revoked(self, revoked: Iterable[TP]) -> None:
        """Publish what is folded and take nothing more: a rebalance begins. Returns when all of it is committed."""
        _ = revoked  # everything, under the eager protocol
        metrics.REBALANCES.inc()
        self._rebalancing_since = time.monotonic()
        self._assigned = set()
        await asyncio.gather(*(self._suspend(owner) for owner in list(self._owners.values())))
        self._tell_states()

    async def on_assigned(self, assigned: Iterable[TP], generation: int) -> None:
        """Begin with what a rebalance gave us. Returns at once: heartbeats wait for it, so owners use tasks."""
        partitions = self._whole_partitions(assigned)
        self._generation, self._assigned, self._rebalancing_since = generation, partitions, None
        logger.info("generation %d: partitions %s", generation, sorted(partitions))
        for number in [number for number in self._owners if number not in partitions]:
            self._spawn(self._owners.pop(number).drop())
        for number in sorted(partitions):
            owner = self._owners.get(number)
            if owner is None:
                owner = self._owners[number] = PartitionOwner(number, self._edge, self._on_failure)
            owner.begin(generation)
        self._tell_states()

    def offer(self, chunk: Chunk) -> None:
        """Hand a chunk to its owner; one that has no owner any more is dropped, for it will be fetched again."""
        owner = self._owners.get(chunk.partition)
        if owner is not None:
            owner.offer(chunk)

    async def keep_time(self) -> None:
        """Move every shard's clock, until cancelled."""
        while True:
            await asyncio.sleep(self._edge.options.tick_seconds)
            now = self._edge.clock()
            for owner in list(self._owners.values()):
                owner.tick(now)
                await asyncio.sleep(0)
            metrics.STATE_BYTES.set(sum(owner.state_bytes for owner in self._owners.values()))
            self._tell_states()
            self.standing = self._standing_now()

    async def close(self) -> None:
        """Publish what is folded, and give everything up."""
        self._closing.set()
        self._assigned = set()
        owners = list(self._owners.values())
        self.incomplete_cases = sum(owner.incomplete_cases for owner in owners)
        await asyncio.gather(*(self._suspend(owner) for owner in owners))
        await asyncio.gather(*(owner.drop() for owner in owners))
        self._owners.clear()
        await asyncio.gather(*self._background, return_exceptions=True)

    def _whole_partitions(self, assigned: Iterable[TP]) -> set[int]:
        topics_of: dict[int, set[str]] = defaultdict(set)
        for tp in assigned:
            topics_of[tp.partition].add(tp.topic)
        wanted = set(self._edge.topics)
        for number, topics in sorted(topics_of.items()):
            if not wanted <= topics:
                raise SplitOwnership(
                    f"partition {number} of {', '.join(sorted(topics))} is ours, but not of "
                    f"{', '.join(sorted(wanted - topics))}. All workers of a group must know the same domains, and all "
                    "domain topics must have the same number of partitions: stop every worker, then start them again."
                )
        return set(topics_of)

    async def _suspend(self, owner: PartitionOwner) -> None:
        try:
            await owner.suspend()
        except Fenced:
            logger.warning("partition %d belongs to another worker already; its state here is dropped", owner.partition)
            await owner.drop()
        except TransactionFailed as failed:
            logger.warning(
                "partition %d could not be published before it was given up: %s; its state here is dropped, "
                "and its next owner reads those events again",
                owner.partition,
                failed,
            )
            await owner.drop()

    def _on_failure(self, owner: PartitionOwner, error: BaseException) -> None:
        if isinstance(error, Fenced):
            self._spawn(self._give_up(owner))
        elif not isinstance(error, asyncio.CancelledError):
            logger.error("partition %d failed: %s: %s", owner.partition, type(error).__name__, error)
            self._spawn(self._stop_for(error))

    async def _stop_for(self, error: BaseException) -> None:
        await self._crash(error)

    async def _give_up(self, owner: PartitionOwner) -> None:
        """Another worker has fenced us: the group has moved on, and tells us when our next heartbeat reaches it."""
        generation = owner.generation
        logger.warning(
            "partition %d was taken over by another worker (transactional id %s-%d is fenced): we write nothing more",
            owner.partition,
            self._edge.group,
            owner.partition,
        )
        await owner.drop()
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * self._edge.options.session_timeout_seconds):
                await self._closing.wait()
        if owner.partition in self._assigned and self._generation == generation:
            await self._crash(
                Fenced(f"partition {owner.partition} is still assigned to us, yet another worker writes it")
            )

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def _standing_now(self) -> Standing:
        committed = {
            (topic, number): offset
            for number, owner in self._owners.items()
            if owner.live
            for topic, offset in owner.committed.items()
            if topic not in owner.held  # it stands because it must: a restart would change nothing
        }
        return Standing(committed, self._rebalancing_since, self._edge.schemas.waiting)

    def _tell_states(self) -> None:
        live = sum(owner.live for owner in self._owners.values())
        metrics.OWNED.labels("live").set(live)
        metrics.OWNED.labels("recovering").set(len(self._assigned) - live)
        for topic in self._edge.topics:
            metrics.HELD.labels(topic).set(sum(topic in owner.held for owner in self._owners.values()))
