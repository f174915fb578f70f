"""What is unresolved, what a person is shown of it, and what can be sent back."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.domain import load_domains
from schemas.settings import Settings
from streams.dead_letter_log import RESOLVED, DeadLetter, Place, letter_of, unresolved
from streams.letter_view import HIDDEN, dump, shown
from streams.replay import why_not

TOPICS = {"village.appeals"}


def letter(offset: int, stage: str = "worker", at: int = 0, **changes: Any) -> DeadLetter:
    made = DeadLetter(
        Place("village.appeals", 3, offset),
        Place("dead-letters", 3, at),
        b"330108001",
        b"\0\0\0\0\7x",
        "decode",
        "AppealReported: EOFError at byte 7",
        None,
        1_000,
        2_000,
        stage,
    )
    return dataclasses.replace(made, **changes)


def test_a_resolved_letter_is_not_listed_and_another_is() -> None:
    assert [found.origin.offset for found in unresolved([letter(1), letter(2), letter(1, RESOLVED)])] == [2]


def test_a_record_that_dies_again_after_its_resolution_is_listed_again() -> None:
    assert len(unresolved([letter(1), letter(1, RESOLVED), letter(1)])) == 1


def test_a_letter_written_twice_is_one_letter_and_each_stage_has_its_own() -> None:
    assert len(unresolved([letter(1), letter(1), letter(1, "sink")])) == 2


def test_a_resolution_survives_its_own_record_and_resolves() -> None:
    first = letter(1, event_id="e1")
    written = first.resolution("replayed", 3_000)
    read = letter_of(written, Place("dead-letters", 3, 9))
    assert (read.stage, read.value, read.origin, read.key) == (RESOLVED, None, first.origin, first.key)
    assert unresolved([first, read]) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["worker", RESOLVED])), max_size=40))
def test_law_a_record_is_listed_when_its_last_word_is_not_a_resolution(words: list[tuple[int, str]]) -> None:
    last = dict(words)
    listed = {found.origin.offset for found in unresolved([letter(*word) for word in words])}
    assert listed == {offset for offset, stage in last.items() if stage != RESOLVED}


def test_what_cannot_be_sent_back_says_why() -> None:
    assert why_not(letter(1), TOPICS) is None
    assert "resolve" in str(why_not(letter(1, value=None), TOPICS))
    assert "resolve" in str(why_not(letter(1, origin=Place("township.cases", 0, 1)), TOPICS))


def test_personal_fields_are_hidden_unless_they_are_asked_for() -> None:
    event = load_domains(Settings().domains)["appeals"].event("AppealReported")
    resident = {"name": "p:abc", "phone": "13800000000"}
    assert shown(event.field("resident"), resident, reveal=False) == HIDDEN
    assert shown(event.field("summary"), "井盖缺失", reveal=False) == HIDDEN
    assert shown(event.field("category"), "城市管理", reveal=False) == "城市管理"
    assert shown(event.field("summary"), None, reveal=False) is None
    assert shown(event.field("resident"), resident, reveal=True) == resident


def test_a_dump_shows_offsets_bytes_and_what_can_be_read_of_them() -> None:
    assert dump(b"\0\0\0\0\7Hello, village!").splitlines() == [
        "00000000  00 00 00 00 07 48 65 6c 6c 6f 2c 20 76 69 6c 6c  .....Hello, vill",
        "00000010  61 67 65 21                                      age!",
    ]
