"""The books of a shard: what its cases contribute, moved in and out of the cells, as of a clock that only goes forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from streams.cells import NOW_DAY, Cells, Deltas
from streams.contributions import NOTHING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.calendar import Calendar
    from streams.contributions import CellLayout, Contribution
    from streams.timers import Timers


class Balance:
    """Cells of every kind of case. Changes are gathered, and taken into the cells by `settle`.

    A boundary of a stock counts once the clock has reached it; for one still ahead a timer is set.
    """

    def __init__(self, layouts: Mapping[str, CellLayout], calendar: Calendar, timers: Timers) -> None:
        self.clock = 0
        self.cells = {name: Cells(layout) for name, layout in layouts.items()}
        self._calendar = calendar
        self._timers = timers
        self._deltas = {name: Deltas() for name in self.cells}
        self._townships: dict[bytes, str] = {}

    def move(self, case: str, key: bytes, before: Contribution, after: Contribution, newest: int) -> None:
        """Take out what a case contributed before and put in what it contributes now; `newest` is its newest occurred_at."""
        if before is NOTHING:
            self.place(case, key, after, newest)
            return
        if before == after:
            return
        township, deltas = self._township(key), self._deltas[case]
        moved = before.village != after.village or before.dimensions != after.dimensions
        if moved or before.flows != after.flows:
            for contribution, sign in ((before, -1), (after, 1)):
                for day, items in contribution.flows:
                    deltas.add((township, contribution.village, day, contribution.dimensions), items, sign, newest)
        if moved or before.values != after.values:
            self._count_values(case, township, before, -1, newest)
            self._count_values(case, township, after, 1, newest)
        if moved or before.boundaries != after.boundaries:
            self._pass(deltas, township, before, -1, (0, self.clock), newest)
            self._pass(deltas, township, after, 1, (0, self.clock), newest)
            for boundary in after.boundaries:
                if boundary[0] > self.clock and boundary not in before.boundaries:
                    self._timers.set(boundary[0], key)

    def pass_boundaries(self, case: str, key: bytes, contribution: Contribution, until: int, newest: int) -> None:
        """Count the boundaries of a case that lie after the clock, up to `until`: where the clock is about to stand."""
        self._pass(self._deltas[case], self._township(key), contribution, 1, (self.clock, until), newest)

    def place(self, case: str, key: bytes, contribution: Contribution, newest: int) -> None:
        """Put in what a case contributes of which nothing is in the cells yet: a new case's, or a rebuild's, `move`."""
        if contribution is NOTHING:
            return
        village, dimensions, flows, boundaries, values = contribution
        deltas, township = self._deltas[case], self._township(key)
        for day, items in flows:
            deltas.add((township, village, day, dimensions), items, 1, newest)
        if values:
            self._count_values(case, township, contribution, 1, newest)
        if boundaries:
            clock = self.clock
            self._pass(deltas, township, contribution, 1, (0, clock), newest)
            for boundary in boundaries:
                if boundary[0] > clock:
                    self._timers.set(boundary[0], key)

    @property
    def gathered(self) -> int:
        """How many changes are gathered: what they take of memory until they are settled."""
        return sum(len(deltas.changes) for deltas in self._deltas.values())

    def settle(self) -> None:
        """Take what was gathered into the cells."""
        for name, deltas in self._deltas.items():
            if deltas.changes:
                self.cells[name].apply(deltas)
                self._deltas[name] = Deltas()

    def _count_values(self, case: str, township: str, contribution: Contribution, sign: int, newest: int) -> None:
        """Count what a case has of that of which different values are counted."""
        for day, numerator, value in contribution.values:
            grain = (township, contribution.village, day, contribution.dimensions)
            items = ((self.cells[case].distinct.position(numerator, value), 1),)
            self._deltas[case].add(grain, items, sign, newest)

    def _township(self, key: bytes) -> str:
        """Return the township in a case's key: of one township always the same text, whose hash is known."""
        code = key.split(b"|", 2)[1]
        found = self._townships.get(code)
        if found is None:
            found = self._townships[code] = code.decode()
        return found

    def _pass(
        self,
        deltas: Deltas,
        township: str,
        contribution: Contribution,
        sign: int,
        between: tuple[int, int],
        newest: int,
    ) -> None:
        """Count the boundaries with between[0] < moment <= between[1], on their day and for now."""
        village, dimensions, day_of = contribution.village, contribution.dimensions, self._calendar.day_of
        passed = []
        for moment, position, amount in contribution.boundaries:
            if between[0] < moment <= between[1]:
                item = (position, amount)
                passed.append(item)
                deltas.add((township, village, day_of(moment), dimensions), (item,), sign, newest)
        if passed:
            deltas.add((township, village, NOW_DAY, dimensions), passed, sign, newest)
