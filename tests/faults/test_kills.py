"""Every process killed, again and again, in the middle of its work: nothing is lost, nothing is twice, every number is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults import results
from tests.faults.settling import settle
from tests.faults.striking import PROCESSES, Striker, schedule
from tests.faults.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.line import Client, FaultyLine

pytestmark = pytest.mark.timeout(600)

EVENTS = 20_000
LOOKS = 10
"""The least that somebody who looks all the while gets to see."""


def test_each_process_killed_three_times_during_20000_events(
    line: FaultyLine, new_client: Callable[..., Client]
) -> None:
    client, strikes = new_client(events_per_second=1_500), schedule(kills_of_each=3, seed=1)
    with Watch(line) as watch:
        Striker(line, client, tell=print).run(strikes, EVENTS)
        client.finish()
    outcome = settle(line)
    print(results.of_strikes(strikes), results.of_outcome(outcome), sep="\n\n")
    assert not outcome.wrong
    assert not watch.wrong
    assert watch.looks > LOOKS
    assert len({(strike.process, strike.at) for strike in strikes}) == 3 * len(PROCESSES)
    assert client.gave_up == 0, "a client that waits for Kafka needs no other start than after its own death"
    assert outcome.confirmed > 0.9 * outcome.attempted
