"""What the measurement of latency rests on: a probe's village has no other appeal, and its cell is known by its key."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.bench import latency, looking, steady
from tests.faults import county
from tests.streams.core.support import Line, world


@pytest.mark.parametrize("load", steady.LOADS.values(), ids=list(steady.LOADS))
def test_every_probe_has_a_village_of_its_own_and_there_is_one_in_so_many_events(load: steady.Load) -> None:
    events = load.stream(400, 50)
    villages = Counter(event.fields["village"] for event in events)
    probes = [load.village(number) for number in range(8)]
    assert [event.fields["village"] for event in events[::50]] == probes
    assert [villages[village] for village in probes] == [1] * 8
    every = {load.village(number) for number in range(load.most_probes)}
    assert len(every) == load.most_probes
    assert {len(village) for village in every} == {12}


def test_the_cells_of_a_probe_are_known_by_their_keys() -> None:
    load = steady.LOADS["county"]
    (probe,) = load.stream(1, 1)
    line = Line(world(), now=county.FIRST_DAY_MS)
    drained = line.send((probe.record, probe.fields)).apply().drain()
    places = {looking.place_of(key) for key, _ in drained.indicators}
    assert places == {load.village(0), None}, "None: the township's cells"
    assert looking.place_of(b"#anything") is None


def test_the_first_probes_are_not_counted_and_the_rest_is_summed_up() -> None:
    load = steady.LOADS["work"]
    sent = steady.Sent([10.0, 11.0, 12.0, 13.0], 4, 0.0)
    seen = {load.village(number): at + 0.5 * number for number, at in enumerate(sent.probes_at)}
    took = latency.latencies_ms(load, sent, seen, without=1)
    assert took == [500.0, 1000.0, 1500.0]
    assert latency.summary(took) == pytest.approx({"p50": 1000.0, "p99": 1490.0, "max": 1500.0})
