"""The figures of the policy report, read from the view `indicators`: the numbers everybody else sees, and none of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sinks.proof.source import find_indicator
from sinks.proof.statement import select
from sinks.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from schemas.catalogue.model import Indicator
    from sinks.layout import Layout
    from sinks.periods import Period
    from sinks.warehouse import Warehouse

POLICY: Final = "policy_id"
"""The dimension of the report."""
COLUMNS: Final = (
    "policy_on_time_rate",
    "policy_extension_rate",
    "policy_progress",
    "policy_overdue",
    "policy_awareness_rate",
    "policy_feedback_score",
)
"""The indicators of the report, in the order of its columns."""
PARTS: Final = {"policy_progress": ("policy_steps_done", "policy_steps")}
"""Where an indicator has no parts of its own: the indicators that are its numerator and denominator."""


class Figure(NamedTuple):
    """A value of the month with all that stands beside it. `policy` is empty for all policies together."""

    indicator: str
    level: str
    place: str
    place_name: str
    policy: str
    numerator: int
    denominator: int
    value: float | None
    colour: str
    previous: float | None
    last_year: float | None
    newest_event_at: datetime | None
    changed_at: datetime
    revised: bool
    definition_version: int


class Month:
    """The figures of one month and the definitions they were computed by."""

    def __init__(self, layout: Layout, figures: Sequence[Figure]) -> None:
        self._figures = {(each.indicator, each.place, each.policy): each for each in figures}
        self._layout = layout
        self.definitions: dict[str, Indicator] = {}
        versions = {each.indicator: each.definition_version for each in figures}
        for indicator in COLUMNS:
            self.definitions[indicator] = find_indicator(layout, indicator, versions.get(indicator))
        # Only what has a value of a column is told; parts alone say nothing.
        self.shown = [each for each in figures if each.indicator in COLUMNS]

    @property
    def policies(self) -> list[str]:
        """Return the policies there is anything of, by name."""
        return sorted({each.policy for each in self.shown if each.policy})

    def places(self, policy: str) -> list[tuple[str, str, str]]:
        """Return (level, code, name) of the places there is anything of under a policy: the county, then its townships."""
        return sorted({(each.level, each.place, each.place_name) for each in self.shown if each.policy == policy})

    def figure(self, indicator: str, place: str, policy: str) -> Figure | None:
        """Return a figure; None where there is no such cell."""
        return self._figures.get((indicator, place, policy))

    def parts(self, figure: Figure) -> tuple[int, int]:
        """Return a figure's numerator and denominator; of a derived one those of what it is made of."""
        if figure.indicator not in PARTS:
            return figure.numerator, figure.denominator
        numerator, denominator = (self.figure(name, figure.place, figure.policy) for name in PARTS[figure.indicator])
        return (numerator.numerator if numerator else 0, denominator.numerator if denominator else 0)

    def enough(self, figure: Figure) -> bool:
        """Return whether there are enough cases for the figure to be judged."""
        indicator = self.definitions[figure.indicator]
        if indicator.kind in ("count", "sum", "stock"):
            return True
        return self.parts(figure)[1] >= indicator.minimum_volume


def read_month(warehouse: Warehouse, layout: Layout, month: Period, place: str) -> Month:
    """Return the month's figures of the county and its townships, or of one township; raises Unavailable, QueryFailed."""
    names = [name for name in Figure._fields if name != "policy"]
    columns = [*names[:4], "dimension_value AS policy", *names[4:]]
    where = [
        "period = {period:String}",
        "period_start = {start:Date}",
        "dimension IN ('', {dimension:String})",
        "indicator IN {indicators:Array(String)}",
        "level IN ('county', 'township')",
        "startsWith(place, {place:String})",
    ]
    parameters = {
        "period": month.kind,
        "start": month.start.isoformat(),
        "dimension": POLICY,
        "indicators": [*COLUMNS, *(name for parts in PARTS.values() for name in parts)],
        "place": place,
    }
    rows = warehouse.rows(select(columns, f"{quoted(layout.database)}.indicators", where), parameters)
    return Month(layout, [Figure._make(row) for row in rows])
