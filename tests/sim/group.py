"""The worker's consumer group, as its coordinator keeps it (Kafka's eager protocol)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sim.network import Assignment

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation
    from tests.sim.worker import Worker


class Group:
    """Members, and the generation they are in. A rebalance ends when every member has joined again."""

    def __init__(self, sim: Simulation, partitions: int) -> None:
        self._sim = sim
        self._partitions = partitions
        self.members: list[Worker] = []
        self.generation = 0
        self.rebalancing = False
        self._joined: dict[Worker, int] = {}
        self._told: dict[Worker, int] = {}

    def knows(self, worker: Worker, attempt: int) -> bool:
        """Whether the worker's attempt at joining is answered some time."""
        return attempt in (self._joined.get(worker), self._told.get(worker))

    def join(self, worker: Worker, attempt: int) -> None:
        """Take a member in; a rebalance begins with that."""
        if worker.dead or attempt != worker.attempt:
            return
        if worker not in self.members:
            self.members.append(worker)
        self._joined[worker] = attempt
        self.rebalancing = True

    def leave(self, worker: Worker) -> None:
        """Go on without a member: it left, or its session ended."""
        if worker in self.members:
            self.members.remove(worker)
            self.rebalancing = bool(self.members)
        self._joined.pop(worker, None)
        self._told.pop(worker, None)

    def complete(self) -> None:
        """End the rebalance if every member has joined."""
        if not self.rebalancing or len(self._joined) != len(self.members):
            return
        rng = self._sim.rng
        self.generation += 1
        self.rebalancing = False
        self._told, self._joined = self._joined, {}
        owners = [rng.choice(self.members) for _ in range(self._partitions)]
        for member in self.members:
            mine = [partition for partition, owner in enumerate(owners) if owner is member]
            self._sim.network.append(Assignment(member, self._told[member], self.generation, mine))
