"""Examples, records and topics line up, and every example is what its name says."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.codec import Decoder, Encoder
from schemas.domain import ENVELOPE, SYSTEM_FOLDER, EventSchema, all_records, load_domains
from schemas.errors import REASONS, InvalidEvent
from schemas.examples import KINDS, Example, load_examples
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits, check_event, with_defaults
from schemas.settings import Settings

DOMAINS = load_domains(Settings().domains)
RECORDS = all_records(DOMAINS)
SENT = [record for name, record in RECORDS.items() if name != ENVELOPE]
EXAMPLES = [example for record in SENT for example in load_examples(record)]
LIMITS = Limits.of(Settings())


def ready() -> tuple[Encoder, Decoder]:
    registry = MemoryRegistry()
    schemas = [record.schema for record in RECORDS.values()]
    encoder, decoder = Encoder(registry, schemas), Decoder(schemas)
    for schema_id in encoder.prepare(RECORDS).values():
        decoder.learn(schema_id, registry.schema_by_id(schema_id))
    return encoder, decoder


ENCODER, DECODER = ready()


def name(thing: EventSchema | Example) -> str:
    return thing.full_name if isinstance(thing, EventSchema) else f"{thing.record.name}/{thing.file.stem}"


@pytest.mark.parametrize("record", SENT, ids=name)
def test_every_record_has_two_valid_one_edge_and_two_invalid_examples(record: EventSchema) -> None:
    kinds = [example.kind for example in load_examples(record)]
    assert {kind: kinds.count(kind) >= least for kind, least in zip(KINDS, (2, 1, 2), strict=True)} == dict.fromkeys(
        KINDS, True
    )


def test_every_example_folder_belongs_to_a_record() -> None:
    folders = [SYSTEM_FOLDER, *(domain.folder for domain in DOMAINS.values())]
    strays = [
        path
        for folder in folders
        for path in (folder / "examples").glob("*")
        if not (folder / f"{path.name}.avsc").exists()
    ]
    assert strays == []


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.kind != "invalid"], ids=name)
def test_a_valid_example_passes_the_rules_and_comes_back_equal(example: Example) -> None:
    check_event(example.record, example.event, record_time=example.record_time, limits=LIMITS)

    full_name, event = DECODER.decode(ENCODER.encode(example.record.full_name, example.event))

    assert full_name == example.record.full_name
    assert event == with_defaults(example.record.schema, example.event)


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.kind == "invalid"], ids=name)
def test_an_invalid_example_is_refused_with_its_reason(example: Example) -> None:
    with pytest.raises(InvalidEvent) as refusal:
        refuse(example)

    assert refusal.value.reason == example.reason
    if example.field is not None:
        assert refusal.value.field == example.field
    assert refusal.value.reason in REASONS or refusal.value.reason.startswith("rule:")
    assert not any(value in refusal.value.detail for value in texts(example.event))


def refuse(example: Example) -> None:
    """As a producer does: rules first, then the encoder, which knows about types and unknown fields."""
    check_event(example.record, example.event, record_time=example.record_time, limits=LIMITS)
    ENCODER.encode(example.record.full_name, example.event)


def texts(event: dict[str, object]) -> list[str]:
    """The words of an event that must never stand in a refusal: it is logged and counted."""
    too_short = 4
    return [value for value in event.values() if isinstance(value, str) and len(value) > too_short]


def test_examples_stand_where_their_record_stands() -> None:
    assert {example.file.parents[2] for example in EXAMPLES} <= {SYSTEM_FOLDER, *(d.folder for d in DOMAINS.values())}
    assert all(Path(example.file).suffix == ".json" for example in EXAMPLES)
