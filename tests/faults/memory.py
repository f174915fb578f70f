"""An hour at a steady rate: how much memory every process takes, and whether it grows where nothing does.

In the first half every event is news, so the worker's state grows with the cases: that gives the bytes of a live case. In
the second half the same events come again, as fast: what still grows then leaks.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, Any, Final, Self

import psutil

from deploy.local.supervise import Supervisor
from tests.faults import results
from tests.faults.line import Client
from tests.faults.settling import settle
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.faults.line import FaultyLine

SAMPLE_SECONDS: Final = 5.0
TELL_EVERY_SECONDS: Final = 30
PATIENCE_SECONDS: Final = 24 * 3_600
WARM_UP_SHARE: Final = 0.25
"""Of each half so much is left out: caches fill, and what was begun before ends."""
JUDGED_FROM_SECONDS: Final = 1_800
"""A shorter run is told and not judged: it mostly sees caches fill."""
SLOPE_MB_AN_HOUR: Final = 5.0
BYTES_A_CASE: Final = 1_024


@dataclass(frozen=True)
class Sample:
    """What every process takes at one moment."""

    at: float
    phase: str
    cases: int
    bytes: dict[str, int]


class Sampler:
    """A thread that looks at every process of the line every few seconds; `phase` says what is going on."""

    def __init__(self, line: FaultyLine) -> None:
        self._line = line
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler", daemon=True)
        self.phase = "start"
        self.samples: list[Sample] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)

    def _run(self) -> None:
        supervisor = Supervisor(self._line.layout)
        while not self._stop.wait(SAMPLE_SECONDS):
            with suppress(Exception):  # a moment that cannot be seen is left out
                told = {name: one["pid"] for name, one in supervisor.information().items() if one["pid"]}
                cases = self._line.query("SELECT count() FROM xiangmai.cases_appeal")[0][0]
                taken = {name: resident(pid) for name, pid in told.items()}
                self.samples.append(Sample(time.monotonic(), self.phase, cases, taken))


def resident(pid: int) -> int:
    """Bytes in memory of a process and its children."""
    process = psutil.Process(pid)
    return int(sum(one.memory_info().rss for one in (process, *process.children(recursive=True))))


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of these points: the median of the slopes between any two of them (Theil and Sen); 0 of fewer than two.

    A merge that takes a gigabyte for a minute, or a step while the machine was busy, moves a line of least squares; growth that
    lasts moves the median.
    """
    slopes = [(y - before) / (x - earlier) for (earlier, before), (x, y) in combinations(points, 2) if x != earlier]
    return median(slopes) if slopes else 0.0


def run(line: FaultyLine, folder: Path, seconds: int, rate: float, tell: Callable[[str], None]) -> dict[str, Any]:
    """Send new events for one half of the time, the same again for the other; returns the result."""
    half = seconds / 2
    events = int(half * rate)
    clients: list[Client] = []
    with Sampler(line) as sampler:
        try:
            for phase in ("new events", "the same again"):
                (folder / phase).mkdir()
                client = Client(line, folder / phase, 9, events_per_second=rate)
                clients.append(client)
                sampler.phase = phase
                client.allow(events)
                _follow(client, sampler, tell)
                client.finish()
        finally:
            for client in clients:
                client.end()
        sampler.phase = "end"
    outcome = settle(line, seconds=600)
    return _judge(sampler.samples, outcome.wrong, outcome.as_json(), seconds, rate)


def _follow(client: Client, sampler: Sampler, tell: Callable[[str], None]) -> None:
    """Say now and then how it goes, until all is sent."""
    told_at = 0.0

    def sent() -> bool:
        nonlocal told_at
        client.look_after()
        if time.monotonic() - told_at > TELL_EVERY_SECONDS:
            told_at = time.monotonic()
            tell(f"{sampler.phase}: {client.ledger.attempted():,} events; {_now(sampler)}")
        return client.idle()

    wait_until("all is sent", sent, PATIENCE_SECONDS)


def _now(sampler: Sampler) -> str:
    newest = sampler.samples[-1] if sampler.samples else None
    return "" if newest is None else ", ".join(f"{name} {size / 1e6:.0f} MB" for name, size in newest.bytes.items())


def _judge(
    samples: list[Sample], wrong: list[str], outcome: dict[str, Any], seconds: int, rate: float
) -> dict[str, Any]:
    phases = {
        phase: _warm([one for one in samples if one.phase == phase]) for phase in ("new events", "the same again")
    }
    wrong = [*wrong]
    if any(len(warm) < 2 for warm in phases.values()):
        return {"wrong": [*wrong, "too short to say anything: fewer than two samples after the warm-up"], "told": ""}
    rows, growth = [], {}
    for name in sorted(samples[-1].bytes):
        growing, steady = (
            slope([(one.at / 3600, one.bytes[name] / 1e6) for one in warm if name in one.bytes])
            for warm in phases.values()
        )
        growth[name] = {"new_events": growing, "the_same_again": steady}
        rows.append([name, f"{samples[-1].bytes[name] / 1e6:.0f}", f"{growing:+.1f}", f"{steady:+.1f}"])
        if steady >= SLOPE_MB_AN_HOUR and seconds >= JUDGED_FROM_SECONDS:
            wrong.append(f"{name} grows by {steady:.1f} MB an hour while nothing is new")
    new = phases["new events"]
    each = slope([(one.cases, one.bytes["worker"]) for one in new])
    last = samples[-1]
    all_in = last.bytes["worker"] / max(last.cases, 1)
    if each >= BYTES_A_CASE and seconds >= JUDGED_FROM_SECONDS:
        wrong.append(f"a live case takes {each:.0f} bytes of the worker")
    heads = ["process", "MB at the end", "MB an hour, new events", "MB an hour, the same again"]
    told = (
        f"{results.table(heads, rows)}\n\n{rate:,.0f} events/s for {seconds / 3600:.2f} hours; {last.cases:,} live cases; a case "
        f"more takes {each:.0f} bytes of the worker; all of the worker's memory divided by its cases: {all_in:.0f} bytes."
    )
    return {
        "seconds": seconds,
        "rate": rate,
        "mb_an_hour": growth,
        "bytes_a_case": round(each, 1),
        "bytes_a_case_all_in": round(all_in, 1),
        "cases": last.cases,
        "outcome": outcome,
        "samples": [
            [round(s.at - samples[0].at, 1), s.phase, s.cases, s.bytes] for s in samples[:: max(1, len(samples) // 200)]
        ],
        "wrong": wrong,
        "told": told,
    }


def _warm(samples: list[Sample]) -> list[Sample]:
    return samples[int(len(samples) * WARM_UP_SHARE) :]
