"""Bad input, told as stories: each bad record becomes one dead letter with its reason, and everything else counts."""

from __future__ import annotations

import struct
from collections import Counter
from time import process_time

import pytest

from streams.casebook import MOST_CASE_BYTES
from tests.streams.core.support import DAY, HOUR, TOPIC, TOWNSHIP, Line, event_id, make, world

NOON = 1_772_510_400_000  # 2026-03-03 12:00 in Shanghai
MARCH = 20_513


def line() -> Line:
    return Line(world(), NOON)


def reasons(story: Line) -> list[tuple[str, int]]:
    return [(letter["reason"], letter["offset"]) for letter in story.dead]


def good(case: str = "A", at: int = NOON - HOUR) -> tuple[str, dict[str, object]]:
    return make("AppealReported", case, at)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "framing"),
        (b"\0\0\0\0", "framing"),
        (b"\x01\0\0\0\x01abc", "framing"),
        (b"{}", "framing"),
        (b"\0\x7f\xff\xff\xffabc", "unknown_schema"),
    ],
)
def test_what_is_not_framed_or_has_no_known_schema_is_dead_and_the_rest_counts(value: bytes, reason: str) -> None:
    story = line().send(good("A")).put(TOWNSHIP.encode(), value).send(good("B")).flow()
    assert reasons(story) == [(reason, 1)]
    assert story.part("appeal_volume", "month", MARCH) == (2, 0)
    assert story.applied[0].dead == Counter({reason: 1})
    assert story.applied[0].applied == 2


@pytest.mark.parametrize("cut", [-1, -5, 40])
def test_a_truncated_record_is_dead_and_never_partly_applied(cut: int) -> None:
    name, event = good()
    value = world().encoder.encode(name, event)
    story = line().put(TOWNSHIP.encode(), value[:cut]).flow()
    assert reasons(story) == [("decode", 0)]
    assert story.numbers() == {}


def test_trailing_bytes_are_dead() -> None:
    name, event = good()
    story = line().put(TOWNSHIP.encode(), world().encoder.encode(name, event) + b"\0").flow()
    assert reasons(story) == [("decode", 0)]


@pytest.mark.parametrize(
    "at", [0, 253_402_214_400_000, NOON + 8 * DAY, 946_684_799_999], ids=["1970", "9999", "in 8 days", "before 2000"]
)
def test_impossible_times_are_dead_and_do_not_move_the_watermark(at: int) -> None:
    story = line().send(good("A"), good("B", at)).flow()
    assert reasons(story) == [("event_time", 1)]
    assert story.applied[0].newest_event_at == NOON - HOUR
    assert story.part("appeal_volume", "month", MARCH) == (1, 0)


def test_a_true_event_forty_days_late_corrects_the_old_day_and_is_counted_late() -> None:
    story = line().send(good("A")).flow()
    story.now = NOON + 40 * DAY
    story.send(make("AppealReported", "B", NOON - 2 * HOUR)).flow()
    assert story.applied[1].late == 1
    assert story.part("appeal_volume", "day", 20_515) == (2, 0)
    assert story.dead == []


def test_closed_before_opened_waits_and_counts_once_the_opening_comes() -> None:
    story = line().send(make("AppealClosed", "A", NOON - HOUR)).flow()
    assert story.numbers() == {}
    story.send(make("AppealReported", "A", NOON - 2 * HOUR)).flow(NOON + HOUR)
    assert story.part("appeal_closure_rate", "month", MARCH) == (1, 1)
    story.flow(NOON + 3 * DAY)
    assert story.dead == []


def test_an_orphan_is_dead_lettered_once_after_a_day_and_still_counts_when_its_opening_comes() -> None:
    story = line().send(make("AppealClosed", "A", NOON - HOUR, "closing")).flow()
    assert story.shard.next_timer == NOON + DAY
    story.flow(NOON + DAY - 1)
    assert story.dead == []
    story.flow(NOON + DAY)
    assert reasons(story) == [("orphan", 0)]
    assert story.dead[0]["event_id"] == event_id("closing")
    assert story.dead[0]["key"] == TOWNSHIP.encode()
    story.crash().flow(NOON + 9 * DAY)
    assert len(story.dead) == 1
    story.send(make("AppealReported", "A", NOON - 2 * HOUR)).flow()
    assert story.part("appeal_closure_rate", "month", MARCH) == (1, 1)
    story.crash().flow(NOON + 20 * DAY)
    assert len(story.dead) == 1


def test_an_orphan_that_breaks_a_rule_once_its_opening_has_come_is_dead_lettered_for_that_too() -> None:
    story = line().send(make("AppealClosed", "A", NOON - HOUR, "closing")).flow().flow(NOON + DAY)
    story.send(make("AppealReported", "A", NOON - 3 * HOUR), make("AppealClosed", "A", NOON - 2 * HOUR)).flow()
    story.flow(NOON + 3 * DAY)
    assert [(letter["reason"], letter["event_id"]) for letter in story.dead] == [
        ("orphan", event_id("closing")),
        ("rule:closed_once", event_id("closing")),
    ]
    story.crash().flow(NOON + 9 * DAY)
    assert len(story.dead) == 2


def test_an_orphans_time_runs_on_while_the_worker_is_down() -> None:
    story = line().send(make("AppealClosed", "A", NOON - HOUR)).flow()
    story.now = NOON + 2 * DAY
    story.crash().flow()
    assert reasons(story) == [("orphan", 0)]


def test_what_the_clock_finds_is_counted_with_the_next_chunk() -> None:
    story = line().send(make("AppealClosed", "A", NOON - HOUR)).flow().flow(NOON + DAY)
    story.send(good("B", NOON)).flow()
    assert story.applied[-1].dead == Counter(orphan=1)


def test_a_second_closing_takes_no_part_and_is_dead_lettered_once_after_a_day() -> None:
    story = line().send(
        good("A"), make("AppealClosed", "A", NOON - 30 * 60_000), make("AppealClosed", "A", NOON - 60_000, "second")
    )
    story.flow().flow(NOON + DAY - 1)
    assert story.dead == []
    case = story.cases[f"{TOWNSHIP}|appeal|A"]
    assert case["closed_at"] == NOON - 30 * 60_000
    assert case["event_count"] == 2
    story.flow(NOON + DAY)
    assert reasons(story) == [("rule:closed_once", 2)]
    letter = story.dead[0]
    assert (letter["event_id"], letter["key"]) == (event_id("second"), TOWNSHIP.encode())
    assert letter["value"] is None  # its chunk is gone; topic, partition and offset say where it stands
    story.send(make("AppealRated", "A", NOON)).flow().crash().flow(NOON + 9 * DAY)
    assert len(story.dead) == 1


def test_a_second_closing_whose_reopening_comes_in_time_is_never_told() -> None:
    for moment in (NOON, NOON + DAY):
        story = line().send(
            good("A"), make("AppealClosed", "A", NOON - 50), make("AppealClosed", "A", NOON - 30, "second")
        )
        story.flow()
        story.now = moment
        # It is here when the time is up, though not yet merged.
        story.send(make("AppealReopened", "A", NOON - 40)).apply().shard.tick(moment)
        story.drain()
        assert story.cases[f"{TOWNSHIP}|appeal|A"]["closed_at"] == NOON - 30
        story.flow(NOON + 2 * DAY).crash().flow(NOON + 9 * DAY)
        assert story.dead == []


def test_a_second_closing_counts_when_its_reopening_comes_after_it_was_told() -> None:
    story = line().send(good("A"), make("AppealClosed", "A", NOON - 50), make("AppealClosed", "A", NOON - 30)).flow()
    story.flow(NOON + DAY).send(make("AppealReopened", "A", NOON - 40)).flow()
    assert story.cases[f"{TOWNSHIP}|appeal|A"]["closed_at"] == NOON - 30
    assert len(story.dead) == 1


def test_a_second_closings_time_runs_on_while_the_worker_is_down() -> None:
    story = line().send(good("A"), make("AppealClosed", "A", NOON - 50), make("AppealClosed", "A", NOON - 30)).flow()
    story.now = NOON + DAY
    story.crash().flow()
    assert reasons(story) == [("rule:closed_once", 2)]


def test_the_clock_of_the_machine_put_back_loses_no_letter() -> None:
    story = line().send(good("A"), make("AppealClosed", "A", NOON - 50), make("AppealClosed", "A", NOON - 30)).flow()
    story.shard.tick(NOON + DAY)
    story.drain(NOON + 1)
    assert reasons(story) == [("rule:closed_once", 2)]


def test_of_two_closings_the_earlier_one_stands_whichever_arrives_first() -> None:
    early, late = make("AppealClosed", "A", NOON - 50, "early"), make("AppealClosed", "A", NOON - 20, "late")
    story = line().send(good("A"), late).flow(NOON + 3 * DAY).send(early).flow()
    assert story.cases[f"{TOWNSHIP}|appeal|A"]["closed_at"] == NOON - 50
    # It breaks the rule only since the earlier one is here: a reopening may follow that one as late.
    assert story.flow(NOON + 4 * DAY - 1).dead == []
    story.flow(NOON + 4 * DAY)
    assert reasons(story) == [("rule:closed_once", 1)]


def test_an_orphan_whose_opening_came_but_is_not_merged_yet_is_not_told() -> None:
    story = line().send(make("AppealClosed", "A", NOON - HOUR)).flow()
    story.now = NOON + DAY
    story.send(good("A", NOON - 2 * HOUR)).apply().shard.tick(story.now)
    story.drain()
    assert story.dead == []


def test_a_closing_after_a_reopening_is_no_second_closing() -> None:
    story = line().send(
        good("A"),
        make("AppealClosed", "A", NOON - 50),
        make("AppealReopened", "A", NOON - 40),
        make("AppealClosed", "A", NOON - 30),
    )
    story.flow()
    assert story.dead == []
    assert story.cases[f"{TOWNSHIP}|appeal|A"]["closed_at"] == NOON - 30


@pytest.mark.parametrize(
    ("record", "fields", "reason"),
    [
        ("AppealRated", {"score": 11}, "rule:maximum"),
        ("AppealReported", {"due_at": NOON - 2 * HOUR}, "rule:not_before"),
        ("AppealReported", {"village": "330521101001"}, "rule:starts_with"),
        ("AppealReported", {"category": "管道\0井"}, "text"),
    ],
)
def test_illegal_values_are_dead_and_leave_the_case_as_it_was(
    record: str, fields: dict[str, object], reason: str
) -> None:
    story = line().send(good("A"), make(record, "A", NOON - HOUR, "bad", **fields)).flow()
    assert reasons(story) == [(reason, 1)]
    assert story.dead[0]["event_id"] == event_id("bad")
    assert story.cases[f"{TOWNSHIP}|appeal|A"]["event_count"] == 1


def test_no_key_and_no_value_are_dead() -> None:
    story = line().put(TOWNSHIP.encode(), None).put(None, world().encoder.encode(*good())).put(None, None).flow()
    assert reasons(story) == [("null", 0), ("null", 1), ("null", 2)]
    assert story.numbers() == {}


def test_a_key_that_is_not_the_events_township_is_dead() -> None:
    value = world().encoder.encode(*good())
    story = line().put(b"330521101", value).put(TOWNSHIP.encode(), value).flow()
    assert reasons(story) == [("key_mismatch", 0)]
    assert story.part("appeal_volume", "month", MARCH) == (1, 0)


def test_the_same_id_with_other_content_is_a_conflict_and_the_first_stands() -> None:
    first = make("AppealReported", "A", NOON - HOUR, "one", category="噪声")
    second = make("AppealReported", "A", NOON - HOUR, "one", category="水电")
    for split in (False, True):
        story = line().send(first)
        if split:
            story.flow()
        story.send(second).flow()
        assert reasons(story) == [("id_conflict", 1)]
        assert "offset 0" in story.dead[0]["detail"]
        assert story.cases[f"{TOWNSHIP}|appeal|A"]["category"] == "噪声"


def test_a_repeat_with_another_recording_time_is_a_repeat() -> None:
    name, event = make("AppealReported", "A", NOON - HOUR, "one")
    story = line().send((name, event), (name, {**event, "recorded_at": NOON - 5})).flow()
    assert story.dead == []
    assert story.applied[0].duplicate == 1


def test_a_correction_that_comes_before_what_it_corrects_is_no_repeat_of_it() -> None:
    wrong = make("AppealReported", "A", NOON - HOUR, "wrong", category="噪声")
    right = make("AppealReported", "A", NOON - HOUR, "right", corrects="wrong", category="水电")
    story = line().send(right).flow().send(wrong).flow()
    assert story.applied[1].applied == 1
    assert story.cases[f"{TOWNSHIP}|appeal|A"]["category"] == "水电"
    assert story.part("appeal_volume", "month", MARCH) == (1, 0)


def test_a_record_of_another_domain_and_a_void_of_an_unknown_case_type_are_dead() -> None:
    story = line().send(make("EventVoided", "A", NOON - HOUR, corrects="x", case_type="dispute")).flow()
    assert reasons(story) == [("rule:case_type", 0)]
    published = line().send(good())
    published.apply()
    drained = published.drain()
    story = line().put(TOWNSHIP.encode(), drained.indicators[0][1]).flow()
    assert reasons(story) == [("unknown_event", 0)]


def test_a_case_that_grows_past_the_limit_is_closed_to_more_and_says_so() -> None:
    story = Line(world(case_event_limit=100), NOON)
    story.send(good("A")).flow()
    story.send(*(make("AppealResponded", "A", NOON - HOUR + number) for number in range(1, 150))).send(good("B")).flow()
    assert Counter(letter["reason"] for letter in story.dead) == {"case_limit": 50}
    assert story.cases[f"{TOWNSHIP}|appeal|A"]["event_count"] == 100
    assert story.part("appeal_volume", "month", MARCH) == (2, 0)
    again = story.send(make("AppealResponded", "A", NOON - HOUR + 1)).flow()
    assert again.applied[-1].duplicate == 1


def test_a_case_whose_events_are_long_is_closed_before_the_broker_would_refuse_its_record() -> None:
    story = line().send(good("A")).flow()
    long = "农" * 200
    story.send(
        *(make("AppealResponded", "A", NOON - HOUR + number, by_department=long) for number in range(1, 2_000))
    ).send(good("B")).flow()
    assert {letter["reason"] for letter in story.dead} == {"case_limit"}
    most = max(len(value) for _, value in story.changelog if value is not None)
    assert MOST_CASE_BYTES - 1_000 < most <= MOST_CASE_BYTES
    assert story.part("appeal_volume", "month", MARCH) == (2, 0)


def test_dead_letters_name_topic_partition_offset_bytes_and_time() -> None:
    story = line().send(good("A")).put(b"k\xff", b"\x07junk", timestamp=NOON - 77).flow()
    letter = story.dead[0]
    assert (letter["topic"], letter["partition"], letter["offset"]) == (TOPIC, 3, 1)
    assert (letter["key"], letter["value"]) == (b"k\xff", b"\x07junk")
    assert (letter["record_timestamp"], letter["dead_at"], letter["stage"]) == (NOON - 77, NOON, "worker")


@pytest.mark.parametrize("timestamp", [-1, 0, 2**62])
def test_a_record_whose_own_time_is_nonsense_stops_nothing(timestamp: int) -> None:
    story = line().send(good("A"), timestamp=timestamp).send(good("B")).flow()
    assert story.part("appeal_volume", "month", MARCH) == ((2, 0) if timestamp > NOON else (1, 0))
    assert [letter["reason"] for letter in story.dead] == ([] if timestamp > NOON else ["event_time"])


def test_a_record_of_hostile_lengths_is_dead() -> None:
    name, event = good()
    value = world().encoder.encode(name, event)
    hostile = value[:5] + struct.pack(">B", 0xFF) * 9 + b"\x01" + value[10:]
    story = line().put(TOWNSHIP.encode(), hostile).flow()
    assert reasons(story) == [("decode", 0)]


def test_a_case_of_thousands_of_events_each_sent_twice_out_of_order_does_not_hold_the_others_up() -> None:
    many = [make("AppealResponded", "A", NOON - HOUR + number) for number in range(1, 4_000)]
    story = line().send(*many[::2], good("A"), *many[::-1], *many).flow()
    began = process_time()
    story.send(*many, good("B")).flow()
    assert process_time() - began < 5  # seconds; looking through the whole case for each event takes minutes
    assert story.applied[0].duplicate == len(many) + len(many[::2])
    assert story.applied[1].duplicate == len(many)
    assert story.cases[f"{TOWNSHIP}|appeal|A"]["event_count"] == 4_000
    assert story.part("appeal_volume", "month", MARCH) == (2, 0)
