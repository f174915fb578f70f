"""A domain of our own on the shared stack: the records of appeals under another name, so that no other test sees us."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from pydantic import SecretStr

from schemas.codec import Decoder
from schemas.domain import all_records, load_domains
from schemas.registry import SchemaRegistry
from schemas.settings import Settings

if TYPE_CHECKING:
    from tests.conftest import Stack

APPEALS = Path(__file__).parents[2] / "schemas" / "domains" / "appeals"


@dataclass(frozen=True)
class Arrived:
    """One record on the domain's topic."""

    partition: int
    offset: int
    key: bytes
    value: bytes
    record: str
    event: dict[str, Any]

    @property
    def name(self) -> str:
        return self.record.rpartition(".")[2]

    @property
    def content(self) -> tuple[Any, ...]:
        """What the event says, without what names it."""
        left_out = ("event_id", "recorded_at", "corrects", "source")
        said = {name: value for name, value in self.event.items() if name not in left_out}
        return self.name, json.dumps(said, sort_keys=True)


class Trial:
    """The domain `trial`: settings that lead to it, its topic, and what arrived there."""

    def __init__(self, stack: Stack, domains: Path) -> None:
        self.stack = stack
        self.environment = {**stack.env, "XIANGMAI_DOMAINS": str(domains)}
        self.settings = Settings(
            kafka_bootstrap=stack.bootstrap,
            registry_url=stack.registry_url,
            domains=domains,
            pseudonym_key=SecretStr("test"),
        )
        self.domains = load_domains(domains)
        self.topic = "village.trial"
        self._decoder = Decoder([record.schema for record in all_records(self.domains).values()])

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `xiangmai ARGUMENTS` here."""
        return self.stack.run(*arguments, timeout_seconds=120, **{**self.environment, **more})

    def started(self, *arguments: str) -> subprocess.Popen[str]:
        """Start `xiangmai ARGUMENTS` here, to be killed."""
        from tests.conftest import XIANGMAI

        return subprocess.Popen(
            [XIANGMAI, *arguments],
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ends(self) -> int:
        """How many records the topic has had."""
        consumer = KafkaConsumer(bootstrap_servers=self.settings.kafka_bootstrap)
        places = [TopicPartition(self.topic, partition) for partition in consumer.partitions_for_topic(self.topic)]
        try:
            return sum(consumer.end_offsets(places).values())
        finally:
            consumer.close()

    def arrived(self, source: str) -> list[Arrived]:
        """Every record of a source on the topic, by partition and offset."""
        consumer = KafkaConsumer(
            bootstrap_servers=self.settings.kafka_bootstrap, auto_offset_reset="earliest", enable_auto_commit=False
        )
        places = [TopicPartition(self.topic, partition) for partition in consumer.partitions_for_topic(self.topic)]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        consumer.seek_to_beginning(*places)
        found = []
        deadline = time.monotonic() + 60
        while any(consumer.position(place) < ends[place] for place in places):
            assert time.monotonic() < deadline, "the topic cannot be read to its end"
            for place, records in consumer.poll(timeout_ms=200, max_records=5000).items():
                found += [(place.partition, record.offset, record.key, record.value) for record in records]
        consumer.close()
        decoded = [Arrived(*each, *self._decoded(each[3])) for each in found]
        return sorted(
            (each for each in decoded if each.event["source"] == source), key=lambda each: (each.partition, each.offset)
        )

    def effective(self, source: str) -> Counter[tuple[Any, ...]]:
        """What counts of a source: the content of its distinct events that no event of the same township corrects."""
        arrived = self.arrived(source)
        distinct = {(each.event["township"], each.event["event_id"]): each for each in arrived}
        corrected = {(each.event["township"], each.event["corrects"]) for each in arrived}
        return Counter(
            each.content for key, each in distinct.items() if key not in corrected and each.name != "EventVoided"
        )

    def _decoded(self, value: bytes) -> tuple[str, dict[str, Any]]:
        missing = self._decoder.missing_ids([value])
        if missing:
            with SchemaRegistry(self.stack.registry_url) as registry:
                for schema_id in missing:
                    self._decoder.learn(schema_id, registry.schema_by_id(schema_id))
        return self._decoder.decode(value)


def trial_domains(folder: Path) -> Path:
    """Write the domain `trial`, a copy of appeals, and return the folder of domains."""
    shutil.copytree(APPEALS, folder / "trial", ignore=shutil.ignore_patterns("examples", "history.json"))
    for file in (folder / "trial").iterdir():
        text = file.read_text(encoding="utf-8").replace("xiangmai.appeals", "xiangmai.trial")
        file.write_text(text.replace("domain: appeals", "domain: trial"), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def trial(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Trial:
    trial = Trial(stack, trial_domains(tmp_path_factory.mktemp("domains")))
    admin = KafkaAdminClient(bootstrap_servers=stack.bootstrap)
    admin.create_topics({trial.topic: {"num_partitions": trial.settings.partitions, "replication_factor": 1}})
    admin.wait_for_topics([trial.topic])
    admin.close()
    return trial


@pytest.fixture
def source() -> str:
    """A source of the test's own."""
    return f"test-{uuid.uuid4()}"
