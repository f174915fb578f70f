"""The worker with one of its mechanisms broken, a mechanism at a time: each must be noticed by some simulation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from streams import casebook, changelog, journal, owner, packing, recovery, refusals, shard, transactions, waiting
from streams.owner import PartitionOwner
from streams.records import Drained
from streams.transactions import PartitionWriter, TransactionFailed
from tests.sim.kafka_clients import ChangelogReader
from tests.sim.log import Broker, Partition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streams.edge import Edge


def without_fencing() -> Any:
    """The log takes what a worker sends that was replaced long ago."""
    made = Broker.__init__

    def unfenced(self: Broker, *arguments: Any) -> None:
        made(self, *arguments)
        self.fencing = False

    return patch.object(Broker, "__init__", unfenced)


def offsets_before_the_write() -> Any:
    """The offsets are committed in a transaction of their own, before that of what was made of the records."""
    write = PartitionWriter.write

    async def split(self: PartitionWriter, drained: Drained, offsets: Any, now: int) -> None:
        if offsets:
            await write(self, Drained([], [], [], []), offsets, now)
        if any(drained):
            await write(self, drained, {}, now)

    return patch.object(PartitionWriter, "write", split)


def offsets_after_the_write() -> Any:
    """The offsets are committed in a transaction of their own, after that of what was made of the records."""
    write = PartitionWriter.write

    async def split(self: PartitionWriter, drained: Drained, offsets: Any, now: int) -> None:
        if any(drained):
            await write(self, drained, {}, now)
        if offsets:
            await write(self, Drained([], [], [], []), offsets, now)

    return patch.object(PartitionWriter, "write", split)


def outputs_after_the_changelog() -> Any:
    """What readers see is written in a transaction of its own, after that of the changelog and the offsets."""
    write = PartitionWriter.write

    async def split(self: PartitionWriter, drained: Drained, offsets: Any, now: int) -> None:
        await write(self, Drained(drained.changelog, [], [], []), offsets, now)
        if any(drained[1:]):
            await write(self, drained._replace(changelog=[]), {}, now)

    return patch.object(PartitionWriter, "write", split)


def without_deduplication() -> Any:
    """An event is taken into its case again when it comes again."""

    def add(self: casebook.Casebook, plan: Any, key: bytes, event: Any) -> bool:
        pending = self._pending.get(key) or casebook.Pending(plan, self.packed.get(key))
        self._pending[key] = pending
        pending.add(event)
        return True

    return patch.object(casebook.Casebook, "add", add)


def without_the_clock() -> Any:
    """The changelog does not say as of when the cells in it were published."""
    records = journal.Journal.records

    def unclocked(self: journal.Journal, clock: int) -> list[tuple[bytes, bytes | None]]:
        return [pair for pair in records(self, clock) if pair[0] != b"#clock"]

    return patch.object(journal.Journal, "records", unclocked)


def timers_lost_in_recovery() -> Any:
    """A worker that takes over does not know what becomes due."""

    def finishing(self: shard.Shard, now: int, ends: Any = None) -> Iterator[None]:
        yield from restored(self, now, ends)
        self._timers._heap.clear()

    restored = shard.Shard.finishing
    return patch.object(shard.Shard, "finishing", finishing)


def changelog_before_fencing() -> Any:
    """The predecessor may still write when the changelog has been read."""

    async def recover(partition: int, edge: Edge) -> recovery.Recovered:
        state, _ = await recovery._restore(partition, edge)
        writer = PartitionWriter(
            bootstrap="", group=edge.group, partition=partition, options=edge.options, outputs=edge.outputs
        )
        await writer.start()
        return recovery.Recovered(state, writer, await recovery._positions(partition, edge))

    return patch.object(owner, "recover", recover)


def changelog_uncommitted() -> Any:
    """The changelog is read with what was never committed."""

    def reader(topics: Any, **settings: Any) -> ChangelogReader:
        return ChangelogReader(topics, **{**settings, "isolation_level": "read_uncommitted"})

    return patch.object(changelog, "TopicReader", reader)


def first_of_a_key_wins() -> Any:
    """Of the changelog's records of a case the first one is kept."""
    put = casebook.Casebook.put

    def restore(self: shard.Shard, records: Any) -> None:
        for key, value in records:
            if key.startswith(journal.PREFIX):
                self._journal.read(key, value)
            elif key not in self._book.packed:
                put(self._book, key, value)

    return patch.object(shard.Shard, "restore", restore)


def silence_taken_for_failure() -> Any:
    """A transaction without an answer is taken for one that did nothing: the worker goes on with the next."""
    write = PartitionWriter.write

    async def hopeful(self: PartitionWriter, drained: Drained, offsets: Any, now: int) -> None:
        try:
            await write(self, drained, offsets, now)
        except TransactionFailed:
            self._failure = None

    return patch.object(PartitionWriter, "write", hopeful)


def lost_batches_committed_over() -> Any:
    """A batch that was refused or lost is committed over, as aiokafka does unless one looks."""

    async def unseen(works: Any) -> None:
        await asyncio.gather(*works, return_exceptions=True)

    return patch.object(transactions, "_all", unseen)


def tickets_not_looked_at() -> Any:
    """A chunk of an earlier opening is folded like any other, and one that leaves records out as well."""

    def offer(self: PartitionOwner, chunk: Any) -> None:
        if self.live:
            self._received[chunk.topic] = chunk.next
            self._inbox.put(chunk)

    return patch.object(PartitionOwner, "offer", offer)


def readers_see_everything() -> Any:
    """Readers are shown what is not committed yet."""
    return patch.object(Partition, "stable", property(lambda self: len(self.entries)))


def received_counts_as_folded() -> Any:
    """What is taken from the inbox counts as folded."""
    fold = PartitionOwner._fold

    async def early(self: PartitionOwner, chunk: Any) -> None:
        self._folded[chunk.topic] = chunk.next
        await fold(self, chunk)

    return patch.object(PartitionOwner, "_fold", early)


def an_orphan_is_told_of_nothing_else() -> Any:
    """An event dead-lettered as an orphan is not dead-lettered for the rule it breaks once its opening has come."""
    return patch.object(waiting, "TOLD_ORPHAN", packing.TOLD)


def the_row_of_refusals_forgotten() -> Any:
    """Whoever takes over does not know how many records in a row were refused: every restart drips more letters."""
    return patch.object(refusals.Refusals, "records", lambda _: [])


def what_is_held_is_passed_over() -> Any:
    """A topic that is held goes on with its next chunk."""
    return patch.object(PartitionOwner, "_hold", lambda *_: None)


MUTATIONS: tuple[Callable[[], Any], ...] = (
    without_fencing,
    offsets_before_the_write,
    offsets_after_the_write,
    outputs_after_the_changelog,
    changelog_before_fencing,
    changelog_uncommitted,
    without_deduplication,
    without_the_clock,
    timers_lost_in_recovery,
    first_of_a_key_wins,
    silence_taken_for_failure,
    lost_batches_committed_over,
    tickets_not_looked_at,
    received_counts_as_folded,
    readers_see_everything,
    an_orphan_is_told_of_nothing_else,
    the_row_of_refusals_forgotten,
    what_is_held_is_passed_over,
)
