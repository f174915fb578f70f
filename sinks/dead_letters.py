"""Dead letters of sinks: records of our own topics that cannot be read. Of village topics the worker writes them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from kafka.errors import KafkaError

from schemas.codec import Encoder
from schemas.domain import load_system
from schemas.errors import Unavailable
from schemas.topics import DEAD_LETTERS
from sinks.producer import confirm, connected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemas.registry import SchemaRegistry
    from schemas.settings import Settings
    from sinks.shaping.shape import Refusal

RECORD: Final = "xiangmai.system.DeadLetter"


class DeadLetterWriter:
    """Writes refused records with bytes, place and reason to `dead-letters`; connects when there is one to write."""

    def __init__(
        self,
        settings: Settings,
        registry: SchemaRegistry,
        *,
        topic: str = DEAD_LETTERS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._encoder = Encoder(registry, [load_system()[RECORD].schema])
        self._topic = topic
        self._now = now
        self._producer: Any = None

    def write(self, refused: Sequence[Refusal]) -> None:
        """Return when Kafka has every dead letter; raises Unavailable (then all of them must be written again)."""
        dead_at = int(self._now() * 1000)
        if self._producer is None:
            self._encoder.prepare([RECORD])
        try:
            producer = self._connected()
            partitions = len(producer.partitions_for(self._topic) or {0})
            sent = [
                producer.send(
                    self._topic,
                    key=message.key,
                    value=self._encoder.encode(RECORD, self._letter(message, reason, dead_at)),
                    partition=message.partition % partitions,
                )
                for message, reason in refused
            ]
            confirm(producer, sent)
        except KafkaError as error:
            raise Unavailable("Kafka", self._settings.kafka_bootstrap, cause=type(error).__name__) from error

    def close(self) -> None:
        """Close the producer, if there is one."""
        if self._producer is not None:
            self._producer.close(timeout=3)

    def _connected(self) -> Any:
        if self._producer is None:
            self._producer = connected(self._settings, "xiangmai-sink-dead-letters")
        return self._producer

    @staticmethod
    def _letter(message: Any, reason: Any, dead_at: int) -> dict[str, Any]:
        return {
            "topic": message.topic,
            "partition": message.partition,
            "offset": message.offset,
            "key": message.key,
            "value": message.value,
            "reason": reason.reason,
            "detail": reason.detail,
            "event_id": None,
            "record_timestamp": message.timestamp,
            "dead_at": dead_at,
            "stage": "sink",
        }
