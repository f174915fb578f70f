"""What the engine can do for a warehouse: the facts the README states, kept true by a test each."""

from __future__ import annotations

import datetime as dt
import socket
import urllib.request
from typing import TYPE_CHECKING

import pytest
from clickhouse_driver import Client, errors

from deploy.local.clickhouse import process
from deploy.local.clickhouse.engine import memory_folder
from tests.deploy.clickhouse.support import begin_insert, until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from deploy.local.clickhouse.process import ServerProcess


def test_replacing_tables_answer_with_the_newest_version_under_final(client: Client) -> None:
    client.execute(
        "CREATE TABLE t (k UInt32, v String, version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY k"
    )
    client.execute("SYSTEM STOP MERGES t")
    for version in (2, 3, 1):
        client.execute("INSERT INTO t VALUES", [(k, f"v{version}", version) for k in range(10)])
    assert client.execute("SELECT count() FROM t") == [(30,)]
    assert client.execute("SELECT count(), groupUniqArray(v) FROM t FINAL") == [(10, ["v3"])]
    client.execute("SYSTEM START MERGES t")
    client.execute("OPTIMIZE TABLE t FINAL")
    assert client.execute("SELECT count() FROM t") == [(10,)]


def test_rows_past_their_time_to_live_are_removed(client: Client) -> None:
    client.execute("CREATE TABLE t (at DateTime, k UInt32) ENGINE = MergeTree ORDER BY k TTL at + INTERVAL 1 DAY")
    client.execute(
        "INSERT INTO t VALUES",
        [(dt.datetime(2020, 1, 1, tzinfo=dt.UTC), 1), (dt.datetime(2099, 1, 1, tzinfo=dt.UTC), 2)],
    )
    client.execute("OPTIMIZE TABLE t FINAL")
    assert client.execute("SELECT k FROM t") == [(2,)]


def test_tables_views_and_columns_carry_comments(client: Client) -> None:
    client.execute("CREATE TABLE t (n Int8 COMMENT '编号 / number') ENGINE = MergeTree ORDER BY n COMMENT '表 / table'")
    client.execute("CREATE VIEW v (n Int8 COMMENT '编号') AS SELECT n FROM t COMMENT '视图 / view'")
    client.execute("ALTER TABLE t MODIFY COMMENT '新表'")
    client.execute("ALTER TABLE t COMMENT COLUMN n 'n'")
    of_tables = "SELECT name, comment FROM system.tables WHERE database = currentDatabase() ORDER BY name"
    of_columns = "SELECT table, comment FROM system.columns WHERE database = currentDatabase() ORDER BY table"
    assert client.execute(of_tables) == [("t", "新表"), ("v", "视图 / view")]
    assert client.execute(of_columns) == [("t", "n"), ("v", "编号")]


def test_a_deduplication_token_makes_a_repeated_insert_do_nothing(client: Client) -> None:
    client.execute(
        "CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100"
    )
    for _ in range(2):
        client.execute("INSERT INTO t VALUES", [(1,)], settings={"insert_deduplication_token": "orders:0:7"})
    client.execute("INSERT INTO t VALUES", [(2,)], settings={"insert_deduplication_token": "orders:0:8"})
    assert client.execute("SELECT n FROM t ORDER BY n") == [(1,), (2,)]


def test_too_many_parts_refuse_the_insert_instead_of_losing_it(client: Client) -> None:
    settings = "parts_to_throw_insert = 2, parts_to_delay_insert = 100"
    client.execute(f"CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS {settings}")
    client.execute("SYSTEM STOP MERGES t")
    for n in range(2):
        client.execute("INSERT INTO t VALUES", [(n,)])
    with pytest.raises(errors.ServerException) as caught:
        client.execute("INSERT INTO t VALUES", [(9,)])
    assert caught.value.code == 252
    client.execute("SYSTEM START MERGES t")
    client.execute("OPTIMIZE TABLE t FINAL")
    client.execute("INSERT INTO t VALUES", [(9,)])
    assert client.execute("SELECT sum(n) FROM t") == [(10,)]


def test_users_policies_and_quotas_are_a_real_clickhouse_matter(client: Client) -> None:
    client.execute("CREATE TABLE t (n UInt32) ENGINE = Memory")
    for query in ("CREATE USER u", "CREATE ROW POLICY p ON t FOR SELECT USING 1", "CREATE QUOTA q"):
        with pytest.raises(errors.ServerException) as caught:
            client.execute(query)
        assert caught.value.code == 497


def test_what_a_killed_server_left_lying_about_is_cleared_away(tmp_path: Path) -> None:
    server = process.start(tmp_path / "data")
    client = Client("127.0.0.1", server.native_port)
    client.execute("CREATE TABLE t (text String) ENGINE = MergeTree ORDER BY text")
    begin_insert(client, "INSERT INTO t VALUES", [("x" * 1000,)] * 80_000)  # more than is kept in memory
    leftovers = tmp_path / "data" / "xiangmai_spool"
    until(lambda: any(leftovers.iterdir()))
    server.kill()
    with process.running(tmp_path / "data") as again:
        assert not any(leftovers.iterdir())
        again.kill()
    assert memory_folder(tmp_path / "data").exists()
    with process.running(tmp_path / "other") as other:
        assert not memory_folder(tmp_path / "data").exists()
        assert memory_folder(tmp_path / "other").exists()
        assert Client("127.0.0.1", other.native_port).execute("SELECT 1") == [(1,)]
    with process.running(tmp_path / "data") as again:
        assert Client("127.0.0.1", again.native_port).execute("SELECT count() FROM t") == [(0,)]


def test_metrics_count_what_was_done(own_server: Callable[..., ServerProcess]) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = own_server("--metrics-port", str(port))
    client = Client("127.0.0.1", server.native_port)
    with pytest.raises(errors.ServerException):
        client.execute("SELECT nothing")  # after which the driver connects anew
    client.execute("CREATE TABLE t (n UInt32) ENGINE = Memory")
    client.execute("INSERT INTO t VALUES", [(n,) for n in range(7)])
    client.execute("SELECT * FROM t")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if line.startswith("xiangmai_clickhouse_"))
    assert values['xiangmai_clickhouse_queries_total{interface="native",kind="insert",outcome="ok"}'] == "1.0"
    assert values['xiangmai_clickhouse_queries_total{interface="native",kind="select",outcome="error"}'] == "1.0"
    assert values['xiangmai_clickhouse_rows_received_total{interface="native"}'] == "7.0"
    assert values['xiangmai_clickhouse_rows_sent_total{interface="native"}'] == "7.0"
    assert values['xiangmai_clickhouse_connections{interface="native"}'] == "1.0"
