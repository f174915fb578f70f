"""Places and departments stand on their compacted topics, keyed by code; loading them again changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kafka import KafkaConsumer, TopicPartition

from producers.reference_sending import _told
from schemas.codec import Decoder
from schemas.registry import SchemaRegistry

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.producers.conftest import Trial


def newest(trial: Trial, topic: str) -> dict[str, dict[str, Any]]:
    """The newest record of every key, as a reader of a compacted topic sees it."""
    consumer = KafkaConsumer(bootstrap_servers=trial.settings.kafka_bootstrap, auto_offset_reset="earliest")
    place = TopicPartition(topic, 0)
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    end = consumer.end_offsets([place])[place]
    decoder, found = Decoder(), {}
    with SchemaRegistry(trial.settings.registry_url) as registry:
        while consumer.position(place) < end:
            for record in consumer.poll(timeout_ms=200).get(place, []):
                for schema_id in decoder.missing_ids([record.value]):
                    decoder.learn(schema_id, registry.schema_by_id(schema_id))
                found[record.key.decode()] = decoder.decode(record.value)[1]
    consumer.close()
    return found


def test_the_sample_county_is_loaded_and_loading_again_changes_nothing(trial: Trial) -> None:
    for _ in range(2):
        done = trial.run("places", "load")
        assert done.returncode == 0, done.stderr
        assert "13 乡镇 townships, 177 村 villages" in done.stdout
    places = newest(trial, "reference.places")
    assert places["330521001"]["name"] == "武康街道"
    assert places["330521001001"]["parent"] == "330521001"
    assert sum(code.startswith("330521") for code in places) == 191


def test_departments_are_loaded_with_their_aliases(trial: Trial) -> None:
    done = trial.run("departments", "load")
    assert done.returncode == 0, done.stderr
    departments = newest(trial, "reference.departments")
    assert departments["公安局"]["name_en"] == "Public Security Bureau"
    assert "城管局" in departments["综合行政执法局"]["aliases"]


def test_a_wrong_file_is_told_with_its_line(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "departments.csv"
    file.write_text("code,name\na,A\na,B\n", encoding="utf-8")
    done = trial.run("departments", "load", str(file))
    assert done.returncode == 1
    assert f"{file}:3" in done.stderr


def test_a_place_is_looked_up_at_the_command_line(trial: Trial) -> None:
    found = trial.run("places", "find", "城西村委会", "--within", "330521102")
    assert found.stdout.startswith("330521102208")
    several = trial.run("places", "find", "城西村委会")
    assert several.returncode == 1
    assert "330521001201" in several.stderr


DATED = """code,name,level,effective_from,effective_to,change,successors
990001100,甲镇,township,,,,
990001101,乙乡,township,,2025-07-01,merged,990001100
990001102,丙乡,township,,2024-01-01,renamed,
990001102,丙镇,township,2024-01-01,,,
"""


def test_what_places_were_stands_on_the_topic_with_them(trial: Trial, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text(DATED, encoding="utf-8")
    done = trial.run("places", "load", str(file))
    assert done.returncode == 0, done.stderr
    assert "3 乡镇 townships, 0 村 villages，其中已停用 / of them ended: 1" in done.stdout
    places = newest(trial, "reference.places")
    merged, renamed = places["990001101"], places["990001102"]
    assert (merged["change"], merged["successors"]) == ("merged", ["990001100"])
    assert [(was["name"], was["change"]) for was in renamed["former"]] == [("丙乡", "renamed")]
    assert (renamed["name"], renamed["effective_to"]) == ("丙镇", None)

    file.write_text(DATED.replace("merged,990001100", "merged,990001109"), encoding="utf-8")
    refused = trial.run("places", "load", str(file))
    assert refused.returncode == 1
    assert f"{file}:3" in refused.stderr
    assert "990001109" in refused.stderr


def test_a_long_load_shows_how_far_it_is_in_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    for terminal in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", terminal)
        assert [*_told(range(2000), "写入 sending")] == [*range(2000)]
        assert ("写入 sending" in capsys.readouterr().err) == bool(terminal)
