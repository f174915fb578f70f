"""The metrics of the embedded ClickHouse server. Labels are bounded: see below; interface is native|http."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

CONNECTIONS = Gauge("xiangmai_clickhouse_connections", "Open native connections and HTTP requests", ["interface"])
# kind: select | insert | other; outcome: ok | error | cancelled | lost (the client went away)
QUERIES = Counter("xiangmai_clickhouse_queries", "Statements run", ["interface", "kind", "outcome"])
ROWS_READ = Counter("xiangmai_clickhouse_rows_sent", "Rows sent to clients", ["interface"])
ROWS_WRITTEN = Counter("xiangmai_clickhouse_rows_received", "Rows inserted for clients", ["interface"])
BYTES_SENT = Counter("xiangmai_clickhouse_bytes_sent", "Bytes sent to clients", ["interface"])
BYTES_RECEIVED = Counter("xiangmai_clickhouse_bytes_received", "Bytes received from clients", ["interface"])
REFUSED = Counter("xiangmai_clickhouse_logins_refused", "Wrong users or passwords", ["interface"])
SECONDS = Histogram(
    "xiangmai_clickhouse_query_duration_seconds",
    "Time from a statement's arrival to its last byte",
    ["interface", "kind"],
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300),
)


def kind_of(keyword: str, *, reads: bool) -> str:
    """Return the `kind` label of a statement."""
    if reads:
        return "select"
    return "insert" if keyword == "INSERT" else "other"
