"""Values as the report writes them: with their unit, numerator and denominator, and what they were before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sinks.formats import COLOURS, short_number

if TYPE_CHECKING:
    from schemas.catalogue.model import Indicator
    from sinks.report.figures import Figure, Month

NO_DATA: Final = "无数据"
UNITS: Final = {"tasks": "项", "points": "分", "cases": "件", "hazards": "处", "days": "天", "steps": "步"}
THIN: Final = "※"
_COUNTED: Final = ("count", "sum", "stock")


def measured(indicator: Indicator, value: float | None) -> str:
    """Return a value with its unit; NO_DATA where there is none, which is not zero."""
    if value is None:
        return NO_DATA
    if indicator.unit == "%":
        return f"{short_number(value)}%"
    return f"{short_number(value)} {UNITS.get(indicator.unit, indicator.unit)}"


def both(indicator: Indicator) -> str:
    """Return an indicator's name in both languages."""
    return f"{indicator.zh} {indicator.en}"


def parts_of(month: Month, figure: Figure) -> str:
    """Return `（3/4）`, or nothing for what is only counted."""
    if month.definitions[figure.indicator].kind in _COUNTED:
        return ""
    numerator, denominator = month.parts(figure)
    return f"（{numerator}/{denominator}）"


def said(month: Month, figure: Figure) -> str:
    """Return an indicator's name and value."""
    indicator = month.definitions[figure.indicator]
    return f"{indicator.zh} {measured(indicator, figure.value)}{parts_of(month, figure)}"


def cell(month: Month, figure: Figure | None) -> str:
    """Return a cell of the table: the value with its colour's shape and its parts, below it the month before and last year."""
    if figure is None or figure.value is None:
        return NO_DATA
    indicator = month.definitions[figure.indicator]
    enough = month.enough(figure)
    shape = f"{COLOURS[figure.colour][0]} " if enough and figure.colour in COLOURS else ""
    before = " · ".join(
        f"{words} {'—' if value is None else measured(indicator, value)}"
        for words, value in (("上月", figure.previous), ("去年", figure.last_year))
    )
    return f"{shape}{measured(indicator, figure.value)}{parts_of(month, figure)}{'' if enough else THIN}\n{before}"


def points_worse(indicator: Indicator, figure: Figure) -> float:
    """Return by how much a value got worse since the month before; 0 where it is not known or has no better way."""
    if figure.value is None or figure.previous is None or indicator.direction == "none":
        return 0.0
    change = figure.value - figure.previous
    return -change if indicator.direction == "up" else change
