"""What a domain of the simulated county must offer. One more domain is one module, named in world.DOMAINS."""

from __future__ import annotations

from math import exp
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from producers.simulate.clock import Clock
    from producers.simulate.county import County, Township
    from producers.simulate.workdays import WorkCalendar

Event = dict[str, Any]


class Happening(NamedTuple):
    """One event of the county: when its source wrote it down (county time, ms), its domain, the record's full name."""

    recorded_at: int
    domain: str
    record: str
    event: Event


class Life(NamedTuple):
    """A case from beginning to end: its happenings, and the domain's own plain account of it, for the truths."""

    happenings: Sequence[Happening]
    account: Any


class Domain(Protocol):
    """One domain of the county. Pure: all randomness comes from the `rng` handed in, all time from the arguments."""

    name: str

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterable[Life]:
        """Give the cases that begin in a township on a local day, each lived to its end, whenever that is."""
        ...

    def truths(
        self, accounts: Iterable[Any], county: County, clock: Clock, calendar: WorkCalendar, until: int
    ) -> list[dict[str, Any]]:
        """Count what is true once everything recorded before the county time `until` is known, from the accounts."""
        ...


@runtime_checkable
class Beginning(Protocol):
    """A domain of which something is there already when the county begins: registers, lists, what was agreed before."""

    def beginning(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterable[Life]:
        """Give what is there in a township on the county's first local day, `day`.

        What is told of it must not depend on `rng`, which is that day's: a county sent again with another beginning tells the
        same, by events of their own.
        """
        ...


def seeded(seed: int, *names: object) -> Random:
    """Return the source of randomness that belongs to these names in the world of this seed."""
    return Random("|".join(map(str, (seed, *names))))  # noqa: S311 - a story, not a secret


def identifier(rng: Random) -> str:
    """Draw a UUID (version 4), so that the same seed gives the same identifiers."""
    digits = f"{rng.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def poisson(expected: float, rng: Random) -> int:
    """Draw a Poisson number by Knuth's multiplication; `expected` stays far below 700, where exp underflows."""
    limit, product, count = exp(-expected), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
