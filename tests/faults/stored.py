"""Whether a sink ever said it had stored what it had not: its committed offsets, held against the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.codec import Decoder
from schemas.domain import EVENT_VOIDED, load_domains, load_system
from schemas.registry import SchemaRegistry
from schemas.settings import Settings
from tests.streams.edge import reading

if TYPE_CHECKING:
    from tests.faults.line import FaultyLine

TOPIC, GROUP = "village.appeals", "xiangmai-sink-events"


def missing(line: FaultyLine) -> list[str]:
    """The events below the offsets the events sink has committed that the warehouse does not show. Ask while it sleeps."""
    bootstrap = line.environment["XIANGMAI_KAFKA_BOOTSTRAP"]
    committed = reading.committed(bootstrap, GROUP, TOPIC)
    schemas = [event.schema for event in load_domains(Settings().domains)["appeals"].events.values()]
    decoder = Decoder([*schemas, load_system()[EVENT_VOIDED].schema])
    below = [
        record.value
        for record in reading.read_all(bootstrap, TOPIC)
        if record.offset < (committed[record.partition] or 0)
    ]
    with SchemaRegistry(line.environment["XIANGMAI_REGISTRY_URL"]) as registry:
        for schema_id in decoder.missing_ids(below):
            decoder.learn(schema_id, registry.schema_by_id(schema_id))
    shown = {event_id for (event_id,) in line.query("SELECT toString(event_id) FROM xiangmai.events_appeals")}
    return sorted({decoder.decode(value)[1]["event_id"] for value in below} - shown)
