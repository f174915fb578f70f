"""Domains told village by village: a desk that writes down a day's cases, each with its account beside it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from producers.simulate.domain import Life
from producers.simulate.figures import Account, rows
from producers.simulate.story import Story
from producers.simulate.workdays import HOUR, MORNING, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from producers.simulate.clock import Clock
    from producers.simulate.county import Character, County, Township, Village
    from producers.simulate.workdays import WorkCalendar

OFFICE_LENGTH = 9 * HOUR


class Tale:
    """One case: its story, and what it adds to the figures. It begins at the county time `at`."""

    def __init__(self, story: Story, township: str, case_type: str, at: int) -> None:
        self.story = story
        self.at = at
        self.account = Account(township, case_type, story.known(at))

    def write(self, record: str, at: int | None = None, **fields: Any) -> str:
        """Add an event, at the beginning of the case unless said otherwise; returns its id."""
        return self.story.write(record, self.at if at is None else at, **fields)

    def take_back(self, event_id: str, at: int, reason: str) -> None:
        """Void the only event of the case, so that nothing is left of it."""
        self.story.void(event_id, at, reason)
        self.account.gone_at = self.story.known(at)

    def life(self) -> Life:
        """Return the case as the world takes it."""
        return Life(self.story.happenings, self.account)


class Desk:
    """Where one village's cases of one local day are written down; with `whole_township` those of no village."""

    def __init__(
        self,
        domain: str,
        department: str,
        village: Village,
        day: int,
        calendar: WorkCalendar,
        rng: Random,
        *,
        whole_township: bool = False,
    ) -> None:
        self._domain = domain
        self._department = department
        self.village = village
        self.day = day
        self.calendar = calendar
        self.rng = rng
        self.is_working = calendar.is_working(day)
        self._place = (village.code[:9], None if whole_township else village.code)

    def tale(self, case_type: str, id_field: str, prefix: str, at: int | None = None) -> Tale:
        """Begin a case, at some moment of the office's day unless said otherwise."""
        number = f"{prefix}{date_of(self.day):%Y%m%d}{(self._place[1] or self._place[0])[-6:]}-{self.rng.getrandbits(24):06x}"
        story = Story(
            self._domain, (case_type, id_field, number), self._place, self._department, self.calendar, self.rng
        )
        return Tale(story, self._place[0], case_type, self.moment() if at is None else at)

    def moment(self) -> int:
        """Draw a moment between the opening and the closing of offices."""
        return self.calendar.midnight(self.day) + MORNING[0] + int(self.rng.random() * OFFICE_LENGTH)

    def happens(self, share: float) -> bool:
        """Draw whether something of this probability happens."""
        return self.rng.random() < share


class VillageStory(ABC):
    """A domain whose cases begin village by village. One object may serve many townships and days."""

    name: str
    department: str

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give the cases that begin in a township on a local day, each lived to its end."""
        for village in township.villages:
            desk = Desk(self.name, self.department, village, day, calendar, rng)
            for tale in self.tales(desk, township.character):
                yield tale.life()
        desk = Desk(self.name, self.department, township.villages[0], day, calendar, rng, whole_township=True)
        for tale in self.township_tales(desk, township):
            yield tale.life()

    def truths(
        self, accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
    ) -> list[dict[str, Any]]:
        """Count per township what is true once everything recorded before `until` is known."""
        return rows(accounts, county, clock, calendar, until)

    def township_tales(self, desk: Desk, township: Township) -> Iterable[Tale]:
        """Tell what begins on one day in the township's own offices, in no village: nothing unless said."""
        del desk, township
        return ()

    @abstractmethod
    def tales(self, desk: Desk, character: Character) -> Iterator[Tale]:
        """Tell what begins in one village on one day, working or not."""


def hundredths(number: int) -> Decimal:
    """Return a number of hundredths, exactly: the points of a score, the hours of a log."""
    return Decimal(number).scaleb(-2)
