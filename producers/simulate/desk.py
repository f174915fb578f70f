"""Where cases of the simulated county begin, village by village and day by day, and what domains told so have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from producers.simulate.account import tallied
from producers.simulate.case import Case
from producers.simulate.domain import poisson
from producers.simulate.workdays import AFTERNOON, MORNING, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from random import Random

    from producers.simulate.account import Account
    from producers.simulate.clock import Clock
    from producers.simulate.county import County, Township, Village
    from producers.simulate.domain import Life
    from producers.simulate.workdays import WorkCalendar


class Desk:
    """Where the cases of a village, or without one of a township's own offices, are written down on a local day."""

    def __init__(
        self,
        story: DeskStory,
        township: Township,
        village: Village | None,
        day: int,
        calendar: WorkCalendar,
        rng: Random,
    ) -> None:
        self._story = story
        self._village = village
        self._place = (township.code, None if village is None else village.code)
        self.character = township.character
        self.day = day
        self.calendar = calendar
        self.rng = rng
        self._begun = 0

    @property
    def in_village(self) -> bool:
        """Whether it is a village's desk."""
        return self._village is not None

    @property
    def village(self) -> Village:
        """Its village; a township's own desk has none."""
        if self._village is None:
            raise LookupError(f"乡镇 {self._place[0]} 的本级没有村 / the township's own desk is in no village")
        return self._village

    @property
    def date(self) -> date:
        """The local date."""
        return date_of(self.day)

    @property
    def is_working(self) -> bool:
        """Whether offices are open today."""
        return self.calendar.is_working(self.day)

    def case(self, case_type: str, id_field: str, prefix: str) -> Case:
        """Begin a case with a number of its own; its opening tells when."""
        place = (self._place[1] or self._place[0])[-6:]
        # Numbered as well: of the visits of a year two have the same draw, and would be one case.
        self._begun += 1
        number = f"{self._begun:03d}{self.rng.getrandbits(24):06x}"
        return self.named(case_type, id_field, f"{prefix}{self.date:%Y%m%d}{place}-{number}")

    def named(self, case_type: str, id_field: str, case_id: str) -> Case:
        """Begin a case whose id follows from another's; its opening tells when."""
        case = case_type, id_field, case_id
        return Case(self._story.name, case, self._place, self._story.department, self.calendar, self.rng)

    def case_at(self, case_type: str, id_field: str, prefix: str, at: int | None = None) -> Case:
        """Begin a case, at some moment of the office's day unless said otherwise."""
        case = self.case(case_type, id_field, prefix)
        case.begins(self.moment() if at is None else at)
        return case

    def moment(self) -> int:
        """Draw a moment between the opening and the closing of offices."""
        opening, length = MORNING[0], AFTERNOON[1] - MORNING[0]
        return self.calendar.midnight(self.day) + opening + int(self.rng.random() * length)

    def happens(self, share: float) -> bool:
        """Draw whether something of this probability happens."""
        return self.rng.random() < share

    def times(self, per_thousand_residents: float) -> range:
        """Draw how often something happens in the village today."""
        return range(poisson(self.village.residents / 1000 * per_thousand_residents, self.rng))


class DeskStory(ABC):
    """A domain whose cases begin at desks. One object may serve many townships and days; it keeps nothing between calls."""

    name: str
    department: str

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give the cases that begin in a township on a local day, each lived to its end."""
        for case in self.begin(township, day, calendar, rng):
            yield case.life()

    @abstractmethod
    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Tell the cases that begin in a township on a local day, working or not."""

    def truths(
        self, accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
    ) -> list[dict[str, Any]]:
        """Count per township what is true once everything recorded before `until` is known."""
        return tallied(accounts, county, clock, calendar, until)


class VillageStory(DeskStory):
    """A domain told village by village, and then of the township's own offices."""

    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Ask every village's desk, and the township's own."""
        for village in township.villages:
            yield from self.in_village(Desk(self, township, village, day, calendar, rng))
        yield from self.in_township(Desk(self, township, None, day, calendar, rng), township)

    @abstractmethod
    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Tell what begins in one village on one day, working or not."""

    def in_township(self, desk: Desk, township: Township) -> Iterable[Case]:
        """Tell what begins on one day in the township's own offices, in no village: nothing unless said."""
        del desk, township
        return ()
