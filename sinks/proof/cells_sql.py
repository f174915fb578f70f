"""From cases to cells in SQL: an indicator's additive parts by place, period and dimension.

Every case is first summed at the finest grain (village, day, dimension values); only then the sums are spread over
levels, periods and dimensions. What ClickHouse's Date cannot hold (before 1970, after 5 June 2149) has no cells there:
the sink refuses those the stream publishes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.catalogue.expression_sql import text
from sinks.proof.cases_sql import CASES
from sinks.proof.population import Population
from sinks.proof.statement import Step, indented, listed, select

if TYPE_CHECKING:
    from schemas.catalogue.model import Indicator

CELL_COLUMNS: Final = (
    "indicator",
    "definition_version",
    "township",
    "place",
    "level",
    "period",
    "period_start",
    "dimension",
    "dimension_value",
    "numerator",
    "denominator",
    "buckets",
)
CELL_KEY: Final = ("level", "place", "period", "period_start", "dimension", "dimension_value")
CELLS: Final = "cells"

_FIRST_DAY: Final = "toDate32('1970-01-01')"
_LAST_DAY: Final = "toDate32('2149-06-05')"
_NO_BUCKETS: Final = "CAST(map(), 'Map(Int32, Int64)')"


def cell_steps(indicator: Indicator, timezone: str, *, cases: str = CASES, as_of: str = "as_of") -> list[Step]:
    """Return the steps from `cases` (the name of a step or a table) to `cells`, which has CELL_COLUMNS.

    `as_of` is SQL of the moment at which a stock is looked at; it may be a column of the cases.
    """
    return _Writer(indicator, timezone, cases, as_of).steps()


class _Writer:
    def __init__(self, indicator: Indicator, timezone: str, cases: str, as_of: str) -> None:
        self._indicator = indicator
        self._timezone = timezone
        self._population = Population(indicator, timezone)
        self._source = cases if cases == CASES else f"{cases} AS {CASES}"
        self._as_of = as_of

    def steps(self) -> list[Step]:
        if self._indicator.kind == "stock":
            return [self._moves(), self._grain("sum(moves.change)", "0", "moves"), self._cells()]
        if self._indicator.covers:
            return [
                self._counted(),
                self._grain("sum(counted.numerator)", "0", "counted"),
                self._covered(),
                self._cells(),
            ]
        numerator, denominator = "sum(counted.numerator)", "sum(counted.denominator)"
        return [self._counted(), self._grain(numerator, denominator, "counted"), self._cells()]

    def _counted(self) -> Step:
        population = self._population
        numerator, denominator, buckets, conditions = self._parts()
        columns = [
            f"{population.day} AS day",
            f"{numerator} AS numerator",
            f"{denominator} AS denominator",
            *([f"map({buckets}, toInt64(1)) AS buckets"] if buckets else []),
        ]
        known = [f"{population.anchor} IS NOT NULL", *self._in_villages(), *conditions]
        return Step(
            "counted",
            f"总体：符合 over、未被剔除（exclude）的事项，各按 {self._indicator.anchor} 归入县里的一天，并算出它的分子与分母。",
            f"The population: cases for which `over` is true and no `exclude` is, each on the county's day of "
            f"{self._indicator.anchor}, with what it adds to numerator and denominator.",
            select([*self._place(), *columns], self._source, [*population.conditions, *known]),
        )

    def _parts(self) -> tuple[str, str, str, list[str]]:
        """Return numerator, denominator, bucket (or nothing) of one case, and what must be known of it."""
        population, one = self._population, "toInt64(1)"
        match self._indicator.kind:
            case "count":
                return one, "toInt64(0)", "", []
            case "share":
                return population.holds, one, "", []
            case "quantile":
                return "toInt64(0)", one, population.bucket, [f"{population.value} IS NOT NULL"]
            case "mean" if population.weight:
                value, weight = f"assumeNotNull({population.value})", f"assumeNotNull({population.weight})"
                known = [f"{population.value} IS NOT NULL", f"{population.weight} IS NOT NULL"]
                return f"{value} * {weight}", weight, "", known
            case _ if self._indicator.value is None:
                return one, "toInt64(0)", "", []
        denominator = one if self._indicator.kind == "mean" else "toInt64(0)"
        return f"assumeNotNull({population.value})", denominator, "", [f"{population.value} IS NOT NULL"]

    def _in_villages(self) -> list[str]:
        return [f"{CASES}.village IS NOT NULL"] if self._indicator.covers else []

    def _moves(self) -> Step:
        population = self._population
        # Both ends of a stay, as one array: what lies ahead of `as_of`, or before 1970, is not there.
        ends = listed([f"({population.enter}, toInt64(1))", f"({population.leave}, toInt64(-1))"])
        happened = f"end -> end.1 > toDateTime64(0, 3) AND end.1 <= {self._as_of}"
        return Step(
            "moves",
            f"总体中每件的进（{self._indicator.enter}，+1）与出（{self._indicator.leave}，−1），截至 as_of；出不晚于进的从未在内。",
            f"Of the population what entered ({self._indicator.enter}, +1) and what left ({self._indicator.leave}, -1) up to as_of; "
            "what leaves no later than it enters never was in.",
            select(
                [
                    *self._place(),
                    f"arrayJoin(arrayFilter({happened}, {ends})) AS move",
                    f"{population.day_of('assumeNotNull(move.1)')} AS day",
                    "move.2 AS change",
                ],
                self._source,
                [*population.conditions, *population.stays],
            ),
        )

    def _place(self) -> list[str]:
        dimensions = [f"{self._population.dimension(name)} AS {_by(name)}" for name in self._indicator.dimensions]
        return [f"{CASES}.township AS township", f"{CASES}.village AS village", *dimensions]

    def _grain(self, numerator: str, denominator: str, source: str) -> Step:
        keys = ["township", "village", "day", *map(_by, self._indicator.dimensions)]
        buckets = f"sumMap({source}.buckets)" if self._indicator.kind == "quantile" else _NO_BUCKETS
        return Step(
            "grain",
            "先在最细处求和：村、日、各维度值。",
            "Summed first where it is finest: village, day, values of the dimensions.",
            select(
                [
                    *(f"{source}.{key} AS {key}" for key in keys),
                    f"{numerator} AS numerator",
                    f"{denominator} AS denominator",
                    f"{buckets} AS buckets",
                ],
                source,
                [f"{source}.day BETWEEN {_FIRST_DAY} AND {_LAST_DAY}"],
                group_by=[f"{source}.{key}" for key in keys],
            ),
        )

    def _covered(self) -> Step:
        at_least = self._indicator.at_least or 1
        keys = ["township", "village", "period", "dimension"]
        return Step(
            "covered",
            f"每个村在每个时段内是否达到 {at_least}。",
            f"Whether each village reaches {at_least} in each period.",
            select(
                [
                    "grain.township AS township",
                    "grain.village AS village",
                    f"{self._periods('grain')} AS period",
                    f"{self._slices('grain')} AS dimension",
                    f"toInt64(sum(grain.numerator) >= {at_least}) AS numerator",
                    "0 AS denominator",
                    f"{_NO_BUCKETS} AS buckets",
                ],
                "grain",
                group_by=keys,
            ),
        )

    def _cells(self) -> Step:
        covers = self._indicator.covers is not None
        source = "covered" if covers else "grain"
        levels = listed(
            [f"('township', toString({source}.township))", f"('village', ifNull(toString({source}.village), ''))"]
        )
        spread = [
            f"{source}.* EXCEPT (township)",
            f"toString({source}.township) AS township",
            f"arrayJoin(arrayFilter(each -> each.2 != '', {levels})) AS level",
            *([] if covers else [f"{self._periods(source)} AS period", f"{self._slices(source)} AS dimension"]),
        ]
        quantile = self._indicator.kind == "quantile"
        columns = [
            f"{text(self._indicator.id)} AS indicator",
            f"toUInt32({self._indicator.version}) AS definition_version",
            "spread.township AS township",
            "spread.level.2 AS place",
            "spread.level.1 AS level",
            "spread.period.1 AS period",
            "toDate(spread.period.2) AS period_start",
            "spread.dimension.1 AS dimension",
            "spread.dimension.2 AS dimension_value",
            "toInt64(sum(spread.numerator)) AS numerator",
            "toInt64(sum(spread.denominator)) AS denominator",
            f"{'sumMap(spread.buckets)' if quantile else _NO_BUCKETS} AS buckets",
        ]
        return Step(
            CELLS,
            "再展开到乡镇与村、各时段、各维度，求和。",
            "Then spread over township and village, periods and dimensions, and summed.",
            select(
                columns,
                f"(\n{indented(select(spread, source))}\n) AS spread",
                group_by=["spread.township", "spread.level", "spread.period", "spread.dimension"],
            ),
        )

    def _periods(self, source: str) -> str:
        day = f"{source}.day"
        if self._indicator.kind == "stock":
            return f"arrayJoin([('day', {day}), ('now', {_FIRST_DAY})])"
        starts = {
            "day": day,
            "month": f"toStartOfMonth({day})",
            "quarter": f"toStartOfQuarter({day})",
            "year": f"toStartOfYear({day})",
        }
        pairs = listed([f"('{period}', {start})" for period, start in starts.items()])
        return f"arrayJoin({pairs})"

    def _slices(self, source: str) -> str:
        slices = [
            "('', '')",
            *(f"({text(name)}, toString({source}.{_by(name)}))" for name in self._indicator.dimensions),
        ]
        return f"arrayJoin({listed(slices)})"


def _by(dimension: str) -> str:
    return f"by_{dimension}"
