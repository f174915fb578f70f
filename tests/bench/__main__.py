"""`python -m tests.bench`: measure the line against its peers and write what was found."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from tests.bench import work
from tests.bench.line import own_line
from tests.bench.peers_ready import peers
from tests.bench.throughput import Run, run_ours, run_peer

SYSTEMS = (
    ("faust", "tables"),
    ("faust", "exactly_once"),
    ("quix", "at_least_once"),
    ("quix", "exactly_once"),
    ("kafka-streams", "at_least_once"),
    ("kafka-streams", "exactly_once"),
)
_FAUST_SHARE = 5
"""Stock Faust gets a fifth of the events: it needs as long for them as the others for all."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--events", default=500_000, show_default=True, help="events of the work")
@click.option("--rounds", default=3, show_default=True, help="each round runs every system once")
@click.option("--only", multiple=True, help="only these systems, e.g. --only quix; ours always runs")
@click.option("--json", "written", type=click.Path(path_type=Path), help="write every run here")
def main(events: int, rounds: int, only: tuple[str, ...], written: Path | None) -> None:
    """同一份工作，几个系统轮流做，逐一核对结果 / the same work by every system in turn, results compared."""
    console, runs = Console(stderr=True), list[Run]()
    ready = peers()
    full, small = work.make_work(events), work.make_work(max(events // _FAUST_SHARE, 1000))
    for number in range(1, rounds + 1):
        with tempfile.TemporaryDirectory() as folder, own_line(Path(folder)) as line:
            line.produce(work.TOPIC, full.events)
            line.make_topic("small")
            line.produce("small", small.events)
            for system, mode in SYSTEMS:
                if not only or system in only:
                    few = system == "faust"
                    topic, wanted = ("small", small) if few else (work.TOPIC, full)
                    _told(console, number, runs, run_peer(line, ready, system, mode, topic, wanted))
            _told(console, number, runs, run_ours(line, full))
    _show(runs)
    if written:
        written.write_text(json.dumps([run.as_dict() for run in runs], indent=1), encoding="utf-8")


def _told(console: Console, number: int, runs: list[Run], run: Run) -> None:
    runs.append(run)
    console.print(
        f"{number}: {run.system} {run.mode}: {run.events_per_second:,.0f} events/s, "
        f"{run.cpu_seconds_per_million:.1f} CPU s per million, wrong {run.wrong_counts}",
        markup=False,
    )


def _show(runs: list[Run]) -> None:
    table = Table(
        "system", "events/s min / median / max", "× Faust's tables", "CPU s/M", "broker CPU s/M", "MB", "wrong"
    )
    every: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        every.setdefault((run.system, run.mode), []).append(run)
    stock = every.get(("faust", "tables"))
    base = median(run.events_per_second for run in stock) if stock else None
    for (system, mode), found in every.items():
        speeds = sorted(run.events_per_second for run in found)
        middle = median(speeds)
        table.add_row(
            f"{system} {mode}",
            f"{speeds[0]:,.0f} / {middle:,.0f} / {speeds[-1]:,.0f}",
            f"{middle / base:.1f}" if base else "",
            f"{median(run.cpu_seconds_per_million for run in found):.1f}",
            f"{median(run.broker_cpu_seconds_per_million for run in found):.1f}",
            f"{max(run.memory_mb for run in found):.0f}",
            str(sum(run.wrong_counts for run in found)),
        )
    Console().print(table)


if __name__ == "__main__":
    main()
