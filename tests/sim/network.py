"""What is under way between processes and Kafka, each a thing that can be late, lost, or done without an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiokafka.errors import KafkaError, RequestTimedOutError

from tests.sim.log import Blocked

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from tests.sim.log import Transaction
    from tests.sim.simulation import Simulation
    from tests.sim.worker import Worker


GROUP = "worker"
"""The worker's consumer group, and the beginning of its transactional ids."""


class Request:
    """A worker's request: `effect` happens when it arrives, the future is settled when the answer is back.

    A `local` one does not leave the worker: it is late at most.
    """

    __slots__ = ("_arrived", "_effect", "_error", "_future", "_local", "_result", "_what", "_worker")

    def __init__(
        self, worker: Worker, what: str, effect: Callable[[], Any], future: asyncio.Future[Any], *, local: bool
    ) -> None:
        self._worker = worker
        self._what = what
        self._effect = effect
        self._future = future
        self._local = local
        self._arrived = False
        self._result: Any = None
        self._error: KafkaError | None = None

    def go(self, sim: Simulation) -> bool:
        """Take it one step on; True when nothing is left of it."""
        worker = self._worker
        if worker.slow and sim.faulty and sim.rng.random() < 0.7:
            return False
        if not self._arrived and not self._travel(sim):
            return worker.dead
        if worker.dead or worker.paused:
            return worker.dead
        if not self._future.done():
            if self._error is None:
                self._future.set_result(self._result)
            else:
                self._future.set_exception(self._error)
        worker.run()
        return True

    def _travel(self, sim: Simulation) -> bool:
        """Whether it has arrived, and is answered at once. What a dead worker sent last may arrive, or not."""
        worker = self._worker
        if (worker.dead and (self._local or sim.rng.random() < 0.5)) or not self._arrive(sim):
            return False
        if sim.faulty and sim.spite and not worker.dead and sim.rng.random() < sim.spite:
            sim.strike(worker)
        return not sim.faulty or sim.rng.random() > 0.15

    def _arrive(self, sim: Simulation) -> bool:
        fate = "" if self._local else sim.fate(sim.loss)
        if fate != "lost":
            try:
                self._result = self._effect()
            except Blocked:
                return False
            except KafkaError as error:
                self._error = error
        if fate:
            self._error = RequestTimedOutError()
        self._arrived = True
        if sim.story is not None:
            end = f" -> {type(self._error).__name__}" if self._error is not None else ""
            sim.say(f"{self._worker.name}: {self._what}{f' ({fate})' if fate else ''}{end}")
        return True


class Markers:
    """The markers a decided transaction still owes its partitions."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def go(self, sim: Simulation) -> bool:
        """Write one of them, or all."""
        owed = self._transaction.unmarked
        while owed:
            sim.broker.mark(self._transaction, sim.rng.randrange(len(owed)))
            if sim.faulty and sim.rng.random() < 0.2:
                break
        return not owed


class Assignment:
    """What a rebalance gave a worker, on its way to it."""

    __slots__ = ("_attempt", "_generation", "_partitions", "_worker")

    def __init__(self, worker: Worker, attempt: int, generation: int, partitions: list[int]) -> None:
        self._worker = worker
        self._attempt = attempt
        self._generation = generation
        self._partitions = partitions

    def go(self, sim: Simulation) -> bool:
        """Tell the worker."""
        if self._worker.dead or not self._worker.awaits(self._attempt):
            return True
        if self._worker.paused:
            return False
        if sim.story is not None:
            sim.say(f"{self._worker.name}: generation {self._generation}, partitions {self._partitions}")
        self._worker.assigned(self._generation, self._partitions)
        return True
