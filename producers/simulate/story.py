"""How one case of the simulated county is written down: its events in order, each with its envelope."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from producers.simulate.domain import Happening, identifier
from producers.simulate.workdays import MINUTE

if TYPE_CHECKING:
    from random import Random

    from producers.simulate.domain import Event
    from producers.simulate.workdays import WorkCalendar

VOIDED = "xiangmai.system.EventVoided"
MEAN_DELAY = 3 * MINUTE


class Story:
    """One case from beginning to end. `case` is its type, its id field and its id; `department` is who says so.

    All its events are registered with one delay, so in the order in which they happened. Desks work in working time.
    """

    def __init__(
        self,
        domain: str,
        case: tuple[str, str, str],
        place: tuple[str, str | None],
        department: str,
        calendar: WorkCalendar,
        rng: Random,
    ) -> None:
        self._domain = domain
        self._case_type, self._id_field, self._case_id = case
        self._township, self._village = place
        self._department = department
        self._calendar = calendar
        self._rng = rng
        self.delay = int(rng.expovariate(1 / MEAN_DELAY))
        self.happenings: list[Happening] = []

    def write(
        self, record: str, at: int, *, corrects: str | None = None, recorded_at: int | None = None, **fields: Any
    ) -> str:
        """Add an event of this case that happened at the county time `at`; returns its id."""
        event = self._envelope(at, recorded_at, corrects)
        event[self._id_field] = self._case_id
        event |= fields
        return self._add(f"xiangmai.{self._domain}.{record}", event)

    def void(self, event_id: str, at: int, reason: str) -> str:
        """Take an event of this case back."""
        event = self._envelope(at, None, event_id)
        event |= {"case_type": self._case_type, "case_id": self._case_id, "reason": reason}
        return self._add(VOIDED, event)

    def known(self, at: int) -> int:
        """Return when an event that happened at `at` is registered."""
        return at + self.delay

    def after(self, at: int, length: float) -> int:
        """Return the moment at which `length` milliseconds of working time have passed since `at`."""
        return self._calendar.work_time(self._calendar.work_index(at) + max(int(length), 1))

    def _envelope(self, at: int, recorded_at: int | None, corrects: str | None) -> Event:
        return {
            "event_id": identifier(self._rng),
            "occurred_at": at,
            "recorded_at": self.known(at) if recorded_at is None else recorded_at,
            "township": self._township,
            "village": self._village,
            "department": self._department,
            "source": "simulator",
            "corrects": corrects,
        }

    def _add(self, record: str, event: Event) -> str:
        self.happenings.append(Happening(event["recorded_at"], self._domain, record, event))
        event_id: str = event["event_id"]
        return event_id


def hundredths(number: int) -> Decimal:
    """Return a number of hundredths, exactly: cents of an amount, points of a score, the hours of a log."""
    return Decimal(number).scaleb(-2)
