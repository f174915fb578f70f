"""How fast one worker is: `python -m tests.streams.edge.speed` (no test; on a Kafka and a registry of its own).

Prints the latency from a produced event to its committed indicator, then events per second of a backlog (all of appeals'
indicators, durable, transactions and all), the worker's CPU seconds per million events, and its memory; at last how fast a
rebuild looks at the same events, and how fast it publishes everything again.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

from schemas.topics import CASES
from tests.streams.edge import appeals, reading
from tests.streams.edge.conftest import own_stack
from tests.streams.edge.worker_process import XIANGMAI, Worker, wait_until

GROUP = "xiangmai-worker"


def main(backlog: int = 200_000, rate: int = 1_000, seconds: int = 15) -> None:
    """Run both measurements and print them."""
    with tempfile.TemporaryDirectory() as folder, own_stack(Path(folder) / "stack") as env:
        worker = Worker(env, Path(folder)).ready(12)
        client = appeals.Client(env)
        try:
            print_latency(client, rate, seconds)
            worker.stop()
            worker = print_throughput(env, client, Path(folder), backlog)
            worker.stop()
            print_rebuild(env, "", "--apply --republish --no-verify")
        finally:
            print(worker.log[-3_000:] if worker.process.poll() else "")
            worker.end()
            client.close()


def print_throughput(env: dict[str, str], client: appeals.Client, folder: Path, backlog: int) -> Worker:
    """Fill the topic while no worker runs, then time one from its first commit to its last."""
    events = appeals.story([f"3301{number:05d}" for number in range(40)], int(backlog / 1.83), seed=9)
    client.send(events)
    standing = reading.Standing(client.bootstrap, GROUP, appeals.TOPIC)
    start = standing.progress()
    worker = Worker(env, folder)
    wait_until("the first commit", lambda: standing.progress() > start)
    began, first, cpu = time.monotonic(), standing.progress(), psutil.Process(worker.process.pid).cpu_times()
    wait_until("all of it", lambda: standing.progress() >= start + len(events), 300)
    took, used = time.monotonic() - began, psutil.Process(worker.process.pid).cpu_times()
    done = start + len(events) - first
    cpu_seconds = used.user + used.system - cpu.user - cpu.system
    memory = psutil.Process(worker.process.pid).memory_info().rss / 1e6
    print(f"backlog: {done / took:,.0f} events/s, {cpu_seconds / done * 1e6:.1f} CPU s per million, {memory:.0f} MB")
    return worker


def print_rebuild(env: dict[str, str], *ways: str) -> None:
    """Time the whole command, from its start to its end, and the memory it takes at most."""
    for options in ways:
        command = [XIANGMAI, "rebuild", "--format", "json", *options.split()]
        began, most, cpu_seconds = time.monotonic(), 0, 0.0
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(command, env={**os.environ, **env}, stdout=out, stderr=subprocess.DEVNULL)
            running = psutil.Process(process.pid)
            while process.poll() is None:
                with suppress(psutil.Error):
                    most, used = max(most, running.memory_info().rss), running.cpu_times()
                    cpu_seconds = used.user + used.system
                time.sleep(0.1)
            took = time.monotonic() - began
            out.seek(0)
            told = json.loads(out.read())
        events = told["events"]["read"]
        print(
            f"rebuild {options or 'looking'}: exit {process.returncode}, {events / took:,.0f} events/s with its start, "
            f"{cpu_seconds / events * 1e6:.1f} CPU s per million, {most / 1e6:.0f} MB"
        )


def print_latency(client: appeals.Client, rate: int, seconds: int) -> None:
    """Today's appeals of a county of 13 townships and 182 villages; a case's word is in the transaction of its numbers."""
    chance, events = random.Random(1), rate * seconds
    sent_at: dict[str, float] = {}
    seen_at: dict[str, float] = {}
    tail, stopped = appeals.Tail(client.bootstrap, CASES), threading.Event()

    def follow() -> None:
        while not stopped.is_set():
            tail.records.clear()
            tail.poll()
            now = time.monotonic()
            for record in tail.records:
                seen_at.setdefault(record.key.decode().rsplit("|", 1)[1], now)

    follower = threading.Thread(target=follow)
    follower.start()
    began, today = time.monotonic(), int(time.time() * 1000)
    for number in range(events):
        township, case = f"3302{chance.randrange(13):05d}", f"latency-{number}"
        event = appeals.reported(township, case, today) | {"village": f"{township}{chance.randrange(14):03d}"}
        sent_at[case] = time.monotonic()
        client.send_soon(appeals.Sent(appeals.REPORTED, event))
        ahead = began + number / rate - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
    wait_until("every case", lambda: sent_at.keys() <= seen_at.keys(), 60)
    stopped.set()
    follower.join()
    waits = sorted(seen_at[case] - at for case, at in list(sent_at.items())[events // 5 :])
    share = statistics.quantiles(waits, n=100)
    print(
        f"latency at {rate} events/s: p50 {share[49] * 1000:.0f} ms, p90 {share[89] * 1000:.0f} ms, "
        f"p99 {share[98] * 1000:.0f} ms, max {waits[-1] * 1000:.0f} ms ({len(waits)} events, committed reads)"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
