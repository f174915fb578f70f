"""How long until an event is a number, at a steady rate: `python -m tests.bench.latency`. Ends with 1 unless `verify` is green.

The line is the one `xiangmai stack` runs, with its defaults: serving the bench's work, or (`--load county`) all shipped domains, and sent
a county's appeals with all their indicators. Among the events are probes, each in a village of its own: the village's cell is published
because of it, and shown because of it. Two clocks run for each, from the moment it was handed to `EventProducer`: until a reader of
committed records has its cell, and until a view in ClickHouse shows its number.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, Final

import click

from tests.bench import steady
from tests.bench.loads import work_settings
from tests.bench.looking import ASKED, LOOKED_AT, Looking, Published, Shown
from tests.bench.telling import Found, command, say, tell
from tests.line.line import Line
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RATE: Final = 1_000
PROBES_A_SECOND: Final = 20
GOALS: Final = {"committed": "p99 < 200", "queryable": "p50 < 400, p99 < 1,000"}
LOOK_EVERY_SECONDS: Final = 0.1
PATIENCE_SECONDS: Final = 60
QUESTIONS: Final = 5


def measure(line: Line, load: str, rate: int, seconds: int, warm_up: int) -> tuple[steady.Sent, dict[str, Looking]]:
    """Send at the rate for so long, and return what was sent and when it was seen. Blocks until all was seen or patience ends."""
    sending = steady.LOADS[load]
    villages = [sending.village(number) for number in range((warm_up + seconds) * PROBES_A_SECOND)]
    published, shown = Published(line.environment["XIANGMAI_KAFKA_BOOTSTRAP"]), Shown(line.environment, sending)
    looking = {
        "committed": Looking(villages, published, 0.0),
        "queryable": Looking(villages, shown, LOOK_EVERY_SECONDS),
    }
    try:
        with looking["committed"], looking["queryable"]:
            numbers = (rate, warm_up + seconds, PROBES_A_SECOND)
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.steady", load, *map(str, numbers)],
                env=line.environment,
                cwd=Path(__file__).parents[2],
                capture_output=True,
                text=True,
                timeout=warm_up + seconds + 2 * PATIENCE_SECONDS,
                check=False,
            )
            if done.returncode:
                raise RuntimeError(f"the sending ended with {done.returncode}\n{done.stderr[-3000:]}")
            _wait_for_all(looking, len(villages))
    finally:
        published.close()
        shown.close()
    return steady.Sent(**json.loads(done.stdout.splitlines()[-1])), looking


def _wait_for_all(looking: Mapping[str, Looking], probes: int) -> None:
    try:
        wait_until("all probes are seen", lambda: all(eye.done for eye in looking.values()), PATIENCE_SECONDS)
    except AssertionError as error:
        seen = ", ".join(f"{len(eye.seen)} of {probes} {name}" for name, eye in looking.items())
        raise RuntimeError(f"{error}: {seen}. The machine is too busy for this rate, or the line too slow") from error


def asked_ms(line: Line, load: str, probes: int) -> list[float]:
    """Return how long each of some questions to `indicators` took, one after the other. Raises RuntimeError if a probe is missing."""
    shown, took = Shown(line.environment, steady.LOADS[load], ASKED), []
    try:
        for _ in range(QUESTIONS):
            began = time.monotonic()
            there = len(shown())
            took.append((time.monotonic() - began) * 1e3)
            if there != probes:
                raise RuntimeError(f"{ASKED} shows {there} of {probes} probes")
    finally:
        shown.close()
    return took


def latencies_ms(load: steady.Load, sent: steady.Sent, seen: Mapping[str, float], without: int) -> list[float]:
    """Return of every probe but the first ones how long it took, in ms."""
    return [(seen[load.village(number)] - at) * 1e3 for number, at in enumerate(sent.probes_at) if number >= without]


def summary(values: Sequence[float]) -> dict[str, float]:
    """Return the median, the 99th percentile and the most."""
    hundredths = quantiles(values, n=100, method="inclusive")
    return {"p50": hundredths[49], "p99": hundredths[98], "max": max(values)}


def verified(line: Line) -> dict[str, Any]:
    """Return the outcome of `xiangmai verify` on the line."""
    outcome: dict[str, Any] = json.loads(line.run("verify", "--format", "json", ok=(0, 1, 3), timeout_seconds=600))
    return outcome


@command
@click.option(
    "--load", type=click.Choice(list(steady.LOADS)), default="work", show_default=True, help="发送什么 / what"
)
@click.option("--rate", default=RATE, show_default=True, help="每秒事件数 / events a second")
@click.option(
    "--seconds", default=60, show_default=True, help="测多久（秒），--quick 为 15 / how long; 15 with --quick"
)
@click.option(
    "--warm-up", default=10, show_default=True, help="先跑多久不计（秒） / seconds before that are not counted"
)
def main(*, quick: bool, written: Path | None, load: str, rate: int, seconds: int, warm_up: int) -> None:
    """稳定速率下，一个事件多久成为数字 / how long until an event is a number, at a steady rate."""
    seconds, warm_up = (min(seconds, 15), min(warm_up, 5)) if quick else (seconds, warm_up)
    sending = steady.LOADS[load]
    if (seconds + warm_up) * PROBES_A_SECOND > sending.most_probes:
        raise click.UsageError(
            f"探针不够 / there are probes for {sending.most_probes // PROBES_A_SECOND} s, the warm-up included"
        )
    if rate < PROBES_A_SECOND or rate % PROBES_A_SECOND:
        raise click.UsageError(
            f"--rate {rate}: 须是探针数的倍数 / must be a multiple of {PROBES_A_SECOND}, the probes a second"
        )
    with tempfile.TemporaryDirectory() as folder:
        own = work_settings(Path(folder)) if load == "work" else {"XIANGMAI_TIMEZONE": sending.timezone}
        line = Line(Path(folder) / "data", own)
        try:
            line.up()
            say(f"{load}: {rate:,} events/s for {warm_up} + {seconds} s")
            sent, looking = measure(line, load, rate, seconds, warm_up)
            line.wait_until_queryable(events=sent.different, table=sending.table)
            asked = asked_ms(line, load, len(sent.probes_at))
            outcome = verified(line)
        finally:
            line.down()
    without = warm_up * PROBES_A_SECOND
    took = {name: latencies_ms(sending, sent, eye.seen, without) for name, eye in looking.items()}
    told = {name: summary(values) for name, values in took.items()}
    look_ms = looking["queryable"].period_seconds * 1e3
    found = Found(
        ["from produced to", "p50 ms", "p99 ms", "max ms", "goal ms"],
        [
            [name, *(f"{each[figure]:.0f}" for figure in ("p50", "p99", "max")), GOALS[name]]
            for name, each in told.items()
        ],
        [
            f"{load}: {len(took['committed']):,} probes among {rate:,} events/s in {seconds} s, after {warm_up} s that are not counted.",
            f"The sending fell behind its rate by {sent.behind_seconds * 1e3:.0f} ms at most.",
            f"`{LOOKED_AT}` is asked every {look_ms:.0f} ms (the middle): a number may have been there so much earlier than it was seen.",
            f"A question to `{ASKED}`, asked after the run: {median(asked):.0f} ms, {max(asked):.0f} at most, of {QUESTIONS}.",
            f"verify: {outcome['verdict']}, {outcome.get('cells_compared', 0):,} cells compared.",
        ],
        {
            "load": load,
            "rate": rate,
            "seconds": seconds,
            "probes": len(took["committed"]),
            "ms": told,
            "look_every_ms": look_ms,
            "asked_ms": asked,
            "looking_cpu_seconds": {name: eye.cpu_seconds for name, eye in looking.items()},
            "behind_ms": sent.behind_seconds * 1e3,
            "verify": outcome,
        },
        [] if outcome["verdict"] == "equal" else [f"verify is not green: {outcome}"],
    )
    tell(found, written)


if __name__ == "__main__":
    main()
