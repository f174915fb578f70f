"""A worker's consumer, as streams/transport.py promises it: chunks with tickets, in order, whole or not at all."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from streams.shard import Record
from streams.transport import Chunk, PartitionLost
from tests.sim.network import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from faust.types import TP

    from tests.sim.worker import Worker


class Intake:
    """The worker's consumer, as the owners of partitions see it; it behaves as streams/transport.py says it does."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.generation = -1
        self._reassigning = True
        self._assigned: list[TP] = []
        self._tickets: dict[TP, int] = {}
        self._positions: dict[TP, int] = {}
        self._held: set[TP] = set()
        self._last_ticket = 0
        self.fetched: deque[Chunk] = deque()

    def revoke(self) -> None:
        """Let no chunk leave from here on: a rebalance begins."""
        self._reassigning = True
        self._tickets.clear()

    def assign(self, generation: int, places: list[TP]) -> None:
        """Begin a generation; the consumer stands where the group's offsets are until an owner opens a partition."""
        broker = self._worker.sim.broker
        self.generation, self._assigned, self._reassigning = generation, places, False
        self._positions = {place: broker.position(GROUP, (place.topic, place.partition)) or 0 for place in places}

    def fetch(self) -> None:
        """Take one chunk of every open partition; it is delivered later."""
        sim = self._worker.sim
        if self._reassigning or len(self.fetched) > 4:
            return
        for place in self._assigned:
            ticket, start = self._tickets.get(place), self._positions[place]
            if ticket is None or place in self._held:
                continue
            found, following = sim.broker[place].read(start, sim.rng.choice((1, 2, 3, 9)))
            if following != start:
                self._positions[place] = following
                records = [Record(*message[2:]) for message in found]
                self.fetched.append(Chunk(*place, ticket, start, following, records, 100 * len(records)))

    def deliver(self) -> None:
        """Hand the oldest chunk over."""
        worker, chunk = self._worker, self.fetched.popleft()
        if worker.sim.story is not None:
            worker.sim.say(f"{worker.name}: takes {chunk.topic}/{chunk.partition} {chunk.start}..{chunk.next - 1}")
        try:
            worker.partitions.offer(chunk)
        except Exception as error:  # noqa: BLE001 - told as what it is
            worker.sim.failed(f"{worker.name} refuses a chunk: {error!r}")
        worker.run()

    def new_ticket(self) -> int:
        self._last_ticket += 1
        return self._last_ticket

    async def open(self, positions: Mapping[TP, int], generation: int, ticket: int) -> None:
        def opened() -> bool:
            if generation != self.generation or not all(place in self._assigned for place in positions):
                return False
            for place, offset in positions.items():
                self._positions[place] = offset
                self._tickets[place] = ticket
                self._held.discard(place)
            return True

        if not await self._worker.ask(f"opens {dict(positions)}", opened, local=True):
            raise PartitionLost

    def hold(self, tps: Iterable[TP]) -> None:
        self._held.update(tps)

    def release(self, tps: Iterable[TP]) -> None:
        self._held.difference_update(tps)

    async def committed(self, tps: Iterable[TP]) -> dict[TP, int | None]:
        broker, places = self._worker.sim.broker, list(tps)
        found: dict[TP, int | None] = await self._worker.ask(
            "asks for committed offsets",
            lambda: {place: broker.position(GROUP, (place.topic, place.partition)) for place in places},
        )
        return found

    async def earliest(self, tps: Iterable[TP]) -> dict[TP, int]:
        broker, places = self._worker.sim.broker, list(tps)
        found: dict[TP, int] = await self._worker.ask(
            "asks for the oldest offsets", lambda: {place: broker[place.topic, place.partition].low for place in places}
        )
        return found
