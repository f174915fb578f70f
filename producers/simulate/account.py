"""What a case of the simulated county adds to which figure, and from when to when: the truths of a domain, without any fold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from producers.simulate.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable

    from producers.simulate.clock import Clock
    from producers.simulate.county import County
    from producers.simulate.workdays import WorkCalendar


class Wall:
    """Reads the county's moments on the wall, where people see them."""

    def __init__(self, clock: Clock, calendar: WorkCalendar) -> None:
        self._clock = clock
        self._calendar = calendar

    def at(self, moment: int, promised_at: int | None = None) -> int:
        """Return the wall time of a county time; of one that was promised, as of when that was known."""
        return self._clock.to_wall(moment, known_at=promised_at)

    def day(self, moment: int) -> int:
        """Return the calendar's day of the wall's moment, as days since 1970-01-01."""
        return self._calendar.day_of(self.at(moment))


Condition = Callable[[Wall], bool]


@dataclass(slots=True)
class Figure:
    """A part of an indicator, county time. It stands from `known_at` until `ends_at`, when something else became known.

    `at` decides the month; None: of a stock. If `at` was promised, `promised_at` is when that was known: it moves with
    that day's clock. A `thing` counts once a month, however many cases name it. With `holds` the numerator counts only
    if that holds on the wall.
    """

    indicator: str
    known_at: int
    at: int | None
    numerator: int = 0
    denominator: int = 0
    thing: str | None = None
    promised_at: int | None = None
    holds: Condition | None = None
    ends_at: int | None = None

    def stands(self, until: int) -> bool:
        """Whether it is so when everything recorded before the county time `until` is known."""
        return self.known_at < until and (self.ends_at is None or self.ends_at >= until)


@dataclass(slots=True)
class Account:
    """What became of a case. `gone_at` is when all of it was taken back, so that nothing is left of it."""

    township: str
    case_type: str
    known_at: int
    figures: list[Figure] = field(default_factory=list)
    gone_at: int | None = None

    def stands(self, until: int) -> bool:
        """Whether there is something of it when everything recorded before the county time `until` is known."""
        return self.known_at < until and (self.gone_at is None or self.gone_at >= until)


def tallied(
    accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
) -> list[dict[str, Any]]:
    """Count per township what is true once everything recorded before the county time `until` is known."""
    tally, wall = Tally(calendar), Wall(clock, calendar)
    for account in accounts:
        if account.stands(until):
            tally.case(account.township, account.case_type)
            for figure in account.figures:
                if figure.stands(until):
                    _count(tally, account.township, figure, wall)
    return tally.rows(county)


def _count(tally: Tally, township: str, figure: Figure, wall: Wall) -> None:
    numerator = figure.numerator if figure.holds is None or figure.holds(wall) else 0
    if figure.at is None:
        tally.now(township, figure.indicator, numerator)
    elif figure.thing is None:
        at = wall.at(figure.at, figure.promised_at)
        tally.add(township, at, figure.indicator, numerator, figure.denominator)
    elif figure.holds is None or figure.holds(wall):
        tally.cover(township, wall.at(figure.at), figure.indicator, figure.thing)
