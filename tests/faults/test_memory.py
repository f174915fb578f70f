"""What the soak says of memory: growth that lasts is growth, a spike is not."""

from __future__ import annotations

from tests.faults.memory import slope


def test_growth_that_lasts_is_found_and_a_spike_or_a_step_is_not() -> None:
    hour = [(minute / 60, 600.0) for minute in range(60)]
    spiking = [(at, value + (1_500 if 10 < number < 22 else 0)) for number, (at, value) in enumerate(hour)]
    stepped = [(at, value + (6 if number > 52 else 0)) for number, (at, value) in enumerate(hour)]
    growing = [(at, value + 12 * at) for at, value in spiking]
    assert slope(hour) == slope(spiking) == slope(stepped) == 0
    assert 11.9 < slope(growing) < 12.1
    assert slope(hour[:1]) == 0
