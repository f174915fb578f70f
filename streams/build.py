"""Puts a worker together from its settings: topics, schemas, catalogues, engine."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tenacity import Retrying, before_sleep_log, retry_if_exception, stop_after_delay, wait_exponential_jitter

from schemas.calendar import Calendar
from schemas.catalogue.load import load_catalogues
from schemas.codec import Decoder, Encoder, full_name
from schemas.domain import EVENT_VOIDED, load_domains, load_system
from schemas.errors import Refused, Unavailable
from schemas.registry import SchemaRegistry
from schemas.topics import ensure_topics
from streams.edge import Edge
from streams.outputs import output_schemas
from streams.schema_lookup import SchemaLookup
from streams.shard import Engine, Limits, Shard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from schemas.catalogue.model import Catalogue
    from schemas.settings import Settings
    from streams.edge import Intake
    from streams.options import WorkerOptions

logger = logging.getLogger(__name__)

_MOST_IDS: Final = 1 << 32


class Prepared(NamedTuple):
    """What a worker needs and has checked: the engine, what it decodes with, and the topics it reads.

    `own` decodes what the engine writes.
    """

    engine: Engine
    decoder: Decoder
    registry: SchemaRegistry
    topics: Sequence[str]
    catalogues: Sequence[Catalogue]
    own: Decoder


class KnownIds:
    """Gives schemas the ids they have in the registry, and others that no registry gives to those it does not know."""

    def __init__(self, registry: SchemaRegistry) -> None:
        self._registry = registry
        self._next_id = _MOST_IDS

    def register(self, subject: str, schema: Mapping[str, Any]) -> int:
        """Return the schema's id; registers nothing. Raises Unavailable."""
        known = self._registry.find(subject, schema)
        if known is None:
            self._next_id -= 1
        return self._next_id if known is None else known


def prepare(settings: Settings, *, wait_seconds: float, only_look: bool = False) -> Prepared:
    """Load the definitions, make missing topics, register what the worker writes; nothing of both with `only_look`.

    Waits up to `wait_seconds` for Kafka and the registry, then raises Unavailable. Raises Refused when a definition, or
    a topic's number of partitions, is not what it must be.
    """
    domains = load_domains(settings.domains)
    catalogues = [*load_catalogues(domains).values()]
    system = load_system()
    read = [event.schema for domain in domains.values() for event in domain.events.values()]
    written = output_schemas(catalogues)
    decoder = Decoder([*read, system[EVENT_VOIDED].schema])
    registry = SchemaRegistry(settings.registry_url)
    registers = KnownIds(registry) if only_look else registry
    encoder = Encoder(registers, written, strict=False)  # the core builds these records; their types are its own
    for attempt in _waiting(wait_seconds):
        with attempt:
            changes = ensure_topics(
                settings.kafka_bootstrap,
                partitions=settings.partitions,
                replication_factor=settings.replication_factor,
                dry_run=only_look,
            )
    if only_look and (missing := [change.name for change in changes if change.action == "created"]):
        raise Refused("Kafka", None, f"没有主题 / there are no topics {', '.join(missing)}: xiangmai schemas topics")
    own = Decoder(written)
    for attempt in _waiting(wait_seconds):
        with attempt:
            for name, schema_id in encoder.prepare(full_name(schema) for schema in written).items():
                own.learn(schema_id, next(schema for schema in written if full_name(schema) == name))
    engine = Engine(catalogues, decoder, encoder, Calendar(settings.timezone), Limits.of(settings))
    return Prepared(engine, decoder, registry, sorted(domain.topic for domain in domains.values()), catalogues, own)


def make_edge(settings: Settings, prepared: Prepared, options: WorkerOptions, intake: Callable[[], Intake]) -> Edge:
    """Make the surroundings of all partitions. Call it inside the event loop."""
    return Edge(
        bootstrap=settings.kafka_bootstrap,
        group=settings.worker_id,
        topics=prepared.topics,
        new_shard=lambda partition: Shard(prepared.engine, partition),
        schemas=SchemaLookup(prepared.decoder, prepared.registry.schema_by_id),
        intake=intake,
        clock=lambda: time.time_ns() // 1_000_000,
        publish_interval_seconds=settings.publish_interval_seconds,
        options=options,
    )


def _waiting(seconds: float) -> Retrying:
    return Retrying(
        stop=stop_after_delay(seconds),
        wait=wait_exponential_jitter(initial=0.5, max=5),
        retry=retry_if_exception(lambda error: isinstance(error, Unavailable) and error.retryable),
        before_sleep=before_sleep_log(logger, logging.WARNING),
        reraise=True,
    )
