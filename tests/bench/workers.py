"""Two workers beside one, on the same work: `python -m tests.bench.workers`.

Each run has a Kafka of its own with the work's events in it. With two, the measurement begins when both have their partitions. Where there
are fewer than three cores the broker and this measurement take from what the workers have, so beside the clock's ratio stands what a second
of processor time gives: it says what the work loses by being shared, whatever the machine.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

import click

from tests.bench import work
from tests.bench.draining import Drained, drain
from tests.bench.line import own_line
from tests.bench.telling import Found, command, say, tell
from tests.bench.throughput import counts_of, wrong
from tests.streams.edge.worker_process import Worker

if TYPE_CHECKING:
    from collections.abc import Sequence

GOAL: Final = 1.7
EVENTS: Final = 500_000
QUICK_EVENTS: Final = 150_000
WORKERS: Final = (1, 2)


def measure(made: work.Work, workers: int) -> tuple[Drained, int]:
    """Drain the work by so many workers; returns what was measured, and how many counts are wrong."""
    with tempfile.TemporaryDirectory() as name, own_line(Path(name)) as line:
        # Of two that find an empty registry and register what they write at the same moment, one is refused and ends.
        Worker(line.env, line.folder).ready(work.PARTITIONS).stop()
        line.produce(work.TOPIC, made.events)
        drained = drain(line.env, line.folder, len(made.events), partitions=work.PARTITIONS, workers=workers)
        return drained, wrong(counts_of(line), made.expected)


def row(workers: int, found: Sequence[Drained], alone: Sequence[Drained]) -> list[object]:
    """Return the row of a table: the middle of each figure, beside one worker."""
    speed, one_speed = (median(run.events_per_second for run in runs) for runs in (found, alone))
    by_cpu, one_by_cpu = (median(run.events_per_cpu_second for run in runs) for runs in (found, alone))
    busier = median(max(run.cpu_seconds) / sum(run.cpu_seconds) for run in found)
    broker = median(run.broker_cpu_seconds for run in found)
    return [
        workers,
        f"{median(run.events for run in found):,.0f}",
        f"{speed:,.0f}",
        f"{speed / one_speed:.2f}",
        f"{by_cpu:,.0f}",
        f"{by_cpu / one_by_cpu:.2f}",
        f"{busier:.0%}",
        f"{median(sum(run.cpu_seconds) / run.seconds for run in found):.2f}",
        f"{broker:.1f}",
    ]


@command
@click.option("--rounds", default=3, show_default=True, help="轮数，两种配置交替 / rounds, by turns; one with --quick")
def main(*, quick: bool, written: Path | None, rounds: int) -> None:
    """两个计算进程与一个相比，同一份工作 / two workers beside one, on the same work."""
    made = work.make_work(QUICK_EVENTS if quick else EVENTS)
    runs: dict[int, list[Drained]] = {workers: [] for workers in WORKERS}
    wrong_runs = []
    for number in range(1, (1 if quick else rounds) + 1):
        for workers in WORKERS:
            drained, mistaken = measure(made, workers)
            runs[workers].append(drained)
            say(f"{number}: {workers} × worker: {drained.events_per_second:,.0f} events/s, wrong {mistaken}")
            if mistaken:
                wrong_runs.append(f"round {number} with {workers}: {mistaken} counts are wrong")
    cores = os.cpu_count() or 1
    found = Found(
        [
            "workers",
            "events measured",
            "events/s",
            f"× one (goal {GOAL})",
            "events / CPU s of all workers",
            "× one",
            "CPU of the busier",
            "cores used by workers",
            "broker CPU s",
        ],
        [row(workers, found, runs[1]) for workers, found in runs.items()],
        [_about(cores)],
        {"cores": cores, "runs": {str(workers): [asdict(run) for run in found] for workers, found in runs.items()}},
        wrong_runs,
    )
    tell(found, written)


def _about(cores: int) -> str:
    if cores > max(WORKERS):
        return f"{cores} cores: broker and measurement have a core of their own."
    return (
        f"{cores} cores, of which the broker takes part of one while two workers run: "
        "what two can reach here is the cores they had over those one had, not 2."
    )


if __name__ == "__main__":
    main()
