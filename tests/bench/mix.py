"""The shipped domains with all their indicators, a mixed load, one worker: `python -m tests.bench.mix`.

The county of `xiangmai simulate` fills Kafka first: its registers and months of its life, with what comes late and twice. Then one
worker folds it. The goal is per core of the worker: events by the worker's processor time.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from schemas.topics import DEAD_LETTERS
from tests.bench.draining import Drained, drain
from tests.bench.telling import Found, command, say, tell
from tests.few_domains import SHIPPED
from tests.streams.edge import reading
from tests.streams.edge.conftest import own_stack
from tests.streams.edge.worker_process import XIANGMAI

if TYPE_CHECKING:
    from collections.abc import Mapping

PARTITIONS: Final = 4
GOAL: Final = 30_000
"""Events a second of the worker's processor time."""
UNTIL: Final = "2026-03-01"
PATIENCE_SECONDS: Final = 900


@dataclass(frozen=True, slots=True)
class County:
    """How much of the simulated county is played."""

    months: int
    people: float


FULL: Final = County(months=3, people=0.5)
QUICK: Final = County(months=1, people=0.1)


def fill(env: Mapping[str, str], county: County) -> int:
    """Have the county send its events to the topics of all shipped domains; returns how many records."""
    _run(env, "schemas", "topics")
    told = _run(
        env,
        *("simulate", "--months", str(county.months), "--people", str(county.people)),
        *("--until", UNTIL, "--format", "json"),
    )
    return int(json.loads(told)["records"])


def measure(county: County) -> tuple[Drained, int]:
    """Fill a Kafka of its own and drain it; returns what was measured, and how many records were refused."""
    with tempfile.TemporaryDirectory() as name, own_stack(Path(name) / "stack", PARTITIONS) as few:
        env = few | {"XIANGMAI_DOMAINS": str(SHIPPED)}
        events = fill(env, county)
        say(f"{events:,} events of {len(load_domains(SHIPPED))} domains")
        drained = drain(env, Path(name), events, partitions=PARTITIONS)
        return drained, len(reading.read_all(env["XIANGMAI_KAFKA_BOOTSTRAP"], DEAD_LETTERS))


@command
def main(*, quick: bool, written: Path | None) -> None:
    """全部领域、全部指标，混合事件，一个计算进程 / all domains with all indicators, mixed events, one worker."""
    drained, refused = measure(QUICK if quick else FULL)
    catalogues = load_catalogues(load_domains(SHIPPED))
    counted = sum(len(catalogue.indicators) for catalogue in catalogues.values())
    found = Found(
        ["domains", "indicators", "events", "events/s", "events / worker CPU s", "goal", "CPU s/M", "MB"],
        [
            [
                len(catalogues),
                counted,
                f"{drained.events:,}",
                f"{drained.events_per_second:,.0f}",
                f"{drained.events_per_cpu_second:,.0f}",
                f"{GOAL:,}",
                f"{1e6 / drained.events_per_cpu_second:.1f}",
                f"{max(drained.memory_bytes) / 1e6:.0f}",
            ]
        ],
        [f"One worker, {PARTITIONS} partitions, from its first commit to its last."],
        {"measured": asdict(drained), "domains": len(catalogues), "indicators": counted},
        [f"{refused} records were refused: the simulated county sends none that breaks a rule"] if refused else [],
    )
    tell(found, written)


def _run(env: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [XIANGMAI, *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"xiangmai {' '.join(arguments)} ended with {done.returncode}\n{done.stderr[-3000:]}")
    return done.stdout


if __name__ == "__main__":
    main()
