"""Unknown schema ids: only the registry's own "no such id" makes a dead letter; one that is away is waited for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from schemas.codec import Decoder, Encoder
from schemas.domain import load_system
from schemas.errors import InvalidEvent, Unavailable
from schemas.registry_memory import MemoryRegistry
from streams import schema_lookup
from streams.schema_lookup import SchemaLookup

RECORD = "xiangmai.system.DepartmentDefined"


@pytest.fixture
def encoded() -> tuple[MemoryRegistry, bytes]:
    registry, schema = MemoryRegistry(), load_system()[RECORD].schema
    encoder = Encoder(registry, [schema])
    encoder.prepare([RECORD])
    fields = {"code": "d1", "name": "民政局", "aliases": [], "recorded_at": 0}
    return registry, encoder.encode(RECORD, {name: fields.get(name) for name in (f["name"] for f in schema["fields"])})


async def test_a_new_id_is_learned_before_the_chunk_is_folded(encoded: tuple[MemoryRegistry, bytes]) -> None:
    registry, value = encoded
    decoder = Decoder()
    await SchemaLookup(decoder, registry.schema_by_id).ensure([None, b"", value])
    assert decoder.decode(value)[0] == RECORD


async def test_an_id_the_registry_does_not_know_is_refused_once_and_for_all() -> None:
    asked = []

    def unknown(schema_id: int) -> Any:
        asked.append(schema_id)
        raise LookupError(schema_id)

    decoder, value = Decoder(), b"\0\0\0\3\xe7body"
    lookup = SchemaLookup(decoder, unknown)
    await asyncio.gather(lookup.ensure([value]), lookup.ensure([value]), lookup.ensure([value]))
    assert asked == [999], "partitions that wait for the same id ask once"
    with pytest.raises(InvalidEvent, match="unknown_schema"):
        decoder.decode(value)


async def test_a_registry_that_is_away_is_waited_for_and_never_makes_a_dead_letter(
    encoded: tuple[MemoryRegistry, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema_lookup, "_FIRST_WAIT_SECONDS", 0.001)
    registry, value = encoded
    answers: list[Any] = [Unavailable("registry", "here"), Unavailable("registry", "here"), registry.schema_by_id]
    waiting = []

    def flaky(schema_id: int) -> Any:
        waiting.append(lookup.waiting)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer(schema_id)

    decoder = Decoder()
    lookup = SchemaLookup(decoder, flaky)
    await lookup.ensure([value])
    assert not answers
    assert not lookup.waiting
    assert decoder.decode(value)[1]["name"] == "民政局"
