"""A verification: compare everything once, then look again at what differs, until it is equal, still moving, or wrong.

The line moves while it is compared: the sinks of events and of cells are two, and never at the same moment. So a cell that
differs is compared again. When its published row or what the events say has changed meanwhile, it is moving and gets
another try. What still differs, unchanged, after all that was in Kafka when it was first seen has gone through the line, is
a mismatch. Where Kafka cannot be asked, it is one when it has not changed for some seconds: of a warehouse that stands for
itself. Beside a line, a Kafka that does not answer is one that is being restarted, its readers stand still where they
happened to be, and nothing is judged until it answers.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from sinks.proof.comparison import Comparison, Difference, Scope
from sinks.proof.source import case_source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemas.catalogue.model import Indicator
    from sinks.layout import Layout
    from sinks.proof.behind import Behind, Readers
    from sinks.proof.comparison import CellKey, Compared
    from sinks.proof.folding import Folding
    from sinks.warehouse import Warehouse

PAUSE_SECONDS: Final = 1.0
QUIET_SECONDS: Final = 3.0
"""Where Kafka cannot be asked: a cell that differs and has not changed for so long is a mismatch."""
NEVER: Final = math.inf
"""Quiet seconds of who runs beside a line."""
PATIENCE_SECONDS: Final = 30.0


def _slept(seconds: float) -> bool:
    time.sleep(seconds)
    return True


@dataclass(frozen=True)
class Pace:
    """How patient a verification is with what differs, after everything was compared once.

    `wait` is called with the seconds of a pause; it answers False to give up waiting.
    """

    quiet_seconds: float = QUIET_SECONDS
    patience_seconds: float = PATIENCE_SECONDS
    pause_seconds: float = PAUSE_SECONDS
    wait: Callable[[float], bool] = _slept
    clock: Callable[[], float] = time.monotonic


class Progress(Protocol):
    """Is told how far a verification is."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Take the step at hand and its number."""
        ...


@dataclass
class Outcome:
    """What a verification found.

    `mismatches` are the cells that are different, `more_mismatches` how many beyond those were only counted. `moving` (and
    `more_moving`) are cells that were still changing, or whose readers were behind, when patience ended: nothing is said of
    them. `behind` says who was behind at the last look, None where Kafka was not asked or did not answer.
    """

    indicators: int = 0
    cells: int = 0
    mismatches: tuple[Difference, ...] = ()
    more_mismatches: int = 0
    moving: tuple[Difference, ...] = ()
    more_moving: int = 0
    other_definitions: int = 0
    behind: tuple[Behind, ...] | None = None
    rounds: int = 0
    seconds: float = 0.0

    @property
    def different(self) -> int:
        """Return how many cells are different."""
        return len(self.mismatches) + self.more_mismatches

    @property
    def unjudged(self) -> int:
        """Return how many cells nothing is said of, because they moved."""
        return len(self.moving) + self.more_moving


class _Suspect(NamedTuple):
    """A cell that differs, and since when it has not changed."""

    difference: Difference
    since: float


@dataclass
class Verification:
    """Verifies these versions of indicators, once. `readers` asks Kafka who is behind; None: it is not asked.

    What is left folded is what the mismatches were found in.
    """

    warehouse: Warehouse
    layout: Layout
    indicators: Sequence[Indicator]
    scope: Scope
    folding: Folding
    pace: Pace = field(default_factory=Pace)
    readers: Readers | None = None
    progress: Progress = lambda what, done, total: None  # noqa: ARG005 - the form of Progress

    def run(self) -> Outcome:
        """Compare, and compare again; raises Unavailable and QueryFailed."""
        began = self.pace.clock()
        self._comparison = Comparison(self.warehouse, self.layout)
        self._uncounted: dict[tuple[str, int], int] = {}
        outcome = Outcome(indicators=len(self.indicators), rounds=1)
        suspects: dict[CellKey, _Suspect] = {}
        steps = len(self.indicators) + len({each.case for each in self.indicators})
        done = 0
        for case, counting in self._by_case(self.indicators).items():
            source = case_source(self.layout, case)
            self.progress(f"折叠 folding {case}", done, steps)
            self.folding.fold(source, self._townships())
            done += 1
            for indicator in counting:
                self.progress(f"核对 comparing {indicator.id}", done, steps)
                compared = self._comparison.compare(indicator, self.folding.table(source), self.scope)
                done += 1
                outcome.cells += compared.cells
                self._note(indicator, compared)
                now = self.pace.clock()
                suspects |= {each.key: _Suspect(each, now) for each in compared.differences}
        outcome.other_definitions = self._comparison.other_definitions(
            [(each.id, each.version) for each in self._known()]
        )
        self._look_again(suspects, outcome)
        outcome.seconds = self.pace.clock() - began
        return outcome

    def _look_again(self, suspects: dict[CellKey, _Suspect], outcome: Outcome) -> None:
        judged: set[CellKey] = set()
        began = self.pace.clock()
        asked = bool(suspects) and self.pace.patience_seconds > 0 and self._look()
        while suspects and self.pace.clock() - began < self.pace.patience_seconds:
            if not self.pace.wait(self.pace.pause_seconds):
                break
            asked = self._look() or asked
            looked_at = self.pace.clock()
            outcome.rounds += 1
            self.progress(f"再看 looking again: {len(suspects)}", 0, 0)
            suspects = self._compare_again(suspects)
            judged = {key for key, each in suspects.items() if self._is_settled(each, looked_at, asked=asked)}
            if len(judged) == len(suspects):
                break
        if asked and self.readers is not None:
            outcome.behind = self.readers.behind()
        outcome.mismatches = tuple(sorted(each.difference for key, each in suspects.items() if key in judged))
        outcome.moving = tuple(sorted(each.difference for key, each in suspects.items() if key not in judged))
        # What was only counted is judged as those of its indicator that were told one by one: all of them, or none.
        unsettled = {(key.indicator, key.version) for key in suspects if key not in judged}
        for named, more in self._uncounted.items():
            if named in unsettled:
                outcome.more_moving += more
            else:
                outcome.more_mismatches += more

    def _look(self) -> bool:
        return self.readers is not None and self.readers.look(self.pace.clock())

    def _is_settled(self, suspect: _Suspect, looked_at: float, *, asked: bool) -> bool:
        """Return whether a cell that differed before the last comparison, and in it, has no excuse left."""
        if not asked or self.readers is None:
            return looked_at - suspect.since >= self.pace.quiet_seconds
        through = self.readers.caught_up(suspect.since)
        return through is not None and suspect.since < through <= looked_at

    def _compare_again(self, suspects: dict[CellKey, _Suspect]) -> dict[CellKey, _Suspect]:
        """Return what still differs; a cell that has not changed keeps its time."""
        townships = tuple(sorted({key.township for key in suspects}))
        scope = replace(self.scope, townships=townships)
        named = {(key.indicator, key.version) for key in suspects}
        found: dict[CellKey, _Suspect] = {}
        for case, counting in self._by_case(
            [each for each in self.indicators if (each.id, each.version) in named]
        ).items():
            source = case_source(self.layout, case)
            self.folding.fold(source, townships)
            for indicator in counting:
                compared = self._comparison.compare(indicator, self.folding.table(source), scope)
                self._note(indicator, compared)
                found |= self._seen_again(suspects, indicator, compared)
        return found

    def _seen_again(
        self, suspects: dict[CellKey, _Suspect], indicator: Indicator, compared: Compared
    ) -> dict[CellKey, _Suspect]:
        now = self.pace.clock()
        found = {}
        for each in compared.differences:
            before = suspects.get(each.key)
            same = before is not None and before.difference == each
            found[each.key] = before if before is not None and same else _Suspect(each, now)
        if compared.different > len(compared.differences):
            # Too many to be told one by one: of those that were not told nobody knows whether they changed.
            own = (indicator.id, indicator.version)
            unseen = {key for key in suspects if (key.indicator, key.version) == own} - set(found)
            found |= {key: _Suspect(suspects[key].difference, now) for key in unseen}
        return found

    def _note(self, indicator: Indicator, compared: Compared) -> None:
        self._uncounted[indicator.id, indicator.version] = compared.different - len(compared.differences)

    def _townships(self) -> tuple[str, ...]:
        """Return the township to fold alone, where the scope lies within one."""
        place = self.scope.place
        return (place[:9],) if len(place) >= len("330521100") else ()

    def _known(self) -> list[Indicator]:
        catalogues = self.layout.catalogues.values()
        return [
            version for catalogue in catalogues for each in catalogue.indicators.values() for version in each.versions
        ]

    @staticmethod
    def _by_case(indicators: Sequence[Indicator]) -> dict[str, list[Indicator]]:
        found: dict[str, list[Indicator]] = {}
        for each in indicators:
            found.setdefault(each.case, []).append(each)
        return found
