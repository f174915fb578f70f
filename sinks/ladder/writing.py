"""The ladder's events on their way to Kafka: as Avro, checked like every event, confirmed by every replica."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from kafka.errors import KafkaError

from schemas.codec import Encoder
from schemas.errors import Unavailable
from schemas.rules import Limits, check_event
from schemas.topics import WARNINGS
from sinks.ladder.reading import SOURCE
from sinks.producer import confirm, connected

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from schemas.domain import Domain
    from schemas.registry import SchemaRegistry
    from schemas.settings import Settings
    from sinks.ladder.rule import Step

RECORDS: Final = (
    "WarningRaised",
    "WarningRenewed",
    "WarningEscalated",
    "RectificationOrdered",
    "WarningCleared",
    "AwardGiven",
)


def event_of(step: Step, department: str, recorded_at: int) -> dict[str, Any]:
    """Return a step as the event that is sent; but for `recorded_at`, the same whenever it is said."""
    return {
        "event_id": step.event_id,
        "occurred_at": step.occurred_at,
        "recorded_at": recorded_at,
        "township": step.subject.township,
        "village": None,
        "department": department,
        "source": SOURCE,
        "corrects": None,
        **step.fields,
    }


class Announcer:
    """A connection that sends steps of the ladder. Blocks; raises Unavailable, and Refused by the registry.

    Every step is first announced on `township.warnings`, then stands on the domain's topic, where it becomes part of its case: who
    dies between the two says both again, under the same ids. Within a township the order of the steps is kept.
    """

    def __init__(
        self, settings: Settings, domain: Domain, registry: SchemaRegistry, department: str, *, notices: str = WARNINGS
    ) -> None:
        self._settings = settings
        self._topics = (notices, domain.topic)
        self._domain = domain
        self._department = department
        self._limits = Limits.of(settings)
        self._encoder = Encoder(registry, [domain.event(name).schema for name in RECORDS])
        self._encoder.prepare(domain.event(name).full_name for name in RECORDS)
        self._producer = connected(settings, SOURCE)

    def say(self, steps: Sequence[Step], recorded_at: int) -> None:
        """Send these steps; returns when Kafka has all of them, on both topics."""
        values = [(step.subject.township.encode(), self._encoded(step, recorded_at)) for step in steps]
        try:
            for topic in self._topics:
                futures = [self._producer.send(topic, value, key) for key, value in values]
                confirm(self._producer, futures)
        except KafkaError as error:
            raise Unavailable("Kafka", self._settings.kafka_bootstrap, cause=type(error).__name__) from error

    def _encoded(self, step: Step, recorded_at: int) -> bytes:
        event = event_of(step, self._department, recorded_at)
        record = self._domain.event(step.record)
        check_event(record, event, record_time=recorded_at, limits=self._limits)
        return self._encoder.encode(record.full_name, event)

    def close(self) -> None:
        """Close the connection."""
        self._producer.close(timeout=3)

    def __enter__(self) -> Self:
        """Return the connection itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()
