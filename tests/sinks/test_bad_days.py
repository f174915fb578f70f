"""ClickHouse's bad days, on the real engine: what passes by itself is waited for, what does not stops the sink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.errors import Unavailable
from sinks.service import Service
from sinks.warehouse import Warehouse, connect
from tests.sinks.support import Pond, Running, events_encoder, events_sink, numbered, retried, until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.settings import Settings
    from sinks.tables import Table
    from tests.sinks.support import House

REPORTED = "xiangmai.appeals.AppealReported"
EVENTS = "SELECT count(), uniqExact(case_id) FROM {db}.events_appeals"
TABLE = "{storage}.events_appeals"
PARTS = f"ALTER TABLE {TABLE} MODIFY SETTING parts_to_throw_insert = 1, parts_to_delay_insert = 1"
MORE_PARTS = f"ALTER TABLE {TABLE} RESET SETTING parts_to_throw_insert, parts_to_delay_insert"
HEAVY = f"ALTER TABLE {TABLE} ADD CONSTRAINT bad_day CHECK length(repeat('x', 400000000)) > 0"
SAID = f"ALTER TABLE {TABLE} ADD CONSTRAINT bad_day CHECK throwIf(1, 'a bad day', toInt16(CODE)) = 0"
OVER = f"ALTER TABLE {TABLE} DROP CONSTRAINT bad_day"
BAD_DAYS: dict[int, tuple[str, str, dict[str, Any]]] = {
    # code: what brings it about, what ends it, and with which limits the sink works
    252: (PARTS, MORE_PARTS, {}),
    241: (HEAVY, OVER, {"max_memory_usage": 200_000_000}),
    **{code: (SAID.replace("CODE", str(code)), OVER, {}) for code in (159, 242)},
}
SAYING: dict[str, Any] = {"allow_custom_error_code_in_throwif": 1}


@pytest.fixture
def pond(settings: Settings) -> Pond:
    return Pond(settings)


@pytest.mark.parametrize("code", BAD_DAYS)
def test_what_passes_by_itself_is_waited_for(
    house: House, pond: Pond, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    begins, ends, limits = BAD_DAYS[code]
    encoder = events_encoder(house, pond)
    house.rows(f"SYSTEM STOP MERGES {TABLE}")
    pond.send(encoder, REPORTED, numbered("A", 5))
    sink = events_sink(house, pond, batch_seconds=0.05, retry_seconds=0.1)
    sink._warehouse = connect(house.settings, **SAYING, **limits)
    with Running(sink):
        until(lambda: house.rows(EVENTS) == [(5, 5)], what="the first events")
        until(lambda: pond.lag(sink.group) == 0, what="no lag")
        house.rows(begins)
        before = retried()
        pond.send(encoder, REPORTED, numbered("B", 5))
        until(lambda: retried() >= before + 3, what="three tries")
        assert f"code {code}" in caplog.text
        assert pond.lag(sink.group) == 5, "nothing is committed that is not stored"
        assert house.rows(EVENTS) == [(5, 5)]
        house.rows(ends)
        until(lambda: house.rows(EVENTS) == [(10, 10)], what="the events that waited")
        until(lambda: pond.lag(sink.group) == 0, what="no lag")


def test_a_user_that_is_refused_stops_the_sink_which_commits_nothing(house: House, pond: Pond) -> None:
    pond.send(events_encoder(house, pond), REPORTED, numbered("A", 3))
    sink = events_sink(house, pond)
    sink._warehouse = connect(house.settings.model_copy(update={"clickhouse_user": "nobody"}))
    with pytest.raises(Unavailable, match="nobody") as refusal:
        Service([sink]).run()
    assert not refusal.value.retryable
    assert pond.lag(sink.group) == 3


class TokenTaken(Warehouse):
    """A connection whose first insert ends as when ClickHouse dies, or its disk is full, after it noted the token.

    A row that stands already takes the token.
    """

    stood: Sequence[Sequence[Any]] = ()
    taken = 0

    def insert(self, table: Table, columns: Sequence[Sequence[Any]], token: str) -> None:
        """Insert, or only take the token: the second time."""
        first = [list(column[:1]) for column in columns]
        if not self.stood or self.taken:
            super().insert(table, columns, token)
            self.stood = self.stood or first
            return
        self.taken += 1
        super().insert(table, self.stood, token)
        raise Unavailable("ClickHouse", self.address)


def test_an_insert_that_left_its_token_and_no_rows_is_sent_again(
    house: House, pond: Pond, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = events_encoder(house, pond)
    sink = events_sink(house, pond)
    sink._warehouse = taken = TokenTaken(house.settings, client=connect(house.settings).client)
    with Running(sink):
        pond.send(encoder, REPORTED, numbered("A", 1))
        until(lambda: house.rows(EVENTS) == [(1, 1)], what="the first event")
        pond.send(encoder, REPORTED, numbered("B", 20))
        until(lambda: house.rows(EVENTS) == [(21, 21)], what="the events whose token was taken")
    assert taken.taken == 1
    assert "took a token without its rows" in caplog.text
