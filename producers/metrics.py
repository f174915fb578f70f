"""Every metric of the producers, by name. Labels are bounded: topics, outcomes, kinds of numbers."""

from __future__ import annotations

import logging
from typing import Final

from prometheus_client import Counter, Histogram, start_http_server

logger = logging.getLogger(__name__)

RECORDS: Final = Counter(
    "xiangmai_producer_records_total",
    "Records by outcome: confirmed by Kafka, failed (not confirmed in time), invalid (refused before sending)",
    ["topic", "outcome"],
)
ACK_SECONDS: Final = Histogram(
    "xiangmai_producer_ack_duration_seconds",
    "Time from handing a record over to Kafka's confirmation, of one record in 32",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)
PII_IN_TEXT: Final = Counter(
    "xiangmai_producer_pii_in_text_total", "Events in whose free text numbers of persons were masked", ["kind"]
)
IMPORT_ROWS: Final = Counter("xiangmai_import_rows_total", "Rows read by importers: accepted, refused", ["outcome"])


def serve(host: str, port: int) -> None:
    """Serve the metrics; port 0 means no server."""
    if port:
        start_http_server(port, addr=host)
        logger.info("metrics at http://%s:%d/metrics", host, port)
