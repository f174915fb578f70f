"""Runs golden examples: through the stream engine where they give events, and from parts to what people see."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schemas.calendar import day_number
from schemas.catalogue.golden import TOWNSHIP, golden_events, period_of
from schemas.catalogue.model import COMPOSED
from schemas.catalogue.values import Parts, derived_value, index_value, score_of, value_of
from tests.streams.core.support import DAY, Line

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.catalogue.golden_entries import GoldenEntry
    from schemas.catalogue.model import Catalogue, Indicator
    from tests.streams.core.support import World

When = tuple[str, int]
"""(kind of period, its first day); ("now", 0) for a stock as it is."""

_EPOCH = date(1970, 1, 1)


class Outcome:
    """What an example gives: the parts of an indicator that counts, the value and the points of any."""

    def __init__(self, parts: Parts | None, value: float | None, score: float | None) -> None:
        self.parts = parts
        self.value = value
        self.score = score


def run(here: World, catalogue: Catalogue, indicator: Indicator, example: GoldenEntry) -> Outcome:
    """Return what comes out of the example."""
    if example.plays:
        played = _Played(here, catalogue, example)
        parts, value = played.parts(indicator, played.when), played.value(indicator, played.when)
    else:
        parts, value = None, _composed(indicator, _given(example).get)
    return Outcome(parts, value, score_of(indicator.score, indicator.direction, value))


def _given(example: GoldenEntry) -> dict[str, float | None]:
    figures = (("", example.inputs), ("previous.", example.previous), ("last_year.", example.last_year))
    return {prefix + name: value for prefix, values in figures for name, value in values.items()}


def _composed(indicator: Indicator, figure: Callable[[str], float | None]) -> float | None:
    if indicator.expression is not None:
        return derived_value(indicator, {name: figure(name) for name in indicator.expression.names()})
    return index_value(indicator, {name: figure(name) for name in indicator.inputs})


class _Played:
    """An example's events after the stream engine took them in."""

    def __init__(self, here: World, catalogue: Catalogue, example: GoldenEntry) -> None:
        self._catalogue = catalogue
        self._example = example
        expected = example.expect
        events = [*golden_events(example, catalogue, here.calendar)]
        newest = max(event.event["occurred_at"] for event in events)
        now = newest + 400 * DAY if expected.as_of is None else here.calendar.moment_of(expected.as_of)
        self._line = Line(here, now, catalogue.domain.topic)
        self._line.send(*events, timestamp=newest).apply().drain()
        assert not self._line.dead
        self._tail = next((f"{name}|{value}" for name, value in expected.dimension.items()), "|")
        self.when: When = period_of(expected.period) if expected.period is not None else ("now", 0)

    def value(self, indicator: Indicator, when: When) -> float | None:
        """Return the value people see, None for no data."""
        if indicator.kind in COMPOSED:
            return _composed(indicator, lambda name: self._figure(name, when))
        parts = self.parts(indicator, when)
        return None if parts is None else value_of(indicator, parts)

    def parts(self, indicator: Indicator, when: When) -> Parts | None:
        """Return the parts people see, None for no data: of a coverage with the villages there are."""
        if indicator.kind in COMPOSED:
            return None
        if indicator.kind == "stock" and when[0] != "now":
            return self._level(indicator, when)
        part = self._cell(indicator, when)
        if part is None:
            return None
        buckets = {int(bucket): count for bucket, count in (part["buckets"] or {}).items()}
        exist = self._example.exist.get("village", 0)
        return Parts(part["numerator"], exist if indicator.kind == "coverage" else part["denominator"], buckets)

    def _figure(self, name: str, when: When) -> float | None:
        """Return a figure as an expression names it."""
        asked, _, id_ = name.rpartition(".")
        found = self._catalogue.indicators.get(id_)
        if asked in ("previous", "last_year"):
            moved = (_before if asked == "previous" else _year_before)(when)
            return None if found is None or moved is None else self.value(found, moved)
        if found is None:
            return None
        if not asked:
            return self.value(found, when)
        parts = self.parts(found, when)
        return None if parts is None else float(getattr(parts, asked))

    def _cell(self, indicator: Indicator, when: When) -> Any:
        period, start = when
        key = f"{TOWNSHIP}|{indicator.case}|township|{TOWNSHIP}|{period}|{start}|{self._tail}"
        cell = self._line.cells.get(key)
        found = [
            part
            for part in (cell["parts"] if cell is not None else ())
            if (part["indicator"], part["version"]) == (indicator.id, indicator.version)
        ]
        return found[0] if found else None

    def _level(self, indicator: Indicator, when: When) -> Parts | None:
        """Return a stock's level at the end of a period: the sum of the days up to it."""
        last = _end(when)
        moves = [
            part["numerator"]
            for key, cell in self._line.cells.items()
            if f"|{indicator.case}|township|" in key and "|day|" in key and cell["period_start"] <= last
            if (part := self._cell(indicator, ("day", cell["period_start"]))) is not None
        ]
        return Parts(sum(moves)) if moves else None


def _before(when: When) -> When | None:
    period, start = when
    return None if period == "now" else (period, _first_of(period, start - 1))


def _year_before(when: When) -> When | None:
    period, start = when
    there = _EPOCH + timedelta(days=start)
    if period == "now" or (there.month, there.day) == (2, 29):
        return None
    return period, day_number(there.replace(year=there.year - 1))


def _first_of(period: str, day: int) -> int:
    there = _EPOCH + timedelta(days=day)
    month = {"day": there.month, "month": there.month, "quarter": (there.month - 1) // 3 * 3 + 1, "year": 1}[period]
    return day_number(there.replace(month=month, day=there.day if period == "day" else 1))


def _end(when: When) -> int:
    """Return the last day of a period."""
    period, start = when
    day = start
    while _first_of(period, day + 1) == start:
        day += 1
    return day
