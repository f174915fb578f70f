"""The SDK: how a system of a department publishes what happened."""

from __future__ import annotations

import time
import uuid
from typing import TYPE_CHECKING, Any, Self

from producers import metrics
from producers.identity import event_id_for
from producers.preparation import Preparation
from producers.sender import DELIVERY_TIMEOUT_SECONDS, Delivery, DeliveryFailed, Sender
from schemas.domain import EVENT_VOIDED, load_domains
from schemas.errors import InvalidEvent
from schemas.registry import SchemaRegistry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import TracebackType

    from schemas.codec import Registers
    from schemas.domain import Domain
    from schemas.settings import Settings

__all__ = ["Delivery", "DeliveryFailed", "EventProducer", "event_id_for"]


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


class EventProducer:
    """Sends events of one `source`. Use as a context manager; not from several threads at once.

    Construction looks up schema ids and topics and may block some seconds; raises Unavailable when Kafka, the registry
    or a topic is away, and Refused when the registry holds an incompatible schema.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        source: str,
        domains: Mapping[str, Domain] | None = None,
        registry: Registers | None = None,
        now: Callable[[], int] = _now_ms,
        delivery_timeout_seconds: float = DELIVERY_TIMEOUT_SECONDS,
    ) -> None:
        domains = load_domains(settings.domains) if domains is None else domains
        self.source = source
        self._now = now
        if registry is None:
            with SchemaRegistry(settings.registry_url) as opened:
                self._preparation = _prepared(settings, domains, opened)
        else:
            self._preparation = _prepared(settings, domains, registry)
        self._sender = Sender(
            settings, client_id=f"xiangmai-{source}", delivery_timeout_seconds=delivery_timeout_seconds
        )
        try:
            for domain in domains.values():
                self._sender.partitions(domain.topic)
        except BaseException:
            self._sender.abandon()
            raise

    def send(
        self,
        record_name: str,
        event: Mapping[str, Any],
        *,
        headers: Iterable[tuple[str, bytes]] = (),
        domain: str | None = None,
    ) -> Delivery:
        """Send one event, given by the record's short or full name and its fields; the dict given is not changed.

        Completes event_id (a random one: give your own, so that sending again counts once), recorded_at (now) and
        source where they are missing. Numbers of persons in free text are masked, direct identifiers become pseudonyms.
        Money is a Decimal or text ("12.50"), never a float, and never rounded. Raises InvalidEvent at once when the
        event breaks its contract; nothing was sent then. Blocks only while the buffer is full. `domain` is for
        EventVoided where there are several domains.
        """
        preparation = self._preparation
        now = self._now()
        full_name = preparation.full_name(record_name)
        topic = preparation.topic(full_name, domain)
        completed = {"recorded_at": now, "source": self.source, **event}
        if "event_id" not in completed:
            completed["event_id"] = str(uuid.uuid4())
        try:
            protected, masked = preparation.protect(full_name, completed)
            preparation.check(full_name, protected, now)
            value = preparation.encode(full_name, protected)
        except InvalidEvent:
            metrics.RECORDS.labels(topic, "invalid").inc()
            raise
        for kind in masked:
            metrics.PII_IN_TEXT.labels(kind).inc()
        return self._sender.send(
            topic,
            protected["township"].encode(),
            value,
            label=protected["event_id"],
            headers=headers,
            masked=masked,
        )

    def flush(self, timeout_seconds: float) -> None:
        """Return when every event sent so far is confirmed; raises DeliveryFailed naming each that is not."""
        self._sender.flush(timeout_seconds)

    def close(self) -> None:
        """Wait until all is confirmed, then close; raises DeliveryFailed like `flush`."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self._sender.abandon()


def _prepared(settings: Settings, domains: Mapping[str, Domain], registry: Registers) -> Preparation:
    preparation = Preparation(settings, domains, registry)
    preparation.prepare([EVENT_VOIDED, *(name for domain in domains.values() for name in domain.events)])
    return preparation
