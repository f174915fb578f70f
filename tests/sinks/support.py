"""What the stories of the sinks are told with: a warehouse, events and cells in few words, a line that can be cut."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from schemas.codec import Decoder, Encoder
from schemas.domain import load_system
from schemas.registry import SchemaRegistry
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits
from sinks import metrics
from sinks.settings import SinkSettings
from sinks.shaping.cells import CellShaper
from sinks.shaping.events import EventShaper
from sinks.sink import Sink
from sinks.tokens import fingerprint, offsets_of
from sinks.warehouse import Warehouse, connect

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from schemas.settings import Settings
    from sinks.layout import Layout
    from sinks.shaping.shape import Shaped

TOWNSHIP = "330521100"
SHANGHAI = ZoneInfo("Asia/Shanghai")
CELL = "xiangmai.system.TownshipIndicators"
EPOCH = date(1970, 1, 1)


KEYS = {
    "township.indicators": (
        "township", "case_type", "level", "place", "period", "period_start", "dimension", "dimension_value"
    ),
    "township.cases": ("township", "case_id"),
    "reference.places": ("code",),
    "dead-letters": ("topic", "partition", "offset", "stage"),
}  # fmt: skip


def key_of(event: Mapping[str, Any], topic: str) -> bytes:
    """The key a record has on a topic; on those of the villages it is the township."""
    return "|".join(str(event[name]) for name in KEYS.get(topic, ("township",)) if name in event).encode()


class Message(NamedTuple):
    """A Kafka record as a shaper sees it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


def until(condition: Callable[[], Any], *, seconds: float = 30, what: str = "the condition") -> Any:
    """Wait until the condition holds and return what it answered."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def milliseconds(text: str) -> int:
    """`2026-03-02 09:00` in the county's time, in ms since the epoch."""
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() * 1000)


def event_id(name: str) -> str:
    """A uuid that is always the same for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"tests/{name}"))


def reported(case: str, at: str = "2026-03-02 09:00", **fields: Any) -> dict[str, Any]:
    """An AppealReported of a case."""
    moment = milliseconds(at)
    return {
        "event_id": event_id(f"{case} reported"),
        "occurred_at": moment,
        "recorded_at": moment,
        "township": TOWNSHIP,
        "village": None,
        "department": "12345",
        "source": "tests",
        "corrects": None,
        "appeal_id": case,
        "channel": "hotline",
        "category": "道路照明",
        "urgency": "normal",
        "summary": "村口三盏路灯不亮。",
        "resident": None,
        "due_at": None,
        "longitude": None,
        "latitude": None,
        **fields,
    }


class Bench:
    """Encodes and shapes events without Kafka, and puts them into a warehouse."""

    def __init__(self, layout: Layout, settings: Settings) -> None:
        self.layout = layout
        self.registry = MemoryRegistry()
        schemas = [shape.record.schema for table in layout.events for shape in table.shapes.values()]
        schemas += [table.record.schema for table in (*layout.cases, layout.places, layout.departments)]
        schemas += [record.schema for record in load_system().values()]
        by_name = {f"{schema['namespace']}.{schema['name']}": schema for schema in schemas}
        self.encoder = Encoder(self.registry, by_name.values())
        self.decoder = Decoder(by_name.values())
        for schema_id in self.encoder.prepare(by_name).values():
            self.decoder.learn(schema_id, self.registry.schema_by_id(schema_id))
        self.events = EventShaper(layout.events, self.decoder, Limits.of(settings))
        self.cells = CellShaper(layout.cells, layout.publications, self.decoder)

    def message(self, record: str, event: Mapping[str, Any], offset: int, topic: str = "village.appeals") -> Message:
        """The record as Kafka would deliver it, under the key it would have there."""
        value = self.encoder.encode(record if "." in record else f"xiangmai.appeals.{record}", event)
        return Message(topic, 0, offset, event.get("recorded_at", 0) + 1000, key_of(event, topic), value)


def put(warehouse: Warehouse, shaped: Shaped, batch: Sequence[Message], run: str = "") -> None:
    """Insert a shaped batch the way a sink does in one of its runs."""
    for table, columns in shaped.blocks.items():
        token = f"{fingerprint(table)};{run};{offsets_of(batch)}"
        warehouse.insert(table, [list(column) for column in columns], token)


@dataclass(frozen=True)
class House:
    """A warehouse of one test: two databases that are dropped at its end."""

    settings: Settings
    layout: Layout
    warehouse: Warehouse
    bench: Bench

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Ask in SQL; {db} and {storage} stand for the databases."""
        text = sql.replace("{db}", f"`{self.layout.database}`").replace("{storage}", f"`{self.layout.storage}`")
        return self.warehouse.rows(text, parameters)

    def tables_with_rows(self) -> list[str]:
        """Return the names of the tables that are not empty."""
        tables = self.rows(
            "SELECT name FROM system.tables WHERE database = {of:String} AND total_rows > 0", of=self.layout.storage
        )
        return [name for (name,) in tables]

    def cells(
        self, text: str, *, offset: int = 0, changed: str = "2026-06-01 00:00", newest: str = "2026-03-01 12:00"
    ) -> None:
        """Publish cells, one to a line: indicator@version | place | period | start | breakdown | parts | buckets."""
        cells: dict[str, dict[str, Any]] = {}
        for line in filter(str.strip, text.strip().splitlines()):
            _, *where, _, _ = parts = [*(part.strip() for part in line.split("|")), "", ""][:7]
            cell = _cell(parts, milliseconds(changed), milliseconds(newest))
            # One record holds every indicator of its cell.
            cells.setdefault(str(where[:4]), {**cell, "parts": []})["parts"] += cell["parts"]
        messages = [
            self.bench.message(CELL, cell, offset + number, "township.indicators")
            for number, cell in enumerate(cells.values())
        ]
        put(self.warehouse, self.bench.cells.shape(messages), messages)


def _cell(parts: Sequence[str], changed_at: int, newest_event_at: int) -> dict[str, Any]:
    indicator, place, period, start, breakdown, fraction, buckets = parts
    numerator, _, denominator = fraction.partition("/")
    dimension, _, value = breakdown.partition("=")
    counts = dict(each.split(":") for each in buckets.split()) if buckets else None
    day = 0 if period == "now" else (date.fromisoformat(start) - EPOCH).days
    return {
        "township": place[:9],
        "place": place,
        "level": "village" if len(place) == 12 else "township",
        "period": period,
        "period_start": day,
        "case_type": "appeal",
        "dimension": dimension,
        "dimension_value": value,
        "parts": [
            {
                "indicator": indicator.partition("@")[0],
                "version": int(indicator.partition("@")[2] or 1),
                "numerator": int(numerator),
                "denominator": int(denominator or 0),
                "buckets": None if counts is None else {key: int(count) for key, count in counts.items()},
            }
        ],
        "newest_event_at": newest_event_at,
        "changed_at": changed_at,
    }


class Pond:
    """A topic of one test on the real Kafka, with a producer."""

    def __init__(self, settings: Settings, prefix: str = "village.appeals", partitions: int = 3) -> None:
        self.topic = f"{prefix}-{uuid.uuid4().hex[:8]}"
        self.settings = settings
        servers = settings.kafka_bootstrap.split(",")
        admin = KafkaAdminClient(bootstrap_servers=servers)
        admin.create_topics([NewTopic(self.topic, partitions, 1)])
        admin.close()
        self.partitions = partitions
        self.registry = SchemaRegistry(settings.registry_url)
        self.producer = KafkaProducer(bootstrap_servers=servers, acks="all", linger_ms=5)

    def send(
        self, encoder: Encoder, record: str, events: Iterable[Mapping[str, Any]], like: str = "village.appeals"
    ) -> None:
        """Send records keyed like those of a topic, spread over the partitions, and wait until Kafka has them."""
        for number, event in enumerate(events):
            value, key = encoder.encode(record, event), key_of(event, like)
            self.producer.send(self.topic, value, key, partition=number % self.partitions)
        self.producer.flush()

    def lag(self, group: str) -> int:
        """How many records the group has not committed yet, as the broker sees it."""
        from kafka import KafkaConsumer, TopicPartition

        consumer = KafkaConsumer(bootstrap_servers=self.settings.kafka_bootstrap.split(","), group_id=group)
        try:
            places = [TopicPartition(self.topic, number) for number in range(self.partitions)]
            ends = consumer.end_offsets(places)
            return sum(ends[place] - (consumer.committed(place) or 0) for place in places)
        finally:
            consumer.close(autocommit=False)


class Running:
    """A sink at work in a thread; leaving the block stops it and re-raises what it failed with."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.stop = threading.Event()
        self.failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            self.sink.run(self.stop)
        except Exception as error:  # noqa: BLE001 - told to whoever leaves the block
            self.failure = error

    @property
    def alive(self) -> bool:
        """Whether it still works."""
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.stop.set()
        self._thread.join(15)
        assert not self._thread.is_alive(), "the sink did not stop within 15 s"
        if self.failure is not None and error is None:
            raise self.failure


def events_sink(house: House, pond: Pond, *, port: int | None = None, group: str = "", **batching: Any) -> Sink:
    """The events sink over one test's topic; `port` leads it to another ClickHouse, or to a proxy."""
    tables = [replace(table, topic=pond.topic) for table in house.layout.events]
    decoder = Decoder(shape.record.schema for table in tables for shape in table.shapes.values())
    settings = house.settings if port is None else house.settings.model_copy(update={"clickhouse_port": port})
    prefix = group or f"test-{uuid.uuid4().hex[:8]}"
    return Sink(
        "events",
        [pond.topic],
        EventShaper(tables, decoder, Limits.of(settings)),
        settings=settings,
        sink_settings=SinkSettings(group_prefix=prefix, **{"batch_seconds": 0.1, "retry_seconds": 0.5, **batching}),
        warehouse=connect(settings),
        registry=pond.registry,
        decoder=decoder,
        refused_to=None,
        run=uuid.uuid4().hex,
    )


def events_encoder(house: House, pond: Pond) -> Encoder:
    """An encoder of the domain's events, registered at the real registry."""
    encoder = Encoder(pond.registry, [shape.record.schema for shape in house.layout.events[0].shapes.values()])
    encoder.prepare(house.layout.events[0].shapes)
    return encoder


def counted(counter: Any, *labels: str) -> float:
    """What a counter shows now."""
    value: float = counter.labels(*labels)._value.get()
    return value


def retried() -> float:
    """How many inserts of events were tried again."""
    return counted(metrics.BATCHES, "events_appeals", "retried")


def numbered(prefix: str, count: int) -> list[dict[str, Any]]:
    """`count` reported appeals, one case each."""
    return [reported(f"{prefix}-{number}") for number in itertools.islice(itertools.count(), count)]
