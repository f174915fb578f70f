"""The same messages again, in whatever pieces, before any merge: every answer stays as it was."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sinks.shaping.dead_letters import DeadLetterShaper
from sinks.shaping.records import RecordShaper
from tests.sinks.support import CELL, Message, event_id, milliseconds, put, reported

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.sinks.support import House

ANSWERS = (
    "SELECT * EXCEPT ingested_at FROM {db}.events_appeals ORDER BY event_id, case_id",
    "SELECT * EXCEPT ingested_at FROM {db}.indicator_cells ORDER BY ALL",
    "SELECT * FROM {db}.indicators ORDER BY indicator, level, place, period, period_start",
)


@pytest.fixture
def quiet(house: House) -> House:
    """A warehouse in which nothing is merged: whoever counts must do it right by himself."""
    for table in house.layout.tables:
        house.rows(f"SYSTEM STOP MERGES {table.full_name}")
    return house


def answers(house: House) -> list[list[tuple[Any, ...]]]:
    return [house.rows(sql) for sql in ANSWERS]


def told(house: House) -> list[Message]:
    """Some appeals, one of them sent twice by its source and one id used twice with other content."""
    events = [reported(f"A-{number}", f"2026-03-{number % 27 + 1:02} 09:00") for number in range(40)]
    events.append(events[3])
    events.append({**events[5], "category": "something else"})
    return [house.bench.message("AppealReported", event, offset) for offset, event in enumerate(events)]


def published(house: House) -> list[Message]:
    """A cell that was published ten times, growing."""
    cell = {
        "township": "330521100",
        "place": "330521100",
        "level": "township",
        "period": "month",
        "period_start": 20_513,
        "case_type": "appeal",
        "dimension": "",
        "dimension_value": "",
        "newest_event_at": milliseconds("2026-03-01 12:00"),
        "changed_at": milliseconds("2026-03-02 09:00"),
    }
    part = {"indicator": "appeal_closure_rate", "version": 1, "denominator": 20, "buckets": None}
    return [
        house.bench.message(CELL, {**cell, "parts": [{**part, "numerator": count}]}, count, "township.indicators")
        for count in range(10)
    ]


def send(house: House, messages: Sequence[Message], run: str = "") -> None:
    cells = [message for message in messages if message.topic == "township.indicators"]
    events = [message for message in messages if message.topic != "township.indicators"]
    put(house.warehouse, house.bench.events.shape(events), events, run)
    put(house.warehouse, house.bench.cells.shape(cells), cells, run)


def test_the_same_batch_three_times_under_its_token_adds_no_row_at_all(quiet: House) -> None:
    for _ in range(3):
        send(quiet, told(quiet))
        send(quiet, published(quiet))
    # Two of the 42 events are repeats within the insert: merges take them out, and until then every answer does.
    assert quiet.rows("SELECT count() FROM {storage}.events_appeals") == [(42,)]
    assert quiet.rows("SELECT count() FROM {db}.events_appeals") == [(40,)]
    assert quiet.rows("SELECT count() FROM {storage}.indicator_cells") == [(1,)]


def test_the_same_messages_in_other_pieces_change_no_answer(quiet: House) -> None:
    messages = [*told(quiet), *published(quiet)]
    send(quiet, messages)
    once = answers(quiet)
    for size in (1, 7, 25):
        for start in range(0, len(messages), size):
            send(quiet, messages[start : start + size])
    assert quiet.rows("SELECT count() > 100 FROM {storage}.events_appeals") == [(True,)]
    assert answers(quiet) == once
    assert quiet.rows("SELECT count(), uniqExact(event_id) FROM {db}.events_appeals") == [(40, 40)]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_order_any_repetition_any_split_gives_the_same_answers(quiet: House, seed: int) -> None:
    chance = random.Random(seed)
    messages = [*told(quiet), *published(quiet)]
    for table in (quiet.layout.events[0].table, quiet.layout.cells):
        quiet.rows(f"TRUNCATE TABLE {table.full_name}")
    send(quiet, messages)
    once = answers(quiet)
    for table in (quiet.layout.events[0].table, quiet.layout.cells):
        quiet.rows(f"TRUNCATE TABLE {table.full_name}")
    again = messages + chance.choices(messages, k=20)
    chance.shuffle(again)
    while again:
        size = chance.randint(1, 30)
        # No sink reads a partition in any order: two pieces of a shuffled one may span the same offsets, and be no repeats.
        send(quiet, again[:size], run=str(len(again)))
        again = again[size:]
    assert answers(quiet) == once


def test_of_two_contents_under_one_id_the_first_stands_in_whichever_order_they_are_read(quiet: House) -> None:
    first, second = told(quiet)[5], told(quiet)[41]
    send(quiet, [second])
    send(quiet, [first])
    assert quiet.rows("SELECT category, kafka_offset FROM {db}.events_appeals") == [("道路照明", 5)]


def test_a_case_that_was_taken_back_whole_is_not_shown(quiet: House) -> None:
    fields: dict[str, Any] = {field.name: None for field in quiet.layout.cases[0].record.fields}
    case = {
        **fields,
        "case_id": "A-1",
        "township": "330521100",
        "event_count": 2,
        "newest_event_at": 5,
        "changed_at": 6,
    }
    record = "xiangmai.cases.Appeal"
    shaper = RecordShaper(quiet.layout.cases, quiet.bench.decoder)
    opened = quiet.bench.message(record, case, 10, "township.cases")
    voided = quiet.bench.message(record, {**case, "event_count": 0}, 11, "township.cases")
    put(quiet.warehouse, shaper.shape([opened]), [opened])
    assert quiet.rows("SELECT case_id, event_count FROM {db}.cases_appeal") == [("A-1", 2)]
    put(quiet.warehouse, shaper.shape([voided]), [voided])
    put(quiet.warehouse, shaper.shape([opened, voided]), [opened, voided])
    assert quiet.rows("SELECT count() FROM {db}.cases_appeal") == [(0,)]


def test_a_dead_letter_is_shown_resolved_once_it_is(quiet: House) -> None:
    letter = {
        "topic": "village.appeals",
        "partition": 3,
        "offset": 9,
        "key": b"330521100",
        "value": b"?",
        "reason": "decode",
        "detail": "",
        "event_id": None,
        "record_timestamp": 1,
        "dead_at": milliseconds("2026-03-02 09:00"),
        "stage": "worker",
    }
    again = {**letter, "stage": "resolved", "value": None, "dead_at": milliseconds("2026-03-03 10:00")}
    shaper = DeadLetterShaper(quiet.layout.dead_letters, quiet.bench.decoder)
    record = "xiangmai.system.DeadLetter"
    first = quiet.bench.message(record, letter, 5, "dead-letters")
    resolution = quiet.bench.message(record, again, 6, "dead-letters")
    shown = "SELECT topic, offset, stage, toString(resolved_at) FROM {db}.dead_letters"
    put(quiet.warehouse, shaper.shape([first]), [first])
    put(quiet.warehouse, shaper.shape([first, first]), [first, first])
    assert quiet.rows(shown) == [("village.appeals", 9, "worker", None)]
    put(quiet.warehouse, shaper.shape([resolution]), [resolution])
    assert quiet.rows(shown) == [("village.appeals", 9, "worker", "2026-03-03 10:00:00.000")]


def anew(house: House, topic: str, since: int, offset: int, kind: str = "appeal") -> Message:
    """The word that what stands before an offset is withdrawn."""
    record = {"case_type": kind, "since_offset": since, "published_at": milliseconds("2026-06-02 00:00")}
    message = house.bench.message("xiangmai.system.PublishedAnew", record, offset, topic)
    return message._replace(key=f"#{kind}".encode())


def rebuilt(house: House) -> list[Message]:
    """Two cells of two indicators each; published anew, one cell and one indicator are given no longer."""
    messages = []
    for offset, (place, indicators) in enumerate(
        [
            ("330521100", ("appeal_volume", "appeal_closure_rate")),
            ("330521101", ("appeal_volume", "appeal_closure_rate")),
            ("330521100", ("appeal_volume",)),
        ]
    ):
        cell = {**house.bench.decoder.decode(published(house)[0].value)[1], "place": place, "township": place}
        part = {"version": 1, "numerator": offset + 1, "denominator": 9, "buckets": None}
        cell["parts"] = [{**part, "indicator": indicator} for indicator in indicators]
        messages.append(house.bench.message(CELL, cell, offset, "township.indicators"))
    gone = Message("township.indicators", 0, 3, 0, messages[1].key, None)
    return [*messages, gone, anew(house, "township.indicators", 2, 4)]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_what_was_withdrawn_is_not_shown_whatever_is_read_again_and_when(quiet: House, seed: int) -> None:
    chance, messages = random.Random(seed), rebuilt(quiet)
    for table in (quiet.layout.cells, quiet.layout.publications.table):
        quiet.rows(f"TRUNCATE TABLE {table.full_name}")
    again = messages + chance.choices(messages, k=6)
    chance.shuffle(again)
    for number, size in enumerate(chance.choices(range(1, 5), k=len(again))):
        # Each batch under a name of its own: pieces that are no stretch of a partition would share one.
        for table, columns in quiet.bench.cells.shape(again[:size]).blocks.items():
            quiet.warehouse.insert(table, columns, f"{seed} {number} {table.name}")
        again = again[size:]
    shown = [("appeal_volume", "330521100", 3)]
    assert quiet.rows("SELECT indicator, place, numerator FROM {db}.indicator_cells") == shown
    levels = quiet.rows("SELECT DISTINCT indicator, level FROM {db}.indicators ORDER BY ALL")
    assert levels == [("appeal_volume", "county"), ("appeal_volume", "township")]


def test_nothing_is_hidden_of_other_kinds_other_partitions_and_other_topics(quiet: House) -> None:
    send(quiet, rebuilt(quiet)[:2])
    before = answers(quiet)
    for message in (
        anew(quiet, "township.indicators", 9, 9, "dispute"),
        anew(quiet, "township.indicators", 9, 9)._replace(partition=1),
        anew(quiet, "township.cases", 9, 9),
    ):
        shaped = quiet.bench.cells.shape([message])
        assert not shaped.refused
        put(quiet.warehouse, shaped, [message])
    assert answers(quiet) == before


def test_a_case_that_no_event_explains_any_more_is_not_shown(quiet: House) -> None:
    fields: dict[str, Any] = {field.name: None for field in quiet.layout.cases[0].record.fields}
    case = {**fields, "township": "330521100", "event_count": 2, "newest_event_at": 5, "changed_at": 6}
    topic, record = "township.cases", "xiangmai.cases.Appeal"
    tables = (*quiet.layout.cases, quiet.layout.publications)
    shaper = RecordShaper(tables, quiet.bench.decoder, forgets=[topic])
    messages = [
        quiet.bench.message(record, {**case, "case_id": "A-1"}, 0, topic),
        quiet.bench.message(record, {**case, "case_id": "A-2"}, 1, topic),
        quiet.bench.message(record, {**case, "case_id": "A-1"}, 2, topic),
        Message(topic, 0, 3, 0, b"330521100|appeal|A-2", None),
        anew(quiet, topic, 2, 4),
    ]
    shaped = shaper.shape(messages)
    assert not shaped.refused, "a key the topic forgets is no bad record"
    assert [*shaped.blocks] == [quiet.layout.cases[0].table, quiet.layout.publications.table], "withdrawn last"
    for message in (messages[1], *messages):
        put(quiet.warehouse, shaper.shape([message]), [message])
    assert quiet.rows("SELECT case_id FROM {db}.cases_appeal") == [("A-1",)]


def test_ids_are_looked_for_inside_their_case(quiet: House) -> None:
    """The worker knows an event id within its case; so does the warehouse."""
    one = quiet.bench.message("AppealReported", reported("A-1"), 0)
    other = quiet.bench.message("AppealReported", reported("A-2", event_id=event_id("A-1 reported")), 1)
    send(quiet, [one, other])
    assert quiet.rows("SELECT case_id FROM {db}.events_appeals ORDER BY case_id") == [("A-1",), ("A-2",)]
