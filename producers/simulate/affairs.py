"""What stories of village affairs share: cases that begin at a village's desk, and the plain account of what was done."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, NamedTuple

from producers.simulate.domain import Life, poisson
from producers.simulate.story import Story
from producers.simulate.tally import Tally
from producers.simulate.workdays import AFTERNOON, HOUR, MORNING, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from producers.simulate.clock import Clock
    from producers.simulate.county import County, Township, Village
    from producers.simulate.workdays import WorkCalendar


class Deed(NamedTuple):
    """One thing done in a case: when that was known, what, when, its words; county time. `record` is "" for a void."""

    known_at: int
    record: str
    at: int
    event_id: str
    corrects: str | None
    words: dict[str, Any]


class Account(NamedTuple):
    """A case and everything that was ever said of it."""

    case_type: str
    township: str
    village: str
    deeds: list[Deed]

    def in_force(self, until: int) -> list[Deed]:
        """Give what is known before the county time `until` and was neither corrected nor taken back, by time."""
        known = [deed for deed in self.deeds if deed.known_at < until]
        gone = {deed.corrects for deed in known}
        return sorted((deed for deed in known if deed.record and deed.event_id not in gone), key=lambda deed: deed.at)


class Affair(Story):
    """A story that keeps the account of itself."""

    def __init__(
        self,
        domain: str,
        case: tuple[str, str, str],
        place: tuple[str, str],
        department: str,
        calendar: WorkCalendar,
        rng: Random,
    ) -> None:
        super().__init__(domain, case, place, department, calendar, rng)
        self.case_id = case[2]
        self.account = Account(case[0], *place, [])

    def write(
        self, record: str, at: int, *, corrects: str | None = None, recorded_at: int | None = None, **fields: Any
    ) -> str:
        """Add an event as a story does, and enter it in the account."""
        event_id = super().write(record, at, corrects=corrects, recorded_at=recorded_at, **fields)
        known_at = self.happenings[-1].recorded_at
        self.account.deeds.append(Deed(known_at, record, at, event_id, corrects, fields))
        return event_id

    def void(self, event_id: str, at: int, reason: str) -> str:
        """Take an event back, in the account as well."""
        own_id = super().void(event_id, at, reason)
        self.account.deeds.append(Deed(self.known(at), "", at, own_id, event_id, {}))
        return own_id

    def days_after(self, at: int, days: float) -> int:
        """Return the moment so many working days after `at`."""
        return self.after(at, days * WORK_LENGTH)

    def evening_after(self, at: int, days: float) -> int:
        """Return an evening at least so many working days after `at`: when villagers can meet."""
        return self._calendar.midnight(self._calendar.day_of(self.days_after(at, days))) + self._evening()

    def close_after(self, at: int, days: int) -> int:
        """Return the close of business so many working days after the day of `at`: when things are promised."""
        return self._calendar.end_of_working_day(at, days)

    def between(self, start: int, end: int, part: float) -> int:
        """Return the moment at which this part of the working time from `start` to `end` has passed."""
        length = self._calendar.work_index(end) - self._calendar.work_index(start)
        return self.after(start, part * length)

    def _evening(self) -> int:
        return AFTERNOON[1] + HOUR // 2 + int(self._rng.random() * 2 * HOUR)


class Desk:
    """The desk of one village on one working day, where cases begin."""

    def __init__(
        self, affairs: Affairs, township: Township, village: Village, day: int, calendar: WorkCalendar, rng: Random
    ) -> None:
        self._affairs = affairs
        self.village = village
        self.character = township.character
        self.date = date_of(day)
        self.rng = rng
        self._calendar = calendar
        self._midnight = calendar.midnight(day)

    def times(self, per_thousand_residents: float) -> range:
        """Draw how often something happens here today."""
        return range(poisson(self.village.residents / 1000 * per_thousand_residents, self.rng))

    def moment(self) -> int:
        """Draw a moment of the working day."""
        return self._midnight + MORNING[0] + int(self.rng.random() * (AFTERNOON[1] - MORNING[0]))

    def affair(self, case_type: str, id_field: str, prefix: str) -> Affair:
        """Begin a case of this village."""
        case_id = f"{prefix}{self.date:%Y%m%d}{self.village.code[-6:]}-{self.rng.getrandbits(24):06x}"
        place = (self.village.code[:9], self.village.code)
        affairs = self._affairs
        return Affair(affairs.name, (case_type, id_field, case_id), place, affairs.department, self._calendar, self.rng)


class Books:
    """Where one case's part in the numbers is entered. Times are handed in as the county's, and entered as the wall's."""

    def __init__(self, tally: Tally, account: Account, clock: Clock) -> None:
        self._tally = tally
        self._account = account
        self._clock = clock

    def wall(self, at: int) -> int:
        """Return the wall time of a moment."""
        return self._clock.to_wall(at)

    def day(self, at: int) -> int:
        """Return the calendar's day of the wall's moment, as days since 1970-01-01."""
        return self._tally.day(self.wall(at))

    def promised(self, deed: Deed, field: str = "due_at") -> int:
        """Return the wall time of a moment promised in a deed."""
        return self._clock.to_wall(deed.words[field], known_at=deed.known_at)

    def add(self, indicator: str, at: int, numerator: int, denominator: int = 0) -> None:
        """Add to an indicator of the month of `at`."""
        self._tally.add(self._account.township, self.wall(at), indicator, numerator, denominator)

    def share(self, indicator: str, at: int, *, holds: bool) -> None:
        """Count one more in a share of the month of `at`."""
        self.add(indicator, at, int(holds), 1)

    def share_due(self, indicator: str, due_at: int, *, holds: bool) -> None:
        """Count one more in a share of the month in which it was promised; `due_at` is the wall's, of `promised`."""
        self._tally.add(self._account.township, due_at, indicator, int(holds), 1)

    def cover(self, indicator: str, at: int) -> None:
        """Count the case's village in the month of `at`."""
        self.different(indicator, at, self._account.village)

    def different(self, indicator: str, at: int, value: str) -> None:
        """Count a value in the month of `at`, once however often it comes."""
        self._tally.cover(self._account.township, self.wall(at), indicator, value)

    def now(self, indicator: str, *, holds: bool) -> None:
        """Count one in a stock as it is now, if it holds."""
        self._tally.now(self._account.township, indicator, int(holds))


class Affairs(ABC):
    """A domain of such cases. One object may serve many townships and days; it keeps nothing between calls."""

    name: str
    department: str

    @abstractmethod
    def begin(self, desk: Desk) -> Iterator[Affair]:
        """Give the cases that begin at a village's desk on a working day, each lived to its end."""

    @abstractmethod
    def count(self, books: Books, deeds: list[Deed]) -> None:
        """Enter what is true of one case, from the deeds in force; there is at least one."""

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give the cases that begin in a township on a local day."""
        if not calendar.is_working(day):
            return
        for village in township.villages:
            for affair in self.begin(Desk(self, township, village, day, calendar, rng)):
                yield Life(affair.happenings, affair.account)

    def truths(
        self, accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
    ) -> list[dict[str, Any]]:
        """Count per township what is true once everything recorded before `until` is known, one case at a time."""
        tally = Tally(calendar)
        for account in accounts:
            deeds = account.in_force(until)
            if deeds:
                tally.case(account.township, account.case_type)
                self.count(Books(tally, account, clock), deeds)
        return tally.rows(county)


def of(deeds: list[Deed], record: str) -> list[Deed]:
    """Give the deeds of one record, in order."""
    return [deed for deed in deeds if deed.record == record]
