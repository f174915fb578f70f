"""The registry: the same laws for the one in memory and the real one, and what only the real one can say."""

from __future__ import annotations

import copy
import json
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from schemas.codec import Decoder, Encoder
from schemas.command import run
from schemas.domain import all_records, load_domains
from schemas.errors import Refused, Unavailable
from schemas.registry import SchemaRegistry, canonical_text
from schemas.registry_memory import MemoryRegistry
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Stack

RECORDS = all_records(load_domains(Settings().domains))
RATED = RECORDS["xiangmai.appeals.AppealRated"].schema


def named(name: str, **changes: Any) -> dict[str, Any]:
    """A copy of AppealRated under a name of this test's own, since the registry is shared."""
    return {**copy.deepcopy(RATED), "namespace": "xiangmai.test", "name": name, **changes}


@pytest.fixture(params=["memory", "real"])
def registry(request: pytest.FixtureRequest) -> Iterator[MemoryRegistry | SchemaRegistry]:
    if request.param == "memory":
        yield MemoryRegistry()
        return
    stack: Stack = request.getfixturevalue("stack")
    with SchemaRegistry(stack.registry_url) as real:
        yield real


@pytest.fixture
def real(stack: Stack) -> Iterator[SchemaRegistry]:
    with SchemaRegistry(stack.registry_url) as registry:
        yield registry


def test_the_same_schema_has_the_same_id_whatever_the_order_of_its_attributes(registry: Any) -> None:
    schema = named("Stable")
    shuffled = json.loads(json.dumps(schema, sort_keys=True))
    first = registry.register("xiangmai.test.Stable", schema)
    assert registry.register("xiangmai.test.Stable", schema) == first
    assert registry.register("xiangmai.test.Stable", shuffled) == first
    assert registry.schema_by_id(first) == schema
    assert registry.latest("xiangmai.test.Stable") == schema
    assert registry.versions("xiangmai.test.Stable") == [schema]
    assert "xiangmai.test.Stable" in registry.subjects()


def test_a_grown_schema_is_a_new_version(registry: Any) -> None:
    old = named("Growing")
    more = {"name": "rated_by", "type": ["null", "string"], "default": None}
    new = named("Growing", fields=[*old["fields"], more])
    ids = [registry.register("xiangmai.test.Growing", schema) for schema in (old, new)]
    assert ids[0] != ids[1]
    assert registry.latest("xiangmai.test.Growing") == new
    assert registry.versions("xiangmai.test.Growing") == [old, new]


def test_what_was_never_registered_is_not_there(registry: Any) -> None:
    with pytest.raises(LookupError):
        registry.schema_by_id(1_000_000_000)
    assert registry.latest("xiangmai.test.Never") is None
    assert registry.versions("xiangmai.test.Never") == []


def test_events_travel_through_the_registry(registry: Any) -> None:
    encoder = Encoder(registry, [record.schema for record in RECORDS.values()])
    ids = encoder.prepare(["xiangmai.system.ImportCompleted"])
    event = {"source": "s", "import_id": "i", "rows": 3, "completed_at": 5}
    value = encoder.encode("xiangmai.system.ImportCompleted", event)
    decoder = Decoder([record.schema for record in RECORDS.values()])
    assert decoder.missing_ids([value]) == set(ids.values())
    for schema_id in decoder.missing_ids([value]):
        decoder.learn(schema_id, registry.schema_by_id(schema_id))
    assert decoder.decode(value) == ("xiangmai.system.ImportCompleted", event)


def test_of_several_who_register_a_new_record_at_one_moment_none_is_refused(stack: Stack) -> None:
    starting = threading.Barrier(4)

    def register(_: int) -> list[int]:
        with SchemaRegistry(stack.registry_url) as registry:
            found = []
            for number in range(12):
                starting.wait(timeout=15)
                name = f"Together{number}"
                found.append(registry.register(f"xiangmai.test.{name}", named(name)))
            return found

    with ThreadPoolExecutor(4) as workers:
        ids = list(workers.map(register, range(4)))
    assert ids.count(ids[0]) == len(ids)


def test_an_incompatible_schema_is_refused_and_nothing_is_registered(real: SchemaRegistry) -> None:
    old = named("Strict")
    real.register("xiangmai.test.Strict", old)
    broken = named("Strict", fields=[field for field in old["fields"] if field["name"] != "appeal_id"])
    assert real.compatible("xiangmai.test.Strict", old) == []
    assert any("appeal_id" in reason for reason in real.compatible("xiangmai.test.Strict", broken))
    with pytest.raises(Refused, match="appeal_id"):
        real.register("xiangmai.test.Strict", broken)
    assert real.versions("xiangmai.test.Strict") == [old]


def test_a_schema_that_is_none_is_refused(real: SchemaRegistry) -> None:
    with pytest.raises(Refused):
        real.register("xiangmai.test.Nonsense", {"type": "record", "name": "x"})


def test_a_registry_that_is_away_is_told_quickly() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and never listening: every connection is refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        started = time.monotonic()
        with SchemaRegistry(url) as registry, pytest.raises(Unavailable) as away:
            registry.subjects()
    assert time.monotonic() - started < 10
    assert away.value.retryable
    assert away.value.address == url


def test_everything_is_registered_once_and_then_the_same(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in stack.env.items():
        monkeypatch.setenv(name, value)
    answers = []
    for _ in range(2):
        assert run(["schemas", "register", "--format", "json"]) == 0
        answers.append({row["record"]: row["id"] for row in json.loads(capsys.readouterr().out)})
    assert answers[0] == answers[1]
    assert "xiangmai.appeals.AppealReported" in answers[0]
    assert run(["schemas", "check", "--against", "registry"]) == 0


def test_the_gate_asks_the_registry_and_names_the_field(
    stack: Stack,
    real: SchemaRegistry,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    published = named("Rated", namespace="xiangmai.strangers")
    real.register("xiangmai.strangers.Rated", published)
    changed = {**published, "fields": [field for field in published["fields"] if field["name"] != "appeal_id"]}
    (tmp_path / "strangers").mkdir()
    (tmp_path / "strangers" / "Rated.avsc").write_text(json.dumps(changed), encoding="utf-8")
    monkeypatch.setenv("XIANGMAI_DOMAINS", str(tmp_path))
    monkeypatch.setenv("XIANGMAI_REGISTRY_URL", stack.registry_url)

    assert run(["schemas", "check", "--against", "registry", "--format", "json"]) == 1

    problems = json.loads(capsys.readouterr().out)
    named_fields = {(each["record"], each["field"]) for each in problems if "v1@registry" in each["en"]}
    assert named_fields == {("xiangmai.strangers.Rated", "appeal_id")}
    assert real.versions("xiangmai.strangers.Rated") == [published]


def test_the_canonical_text_is_one_line_in_avros_order() -> None:
    text = canonical_text({"fields": [{"zh": "名", "name": "x", "type": "int"}], "name": "T", "type": "record"})
    assert text == '{"type":"record","name":"T","fields":[{"type":"int","name":"x","zh":"名"}]}'
