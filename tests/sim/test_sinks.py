"""Faults of the sinks that simulations found, each played through by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sim.cases import TOPICS
from tests.sim.replaced import simulated
from tests.sim.simulation import Simulation
from tests.sim.sinking import SinkGroup, SinkProcess, shapers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sim() -> Iterator[Simulation]:
    """A world in which nothing breaks by itself, with all its events sent and only the events sink to read them."""
    with simulated():
        sim = Simulation(3)
        sim.faulty = False
        sim.sink_groups = [SinkGroup(sim, "events", *shapers()["events"])]
        while sim.unsent:
            sim.produce()
        yield sim


def drain(sink: SinkProcess) -> None:
    for _ in range(50):
        sink.step()
    assert sink.group.lag() == 0


def test_a_sink_that_was_cut_off_commits_anew_what_was_set_back_meanwhile(sim: Simulation) -> None:
    group = sim.sink_groups[0]
    sink = SinkProcess(group, "sink")
    drain(sink)
    group.drop(sink)
    places = [(topic, partition) for topic in TOPICS for partition in range(sim.partitions)]
    sim.broker.committed[group.name] = dict.fromkeys(places, 0)
    assert group.lag() > 0
    drain(sink)


def test_what_came_while_a_batch_was_held_may_be_more_than_a_batch(sim: Simulation) -> None:
    group = sim.sink_groups[0]
    sink = SinkProcess(group, "sink")
    sink.sink._most = 1
    for place in group.places:  # as `_hold` does when a rebalance hands over partitions that are not paused yet
        sink.sink._take([*sim.broker[place].read(0, 100)[0]])
    assert len(sink.sink._pending) > 1
    drain(sink)
    sim.look()  # a commit of what is not stored, or an end of the sink, would be told here
