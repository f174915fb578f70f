"""From what is stored to what people see: the one place where a number is divided in Python.

`values_sql.py` says the same in ClickHouse SQL; a test holds the two to each other. None is no data, which is not zero.
"""

from __future__ import annotations

from functools import lru_cache
from math import isfinite
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.calendar import Calendar
from schemas.catalogue import buckets as histogram
from schemas.catalogue.expression_python import compile_expression

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.catalogue.expression import Node
    from schemas.catalogue.model import Direction, Indicator, Score, Veto

ROUNDING: Final = 1e-9
"""Quotients are rounded: 29 of 100 is 28.999999999999996 %. What misses a line by less than this part of it reaches it, and
counts of a quantile and weights of an index are compared with the same patience."""

FULL_MARKS: Final = 100.0
_NO_BUCKETS: Final[Mapping[int, int]] = MappingProxyType({})


class Parts(NamedTuple):
    """The additive parts of a figure as people are shown them.

    A coverage's denominator is how many villages there are. `buckets` are those of a quantile.
    """

    numerator: int
    denominator: int = 0
    buckets: Mapping[int, int] = _NO_BUCKETS


def value_of(indicator: Indicator, parts: Parts) -> float | None:
    """Return the value of a counted indicator, in its unit. Raises ValueError for one that is made of others' values."""
    match indicator.kind:
        case "share" | "mean" | "coverage":
            if parts.denominator == 0:
                return None
            return float(parts.numerator) / float(parts.denominator) / indicator.factor
        case "quantile":
            bucket = _bucket(parts.buckets, indicator.quantile or 0.0)
            return None if bucket is None else histogram.value_of(bucket) / indicator.factor
        case "derived" | "index":
            raise ValueError(f"{indicator.id} has no parts of its own")
    return float(parts.numerator) / indicator.factor


def score_of(score: Score | None, direction: Direction, value: float | None) -> float | None:
    """Return the points of a value, between 0 and `score.full`; `direction` is that of the indicator.

    Raises ValueError for the score of an indicator whose domain was not loaded.
    """
    if score is None or value is None:
        return None
    return _SCORES[score.kind](score, direction, value)


def derived_value(indicator: Indicator, figures: Mapping[str, float | None]) -> float | None:
    """Return the value of a derived indicator from the figures its expression names; what is not given is no data."""
    if indicator.expression is None:
        raise ValueError(f"{indicator.id} is not derived")
    found = _compiled(indicator.expression)(figures)
    if found is None:
        return None
    value = float(found) / indicator.factor
    return value if isfinite(value) else None


def index_value(indicator: Indicator, figures: Mapping[str, float | None]) -> float | None:
    """Return the value of an index from the values of its inputs.

    0 as soon as one veto is passed; else the mean, by their weights, of the parts that have data.
    """
    if any(_vetoed(veto, figures.get(veto.indicator)) for veto in indicator.veto):
        return 0.0
    total = weights = 0.0
    for part in indicator.parts:
        points = score_of(part.score, part.direction, figures.get(part.indicator))
        if points is not None:
            total += part.weight * (FULL_MARKS * points / part.score.full)
            weights += part.weight
    if weights == 0 or weights < (indicator.minimum_weight or 0.0) - ROUNDING:
        return None
    return total / weights


def slack(line: float) -> float:
    """Return by how much a value may miss a line and still reach it."""
    return ROUNDING * max(1.0, abs(line))


def _bucket(buckets: Mapping[int, int], quantile: float) -> int | None:
    """Return the first bucket at which the share `quantile` of the cases is reached."""
    wanted = quantile * sum(buckets.values()) - ROUNDING
    so_far = 0
    for bucket in sorted(buckets):
        so_far += buckets[bucket]
        if so_far >= wanted:
            return bucket
    return None


def _linear(score: Score, _: Direction, value: float) -> float:
    floor, goal = score.floor or 0.0, score.goal or 0.0
    return score.full * max(0.0, min(1.0, (value - floor) / (goal - floor)))


def _banded(score: Score, _: Direction, value: float) -> float:
    for band in reversed(score.bands):
        if value >= band.from_ - slack(band.from_):
            return band.points
    return score.floor or 0.0


def _adjusted(score: Score, _: Direction, value: float) -> float:
    cap = score.cap or 0.0
    added = max(-cap, min(cap, (score.per_unit or 0.0) * value))
    return max(0.0, min(score.full, (score.start or 0.0) + added))


def _all_or_nothing(score: Score, direction: Direction, value: float) -> float:
    line = score.line or 0.0
    bad = value < line - slack(line) if direction == "up" else value > line + slack(line)
    return 0.0 if bad else score.full


def _unknown(_: Score, __: Direction, ___: float) -> float:
    raise ValueError("the domain of this indicator was not loaded: use load_catalogues")


_SCORES: Final[Mapping[str, Callable[[Score, Direction, float], float]]] = {
    "linear": _linear,
    "banded": _banded,
    "adjusted": _adjusted,
    "veto": _all_or_nothing,
    "unknown": _unknown,
}


def _vetoed(veto: Veto, value: float | None) -> bool:
    if value is None:
        return False
    gap = slack(veto.line)
    return value < veto.line - gap if veto.when == "below" else value > veto.line + gap


@lru_cache(maxsize=1000)
def _compiled(expression: Node) -> Callable[[Mapping[str, Any]], Any]:
    return compile_expression(expression, Calendar("UTC"))  # no time is among the figures: any zone will do
