"""The world around the owner of a partition, made of plain lists."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from streams import owner as owner_module
from streams.edge import Edge
from streams.options import WorkerOptions
from streams.owner import PartitionOwner
from streams.records import Applied, Drained, Held, Record
from streams.recovery import Recovered
from streams.transport import Chunk, PartitionLost

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pytest
    from faust.types import TP

TOPIC, MORE = "village.appeals", "village.disputes"


@dataclass
class Ledger:
    """A shard and a writer that only remember: what is committed are offsets of records, in the order they were folded."""

    folded: list[int] = field(default_factory=list)
    committed: list[int] = field(default_factory=list)
    position: dict[str, int] = field(default_factory=dict)
    recoveries: int = 0
    failing: Exception | None = None
    door: asyncio.Event = field(default_factory=asyncio.Event)
    held_at: int | None = None
    writing: bool = False

    case_count = cell_count = bytes_held = 0

    def apply(self, topic: str, records: Sequence[Record], now: int) -> Applied:
        _ = now
        at = self.held_at if topic == TOPIC else None
        self.folded += [record.offset for record in records if at is None or record.offset < at]
        held = at is not None and records[-1].offset >= at
        return Applied(len(records), 0, 0, 0, {}, 0, Held(at or 0, "decode", 9) if held else None)

    def tick(self, now: int) -> None:
        _ = now

    def drain(self, now: int) -> Drained:
        _ = now
        drained, self.folded = self.folded, []
        return Drained([(b"%d" % offset, b"") for offset in drained], [], [], [])

    async def write(self, drained: Drained, offsets: Mapping[str, int], now: int) -> None:
        _ = now
        self.writing = True
        await self.door.wait()
        self.writing = False
        if self.failing is not None:
            raise self.failing
        self.committed += [int(key) for key, _ in drained.changelog]
        self.position |= offsets

    async def stop(self) -> None:
        pass


@dataclass
class World:
    """An intake that remembers what it was told, and the edge around one owner."""

    ledger: Ledger
    ledgers: dict[int, Ledger] = field(default_factory=lambda: defaultdict(Ledger))
    opened: list[tuple[dict[TP, int], int, int]] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    still: set[TP] = field(default_factory=set)
    topics: tuple[str, ...] = (TOPIC,)
    failures: list[BaseException] = field(default_factory=list)
    lost: bool = False
    tickets: int = 0
    waiting: bool = False

    def new_ticket(self) -> int:
        self.tickets += 1
        return self.tickets

    async def open(self, positions: Mapping[TP, int], generation: int, ticket: int) -> None:
        if self.lost:
            raise PartitionLost
        self.opened.append((dict(positions), generation, ticket))
        self.still -= positions.keys()

    def hold(self, tps: Iterable[TP]) -> None:
        self.still.update(tps)
        self.held.append(True)

    def release(self, tps: Iterable[TP]) -> None:
        self.still.difference_update(tps)
        self.held.append(False)

    async def ensure(self, values: Iterable[bytes | None]) -> None:
        _ = values

    def owner(self, **options: Any) -> PartitionOwner:
        return PartitionOwner(3, self.edge(**options), lambda _, error: self.failures.append(error))

    def edge(self, **options: Any) -> Edge:
        return Edge(
            bootstrap="",
            group="g",
            topics=self.topics,
            new_shard=cast("Any", None),
            schemas=cast("Any", self),
            intake=lambda: cast("Any", self),
            clock=lambda: 0,
            publish_interval_seconds=0.001,
            options=WorkerOptions(**options),
        )

    def chunk(
        self,
        start: int,
        records: int,
        ticket: int | None = None,
        following: int | None = None,
        topic: str = TOPIC,
    ) -> Chunk:
        made = [Record(start + number, 0, b"k", b"v") for number in range(records)]
        end = start + records if following is None else following
        return Chunk(topic, 3, self.tickets if ticket is None else ticket, start, end, made, records)


def make_world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A world whose partitions are taken over from its ledgers; partition 3 has the first."""
    world = World(Ledger())
    world.ledgers[3] = world.ledger

    async def recover(partition: int, edge: Edge) -> Recovered:
        _ = edge
        ledger = world.ledgers[partition]
        ledger.door.set()
        ledger.recoveries += 1
        ledger.folded.clear()
        positions = {topic: ledger.position.get(topic, 0) for topic in (TOPIC, MORE)}
        return Recovered(cast("Any", ledger), cast("Any", ledger), positions)

    monkeypatch.setattr(owner_module, "recover", recover)
    return world


async def until(true: Any) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the condition is anything
            await asyncio.sleep(0.001)
