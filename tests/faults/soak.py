"""Long runs, for which `make test` has no time: `python -m tests.faults.soak kills|hour|backlog --help`.

Each has a line of its own in a folder below `.local/soak`, tells how it goes, writes `tests/faults/results/<name>.json`, prints the
rows for the README, and ends with 1 when a promise was broken.
"""

from __future__ import annotations

import argparse
import logging
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.faults import backlog, memory, results
from tests.faults.line import Client, FaultyLine
from tests.faults.settling import settle
from tests.faults.striking import PROCESSES, Striker, schedule
from tests.faults.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_SECONDS = 3_600
SLEEPERS = ("worker", "sink", "clickhouse", "kafka")


def main() -> int:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    kills = commands.add_parser("kills", help="kill -9 of every process in turn while events flow")
    kills.add_argument("--events", type=int, default=1_000_000)
    kills.add_argument("--kills", type=int, default=60, help="all in all; a multiple of 5")
    kills.add_argument("--sleeps", type=int, default=8, help="SIGSTOPs in between")
    kills.add_argument("--rate", type=float, default=2_500, help="events a second the client sends at most")
    kills.add_argument("--seed", type=int, default=5)
    hour = commands.add_parser("hour", help="memory of every process at a steady rate")
    hour.add_argument("--seconds", type=int, default=3_600)
    hour.add_argument("--rate", type=float, default=1_000)
    behind = commands.add_parser("backlog", help="how fast a backlog drains, beside the rate of a normal day")
    behind.add_argument("--events", type=int, default=1_000_000)
    for command in (kills, hour, behind):
        command.add_argument(
            "--folder", type=Path, default=Path(".local/soak"), help="where the line and its data stand"
        )
    options = parser.parse_args()
    for library in ("kafka", "clickhouse_driver"):
        # That a server is away is what we made of it.
        logging.getLogger(library).setLevel(logging.CRITICAL)
    result: dict[str, Any]
    folder = options.folder.absolute() / time.strftime("%Y%m%d-%H%M%S")
    folder.mkdir(parents=True)
    with running(folder) as line:
        if options.command == "kills":
            result = run_kills(line, folder, options)
        elif options.command == "hour":
            result = memory.run(line, folder, options.seconds, options.rate, tell)
        else:
            result = backlog.run(line, folder, options.events, tell)
    if result["wrong"]:
        tell(f"一切保留备查 / everything is kept for a look: {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    told = result.pop("told")
    print(f"\n{told}\n\n写入 / written: {results.write(options.command, result)}")
    for wrong in result["wrong"]:
        print(f"✗ {wrong}", file=sys.stderr)
    return 1 if result["wrong"] else 0


def tell(text: str) -> None:
    """Say how it goes."""
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


@contextmanager
def running(folder: Path) -> Iterator[FaultyLine]:
    """A line for as long as the block lasts."""
    line = FaultyLine(folder / "data")
    try:
        line.up()
        yield line
    finally:
        line.down()


def run_kills(line: FaultyLine, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Kill every process in turn; compare everything at the end."""
    sleepers = [SLEEPERS[number % len(SLEEPERS)] for number in range(options.sleeps)]
    strikes = schedule(options.kills // len(PROCESSES), options.seed, sleepers)
    client = Client(line, folder, options.seed, events_per_second=options.rate)
    began, told, wrong = time.monotonic(), "", []
    result: dict[str, Any] = {"options": {name: value for name, value in vars(options).items() if name != "folder"}}
    try:
        with Watch(line) as watch:
            Striker(line, client, together=0.5, seed=options.seed, tell=tell).run(strikes, options.events)
            client.finish(PATIENCE_SECONDS)
            tell("all is sent; waiting until nobody is behind")
            outcome = settle(line, seconds=PATIENCE_SECONDS)
        told, wrong = results.of_outcome(outcome), outcome.wrong
        result["outcome"] = outcome.as_json()
    except AssertionError as error:
        wrong = [str(error)]
        save_stacks(line, folder)
    finally:
        client.end()
    seconds = time.monotonic() - began
    told = f"{results.of_strikes(strikes)}\n\n{told}\n\n{seconds / 60:.0f} minutes; a reader looked {watch.looks} times meanwhile."
    return result | {
        "looks_of_a_reader_meanwhile": watch.looks,
        "seconds": round(seconds),
        "strikes": [strike.as_json() for strike in strikes],
        "client_ended_by_itself": client.gave_up,
        "wrong": wrong + watch.wrong,
        "told": told,
    }


def save_stacks(line: FaultyLine, folder: Path) -> None:
    """Write down where the broker's threads stand: a broker that runs and does not answer has no other way to tell."""
    with suppress(OSError, AssertionError), (folder / "kafka.stacks").open("wb") as out:
        subprocess.run(["jstack", str(line.pid("kafka"))], stdout=out, stderr=out, timeout=60, check=False)


if __name__ == "__main__":
    sys.exit(main())
