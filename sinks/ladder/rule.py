"""The rule of the ladder: what must be said of one indicator of one township, by the values of its months. Pure.

Time is passed in; evaluating again, or in pieces, says the same under the same ids. A row of periods is one of consecutive months
with data over enough cases: a month without breaks it, so that nothing is raised, moved or cleared on the strength of a gap.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID, uuid5

from sinks.ladder.figures import Standing
from sinks.ladder.months import month_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from schemas.catalogue.ladder import LadderEntry
    from sinks.ladder.figures import Figure
    from sinks.ladder.months import Months

NAMESPACE: Final = UUID("5d7c1c0e-3c0f-5a58-9a53-5f0e6d5b6f1d")
BEYOND: Final = frozenset({"red", "yellow"})


class Subject(NamedTuple):
    """What a warning is about."""

    township: str
    indicator: str


class Step(NamedTuple):
    """An event to be sent: its record, its id, when it happened, and the fields of its own."""

    subject: Subject
    record: str
    event_id: str
    occurred_at: int
    fields: Mapping[str, Any]


def step_id(version: int, subject: Subject, period: str, record: str) -> str:
    """Return the id of an event: whoever says the same of the same period says it under the same id."""
    return str(uuid5(NAMESPACE, "|".join((str(version), *subject, period, record))))


class Track:
    """One indicator of one township: `judge` says what its months call for, `standing` how its newest warning stands then.

    `figures` are by month; a month without data is not there. `said` are the ids of events already sent: one of them that
    left no trace in the warning was taken back by somebody, and is not said again.
    """

    def __init__(
        self,
        rule: LadderEntry,
        months: Months,
        subject: Subject,
        figures: Mapping[int, Figure],
        standing: Standing | None = None,
        said: Collection[str] = (),
    ) -> None:
        self._rule = rule
        self._months = months
        self._subject = subject
        self._figures = figures
        self._said = said
        self._steps: list[Step] = []
        self.standing = standing

    def judge(self, months: Iterable[int], now: int) -> list[Step]:
        """Judge these months, ascending, and see what was left unanswered until `now`; returns what must be said, in order."""
        self._steps = []
        self._complete_order()
        for month in months:
            moment = min(self._months.judged_at(month), now)
            self._move_up_unanswered(moment)
            if self._open is not None:
                self._follow(self._open, month, moment)
            else:
                self._raise(month, moment)
        self._move_up_unanswered(now)
        return self._steps

    @property
    def _open(self) -> Standing | None:
        standing = self.standing
        return standing if standing is not None and standing.cleared_at is None else None

    def _raise(self, month: int, moment: int) -> None:
        before, figure = self.standing, self._figures.get(month)
        if before is not None and month <= before.period:
            return
        if figure is None or (colour := figure.colour) not in BEYOND or colour is None:
            return
        reds = self._row(month, _is_red, since_cleared=True)
        beyond = self._row(month, lambda each: each.colour in BEYOND, since_cleared=True)
        if reds < self._rule.raise_.red_periods and beyond < self._rule.raise_.beyond_periods:
            return
        warning_id = f"{self._subject.indicator}/{self._subject.township}/{month_name(month)}"
        days = None
        if before is not None and before.cleared_at is not None:
            days = max(0, self._months.days_between(before.cleared_at, moment))
        if self._say(
            "WarningRaised",
            month,
            moment,
            warning_id,
            indicator=self._subject.indicator,
            colour=colour,
            value=figure.value,
            line=figure.lines.crossed(colour),
            period=month_name(month),
            about_department=None,
            previous_warning_id=None if before is None else before.warning_id,
            days_since_cleared=days,
        ):
            self.standing = Standing(warning_id, month, moment)

    def _follow(self, warning: Standing, month: int, moment: int) -> None:
        """Say of an open warning what a month means for it: it goes on, is over, or (between the lines) nothing."""
        figure = self._figures.get(month)
        if month < warning.period or figure is None or (colour := figure.colour) is None:
            return
        if month == warning.period:
            # It was said that it goes on; that it moves up may have been lost on the way.
            if colour == "red" and warning.raised_at < self._months.ends_at(month):
                self._move_up_by_reds(warning, month, moment)
            return
        allowed = ("green",) if self._rule.clear.after_acceptance == "green" else ("green", "yellow")
        if warning.is_accepted(moment) and colour in allowed:
            self._clear(warning, "rectified", figure, month, moment)
        elif colour in BEYOND:
            self._renew(warning, figure, month, moment)
        elif self._row(month, self._is_recovered) >= self._rule.clear.periods:
            self._clear(warning, "recovered", figure, month, moment)

    def _clear(self, warning: Standing, because: str, figure: Figure, month: int, moment: int) -> None:
        if self._say("WarningCleared", month, moment, warning.warning_id, because=because, value=figure.value):
            self.standing = replace(warning, cleared_at=moment)

    def _renew(self, warning: Standing, figure: Figure, month: int, moment: int) -> None:
        fields = {"colour": figure.colour, "value": figure.value, "period": month_name(month)}
        reds = self._row(month, _is_red)
        if self._say("WarningRenewed", month, moment, warning.warning_id, **fields, reds_in_a_row=reds):
            self.standing = renewed = replace(warning, period=month)
            self._move_up_by_reds(renewed, month, moment)

    def _move_up_by_reds(self, warning: Standing, month: int, moment: int) -> None:
        step, reds = warning.step_at(moment), self._row(month, _is_red)
        if step < len(self._rule.steps) and reds >= self._rule.steps[step].red_periods and self._may_move(moment):
            self._move_up(warning, moment, "reds_in_a_row")

    def _move_up_unanswered(self, until: int) -> None:
        """Move an open warning up for every step that nobody answered in time, until a moment."""
        while (warning := self._open) is not None:
            step = warning.step_at(warning.since)
            if step >= len(self._rule.steps):
                return
            at = self._months.after_days(warning.since, self._rule.steps[step].unanswered_days)
            if not self._may_move(at):
                at = self._months.ends_at(self._months.of(at))
            if at > until or warning.answered(at) or not self._move_up(warning, at, "no_action"):
                return

    def _may_move(self, moment: int) -> bool:
        """Return whether the month of a moment has seen no step up yet."""
        called_at = None if self.standing is None else self.standing.called_at
        return called_at is None or self._months.of(called_at) < self._months.of(moment)

    def _move_up(self, warning: Standing, at: int, because: str) -> bool:
        to = self._rule.steps[warning.step_at(at)].to
        month, said = self._months.of(at), warning.warning_id
        if not self._say("WarningEscalated", month, at, said, to_step=to, because=because):
            return False
        self.standing = moved = warning.moved(to, at)
        self._order(moved)
        return True

    def _order(self, warning: Standing) -> None:
        """Order rectification of a warning that was just moved to the last step."""
        if warning.called == self._rule.steps[-1].to and (at := warning.called_at) is not None:
            due_at = self._months.after_days(at, self._rule.rectification_days)
            fields = {"by_department": self._rule.department, "due_at": due_at, "requirement": None}
            if self._say("RectificationOrdered", self._months.of(at), at, warning.warning_id, **fields):
                self.standing = replace(warning, ordered_at=at)

    def _complete_order(self) -> None:
        """Order what was moved to the last step by us, if the order was lost on the way and no other has come."""
        warning = self._open
        if warning is None or warning.called_at is None or warning.ordered_at is not None:
            return
        month = month_name(self._months.of(warning.called_at))
        if step_id(self._rule.version, self._subject, month, "WarningEscalated") in self._said:
            self._order(warning)

    def _say(self, record: str, month: int, at: int, warning_id: str, **fields: Any) -> bool:
        """Say something once; False when it was said before."""
        event_id = step_id(self._rule.version, self._subject, month_name(month), record)
        if event_id in self._said:
            return False
        self._steps.append(Step(self._subject, record, event_id, at, {"warning_id": warning_id, **fields}))
        return True

    def _is_recovered(self, figure: Figure) -> bool:
        return figure.enough and figure.lines.recovered(figure.value, self._rule.clear.margin)

    def _is_new(self, month: int) -> bool:
        """Return whether a month ended after the warning before was cleared: what that one has spoken of raises no other."""
        cleared_at = None if self.standing is None else self.standing.cleared_at
        return cleared_at is None or self._months.ends_at(month) > cleared_at

    def _row(self, month: int, holds: Callable[[Figure], bool], *, since_cleared: bool = False) -> int:
        """Return in how many months in a row up to this one something holds."""
        length = 0
        while (figure := self._figures.get(month - length)) is not None and holds(figure):
            if since_cleared and not self._is_new(month - length):
                break
            length += 1
        return length


def _is_red(figure: Figure) -> bool:
    return figure.colour == "red"
