"""What is remembered of a parsed text is what parsing it gives; where nothing can be remembered it is parsed each time."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml.error import YAMLError

from schemas.catalogue.parsed import parsed

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
name: 气象
since: 2026-01-01
seen: 2026-03-02T09:00:01
base: &base {line: 4}
merged:
  <<: *base
  parts: [1, 0.5, "0.50", null, true]
"""
DATA = {
    "name": "气象",
    "since": date(2026, 1, 1),
    "seen": "2026-03-02T09:00:01",
    "base": {"line": 4},
    "merged": {"line": 4, "parts": [1, 0.5, "0.50", None, True]},
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XIANGMAI_CACHE", str(tmp_path))
    parsed.cache_clear()
    return tmp_path


def test_remembered_it_is_the_same(cache: Path) -> None:
    first = parsed(TEXT)
    parsed.cache_clear()
    again = parsed(TEXT)
    assert again == first
    assert again.data == DATA
    assert len(list((cache / "parsed").iterdir())) == 1
    assert again.lines["merged"][0] == 5
    assert again.lines["merged"][1]["parts"] == [7, [[7, None]] * 5]


def test_another_text_is_parsed_anew(cache: Path) -> None:
    assert parsed(TEXT).data["name"] == "气象"
    assert parsed(TEXT.replace("气象", "水文")).data["name"] == "水文"
    assert len(list((cache / "parsed").iterdir())) == 2


def test_keys_that_json_would_bend_are_not_remembered(cache: Path) -> None:
    assert parsed("2026: a year").data == {2026: "a year"}
    assert not (cache / "parsed").exists()


def test_what_was_half_written_is_parsed_anew(cache: Path) -> None:
    first = parsed(TEXT)
    (file,) = (cache / "parsed").iterdir()
    file.write_text(file.read_text(encoding="utf-8")[:40], encoding="utf-8")
    parsed.cache_clear()
    assert parsed(TEXT) == first


def test_where_nothing_may_be_written_it_is_parsed_all_the_same(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (cache / "file").touch()
    monkeypatch.setenv("XIANGMAI_CACHE", str(cache / "file"))
    assert parsed(TEXT).data == DATA


def test_a_key_given_twice_is_refused(cache: Path) -> None:
    with pytest.raises(YAMLError):
        parsed("a: 1\na: 2\n")
    assert list(cache.iterdir()) == []
