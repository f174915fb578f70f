"""Events come out of the warehouse as they went in, and stand on Kafka with the place they had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient

from schemas.codec import Decoder, Encoder
from schemas.examples import load_examples
from schemas.registry import SchemaRegistry
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits
from sinks import refill
from sinks.refill import Missing, Refill, RowReader
from sinks.shaping.events import EventShaper
from tests.sinks.support import Message, Pond, put, reported

if TYPE_CHECKING:
    from sinks.layout import EventTable
    from tests.sinks.support import House


def accepted_examples(table: EventTable) -> list[tuple[str, dict[str, Any], int]]:
    """Every example of the domain's records that is accepted, and when Kafka took it."""
    return [
        (name, example.event, example.record_time)
        for name, shape in table.shapes.items()
        for example in load_examples(shape.record)
        if example.kind != "invalid" and (shape.case_types is None or example.event["case_type"] in shape.case_types)
    ]


def test_every_example_of_every_record_comes_out_as_it_went_in(whole_house: House) -> None:
    for table in whole_house.layout.events:
        schemas = [shape.record.schema for shape in table.shapes.values()]
        encoder, decoder = Encoder(registry := MemoryRegistry(), schemas), Decoder(schemas)
        for schema_id in encoder.prepare(table.shapes).values():
            decoder.learn(schema_id, registry.schema_by_id(schema_id))
        examples = accepted_examples(table)
        assert len(examples) >= 3 * (len(table.shapes) - 1)
        messages = [
            Message(table.topic, 0, offset, at, event["township"].encode(), encoder.encode(name, event))
            for offset, (name, event, at) in enumerate(examples)
        ]
        shaped = EventShaper([table], decoder, Limits.of(whole_house.settings)).shape(messages)
        put(whole_house.warehouse, shaped, messages)
        refused = {refusal.message.offset for refusal in shaped.refused}
        back: dict[int, dict[str, Any]] = {}
        for shape in table.shapes.values():
            reader = RowReader(shape, whole_house.settings.timezone)
            selected = ", ".join(["kafka_offset", *reader.expressions])
            rows = whole_house.rows(
                f"SELECT {selected} FROM {table.table.full_name} WHERE event = '{shape.record.name}'"
            )
            back |= {offset: reader.event(values) for offset, *values in rows}
        known = {
            message.offset: decoder.decode(message.value)[1] for message in messages if message.offset not in refused
        }
        assert {event["event_id"] for event in back.values()} == {event["event_id"] for event in known.values()}
        for offset, event in back.items():
            assert event == known[offset]


@pytest.fixture
def pond(house: House) -> Pond:
    return Pond(house.settings, partitions=2)


def test_only_what_retention_has_deleted_is_sent_again_with_its_place(
    house: House, pond: Pond, monkeypatch: pytest.MonkeyPatch
) -> None:
    [table] = [each for each in house.layout.events if each.domain == "appeals"]
    target = Pond(house.settings, "refill", partitions=2)
    events = [reported(f"R-{number}", resident={"name": "王五", "phone": None}) for number in range(10)]
    schemas = [shape.record.schema for shape in table.shapes.values()]
    # The ids are the registry's here: a decoder that knows others' would take one of them for another record.
    encoder, decoder = Encoder(pond.registry, schemas), Decoder(schemas)
    encoder.prepare(["xiangmai.appeals.AppealReported"])
    pond.send(encoder, "xiangmai.appeals.AppealReported", events)
    values = [encoder.encode("xiangmai.appeals.AppealReported", event) for event in events]
    messages = [
        Message(table.topic, number % 2, number // 2, 1_780_000_000_000 + number, b"330521100", value)
        for number, value in enumerate(values)
    ]
    for schema_id in decoder.missing_ids(values):
        decoder.learn(schema_id, pond.registry.schema_by_id(schema_id))
    shaped = EventShaper(house.layout.events, decoder, Limits.of(house.settings)).shape(messages)
    assert not shaped.refused
    put(house.warehouse, shaped, messages)
    admin = KafkaAdminClient(bootstrap_servers=house.settings.kafka_bootstrap.split(","))
    admin.delete_records({TopicPartition(pond.topic, 1): 3})
    admin.close()

    oldest = refill._earliest(house.settings, [pond.topic])
    assert oldest == {(pond.topic, 0): 0, (pond.topic, 1): 3}
    asked = {(table.topic, partition): offset for (_, partition), offset in oldest.items()}
    monkeypatch.setattr(refill, "_earliest", lambda *_: asked)
    found = refill.missing(house.settings, house.warehouse, [table])
    assert found == [Missing(table, 1, 3, 3)]

    sent: list[int] = []
    with SchemaRegistry(house.settings.registry_url) as registry:
        sender = Refill(house.settings, registry, topic=target.topic)
        assert sender.send(house.warehouse, found[0], sent.append) == []
        sender.close()
    assert sum(sent) == 3
    consumer = KafkaConsumer(
        target.topic,
        bootstrap_servers=house.settings.kafka_bootstrap.split(","),
        auto_offset_reset="earliest",
        consumer_timeout_ms=2_000,
        group_id=None,
    )
    records = sorted(consumer, key=lambda record: record.offset)
    consumer.close()
    assert {record.partition for record in records} == {1}
    places = [{name: value.decode() for name, value in record.headers} for record in records]
    assert places == [
        {"topic": table.topic, "offset": str(offset), "timestamp": str(1_780_000_000_001 + 2 * offset)}
        for offset in range(3)
    ]
    assert [record.value for record in records] == [values[1], values[3], values[5]], "byte for byte"
