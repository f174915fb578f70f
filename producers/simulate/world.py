"""The county as one line of happenings, in the order in which they are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.appeals import Appeals
from producers.simulate.burden import Burden
from producers.simulate.care import Care
from producers.simulate.contacts import Contacts
from producers.simulate.deliberation import Deliberation
from producers.simulate.disclosure import Disclosure
from producers.simulate.disputes import Disputes
from producers.simulate.domain import Beginning, seeded
from producers.simulate.duties import Duties
from producers.simulate.evaluations import Evaluations
from producers.simulate.finance import Finance
from producers.simulate.grid import Grids
from producers.simulate.habitat import Habitat
from producers.simulate.innovation import Innovation
from producers.simulate.needs import Needs
from producers.simulate.organisations import Organisations
from producers.simulate.policy import Policy
from producers.simulate.projects import Projects
from producers.simulate.registers import Registers
from producers.simulate.services import Services
from producers.simulate.supervision import Supervision
from producers.simulate.training import Training
from producers.simulate.workdays import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.clock import Clock
    from producers.simulate.county import County, Township
    from producers.simulate.domain import Domain, Happening, Life
    from producers.simulate.workdays import WorkCalendar

DOMAINS: tuple[Domain, ...] = (
    Appeals(),
    Disputes(),
    Finance(),
    Disclosure(),
    Registers(),
    Duties(),
    Burden(),
    Innovation(),
    Supervision(),
    Organisations(),
    Deliberation(),
    Projects(),
    Services(),
    Policy(),
    Needs(),
    Grids(),
    Habitat(),
    Evaluations(),
    Contacts(),
    Care(),
    Training(),
)


class World:
    """Everything recorded in a county from local day `first_day` on; it begins with what is on its registers, and without a case.

    Pure: what happens on a day in a township follows from the seed, the domain, the township and the day alone, so a
    longer or a later run tells the same story. Read it forward with `until`; cases keep living between two calls.
    """

    def __init__(
        self,
        county: County,
        calendar: WorkCalendar,
        *,
        seed: int,
        first_day: int,
        domains: tuple[Domain, ...] = DOMAINS,
    ) -> None:
        self.county = county
        self.calendar = calendar
        self.start = calendar.midnight(first_day)
        self._seed = seed
        self._domains = domains
        self._first_day = self._next_day = first_day
        self._pending: dict[int, list[Happening]] = {}
        self._bucket = self.start // DAY
        self._accounts: dict[str, list[Any]] = {domain.name: [] for domain in domains}

    def until(self, end: int) -> Iterator[Happening]:
        """Give what is recorded before the county time `end` (ms) and was not given yet, in order of recording."""
        while self._bucket * DAY < end:
            self._live_through((self._bucket + 1) * DAY)
            today = self._pending.pop(self._bucket, [])
            today.sort(key=lambda happening: (happening.recorded_at, happening.event["event_id"]))
            if (self._bucket + 1) * DAY > end:
                later = [happening for happening in today if happening.recorded_at >= end]
                self._pending[self._bucket] = later
                yield from today[: len(today) - len(later)]
                return
            self._bucket += 1
            yield from today

    def truths(self, clock: Clock, until: int) -> dict[str, list[dict[str, Any]]]:
        """Count by domain what is true once everything recorded before the county time `until` is known."""
        return {
            domain.name: domain.truths(self._accounts[domain.name], self.county, clock, self.calendar, until)
            for domain in self._domains
        }

    def _live_through(self, end: int) -> None:
        """Let the cases of every local day that begins before `end` be born; their happenings wait for their day."""
        while self.calendar.midnight(self._next_day) < end:
            for domain in self._domains:
                accounts = self._accounts[domain.name]
                for township in self.county.townships:
                    for life in self._lives(domain, township):
                        accounts.append(life.account)
                        for happening in life.happenings:
                            self._pending.setdefault(happening.recorded_at // DAY, []).append(happening)
            self._next_day += 1

    def _lives(self, domain: Domain, township: Township) -> Iterator[Life]:
        """Give what begins in a township on the next day, on the county's first one also what is there already."""
        day, names = self._next_day, (domain.name, township.code)
        if day == self._first_day and isinstance(domain, Beginning):
            rng = seeded(self._seed, *names, day, "beginning")
            yield from domain.beginning(township, day, self.calendar, rng)
        yield from domain.lives(township, day, self.calendar, seeded(self._seed, *names, day))
