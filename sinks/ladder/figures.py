"""What the rule looks at: values with the lines they are held to, and how a warning stands. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

from schemas.catalogue.ladder import STEPS
from schemas.catalogue.values import slack

if TYPE_CHECKING:
    from schemas.catalogue.ladder import StepName
    from schemas.catalogue.model import Indicator

Colour = Literal["red", "yellow", "green"]


@dataclass(frozen=True, slots=True)
class Lines:
    """Goal and warning lines of one version of an indicator. `up`: higher is better."""

    up: bool
    goal: float | None
    yellow: float | None
    red: float | None

    @classmethod
    def of(cls, indicator: Indicator) -> Lines:
        """Return an indicator's lines; without a yellow line the goal is it, as for the colours people see."""
        yellow = indicator.goal if indicator.yellow_line is None else indicator.yellow_line
        return cls(indicator.direction == "up", indicator.goal, yellow, indicator.red_line)

    def colour(self, value: float) -> Colour:
        """Return a value's colour."""
        if self.red is not None and not self._reaches(value, self.red):
            return "red"
        if self.yellow is not None and not self._reaches(value, self.yellow):
            return "yellow"
        return "green"

    def crossed(self, colour: Colour) -> float:
        """Return the line a value of this colour is beyond."""
        line = self.red if colour == "red" else self.yellow
        if line is None:
            raise ValueError(f"there is no line that makes a value {colour}")
        return line

    def recovered(self, value: float, margin: float) -> bool:
        """Return whether a value is good enough to end a warning: the goal, or the line and a share of the way to it.

        Without a goal beside the line, the way is as long as that from the red line to the yellow one.
        """
        line = self.red if self.yellow is None else self.yellow
        if line is None:
            return False
        if self.goal is not None and self._reaches(value, self.goal):
            return True
        if self.goal is not None and self.goal != line:
            way = abs(self.goal - line)
        else:
            way = abs(line - self.red) if self.red is not None else 0.0
        return self._reaches(value, line + margin * way if self.up else line - margin * way)

    def _reaches(self, value: float, line: float) -> bool:
        return value >= line - slack(line) if self.up else value <= line + slack(line)


class Figure(NamedTuple):
    """The value of a month; `enough`: over as many cases as its definition asks for."""

    value: float
    enough: bool
    lines: Lines

    @property
    def colour(self) -> Colour | None:
        """The colour that counts: None below the minimum volume, where a value is shown but judges nobody."""
        return self.lines.colour(self.value) if self.enough else None


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest warning of a township and indicator, as far as the ladder is concerned; moments in ms.

    `period` is the newest month it speaks of, `called` the step it was last moved to by an event of escalation.
    """

    warning_id: str
    period: int
    raised_at: int
    called: StepName | None = None
    called_at: int | None = None
    talked_at: int | None = None
    listed_at: int | None = None
    ordered_at: int | None = None
    accepted_at: int | None = None
    cleared_at: int | None = None

    @property
    def since(self) -> int:
        """Since when it stands where the ladder has put it."""
        return self.raised_at if self.called_at is None else self.called_at

    def step_at(self, moment: int) -> int:
        """Return how many steps up it is: where it was called to, or where the departments are already."""
        called = STEPS.index(self.called) + 1 if self.called is not None else 0
        acted = zip((self.talked_at, self.listed_at, self.ordered_at), range(1, len(STEPS) + 1), strict=True)
        return max([called, *(step for at, step in acted if at is not None and at <= moment)])

    def answered(self, moment: int) -> bool:
        """Return whether somebody has acted since it stands there, by a moment."""
        acts = (self.talked_at, self.listed_at, self.ordered_at, self.accepted_at)
        return any(at is not None and self.since <= at <= moment for at in acts)

    def is_accepted(self, moment: int) -> bool:
        """Return whether its rectification was accepted by a moment."""
        return self.accepted_at is not None and self.accepted_at <= moment

    def moved(self, step: StepName, at: int) -> Standing:
        """Return it as called to a step."""
        return replace(self, called=step, called_at=at)
