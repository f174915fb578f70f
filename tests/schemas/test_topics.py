"""Topics are data; creating them twice changes nothing, and what must not differ is refused."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from schemas.command import run
from schemas.domain import load_domains
from schemas.errors import Refused, Unavailable
from schemas.settings import Settings
from schemas.topics import Topic, ensure_topics, load_topics

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Stack


def topic(name: str, **changes: Any) -> Topic:
    words = {"zh": "试验", "en": "a test", "key": "k", "records": []}
    plain = {"partitions": "township", "cleanup": "delete", "retention_days": 3, "config": {}}
    return Topic.model_validate({"name": name, **words, **plain, **changes})


@pytest.fixture
def name() -> str:
    """A topic name of the test's own, since Kafka is shared."""
    return f"test-{uuid4().hex[:12]}"


def test_the_lines_topics_are_what_the_rooms_agreed_on() -> None:
    topics = load_topics()
    assert {each.name: (each.partitions, each.cleanup, each.retention_days) for each in topics.values()} == {
        **{f"village.{domain}": ("township", "delete", 800) for domain in load_domains(Settings().domains)},
        "township.cases": ("township", "compact", None),
        "township.indicators": ("township", "compact", None),
        "township.warnings": ("township", "delete", 800),
        "dead-letters": ("township", "delete", 90),
        "worker-changelog": ("township", "compact", None),
        "reference.places": (1, "compact", None),
        "reference.departments": (1, "compact", None),
        "import-ledger": ("township", "compact", None),
        "event-refill": ("township", "delete", 7),
    }
    assert topics["village.appeals"].carries("xiangmai.system.EventVoided")
    assert topics["village.appeals"].carries("xiangmai.appeals.AppealRated")
    assert not topics["village.appeals"].carries("xiangmai.finance.LedgerEntryPosted")
    assert topics["village.finance"].carries("xiangmai.finance.LedgerEntryPosted")


def test_missing_topics_are_created_once(stack: Stack, name: str) -> None:
    wanted = [topic(name), topic(f"{name}-compact", cleanup="compact", retention_days=None, partitions=1)]
    dry = ensure_topics(stack.bootstrap, partitions=3, topics=wanted, dry_run=True)
    first = ensure_topics(stack.bootstrap, partitions=3, topics=wanted)
    second = ensure_topics(stack.bootstrap, partitions=3, topics=wanted)
    assert [(each.name, each.action, each.partitions) for each in dry] == [
        (name, "created", 3),
        (f"{name}-compact", "created", 1),
    ]
    assert dry == first
    assert [each.action for each in second] == ["unchanged", "unchanged"]


def test_two_processes_that_start_at_once_do_not_trip_over_each_other(stack: Stack, name: str) -> None:
    wanted = [topic(f"{name}-{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(ensure_topics, stack.bootstrap, partitions=2, topics=wanted) for _ in range(4)]
        assert all(len(run.result()) == 4 for run in runs)
    assert {each.action for each in ensure_topics(stack.bootstrap, partitions=2, topics=wanted)} == {"unchanged"}


def test_another_number_of_partitions_is_refused_with_the_way_out(stack: Stack, name: str) -> None:
    ensure_topics(stack.bootstrap, partitions=2, topics=[topic(name)])
    with pytest.raises(Refused, match="XIANGMAI_PARTITIONS=2"):
        ensure_topics(stack.bootstrap, partitions=3, topics=[topic(name)])


def test_a_changelog_that_would_delete_is_refused(stack: Stack, name: str) -> None:
    ensure_topics(stack.bootstrap, topics=[topic(name, partitions=1)])
    with pytest.raises(Refused, match=r"cleanup\.policy = delete"):
        ensure_topics(stack.bootstrap, topics=[topic(name, partitions=1, cleanup="compact", retention_days=None)])


def test_settings_someone_changed_are_told_and_left_alone(stack: Stack, name: str) -> None:
    ensure_topics(stack.bootstrap, topics=[topic(name, partitions=1)])
    change = ensure_topics(stack.bootstrap, topics=[topic(name, partitions=1, retention_days=4)])[0]
    assert change.action == "differs"
    assert "retention.ms = 259200000" in change.detail


def test_kafka_away_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("schemas.topics._BOOTSTRAP_MS", 300)
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:1"):
        ensure_topics("127.0.0.1:1")
    monkeypatch.setenv("XIANGMAI_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    assert run(["schemas", "topics"]) == 3
    assert "xiangmai stack up" in capsys.readouterr().err


def test_the_command_creates_the_lines_topics(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XIANGMAI_KAFKA_BOOTSTRAP", stack.bootstrap)
    assert run(["schemas", "topics", "--format", "json"]) == 0
    assert {row["name"] for row in json.loads(capsys.readouterr().out)} == set(load_topics())
    assert run(["schemas", "topics"]) == 0


GOOD = (
    "- {name: a, zh: 一, en: a, key: k, partitions: 1, records: [], cleanup: delete, retention_days: 1, config: {}}\n"
)


def test_a_folder_with_a_record_in_it_has_its_topic_named_by_its_catalogue(tmp_path: Path) -> None:
    weather = tmp_path / "weather"
    weather.mkdir()
    assert "village.weather" not in load_topics(domains=tmp_path)
    (weather / "StormSeen.avsc").write_text("{}", encoding="utf-8")
    (weather / "catalogue.yaml").write_text("domain: weather\nzh: 气象\nen: the weather\n", encoding="utf-8")
    found = load_topics(domains=tmp_path)["village.weather"]
    assert (found.zh, found.en) == ("气象事件", "events of the domain the weather")
    assert found.carries("xiangmai.weather.StormSeen")
    assert found.carries("xiangmai.system.EventVoided")
    assert not found.carries("xiangmai.appeals.AppealRated")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", 1, "the list `topics` is missing"),
        ("topics: {", None, "not valid YAML"),
        ("topics:\n" + GOOD + GOOD, 3, "named twice"),
        ("topics:\n" + GOOD.replace("retention_days: 1", "retention_days: null"), 2, "retention_days"),
        ("topics:\n" + GOOD.replace("cleanup: delete", "cleanup: both"), 2, "cleanup"),
        ("topics:\n" + GOOD.replace("key: k", "keys: k"), 2, "key"),
        ("topics:\n" + GOOD.replace("name: a", "name: A B"), 2, "name"),
        ("topics:\n- just a word\n", 2, "topics"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(
    tmp_path: Path, text: str, line: int | None, problem: str
) -> None:
    file = tmp_path / "topics.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refusal:
        load_topics(file)
    assert refusal.value.line == line
    assert problem in str(refusal.value)
