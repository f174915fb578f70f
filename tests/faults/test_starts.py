"""Killed while it starts, again and again: a worker that takes partitions over, a sink that migrates, ClickHouse that opens."""

from __future__ import annotations

import signal
import socket
import subprocess
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.conftest import XIANGMAI
from tests.faults.line import PARTITIONS
from tests.faults.looking import Log
from tests.faults.settling import settle
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.line import Client, FaultyLine

pytestmark = pytest.mark.timeout(900)

KILLS, EVENTS = 3, 6_000
TAKEN, TAKING = "taken over in", "generation "


@pytest.mark.long
def test_every_start_broken_off_by_another_kill_and_then_left_alone(
    line: FaultyLine, new_client: Callable[..., Client]
) -> None:
    client, dead = new_client(events_per_second=600), Dead(line)
    begin = line.committed("xiangmai-worker")
    client.allow(EVENTS)
    wait_until("there is a state to recover", lambda: line.committed("xiangmai-worker") > begin + EVENTS // 3)
    dead.kill("worker")
    for _ in range(KILLS):
        log = Log(line, "worker")
        wait_until("the worker takes partitions over", partial(log.says, TAKING), 120)
        dead.kill("worker")
        assert log.new().count(TAKEN) < PARTITIONS, "it was killed in the middle of a take-over"
    dead.kill("clickhouse")
    for _ in range(KILLS):
        wait_until("it holds its port, and has not opened its folder", partial(_listens, line))
        dead.kill("clickhouse")
        dead.kill("sink")
    client.finish()
    outcome = settle(line)
    assert not outcome.wrong


@pytest.mark.long
def test_a_warehouse_whose_making_was_killed_again_and_again_is_made_by_the_next_start(line: FaultyLine) -> None:
    fresh = {**line.environment, "XIANGMAI_CLICKHOUSE_DATABASE": "broken_off"}
    for _ in range(2):
        before = len(_shape(line, "broken_off"))
        with subprocess.Popen([XIANGMAI, "sink", "--migrate-only"], env=fresh, stdout=subprocess.DEVNULL) as sink:
            wait_until("there is something to break off", partial(_made_more, line, before))
            sink.send_signal(signal.SIGKILL)
    assert 0 < len(_shape(line, "broken_off")) < len(_shape(line, "xiangmai")), "it was killed before it was done"
    done = subprocess.run([XIANGMAI, "sink", "--migrate-only"], env=fresh, check=True, capture_output=True, text=True)
    assert "项 / changes" in done.stdout
    again = subprocess.run([XIANGMAI, "sink", "--dry-run"], env=fresh, check=True, capture_output=True, text=True)
    assert "up to date" in again.stdout
    assert _shape(line, "broken_off") == _shape(line, "xiangmai")
    for database in ("broken_off", "broken_off_storage"):
        line.query(f"DROP DATABASE {database} SYNC")


class Dead:
    """Kills, and knows whom it has killed: the supervisor may still name one that is dead."""

    def __init__(self, line: FaultyLine) -> None:
        self._line = line
        self._pids = {0}

    def kill(self, name: str) -> None:
        """Kill the next one of this name."""
        wait_until(f"the next {name}", lambda: self._line.pid(name) not in self._pids, 120)
        self._pids.add(self._line.signal(name, signal.SIGKILL))


def _listens(line: FaultyLine) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", line.layout.ports["clickhouse"])) == 0


def _made_more(line: FaultyLine, before: int) -> bool:
    return len(_shape(line, "broken_off")) > before


def _shape(line: FaultyLine, database: str) -> list[tuple[str, ...]]:
    """Everything of a warehouse, as the statements that would make it, under one name."""
    found = line.query(
        f"SELECT replaceAll(database, '{database}', 'x'), name, replaceAll(create_table_query, '{database}', 'x') "
        f"FROM system.tables WHERE database IN ('{database}', '{database}_storage') ORDER BY ALL"
    )
    return [tuple(row) for row in found]
