"""The ladder on a real Kafka: what it says stands on both topics, and it says nothing while somebody is behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaConsumer

from schemas.catalogue.ladder import Ladder
from schemas.codec import Decoder
from schemas.domain import load_domains
from schemas.errors import Unavailable
from schemas.registry import SchemaRegistry
from sinks import metrics
from sinks.ladder.command import attempt
from sinks.ladder.run import Judged, Ladders, Moment, NotCaughtUp
from sinks.ladder.writing import RECORDS, Announcer
from sinks.layout import load_layout
from tests.sinks.ladder.support import judged_monthly, rule_of
from tests.sinks.support import Pond, counted, milliseconds

if TYPE_CHECKING:
    from schemas.settings import Settings

RECORDED = milliseconds("2026-09-01 00:00")


def read(pond: Pond, decoder: Decoder) -> list[tuple[str, dict[str, Any]]]:
    """Everything on the topic, in its order."""
    consumer = KafkaConsumer(
        pond.topic,
        bootstrap_servers=pond.settings.kafka_bootstrap.split(","),
        auto_offset_reset="earliest",
        consumer_timeout_ms=2_000,
        group_id=None,
    )
    records = list(consumer)
    consumer.close()
    values = [record.value for record in records]
    for schema_id in decoder.missing_ids(values):
        decoder.learn(schema_id, pond.registry.schema_by_id(schema_id))
    assert {(record.key, record.partition) for record in records} == {(b"330521100", records[0].partition)}
    return [decoder.decode(value) for value in values]


def test_every_step_stands_on_both_topics_under_its_township_in_its_order(settings: Settings) -> None:
    domain = load_domains(settings.domains)["supervision"]
    events, notices = Pond(settings, "village.supervision"), Pond(settings, "township.warnings")
    steps, _ = judged_monthly([70.0, 70.0, 70.0, 70.0, 99.0, 99.0])
    assert {step.record for step in steps} == set(RECORDS) - {"AwardGiven"}
    decoder = Decoder(record.schema for record in domain.events.values())
    with (
        SchemaRegistry(settings.registry_url) as registry,
        Announcer(
            settings, replace(domain, topic=events.topic), registry, "县委办公室", notices=notices.topic
        ) as announcer,
    ):
        announcer.say(steps, RECORDED)
    found = read(events, decoder)
    assert found == read(notices, decoder)
    assert [name for name, _ in found] == [f"xiangmai.supervision.{step.record}" for step in steps]
    assert [event["event_id"] for _, event in found] == [step.event_id for step in steps]
    assert {(event["source"], event["department"], event["recorded_at"]) for _, event in found} == {
        ("xiangmai-ladder", "县委办公室", RECORDED)
    }


def test_nothing_is_judged_while_somebody_is_behind(settings: Settings) -> None:
    """An event lies in Kafka that no worker has read: what it says of the month is not known yet."""
    pond = Pond(settings, "village.supervision", partitions=1)
    pond.producer.send(pond.topic, b"unread", b"330521100").get(10)
    own = settings.model_copy(update={"worker_id": f"worker-{settings.clickhouse_database}"})
    layout = load_layout(own)
    layout = replace(layout, events=(replace(layout.events[0], topic=pond.topic),))
    ladders = Ladders(
        own,
        layout,
        Ladder(rule_of(), {}, {}),
        load_domains(own.domains)["supervision"],
        patience_seconds=0,
        wait=lambda _: None,
    )
    with pytest.raises(NotCaughtUp, match=f"{own.worker_id} {pond.topic} 1"):
        ladders.run()


def test_a_run_that_failed_is_counted_and_leaves_the_last_success_where_it_was() -> None:
    def away() -> Judged:
        raise Unavailable("ClickHouse", "127.0.0.1:1")

    before = counted(metrics.LADDER_RUNS, "failed"), metrics.LADDER_LAST_SUCCESS._value.get()
    assert not attempt(away)
    assert (counted(metrics.LADDER_RUNS, "failed"), metrics.LADDER_LAST_SUCCESS._value.get()) == (
        before[0] + 1,
        before[1],
    )
    assert attempt(lambda: Judged(Moment(RECORDED, range(1))))
    assert metrics.LADDER_LAST_SUCCESS._value.get() > before[1]
