"""From cases to cells in SQL: an indicator's additive parts by place, period and dimension.

Every case is first summed at the finest grain (village, day, dimension values); only then the sums are spread over
levels, periods and dimensions. What ClickHouse's Date cannot hold (before 1970, after 5 June 2149) has no cells there:
the sink refuses those the stream publishes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from schemas.catalogue.buckets import bucket_columns
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


_LAST_WORDS: Final = (
    (
        "再展开到乡镇与村、各时段、各维度，求和。",
        "Then spread over township and village, periods and dimensions, and summed.",
    ),
    ("再数出各处、各时段里有多少个取值达到。", "Then how many values do so, in each place and period."),
)


class _Sums(NamedTuple):
    """What is summed at the grain: SQL over the step before, and which of its rows have a part."""

    numerator: str
    denominator: str = "toInt64(0)"
    buckets: str = _NO_BUCKETS
    known: tuple[str, ...] = ()


def cell_steps(indicator: Indicator, timezone: str, *, cases: str = CASES, as_of: str = "as_of") -> list[Step]:
    """Return the steps from `cases` (the name of a step or a table) to `cells`, which has CELL_COLUMNS.

    `as_of` is SQL of the moment at which a stock is looked at; it may be a column of the cases.
    """
    return _Writer(indicator, timezone, cases, as_of).steps()


class _Writer:
    def __init__(self, indicator: Indicator, timezone: str, cases: str, as_of: str) -> None:
        self._indicator = indicator
        self._population = Population(indicator, timezone)
        self._source = cases if cases == CASES else f"{cases} AS {CASES}"
        self._as_of = as_of

    def steps(self) -> list[Step]:
        indicator = self._indicator
        if indicator.kind == "stock":
            return [self._moves(), self._grain("moves", _Sums("sum(moves.change)")), self._cells("grain")]
        steps, source = [self._counted()], "population"
        if indicator.kind == "quantile":
            steps, source = [*steps, self._bucketed()], "bucketed"
        steps.append(self._grain(source, self._sums(source)))
        if indicator.kind == "distinct":
            return [*steps, self._reached(), self._cells("reached")]
        if indicator.kind == "coverage":
            return [*steps, self._covered(), self._cells("covered")]
        return [*steps, self._cells("grain")]

    def _counted(self) -> Step:
        population, indicator = self._population, self._indicator
        columns = [*self._place(), f"{population.day} AS day"]
        if indicator.kind == "share":
            columns.append(f"{population.holds} AS holds")
        if indicator.value is not None:
            columns.append(f"{population.value} AS value")
        if indicator.weight is not None:
            columns.append(f"{population.weight} AS weight")
        if indicator.counts is not None:
            columns.append(f"{population.counted} AS counted")
        conditions = [*population.conditions, f"{population.anchor} IS NOT NULL"]
        if indicator.kind == "coverage":
            conditions.append(f"{CASES}.village IS NOT NULL")
        return Step(
            "population",
            f"总体：符合 over、未被剔除（exclude）的事项，各按 {indicator.anchor} 归入县里的一天。",
            f"The population: cases for which `over` is true and no `exclude` is, each on the county's day of {indicator.anchor}.",
            select(columns, self._source, conditions),
        )

    def _sums(self, source: str) -> _Sums:
        indicator, value = self._indicator, f"{source}.value"
        count = "toInt64(count())"
        known: tuple[str, ...] = () if indicator.value is None else (f"{value} IS NOT NULL",)
        match indicator.kind:
            case "share":
                return _Sums(f"sum({source}.holds)", count)
            case "distinct":
                return _Sums(count, known=(f"{source}.counted IS NOT NULL",))
            case "quantile":
                return _Sums("toInt64(0)", count, f"sumMap(map({source}.bucket, toInt64(1)))", known)
            case "mean" if indicator.weight is not None:
                weight = f"{source}.weight"
                both = (*known, f"{weight} IS NOT NULL")
                return _Sums(_total(f"{value} * {weight}"), _total(weight), known=both)
            case "mean":
                return _Sums(_total(value), count, known=known)
        return _Sums(count) if indicator.value is None else _Sums(_total(value), known=known)

    def _bucketed(self) -> Step:
        steps = bucket_columns("assumeNotNull(population.value)")
        return Step(
            "bucketed",
            "每个值落在哪个桶：每个二的幂之间分 64 桶，只用整数运算。",
            "The bucket each value falls into: 64 between two powers of two, by whole numbers only.",
            select(
                ["population.*", *(f"{sql} AS {name}" for name, sql in steps.items())],
                "population",
                ["population.value IS NOT NULL"],
            ),
        )

    def _moves(self) -> Step:
        population, indicator = self._population, self._indicator
        ends = listed([f"({population.enter}, toInt64(1))", f"({population.leave}, toInt64(-1))"])
        value, measured, zh, en = "move.2", list[str](), "1", "1"
        if indicator.value is not None:
            value, measured = f"move.2 * assumeNotNull({population.value})", [f"{population.value} IS NOT NULL"]
            zh, en = "取值", "its value"
        happened = f"end -> end.1 > toDateTime64(0, 3) AND end.1 <= {self._as_of}"
        return Step(
            "moves",
            f"总体中每件的进（{indicator.enter}，+{zh}）与出（{indicator.leave}，−{zh}），截至所看的时刻；出不晚于进的从未在内。",
            f"Of the population what entered ({indicator.enter}, +{en}) and what left ({indicator.leave}, -{en}) up to the "
            "moment looked at; what leaves no later than it enters never was in.",
            select(
                [
                    *self._place(),
                    f"arrayJoin(arrayFilter({happened}, {ends})) AS move",
                    f"{population.day_of('assumeNotNull(move.1)')} AS day",
                    f"{value} AS change",
                ],
                self._source,
                [*population.conditions, *population.stays, *measured],
            ),
        )

    def _place(self) -> list[str]:
        dimensions = [f"{self._population.dimension(name)} AS {_by(name)}" for name in self._indicator.dimensions]
        return [f"{CASES}.township AS township", f"{CASES}.village AS village", *dimensions]

    def _grain(self, source: str, sums: _Sums) -> Step:
        keys = ["township", "village", "day", *map(_by, self._indicator.dimensions)]
        keys += ["counted"] if self._indicator.counts is not None else []
        return Step(
            "grain",
            f"先在最细处求和：村、日、{'各个取值' if self._indicator.counts is not None else '各维度值'}。",
            "Summed first where it is finest: village, day, "
            f"{'each value that is counted' if self._indicator.counts is not None else 'values of the dimensions'}.",
            select(
                [
                    *(f"{source}.{key} AS {key}" for key in keys),
                    f"{sums.numerator} AS numerator",
                    f"{sums.denominator} AS denominator",
                    f"{sums.buckets} AS buckets",
                ],
                source,
                [f"{source}.day BETWEEN {_FIRST_DAY} AND {_LAST_DAY}", *sums.known],
                group_by=[f"{source}.{key}" for key in keys],
            ),
        )

    def _covered(self) -> Step:
        at_least = self._indicator.at_least or 1
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
                    "toInt64(0) AS denominator",
                    f"{_NO_BUCKETS} AS buckets",
                ],
                "grain",
                group_by=["grain.township", "grain.village", "period", "dimension"],
            ),
        )

    def _reached(self) -> Step:
        """A value counts once in a township, be it in several of its villages: so it is judged at every place by itself."""
        at_least = self._indicator.at_least or 1
        return Step(
            "reached",
            f"每个取值在每个地方、每个时段内是否达到 {at_least} 件：乡镇自行去重，不是各村之和。",
            f"Whether each value reaches {at_least} in each place and period: a township's are its own, not the sum of its "
            "villages.",
            select(
                [
                    "toString(grain.township) AS township",
                    f"{self._levels('grain')} AS level",
                    f"{self._periods('grain')} AS period",
                    f"{self._slices('grain')} AS dimension",
                    "grain.counted AS counted",
                    f"toInt64(sum(grain.numerator) >= {at_least}) AS numerator",
                    "toInt64(0) AS denominator",
                    f"{_NO_BUCKETS} AS buckets",
                ],
                "grain",
                group_by=["grain.township", "level", "period", "dimension", "grain.counted"],
            ),
        )

    def _cells(self, source: str) -> Step:
        spread = [f"{source}.* EXCEPT (township)", f"toString({source}.township) AS township"]
        if source != "reached":
            spread.append(f"{self._levels(source)} AS level")
        if source == "grain":
            spread += [f"{self._periods(source)} AS period", f"{self._slices(source)} AS dimension"]
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
            "sum(spread.numerator) AS numerator",
            "sum(spread.denominator) AS denominator",
            f"{'sumMap(spread.buckets)' if self._indicator.kind == 'quantile' else _NO_BUCKETS} AS buckets",
        ]
        return Step(
            CELLS,
            *_LAST_WORDS[source == "reached"],
            select(
                columns,
                f"(\n{indented(select(spread, source))}\n) AS spread",
                group_by=["spread.township", "spread.level", "spread.period", "spread.dimension"],
            ),
        )

    def _levels(self, source: str) -> str:
        levels = listed(
            [f"('township', toString({source}.township))", f"('village', ifNull(toString({source}.village), ''))"]
        )
        return f"arrayJoin(arrayFilter(each -> each.2 != '', {levels}))"

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


def _total(value: str) -> str:
    return f"sum(assumeNotNull({value}))"


def _by(dimension: str) -> str:
    return f"by_{dimension}"
