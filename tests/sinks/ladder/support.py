"""Months, figures and rules in few words."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from schemas.calendar import Calendar
from schemas.catalogue.ladder import LadderEntry
from sinks.ladder.figures import Figure, Lines
from sinks.ladder.months import Months, month_number
from sinks.ladder.rule import Subject, Track

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sinks.ladder.figures import Standing
    from sinks.ladder.rule import Step

TOWNSHIP = "330521100"
SUBJECT = Subject(TOWNSHIP, "hazard_rectification_rate")
RATE = Lines(up=True, goal=100, yellow=95, red=85)
"""Recovered from 97.5 on."""
DAYS = Lines(up=False, goal=15, yellow=30, red=60)
JANUARY = month_number(date(2026, 1, 1))
WRITTEN: dict[str, Any] = {
    "version": 1,
    "department": "县委办公室",
    "period": "month",
    "grace_days": 3,
    "catch_up_periods": 1,
    "watch": {},
    "raise": {"red_periods": 1, "beyond_periods": 2},
    "clear": {"margin": 0.5, "periods": 2, "after_acceptance": "not_red"},
    "steps": [
        {"to": "talk", "red_periods": 2, "unanswered_days": 300},
        {"to": "listing", "red_periods": 3, "unanswered_days": 300},
        {"to": "rectification", "red_periods": 4, "unanswered_days": 300},
    ],
    "rectification_days": 30,
    "awards": {
        "title": {"zh": "先进乡镇", "en": "best township"},
        "periods": ["quarter", "year"],
        "indicators": ["appeal_on_time_rate"],
        "least_ranked": 3,
        "most_awarded": 2,
        "reaches_goal": True,
    },
}


def rule_of(**changes: Any) -> LadderEntry:
    """The rule of these tests, in which nobody is in a hurry, with some of it changed."""
    return LadderEntry.model_validate({**WRITTEN, **changes})


def impatient(days: int = 10, **changes: Any) -> LadderEntry:
    """The rule with steps that must be answered within so many days."""
    return rule_of(steps=[{**step, "unanswered_days": days} for step in WRITTEN["steps"]], **changes)


def months_of(rule: LadderEntry) -> Months:
    return Months(Calendar("Asia/Shanghai"), rule.grace_days)


def figures_of(
    values: Sequence[float | None], lines: Lines = RATE, first: int = JANUARY, few: Sequence[int] = ()
) -> dict[int, Figure]:
    """Values of consecutive months; None: no data; `few`: those over too few cases, by their place."""
    return {
        first + number: Figure(value, number not in few, lines)
        for number, value in enumerate(values)
        if value is not None
    }


def told(steps: Sequence[Step]) -> list[tuple[Any, ...]]:
    """Steps as (what, when in the county, the word that matters)."""
    shanghai = Calendar("Asia/Shanghai")
    return [
        (
            step.record.removeprefix("Warning"),
            str(date(1970, 1, 1).fromordinal(date(1970, 1, 1).toordinal() + shanghai.day_of(step.occurred_at))),
            next((step.fields[key] for key in ("to_step", "because", "colour") if key in step.fields), None),
        )
        for step in steps
    ]


def judged_monthly(
    values: Sequence[float | None], rule: LadderEntry | None = None, **more: Any
) -> tuple[list[Step], Standing | None]:
    """What is said when every month is judged in its turn, and how the warning stands at the end."""
    rule = rule_of() if rule is None else rule
    months, figures = months_of(rule), figures_of(values, **more)
    standing, steps = None, list[Any]()
    for month in range(JANUARY, JANUARY + len(values)):
        track = Track(rule, months, SUBJECT, figures, standing, {step.event_id for step in steps})
        steps += track.judge([month], months.judged_at(month + 1) - 1)
        standing = track.standing
    return steps, standing


def fields_of(steps: Sequence[Step], record: str) -> Mapping[str, Any]:
    """The fields of the only step of this record."""
    [found] = [step for step in steps if step.record == record]
    return found.fields
