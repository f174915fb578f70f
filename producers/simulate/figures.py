"""What a case adds to which figure, and since when that is known: the truths of a domain, added up without any fold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from producers.simulate.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from producers.simulate.clock import Clock
    from producers.simulate.county import County
    from producers.simulate.workdays import WorkCalendar


class Figure(NamedTuple):
    """A part of an indicator, county time. `at` decides the month; None: of a stock. A `thing` counts once a month."""

    indicator: str
    known_at: int
    at: int | None
    numerator: int = 0
    denominator: int = 0
    thing: str | None = None


@dataclass(slots=True)
class Account:
    """What a case adds to the figures. `gone_at` is when all of it was taken back, so that nothing is left of it."""

    township: str
    case_type: str
    known_at: int
    figures: list[Figure] = field(default_factory=list)
    gone_at: int | None = None

    def add(
        self, indicator: str, at: int, numerator: int, denominator: int = 0, *, known_at: int | None = None
    ) -> None:
        """Add parts to the month of `at`, from the moment on at which that is known: with the case unless said."""
        self.figures.append(Figure(indicator, known_at or self.known_at, at, numerator, denominator))

    def thing(self, indicator: str, at: int, thing: str) -> None:
        """Count a village, a household or the like once in the month of `at`, however many cases name it."""
        self.figures.append(Figure(indicator, self.known_at, at, thing=thing))

    def stock(self, indicator: str, change: int, *, known_at: int | None = None) -> None:
        """Let a stock grow or shrink, from the moment on at which that is known."""
        self.figures.append(Figure(indicator, known_at or self.known_at, None, change))


def rows(
    accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
) -> list[dict[str, Any]]:
    """Count per township what is true once everything recorded before the county time `until` is known."""
    tally = Tally(calendar)
    for account in accounts:
        if account.known_at >= until or (account.gone_at is not None and account.gone_at < until):
            continue
        tally.case(account.township, account.case_type)
        for figure in account.figures:
            if figure.known_at < until:
                _count(tally, account.township, figure, clock)
    return tally.rows(county)


def _count(tally: Tally, township: str, figure: Figure, clock: Clock) -> None:
    if figure.at is None:
        tally.now(township, figure.indicator, figure.numerator)
    elif figure.thing is not None:
        tally.cover(township, clock.to_wall(figure.at), figure.indicator, figure.thing)
    else:
        tally.add(township, clock.to_wall(figure.at), figure.indicator, figure.numerator, figure.denominator)
