"""Striking the line while it works: which process, when, how; and how long until it works again.

A strike falls when the client has sent its share of the events and what is struck has done something since it recovered
from the strike before: a process that is struck before it does anything proves little. Others may still be down.
"""

from __future__ import annotations

import random
import signal
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.faults.line import Client, FaultyLine

PROCESSES: Final = ("producer", "worker", "sink", "clickhouse", "kafka")
KILL, SLEEP = "kill -9", "SIGSTOP"
RECOVERY_SECONDS: Final = 180
LOOK_EVERY_SECONDS: Final = 0.05
DRIP_SECONDS, DRIP_EVENTS = 0.2, 20


@dataclass
class Strike:
    """One strike: what was struck, how, when (events confirmed), and how long until it had done something again."""

    process: str
    how: str
    at: int = 0
    recovered_seconds: float | None = None
    overlapped: bool = False
    """Whether something else was down meanwhile: then the time says more about the two of them."""

    def as_json(self) -> dict[str, Any]:
        """For a file."""
        return asdict(self)


@dataclass
class _Down:
    strike: Strike
    struck_at: float
    done_before: int
    wakes_at: float | None = None


def schedule(kills_of_each: int, seed: int, sleeps: Sequence[str] = ()) -> list[Strike]:
    """So many kills of each process, in rounds of a random order, with these processes put to sleep in between."""
    chance = random.Random(seed)
    strikes: list[Strike] = []
    for _ in range(kills_of_each):
        strikes += [Strike(process, KILL) for process in chance.sample(PROCESSES, len(PROCESSES))]
    for process in sleeps:
        strikes.insert(chance.randrange(1, len(strikes) + 1), Strike(process, SLEEP))
    return strikes


class Striker:
    """Carries a schedule out. Blocks until the last process has recovered; raises AssertionError when one does not."""

    def __init__(
        self,
        line: FaultyLine,
        client: Client,
        *,
        sleep_seconds: float = 10,
        together: float = 1.0,
        seed: int = 0,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._line = line
        self._client = client
        self._sleep_seconds = sleep_seconds
        self._together = together
        self._chance = random.Random(seed)
        self._tell = tell
        self._down: list[_Down] = []
        self._done: dict[str, int] = {}
        self._allowed = 0
        self._allowed_at = 0.0

    def run(self, strikes: Sequence[Strike], events: int) -> None:
        """Strike at even shares of so many events, of which the client has sent none yet; it may become a few more."""
        share = events / (len(strikes) + 1)
        for number, strike in enumerate(strikes, 1):
            self._allow(int((number + 0.5) * share))
            alone = self._chance.random() >= self._together
            self._until(f"strike {number} is due", lambda: self._confirmed() >= number * share)  # noqa: B023 - at once
            self._until(f"{strike.process} can be struck", lambda: self._works(strike.process, alone=alone))  # noqa: B023
            self._strike(strike)
            self._tell(f"{number}/{len(strikes)} {strike.how} {strike.process} at {strike.at} events")
        self._allow(events)
        self._until("all have recovered", lambda: not self._down)

    def _works(self, process: str, *, alone: bool) -> bool:
        """Whether it recovered and did something since then, while there is something to do."""
        if any(down.strike.process == process or alone for down in self._down):
            return False
        done = self._measure(process)
        before = self._done.setdefault(process, done)
        return done > before

    def _strike(self, strike: Strike) -> None:
        for down in self._down:
            down.strike.overlapped = strike.overlapped = True
        wakes_at = None
        before = self._measure(strike.process)
        began = time.monotonic()
        if strike.how == SLEEP:
            self._line.signal(strike.process, signal.SIGSTOP)
            wakes_at = began + self._sleep_seconds
        elif strike.process == "producer":
            self._client.kill()
        else:
            self._line.kill(strike.process)
        strike.at = self._confirmed()
        self._done.pop(strike.process, None)
        # What it did until it was dead counts for the one before; while nobody can say, it did no less than it had before.
        self._down.append(_Down(strike, began, max(self._measure(strike.process), before), wakes_at))

    def _allow(self, events: int) -> None:
        self._allowed = max(self._allowed, events)
        self._allowed_at = time.monotonic()
        self._client.allow(self._allowed)

    def _drip(self) -> None:
        """Let a few more events through when all are confirmed: who was struck shows that he works only with work to do."""
        if time.monotonic() - self._allowed_at >= DRIP_SECONDS and self._client.idle():
            self._allow(self._allowed + DRIP_EVENTS)

    def _until(self, what: str, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + RECOVERY_SECONDS
        while not true():
            self._drip()
            if self._look_after():
                deadline = time.monotonic() + RECOVERY_SECONDS
            if time.monotonic() > deadline:
                down = ", ".join(f"{down.strike.how} {down.strike.process}" for down in self._down)
                raise AssertionError(
                    f"not within {RECOVERY_SECONDS} s: {what}; down: {down or 'nobody'}; {self._line.behind()}; "
                    f"{self._confirmed()} events confirmed\n{self._client.log()}"
                )
            time.sleep(LOOK_EVERY_SECONDS)

    def _look_after(self) -> bool:
        """Wake who has slept enough, and see who has recovered; returns whether anybody has."""
        self._client.look_after()
        some = False
        for down in list(self._down):
            now = time.monotonic()
            if down.wakes_at is not None and now >= down.wakes_at:
                self._line.signal(down.strike.process, signal.SIGCONT)
                down.wakes_at, down.done_before, down.struck_at = None, self._measure(down.strike.process), now
            elif down.wakes_at is None and down.strike.process == "kafka" and not self._line.kafka_listens():
                # What it had confirmed before it died may be written down only now.
                down.done_before = self._confirmed()
            elif down.wakes_at is None and self._measure(down.strike.process) > down.done_before:
                down.strike.recovered_seconds = round(now - down.struck_at, 2)
                self._down.remove(down)
                some = True
                self._tell(f"  {down.strike.process} works again after {down.strike.recovered_seconds} s")
        return some

    def _measure(self, process: str) -> int:
        """What a process has done so far, by somebody else's word; -1 while nobody can say."""
        if process == "worker":
            return self._line.committed("xiangmai-worker")
        if process == "sink":
            return self._line.committed("xiangmai-sink-events")
        if process == "clickhouse":
            return self._line.stored()
        return self._confirmed()

    def _confirmed(self) -> int:
        return self._client.ledger.confirmations()
