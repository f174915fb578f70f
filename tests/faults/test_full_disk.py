"""The warehouse's disk is full: nothing is stored and nothing committed, somebody is told, and room is all it takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.faults import stored
from tests.faults.looking import Log
from tests.faults.settling import drain, settle
from tests.faults.small_disk import ROOMY_BYTES, small_disk
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.line import Client, FaultyLine

pytestmark = pytest.mark.timeout(900)

EVENTS = 3_000


@pytest.mark.long
def test_a_full_disk_stops_what_is_stored_and_room_is_all_it_takes(
    line: FaultyLine, new_client: Callable[..., Client]
) -> None:
    client = new_client(events_per_second=1_500)
    with small_disk(line) as disk:
        client.allow(500)
        wait_until("the first events are confirmed", lambda: client.ledger.confirmations() == 500)
        drain(line, 120)
        shown, committed, log = line.stored(), line.committed(stored.GROUP), Log(line, "sink")
        disk.fill()
        client.allow(EVENTS)
        client.finish()
        wait_until("the sink says why it waits", lambda: "NOT_ENOUGH_SPACE" in log.new())
        wait_until("the doctor names the disk", lambda: {"disk:clickhouse", "sink_waits:events"} <= _findings(line))
        line.kill("clickhouse")
        wait_until("ClickHouse is there again", lambda: line.healthy("clickhouse"), 120)
        line.kill("sink")
        wait_until("the sink was started again, and waits", lambda: log.new().count("NOT_ENOUGH_SPACE") > 1, 120)
        assert line.stored() == shown
        assert line.committed(stored.GROUP) == committed, "what is not stored is not committed"
        assert not stored.missing(line)
        disk.resize(ROOMY_BYTES)
        outcome = settle(line)
    assert not outcome.wrong
    assert outcome.confirmed >= shown


def _findings(line: FaultyLine) -> set[str]:
    told = json.loads(line.run("doctor", "--format", "json", ok=(0, 1, 3)))
    return {finding["what"] for finding in told["findings"]}
