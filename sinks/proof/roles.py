"""What part each case has in a number, and why: in the numerator, only in the denominator, taken out, or outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from schemas.catalogue.expression_sql import text
from sinks.proof.cases_sql import CASES
from sinks.proof.population import Population
from sinks.proof.statement import call, select

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from schemas.catalogue.model import Indicator

NUMERATOR: Final = "numerator"
DENOMINATOR: Final = "denominator"
EXCLUDED: Final = "excluded"
COUNTED: Final = (NUMERATOR, DENOMINATOR)
"""Roles of cases that count. The others say why a case does not."""

WORDS: Final = {
    NUMERATOR: ("计入分子", "in the numerator"),
    DENOMINATOR: ("只计入分母", "in the denominator only"),
    EXCLUDED: ("剔除", "taken out"),
    "outside": ("不在总体内（over 不成立）", "outside the population (`over` is not true)"),
    "unopened": ("缺少起始事件", "its opening event is missing"),
    "undated": ("没有归期时间", "it has no time to count in"),
    "unmeasured": ("没有取值", "it has no value"),
    "unplaced": ("没有写明村", "it names no village"),
    "never_in": ("从未在内", "it never was in"),
    "not_in": ("此刻不在内", "it is not in at that moment"),
    "": ("不在此单元", "not in this cell"),
}
"""What each role is, in Chinese and English."""


class Slice(NamedTuple):
    """A cell's place, period and breakdown. `first` and `last` are its days; None for the period `now`."""

    place: str
    first: date | None
    last: date | None
    dimension: str = ""
    value: str = ""


@dataclass(frozen=True)
class Roles:
    """Writes the SELECT that gives each case its role in an indicator.

    Columns: township, case_id, village, role, reason (the number of the `exclude`, from 1; else 0), moment (the anchor, or
    when it enters a stock), until (when it leaves), day, present (of a stock: whether it is in at the moment), numerator and
    denominator (what it adds), value, weight, by_<dimension>, and every field of `shown` as field_<name>. `as_of` is SQL of
    the moment at which a stock is looked at.
    """

    indicator: Indicator
    timezone: str
    as_of: str = "now64(3)"

    def sql(self, source: str, shown: Sequence[str] = (), where: Sequence[str] = ()) -> str:
        """Return the SELECT over `source`: a step, a view, a table or a subquery with the columns of `cases`."""
        population = Population(self.indicator, self.timezone)
        stock = self.indicator.kind == "stock"
        moment = population.enter if stock else population.anchor
        role = self._role(population)
        columns = [
            *(f"{CASES}.{name} AS {name}" for name in ("township", "case_id", "village")),
            f"{role} AS role",
            f"if(role = {text(EXCLUDED)}, {self._reason(population)}, 0) AS reason",
            f"{moment} AS moment",
            f"{population.leave if stock else 'NULL'} AS until",
            f"{population.day_of(moment)} AS day",
            f"{self._present(population)} AS present",
            f"{self._value(population)} AS value",
            f"{population.weight if self.indicator.weight is not None else 'NULL'} AS weight",
            f"toInt64(if(role IN ({_listed(COUNTED)}), {self._numerator()}, 0)) AS numerator",
            f"toInt64(if(role IN ({_listed(COUNTED)}), {self._denominator()}, 0)) AS denominator",
            *(f"{population.dimension(name)} AS by_{name}" for name in self.indicator.dimensions),
            *(f"{CASES}.{name} AS field_{name}" for name in shown),
        ]
        return select(columns, f"{source} AS {CASES}", where)

    def within(self, cell: Slice, *, moving: bool = False) -> list[str]:
        """Return conditions, over the columns of `sql`, of belonging to a cell.

        To a stock belongs what is in at the moment; where it is asked what is `moving`, everything that ever enters.
        """
        found = [_in_place(cell.place)] if cell.place else []
        if self.indicator.kind == "stock":
            found += [] if moving else ["present"]
        elif cell.first is not None and cell.last is not None:
            found.append(f"day BETWEEN toDate32({_day(cell.first)}) AND toDate32({_day(cell.last)})")
        if cell.dimension:
            found.append(f"by_{cell.dimension} = {text(cell.value)}")
        return found

    def _role(self, population: Population) -> str:
        kind = self.indicator.kind
        cases = [(f"NOT ({population.opened})", "unopened"), (f"NOT ifNull({population.over}, false)", "outside")]
        cases += [(each, EXCLUDED) for each in population.excluded]
        if kind == "stock":
            entered, stays = population.enter, " AND ".join(population.stays)
            cases.append((f"NOT ifNull({stays}, false)", "never_in"))
            left = f"ifNull({population.leave} <= {self.as_of}, false)"
            cases.append((f"{entered} > {self.as_of} OR {left}", "not_in"))
        else:
            cases.append((f"{population.anchor} IS NULL", "undated"))
        if kind == "coverage":
            cases.append((f"{CASES}.village IS NULL", "unplaced"))
        if self.indicator.value is not None or self.indicator.counts is not None:
            cases.append((f"{self._value(population)} IS NULL", "unmeasured"))
        if self.indicator.weight is not None:
            cases.append((f"{population.weight} IS NULL", "unmeasured"))
        if kind == "share":
            cases.append((f"{population.holds} = 0", DENOMINATOR))
        last = DENOMINATOR if kind == "quantile" else NUMERATOR
        return call("multiIf", [*(f"{test}, {text(role)}" for test, role in cases), text(last)])

    def _present(self, population: Population) -> str:
        if self.indicator.kind != "stock":
            return "true"
        left = f"ifNull({population.leave} <= {self.as_of}, false)"
        return f"ifNull({population.enter} <= {self.as_of}, false) AND NOT {left}"

    def _reason(self, population: Population) -> str:
        branches = [f"{each}, {number}" for number, each in enumerate(population.excluded, start=1)]
        return call("multiIf", [*branches, "0"]) if branches else "0"

    def _value(self, population: Population) -> str:
        if self.indicator.counts is not None:
            return population.counted
        return "NULL" if self.indicator.value is None else population.value

    def _numerator(self) -> str:
        match self.indicator.kind:
            case "share":
                return f"toInt64(role = {text(NUMERATOR)})"
            case "mean":
                return "ifNull(value, 0)" if self.indicator.weight is None else "ifNull(value * weight, 0)"
            case "quantile":
                return "0"
            case "sum" | "coverage" | "stock":
                return "ifNull(value, 0)" if self.indicator.value is not None else "1"
        return "1"

    def _denominator(self) -> str:
        match self.indicator.kind:
            case "share" | "quantile":
                return "1"
            case "mean":
                return "1" if self.indicator.weight is None else "ifNull(weight, 0)"
        return "0"


def _in_place(place: str) -> str:
    return (
        f"startsWith(ifNull(village, township), {text(place)})"
        if len(place) > len("330521100")
        else (f"startsWith(township, {text(place)})")
    )


def _day(there: date) -> str:
    return text(there.isoformat())


def _listed(values: Sequence[str]) -> str:
    return ", ".join(map(text, values))
