"""SQL of what is made of other indicators' values: derived ones by their expression, indexes by their weights.

The formulas are the catalogue's (schemas/catalogue/values_sql.py, and values.py for Python). Here they meet the rows
of the warehouse: all inputs of one place, period and breakdown are brought into one row, the values of the period
before and of the year before among them, in one pass over the counted values however many indicators there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.catalogue.values_sql import derived_sql, index_sql, score_sql
from sinks.tables import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from schemas.catalogue.model import Catalogue, Indicator

_KEY: Final = ("level", "place", "county", "period", "period_start", "dimension", "dimension_value")
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

_SHIFTS: Final = {
    "previous": "if(source.period != 'now', [('previous.', source.next_start)], [])",
    # The 29th of February has no day of the year after.
    "last_year": (
        "if(source.period != 'now' AND toDayOfMonth(addYears(source.period_start, 1)) = toDayOfMonth(source.period_start), "
        "[('last_year.', addYears(source.period_start, 1))], [])"
    ),
}
_PARTS: Final = ("numerator", "denominator")


def composed_values(catalogues: Iterable[Catalogue], source: str, without: Collection[str] = ()) -> str:
    """Return the SELECT of the values of every derived indicator and every index, from the view of counted values `source`.

    Those named `without` are left out.
    """
    every = [
        each for catalogue in catalogues for each in catalogue.indicators.values() if each.id not in frozenset(without)
    ]
    derived = [indicator for indicator in every if indicator.kind == "derived"]
    made = [*derived, *(indicator for indicator in every if indicator.kind == "index")]
    if not made:
        return f"SELECT {', '.join(VALUES)} FROM {source} WHERE 0"  # noqa: S608 - a view's name
    names = sorted({name for indicator in made for name in _figures(indicator)} - {each.id for each in derived})
    inputs = sorted({name.rpartition(".")[2] for name in names})
    side_by_side = ",\n            ".join(f"figures[{literal(name)}] AS {quoted(name)}" for name in names)
    by_expression = "".join(f",\n        {derived_sql(each)} AS {quoted(each.id)}" for each in derived)
    rows = ",\n    ".join(_row(indicator, {each.id: each for each in derived}) for indicator in made)
    return f"""SELECT
    made.1 AS indicator,
    made.2 AS definition_version,
    {", ".join(_KEY)},
    toInt64(0) AS numerator,
    toInt64(0) AS denominator,
    made.3 AS value,
    NOT hasAny(too_few, made.4) AS enough,
    arrayReduce('max', arrayMap(input -> newest[input], made.4)) AS newest_event_at,
    arrayMax(input -> changed[input], made.4) AS changed_at
FROM
(
    SELECT
        *{by_expression}
    FROM
    (
        SELECT
            *,
            {side_by_side}
        FROM
        (
            {_side_by_side(names, inputs, source)}
        )
    )
)
ARRAY JOIN
[
    {rows}
] AS made
WHERE hasAny(mapKeys(changed), made.4) AND has(made.5, dimension) AND (empty(made.6) OR has(made.6, period))"""  # noqa: S608 - written from the checked catalogue; texts are escaped


def scores(catalogues: Iterable[Catalogue], value: str, indicator: str, version: str) -> str:
    """Return SQL of the score of any indicator's value: NULL where there is no value or the definition has no score."""
    branches = [
        f"{indicator} = {literal(each.id)} AND {version} = {each.version}, {score_sql(each.score, each.direction, value)}"
        for catalogue in catalogues
        for newest in catalogue.indicators.values()
        for each in newest.versions
        if each.score is not None
    ]
    return f"multiIf({', '.join(branches)}, NULL)" if branches else "CAST(NULL, 'Nullable(Float64)')"


def _figures(indicator: Indicator) -> Iterable[str]:
    return indicator.expression.names() if indicator.expression is not None else indicator.inputs


def _side_by_side(names: list[str], inputs: list[str], source: str) -> str:
    """Return a row for each place, period and breakdown: its figures by their names in expressions."""
    shifts = "".join(
        f", {shift}" for role, shift in _SHIFTS.items() if any(name.startswith(f"{role}.") for name in names)
    )
    parts = "".join(
        f", if(at.1 = '', [({literal(f'{part}.')}, toFloat64(source.{part}))], [])"
        for part in _PARTS
        if any(name.startswith(f"{part}.") for name in names)
    )
    here = "at.1 = ''"
    return f"""SELECT
                {", ".join(f"source.{name} AS {name}" for name in _KEY if name != "period_start")},
                at.2 AS period_start,
                groupArrayArray(arrayMap(
                    figure -> (concat(figure.1, source.indicator), figure.2),
                    arrayConcat([(at.1, source.value)]{parts}))) AS all_figures,
                CAST(all_figures, 'Map(String, Nullable(Float64))') AS figures,
                groupArrayIf(toString(source.indicator), {here} AND NOT source.enough) AS too_few,
                CAST(
                    groupArrayIf((toString(source.indicator), source.newest_event_at), {here}),
                    'Map(String, Nullable(DateTime64(3)))') AS newest,
                CAST(groupArrayIf((toString(source.indicator), source.changed_at), {here}), 'Map(String, DateTime64(3))') AS changed
            FROM {source} AS source
            ARRAY JOIN arrayConcat([('', source.period_start)]{shifts}) AS at
            WHERE source.indicator IN ({", ".join(map(literal, inputs))})
            GROUP BY {", ".join(_KEY)}"""  # noqa: S608 - written from the checked catalogue; texts are escaped


def _row(indicator: Indicator, derived: dict[str, Indicator]) -> str:
    """Return (id, version, value, counted inputs, breakdowns, periods) of an indicator over the columns side by side."""
    index = f"{index_sql(indicator, quoted)} / {float(indicator.factor)!r}" if indicator.kind == "index" else ""
    value = index or quoted(indicator.id)
    counted = [each for name in indicator.inputs for each in (derived[name].inputs if name in derived else (name,))]
    written = [_texts(each) for each in (dict.fromkeys(counted), ("", *indicator.dimensions), indicator.periods)]
    return f"({literal(indicator.id)}, toUInt32({indicator.version}), toNullable(toFloat64({value})), {', '.join(written)})"


def _texts(texts: Iterable[str]) -> str:
    return f"CAST([{', '.join(map(literal, texts))}], 'Array(String)')"
