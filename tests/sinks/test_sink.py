"""Sinks between the real Kafka and the real engine: what breaks is waited for, nothing is lost or told twice."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from schemas.codec import Decoder, Encoder
from schemas.domain import load_system
from schemas.errors import Unavailable
from schemas.registry import SchemaRegistry
from sinks import metrics
from sinks.consumer import Member
from sinks.dead_letters import RECORD as DEAD_LETTER
from sinks.dead_letters import DeadLetterWriter
from sinks.service import Service, prepare
from sinks.settings import SinkSettings
from sinks.shaping.cells import CellShaper
from sinks.sink import Sink
from sinks.warehouse import QueryFailed, connect
from tests.conftest import XIANGMAI
from tests.sinks.servers import Server
from tests.sinks.support import (
    CELL,
    House,
    Pond,
    Running,
    counted,
    events_encoder,
    events_sink,
    numbered,
    retried,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.settings import Settings
    from tests.conftest import Stack

EVENTS = "SELECT count(), uniqExact(case_id) FROM {db}.events_appeals"
STORED = "SELECT count() FROM {storage}.events_appeals"


@pytest.fixture
def pond(settings: Settings) -> Pond:
    return Pond(settings)


def seen(house: House, count: int) -> None:
    until(lambda: house.rows(EVENTS) == [(count, count)], what=f"{count} events in the warehouse")


def test_events_arrive_once_and_the_group_has_no_lag(house: House, pond: Pond) -> None:
    encoder = events_encoder(house, pond)
    pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("A", 500))
    sink = events_sink(house, pond)
    with Running(sink):
        seen(house, 500)
        pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("B", 10))
        seen(house, 510)
        until(lambda: pond.lag(sink.group) == 0, what="no lag")
    end_to_end = metrics.END_TO_END_SECONDS.labels("events_appeals")
    assert sum(bucket.get() for bucket in end_to_end._buckets) > 0


def test_a_restart_reads_on_where_the_last_one_committed(house: House, pond: Pond) -> None:
    encoder = events_encoder(house, pond)
    group = f"test-{uuid.uuid4().hex[:8]}"
    pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("A", 50))
    with Running(events_sink(house, pond, group=group)):
        seen(house, 50)
    before = counted(metrics.ROWS, "events_appeals")
    pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("B", 7))
    with Running(events_sink(house, pond, group=group)):
        seen(house, 57)
    assert counted(metrics.ROWS, "events_appeals") - before == 7


def test_stopping_finishes_the_batch_that_was_read(house: House, pond: Pond) -> None:
    pond.send(events_encoder(house, pond), "xiangmai.appeals.AppealReported", numbered("A", 40))
    sink = events_sink(house, pond, batch_seconds=60)
    running = Running(sink)
    with running:
        until(lambda: len(sink._pending) == 40, what="all records read")
        assert house.rows(EVENTS) == [(0, 0)]
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert house.rows(EVENTS) == [(40, 40)]
    assert pond.lag(sink.group) == 0


@contextmanager
def own_server(tmp_path: Path, house: House) -> Iterator[tuple[Server, House]]:
    """A ClickHouse of this test alone, with the warehouse in it."""
    server = Server(tmp_path / "clickhouse")
    server.start()
    settings = house.settings.model_copy(update={"clickhouse_port": server.port})
    prepare(settings, house.layout)
    try:
        with connect(settings) as warehouse:
            yield server, replace(house, settings=settings, warehouse=warehouse)
    finally:
        server.kill()


def test_clickhouse_killed_and_started_again_loses_and_doubles_nothing(
    house: House, pond: Pond, tmp_path: Path
) -> None:
    with own_server(tmp_path, house) as (server, there):
        encoder = events_encoder(house, pond)
        pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("A", 300))
        sink = events_sink(there, pond)
        with Running(sink) as running:
            seen(there, 300)
            server.kill()
            before = retried()
            for number in range(20):
                pond.send(encoder, "xiangmai.appeals.AppealReported", numbered(f"B{number}", 50))
            until(lambda: retried() >= before + 2, what="inserts tried again")
            until(lambda: metrics.WAITING.labels("events")._value.get() == 1, what="the sink says that it waits")
            assert running.alive
            assert len(sink._pending) <= 1000
            server.start()
            seen(there, 1300)
            until(lambda: pond.lag(sink.group) == 0, what="no lag")
            assert metrics.WAITING.labels("events")._value.get() == 0


def test_while_clickhouse_is_away_the_group_keeps_its_member(house: House, pond: Pond, tmp_path: Path) -> None:
    """The session would end after 6 s without a heartbeat; the wait is longer, and nobody else gets the partitions."""
    with own_server(tmp_path, house) as (server, there):
        pond.send(events_encoder(house, pond), "xiangmai.appeals.AppealReported", numbered("A", 10))
        sink = events_sink(there, pond)
        server.kill()
        with Running(sink):
            until(lambda: sink._member is not None and sink._member.partitions, what="partitions")
            assert sink._member is not None
            member = sink._member.member_id
            before = retried()
            until(lambda: retried() >= before + 12, seconds=60, what="a dozen tries")
            assert sink._member.member_id == member
            assert sink._member.held
            server.start()
            seen(there, 10)
            assert sink._member.member_id == member


def test_a_registry_that_is_away_is_waited_for(house: House, pond: Pond) -> None:
    class Away:
        """The real registry behind a switch."""

        def __init__(self, registry: SchemaRegistry) -> None:
            self.registry, self.away, self.asked = registry, True, 0

        def schema_by_id(self, schema_id: int) -> dict[str, Any]:
            self.asked += 1
            if self.away:
                raise Unavailable("schema registry", self.registry.url)
            return self.registry.schema_by_id(schema_id)

    encoder = events_encoder(house, pond)
    pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("A", 5))
    sink = events_sink(house, pond)
    sink._registry = away = Away(pond.registry)  # type: ignore[assignment]
    skipped = counted(metrics.SKIPPED, "events", "unknown_schema")
    with Running(sink):
        until(lambda: away.asked >= 3, what="the registry asked three times")
        assert house.rows(EVENTS) == [(0, 0)]
        away.away = False
        seen(house, 5)
    assert counted(metrics.SKIPPED, "events", "unknown_schema") == skipped


def test_bad_records_of_departments_are_left_to_the_worker_and_stop_nothing(house: House, pond: Pond) -> None:
    encoder = events_encoder(house, pond)
    pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("A", 3))
    for value in (b"", b"\x01hello", b"\x00\xff\xff\xff\xff!", None):
        pond.producer.send(pond.topic, value, b"330521100", partition=0)
    pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("B", 3))
    sink = events_sink(house, pond)
    with Running(sink):
        seen(house, 6)
        until(lambda: pond.lag(sink.group) == 0, what="no lag")
    assert counted(metrics.SKIPPED, "events", "unknown_schema") >= 1


def test_a_bad_record_of_our_own_topics_becomes_one_dead_letter_with_its_bytes(
    house: House, settings: Settings
) -> None:
    cells, letters = Pond(settings, "township.indicators"), Pond(settings, "dead-letters")
    system = load_system()
    encoder = Encoder(cells.registry, [system[CELL].schema])
    encoder.prepare([CELL])
    cells.producer.send(cells.topic, b"\x00garbage", b"330521100|appeal", partition=2)
    cells.producer.flush()
    decoder = Decoder([system[CELL].schema])
    sink = Sink(
        "indicators",
        [cells.topic],
        CellShaper(house.layout.cells, house.layout.publications, decoder),
        settings=settings,
        sink_settings=SinkSettings(group_prefix=f"test-{uuid.uuid4().hex[:8]}", batch_seconds=0.1),
        warehouse=connect(settings),
        registry=cells.registry,
        decoder=decoder,
        refused_to=DeadLetterWriter(settings, cells.registry, topic=letters.topic),
        run=uuid.uuid4().hex,
    )
    with Running(sink):
        until(lambda: cells.lag(sink.group) == 0, what="no lag")
    (letter,) = read(letters, Decoder([system[DEAD_LETTER].schema]))
    assert (letter["topic"], letter["partition"], letter["offset"]) == (cells.topic, 2, 0)
    assert (letter["value"], letter["reason"], letter["stage"]) == (b"\x00garbage", "unknown_schema", "sink")


def read(pond: Pond, decoder: Decoder) -> list[dict[str, Any]]:
    places = [TopicPartition(pond.topic, number) for number in range(pond.partitions)]
    consumer = KafkaConsumer(bootstrap_servers=pond.settings.kafka_bootstrap.split(","), auto_offset_reset="earliest")
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    found = []
    while sum(consumer.position(place) for place in places) < sum(ends.values()):
        for records in consumer.poll(timeout_ms=200).values():
            for record in records:
                for schema_id in decoder.missing_ids([record.value]):
                    decoder.learn(schema_id, pond.registry.schema_by_id(schema_id))
                found.append(decoder.decode(record.value)[1])
    consumer.close(autocommit=False)
    return found


def test_two_sinks_share_the_partitions_and_tell_nothing_twice(house: House, pond: Pond) -> None:
    encoder = events_encoder(house, pond)
    group = f"test-{uuid.uuid4().hex[:8]}"
    first, second = events_sink(house, pond, group=group), events_sink(house, pond, group=group)
    with Running(first):
        pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("A", 300))
        seen(house, 300)
        with Running(second):
            until(lambda: second._member and second._member.partitions, what="a share of the partitions")
            pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("B", 300))
            seen(house, 600)
        pond.send(encoder, "xiangmai.appeals.AppealReported", numbered("C", 300))
        seen(house, 900)
        until(lambda: pond.lag(first.group) == 0, what="no lag")


def test_a_join_that_outlives_a_poll_is_finished_by_the_next(settings: Settings, pond: Pond) -> None:
    """New partitions make the leader join again; with polls of no patience every join outlives its poll."""
    member = Member(settings.kafka_bootstrap, f"test-{uuid.uuid4().hex[:8]}", [pond.topic])
    try:
        until(lambda: member.poll(100) or len(member.partitions) == 3, what="three partitions")
        admin = KafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap.split(","))
        admin.create_partitions({pond.topic: 4})
        admin.close()
        member._consumer._cluster.request_update()
        until(lambda: member.poll(0) or len(member.partitions) == 4, what="the fourth partition")
        until(lambda: member.poll(0) or not member._coordinator.rejoining, what="a whole join")
        pond.producer.send(pond.topic, b"x", partition=3)
        pond.producer.flush()
        until(lambda: member.poll(0), what="its record")
        member.commit()
        assert member._committed[TopicPartition(pond.topic, 3)] == 1
    finally:
        member.close()


def test_a_member_that_was_killed_is_missed_after_its_session(settings: Settings, pond: Pond) -> None:
    group = f"test-{uuid.uuid4().hex[:8]}"
    program = f"""
from sinks.consumer import Member
member = Member({settings.kafka_bootstrap!r}, {group!r}, [{pond.topic!r}], session_seconds=6)
while not member.partitions:
    member.poll(100)
print("joined", flush=True)
while True:
    member.poll(100)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "joined\n"
        first.kill()
    successor = Member(settings.kafka_bootstrap, group, [pond.topic], session_seconds=6)
    try:
        until(lambda: successor.poll(100) or len(successor.partitions) == 3, seconds=30, what="its partitions")
    finally:
        successor.close()


def test_what_clickhouse_will_never_take_stops_the_service_with_its_words(house: House, pond: Pond) -> None:
    pond.send(events_encoder(house, pond), "xiangmai.appeals.AppealReported", numbered("A", 3))
    house.rows(f"DROP TABLE {house.layout.events[0].table.full_name} SYNC")
    idle = events_sink(house, Pond(house.settings))
    failing = events_sink(house, pond)
    with pytest.raises(QueryFailed, match="UNKNOWN_TABLE") as refusal:
        Service([failing, idle]).run()
    assert refusal.value.code == 60
    assert pond.lag(failing.group) == 3


def test_a_wrong_password_is_no_reason_to_wait(house: House) -> None:
    settings = house.settings.model_copy(update={"clickhouse_user": "nobody"})
    with connect(settings) as warehouse, pytest.raises(Unavailable, match="nobody") as refusal:
        warehouse.rows("SELECT 1")
    assert not refusal.value.retryable


def test_marks_of_transactions_leave_no_lag(house: House, pond: Pond) -> None:
    """A transaction ends with a mark that is no record: an idle sink must stand behind it."""
    encoder = events_encoder(house, pond)
    producer = KafkaProducer(
        bootstrap_servers=house.settings.kafka_bootstrap.split(","), transactional_id=f"t-{uuid.uuid4().hex[:8]}"
    )
    producer.init_transactions()
    sink = events_sink(house, pond)
    with Running(sink):
        for name, end in (("A", producer.commit_transaction), ("B", producer.abort_transaction)):
            producer.begin_transaction()
            for event in numbered(name, 3):
                value = encoder.encode("xiangmai.appeals.AppealReported", event)
                producer.send(pond.topic, value, b"330521100", partition=0)
            end()
        seen(house, 3)
        until(lambda: pond.lag(sink.group) == 0, what="no lag")
    producer.close()
    assert house.rows("SELECT DISTINCT substring(case_id, 1, 1) FROM {db}.events_appeals") == [("A",)]


def test_the_command_serves_metrics_and_ends_in_time(stack: Stack, house: House, free_port: int) -> None:
    environment = stack.environment(
        XIANGMAI_CLICKHOUSE_DATABASE=house.layout.database,
        XIANGMAI_METRICS_PORT=str(free_port),
        XIANGMAI_SINK_GROUP_PREFIX=f"test-{uuid.uuid4().hex[:8]}",
    )
    process = subprocess.Popen([XIANGMAI, "sink"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: "xiangmai_sink_" in page(free_port), seconds=60, what="metrics")
        define_county(house.settings)
        until(lambda: ("330521", "德清县") in house.rows("SELECT code, name FROM {db}.org_units"), what="the place")
        until(lambda: 'sink_rows_total{table="org_units"}' in page(free_port), what="its row counted")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert time.monotonic() - began < 10
    finally:
        process.kill()
        print(process.communicate()[1][-3000:])


def define_county(settings: Settings) -> None:
    record = "xiangmai.system.PlaceDefined"
    place: dict[str, Any] = {
        "code": "330521",
        "name": "德清县",
        "level": "county",
        "parent": None,
        "aliases": [],
        "valid_from": None,
    }
    encoder = Encoder(SchemaRegistry(settings.registry_url), [load_system()[record].schema])
    encoder.prepare([record])
    producer = KafkaProducer(bootstrap_servers=settings.kafka_bootstrap.split(","))
    producer.send("reference.places", encoder.encode(record, {**place, "recorded_at": 1}), b"330521").get(10)
    producer.close()


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def page(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=1) as answer:
            text: str = answer.read().decode()
            return text
    except OSError:
        return ""
