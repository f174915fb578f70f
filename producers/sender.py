"""Bytes to Kafka, each confirmed or told as failed: kafka-python with the settings we rely on, in bounded memory."""

from __future__ import annotations

import logging
import time
from collections import Counter, deque
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Self

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.partitioner.default import murmur2

from producers import metrics
from schemas.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from schemas.settings import Settings

DELIVERY_TIMEOUT_SECONDS: Final = 120.0
MAX_WAITING_RECORDS: Final = 100_000
MAX_WAITING_BYTES: Final = 64 << 20
_BOOTSTRAP_SECONDS: Final = 10.0
_METADATA_SECONDS: Final = 10.0
_CLOSE_SECONDS: Final = 5.0
_MEASURED_EVERY: Final = 32
_REAP_EVERY: Final = 1_024
_NAMED_FAILURES: Final = 10

# At DEBUG kafka-python writes keys and values of records into the log, and they may hold personal data.
logging.getLogger("kafka").setLevel(logging.WARNING)


class DeliveryFailed(Exception):  # noqa: N818 - what happened to the records, in the words of Kafka's clients
    """Kafka did not confirm these records: send them again (an event that keeps its id is counted once).

    `failures` holds (label, reason) of each; the label is an event id, or the key of another record.
    """

    def __init__(self, failures: Sequence[tuple[str, str]]) -> None:
        named = "; ".join(f"{label} ({reason})" for label, reason in failures[:_NAMED_FAILURES])
        more = f" … +{len(failures) - _NAMED_FAILURES}" if len(failures) > _NAMED_FAILURES else ""
        super().__init__(
            f"{len(failures)} 条未获 Kafka 确认，请重发 / records were not confirmed by Kafka, "
            f"send them again: {named}{more}"
        )
        self.failures = list(failures)


class Delivery:
    """One record on its way. `event_id` names it (others: their key), `masked` the kinds of numbers masked in it."""

    __slots__ = ("_future", "event_id", "masked", "size", "topic")

    def __init__(self, event_id: str, topic: str, size: int, future: Any, masked: tuple[str, ...] = ()) -> None:
        self.event_id = event_id
        self.topic = topic
        self.size = size
        self.masked = masked
        self._future = future

    @property
    def confirmed(self) -> bool:
        """Whether every replica that has to has the record. Never blocks."""
        return bool(self._future.succeeded())

    @property
    def done(self) -> bool:
        """Whether it is confirmed or has failed. Never blocks."""
        return bool(self._future.is_done)

    @property
    def failure(self) -> str | None:
        """Why it failed: the name of Kafka's error; None while it has not."""
        return type(self._future.exception).__name__ if self._future.failed() else None

    def result(self, timeout_seconds: float) -> tuple[int, int]:
        """Return (partition, offset) once confirmed; blocks until then. Raises DeliveryFailed, also when time is up."""
        try:
            metadata = self._future.get(timeout_seconds)
        except KafkaError as error:
            raise DeliveryFailed([(self.event_id, type(error).__name__)]) from error
        return metadata.partition, metadata.offset


class Sender:
    """A kafka-python producer: acks=all, idempotent, lz4. Not for several threads at once.

    Raises Unavailable when Kafka does not answer. When too much waits for confirmation, `send` blocks.
    """

    def __init__(
        self, settings: Settings, *, client_id: str, delivery_timeout_seconds: float = DELIVERY_TIMEOUT_SECONDS
    ) -> None:
        self._bootstrap = settings.kafka_bootstrap
        self._waiting: deque[Delivery] = deque()
        self._waiting_bytes = 0
        self._failures: list[tuple[str, str]] = []
        self._sent = 0
        self._delivery_timeout_seconds = delivery_timeout_seconds
        timeout_ms = int(delivery_timeout_seconds * 1000)
        try:
            self._kafka = KafkaProducer(
                bootstrap_servers=settings.kafka_bootstrap.split(","),
                client_id=client_id,
                acks="all",
                enable_idempotence=True,
                compression_type="lz4",
                linger_ms=5,
                batch_size=128 << 10,
                delivery_timeout_ms=timeout_ms,
                request_timeout_ms=max(min(30_000, timeout_ms - 5), 1),
                bootstrap_timeout_ms=int(_BOOTSTRAP_SECONDS * 1000),
                max_block_ms=int(_METADATA_SECONDS * 1000),
                reconnect_backoff_max_ms=1_000,
                allow_auto_create_topics=False,
                metrics_enabled=False,
            )
        except (KafkaError, OSError, ValueError) as error:
            raise Unavailable("Kafka", self._bootstrap, cause=type(error).__name__) from error
        self._partition_of = lru_cache(maxsize=65_536)(self._partition_of_key)

    def partitions(self, topic: str) -> int:
        """How many partitions the topic has. Blocks some seconds at most; raises Unavailable when there is none."""
        try:
            return len(self._kafka.partitions_for(topic))
        except KafkaError as error:
            raise Unavailable(
                f"Kafka 主题 topic {topic}",
                self._bootstrap,
                cause=type(error).__name__,
                start="xiangmai schemas topics",
            ) from error

    def send(
        self,
        topic: str,
        key: bytes,
        value: bytes | None,
        *,
        label: str,
        partition_key: bytes | None = None,
        headers: Iterable[tuple[str, bytes]] = (),
        masked: tuple[str, ...] = (),
    ) -> Delivery:
        """Hand a record over; its partition is Kafka's default one for `partition_key` (or else the key).

        Blocks only while the buffer is full. Raises Unavailable when the topic cannot be found.
        """
        self._sent += 1
        if self._sent % _REAP_EVERY == 0:
            self._reap()
        if len(self._waiting) >= MAX_WAITING_RECORDS or self._waiting_bytes >= MAX_WAITING_BYTES:
            self._make_room()
        partition = self._partition_of(topic, key if partition_key is None else partition_key)
        try:
            future = self._kafka.send(topic, value=value, key=key, headers=list(headers), partition=partition)
        except KafkaTimeoutError as error:
            raise Unavailable("Kafka", self._bootstrap, cause=type(error).__name__) from error
        if self._sent % _MEASURED_EVERY == 0:
            self._measure(future)
        delivery = Delivery(label, topic, len(key) + (len(value) if value else 0), future, masked)
        self._waiting.append(delivery)
        self._waiting_bytes += delivery.size
        return delivery

    def flush(self, timeout_seconds: float) -> None:
        """Return when every record handed over so far is confirmed; raises DeliveryFailed naming each that is not.

        Failures of records sent since the last flush are told once.
        """
        deadline = time.monotonic() + timeout_seconds
        with suppress(KafkaTimeoutError):  # the records themselves say below which of them are late
            self._kafka.flush(timeout=timeout_seconds)
        self._reap(deadline)
        unconfirmed = [(delivery.event_id, "not confirmed in time") for delivery in self._waiting if not delivery.done]
        failures, self._failures = [*self._failures, *unconfirmed], []
        if failures:
            raise DeliveryFailed(failures)

    def close(self) -> None:
        """Wait until all is confirmed, then close; raises DeliveryFailed like `flush`."""
        try:
            self.flush(self._delivery_timeout_seconds + _CLOSE_SECONDS)
        finally:
            self._close()

    def abandon(self) -> None:
        """Close without waiting for long: for when something else has already gone wrong."""
        self._close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def _close(self) -> None:
        try:
            self._kafka.close(timeout=_CLOSE_SECONDS, null_logger=False)
        except KafkaError as error:
            logging.getLogger(__name__).warning("closing the Kafka producer: %s", type(error).__name__)

    def _partition_of_key(self, topic: str, key: bytes) -> int:
        return int((murmur2(key) & 0x7FFFFFFF) % self.partitions(topic))

    def _reap(self, deadline: float | None = None) -> None:
        """Take what is done from the front; with a deadline, wait for each until then."""
        waiting = self._waiting
        outcomes: Counter[tuple[str, str]] = Counter()
        while waiting:
            first = waiting[0]
            if not first.done and (deadline is None or not _wait(first, deadline)):
                break
            waiting.popleft()
            self._waiting_bytes -= first.size
            reason = first.failure
            outcomes[first.topic, "confirmed" if reason is None else "failed"] += 1
            if reason is not None:
                self._failures.append((first.event_id, reason))
        for labels, records in outcomes.items():
            metrics.RECORDS.labels(*labels).inc(records)

    def _make_room(self) -> None:
        """Wait for the oldest record, which kafka-python ends, one way or the other, when its delivery time is up."""
        _wait(self._waiting[0], time.monotonic() + self._delivery_timeout_seconds + _CLOSE_SECONDS)
        self._reap()
        if len(self._waiting) >= MAX_WAITING_RECORDS or self._waiting_bytes >= MAX_WAITING_BYTES:
            raise Unavailable("Kafka", self._bootstrap, cause="buffer full, nothing confirmed")

    @staticmethod
    def _measure(future: Any) -> None:
        began = time.perf_counter()
        future.add_callback(lambda _: metrics.ACK_SECONDS.observe(time.perf_counter() - began))


def _wait(delivery: Delivery, deadline: float) -> bool:
    try:
        delivery.result(max(deadline - time.monotonic(), 0.0))
    except DeliveryFailed:
        return delivery.done
    return True
