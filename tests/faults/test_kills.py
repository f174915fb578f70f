"""Every process killed, again and again, in the middle of its work: nothing is lost, nothing is twice, every number is right."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.line import Client
from tests.faults.settling import settle
from tests.faults.striking import Striker, schedule
from tests.faults.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.line import FaultyLine

pytestmark = pytest.mark.timeout(600)

EVENTS = 20_000
EVENTS_PER_SECOND = 1_500


@pytest.fixture
def client(line: FaultyLine, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Client]:
    """A client with a stream of its own."""
    client = Client(line, tmp_path, seed=request.param, events_per_second=EVENTS_PER_SECOND)
    try:
        yield client
    finally:
        client.end()


@pytest.mark.parametrize("client", [1], indirect=True)
def test_each_process_killed_three_times_during_20000_events(line: FaultyLine, client: Client) -> None:
    strikes = schedule(kills_of_each=3, seed=1)
    began = time.monotonic()
    with Watch(line) as watch:
        Striker(line, client, tell=lambda told: print(f"{time.monotonic() - began:6.1f} {told}")).run(strikes, EVENTS)
        client.finish()
    outcome = settle(line, [client.ledger])
    print(outcome)
    assert not outcome.wrong
    assert not watch.wrong
    assert watch.looks > 10
    assert client.gave_up == 0
    assert outcome.confirmed > 0.9 * EVENTS * 0.94, "most of it was confirmed"
