"""Every metric of the sinks, by name. Labels are bounded: sinks, tables, outcomes and reasons are short lists."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

ROWS: Final = Counter("xiangmai_sink_rows_total", "Rows acknowledged by ClickHouse", ["table"])
BATCHES: Final = Counter(
    "xiangmai_sink_batches_total", "Inserts by outcome: inserted, retried, failed", ["table", "outcome"]
)
INSERT_SECONDS: Final = Histogram(
    "xiangmai_sink_insert_duration_seconds",
    "Time of one insert until its acknowledgement",
    ["table"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
BATCH_ROWS: Final = Histogram(
    "xiangmai_sink_batch_rows",
    "Rows of one insert",
    ["table"],
    buckets=(1, 10, 100, 1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000),
)
LAST_SUCCESS: Final = Gauge(
    "xiangmai_sink_last_success_timestamp_seconds", "When a table's insert was last acknowledged", ["table"]
)
END_TO_END_SECONDS: Final = Histogram(
    "xiangmai_sink_end_to_end_seconds",
    "From Kafka's timestamp of a record to the acknowledgement of its insert",
    ["table"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 30, 60, 300, 900, 3_600, 86_400),
)
SKIPPED: Final = Counter(
    "xiangmai_sink_records_skipped_total",
    "Records a sink leaves out because the worker makes dead letters of them",
    ["sink", "reason"],
)
WAITING: Final = Gauge(
    "xiangmai_sink_waiting", "1 while a sink holds a batch because ClickHouse or the registry does not answer", ["sink"]
)

MEASURED_RECORDS: Final = 200
"""At most so many records of a batch go into the end-to-end histogram: evenly chosen, the oldest always among them."""

VERIFY_MISMATCHES: Final = Gauge(
    "xiangmai_verify_mismatches", "Cells in which what was published and what the events say differ, at the last run"
)
VERIFY_CELLS: Final = Gauge("xiangmai_verify_cells_compared", "Cells compared at the last run")
VERIFY_MOVING: Final = Gauge(
    "xiangmai_verify_moving", "Cells that would not stand still at the last run; nothing is said of them"
)
VERIFY_SECONDS: Final = Gauge("xiangmai_verify_duration_seconds", "How long the last run took")
VERIFY_LAST_RUN: Final = Gauge(
    "xiangmai_verify_last_run_timestamp_seconds",
    "When a verification last came to its end (at first: when the process began)",
)
VERIFY_RUNS: Final = Counter(
    "xiangmai_verify_runs_total", "Verifications by what was found: equal, different, not_compared", ["outcome"]
)

LADDER_LAST_SUCCESS: Final = Gauge(
    "xiangmai_ladder_last_success_timestamp_seconds",
    "When the ladder last judged and said all there was to say (at first: when the process began)",
)
LADDER_RUNS: Final = Counter(
    "xiangmai_ladder_runs_total",
    "Runs of the ladder by outcome: judged, behind (the line would not catch up), failed",
    ["outcome"],
)
LADDER_STEPS: Final = Counter("xiangmai_ladder_steps_total", "Events the ladder has sent, by record", ["record"])
LADDER_SECONDS: Final = Gauge("xiangmai_ladder_duration_seconds", "How long the last run took, waiting included")
