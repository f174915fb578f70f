"""The simulation: a small county, its worker, its sinks and Kafka between them, driven by a seed.

Every step, the seed decides what happens next: something under way arrives, somebody does a bit of its work, or
something breaks. Then the faults stop, and all of it must drain.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from streams.options import WorkerOptions
from tests.sim import faults, final
from tests.sim.cases import ACCEPTED, END, PARTITIONS, START, TOPICS, cases, poison, world
from tests.sim.faults import FAULTS, STRIKES
from tests.sim.group import Group
from tests.sim.log import Broker
from tests.sim.network import Markers
from tests.sim.replaced import SimulatedTime
from tests.sim.settling import settle
from tests.sim.sinking import SinkGroup, SinkProcess, shapers
from tests.sim.truth import Reader, Truth, Violation
from tests.sim.warehouse import Warehouse
from tests.sim.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sim.cases import Input
    from tests.sim.log import Place, Transaction

HOUR = 3_600_000
SINKS = ((), ("events",), ("indicators",), ("indicators",), ("cases",), ("events", "deadletters"))
STEPS = 140


class Simulation:
    """One run. `story` collects what happens when it is given."""

    def __init__(self, seed: int, story: list[str] | None = None) -> None:
        self.rng = rng = random.Random(seed)
        random.seed(seed)  # the product's own: tenacity's jitter
        SimulatedTime.now = lambda: self.seconds
        self.story = story
        self.seconds, self.wall_ms = 1_000.0, START
        self.world, self.topics = world(), TOPICS
        self.engine = self.world.engine
        self.faulty = True
        self.failure = ""
        self.partitions = rng.choice((1, 1, PARTITIONS))
        self.refused_row_limit = rng.choice((1_000, 1_000, 1, 2))
        self.truth = Truth(self.partitions, self.refused_row_limit)
        self.broker = Broker(self._decided)
        self.network: list[Any] = []
        self.readers = [Reader(self.broker, self.truth, partition) for partition in range(self.partitions)]
        self.warehouse = Warehouse(rng.choice((0, 2, 1000)))
        self.group = Group(self, self.partitions)
        self.workers: list[Worker] = []
        self._options = WorkerOptions(
            tick_seconds=7.0,
            slice_records=rng.choice((2, 500)),
            publish_records=rng.choice((2, 5, 5000)),
            inbox_records=rng.choice((2, 20_000)),
            backlog_records=rng.choice((1, 5_000)),
        )
        self._numbers = dict.fromkeys(("worker", "sink"), 0)
        self.most_workers = rng.choice((1, 2, 2))
        self.sink_groups = [SinkGroup(self, name, *shapers()[name]) for name in rng.choice(SINKS)]
        self.sinks: list[SinkProcess] = []
        self.loss, self.sink_loss = rng.choice((0.0, 0.02, 0.1)), rng.choice((0.0, 0.1, 0.5))
        self.spite = rng.choice((0.0, 0.0, 0.02, 0.06))
        self.deadly = rng.choice((0.0, 0.05))
        self._faults = rng.sample(FAULTS, rng.choice((1, 2, 4, 8)))
        self._fault_rate = rng.choice((0.01, 0.03, 0.08))
        self.unsent = self._inputs()
        self._habits: list[Callable[[], None]] = [
            self.produce, self.produce, self.fetch, self.deliver, self.fetch, self.deliver, self.beat, self.beat,
            self._sink, self._sink, self._read, self._pass_time,
        ]  # fmt: skip
        self._depth = 0
        if rng.random() < 0.25:
            while self.unsent:
                self.produce()

    def run(self) -> None:
        """Run to the end; raises Violation for the first promise that does not hold."""
        try:
            for _ in range(STEPS):
                self.step()
            settle(self)
            final.judge(self)
        finally:
            for worker in self.workers:
                worker.kill()

    def step(self) -> None:
        """Let one thing happen."""
        rng = self.rng
        chance = rng.random()
        if chance < self._fault_rate:
            self._faults[int(chance / self._fault_rate * len(self._faults))](self)
        elif self.network and chance < 0.85:
            for _ in range((1, 2, 4)[int(rng.random() * 3)]):
                if self.network:
                    self.go_on(int(rng.random() * len(self.network)))
        else:
            self._habits[int(rng.random() * len(self._habits))]()
        self.look()

    def look(self) -> None:
        """Raise what was told as a failure."""
        if self.failure:
            raise Violation(self.failure)

    def meanwhile(self) -> None:
        """Let the world go on while a sink waits for an answer."""
        if not self._depth:
            self._depth += 1
            for _ in range(self.rng.randrange(8)):
                self.step()
            self._depth -= 1

    def say(self, text: str) -> None:
        """Add a line to the story."""
        if self.story is not None:
            self.story.append(f"{self.seconds - 1000:8.2f}  {text}")

    def failed(self, what: str) -> None:
        """Remember the first thing that went wrong; told where no exception could be."""
        self.failure = self.failure or what

    def strike(self, worker: Worker) -> None:
        """Have something happen to a worker in the middle of a request."""
        self.rng.choice(STRIKES)(self, worker)

    def fate(self, loss: float) -> str:
        """Return what becomes of a request: "" (it arrives and is answered), "lost", or "unanswered"."""
        if self.faulty and loss:
            chance = self.rng.random()
            if chance < loss:
                return "lost" if chance * 2 < loss else "unanswered"
        return ""

    def refusable(self, place: Place, offset: int) -> bool:
        """Whether the record there is one that no sink may store."""
        return place[0] in TOPICS and self.truth.inputs[place][offset].case is None

    def _inputs(self) -> list[Input]:
        rng = self.rng
        chosen = rng.sample([case for case in cases() if case.partition < self.partitions], rng.choice((1, 2, 2, 3)))
        found = [each for case in chosen for each in case.inputs]
        found += [each for each in found if rng.random() < 0.2]
        found += rng.choices(
            poison(), k=rng.choice((0, 0, 0, 1, 2) if self.refused_row_limit > len(found) else (2, 4, 8))
        )
        if rng.random() < 0.8:
            rng.shuffle(found)
        return found[::-1]

    def _decided(self, transaction: Transaction) -> None:
        if transaction.unmarked:
            self.network.append(Markers(transaction))
        if transaction.state == "committed":
            self.truth.committed(transaction)

    def go_on(self, which: int) -> None:
        """Take something that is under way one step on."""
        network = self.network
        if network[which].go(self):
            # What it did may have added to the network, never taken from it.
            last = network.pop()
            if which < len(network):
                network[which] = last

    def produce(self) -> None:
        """Have the next event sent, if there is one left."""
        if self.unsent:
            each = self.unsent.pop()
            place = each.topic, each.partition
            offset = self.broker[place].append(each.key, each.value, ACCEPTED)
            self.truth.inputs[place].append(each)
            if self.story is not None:
                what = f"{each.case.id} event {each.bit}" if each.case else each.reason
                self.say(f"sent: {each.topic}/{each.partition}@{offset} {what}")

    def awake(self) -> list[Worker]:
        """Return the workers that can do something."""
        return [worker for worker in self.workers if not worker.dead and not worker.paused]

    def fetch(self) -> None:
        """Let workers fetch what there is."""
        for worker in self.awake():
            worker.intake.fetch()

    def deliver(self) -> None:
        """Let workers take what they fetched."""
        for worker in self.awake():
            if worker.intake.fetched:
                worker.intake.deliver()

    def beat(self) -> None:
        """Let groups and supervisors notice what happened."""
        self.workers = [worker for worker in self.workers if not worker.dead]
        if len(self.workers) < self.most_workers:
            self._numbers["worker"] += 1
            skew_ms = self.rng.choice((0, -2 * HOUR, 48 * HOUR))
            self.workers.append(Worker(self, f"worker-{self._numbers['worker']}", self._options, skew_ms=skew_ms))
        if self.faulty and self.rng.random() < 0.1:
            faults.wake(self)
        for worker in self.awake():
            if worker.deaf and (not self.faulty or self.rng.random() < 0.1):
                worker.deaf = False
            worker.heartbeat()
        self.group.complete()
        self.sinks = [sink for sink in self.sinks if not sink.dead]
        for group in self.sink_groups:
            if not any(sink.group is group for sink in self.sinks) or (self.faulty and self.rng.random() < 0.05):
                self._numbers["sink"] += 1
                self.sinks.append(SinkProcess(group, f"sink-{self._numbers['sink']} {group.name}"))

    def _sink(self) -> None:
        free = [sink for sink in self.sinks if not sink.busy and not sink.dead]
        if free:
            self.rng.choice(free).step()

    def _read(self) -> None:
        self.rng.choice(self.readers).read()

    def _pass_time(self) -> None:
        self.seconds += self.rng.choice((0.05, 0.2, 1.0, 2.0))
        self.wall_ms = min(END, self.wall_ms + self.rng.choice((0, 0, HOUR, 30 * HOUR, 120 * HOUR)))
        self.fire()

    def fire(self) -> None:
        """Let everybody notice what time it is."""
        for worker in self.awake():
            worker.run_timers()
