"""How this room writes to Kafka: each record once, confirmed by every replica, or an error that says Kafka is away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kafka import KafkaProducer
from kafka.errors import KafkaError

from schemas.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.settings import Settings

_DELIVERY_MS: Final = 30_000


def connected(settings: Settings, client_id: str) -> Any:
    """Return kafka-python's producer, idempotent; raises Unavailable. It is to be closed."""
    try:
        return KafkaProducer(
            bootstrap_servers=settings.kafka_bootstrap.split(","),
            client_id=client_id,
            acks="all",
            enable_idempotence=True,
            compression_type="lz4",
            linger_ms=5,
            delivery_timeout_ms=_DELIVERY_MS,
            request_timeout_ms=_DELIVERY_MS // 2,
            allow_auto_create_topics=False,
        )
    except (KafkaError, OSError, ValueError) as error:
        raise Unavailable("Kafka", settings.kafka_bootstrap, cause=type(error).__name__) from error


def confirm(producer: Any, sent: Iterable[Any]) -> None:
    """Return when Kafka has every record of these futures; raises KafkaError when it has not in time."""
    producer.flush(timeout=_DELIVERY_MS / 1000)
    for future in sent:
        future.get(timeout=0)
