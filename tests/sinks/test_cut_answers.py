"""A line that is cut when an insert is done and its answer not heard: nothing more is stored, and nothing is shown twice.

Through the real server; a proxy lets the rows in and breaks before the end of the answer.
"""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.sinks.servers import Proxy
from tests.sinks.support import Pond, Running, events_encoder, events_sink, numbered, put, reported, retried, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.settings import Settings
    from tests.sinks.support import House

REPORTED = "xiangmai.appeals.AppealReported"
EVENTS = "SELECT count(), uniqExact(case_id) FROM {db}.events_appeals"
STORED = "SELECT count() FROM {storage}.events_appeals"
CUTS = 50
BATCH = 40
SOON: dict[str, Any] = {"batch_rows": BATCH, "batch_seconds": 0.05, "retry_seconds": 0.02}


@pytest.fixture
def pond(settings: Settings) -> Pond:
    return Pond(settings)


@pytest.fixture
def quiet(house: House) -> House:
    """A warehouse that merges nothing of the events: what is stored twice stays there twice."""
    house.rows("SYSTEM STOP MERGES {storage}.events_appeals")
    return house


@pytest.fixture
def proxy(house: House) -> Iterator[Proxy]:
    proxy = Proxy(house.settings.clickhouse_port, cuts=0, spared=1)
    yield proxy
    proxy.close()


def bulky(prefix: str, count: int) -> list[dict[str, Any]]:
    """Events of which a batch is larger than any statement."""
    return [
        reported(f"{prefix}-{number}", summary="".join(uuid.uuid4().hex for _ in range(8))) for number in range(count)
    ]


def test_fifty_inserts_whose_answer_was_cut_off_add_nothing(quiet: House, pond: Pond, proxy: Proxy) -> None:
    pond.send(events_encoder(quiet, pond), REPORTED, bulky("A", CUTS * BATCH))
    before, proxy.cuts_left = retried(), CUTS
    sink = events_sink(quiet, pond, port=proxy.port, **SOON)
    with Running(sink):
        until(lambda: pond.lag(sink.group) == 0, seconds=60, what="no lag")
    assert proxy.cuts_left == 0
    assert retried() - before == CUTS
    assert quiet.rows(STORED) == [(CUTS * BATCH,)], "no row more"
    assert quiet.rows(EVENTS) == [(CUTS * BATCH, CUTS * BATCH)], "and none less"


def test_a_sink_started_again_after_each_cut_with_another_split_shows_nothing_twice(
    quiet: House, pond: Pond, proxy: Proxy
) -> None:
    chance, count, group = random.Random(3), 1_000, f"test-{uuid.uuid4().hex[:8]}"
    pond.send(events_encoder(quiet, pond), REPORTED, bulky("A", count))
    for _ in range(5):
        proxy.cuts_left, proxy._to_spare = 1, chance.randrange(2)
        patient: dict[str, Any] = {"batch_rows": chance.randrange(60, 150), "batch_seconds": 0.05, "retry_seconds": 30}
        with Running(events_sink(quiet, pond, port=proxy.port, group=group, **patient)):
            until(lambda: not proxy.cuts_left, what="a cut")
    sink = events_sink(quiet, pond, port=proxy.port, group=group, batch_rows=300)
    with Running(sink):
        until(lambda: pond.lag(sink.group) == 0, what="no lag")
    assert quiet.rows(STORED)[0][0] > count, "what was read again in other pieces is stored again"
    assert quiet.rows(EVENTS) == [(count, count)]


def test_an_answer_cut_off_longer_ago_than_tokens_are_known_is_caught_by_the_second_layer(
    quiet: House, pond: Pond, proxy: Proxy
) -> None:
    quiet.rows("ALTER TABLE {storage}.events_appeals MODIFY SETTING non_replicated_deduplication_window = 3")
    pond.send(events_encoder(quiet, pond), REPORTED, bulky("A", BATCH))
    proxy.cuts_left, proxy.shuts = 1, True
    sink = events_sink(quiet, pond, port=proxy.port, **SOON)
    with Running(sink):
        until(lambda: proxy.shut, what="the cut")
        until(lambda: quiet.rows(STORED) > [(0,)], what="its rows are stored")
        cut_off = quiet.rows(STORED)[0][0]
        for offset, event in enumerate(numbered("B", 5), 1_000):
            message = quiet.bench.message("AppealReported", event, offset)
            put(quiet.warehouse, quiet.bench.events.shape([message]), [message])
        proxy.shut = proxy.shuts = False
        until(lambda: pond.lag(sink.group) == 0, what="no lag")
    assert quiet.rows(STORED) == [(BATCH + 5 + cut_off,)], "the token was forgotten"
    assert quiet.rows(EVENTS) == [(BATCH + 5, BATCH + 5)]
