"""Indicators made of other indicators' values (derived, index), and the references between them across domains."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from schemas.catalogue.expression import Name
from schemas.catalogue.indicator_keys import a
from schemas.catalogue.model import COMPOSED
from schemas.catalogue.scores import score_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemas.catalogue.indicator_entries import Period
    from schemas.catalogue.model import IndexPart, Indicator
    from schemas.catalogue.written import Place

FIGURES: Final = ("previous", "last_year", "numerator", "denominator")
"""What an expression may ask of an indicator beside its value: `previous(x)`, known as `previous.x`."""

_FIGURE: Final = re.compile(rf"(?:(?:{'|'.join(FIGURES)})\.)?[a-z][a-z0-9_]*")
_VALUE: Final = Name("double")
NOW: Final = "now"
"""The period of what is as it is now: only stocks are, and nothing was a period before."""

_BEFORE: Final = ("previous.", "last_year.")
_SLACK: Final = 1e-9


class FigureNames(Mapping[str, Name]):
    """The names a derived indicator's expression may use: any indicator's id, and its figures.

    Which indicators there are is checked when all domains are known.
    """

    def __getitem__(self, name: str) -> Name:
        if _FIGURE.fullmatch(name) is None:
            raise KeyError(name)
        return _VALUE

    def __iter__(self) -> Iterator[str]:
        return iter(("<indicator>", *(f"{each}(<indicator>)" for each in FIGURES)))

    def __len__(self) -> int:
        return 1 + len(FIGURES)


@dataclass(frozen=True, slots=True)
class References:
    """All indicators that are known, by id. `complete` says whether there are no others."""

    known: Mapping[str, Indicator]
    complete: bool

    def checked(self, indicator: Indicator, wrong: Callable[[Place, str, str], None]) -> Indicator:
        """Return an indicator with its references looked up; what is wrong goes to `wrong`, with the place within its entry."""
        if indicator.kind not in COMPOSED:
            return indicator
        fit = [self._input(indicator, name, wrong) for name in indicator.inputs]
        periods = self._periods(indicator, wrong) if all(fit) else indicator.periods
        parts = tuple(self._scored(indicator, number, part, wrong) for number, part in enumerate(indicator.parts))
        return replace(indicator, parts=parts, periods=periods)

    def _periods(self, indicator: Indicator, wrong: Callable[[Place, str, str], None]) -> tuple[Period, ...]:
        """Return the periods in which it can have a value; that it was to have others, or has none, is wrong.

        Unless said, its periods are those that its inputs have: in others it would be empty for ever, and nobody told why.
        """
        shared = tuple(period for period in indicator.periods if self._can_have(indicator, period))
        without = [period for period in indicator.periods if period not in shared]
        if without and ("periods" in indicator.definition.model_fields_set or not shared):
            lacking = "; ".join(f"{period}: {', '.join(self._lacking(indicator, period))}" for period in without)
            problem = f"这些时段里缺少输入，不会有值 / never has a value in periods its inputs leave out: {lacking}"
            place: Place = ("periods",) if "periods" in indicator.definition.model_fields_set else ()
            wrong(place, problem, ", ".join(shared) or "inputs that share a period")
        return shared or indicator.periods

    def _input(self, indicator: Indicator, name: str, wrong: Callable[[Place, str, str], None]) -> bool:
        """Whether there is such an indicator (or may be, in a domain that is not known) and it is fit for this one."""
        place, found = _place_of(indicator, name), self.known.get(name)
        if found is None:
            if self.complete:
                wrong(place, f"没有指标 {name} / no indicator {name}", ", ".join(sorted(self._fit_for(indicator))))
            return not self.complete
        if not _fits(indicator, found):
            words = f"{a(indicator.kind)} cannot be made of {a(found.kind)}"
            problem = f"{indicator.kind} 不能用 {found.kind} 指标 {name} / {words}: {name}"
            wrong(place, problem, ", ".join(sorted(self._fit_for(indicator))))
        for number, dimension in enumerate(indicator.dimensions):
            if dimension not in found.dimensions:
                problem = f"{name} 没有维度 {dimension} / {name} is not broken down by {dimension}"
                wrong(("dimensions", number), problem, ", ".join(found.dimensions) or "no dimensions")
        return _fits(indicator, found)

    def _can_have(self, indicator: Indicator, period: Period) -> bool:
        """Whether it can have a value in a period: a derived one with all its inputs, an index with enough of its weight."""
        lacking = self._lacking(indicator, period)
        if indicator.kind == "derived":
            return not lacking
        weight = sum(part.weight for part in indicator.parts if part.indicator not in lacking)
        return weight > 0 and weight >= (indicator.minimum_weight or 0) - _SLACK

    def _lacking(self, indicator: Indicator, period: Period) -> list[str]:
        """Return the inputs that have no value in a period; those that are not known are taken to have one."""
        names = indicator.expression.names() if indicator.expression is not None else frozenset(indicator.inputs)
        return sorted(
            name
            for name in names
            if (period == NOW and name.startswith(_BEFORE))
            or ((found := self.known.get(name.rpartition(".")[2])) is not None and not self._has(found, period))
        )

    def _has(self, found: Indicator, period: Period) -> bool:
        if period not in found.periods:
            return False
        if found.kind == "derived":
            return not self._lacking(found, period)
        return period != NOW or found.kind in ("stock", "index")

    def _scored(
        self, indicator: Indicator, number: int, part: IndexPart, wrong: Callable[[Place, str, str], None]
    ) -> IndexPart:
        """Return a part with its indicator's direction, and its score where it has none of its own."""
        found = self.known.get(part.indicator)
        if found is None:
            return part
        own = indicator.definition.parts[number].score
        if own is not None:
            for problem, allowed in score_problems(own, found.direction):
                wrong(("parts", number, "score"), problem, allowed)
            return replace(part, direction=found.direction)
        if found.score is None:
            problem = f"{part.indicator} 没有计分办法 / {part.indicator} has no score"
            wrong(("parts", number), problem, "a `score` here, or in the indicator's own entry")
            return part
        return replace(part, score=found.score, direction=found.direction)

    def _fit_for(self, indicator: Indicator) -> list[str]:
        return [each.id for each in self.known.values() if _fits(indicator, each)]


def _fits(indicator: Indicator, found: Indicator) -> bool:
    """A derived one is made of what has cells; an index of anything but an index."""
    return found.kind not in COMPOSED if indicator.kind == "derived" else found.kind != "index"


def _place_of(indicator: Indicator, name: str) -> Place:
    for number, part in enumerate(indicator.parts):
        if part.indicator == name:
            return ("parts", number, "indicator")
    for number, veto in enumerate(indicator.veto):
        if veto.indicator == name:
            return ("veto", number, "indicator")
    return ("expression",)
