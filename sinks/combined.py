"""SQL of what is computed from other indicators' values: derived ones by their expression, indexes by their weights.

The formulas are the catalogue's (schemas/catalogue/values_sql.py, and values.py for Python); here they meet the rows
of the warehouse: the inputs of one place, period and breakdown are brought side by side into one row, the values of
the period before and of the year before among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.catalogue.expression_sql import SqlWriter
from schemas.catalogue.values_sql import index_sql, score_sql
from sinks.tables import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.catalogue.model import Catalogue, Indicator

_KEY: Final = ("level", "place", "county", "period", "period_start", "dimension", "dimension_value")
_NOTHING: Final = "SELECT {columns} FROM {source} WHERE 0"
_SHIFTS: Final = {
    "previous": "if(source.period != 'now', [('previous', source.next_start)], [])",
    # The 29th of February has no day of the year after.
    "last_year": (
        "if(source.period != 'now' AND toDayOfMonth(addYears(source.period_start, 1)) = toDayOfMonth(source.period_start), "
        "[('last_year', addYears(source.period_start, 1))], [])"
    ),
}
VALUES: Final = (
    "indicator",
    "definition_version",
    *_KEY,
    "numerator",
    "denominator",
    "value",
    "enough",
    "newest_event_at",
    "changed_at",
)
"""The columns of every view of values, in order."""


def derived_values(catalogues: Iterable[Catalogue], source: str, timezone: str) -> str:
    """Return the SELECT of the values of every derived indicator, from the view of counted values `source`."""
    writer = SqlWriter(timezone)
    parts = []
    for indicator in _of_kind(catalogues, "derived"):
        if indicator.expression is None:
            continue
        value = f"{writer.value(indicator.expression)} / {_number(indicator.factor)}"
        parts.append(_values(indicator, value, sorted(indicator.expression.names()), source))
    return _union(parts, source)


def index_values(catalogues: Iterable[Catalogue], source: str) -> str:
    """Return the SELECT of the values of every index, from the view `source` of all values an index may be made of."""
    by_id = {indicator.id: indicator for catalogue in catalogues for indicator in catalogue.indicators.values()}
    parts = []
    for indicator in _of_kind(catalogues, "index"):
        inputs = sorted({part.indicator for part in indicator.parts} | {veto.indicator for veto in indicator.veto})
        directions = {name: by_id[name].direction for name in inputs}
        columns = {name: quoted(name) for name in inputs}
        value = f"{index_sql(indicator, directions, columns)} / {_number(indicator.factor)}"
        parts.append(_values(indicator, value, inputs, source))
    return _union(parts, source)


def scores(catalogues: Iterable[Catalogue], value: str, indicator: str, version: str) -> str:
    """Return SQL of the score of any indicator's value: NULL where there is no value or the definition has no score."""
    branches = [
        f"{indicator} = {literal(each.id)} AND {version} = {each.version}, {score_sql(each.score, each.direction, value)}"
        for catalogue in catalogues
        for newest in catalogue.indicators.values()
        for each in (newest, *newest.earlier)
        if each.score is not None
    ]
    return f"multiIf({', '.join(branches)}, NULL)" if branches else "CAST(NULL, 'Nullable(Float64)')"


def _of_kind(catalogues: Iterable[Catalogue], kind: str) -> list[Indicator]:
    return [
        indicator for catalogue in catalogues for indicator in catalogue.indicators.values() if indicator.kind == kind
    ]


def _values(indicator: Indicator, value: str, names: list[str], source: str) -> str:
    """Return the rows of one indicator: `value` is SQL over its inputs' columns, which are named as in the expression."""
    inputs = sorted({name.rpartition(".")[2] for name in names})
    roles = [role for role in _SHIFTS if any(name.startswith(f"{role}.") for name in names)]
    shifts = "".join(f", {_SHIFTS[role]}" for role in roles)
    dimensions = ", ".join(literal(each) for each in ("", *indicator.dimensions))
    chosen = ", ".join(map(literal, inputs))
    columns = ",\n        ".join(_input(name) for name in names)
    return f"""SELECT
    {literal(indicator.id)} AS indicator,
    toUInt32({indicator.version}) AS definition_version,
    {", ".join(f"inputs.{name} AS {name}" for name in _KEY)},
    toInt64(0) AS numerator,
    toInt64(0) AS denominator,
    {value} AS value,
    inputs.enough AS enough,
    inputs.newest_event_at AS newest_event_at,
    inputs.changed_at AS changed_at
FROM
(
    SELECT
        {", ".join(f"source.{name} AS {name}" for name in _KEY if name != "period_start")},
        place_in_time.2 AS period_start,
        {columns},
        countIf(place_in_time.1 = '') AS present,
        minIf(source.enough, place_in_time.1 = '') AS enough,
        max(source.newest_event_at) AS newest_event_at,
        max(source.changed_at) AS changed_at
    FROM {source} AS source
    ARRAY JOIN arrayConcat([('', source.period_start)]{shifts}) AS place_in_time
    WHERE source.indicator IN ({chosen}) AND source.dimension IN ({dimensions})
    GROUP BY {", ".join(_KEY)}
) AS inputs
WHERE present > 0{_periods(indicator)}"""  # noqa: S608 - written from the checked catalogue; texts are escaped


def _input(name: str) -> str:
    """Return the column of one input: `x`, `previous.x`, `last_year.x`, `numerator.x` or `denominator.x`."""
    role, _, indicator = name.rpartition(".")
    shifted = role if role in _SHIFTS else ""
    column = f"toNullable(toFloat64(source.{role}))" if role in ("numerator", "denominator") else "source.value"
    return (
        f"anyIf({column}, place_in_time.1 = {literal(shifted)} AND source.indicator = {literal(indicator)}) "
        f"AS {quoted(name)}"
    )


def _periods(indicator: Indicator) -> str:
    if not indicator.periods:
        return ""
    return f" AND inputs.period IN ({', '.join(map(literal, indicator.periods))})"


def _union(parts: list[str], source: str) -> str:
    return "\nUNION ALL\n".join(parts) or _NOTHING.format(columns=", ".join(VALUES), source=source)


def _number(value: float) -> str:
    return repr(float(value))


def by_name(catalogues: Mapping[str, Catalogue]) -> list[Catalogue]:
    """Return the catalogues in the order of their names, so that the same catalogue gives the same SQL."""
    return [catalogues[name] for name in sorted(catalogues)]
