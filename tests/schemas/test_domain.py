"""Domains are folders; whatever is wrong in one is named with its file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from schemas.domain import ENVELOPE, EVENT_VOIDED, load_domains, load_record, load_system
from schemas.errors import Refused
from schemas.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def test_appeals_has_its_seven_events_and_its_topic() -> None:
    appeals = load_domains(Settings().domains)["appeals"]
    assert appeals.topic == "village.appeals"
    assert {event.name for event in appeals.events.values()} == {
        "AppealReported",
        "AppealDispatched",
        "AppealReturned",
        "AppealResponded",
        "AppealClosed",
        "AppealRated",
        "AppealReopened",
    }
    assert appeals.event("AppealRated") is appeals.event("xiangmai.appeals.AppealRated")
    with pytest.raises(KeyError):
        appeals.event("AppealForgotten")


def test_a_field_says_what_it_is() -> None:
    reported = load_domains(Settings().domains)["appeals"].event("AppealReported")
    due_at, channel, resident = (reported.field(name) for name in ("due_at", "channel", "resident"))
    assert (due_at.kind, due_at.nullable, due_at.logical, due_at.zh) == ("long", True, "timestamp-millis", "办理期限")
    assert (channel.kind, channel.nullable, channel.symbols[0]) == ("enum", False, "hotline")
    assert (resident.kind, resident.nullable, resident.privacy) == ("record", True, "direct")
    with pytest.raises(KeyError):
        reported.field("nothing")


def test_the_system_has_its_records() -> None:
    assert {ENVELOPE, EVENT_VOIDED} < set(load_system())


def test_a_folder_without_domains_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no domain found"):
        load_domains(tmp_path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"type": "record"', "not valid JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[]", "not an Avro record"),
        (b'{"type": "record", "name": "Other", "fields": []}', "differs from the file's"),
        (b'{"type": "record", "name": "Thing", "fields": [{"name": "x"}]}', "lacks name or type"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "Thing.avsc"
    file.write_bytes(content)
    with pytest.raises(Refused, match=problem) as refusal:
        load_record(file)
    assert refusal.value.file == file


def test_a_record_of_another_namespace_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "weather"
    folder.mkdir()
    schema = {"type": "record", "name": "Rain", "namespace": "xiangmai.appeals", "fields": []}
    (folder / "Rain.avsc").write_text(json.dumps(schema), encoding="utf-8")
    with pytest.raises(Refused, match=r"xiangmai\.weather"):
        load_domains(tmp_path)
