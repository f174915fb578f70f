"""A case of the simulated county: its events as they are told, and beside each what it adds to the truths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.account import Account, Condition, Figure
from producers.simulate.domain import Life
from producers.simulate.story import Story
from producers.simulate.workdays import AFTERNOON, HOUR, WORK_LENGTH

if TYPE_CHECKING:
    from random import Random

    from producers.simulate.account import Wall
    from producers.simulate.workdays import WorkCalendar


class Case(Story):
    """A story that keeps its account. It begins at the county time `at`, which `open` may tell later.

    What is added is known with the opening, or with the event that happened at `since`. It stands until it is said to
    end: what a later event makes untrue is ended, and what is true instead is added.
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
        super().__init__(domain, case, place, department, calendar, rng)
        self.case_id = case[2]
        self.at = 0
        self.account = Account(place[0], case[0], 0)
        self._covered = place[1] or place[0]

    def begins(self, at: int) -> None:
        """Say when it begins."""
        self.at = at
        self.account.known_at = self.known(at)

    def open(self, record: str, at: int, **fields: Any) -> str:
        """Write the event the case begins with; returns its id."""
        self.begins(at)
        return super().write(record, at, **fields)

    def write(
        self,
        record: str,
        at: int | None = None,
        *,
        corrects: str | None = None,
        recorded_at: int | None = None,
        **fields: Any,
    ) -> str:
        """Add an event, at the beginning of the case unless said otherwise; returns its id."""
        return super().write(
            record, self.at if at is None else at, corrects=corrects, recorded_at=recorded_at, **fields
        )

    def take_back(self, event_id: str, at: int, reason: str) -> None:
        """Void the opening, so that nothing of the case is left."""
        self.void(event_id, at, reason)
        self.account.gone_at = self.known(at)

    def life(self) -> Life:
        """Return the whole of it."""
        return Life(self.happenings, self.account)

    def add(
        self,
        indicator: str,
        at: int,
        numerator: int,
        denominator: int = 0,
        *,
        since: int | None = None,
        holds: Condition | None = None,
    ) -> Figure:
        """Add parts to the month of `at`; the numerator only if `holds`."""
        return self._added(Figure(indicator, self._since(since), at, numerator, denominator, holds=holds))

    def share(self, indicator: str, at: int, *, holds: bool | Condition, since: int | None = None) -> Figure:
        """Count one more in the month of `at`, and in the numerator if it holds."""
        if isinstance(holds, bool):
            return self.add(indicator, at, int(holds), 1, since=since)
        return self.add(indicator, at, 1, 1, since=since, holds=holds)

    def thing(
        self, indicator: str, at: int, thing: str, *, since: int | None = None, holds: Condition | None = None
    ) -> Figure:
        """Count a household or the like once in the month of `at`, however many cases name it."""
        return self._added(Figure(indicator, self._since(since), at, thing=thing, holds=holds))

    def covers(self, indicator: str, at: int, *, since: int | None = None) -> Figure:
        """Count the case's village once in the month of `at`."""
        return self.thing(indicator, at, self._covered, since=since)

    def stock(self, indicator: str, change: int, *, since: int | None = None) -> Figure:
        """Let a stock grow or shrink."""
        return self._added(Figure(indicator, self._since(since), None, change))

    def due(
        self,
        indicator: str,
        due_at: int,
        numerator: int = 0,
        *,
        promised: int | None = None,
        since: int | None = None,
        holds: Condition | None = None,
    ) -> Figure:
        """Count one more in the month of a due time, which the event of `promised` set; known since that, or the later one of `since`."""
        known_at = self._since(promised)
        later = known_at if since is None else self.known(since)
        return self._added(Figure(indicator, later, due_at, numerator, 1, None, known_at, holds))

    def in_time(
        self, indicator: str, due_at: int, done_at: int, *, promised: int | None = None, since: int | None = None
    ) -> Figure:
        """Count what was done at `done_at` in the month in which it was due, and in the numerator if it was done by then."""
        holds = self.by(due_at, done_at, promised=promised)
        since = done_at if since is None else since
        return self.due(indicator, due_at, 1, promised=promised, since=since, holds=holds)

    def by(self, due_at: int, done_at: int, *, promised: int | None = None) -> Condition:
        """Return whether what was done at `done_at` was done by a due time which the event of `promised` set."""
        known_at = self._since(promised)

        def holds(wall: Wall) -> bool:
            return wall.at(done_at) <= wall.at(due_at, known_at)

        return holds

    def ends(self, since: int, *figures: Figure) -> None:
        """Let figures stand no longer, from the event that happened at `since`; those that have ended stay so."""
        for figure in figures:
            if figure.ends_at is None:
                figure.ends_at = self.known(since)

    def days_after(self, at: int, days: float) -> int:
        """Return the moment so many working days after `at`."""
        return self.after(at, days * WORK_LENGTH)

    def evening_after(self, at: int, days: float) -> int:
        """Return an evening at least so many working days after `at`: when villagers can meet."""
        evening = AFTERNOON[1] + HOUR // 2
        midnight = self._calendar.midnight(self._calendar.day_of(self.days_after(at, days)))
        return midnight + evening + int(self._rng.random() * 2 * HOUR)

    def close_after(self, at: int, days: int) -> int:
        """Return the close of business so many working days after the day of `at`: when things are promised."""
        return self._calendar.end_of_working_day(at, days)

    def between(self, start: int, end: int, part: float) -> int:
        """Return the moment at which this part of the working time from `start` to `end` has passed."""
        length = self._calendar.work_index(end) - self._calendar.work_index(start)
        return self.after(start, part * length)

    def _since(self, at: int | None) -> int:
        return self.account.known_at if at is None else self.known(at)

    def _added(self, figure: Figure) -> Figure:
        self.account.figures.append(figure)
        return figure
