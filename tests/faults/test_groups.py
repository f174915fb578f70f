"""Workers that sleep, join and leave, and a broker that goes and comes, while events flow."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from tests.faults.settling import settle
from tests.faults.watch import Watch
from tests.streams.edge.worker_process import Worker, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.line import Client, FaultyLine

pytestmark = pytest.mark.timeout(600)

GROUP = "xiangmai-worker"
EVENTS = 3_000
PATIENCE_SECONDS = 90
MOVES = (
    "join w1",
    "join w2",
    "leave w1",
    "join w3",
    "kill w2",
    "join w4",
    "leave w3",
    "join w5",
    "leave w4",
    "leave w5",
)


@pytest.fixture
def new_worker(line: FaultyLine, tmp_path: Path) -> Iterator[Callable[[str], Worker]]:
    """Start workers beside the one of the stack; they end with the test."""
    workers: list[Worker] = []

    def start(name: str) -> Worker:
        workers.append(Worker(line.environment, tmp_path, name, static=False, XIANGMAI_WORKER_INSTANCE=""))
        return workers[-1]

    yield start
    for worker in workers:
        worker.end()


@pytest.mark.long
def test_a_worker_that_sleeps_past_its_session_is_replaced_and_changes_nothing_when_it_wakes(
    line: FaultyLine, new_client: Callable[..., Client], new_worker: Callable[[str], Worker]
) -> None:
    client = new_client(events_per_second=600)
    with Watch(line) as watch:
        client.allow(EVENTS)
        before = line.committed(GROUP)
        wait_until("it works", lambda: line.committed(GROUP) > before)
        asleep = line.signal("worker", signal.SIGSTOP)
        sent, stood = client.ledger.confirmations(), line.committed(GROUP)
        successor = new_worker("successor").ready()
        wait_until("the successor works", lambda: line.committed(GROUP) > stood, PATIENCE_SECONDS)
        client.finish()
        assert client.ledger.confirmations() > sent, "events came while it slept"
        assert line.pid("worker") == asleep, "nobody started another in its place"
        line.signal("worker", signal.SIGCONT)
        wait_until("the sleeper is a member again", lambda: taken_over(line) > 1, PATIENCE_SECONDS)
        assert successor.stop() == 0
        outcome = settle(line)
    assert not outcome.wrong
    assert not watch.wrong


@pytest.mark.long
def test_workers_join_and_leave_ten_times(
    line: FaultyLine, new_client: Callable[..., Client], new_worker: Callable[[str], Worker]
) -> None:
    client = new_client(events_per_second=600)
    workers: dict[str, Worker] = {}
    with Watch(line) as watch:
        for number, move in enumerate(MOVES, 1):
            client.allow(number * EVENTS // len(MOVES))
            does, name = move.split()
            if does == "join":
                workers[name] = new_worker(name)
                workers[name].wait_for("taken over in", PATIENCE_SECONDS)
            elif does == "leave":
                assert workers.pop(name).stop() == 0
            else:
                workers.pop(name).kill()
        client.allow(EVENTS)
        client.finish()
        outcome = settle(line)
    assert not outcome.wrong
    assert not watch.wrong


@pytest.mark.long
def test_a_broker_restarted_in_order_is_waited_for(line: FaultyLine, new_client: Callable[..., Client]) -> None:
    client = new_client(events_per_second=150)
    with Watch(line) as watch:
        client.allow(EVENTS)
        before = client.ledger.confirmations()
        wait_until("events flow", lambda: client.ledger.confirmations() > before)
        assert not client.idle(), "it comes too late to prove anything"
        line.run("stack", "restart", "kafka")
        client.finish()
        outcome = settle(line)
    assert not outcome.wrong
    assert not watch.wrong
    assert client.gave_up == 0


def taken_over(line: FaultyLine) -> int:
    """How often the stack's worker of now has taken a partition over: its log since its last start."""
    log = (line.layout.logs / "worker.log").read_text(errors="replace")
    return log[log.rfind("乡脉计算进程启动") :].count("generation ")
