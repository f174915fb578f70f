"""Running the county against the line: load its past as fast as the line takes it, then live on with it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

from producers.simulate.arrivals import Arrivals
from producers.simulate.clock import Stretch
from producers.simulate.domain import seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from producers.simulate.arrivals import Arrival, Troubles
    from producers.simulate.domain import Happening
    from producers.simulate.plan import Plan
    from producers.simulate.world import World

CHECKPOINT_MS = 10_000
STEP_MS = 100
CONFIRM_SECONDS = 150.0


class Producer(Protocol):
    """The two methods of `producers.event_producer.EventProducer` that a run needs."""

    def send(self, record_name: str, event: dict[str, Any], *, domain: str) -> object:
        """Hand an event over; blocks while the buffer is full."""
        ...

    def flush(self, timeout_seconds: float) -> None:
        """Return when everything is confirmed; raises naming what was not."""
        ...


class Run:
    """One run. `now` gives the wall time in ms, `sleep` waits for seconds, `told` hears when each record sent was written down.

    Whatever stops a run from outside sets `stopping`: a load is cut off there and its plan stays incomplete, a life
    sends what is on its way, confirms and keeps its truths.
    """

    def __init__(
        self,
        world: World,
        plan: Plan,
        producer: Producer,
        troubles: Troubles,
        *,
        file: Path | None,
        now: Callable[[], int],
        sleep: Callable[[float], None],
        told: Callable[[int], None] = lambda _: None,
        records_per_second: float = 0,
    ) -> None:
        self.stopping = False
        self._world = world
        self._plan = plan
        self._producer = producer
        self._arrivals = Arrivals(world.county, troubles, seeded(plan.seed, "arrivals", plan.until))
        self._file = file
        self._now = now
        self._sleep = sleep
        self._told = told
        self._records_per_second = records_per_second
        self._counted: Counter[str] = Counter()
        self._began = now()

    def load(self, sent_before: int) -> None:
        """Send everything recorded from the county time `sent_before` to the plan's `until`, late ones later.

        What was recorded before `sent_before` is lived through and not sent. Returns when all of it is confirmed.
        """
        for happening in self._world.until(sent_before):
            self._counted[happening.record] += 1
        self._keep(complete=False)
        until = self._plan.until
        if self._send(self._arrivals.of(self._recorded(until), until), interruptible=True):
            self._finish(until)

    def live(self, speed: float) -> None:
        """Send events as they happen, the county living `speed` times as fast as we do, until `stopping` is set."""
        plan = self._plan
        stretch = Stretch(plan.until, max(self._now(), plan.clock.to_wall(plan.until)), speed)
        plan.clock = plan.clock.with_stretch(stretch)
        reached = plan.until
        while not self.stopping:
            county_now = max(stretch.to_county(self._now()), reached)
            if county_now >= plan.until:
                plan.until = county_now + int(CHECKPOINT_MS * speed)
                self._keep(complete=False)
                self._producer.flush(CONFIRM_SECONDS)
            self._send(self._arrivals.of(self._recorded(county_now), county_now))
            reached = county_now
            self._sleep(STEP_MS / 1000)
        plan.until = reached
        self._finish(reached)

    def _recorded(self, until: int) -> Iterator[Happening]:
        """Give what is recorded before `until`, with wall times, counted."""
        clock = self._plan.clock
        for happening in self._world.until(until):
            self._counted[happening.record] += 1
            clock.set(happening.event)
            yield happening

    def _send(self, arrivals: Iterable[Arrival], *, interruptible: bool = False) -> bool:
        """Send them all and say so; an interruptible one may end before its time and leave the plan incomplete."""
        sent, send = self._plan.sent, self._producer.send
        for arrival in arrivals:
            send(arrival.happening.record, arrival.happening.event, domain=arrival.happening.domain)
            sent.records += 1
            sent.repeated += arrival.repeated
            sent.late += arrival.late and not arrival.repeated
            self._told(arrival.happening.recorded_at)
            if interruptible and self.stopping:
                return False
            if self._records_per_second:
                ahead = sent.records / self._records_per_second - (self._now() - self._began) / 1000
                if ahead > STEP_MS / 1000:
                    self._sleep(ahead)
        return True

    def _finish(self, until: int) -> None:
        """Send what is on its way, wait until all is confirmed, and keep the truths."""
        self._send(self._arrivals.rest())
        self._producer.flush(CONFIRM_SECONDS)
        plan = self._plan
        plan.sent.seconds = (self._now() - self._began) / 1000
        plan.events = dict(sorted(self._counted.items()))
        plan.truths = self._world.truths(plan.clock, until)
        self._keep(complete=True)

    def _keep(self, *, complete: bool) -> None:
        self._plan.complete = complete
        if self._file is not None:
            self._plan.save(self._file)
