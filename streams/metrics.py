"""Every metric of the worker: name, meaning, labels. Labels are bounded: topics, partitions, reasons, outcomes."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from schemas.metrics import DEAD_LETTERS

if TYPE_CHECKING:
    from streams.records import Applied

logger = logging.getLogger(__name__)

_SHORT_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LONG_SECONDS: Final = (0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)

EVENTS = Counter(
    "xiangmai_worker_events_total",
    "Records handled, by what became of them; late ones count twice",
    ["topic", "outcome"],
)
CHUNK_SECONDS = Histogram(
    "xiangmai_worker_chunk_duration_seconds", "Time to fold one slice of a chunk", buckets=_SHORT_SECONDS
)
TRANSACTION_SECONDS = Histogram(
    "xiangmai_worker_transaction_duration_seconds", "Time of one publication's transaction", buckets=_SHORT_SECONDS
)
PUBLISH_SECONDS = Histogram(
    "xiangmai_worker_publish_delay_seconds",
    "Time from folding (draining) what was gathered to its commit",
    buckets=_SHORT_SECONDS,
)
WATERMARK = Gauge("xiangmai_worker_watermark_timestamp_seconds", "Newest occurred_at folded", ["topic"])
LAST_PROGRESS = Gauge("xiangmai_worker_last_progress_timestamp_seconds", "Time of the newest commit", ["partition"])
REBALANCES = Counter("xiangmai_worker_rebalances_total", "Rebalances of the group this worker took part in")
RECOVERY_SECONDS = Histogram(
    "xiangmai_worker_recovery_duration_seconds", "Time to take a partition over", buckets=_LONG_SECONDS
)
RECOVERY_REMAINING = Gauge(
    "xiangmai_worker_recovery_remaining_records", "Changelog offsets still to be read in a recovery", ["partition"]
)
CASES = Gauge("xiangmai_worker_cases", "Cases held", ["partition"])
CELLS = Gauge("xiangmai_worker_cells", "Indicator cells held", ["partition"])
STATE_BYTES = Gauge("xiangmai_worker_state_bytes", "Bytes of packed cases held")
OWNED = Gauge("xiangmai_worker_partitions", "Partitions owned, by state", ["state"])
HELD = Gauge(
    "xiangmai_worker_held_partitions",
    "Partitions of a topic of which nothing more is taken, because too many records in a row were refused",
    ["topic"],
)
WAITING_FOR_REGISTRY = Gauge(
    "xiangmai_worker_waiting_for_registry", "Partitions that wait for the schema registry to answer"
)
DELETED_UNREAD = Counter(
    "xiangmai_worker_deleted_unread_total", "Offsets that retention deleted before they were read", ["topic"]
)
INCOMPLETE_CASES = Gauge(
    "xiangmai_worker_incomplete_cases",
    "Cases that lack something of their events which folds need, as of when the partition was taken over",
    ["partition", "case"],
)
REBUILD_UNFINISHED = Gauge(
    "xiangmai_worker_rebuild_unfinished", "1 where a rebuild had begun to write and not ended", ["partition"]
)
REBUILD_RECORDS = Counter("xiangmai_rebuild_records_total", "Records of domain topics a rebuild has read", ["topic"])
REBUILD_PARTITIONS = Gauge("xiangmai_rebuild_partitions", "Partitions of a rebuild, by how far they are", ["state"])
REBUILD_DIFFERENCES = Gauge(
    "xiangmai_rebuild_differences", "Records a rebuild found not to be what they should be", ["case", "record", "kind"]
)
BUILD_INFO = Gauge("xiangmai_build_info", "Versions", ["process", "version", "faust", "aiokafka"])


_watermarks: dict[str, float] = {}


def advance_watermark(topic: str, event_at_seconds: float) -> None:
    """Raise the watermark of a topic; it never goes back."""
    if event_at_seconds > _watermarks.get(topic, 0.0):
        _watermarks[topic] = event_at_seconds
        WATERMARK.labels(topic).set(event_at_seconds)


def count(topic: str, applied: Applied) -> None:
    """Count what became of a chunk of a topic."""
    for outcome, number in (
        ("applied", applied.applied),
        ("duplicate", applied.duplicate),
        ("late", applied.late),
        ("voided", applied.voided),
    ):
        if number:
            EVENTS.labels(topic, outcome).inc(number)
    for reason, number in applied.dead.items():
        EVENTS.labels(topic, "dead").inc(number)
        DEAD_LETTERS.labels("worker", reason).inc(number)
    if applied.newest_event_at:
        advance_watermark(topic, applied.newest_event_at / 1000)


def serve(host: str, port: int) -> None:
    """Serve the metrics; port 0 means no server."""
    if port:
        start_http_server(port, addr=host)
        logger.info("metrics at http://%s:%d/metrics", host, port)


def forget_partition(partition: int) -> None:
    """Drop the figures of a partition given away: its last ones would stand for ever."""
    for gauge in (LAST_PROGRESS, RECOVERY_REMAINING, CASES, CELLS, REBUILD_UNFINISHED):
        with suppress(KeyError):
            gauge.remove(str(partition))
    INCOMPLETE_CASES.remove_by_labels({"partition": str(partition)})
