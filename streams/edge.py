"""What every owner of a partition needs: who we are, where Kafka is, how a shard is made, what time it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from streams.budget import Budget
from streams.options import WorkerOptions
from streams.transactions import OutputTopics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from faust.types import TP

    from streams.schema_lookup import SchemaLookup
    from streams.shard import Shard


class Intake(Protocol):
    """Where chunks come from: streams.transport.ChunkConsumer, seen from an owner."""

    def new_ticket(self) -> int:
        """Give a ticket never given before."""
        ...

    async def open(self, positions: Mapping[TP, int], generation: int, ticket: int) -> None:
        """Deliver these partitions from these offsets under this ticket; raises PartitionLost."""
        ...

    def hold(self, tps: Iterable[TP]) -> None:
        """Deliver nothing more of these for now."""
        ...

    def release(self, tps: Iterable[TP]) -> None:
        """Go on delivering these."""
        ...

    async def committed(self, tps: Iterable[TP]) -> dict[TP, int | None]:
        """Ask the broker for the group's committed offsets."""
        ...

    async def earliest(self, tps: Iterable[TP]) -> dict[TP, int]:
        """Ask the broker for the oldest offsets there are."""
        ...


@dataclass(frozen=True, slots=True)
class Edge:
    """The surroundings of all partitions of one worker. `clock` gives ms since the epoch."""

    bootstrap: str
    group: str
    topics: Sequence[str]
    new_shard: Callable[[int], Shard]
    schemas: SchemaLookup
    intake: Callable[[], Intake]
    clock: Callable[[], int]
    publish_interval_seconds: float = 0.1
    options: WorkerOptions = field(default_factory=WorkerOptions)
    outputs: OutputTopics = field(default_factory=OutputTopics)
    budget: Budget = field(default_factory=lambda: Budget(WorkerOptions().publish_records))
    """What may be published at once, over all partitions."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Whose turn it is to fold. Were all partitions to fold by turns of a slice, each would take as long as all of them
    together, and so would what it publishes."""

    recoveries: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(4))
    """How many partitions are taken over at once: more would only take the processor from each other."""
