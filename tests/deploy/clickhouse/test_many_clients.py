"""Many clients at once: answers are not mixed, a slow one holds nobody up, a cancelled one frees what it held."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import psutil
import pytest
from clickhouse_driver import errors

from tests.deploy.clickhouse.support import processes, until

if TYPE_CHECKING:
    from tests.deploy.clickhouse.support import Warehouse

ENDLESS = "SELECT sum(sipHash64(number)) FROM system.numbers SETTINGS max_threads = 1"


def test_answers_are_not_mixed_up(warehouse: Warehouse) -> None:
    def ask(number: int) -> None:
        client = warehouse.client()
        for turn in range(15):
            mark = f"{number}:{turn}"
            rows = client.execute("SELECT %(mark)s, number FROM numbers(2000)", {"mark": mark})
            assert rows == [(mark, n) for n in range(2000)]
            assert warehouse.http(f"SELECT '{mark}'").text == f"{mark}\n"

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(ask, range(12)))


def test_a_slow_select_does_not_hold_up_inserts(warehouse: Warehouse) -> None:
    client, slow = warehouse.client(), warehouse.client()
    client.execute("CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n")
    slow.execute_iter(ENDLESS)
    until(lambda: processes(client, "sipHash64") == 1)
    started = time.monotonic()
    for n in range(20):
        client.execute("INSERT INTO t VALUES", [(n,)])
    assert time.monotonic() - started < 10
    assert processes(client, "sipHash64") == 1
    slow.disconnect()
    until(lambda: processes(client, "sipHash64") == 0)


def test_a_cancel_ends_the_query_and_the_connection_goes_on(warehouse: Warehouse) -> None:
    client = warehouse.client()
    progress = client.execute_with_progress(ENDLESS)
    next(iter(progress))
    client.cancel()
    assert client.execute("SELECT 1") == [(1,)]
    assert processes(client, "sipHash64") == 0


def test_a_cancelled_stream_gives_its_engine_back(warehouse: Warehouse) -> None:
    client = warehouse.client()
    rows = client.execute_iter("SELECT number FROM system.numbers")
    assert [next(rows) for _ in range(3)] == [(0,), (1,), (2,)]
    client.cancel()
    assert client.execute("SELECT 1") == [(1,)]
    assert processes(client, "system.numbers") == 0


def test_a_query_is_killed_by_another_client(warehouse: Warehouse) -> None:
    victim, killer = warehouse.client(), warehouse.client()
    caught: list[int] = []

    def run() -> None:
        with pytest.raises(errors.ServerException) as error:
            victim.execute(ENDLESS)
        caught.append(error.value.code)

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: processes(killer, "sipHash64") == 1)
    killer.execute("KILL QUERY WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%KILL%'")
    thread.join(15)
    assert caught == [394]


def test_progress_comes_while_a_query_runs(warehouse: Warehouse) -> None:
    progress = warehouse.client().execute_with_progress("SELECT max(sipHash64(number)) FROM numbers(60000000)")
    seen = [rows for rows, _ in progress]
    assert seen == sorted(seen)
    assert len(seen) >= 3
    assert seen[-1] == 60_000_000


def test_an_answer_larger_than_memory_allows_is_streamed(warehouse: Warehouse) -> None:
    """4 GB of answer, read slowly at first: the server's memory stays where it was."""
    memory = psutil.Process(warehouse.server.process.pid).memory_info
    client = warehouse.client()
    rows = client.execute_iter("SELECT repeat('x', 4096) FROM numbers(1000000) SETTINGS max_block_size = 1000")
    next(rows)
    before = memory().rss
    for _ in range(20_000):
        next(rows)
    assert memory().rss - before < 200 * 2**20
    client.disconnect()


def test_a_limit_on_memory_ends_the_query_not_the_server(warehouse: Warehouse) -> None:
    client = warehouse.client()
    with pytest.raises(errors.ServerException) as caught:
        client.execute("SELECT uniqExact(number) FROM numbers(20000000)", settings={"max_memory_usage": 20_000_000})
    assert caught.value.code == errors.ErrorCodes.MEMORY_LIMIT_EXCEEDED
    assert client.execute("SELECT 1") == [(1,)]


def test_connections_come_and_go_without_leaving_anything(warehouse: Warehouse) -> None:
    server = psutil.Process(warehouse.server.process.pid)
    warehouse.client().execute("SELECT 1")
    before = server.num_fds()

    def visit(_: int) -> None:
        client = warehouse.client()
        client.execute("SELECT 1")
        client.disconnect()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(200)))
    until(lambda: server.num_fds() <= before + 5)
