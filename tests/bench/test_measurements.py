"""What the measurements of growth rest on, and how any of them says what it found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.bench import work
from tests.bench.cases import opened, touching
from tests.bench.telling import Found, tell

if TYPE_CHECKING:
    from pathlib import Path


def test_old_cases_are_closed_once_each_and_new_ones_follow_on_those_there_are() -> None:
    first, second = touching(1_000, 100, 2)
    closed = [event["appeal_id"] for name, event in first + second if name == work.CLOSED]
    reported = [event["appeal_id"] for name, event in first + second if name == work.REPORTED]
    assert (len(closed), len(set(closed))) == (62, 62)
    assert set(closed) < {f"A{number:08d}" for number in range(1_000)}
    assert sorted(reported) == [f"A{number:08d}" for number in range(1_000, 1_138)]
    assert len({event["event_id"] for _, event in first + second}) == 200


def test_a_closing_belongs_to_the_case_as_it_was_reported_and_comes_after() -> None:
    (made,) = touching(50, 100, 1)
    for name, event in made:
        _, reported = opened(int(event["appeal_id"][1:]))
        assert event["village"] == reported["village"]
        assert (name == work.CLOSED) == (event["occurred_at"] > reported["occurred_at"])


def test_what_is_found_is_told_and_written_and_what_is_wrong_ends_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "found.json"
    tell(Found(["a"], [[1]], ["a note"], {"figure": 2}), file)
    assert capsys.readouterr().out == "\n| a |\n| --- |\n| 1 |\n\na note\n"
    written = json.loads(file.read_text())
    assert (written["figure"], written["wrong"]) == (2, [])
    assert written["machine"]["cores"]
    with pytest.raises(SystemExit) as ended:
        tell(Found(["a"], [[1]], [], {}, ["it is wrong"]), file)
    assert ended.value.code == 1
    assert json.loads(file.read_text())["wrong"] == ["it is wrong"]
