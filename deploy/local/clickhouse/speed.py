"""Speed through clickhouse-driver: a table of 10 columns, inserted row by row and by columns, and read out.

python -m deploy.local.clickhouse.speed            300,000 rows, three rounds, the best of each
python -m deploy.local.clickhouse.speed --rows N
"""

# ruff: noqa: S608 - the queries are built from the names above
from __future__ import annotations

import argparse
import datetime as dt
import decimal
import tempfile
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clickhouse_driver import Client

from deploy.local.clickhouse.process import running

if TYPE_CHECKING:
    from collections.abc import Callable

# What an event table of the warehouse is made of.
COLUMNS = {
    "event_id": "UUID",
    "occurred_at": "DateTime64(3, 'Asia/Shanghai')",
    "township": "LowCardinality(String)",
    "village": "LowCardinality(Nullable(String))",
    "category": "String",
    "summary": "Nullable(String)",
    "score": "Nullable(Int32)",
    "amount": "Decimal(18, 2)",
    "longitude": "Float64",
    "version": "UInt64",
}
PLAIN_COLUMNS = {
    "a": "UInt64", "b": "Int32", "c": "Float64", "d": "String", "e": "String",
    "f": "DateTime", "g": "Nullable(String)", "h": "UInt8", "i": "Int64", "j": "LowCardinality(String)",
}  # fmt: skip


def event_columns(rows: int) -> list[list[Any]]:
    """Return believable values for COLUMNS, by column."""
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return [
        [uuid.UUID(int=i * 7919) for i in range(rows)],
        [start + dt.timedelta(seconds=i) for i in range(rows)],
        [f"3305211{i % 13:02}" for i in range(rows)],
        [None if i % 5 == 0 else f"3305211{i % 13:02}{i % 177:03}" for i in range(rows)],
        [f"category {i % 40}" for i in range(rows)],
        [None if i % 3 == 0 else f"诉求 {i}: 道路积水" for i in range(rows)],
        [None if i % 4 == 0 else i % 5 for i in range(rows)],
        [decimal.Decimal(i) / 100 for i in range(rows)],
        [119.9 + i / 1e6 for i in range(rows)],
        list(range(rows)),
    ]


def plain_columns(rows: int) -> list[list[Any]]:
    """Return values for PLAIN_COLUMNS, by column."""
    numbers = list(range(rows))
    return [
        numbers, [i % 1000 for i in numbers], [i / 7 for i in numbers], [f"text {i}" for i in numbers],
        [f"more {i % 100}" for i in numbers], [1_760_000_000 + i for i in numbers],
        [None if i % 2 else "x" for i in numbers], [i % 2 for i in numbers], [-i for i in numbers],
        [f"town {i % 13}" for i in numbers],
    ]  # fmt: skip


def measure(client: Client, structure: dict[str, str], columns: list[list[Any]], rounds: int) -> dict[str, float]:
    """Return rows a second of each way, the best of some rounds."""
    rows = [list(row) for row in zip(*columns, strict=True)]
    count = len(rows)
    definition = ", ".join(f"{name} {kind}" for name, kind in structure.items())
    first = next(iter(structure))
    best: dict[str, float] = {}
    work: dict[str, Callable[[], object]] = {
        "insert, row-wise": lambda: client.execute("INSERT INTO speed VALUES", rows),
        "insert, columnar": lambda: client.execute("INSERT INTO speed VALUES", columns, columnar=True),
        "read, rows": lambda: client.execute(f"SELECT * FROM speed LIMIT {count}"),
        "read, columnar": lambda: client.execute(f"SELECT * FROM speed LIMIT {count}", columnar=True),
    }
    for _ in range(rounds):
        client.execute("DROP TABLE IF EXISTS speed")
        client.execute(f"CREATE TABLE speed ({definition}) ENGINE = MergeTree ORDER BY {first}")
        for name, act in work.items():
            started = time.perf_counter()
            act()
            seconds = time.perf_counter() - started
            best[name] = max(best.get(name, 0.0), count / seconds)
        stored = client.execute(f"SELECT count(), uniqExact({first}) FROM speed")
        if stored != [(2 * count, count)]:
            raise AssertionError(f"{stored} rows are stored, not {2 * count} of {count} keys")
    return best


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    tables = {
        "plain": (PLAIN_COLUMNS, plain_columns(options.rows)),
        "events": (COLUMNS, event_columns(options.rows)),
    }
    print("| table of 10 columns | compression | way | rows/s |", "| --- | --- | --- | ---: |", sep="\n")
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as server:
        for name, (structure, columns) in tables.items():
            for compression in (False, "lz4"):
                with Client("127.0.0.1", server.native_port, compression=compression) as client:
                    for way, rate in measure(client, structure, columns, options.rounds).items():
                        print(f"| {name} | {compression or 'none'} | {way} | {rate:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
