"""From a number to the cases behind it: what each counts as, and that together they are the published cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from schemas.catalogue.expression_sql import text
from sinks.proof.explanation import days_of
from sinks.proof.folding import AS_OF, Folding
from sinks.proof.population import Population
from sinks.proof.roles import COUNTED, DENOMINATOR, EXCLUDED, WORDS, Roles, Slice
from sinks.proof.source import case_source
from sinks.proof.statement import indented, select
from sinks.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.catalogue.model import CaseField, Indicator
    from sinks.layout import Layout
    from sinks.periods import Period
    from sinks.warehouse import Warehouse

_TOWNSHIP: Final = len("330521100")
_VILLAGE: Final = len("330521100001")
_LISTED: Final = (*COUNTED, EXCLUDED, "unmeasured", "unplaced")
"""Roles that are listed unless one is asked for: those of cases that belong to the place and the period."""


def listed_roles(role: str) -> tuple[str, ...]:
    """Return the roles of the cases that are listed where one is asked for; the denominator has the numerator in it."""
    if role == DENOMINATOR:
        return COUNTED
    return (role,) if role else _LISTED


@dataclass(frozen=True)
class Number:
    """The number that is asked about: an indicator's cell. `place` is a code: county, township or village; empty is all."""

    indicator: Indicator
    place: str
    period: Period
    dimension: str = ""
    value: str = ""
    as_of: datetime | None = None

    @property
    def slice(self) -> Slice:
        """Return the cell's place, days and breakdown."""
        return Slice(self.place, *days_of(self.period.kind, self.period.start), self.dimension, self.value)


class Behind(NamedTuple):
    """A case behind a number. `fields` are those the definition reads; `reason` says why it is taken out."""

    case_id: str
    township: str
    village: str | None
    role: str
    reason: tuple[str, str]
    moment: datetime | None
    until: datetime | None
    value: int | str | None
    weight: int | None
    numerator: int
    denominator: int
    fields: tuple[Any, ...]


class Totals(NamedTuple):
    """What the cases give together, what the published cell says, and how many cases have each role."""

    computed: tuple[int, int]
    published: tuple[int, int]
    roles: dict[str, int]

    @property
    def agree(self) -> bool:
        """Return whether both are the same."""
        return self.computed == self.published


class Drill:
    """Looks behind numbers of one kind of case, which is folded once for all of them."""

    def __init__(self, warehouse: Warehouse, layout: Layout, folding: Folding, number: Number) -> None:
        self._warehouse = warehouse
        self._layout = layout
        self._folding = folding
        self._source = case_source(layout, number.indicator.case)
        folding.fold(self._source, (number.place[:_TOWNSHIP],) if len(number.place) >= _TOWNSHIP else ())

    def fields(self, indicator: Indicator) -> list[CaseField]:
        """Return the fields of the case that a definition reads, in the case's order."""
        names = Population(indicator, self._layout.timezone).names()
        return [field for field in self._source.case.fields if field.name in names]

    def cases(self, number: Number, role: str, most: int) -> list[Behind]:
        """Return the cases behind a number, the oldest first: of one role, or all that belong to it."""
        roles = listed_roles(role)
        fields = [field.name for field in self.fields(number.indicator)]
        columns = ["case_id", "township", "village", "role", "reason", "moment", "until", "value", "weight"]
        columns += ["numerator", "denominator", *(f"field_{name}" for name in fields)]
        where = [*self._within(number), f"role IN ({', '.join(map(text, roles))})"]
        rows = self._warehouse.rows(
            select(columns, self._of_case(number, fields), where, ending=f"ORDER BY moment, case_id\nLIMIT {most}")
        )
        return [
            Behind._make((*row[:4], self.reason(number.indicator, row[3], row[4]), *row[5:11], tuple(row[11:])))
            for row in rows
        ]

    def totals(self, number: Number) -> Totals:
        """Return what the cases of a number give together, and what its published cell says."""
        where = self._within(number)
        # What must reach `at_least`: the villages of a coverage, of different values each in its township or in the village.
        apart = {"coverage": "ifNull(village, '')", "distinct": "(township, ifNull(value, ''))"}
        reached = apart.get(number.indicator.kind, "''")
        together = select(
            [
                f"{reached} AS reached",
                "role",
                "count() AS cases",
                "sum(numerator) AS numerator",
                "sum(denominator) AS denominator",
            ],
            self._of_case(number, ()),
            where,
            group_by=["reached", "role"],
        )
        roles: dict[str, int] = {}
        numerator, denominator, amounts = 0, 0, dict[Any, int]()
        for each, role, cases, adds, of in self._warehouse.rows(together):
            roles[role] = roles.get(role, 0) + cases
            numerator, denominator = numerator + adds, denominator + of
            amounts[each] = amounts.get(each, 0) + adds
        if number.indicator.kind in apart:
            numerator = sum(amount >= (number.indicator.at_least or 1) for amount in amounts.values())
        return Totals((numerator, denominator), self._published(number), roles)

    @staticmethod
    def reason(indicator: Indicator, role: str, number: int) -> tuple[str, str]:
        """Return in both languages why a case has its role: for one taken out the reason the definition gives."""
        if role == EXCLUDED and number:
            exclusion = indicator.exclude[number - 1]
            return exclusion.zh, exclusion.en
        return WORDS[role]

    def moved(self, number: Number, other: Indicator, most: int) -> list[tuple[Any, ...]]:
        """Return the cases that count otherwise by another version of the definition.

        Rows of (case, township, village, role, reason, numerator, denominator, role, reason, numerator, denominator); a
        role is empty where the case does not belong to the cell by that version.
        """
        parts = ["role", "reason", "numerator", "denominator"]
        # Where different values are counted a case may count as much, and for another value.
        counts = "distinct" in (number.indicator.kind, other.kind)
        counted = ["CAST(toString(value), 'Nullable(String)') AS counted"] if counts else []
        sides = []
        for side, indicator in (("1", number.indicator), ("2", other)):
            here = Number(indicator, number.place, number.period, number.dimension, number.value, number.as_of)
            columns = [f"{side} AS side", "case_id", "township", "village", *parts, *counted]
            sides.append(select(columns, self._of_case(here, ()), self._within(here)))
        both = "\nUNION ALL\n".join(sides)
        columns = ["both.case_id AS case_id", "both.township AS township", "any(both.village) AS village"]
        columns += [f"anyIf(both.{part}, both.side = {side}) AS {part}_{side}" for side in (1, 2) for part in parts]
        outside = ", ".join(text(each) for each in ("", *(role for role in WORDS if role not in _LISTED)))
        tests = [f"{part}_1 != {part}_2" for part in parts]
        if counts:
            tests.append("anyIf(both.counted, both.side = 1) IS DISTINCT FROM anyIf(both.counted, both.side = 2)")
        differ = " OR ".join(tests)
        return self._warehouse.rows(
            select(
                columns,
                f"(\n{indented(both)}\n) AS both",
                group_by=["both.case_id", "both.township"],
                ending=f"HAVING ({differ}) AND NOT (role_1 IN ({outside}) AND role_2 IN ({outside}))\n"
                f"ORDER BY case_id\nLIMIT {most}",
            )
        )

    def _of_case(self, number: Number, fields: Sequence[str]) -> str:
        roles = Roles(number.indicator, self._layout.timezone, self._moment(number))
        return f"(\n{indented(roles.sql(self._folding.table(self._source), fields))}\n) AS of_case"

    def _within(self, number: Number) -> list[str]:
        return Roles(number.indicator, self._layout.timezone).within(number.slice)

    def _moment(self, number: Number) -> str:
        """Return SQL of the moment at which a stock is looked at: the end of the period, but never ahead of the clock."""
        clock, last = f"cases.{AS_OF}", number.slice.last
        if last is None:
            return clock
        zone = ZoneInfo(self._layout.timezone)
        end = datetime.combine(last + timedelta(days=1), time(), zone) - timedelta(milliseconds=1)
        return f"least({clock}, fromUnixTimestamp64Milli({int(end.timestamp() * 1000)}))"

    def _published(self, number: Number) -> tuple[int, int]:
        """Return the published numerator and denominator. A stock's level is the sum of its days; a county's of its townships."""
        indicator, cell = number.indicator, number.slice
        level = "village" if len(cell.place) == _VILLAGE else "township"
        where = [
            f"indicator = {text(indicator.id)}",
            f"definition_version = {indicator.version}",
            f"level = {text(level)}",
            f"startsWith(place, {text(cell.place)})",
            f"dimension = {text(cell.dimension)}",
            f"dimension_value = {text(cell.value)}",
        ]
        if indicator.kind == "stock" and cell.last is not None:
            where += ["period = 'day'", f"period_start <= toDate({_day(cell.last)})"]
        else:
            where += [f"period = {text(number.period.kind)}", f"period_start = toDate({_day(number.period.start)})"]
        sums = ["sum(numerator)", "sum(denominator)"]
        view = f"{quoted(self._layout.database)}.{quoted(self._layout.cells.name)}"
        ((numerator, denominator),) = self._warehouse.rows(select(sums, view, where))
        return numerator, denominator


def _day(there: date) -> str:
    return text(there.isoformat())
