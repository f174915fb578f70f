"""Events per second on the same work: stock Faust, Quix Streams, Kafka Streams and Xiangmai, one after the other, in rounds.

A peer's time runs from the first event it handled to the last one, ours from the first commit to the last: what was made of an
event is then durable. Every run's counts are compared with the expected ones.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from schemas.topics import INDICATORS
from tests.bench import work
from tests.bench.counting import Memory, cpu_seconds
from tests.bench.draining import GROUP, RUN_SECONDS, drain
from tests.streams.edge import appeals, reading
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from tests.bench.line import Line
    from tests.bench.peers_ready import Peers

__all__ = ["GROUP", "Run", "counts_of", "run_ours", "run_peer", "wrong"]

ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one system. CPU in seconds per million events; memory is the most that was resident."""

    system: str
    mode: str
    events: int
    events_per_second: float
    cpu_seconds_per_million: float
    broker_cpu_seconds_per_million: float
    memory_mb: float
    wrong_counts: int

    def as_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return asdict(self)


def run_peer(line: Line, peers: Peers, system: str, mode: str, topic: str, expected: work.Work) -> Run:
    """Run a peer over a topic. Raises RuntimeError with its last words when it ends without a result."""
    with tempfile.TemporaryDirectory(dir=line.folder) as folder:
        result = Path(folder) / "result.json"
        environment = {
            **os.environ,
            "BENCH_BROKER": line.bootstrap,
            "BENCH_TOPIC": topic,
            "BENCH_RUN": f"{system}-{mode}-{time.time_ns()}",
            "BENCH_EVENTS": str(len(expected.events)),
            "BENCH_RESULT": str(result),
            "BENCH_MODE": mode,
            "BENCH_FOLDER": folder,
            "BENCH_SCHEMAS": line.schemas,
            "PYTHONPATH": str(ROOT),
        }
        log = Path(folder) / "log"
        broker = cpu_seconds(line.broker_pid)
        with log.open("wb") as file:
            process = subprocess.Popen(
                peers.command(system), env=environment, cwd=folder, stdout=file, stderr=file, start_new_session=True
            )
        try:
            with Memory(process.pid) as memory:
                wait_until(
                    f"{system} {mode}", lambda: result.exists() or process.poll() not in (None, 0), seconds=RUN_SECONDS
                )
        finally:
            _end(process)
        if not result.exists():
            raise RuntimeError(f"{system} {mode}: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        told = json.loads(result.read_text(encoding="utf-8"))
        events = len(expected.events)
        return Run(
            system=system,
            mode=mode,
            events=events,
            events_per_second=(events - 1) / told["seconds"],
            cpu_seconds_per_million=told["cpu_seconds"] / events * 1e6,
            broker_cpu_seconds_per_million=(cpu_seconds(line.broker_pid) - broker) / events * 1e6,
            memory_mb=memory.most_bytes / 1e6,
            wrong_counts=wrong(told["counts"], expected.expected),
        )


def run_ours(line: Line, expected: work.Work) -> Run:
    """Run one worker over the domain's topic, in which the events are already. It must be the first to read them."""
    events = len(expected.events)
    drained = drain(line.env, line.folder, events, partitions=work.PARTITIONS)
    return Run(
        system="xiangmai",
        mode="exactly_once",
        events=events,
        events_per_second=drained.events_per_second,
        cpu_seconds_per_million=1e6 / drained.events_per_cpu_second,
        broker_cpu_seconds_per_million=drained.broker_cpu_seconds / events * 1e6,
        memory_mb=max(drained.memory_bytes) / 1e6,
        wrong_counts=wrong(counts_of(line), expected.expected),
    )


def counts_of(line: Line) -> work.Counts:
    """Return what is published of every township and day, by committed reads."""
    client = appeals.Client(line.env)
    try:
        cells = client.cells(reading.read_all(line.bootstrap, INDICATORS))
    finally:
        client.close()
    found: work.Counts = {}
    for cell in cells.values():
        if cell["level"] == "township" and cell["period"] == "day" and not cell["dimension"]:
            numbers = {part["indicator"]: part["numerator"] for part in cell["parts"]}
            row = [numbers.get(name, 0) for name in ("opened", "closed", "closed_24h")]
            if any(row):
                found[f"{cell['township']}|{cell['period_start']}"] = row
    return found


def wrong(found: work.Counts, expected: work.Counts) -> int:
    """Return how many rows differ."""
    return sum(found.get(key) != expected.get(key) for key in found.keys() | expected.keys())


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        try:
            process.wait(timeout=3)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
