"""A Kafka and a registry for the measurements, with the work's topic and its events in it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kafka import KafkaProducer

from deploy.local.layout import load_layout
from deploy.local.supervise import Supervisor
from schemas.codec import Encoder
from schemas.registry import SchemaRegistry
from schemas.topics import Topic, ensure_topics
from tests.bench import work
from tests.streams.edge.conftest import own_stack

if TYPE_CHECKING:
    from collections.abc import Iterator


class Line:
    """Addresses, the broker's process, and what the peers need to decode."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env, self.folder = env, folder
        self.bootstrap = env["XIANGMAI_KAFKA_BOOTSTRAP"]
        self.domain = work.write_domain(folder / "domains")
        registry = SchemaRegistry(env["XIANGMAI_REGISTRY_URL"])
        self._encoder = Encoder(registry, [event.schema for event in self.domain.events.values()], strict=False)
        self.schema_ids = self._encoder.prepare(self.domain.events)
        registry.close()

    @property
    def schemas(self) -> str:
        """The schemas by their ids, as JSON."""
        events = self.domain.events
        return json.dumps({id_: events[name].schema for name, id_ in self.schema_ids.items()})

    @property
    def broker_pid(self) -> int:
        """The broker's process."""
        layout = load_layout(Path(self.env["XIANGMAI_DATA"]))
        return int(Supervisor(layout).information()["kafka"]["pid"])

    def make_topic(self, topic: str) -> None:
        """Make a topic as wide as the work's."""
        plain = {"zh": "测量", "en": "bench", "key": "township", "partitions": "township", "records": [], "config": {}}
        made = Topic.model_validate({"name": topic, **plain, "cleanup": "delete", "retention_days": 1})
        ensure_topics(self.bootstrap, partitions=work.PARTITIONS, topics=[made])

    def produce(self, topic: str, events: list[tuple[str, dict[str, Any]]]) -> None:
        """Put the events into the topic, keyed by township, all acknowledged."""
        producer = KafkaProducer(
            bootstrap_servers=self.bootstrap.split(","),
            acks="all",
            linger_ms=20,
            batch_size=1 << 18,
            compression_type="lz4",
        )
        futures = [
            producer.send(topic, key=event["township"].encode(), value=self._encoder.encode(name, event))
            for name, event in events
        ]
        producer.flush(timeout=300)
        for future in futures:
            future.get(timeout=0)
        producer.close()


@contextmanager
def own_line(folder: Path) -> Iterator[Line]:
    """A line in this folder while the block runs. Blocks until it is up."""
    with own_stack(folder / "stack", work.PARTITIONS) as env:
        own = {"XIANGMAI_TIMEZONE": "UTC", "XIANGMAI_DOMAINS": str(folder / "domains")}
        line = Line(env | own, folder)
        line.make_topic(work.TOPIC)
        yield line
