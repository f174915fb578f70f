"""How reports reach the line: some late, some twice, most at once. Only the arrival changes, not what happened."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from producers.simulate.workdays import HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from producers.simulate.county import County
    from producers.simulate.domain import Happening

MEAN_DELAY = 9 * HOUR
MEAN_REPEAT_DELAY = 40 * MINUTE
MOST_LIKELY = 0.9


@dataclass(frozen=True, slots=True)
class Troubles:
    """Shares of the county's events that arrive late and that arrive twice; the worst network has most of them."""

    late_share: float
    duplicate_share: float


class Arrival(NamedTuple):
    """One report reaching us at a county time (ms); `repeated` when it is not the first copy."""

    at: int
    happening: Happening
    repeated: bool
    late: bool


class Arrivals:
    """Turns the order of writing into the order of arriving. All randomness comes from `rng`."""

    def __init__(self, county: County, troubles: Troubles, rng: Random) -> None:
        residents = sum(township.residents for township in county.townships)
        trouble = sum(township.residents * township.character.network_trouble for township in county.townships)
        self._factors = {
            township.code: township.character.network_trouble * residents / trouble for township in county.townships
        }
        self._troubles = troubles
        self._rng = rng
        # The counter keeps equal arrival times in the order in which they were sent off.
        self._held: list[tuple[int, int, Arrival]] = []
        self._counter = 0

    def of(self, happenings: Iterable[Happening], end: int) -> Iterator[Arrival]:
        """Give what arrives before the county time `end`; `happenings` are those recorded before it, in their order."""
        random = self._rng.random
        for happening in happenings:
            at = happening.recorded_at
            yield from self._before(at)
            factor = self._factors[happening.event["township"]]
            late = random() < min(self._troubles.late_share * factor, MOST_LIKELY)
            first = Arrival(at + int(self._rng.expovariate(1 / MEAN_DELAY)) if late else at, happening, False, late)
            if late:
                self._hold(first)
            else:
                yield first
            if random() < min(self._troubles.duplicate_share * factor, MOST_LIKELY):
                delay = int(self._rng.expovariate(1 / MEAN_REPEAT_DELAY))
                self._hold(Arrival(first.at + delay, happening, True, late))
        yield from self._before(end)

    def rest(self) -> Iterator[Arrival]:
        """Give everything that is still on its way, in order: nothing that was written is ever lost."""
        while self._held:
            yield heappop(self._held)[2]

    def _hold(self, arrival: Arrival) -> None:
        self._counter += 1
        heappush(self._held, (arrival.at, self._counter, arrival))

    def _before(self, at: int) -> Iterator[Arrival]:
        while self._held and self._held[0][0] < at:
            yield heappop(self._held)[2]
