"""The two blocks a server makes itself: log lines for `send_logs_level`, and counters after each inserted block."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from deploy.local.clickhouse.blocks import Block, Column
from deploy.local.clickhouse.wire import string

if TYPE_CHECKING:
    from collections.abc import Mapping

# Poco's priorities, as ClickHouse names them in `send_logs_level`.
LEVELS = {
    "fatal": 1,
    "critical": 2,
    "error": 3,
    "warning": 4,
    "notice": 5,
    "information": 6,
    "debug": 7,
    "trace": 8,
    "test": 9,
}
DEBUG, TRACE = LEVELS["debug"], LEVELS["trace"]
HOST = "xiangmai-embedded"


def log_line(now: float, thread_id: int, query_id: str, line: tuple[int, str, str]) -> Block:
    """Return one log line (priority, source, text) as ClickHouse's block. `now` in seconds since the epoch."""
    priority, source, text = line
    columns = (
        Column("event_time", "DateTime", struct.pack("<I", int(now))),
        Column("event_time_microseconds", "UInt32", struct.pack("<I", int(now * 1_000_000) % 1_000_000)),
        Column("host_name", "String", string(HOST)),
        Column("query_id", "String", string(query_id)),
        Column("thread_id", "UInt64", struct.pack("<Q", thread_id)),
        Column("priority", "Int8", struct.pack("<b", priority)),
        Column("source", "String", string(source)),
        Column("text", "String", string(text)),
    )
    return Block(columns, 1)


def profile_events(now: float, thread_id: int, counters: Mapping[str, int]) -> Block:
    """Return counters as ClickHouse's profile events."""
    rows = len(counters)
    columns = (
        Column("host_name", "String", string(HOST) * rows),
        Column("current_time", "DateTime", struct.pack("<I", int(now)) * rows),
        Column("thread_id", "UInt64", struct.pack("<Q", thread_id) * rows),
        Column("type", "Enum8('increment' = 1, 'gauge' = 2)", b"\x01" * rows),
        Column("name", "String", b"".join(map(string, counters))),
        Column("value", "Int64", b"".join(struct.pack("<q", value) for value in counters.values())),
    )
    return Block(columns, rows)
