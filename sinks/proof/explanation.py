"""The cases behind a difference: which count otherwise by the events than by what was published, and in which fields."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.catalogue.case_columns import OPENINGS
from schemas.catalogue.expression_sql import text
from sinks.proof.folding import AS_OF
from sinks.proof.roles import NUMERATOR, Roles, Slice
from sinks.proof.source import case_source
from sinks.proof.statement import indented, select
from sinks.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.catalogue.model import Indicator
    from sinks.layout import Layout
    from sinks.proof.comparison import CellKey
    from sinks.proof.source import CaseSource
    from sinks.warehouse import Warehouse

MOST_CASES: Final = 10
_MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
_ALWAYS: Final = ("village", "event_count", "newest_event_at")


class FieldDifference(NamedTuple):
    """A field of a case as published and as the events say, both as text; None is null."""

    field: str
    published: str | None
    computed: str | None


class CaseDifference(NamedTuple):
    """A case that counts otherwise: its role and what it adds, as published and as the events say."""

    township: str
    case_id: str
    published_role: str
    computed_role: str
    published: tuple[int, int]
    computed: tuple[int, int]
    fields: tuple[FieldDifference, ...]


class Explanation(NamedTuple):
    """What stands behind a cell that differs.

    `cases` of it by the events, of which `sample` names some; `different` of them count otherwise, the first in `told`.
    Where none does, the cell is not the sum of the cases that were published.
    """

    cases: int
    sample: tuple[str, ...]
    different: int
    told: tuple[CaseDifference, ...]


def explain(warehouse: Warehouse, layout: Layout, indicator: Indicator, key: CellKey, folded: str) -> Explanation:
    """Return the cases behind a cell; `folded` is the table of the cases by the events."""
    source = case_source(layout, indicator.case)
    sql = explanation_sql(source, indicator, key, folded)
    ((cases, sample, different, rows),) = warehouse.rows(sql)
    fields = _fields(warehouse, source, key.township, [row[0] for row in rows], folded)
    told = tuple(
        CaseDifference(key.township, case, roles[0], roles[1], tuple(published), tuple(computed), fields.get(case, ()))
        for case, roles, published, computed in rows
    )
    return Explanation(cases, tuple(sample), different, told)


def explanation_sql(source: CaseSource, indicator: Indicator, key: CellKey, folded: str) -> str:
    """Return one row: how many cases the cell has, some of them, how many count otherwise, and the first of those."""
    roles = Roles(indicator, source.timezone, f"cases.{AS_OF}")
    here = [f"cases.township = {text(key.township)}"]
    # Where different values are counted a case may count as much, and for another value.
    counted = ["CAST(toString(value), 'Nullable(String)') AS counted"] if indicator.counts is not None else []
    sides = []
    for side, cases in (("true", _published(source, folded, key.township)), ("false", folded)):
        inner = roles.sql(cases, [AS_OF], here)
        adds = [f"{side} AS is_published", "case_id", "role", *counted, *_adds(indicator, key)]
        sides.append(
            select(adds, f"(\n{indented(inner)}\n) AS of_case", roles.within(_slice(key), moving=key.period == "day"))
        )
    both = "\nUNION ALL\n".join(sides)
    columns = ["side.case_id AS case_id"]
    for name, test in (("published", "side.is_published"), ("computed", "NOT side.is_published")):
        columns.append(f"anyIf(side.role, {test}) AS {name}_role")
        columns.append(f"(sumIf(side.numerator, {test}), sumIf(side.denominator, {test})) AS {name}")
        columns += [f"anyIf(side.counted, {test}) AS {name}_counted" for _ in counted]
    per_case = select(columns, f"(\n{indented(both)}\n) AS side", group_by=["side.case_id"], ending="ORDER BY case_id")
    different = "published != computed"
    if counted:
        different = f"({different} OR published_counted IS DISTINCT FROM computed_counted)"
    last = [
        "countIf(computed != (0, 0)) AS cases",
        f"groupArrayIf({MOST_CASES})(case_id, computed != (0, 0)) AS sample",
        f"countIf({different}) AS different",
        f"groupArrayIf({MOST_CASES})((case_id, (published_role, computed_role), published, computed), {different}) AS told",
    ]
    return select(last, f"(\n{indented(per_case)}\n) AS of_case")


def days_of(period: str, start: date) -> tuple[date | None, date | None]:
    """Return the first and the last day of a period; (None, None) for `now`."""
    if period == "now":
        return None, None
    if period == "day":
        return start, start
    months = start.year * 12 + start.month - 1 + _MONTHS[period]
    return start, date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _slice(key: CellKey) -> Slice:
    return Slice(key.place, *days_of(key.period, key.period_start), key.dimension, key.dimension_value)


def _adds(indicator: Indicator, key: CellKey) -> list[str]:
    """Return SQL of what a case adds to the cell. On a stock's day: 1 or its value as it entered, less as it left."""
    if indicator.kind == "stock" and key.period == "day":
        day = f"toDate32({text(key.period_start.isoformat())})"
        moves = [
            f"(toDate32({moment}) = {day} AND {moment} <= field_{AS_OF})"
            for moment in ("assumeNotNull(moment)", "until")
        ]
        counts = f"role IN ({text(NUMERATOR)}, 'not_in')"
        moved = f"toInt64({moves[0]}) - toInt64(ifNull({moves[1]}, false))"
        moved = moved if indicator.value is None else f"ifNull(value, 0) * ({moved})"
        numerator = f"toInt64(if({counts}, {moved}, 0))"
        return [f"{numerator} AS numerator", "denominator"]
    return ["numerator", "denominator"]


def _published(source: CaseSource, folded: str, township: str) -> str:
    """Return the published cases in the form of the folded ones: with their opening events, and the clock."""
    opened = f"if(by_events.case_id = '', 1, by_events.{OPENINGS}) AS {OPENINGS}"
    clock = f"(SELECT max({AS_OF}) FROM {folded} WHERE township = {text(township)}) AS {AS_OF}"
    inner = select(
        ["in_stream.*", opened, clock],
        f"(SELECT * FROM {source.published_cases} WHERE township = {text(township)}) AS in_stream\n"
        f"LEFT JOIN {folded} AS by_events\n"
        "    ON in_stream.township = by_events.township AND in_stream.case_id = by_events.case_id",
    )
    return f"(\n{indented(inner)}\n)"


def _fields(
    warehouse: Warehouse, source: CaseSource, township: str, cases: Sequence[str], folded: str
) -> dict[str, tuple[FieldDifference, ...]]:
    """Return which fields of these cases differ."""
    if not cases:
        return {}
    names = [*_ALWAYS, *(field.name for field in source.case.fields)]
    pairs = ", ".join(
        f"({text(name)}, toString(published.{quoted(name)}), toString(by_events.{quoted(name)}), "
        f"published.{quoted(name)} IS DISTINCT FROM by_events.{quoted(name)})"
        for name in names
    )
    listed = ", ".join(map(text, cases))
    where = f"WHERE township = {text(township)} AND case_id IN ({listed})"
    rows: list[tuple[Any, ...]] = warehouse.rows(
        f"SELECT if(published.case_id = '', by_events.case_id, published.case_id), arrayFilter(each -> each.4, [{pairs}])\n"
        f"FROM (SELECT * FROM {source.published_cases} {where}) AS published\n"
        f"FULL JOIN (SELECT * FROM {folded} {where}) AS by_events ON published.case_id = by_events.case_id"
    )
    return {case: tuple(FieldDifference(*each[:3]) for each in found) for case, found in rows}
