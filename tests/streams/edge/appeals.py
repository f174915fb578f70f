"""Appeals as the tests send them: encoded by the contract's codec, sent by kafka-python, counted by plain Python."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.partitioner.default import murmur2

from schemas.codec import Decoder, Encoder
from schemas.domain import load_domains, load_system
from schemas.registry import SchemaRegistry
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TOPIC = "village.appeals"
REPORTED, CLOSED = "xiangmai.appeals.AppealReported", "xiangmai.appeals.AppealClosed"
DAY_MS = 86_400_000
OPENED_AT = int(datetime(2026, 3, 2, 4, tzinfo=UTC).timestamp() * 1000)


class Sent(NamedTuple):
    """A record as it was sent: what the test client itself knows, whatever the line makes of it."""

    record: str
    event: dict[str, Any]


def story(townships: list[str], appeals: int, seed: int) -> list[Sent]:
    """So many appeals, two in three of them closed, in an order of their own; one in ten events comes twice."""
    chance = random.Random(seed)
    events: list[Sent] = []
    for number in range(appeals):
        township = chance.choice(townships)
        at = OPENED_AT + chance.randrange(120 * DAY_MS)
        case = f"{seed}-{number}"
        events.append(Sent(REPORTED, reported(township, case, at)))
        if chance.random() < 2 / 3:
            events.append(Sent(CLOSED, closed(township, case, at + chance.randrange(1, 20 * DAY_MS))))
    events += [chance.choice(events) for _ in range(len(events) // 10)]
    chance.shuffle(events)
    return events


def reported(township: str, case: str, at: int) -> dict[str, Any]:
    own = {"channel": "hotline", "category": "城市管理", "urgency": "normal", "summary": None, "resident": None}
    return (
        envelope(township, at)
        | own
        | {"appeal_id": case, "due_at": at + 5 * DAY_MS}
        | {"longitude": None, "latitude": None}
    )


def closed(township: str, case: str, at: int) -> dict[str, Any]:
    return envelope(township, at) | {"appeal_id": case, "by_department": "d7", "outcome": "resolved"}


def envelope(township: str, at: int) -> dict[str, Any]:
    return {
        "event_id": str(uuid.uuid4()),
        "occurred_at": at,
        "recorded_at": at,
        "township": township,
        "village": f"{township}001",
        "department": "d1",
        "source": "test",
        "corrects": None,
    }


def volumes(events: Iterable[Sent]) -> dict[str, int]:
    """The reference: distinct appeals per township."""
    return dict(Counter(township for township, _ in {key(sent) for sent in events if sent.record == REPORTED}))


def closures(events: Iterable[Sent]) -> dict[str, int]:
    """The reference: distinct closed appeals per township."""
    return dict(Counter(township for township, _ in {key(sent) for sent in events if sent.record == CLOSED}))


def key(sent: Sent) -> tuple[str, str]:
    return sent.event["township"], sent.event["appeal_id"]


class Client:
    """Sends events and reads numbers, over addresses of the test's choosing."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.bootstrap = env["XIANGMAI_KAFKA_BOOTSTRAP"]
        domain = load_domains(Settings().domains)["appeals"]
        self._registry = SchemaRegistry(env["XIANGMAI_REGISTRY_URL"])
        self._encoder = Encoder(self._registry, [event.schema for event in domain.events.values()])
        self._encoder.prepare(domain.events)
        self._decoder = Decoder([load_system()["xiangmai.system.TownshipIndicators"].schema])
        self._producer = KafkaProducer(bootstrap_servers=self.bootstrap.split(","), acks="all", linger_ms=2)

    def encode(self, sent: Sent) -> bytes:
        return self._encoder.encode(sent.record, sent.event)

    def send(self, events: Iterable[Sent]) -> int:
        """Send and wait until every one is acknowledged; gives their number."""
        futures = [
            self._producer.send(TOPIC, key=sent.event["township"].encode(), value=self.encode(sent)) for sent in events
        ]
        self._producer.flush(timeout=60)
        return len([future.get(timeout=0) for future in futures])

    def send_soon(self, sent: Sent) -> None:
        """Send without waiting."""
        self._producer.send(TOPIC, key=sent.event["township"].encode(), value=self.encode(sent))

    def send_raw(self, key: bytes | None, value: bytes | None, partition: int) -> tuple[str, int, int]:
        """Send bytes as they are; gives where they stand."""
        told = self._producer.send(TOPIC, key=key, value=value, partition=partition).get(timeout=30)
        return told.topic, told.partition, told.offset

    def partition_of(self, township: str) -> int:
        """The partition a township's events go to."""
        count = len(self._producer.partitions_for(TOPIC))
        hashed: int = murmur2(township.encode())
        return (hashed & 0x7FFFFFFF) % count

    def cells(self, records: Iterable[Any]) -> dict[tuple[Any, ...], dict[str, Any]]:
        """The newest word of every cell in records of township.indicators."""
        newest: dict[tuple[Any, ...], dict[str, Any]] = {}
        last = {record.key: record for record in records if not record.key.startswith(b"#")}
        for record in last.values():
            if record.value is None:
                continue  # taken away
            for schema_id in self._decoder.missing_ids([record.value]):
                self._decoder.learn(schema_id, self._registry.schema_by_id(schema_id))
            _, cell = self._decoder.decode(record.value)
            parts = ("case_type", "place", "period", "period_start", "dimension", "dimension_value")
            newest[tuple(cell[part] for part in parts)] = cell
        return newest

    def close(self) -> None:
        self._producer.close(timeout=5)
        self._registry.close()


class Tail:
    """Follows a topic with committed reads, as a sink would."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._consumer = KafkaConsumer(
            bootstrap_servers=bootstrap.split(","),
            group_id=None,
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            isolation_level="read_committed",
        )
        tps = [TopicPartition(topic, number) for number in sorted(self._consumer.partitions_for_topic(topic))]
        self._consumer.assign(tps)
        self.records: list[Any] = []

    def skip_to_end(self) -> None:
        """Leave out what is there already."""
        tps = self._consumer.assignment()
        for tp, end in self._consumer.end_offsets(tps).items():
            self._consumer.seek(tp, end)

    def poll(self) -> None:
        for records in self._consumer.poll(timeout_ms=100).values():
            self.records += records

    def close(self) -> None:
        self._consumer.close(autocommit=False)


def by_township(
    cells: Mapping[tuple[Any, ...], dict[str, Any]], indicator: str, townships: Iterable[str]
) -> dict[str, int]:
    """The year's numerator of an indicator, per township, summed over years."""
    wanted, found = set(townships), Counter[str]()
    for cell in cells.values():
        if cell["place"] in wanted and cell["period"] == "year" and not cell["dimension"]:
            found[cell["place"]] += sum(part["numerator"] for part in cell["parts"] if part["indicator"] == indicator)
    return {township: count for township, count in found.items() if count}
