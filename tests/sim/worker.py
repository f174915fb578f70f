"""A worker process: the product's partitions, owners, recovery, writers and shards, over the simulated Kafka."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from aiokafka.errors import KafkaError
from faust.types import TP

from streams.changelog import RecoveryStalled
from streams.edge import Edge
from streams.options import WorkerOptions
from streams.partitions import Partitions
from streams.schema_lookup import SchemaLookup
from streams.shard import Shard
from streams.transactions import Fenced, TransactionFailed
from tests.sim.cases import limited
from tests.sim.intake import Intake
from tests.sim.loop import Loop
from tests.sim.network import GROUP, Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sim.simulation import Simulation

EXPECTED = (Fenced, TransactionFailed, RecoveryStalled, KafkaError)
"""What may end a worker: it is started again, and reads the truth from the log. Anything else is a fault."""


class Worker:
    """One run of a worker, from its start to its end. `state` is how it stands to its group, as it knows."""

    def __init__(self, sim: Simulation, name: str, options: WorkerOptions, *, skew_ms: int) -> None:
        self.sim = sim
        self.name = name
        self.dead = self.paused = self.deaf = self.stopping = self._ended = False
        self.slow = sim.rng.random() < 0.25
        self.state = "out"
        self.attempt = 0
        self.loop = Loop(self, lambda: sim.seconds)
        self.intake = Intake(self)
        self._skew_ms = skew_ms
        engine = limited(sim.engine, sim.refused_row_limit)
        edge = Edge(
            bootstrap="",
            group=GROUP,
            topics=sim.topics,
            new_shard=lambda partition: Shard(engine, partition),
            schemas=SchemaLookup(sim.world.decoder, cast("Any", None)),
            intake=lambda: cast("Any", self.intake),
            clock=self.clock,
            publish_interval_seconds=sim.rng.choice((0.0, 0.1)),
            options=options,
        )
        self.partitions = Partitions(edge, self._crash)
        self.loop.create_task(self.partitions.keep_time())
        self.rejoin()

    def clock(self) -> int:
        """Return what this worker takes for the time, ms."""
        now = self.sim.wall_ms + self._skew_ms
        self.sim.truth.latest_ms = max(self.sim.truth.latest_ms, now)
        return now

    def run(self) -> None:
        """Let it do whatever it can do now."""
        self.loop.run()
        self._look()

    def run_timers(self) -> None:
        """Let it notice what time it is."""
        self.loop.run_timers()
        self._look()

    def ask(self, what: str, effect: Callable[[], Any], *, local: bool = False) -> asyncio.Future[Any]:
        """Send a request; the future is settled when it is answered."""
        future = self.loop.create_future()
        if self.dead:
            future.cancel()
        else:
            self.sim.network.append(Request(self, what, effect, future, local=local))
        return future

    def heartbeat(self) -> None:
        """Hear from the group that it rebalances, or has gone on without us."""
        group = self.sim.group
        if self.deaf:
            return
        if self.state == "member" and (group.rebalancing or self not in group.members):
            self.rejoin()
        elif self.state == "joined" and self._answer.done() and not group.knows(self, self.attempt):
            self._join()

    def rejoin(self) -> None:
        """Give back what we have, then join."""
        self.state = "leaving"
        self.loop.create_task(self._rejoin())
        self.run()

    def awaits(self, attempt: int) -> bool:
        """Whether it still waits for the answer to this attempt at joining, however long that took."""
        return self.state == "joined" and attempt == self.attempt

    def assigned(self, generation: int, partitions: list[int]) -> None:
        """Take what a rebalance gave us."""
        self.state = "member"
        places = [TP(topic, partition) for topic in self.sim.topics for partition in partitions]
        self.intake.assign(generation, places)
        self.loop.create_task(self.partitions.on_assigned(places, generation))
        self.run()

    def stop(self) -> None:
        """Publish what is folded, leave, end."""
        if not self.stopping:
            self.stopping = True
            self.loop.create_task(self._close())

    def kill(self) -> None:
        """End it as `kill -9` does: nothing it was about to do happens."""
        if not self.dead:
            self.dead = True
            self.loop.bury()

    async def _rejoin(self) -> None:
        self.intake.revoke()
        await self.partitions.on_revoked(())
        self._join()

    def _join(self) -> None:
        self.state = "joined"
        self.attempt += 1
        attempt = self.attempt
        self._answer = self.ask("joins the group", lambda: self.sim.group.join(self, attempt))
        self._answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # a lost one is sent again

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(WorkerOptions().stop_within_seconds):
                await self.partitions.close()
        except TimeoutError:
            pass
        self._ended = True

    async def _crash(self, error: BaseException) -> None:
        if self.dead:
            return
        self.sim.say(f"{self.name}: crashes: {type(error).__name__}: {error}")
        if not isinstance(error, EXPECTED):
            self.sim.failed(f"{self.name} crashes of {error!r}")
        self.stop()

    def _look(self) -> None:
        if self.loop.errors and not self.dead:
            self.sim.failed(f"{self.name}: nobody takes {self.loop.errors[0]!r}")
        if self._ended and not self.dead:
            self.sim.say(f"{self.name}: has ended")
            self.sim.group.leave(self)
            self.kill()
