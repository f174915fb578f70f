"""The formulas of `values.py` as ClickHouse SQL: from the parts that are stored to values, points and indexes.

What is given and what is returned is SQL; values are Nullable(Float64).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.catalogue import buckets as histogram
from schemas.catalogue.expression_sql import SqlWriter
from schemas.catalogue.values import FULL_MARKS, ROUNDING, slack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.catalogue.model import Direction, IndexPart, Indicator, Score, Veto


def value_sql(
    indicator: Indicator, numerator: str = "numerator", denominator: str = "denominator", buckets: str = "buckets"
) -> str:
    """Return SQL of a counted indicator's value from its parts, whole numbers and a Map(Int32, Int64).

    Raises ValueError for an indicator that is made of others' values.
    """
    factor = _number(indicator.factor)
    match indicator.kind:
        case "share" | "mean" | "coverage":
            return f"({numerator} / nullIf({denominator}, 0) / {factor})"
        case "quantile":
            value = f"{histogram.value_sql('bucket')} / {factor}"
            return f"arrayMap(bucket -> {value}, [{_bucket(buckets, indicator.quantile or 0.0)}])[1]"
        case "derived" | "index":
            raise ValueError(f"{indicator.id} has no parts of its own")
    return f"({numerator} / {factor})"


def score_sql(score: Score, direction: Direction, value: str) -> str:
    """Return SQL of a value's points; NULL for no data. Raises ValueError where the indicator's domain was not loaded."""
    return f"if({value} IS NULL, NULL, {_SCORES[score.kind](score, direction, value)})"


def derived_sql(indicator: Indicator) -> str:
    """Return SQL of a derived indicator's value over columns named as its expression names them: x, `previous.x` …"""
    if indicator.expression is None:
        raise ValueError(f"{indicator.id} is not derived")
    value = f"({SqlWriter('UTC').value(indicator.expression)} / {_number(indicator.factor)})"
    return f"if(isFinite({value}), {value}, NULL)"


def index_sql(indicator: Indicator, figure: Callable[[str], str]) -> str:
    """Return SQL of an index's value; `figure` gives the SQL of an input's value by the input's id."""
    vetoes = " OR ".join(_vetoed(veto, figure(veto.indicator)) for veto in indicator.veto)
    parts = [(part, figure(part.indicator), _number(part.weight)) for part in indicator.parts]
    total = " + ".join(f"ifNull({weight} * {_points(part, value)}, 0)" for part, value, weight in parts)
    weights = " + ".join(f"if({value} IS NULL, 0, {weight})" for _, value, weight in parts)
    least = _number((indicator.minimum_weight or 0.0) - ROUNDING)
    value = f"if(({weights}) = 0 OR ({weights}) < {least}, NULL, ({total}) / ({weights}))"
    return f"if({vetoes}, 0, {value})" if vetoes else value


def _points(part: IndexPart, value: str) -> str:
    return f"({_number(FULL_MARKS)} * {score_sql(part.score, part.direction, value)} / {_number(part.score.full)})"


def _vetoed(veto: Veto, value: str) -> str:
    gap = slack(veto.line)
    beyond = f"< {_number(veto.line - gap)}" if veto.when == "below" else f"> {_number(veto.line + gap)}"
    return f"ifNull({value} {beyond}, 0)"


def _bucket(buckets: str, quantile: float) -> str:
    """Return SQL of the first bucket at which the share `quantile` of the cases is reached, NULL where there are none."""
    wanted = f"{_number(quantile)} * arraySum(mapValues({buckets})) - {_number(ROUNDING)}"
    place = f"arrayFirstIndex(so_far -> so_far >= {wanted}, arrayCumSum(mapValues(mapSort({buckets}))))"
    return f"if(empty({buckets}), NULL, mapKeys(mapSort({buckets}))[{place}])"


def _linear(score: Score, _: Direction, value: str) -> str:
    floor, goal = score.floor or 0.0, score.goal or 0.0
    reached = f"({value} - {_number(floor)}) / {_number(goal - floor)}"
    return f"{_number(score.full)} * greatest(0., least(1., {reached}))"


def _banded(score: Score, _: Direction, value: str) -> str:
    floor = _number(score.floor or 0.0)
    tests = ", ".join(
        f"{value} >= {_number(band.from_ - slack(band.from_))}, {_number(band.points)}"
        for band in reversed(score.bands)
    )
    return f"multiIf({tests}, {floor})"


def _adjusted(score: Score, _: Direction, value: str) -> str:
    cap = score.cap or 0.0
    added = f"greatest({_number(-cap)}, least({_number(cap)}, {_number(score.per_unit or 0.0)} * {value}))"
    return f"greatest(0., least({_number(score.full)}, {_number(score.start or 0.0)} + {added}))"


def _all_or_nothing(score: Score, direction: Direction, value: str) -> str:
    line = score.line or 0.0
    gap = slack(line)
    bad = f"{value} < {_number(line - gap)}" if direction == "up" else f"{value} > {_number(line + gap)}"
    return f"if({bad}, 0., {_number(score.full)})"


def _unknown(_: Score, __: Direction, ___: str) -> str:
    raise ValueError("the domain of this indicator was not loaded: use load_catalogues")


_SCORES: Final[Mapping[str, Callable[[Score, Direction, str], str]]] = {
    "linear": _linear,
    "banded": _banded,
    "adjusted": _adjusted,
    "veto": _all_or_nothing,
    "unknown": _unknown,
}


def _number(value: float) -> str:
    """Return a number as ClickHouse reads it to the last digit; a negative one in brackets, so that no `--` comes about."""
    written = repr(float(value))
    return f"({written})" if value < 0 else written
