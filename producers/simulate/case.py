"""A case of the simulated county that keeps its own account while it is told, and the truths added up from such accounts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from producers.simulate.domain import Life
from producers.simulate.story import Story
from producers.simulate.tally import Tally
from producers.simulate.workdays import HOUR, MORNING, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from producers.simulate.clock import Clock
    from producers.simulate.county import County, Township, Village
    from producers.simulate.workdays import WorkCalendar

DESK_LENGTH = 9 * HOUR


class Figure(NamedTuple):
    """What one event adds to an indicator once it is known; county time.

    It counts where `at` lies. With `done_at` and `due_at` the numerator counts only if the one is not later than the other. `at`,
    where it is the due time itself, and `due_at` were promised by an event known at `promised_at`: they move with that day's clock.
    """

    known_at: int
    at: int
    indicator: str
    numerator: int
    denominator: int
    promised_at: int | None = None
    done_at: int | None = None
    due_at: int | None = None


@dataclass(slots=True)
class Account:
    """What became of a case: what it adds to indicators and stocks, and when its opening was voided, if it was."""

    township: str
    village: str | None
    case_type: str
    known_at: int = 0
    gone_at: int | None = None
    figures: list[Figure] = field(default_factory=list)
    stocks: list[tuple[int, str, int]] = field(default_factory=list)
    covered: list[Figure] = field(default_factory=list)


class Case(Story):
    """A story whose events say at once what they add to the truths. `since` is when the event happened that makes it so."""

    def __init__(
        self, domain: str, case: tuple[str, str, str], place: tuple[str, str | None], department: str, desk: Desk
    ) -> None:
        super().__init__(domain, case, place, department, desk.calendar, desk.rng)
        self.account = Account(place[0], place[1], case[0])

    def open(self, record: str, at: int, **fields: Any) -> str:
        """Write the event the case begins with; returns its id."""
        self.account.known_at = self.known(at)
        return self.write(record, at, **fields)

    def take_back(self, event_id: str, at: int, reason: str) -> None:
        """Void the opening, so that nothing of the case is left."""
        self.void(event_id, at, reason)
        self.account.gone_at = self.known(at)

    def adds(self, since: int, at: int, indicator: str, numerator: int, denominator: int = 0) -> None:
        """Add to an indicator in the month of `at`."""
        self.account.figures.append(Figure(self.known(since), at, indicator, numerator, denominator))

    def in_time(
        self, since: int, indicator: str, due_at: int, *, counts_at: int | None = None, promised: int | None = None
    ) -> None:
        """Add one to the numerator if what was done `since` was done by `due_at`, in the month of `counts_at` or else of `due_at`.

        `promised` is when the event happened that set the due time, unless it is the opening.
        """
        promised_at = self.account.known_at if promised is None else self.known(promised)
        at = due_at if counts_at is None else counts_at
        self.account.figures.append(Figure(self.known(since), at, indicator, 1, 0, promised_at, since, due_at))

    def passes(self, since: int, indicator: str, due_at: int) -> None:
        """Add one to the numerator in the month of a due time the opening set, be it late."""
        figure = Figure(self.known(since), due_at, indicator, 1, 0, self.account.known_at, None, due_at)
        self.account.figures.append(figure)

    def due(self, promised: int, due_at: int, indicator: str) -> None:
        """Add one to the denominator in the month of a due time that was set by the event of `promised`."""
        known_at = self.known(promised)
        self.account.figures.append(Figure(known_at, due_at, indicator, 0, 1, known_at, None, due_at))

    def stock(self, since: int, indicator: str, change: int) -> None:
        """Enter (1) or leave (-1) a stock."""
        self.account.stocks.append((self.known(since), indicator, change))

    def covers(self, since: int, at: int, indicator: str) -> None:
        """Cover the case's village in the month of `at`."""
        self.account.covered.append(Figure(self.known(since), at, indicator, 1, 0))

    def life(self) -> Life:
        """Return the whole of it."""
        return Life(self.happenings, self.account)


class Desk:
    """Where the cases of a township, or of one of its villages, are written down on a local day."""

    def __init__(
        self, domain: str, township: Township, village: Village | None, day: int, calendar: WorkCalendar, rng: Random
    ) -> None:
        self._domain = domain
        self._place = (township.code, None if village is None else village.code)
        self.village = village
        self.character = township.character
        self.day = day
        self.calendar = calendar
        self.rng = rng

    def case(self, case_type: str, id_field: str, prefix: str, department: str) -> Case:
        """Begin a case with a number of its own."""
        place = (self._place[1] or self._place[0])[-6:]
        case_id = f"{prefix}{date_of(self.day):%Y%m%d}{place}-{self.rng.getrandbits(24):06x}"
        return Case(self._domain, (case_type, id_field, case_id), self._place, department, self)

    def moment(self) -> int:
        """Draw a moment of the day at which desks are staffed."""
        return self.calendar.midnight(self.day) + MORNING[0] + int(self.rng.random() * DESK_LENGTH)


def tallied(
    accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
) -> list[dict[str, Any]]:
    """Add up what is true once everything recorded before the county time `until` is known."""
    tally = Tally(calendar)
    for account in accounts:
        if account.known_at < until and (account.gone_at is None or account.gone_at >= until):
            _count(tally, account, clock, until)
    return tally.rows(county)


def _count(tally: Tally, account: Account, clock: Clock, until: int) -> None:
    tally.case(account.township, account.case_type)
    for figure in account.figures:
        if figure.known_at < until:
            at, numerator = clock.to_wall(figure.at), figure.numerator
            if figure.due_at is not None:
                due_at = clock.to_wall(figure.due_at, known_at=figure.promised_at)
                at = due_at if figure.at == figure.due_at else at
                numerator *= figure.done_at is None or clock.to_wall(figure.done_at) <= due_at
            tally.add(account.township, at, figure.indicator, numerator, figure.denominator)
    for figure in account.covered:
        if figure.known_at < until and account.village is not None:
            tally.cover(account.township, clock.to_wall(figure.at), figure.indicator, account.village)
    for known_at, indicator, change in account.stocks:
        if known_at < until:
            tally.now(account.township, indicator, change)
