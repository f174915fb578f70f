"""A topic's partition is held when too many records in a row are refused: so many letters, none more, none lost."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.records import Held
from streams.refusals import ACCEPTED, ROW
from tests.streams.core.support import HOUR, TOPIC, TOWNSHIP, Line, make, world, world_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NOON = 1_772_510_400_000  # 2026-03-03 12:00 in Shanghai
MARCH = 20_513
KEY = TOWNSHIP.encode()
BAD = b"\x01no avro"


def line(limit: int) -> Line:
    return Line(world(refused_row_limit=limit), NOON)


def good(case: str) -> tuple[str, dict[str, object]]:
    return make("AppealReported", case, NOON - HOUR)


def put(story: Line, pattern: str) -> Line:
    """Put a record for each letter: g a good one, r a repeat of the first good one, b a bad one."""
    for letter in pattern:
        if letter == "b":
            story.put(KEY, BAD)
        else:
            story.send(good("first" if letter == "r" else f"{len(story.log)}"))
    return story


def letters(story: Line) -> list[int]:
    return [letter["offset"] for letter in story.dead]


def accept(story: Line, below: int) -> Line:
    """What `xiangmai deadletters accept` writes; it holds from the next start."""
    story.changelog.append((ACCEPTED + TOPIC.encode(), str(below).encode()))
    return story.crash()


def test_it_is_held_before_the_refused_record_after_so_many_in_a_row() -> None:
    story = put(line(3), "g" + "bbb" + "b" + "g").flow()
    assert story.applied[-1].held == Held(4, "framing", 3)
    assert letters(story) == [1, 2, 3]
    assert story.applied[-1].dead == Counter(framing=3)
    assert story.committed == 4


@pytest.mark.parametrize("between", ["g", "r"])
def test_whatever_could_be_taken_ends_the_row(between: str) -> None:
    story = put(line(3).send(good("first")), f"bbb{between}bbb{between}").flow()
    assert story.applied[-1].held is None
    assert len(letters(story)) == 6


def test_exactly_so_many_hold_nothing_when_a_good_one_follows() -> None:
    story = put(line(3), "bbb").flow()
    assert story.applied[-1].held is None
    assert put(story, "gb").flow().applied[-1].held is None
    assert letters(story) == [0, 1, 2, 4]


def test_a_restart_drips_nothing_whenever_it_comes_and_however_often() -> None:
    story = put(line(3), "bb").flow().crash()
    put(story, "bbbbb")
    for chunk in range(1, 7):
        story.flow().crash(chunk)
    assert letters(story) == [0, 1, 2]
    assert story.committed == 3


def test_what_was_not_committed_does_not_count() -> None:
    story = put(line(3), "bb").apply().crash()
    put(story, "b").flow()
    assert story.applied[-1].held is None
    assert letters(story) == [0, 1, 2]


def test_after_the_fix_it_goes_on_where_it_stood_and_everything_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = world(refused_row_limit=2)
    monkeypatch.setenv("XIANGMAI_EARLIEST_EVENT_AT", "2026-03-04")
    story = Line(world_of([sound.catalogue], refused_row_limit=2), NOON)
    put(story, "ggggg").flow().crash().flow()
    assert letters(story) == [0, 1]
    assert story.applied[-1].held == Held(2, "event_time", 2)
    story.world = sound
    story.crash().flow()
    for letter in story.dead[:]:
        story.put(letter["key"], letter["value"])
    story.flow()
    assert letters(story) == [0, 1]
    assert story.part("appeal_volume", "month", MARCH) == (5, 0)


def test_a_repeat_of_a_good_record_in_a_held_partition_lets_it_go_on() -> None:
    story = put(line(2), "gbb").flow()
    put(story, "rbbb").flow()
    assert letters(story) == [1, 2, 4, 5]
    assert story.applied[-1].held == Held(6, "framing", 2)


def test_none_is_held_when_the_limit_is_zero() -> None:
    story = put(line(0), "b" * 50 + "g").flow()
    assert len(letters(story)) == 50
    assert story.part("appeal_volume", "month", MARCH) == (1, 0)


def test_what_is_accepted_is_put_aside_good_records_among_it_count_and_later_ones_are_counted_anew() -> None:
    story = put(line(2), "bbbbgb").flow()
    assert letters(story) == [0, 1]
    accept(story, below=len(story.log)).flow()
    assert letters(story) == [0, 1, 2, 3, 5]
    assert story.part("appeal_volume", "month", MARCH) == (1, 0)
    put(story, "bbb").flow().crash().flow()
    assert letters(story) == [0, 1, 2, 3, 5, 6, 7]
    assert story.applied[-1].held == Held(8, "framing", 2)


def test_a_full_case_holds_nobody_and_hides_no_row() -> None:
    story = Line(world(case_event_limit=2, refused_row_limit=3), NOON)
    more = [make("AppealResponded", "A", NOON - number) for number in range(1, 9)]
    story.send(good("A"), *more).flow()
    assert Counter(letter["reason"] for letter in story.dead) == {"case_limit": 7}
    assert story.applied[-1].held is None
    put(story, "bb").send(more[-1]).flow()
    put(story, "bb").flow()
    assert story.applied[-1].held == Held(13, "framing", 3)


def test_events_that_waited_in_vain_belong_to_no_row() -> None:
    story = line(2)
    story.send(*(make("AppealClosed", f"{number}", NOON - HOUR) for number in range(9))).flow()
    story.flow(NOON + 24 * HOUR)
    assert Counter(letter["reason"] for letter in story.dead) == {"orphan": 9}
    assert put(story, "bb").flow().applied[-1].held is None


def test_each_topic_has_a_row_of_its_own() -> None:
    story = line(2)
    story.world.engine.readers["village.more"] = story.world.engine.readers[TOPIC]
    put(story, "bbb").flow()
    story.topic, story.position = "village.more", 0
    assert story.flow().applied[-1].held == Held(2, "framing", 2)
    assert len(story.dead) == 4
    story.topic = TOPIC
    assert story.crash().flow().applied[-1].held == Held(2, "framing", 2)
    del story.world.engine.readers["village.more"]


def test_in_good_times_the_changelog_says_nothing_of_it() -> None:
    story = put(line(3), "gbg").flow()
    assert not [key for key, _ in story.changelog if key.startswith(ROW)]
    put(story, "b").flow()
    put(story, "g").flow()
    assert [pair for pair in story.changelog if pair[0].startswith(ROW)] == [
        (ROW + TOPIC.encode(), b"1"),
        (ROW + TOPIC.encode(), None),
    ]


def stops(pattern: Sequence[str], limit: int, accepted: int) -> int:
    """The reference: where a partition is held, or the end."""
    row = 0
    for place, letter in enumerate(pattern):
        if letter != "b" or place < accepted:
            row = 0
        elif row == limit:
            return place
        else:
            row += 1
    return len(pattern)


steps = st.lists(st.tuples(st.sampled_from(("apply", "drain", "crash", "accept")), st.integers(1, 9)), max_size=25)


@given(st.text("ggrb", max_size=10) | st.text("bbbg", max_size=40), st.integers(1, 4), steps)
@settings(max_examples=300)
def test_pieces_and_restarts_neither_add_a_letter_nor_lose_one(
    pattern: str, limit: int, steps: Iterable[tuple[str, int]]
) -> None:
    story = put(line(limit).send(good("first")), pattern)
    accepted = 0
    for step, count in steps:
        if step == "apply":
            story.apply(count)
        elif step == "drain":
            story.drain()
        elif step == "crash":
            story.crash(count)
        elif story.committed < len(story.log):
            accepted = max(accepted, min(story.committed + count, len(story.log)))
            accept(story, accepted)
    story.flow().crash().flow()
    records = ["g", *pattern]
    end = stops(records, limit, accepted)
    assert story.committed == end
    assert letters(story) == [place for place in range(end) if records[place] == "b"]
