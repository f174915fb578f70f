"""A Kafka and a registry for the measurements, with the work's topic and its events in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient

from schemas.codec import Encoder
from schemas.registry import SchemaRegistry
from tests.bench import work

if TYPE_CHECKING:
    from collections.abc import Iterator

XIANGMAI = str(Path(sys.executable).with_name("xiangmai"))


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
        return pid_of(self.env["XIANGMAI_DATA"], "kafka")

    def make_topic(self, topic: str) -> None:
        """Make a topic like the work's."""
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap.split(","))
        try:
            admin.create_topics({topic: {"num_partitions": work.PARTITIONS, "replication_factor": 1}})
            admin.wait_for_topics([topic])
        finally:
            admin.close()

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
    data = folder / "stack"
    settings = {
        "XIANGMAI_PARTITIONS": str(work.PARTITIONS),
        "XIANGMAI_TIMEZONE": "UTC",
        "XIANGMAI_DOMAINS": str(folder / "domains"),
        "XIANGMAI_DATA": str(data),
    }
    work.write_domain(folder / "domains")
    environment = {**os.environ, **settings}
    try:
        up = [XIANGMAI, "stack", "up", "--free-ports", "--only", "kafka,registry"]
        done = subprocess.run(up, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        told = [XIANGMAI, "stack", "env", "--format", "json"]
        printed = subprocess.run(told, env=environment, capture_output=True, text=True, check=True).stdout
        env = {**settings, **json.loads(printed), **settings}
        subprocess.run([XIANGMAI, "schemas", "topics"], env={**os.environ, **env}, capture_output=True, check=True)
        line = Line(env, folder)
        line.make_topic(work.TOPIC)
        yield line
    finally:
        subprocess.run([XIANGMAI, "stack", "down"], env=environment, capture_output=True, check=True)


def pid_of(data: str, process: str) -> int:
    """Return the pid of a process of a stack."""
    status = [XIANGMAI, "stack", "status", "--data", data, "--format", "json"]
    rows = json.loads(subprocess.run(status, capture_output=True, text=True, check=False).stdout)
    return next(int(row["pid"]) for row in rows if row["name"] == process)
