"""Exports consumer lag as the broker sees it: `python -m deploy.monitoring.lag_exporter --bootstrap HOST:PORT`."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import time
from collections import defaultdict
from contextlib import suppress
from typing import Final

from kafka.errors import KafkaError
from prometheus_client import Gauge, start_http_server

from deploy.monitoring.lag import Lag, LagReader

KAFKA_UP: Final = Gauge("xiangmai_kafka_up", "Whether the broker answers (1) or not (0)")
RECORDS: Final = Gauge("xiangmai_consumer_lag_records", "Records not yet consumed", ["group", "topic", "partition"])
SECONDS: Final = Gauge("xiangmai_consumer_lag_seconds", "Age of the oldest record not yet consumed", ["group", "topic"])
COMMITTED: Final = Gauge("xiangmai_consumer_committed_offset", "Committed offset", ["group", "topic", "partition"])

logger = logging.getLogger(__name__)


def main() -> None:
    """Measure every few seconds until SIGTERM or SIGINT. While Kafka is away it says so in `xiangmai_kafka_up`."""
    parser = argparse.ArgumentParser(description="消费积压（以 broker 为准） / consumer lag, as the broker sees it")
    parser.add_argument("--bootstrap", required=True, help="Kafka, host:port")
    parser.add_argument("--metrics-port", type=int, required=True, help="port of /metrics on 127.0.0.1")
    parser.add_argument("--interval-seconds", type=float, default=5.0)
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    start_http_server(options.metrics_port, addr="127.0.0.1")
    watch(options.bootstrap, options.interval_seconds, stopping)


def watch(bootstrap: str, interval_seconds: float, stopping: threading.Event) -> None:
    """Measure and export until `stopping` is set."""
    reader: LagReader | None = None
    while not stopping.is_set():
        try:
            reader = reader or LagReader(bootstrap)
            export(reader.read(), time.time())
            KAFKA_UP.set(1)
        except (KafkaError, OSError, ValueError) as error:
            logger.warning("Kafka %s does not answer: %s", bootstrap, error)
            KAFKA_UP.set(0)
            _close(reader)
            reader = None
        stopping.wait(interval_seconds)
    _close(reader)


def _close(reader: LagReader | None) -> None:
    if reader:
        # A broker that is away cannot be told good-bye; the sockets close all the same.
        with suppress(KafkaError, OSError, ValueError):
            reader.close()


def export(lags: list[Lag], now_seconds: float) -> None:
    """Set the metrics to what was measured; partitions no longer consumed disappear."""
    for gauge in (RECORDS, SECONDS, COMMITTED):
        gauge.clear()
    oldest: dict[tuple[str, str], float] = defaultdict(float)
    for lag in lags:
        partition = str(lag.partition)
        RECORDS.labels(lag.group, lag.topic, partition).set(lag.records)
        COMMITTED.labels(lag.group, lag.topic, partition).set(lag.committed)
        age = max(0.0, now_seconds - lag.waiting_since_ms / 1000) if lag.waiting_since_ms is not None else 0.0
        oldest[lag.group, lag.topic] = max(oldest[lag.group, lag.topic], age)
    for (group, topic), age in oldest.items():
        SECONDS.labels(group, topic).set(age)


if __name__ == "__main__":
    main()
