"""Consumer lag as the broker sees it, on real Kafka: records count, transaction markers do not."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

from deploy.monitoring import lag_exporter
from deploy.monitoring.lag import LagReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Stack

import pytest
from kafka.errors import LeaderNotAvailableError


@pytest.fixture
def topic(stack: Stack) -> Iterator[str]:
    name = f"lag-{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=stack.bootstrap)
    admin.create_topics({name: {"num_partitions": 1, "replication_factor": 1}})
    yield name
    admin.delete_topics([name])
    admin.close()


def commit(stack: Stack, group: str, topic: str, offset: int) -> None:
    consumer = KafkaConsumer(bootstrap_servers=stack.bootstrap, group_id=group, enable_auto_commit=False)
    place = TopicPartition(topic, 0)
    consumer.assign([place])
    consumer.commit({place: OffsetAndMetadata(offset, "", -1)})
    consumer.close()


def produce(stack: Stack, topic: str, count: int, **settings: str) -> None:
    producer = KafkaProducer(bootstrap_servers=stack.bootstrap, **settings)
    if settings:
        producer.init_transactions()
        producer.begin_transaction()
    for number in range(count):
        producer.send(topic, str(number).encode(), partition=0)
    if settings:
        producer.commit_transaction()
    producer.flush()
    producer.close()


def test_records_not_yet_consumed_are_counted_and_dated(stack: Stack, topic: str) -> None:
    produce(stack, topic, 10)
    commit(stack, f"group-{topic}", topic, 4)
    reader = LagReader(stack.bootstrap)
    (lag,) = reader.read([f"group-{topic}"])
    assert (lag.records, lag.committed, lag.partition) == (6, 4, 0)
    assert lag.waiting_since_ms

    lag_exporter.export([lag], lag.waiting_since_ms / 1000 + 30)
    labels = {"group": f"group-{topic}", "topic": topic}
    assert lag_exporter.SECONDS.labels(**labels)._value.get() == pytest.approx(30)
    assert lag_exporter.RECORDS.labels(**labels, partition="0")._value.get() == 6
    reader.close()


def test_a_group_that_read_everything_is_not_behind_though_a_marker_follows(stack: Stack, topic: str) -> None:
    produce(stack, topic, 3, transactional_id=f"transaction-{topic}")
    commit(stack, f"group-{topic}", topic, 3)
    reader = LagReader(stack.bootstrap)
    (lag,) = reader.read([f"group-{topic}"])
    assert (lag.records, lag.waiting_since_ms) == (0, None)
    reader.close()


def test_a_partition_nobody_leads_is_an_answer_kafka_owes_and_no_crash(stack: Stack, topic: str) -> None:
    reader = LagReader(stack.bootstrap)
    with pytest.raises(LeaderNotAvailableError, match="gone"):
        reader._ends([TopicPartition(topic, 0), TopicPartition(f"gone-{topic}", 0)])
    reader.close()
