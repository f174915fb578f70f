"""What is acknowledged is there, what failed is not, and a client that vanishes leaves nothing half done."""

from __future__ import annotations

import signal
import socket
import struct
import threading
from typing import TYPE_CHECKING

import pytest
from clickhouse_driver import Client, errors

from tests.deploy.clickhouse.support import begin_insert, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from deploy.local.clickhouse.process import ServerProcess
    from tests.deploy.clickhouse.support import Warehouse


@pytest.fixture
def table(client: Client) -> str:
    client.execute(
        "CREATE TABLE t (n UInt32, text String DEFAULT concat('#', toString(n))) ENGINE = MergeTree ORDER BY n"
    )
    return "t"


def test_omitted_columns_take_their_defaults(client: Client, table: str) -> None:
    client.execute(f"INSERT INTO {table} (n) VALUES", [(1,), (2,)])
    client.execute(f"INSERT INTO {table} (n) VALUES (3), (4)")
    client.execute(f"INSERT INTO {table} SELECT 5, 'five'")
    client.execute(f"INSERT INTO {table} FORMAT CSV 6,six\n")
    client.execute(f"WITH seven AS (SELECT 7, 'seven') INSERT INTO {table} SELECT * FROM seven")
    assert client.execute(f"SELECT * FROM {table} ORDER BY n") == [
        (1, "#1"), (2, "#2"), (3, "#3"), (4, "#4"), (5, "five"), (6, "six"), (7, "seven"),
    ]  # fmt: skip


def test_columns_are_filled_by_name_not_by_place(client: Client, table: str) -> None:
    client.execute(f"INSERT INTO {table} (text, n) VALUES", [("one", 1)])
    client.execute(f"INSERT INTO {table} (* EXCEPT(text)) VALUES", [(2,)])
    assert client.execute(f"SELECT * FROM {table} ORDER BY n") == [(1, "one"), (2, "#2")]


def test_an_insert_is_one_part_however_many_blocks_it_came_in(client: Client, table: str) -> None:
    client.execute(
        f"INSERT INTO {table} (n) VALUES", [(n,) for n in range(10_000)], settings={"insert_block_size": 500}
    )
    parts = "SELECT count() FROM system.parts WHERE active AND table = 't' AND database = currentDatabase()"
    assert client.execute(parts) == [(1,)]
    assert client.execute(f"SELECT count(), sum(n) FROM {table}") == [(10_000, 49_995_000)]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("INSERT INTO nowhere VALUES", errors.ErrorCodes.UNKNOWN_TABLE),
        ("INSERT INTO t (nothing) VALUES", errors.ErrorCodes.NO_SUCH_COLUMN_IN_TABLE),
        ("INSERT INTO t (n) VALUES", 469),  # VIOLATED_CONSTRAINT
    ],
)
def test_a_refused_insert_says_why_and_the_conversation_goes_on(
    warehouse: Warehouse, table: str, query: str, code: int
) -> None:
    client = warehouse.client()
    client.execute(f"ALTER TABLE {table} ADD CONSTRAINT small CHECK n < 100")
    for revision in (54440, 54468):
        client = warehouse.client(client_revision=revision)
        with pytest.raises(errors.ServerException) as caught:
            client.execute(query, [(1000,)])
        assert caught.value.code == code
        assert client.execute(f"SELECT count() FROM {table}") == [(0,)]


def test_a_client_that_vanishes_before_the_end_leaves_nothing(warehouse: Warehouse, table: str) -> None:
    for way in ("close", "reset"):
        leaving = warehouse.client()
        begin_insert(leaving, f"INSERT INTO {table} (n) VALUES", [(n,) for n in range(50_000)])
        if way == "reset":
            leaving.connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        leaving.connection.socket.close()
        leaving.connection.connected = False
    client = warehouse.client()
    mine = "SELECT count() FROM system.processes WHERE query LIKE 'INSERT INTO t %'"
    until(lambda: client.execute(mine) == [(0,)])
    assert client.execute(f"SELECT count() FROM {table}") == [(0,)]


def test_a_cancelled_insert_keeps_nothing(warehouse: Warehouse, table: str) -> None:
    client = warehouse.client()
    begin_insert(client, f"INSERT INTO {table} (n) VALUES", [(1,)])
    client.connection.send_cancel()
    client.disconnect()
    assert warehouse.client().execute(f"SELECT count() FROM {table}") == [(0,)]


def test_a_frame_changed_on_the_way_is_refused_whole(warehouse: Warehouse, table: str) -> None:
    client = warehouse.client(compression="lz4")
    client.execute("SELECT 1")
    hash_of = type(client.connection.block_out).get_compressed_hash
    client.connection.block_out.get_compressed_hash = lambda data: hash_of(client.connection.block_out, data) ^ 1
    with pytest.raises((errors.ServerException, EOFError, ConnectionError)) as caught:
        client.execute(f"INSERT INTO {table} (n) VALUES", [(1,)])
    if isinstance(caught.value, errors.ServerException):
        assert caught.value.code == errors.ErrorCodes.CHECKSUM_DOESNT_MATCH
    assert warehouse.client().execute(f"SELECT count() FROM {table}") == [(0,)]


def test_materialized_views_are_filled_by_inserts(client: Client, table: str) -> None:
    client.execute("CREATE MATERIALIZED VIEW odd ENGINE = MergeTree ORDER BY n AS SELECT n FROM t WHERE n % 2")
    client.execute(f"INSERT INTO {table} (n) VALUES", [(n,) for n in range(10)])
    assert client.execute("SELECT count() FROM odd") == [(5,)]


def test_external_tables_of_several_queries_do_not_meet(warehouse: Warehouse) -> None:
    client = warehouse.client()
    for numbers in ([1, 2], [3]):
        tables = [{"name": "wanted", "structure": [("n", "UInt32")], "data": [{"n": n} for n in numbers]}]
        assert client.execute("SELECT n FROM wanted ORDER BY n", external_tables=tables) == [(n,) for n in numbers]
    with pytest.raises(errors.ServerException):
        client.execute("SELECT n FROM wanted")


def test_acknowledged_inserts_survive_kill_9(own_server: Callable[..., ServerProcess]) -> None:
    server = own_server()
    Client("127.0.0.1", server.native_port).execute(
        "CREATE TABLE t (writer UInt8, n UInt32) ENGINE = MergeTree ORDER BY n"
    )
    acknowledged: list[tuple[int, int]] = []

    def write(writer: int) -> None:
        client = Client("127.0.0.1", server.native_port, disable_reconnect=True)
        for batch in range(10_000):
            rows = [(writer, batch * 10 + n) for n in range(10)]
            try:
                client.execute("INSERT INTO t VALUES", rows)
            except (errors.Error, EOFError, OSError):
                return
            acknowledged.extend(rows)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    until(lambda: len(acknowledged) > 600)
    server.process.send_signal(signal.SIGKILL)
    for writer in writers:
        writer.join()
    server.process.wait()

    again = Client("127.0.0.1", own_server().native_port)
    stored = again.execute("SELECT writer, n FROM t")
    assert len(stored) == len(set(stored))
    assert set(acknowledged) <= set(stored)
    # Whatever the crash cut off is there as a whole batch or not at all.
    assert len(stored) % 10 == 0
