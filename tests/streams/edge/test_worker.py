"""Events in, numbers out, whatever happens to the worker in between: real Kafka, real registry, real processes."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from kafka import KafkaProducer

from schemas.standard_output import EXIT_UNREAD
from tests.streams.edge import appeals, reading, worker_process
from tests.streams.edge.line import Gate, Line
from tests.unread import run_unread

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

wait_until = worker_process.wait_until
PARTITIONS = 4


@pytest.fixture
def line(edge_env: dict[str, str], tmp_path: Path) -> Iterator[Line]:
    line = Line(edge_env, tmp_path)
    try:
        yield line
    finally:
        line.close()


def townships(block: int) -> list[str]:
    """Thirteen townships no other test uses."""
    return [f"33{block:02d}02{number:03d}" for number in range(100, 113)]


def assert_numbers(line: Line, events: list[Any], places: list[str]) -> None:
    line.expect("appeal_volume", appeals.volumes(events), places)
    line.expect("appeal_closure_rate", appeals.closures(events), places)


def test_events_in_numbers_out_and_no_lag_when_idle(line: Line) -> None:
    places, worker = townships(1), line.worker().ready()
    events = appeals.story(places, 600, seed=1)
    line.client.send(events)
    wait_until("lag zero", line.caught_up)
    assert_numbers(line, events, places)
    assert worker.stop() == 0
    assert line.caught_up(), "a stop leaves nothing behind"


def test_aborted_events_do_not_count_and_the_marks_of_transactions_leave_no_lag(line: Line) -> None:
    home = townships(8)[0]
    worker = line.worker().ready()
    producer = KafkaProducer(
        bootstrap_servers=line.client.bootstrap.split(","), acks="all", transactional_id="somebody-else"
    )
    producer.init_transactions()
    for case, end in (("8-1", producer.commit_transaction), ("8-2", producer.abort_transaction)):
        producer.begin_transaction()
        event = appeals.Sent(appeals.REPORTED, appeals.reported(home, case, appeals.OPENED_AT))
        producer.send(appeals.TOPIC, key=home.encode(), value=line.client.encode(event))
        producer.flush()
        end()
    producer.close()
    wait_until("lag zero", line.caught_up)
    line.expect("appeal_volume", {home: 1}, [home])
    assert worker.stop() == 0


def test_killed_twice_in_the_middle_of_20000_events_the_numbers_are_equal(line: Line) -> None:
    places = townships(2)
    events = appeals.story(places, 11_000, seed=2)
    assert len(events) > 20_000
    worker, before = line.worker().ready(), line.progress()
    sending = threading.Thread(target=line.client.send, args=(events,))
    sending.start()
    for share in (0.15, 0.5):
        wait_until(f"{share:.0%} committed", partial(line.has_committed, before + int(share * len(events))))
        worker.kill()
        assert not line.caught_up() or sending.is_alive(), "the kill came too late to prove anything"
        worker = line.worker().ready()
    sending.join()
    wait_until("lag zero", line.caught_up)
    assert_numbers(line, events, places)
    assert worker.stop() == 0


def test_a_second_worker_joins_and_the_first_leaves_while_events_flow(line: Line) -> None:
    places = townships(3)
    events = appeals.story(places, 4_000, seed=3)
    third = len(events) // 3
    first = line.worker("w0", static=False).ready()
    line.client.send(events[:third])
    second = line.worker("w1", static=False)
    line.client.send(events[third : 2 * third])
    second.wait_for("taken over in")
    assert first.log.count("taken over in") == PARTITIONS, "what it kept through the rebalance it did not read again"
    assert first.stop() == 0
    line.client.send(events[2 * third :])
    wait_until("lag zero", line.caught_up)
    assert_numbers(line, events, places)
    assert second.stop() == 0


def test_a_worker_put_to_sleep_and_replaced_writes_nothing_when_it_wakes(line: Line) -> None:
    places = townships(4)
    events = appeals.story(places, 6_000, seed=4)
    half = len(events) // 2
    sleeper = line.worker("w0", static=False).ready()
    before = line.progress()
    sending = threading.Thread(target=line.client.send, args=(events[:half],))
    sending.start()
    wait_until("it works", lambda: line.progress() > before)
    sleeper.pause()
    sending.join()
    successor = line.worker("w1", static=False)
    successor.wait_for("taken over in")
    line.client.send(events[half:])
    wait_until("lag zero without the sleeper", line.caught_up)
    seen = len(reading.read_all(line.client.bootstrap, "worker-changelog"))
    sleeper.wake()
    sleeper.wait_for("another worker", 30)
    wait_until("the sleeper is in the group again", lambda: sleeper.log.count("generation ") > 1, 30)
    assert len(reading.read_all(line.client.bootstrap, "worker-changelog")) == seen, "it wrote after it was replaced"
    assert_numbers(line, events, places)
    assert successor.stop() == 0
    assert sleeper.stop() == 0


def test_poison_is_put_aside_with_its_place_and_everything_else_is_counted(line: Line) -> None:
    places = townships(5)
    events, home = appeals.story(places, 500, seed=5), places[0]
    worker = line.worker().ready()
    known = {(letter["topic"], letter["partition"], letter["offset"]) for letter in line.dead()}
    good = line.client.encode(appeals.Sent(appeals.REPORTED, appeals.reported(home, "5-x", appeals.OPENED_AT)))
    foreign = line.client.encode(appeals.Sent(appeals.REPORTED, appeals.reported(places[1], "5-y", appeals.OPENED_AT)))
    name_at = good.index(home.encode()) - 1
    poison = [
        *[("framing", bytes(length)) for length in range(5)],
        ("framing", b"\x01" + good[1:]),
        ("unknown_schema", b"\0\x7f\xff\xff\xff" + good[5:]),
        ("decode", good[:-1]),
        ("decode", good + b"\0"),
        ("decode", good[:name_at] + b"\xfe\xff\xff\xff\x0f" + good[name_at + 1 :]),  # a string of 2^31 - 1 bytes
        ("decode", good[:name_at] + b"\x01" + good[name_at + 1 :]),  # a string of -1 bytes
        ("null", None),
        ("key_mismatch", foreign),
    ]
    line.client.send(events[:300])
    partition, expected = line.client.partition_of(home), set()
    for reason, value in poison:
        expected.add((*line.client.send_raw(home.encode(), value, partition), reason))
    expected.add((*line.client.send_raw(None, good, partition), "null"))
    line.client.send(events[300:])
    wait_until("lag zero", line.caught_up)
    found = {(letter["topic"], letter["partition"], letter["offset"], letter["reason"]) for letter in line.dead()}
    assert {letter for letter in found if letter[:3] not in known} == expected
    assert_numbers(line, events, places)
    assert worker.stop() == 0


def test_a_letter_is_shown_without_personal_data_replayed_after_the_fix_and_only_once(line: Line) -> None:
    home = townships(6)[0]
    event = appeals.reported(home, "6-1", appeals.OPENED_AT) | {"summary": "王五的手机丢了"}
    worker = line.worker(XIANGMAI_EARLIEST_EVENT_AT="2026-06-01").ready()
    line.client.send([appeals.Sent(appeals.REPORTED, event)])
    wait_until("lag zero", line.caught_up)
    letter = next(letter for letter in line.dead() if letter["event_id"] == event["event_id"])
    place = f"{letter['topic']}/{letter['partition']}/{letter['offset']}"
    assert letter["reason"] == "event_time"
    hidden, revealed = line.run("deadletters", "show", place), line.run("deadletters", "show", place, "--reveal")
    assert "城市管理" in hidden.stdout
    assert "王五" not in hidden.stdout
    assert "王五" in revealed.stdout
    for form in ("table", "csv", "json"):
        assert run_unread("deadletters", "list", "--format", form, **line.env) == (EXIT_UNREAD, "")
    assert worker.stop() == 0

    worker = line.worker().ready()
    assert line.run("deadletters", "replay", place, "--yes").returncode == 0
    assert line.run("deadletters", "replay", place, "--yes").stdout.startswith("没有未处理的死信"), "twice does nothing"
    wait_until("lag zero", line.caught_up)
    line.expect("appeal_volume", {home: 1}, [home])
    assert all(letter["event_id"] != event["event_id"] for letter in line.dead())
    assert worker.stop() == 0


def test_while_the_registry_is_away_events_wait_and_none_is_put_aside(line: Line) -> None:
    places = townships(7)
    events = appeals.story(places, 300, seed=7)
    known = len(line.dead())
    with Gate(line.env["XIANGMAI_REGISTRY_URL"]) as gate:
        worker = line.worker(XIANGMAI_REGISTRY_URL=gate.url).ready()
        gate.close()
        line.client.send(events)
        worker.wait_for("waiting for the schema registry")
        assert not line.caught_up()
        gate.open()
        wait_until("lag zero", line.caught_up)
        assert worker.stop() == 0
    assert_numbers(line, events, places)
    assert len(line.dead()) == known
