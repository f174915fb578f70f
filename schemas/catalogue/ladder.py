"""The ladder of supervision as data: reads `supervision/ladder.yaml` and checks it whole against the indicators there are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from schemas.catalogue.entries import Entry, Identifier, Words
from schemas.catalogue.written import CatalogueRefused, Mistake, Written, mistake_of
from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from schemas.catalogue.model import Catalogue, Indicator
    from schemas.catalogue.written import Place

LADDER_FILE: Final = "ladder.yaml"
SUPERVISION: Final = "supervision"
StepName = Literal["talk", "listing", "rectification"]
STEPS: Final[tuple[StepName, ...]] = ("talk", "listing", "rectification")
MOST_PERIODS: Final = 12
MOST_GRACE_DAYS: Final = 20
"""Every judgement falls into the month after the one it judges, so that a month has one judgement."""

_Periods = Annotated[int, Field(ge=1, le=MOST_PERIODS)]
_Days = Annotated[int, Field(ge=1, le=366)]


class WatchEntry(Entry):
    """Which indicators with a direction and a warning line are left alone."""

    except_domains: tuple[Identifier, ...] = ()
    except_: Annotated[tuple[Identifier, ...], Field(alias="except")] = ()


class RaiseEntry(Entry):
    """After how many periods in a row a warning is raised: red ones, and ones beyond the yellow line or the red."""

    red_periods: _Periods
    beyond_periods: _Periods


class ClearEntry(Entry):
    """What clears a warning. `margin` is a share of the way from the yellow line to the goal."""

    margin: Annotated[float, Field(ge=0, le=1)]
    periods: _Periods
    after_acceptance: Literal["not_red", "green"]


class StepEntry(Entry):
    """A step up: after how many red periods in a row, or days in which the step before was not answered."""

    to: StepName
    red_periods: _Periods
    unanswered_days: _Days


class AwardsEntry(Entry):
    """Who is commended: the best of a county, ties included, unless too few are ranked or too many share it."""

    title: Words
    periods: Annotated[tuple[Literal["quarter", "year"], ...], Field(min_length=1)]
    indicators: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    least_ranked: Annotated[int, Field(ge=2)]
    most_awarded: Annotated[int, Field(ge=1)]
    reaches_goal: bool


class LadderEntry(Entry):
    """A whole ladder.yaml."""

    version: Annotated[int, Field(ge=1, lt=2**31)]
    department: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    period: Literal["month"]
    grace_days: Annotated[int, Field(ge=0, le=MOST_GRACE_DAYS)]
    catch_up_periods: _Periods
    watch: WatchEntry
    raise_: Annotated[RaiseEntry, Field(alias="raise")]
    clear: ClearEntry
    steps: Annotated[tuple[StepEntry, ...], Field(min_length=len(STEPS), max_length=len(STEPS))]
    rectification_days: _Days
    awards: AwardsEntry | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rule, and the indicators it watches by id; of an indicator the newest version, which knows the earlier ones."""

    rule: LadderEntry
    watched: Mapping[str, Indicator]
    indicators: Mapping[str, Indicator]


def load_ladder(domains: Path, catalogues: Mapping[str, Catalogue]) -> Ladder:
    """Return the ladder of a folder of domains.

    Raises Refused when there is none, CatalogueRefused with every mistake in it.
    """
    written = Written(domains / SUPERVISION / LADDER_FILE)
    if not isinstance(written.data, dict):
        raise Refused(written.file, 1, "文件里没有内容 / there is nothing in it", ", ".join(LadderEntry.model_fields))
    try:
        rule = LadderEntry.model_validate(written.data)
    except ValidationError as error:
        raise CatalogueRefused(written.file, [mistake_of(written, each) for each in error.errors()]) from None
    mistakes: list[Mistake] = []

    def wrong(place: Place, problem: str, allowed: str = "") -> None:
        mistakes.append(Mistake(written.line(place), problem, allowed))

    every = {name: each for catalogue in catalogues.values() for name, each in catalogue.indicators.items()}
    _check_steps(rule, wrong)
    _check_names(rule, catalogues, every, wrong)
    if mistakes:
        raise CatalogueRefused(written.file, mistakes)
    return Ladder(rule, _watched(rule, catalogues), every)


def has_lines(indicator: Indicator) -> bool:
    """Return whether an indicator can be beyond a line: a goal alone is an aim."""
    return indicator.direction != "none" and (indicator.yellow_line is not None or indicator.red_line is not None)


def _watched(rule: LadderEntry, catalogues: Mapping[str, Catalogue]) -> dict[str, Indicator]:
    return {
        name: indicator
        for domain, catalogue in catalogues.items()
        if domain not in rule.watch.except_domains
        for name, indicator in catalogue.indicators.items()
        if name not in rule.watch.except_ and rule.period in indicator.periods and has_lines(indicator)
    }


def _check_steps(rule: LadderEntry, wrong: Callable[..., None]) -> None:
    """The steps stand in their order, and each asks for more red periods than the one before."""
    for index, (step, name) in enumerate(zip(rule.steps, STEPS, strict=True)):
        if step.to != name:
            problem = f"第 {index + 1} 级应为 {name} / step {index + 1} is {name}, not {step.to}"
            wrong(("steps", index, "to"), problem, ", ".join(STEPS))
    for index, (before, after) in enumerate(pairwise(rule.steps), 1):
        if after.red_periods <= before.red_periods:
            problem = f"{after.to} 的 red_periods 须多于上一级 / {after.to} needs more red periods than the step before"
            wrong(("steps", index, "red_periods"), problem, f"> {before.red_periods}")
    if rule.steps[0].red_periods <= rule.raise_.red_periods:
        problem = "约谈须晚于发出 / a talk needs more red periods than the warning itself"
        wrong(("steps", 0, "red_periods"), problem, f"> {rule.raise_.red_periods}")


def _check_names(
    rule: LadderEntry,
    catalogues: Mapping[str, Catalogue],
    every: Mapping[str, Indicator],
    wrong: Callable[..., None],
) -> None:
    for index, name in enumerate(rule.watch.except_domains):
        if name not in catalogues:
            problem = f"没有领域 {name} / there is no domain {name}"
            wrong(("watch", "except_domains", index), problem, ", ".join(catalogues))
    for index, name in enumerate(rule.watch.except_):
        if name not in every:
            wrong(
                ("watch", "except", index), f"没有指标 {name} / there is no indicator {name}", "an id of the catalogue"
            )
    for index, name in enumerate(rule.awards.indicators if rule.awards is not None else ()):
        place = ("awards", "indicators", index)
        if name not in every:
            wrong(place, f"没有指标 {name} / there is no indicator {name}", "an id of the catalogue")
        elif every[name].direction == "none" or (
            rule.awards is not None and rule.awards.reaches_goal and every[name].goal is None
        ):
            problem = f"{name} 没有方向或目标，评不出先进 / {name} has no direction or no goal: nobody is best in it"
            wrong(place, problem, "an indicator with a direction; with `reaches_goal` also with a goal")
