"""Events that Kafka no longer has, sent to it again from the warehouse, for `xiangmai rebuild` to read.

They go to a topic of their own, not to the domain's: there nobody would take them for news. Each says where its record stood, so
that a rebuild can take the two together for the one log they were. Sending them twice changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas.codec import Encoder
from schemas.domain import fields_of
from schemas.errors import InvalidEvent, Unavailable
from schemas.topics import EVENT_REFILL
from sinks.columns import columns_of
from sinks.layout import ENVELOPE
from sinks.producer import confirm, connected
from sinks.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from schemas.domain import Field
    from schemas.registry import SchemaRegistry
    from schemas.settings import Settings
    from sinks.layout import EventShape, EventTable
    from sinks.warehouse import Warehouse

_BATCH_ROWS: Final = 5_000
_REQUEST_MS: Final = 20_000
_FIXED: Final = (*ENVELOPE, "case_type", "case_id")
"""Fields whose columns are called as they are, for every record."""

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Rows of a domain's events whose records a partition of its topic no longer has: those before `earliest`."""

    table: EventTable
    partition: int
    earliest: int
    rows: int


class RowReader:
    """Makes events of one record again from rows of its domain's table.

    A nested record of which nothing is there is taken for null, and so is an empty list that might have been null: what folds
    read is exact.
    """

    def __init__(self, shape: EventShape, timezone: str) -> None:
        self.record = shape.record
        skipped = {name for name in _FIXED if name in {field.name for field in shape.record.fields}}
        own = columns_of(shape.record, timezone, nullable=True, skip=skipped)
        self._columns: dict[Path, str] = {(name,): name for name in skipped}
        paths = [path for path, _ in _leaves(shape.record.fields) if path[0] not in skipped]
        self._columns |= dict(zip(paths, shape.columns, strict=True))
        if len(own) != len(paths):
            raise ValueError(f"{shape.record.full_name}: {len(paths)} fields, {len(own)} columns")
        self._leaves = list(_leaves(shape.record.fields))

    @property
    def expressions(self) -> list[str]:
        """What to select of a row."""
        return [_asked(self._columns[path], field) for path, field in self._leaves]

    def event(self, values: Sequence[Any]) -> dict[str, Any]:
        """Return the event of a row, given what was selected."""
        found = {path: value for (path, _), value in zip(self._leaves, values, strict=True)}
        return {field.name: _value(field, (field.name,), found) for field in self.record.fields}


def missing(settings: Settings, warehouse: Warehouse, tables: Sequence[EventTable]) -> list[Missing]:
    """Return what Kafka no longer has of these domains. Blocks; raises Unavailable, QueryFailed."""
    found = []
    for (topic, partition), earliest in _earliest(settings, [table.topic for table in tables]).items():
        table = next(each for each in tables if each.topic == topic)
        where = _where(topic, partition, earliest)
        [(rows,)] = warehouse.rows(f"SELECT count() FROM {table.table.full_name} FINAL WHERE {where}")  # noqa: S608 - our own names and numbers
        if rows:
            found.append(Missing(table, partition, earliest, rows))
    return found


class Refill:
    """A connection that sends events again. Blocks; raises Unavailable and QueryFailed."""

    def __init__(self, settings: Settings, registry: SchemaRegistry, *, topic: str = EVENT_REFILL) -> None:
        self._settings = settings
        self._topic = topic
        self._registry = registry
        self._producer = connected(settings, "xiangmai-refill")

    def send(self, warehouse: Warehouse, part: Missing, tell: Callable[[int], object]) -> list[str]:
        """Send a partition's missing events; returns the ids of those that cannot be encoded. `tell` takes how many were sent."""
        shapes = part.table.shapes.values()
        encoder = Encoder(self._registry, [shape.record.schema for shape in shapes])
        encoder.prepare(shape.record.full_name for shape in shapes)
        unreadable: list[str] = []
        for shape in shapes:
            reader = RowReader(shape, self._settings.timezone)
            for batch in self._rows(warehouse, part, reader):
                unreadable += self._sent(encoder, part, reader, batch)
                tell(len(batch))
        return unreadable

    def close(self) -> None:
        """Close the connection."""
        self._producer.close(timeout=3)

    def _rows(self, warehouse: Warehouse, part: Missing, reader: RowReader) -> Iterator[list[tuple[Any, ...]]]:
        selected = ", ".join(["kafka_offset", "toUnixTimestamp64Milli(accepted_at)", *reader.expressions])
        where = _where(part.table.topic, part.partition, part.earliest)
        sql = (
            f"SELECT {selected} FROM {part.table.table.full_name} FINAL "  # noqa: S608 - our own names and numbers
            f"WHERE {where} AND event = '{reader.record.name}'"
        )
        with warehouse.translated():
            batch: list[tuple[Any, ...]] = []
            for row in warehouse.client.execute_iter(sql, settings={"max_block_size": _BATCH_ROWS}):
                batch.append(row)
                if len(batch) >= _BATCH_ROWS:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def _sent(self, encoder: Encoder, part: Missing, reader: RowReader, batch: Sequence[tuple[Any, ...]]) -> list[str]:
        """Send a batch and wait until Kafka has it; return the ids of events that cannot be encoded."""
        futures, unreadable = [], []
        try:
            for offset, accepted_at, *values in batch:
                event = reader.event(values)
                try:
                    value = encoder.encode(reader.record.full_name, event)
                except InvalidEvent:
                    unreadable.append(str(event["event_id"]))
                    continue
                place = {"topic": part.table.topic, "offset": offset, "timestamp": accepted_at}
                headers = [(name, str(number).encode()) for name, number in place.items()]
                key = event["township"].encode()
                futures.append(self._producer.send(self._topic, value, key, headers, part.partition))
            confirm(self._producer, futures)
        except KafkaError as error:
            raise Unavailable("Kafka", self._settings.kafka_bootstrap, cause=type(error).__name__) from error
        return unreadable


def _where(topic: str, partition: int, earliest: int) -> str:
    return f"kafka_topic = '{topic}' AND kafka_partition = {partition} AND kafka_offset < {earliest}"


def _earliest(settings: Settings, topics: Sequence[str]) -> dict[tuple[str, int], int]:
    """Ask Kafka for the oldest offset of every partition."""
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=settings.kafka_bootstrap.split(","),
            client_id="xiangmai-refill",
            group_id=None,
            enable_auto_commit=False,
            request_timeout_ms=_REQUEST_MS,
        )
    except (KafkaError, OSError) as error:
        raise Unavailable("Kafka", settings.kafka_bootstrap, cause=type(error).__name__) from error
    try:
        places = [
            TopicPartition(topic, number)
            for topic in topics
            for number in sorted(consumer.partitions_for_topic(topic) or ())
        ]
        return {(place.topic, place.partition): offset for place, offset in consumer.beginning_offsets(places).items()}
    except KafkaError as error:
        raise Unavailable("Kafka", settings.kafka_bootstrap, cause=type(error).__name__) from error
    finally:
        consumer.close(autocommit=False)


def _leaves(fields: Sequence[Field], path: Path = ()) -> Iterator[tuple[Path, Field]]:
    """Yield the fields that have a column, in the order of the columns."""
    for field in fields:
        here = (*path, field.name)
        if field.kind == "record" and isinstance(field.avro_type, dict):
            yield from _leaves(fields_of(field.avro_type), here)
        else:
            yield here, field


def _asked(column: str, field: Field) -> str:
    """Return the SQL that gives a column's value as the codec takes it, or nearly so."""
    name = quoted(column)
    match field.logical:
        case "timestamp-millis":
            return f"toUnixTimestamp64Milli({name})"
        case "date":
            return f"toInt32({name})"
        case "uuid":
            return f"toString({name})"
        case None if field.kind in ("bytes", "fixed"):
            return f"hex({name})"
    return name


def _value(field: Field, path: Path, found: Mapping[Path, Any]) -> Any:
    if field.kind == "record" and isinstance(field.avro_type, dict):
        inner = {each.name: _value(each, (*path, each.name), found) for each in fields_of(field.avro_type)}
        return None if field.nullable and not any(value not in (None, [], {}) for value in inner.values()) else inner
    value = found[path]
    if field.kind in ("array", "map"):
        return None if field.nullable and not value else value
    if value is None:
        return None if field.nullable else field.attributes.get("default")
    return bytes.fromhex(value) if field.logical is None and field.kind in ("bytes", "fixed") else value
