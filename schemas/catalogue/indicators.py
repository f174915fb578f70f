"""Checks the written contract of an indicator against its case.

Expressions, anchor, dimensions, lines, golden examples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.catalogue.cases import case_names
from schemas.catalogue.expression import ExpressionRefused, Node, Type, parse
from schemas.catalogue.golden import golden_problem
from schemas.catalogue.model import Exclusion, Indicator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.catalogue.entries import IndicatorEntry
    from schemas.catalogue.model import CaseDefinition
    from schemas.catalogue.written import Place
    from schemas.domain import Domain

NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "count": ("anchor",),
    "share": ("anchor", "numerator"),
    "sum": ("anchor", "value"),
    "mean": ("anchor", "value"),
    "quantile": ("anchor", "value", "quantile"),
    "stock": ("enter", "leave"),
}
"""The keys each kind needs; of these keys it may have no other."""

_SPECIAL: Final = ("anchor", "numerator", "value", "quantile", "enter", "leave")


class IndicatorReader:
    """Reads one indicator of a case. Mistakes go to `report`; `read` answers None when there was one."""

    def __init__(self, case: CaseDefinition, domain: Domain, report: Callable[..., None], place: Place) -> None:
        self._case = case
        self._domain = domain
        self._report = report
        self._place = place
        self._names = case_names(case.fields)
        self._clean = True

    def read(self, name: str, entry: IndicatorEntry) -> Indicator | None:
        """Return the indicator, checked."""
        self._keys(entry)
        over = self._parsed(("over",), entry.over, "boolean")
        exclude = tuple(
            Exclusion(when, each.because.zh, each.because.en)
            for index, each in enumerate(entry.exclude)
            if (when := self._parsed(("exclude", index, "when"), each.when, "boolean")) is not None
        )
        numerator = self._parsed(("numerator",), entry.numerator, "boolean")
        value = self._parsed(("value",), entry.value, "long", "decimal")
        for key in ("anchor", "enter", "leave"):
            self._field_of_type((key,), getattr(entry, key), "timestamp")
        for index, dimension in enumerate(entry.dimensions):
            self._field_of_type(("dimensions", index), dimension, "string")
        self._lines(entry)
        if not entry.golden:
            self._wrong(("golden",), "至少要有一个例子 / needs at least one golden example", "says, cases, expect")
        for index, golden in enumerate(entry.golden):
            problem = golden_problem(golden, self._case, self._domain, entry.kind, entry.dimensions)
            if problem is not None:
                self._wrong(("golden", index), *problem)
        if not self._clean or over is None:
            return None
        copied = ("case", "kind", "zh", "en", "enter", "leave", "anchor", "quantile", "dimensions", "unit", "factor")
        lines = ("direction", "goal", "yellow_line", "red_line", "minimum_volume")
        origin = ("source", "effective_from", "version", "golden")
        return Indicator(
            id=name,
            domain=self._domain.name,
            sentence_zh=entry.sentence.zh,
            sentence_en=entry.sentence.en,
            over=over,
            exclude=exclude,
            numerator=numerator,
            value=value,
            definition=entry,
            **{key: getattr(entry, key) for key in (*copied, *lines, *origin)},
        )

    def _keys(self, entry: IndicatorEntry) -> None:
        needs = NEEDS[entry.kind]
        for key in needs:
            if getattr(entry, key) is None:
                self._wrong((), f"{entry.kind} 需要 {key} / a {entry.kind} needs `{key}`", ", ".join(needs))
        for key in _SPECIAL:
            if key not in needs and getattr(entry, key) is not None:
                self._wrong((key,), f"{entry.kind} 没有 {key} / a {entry.kind} has no `{key}`", ", ".join(needs))

    def _lines(self, entry: IndicatorEntry) -> None:
        """Goal, yellow and red lines go from good to bad in the indicator's direction."""
        lines = [line for line in (entry.goal, entry.yellow_line, entry.red_line) if line is not None]
        if entry.direction == "none" and lines:
            self._wrong(("direction",), "没有方向就没有目标和警戒线 / no direction, no goal or lines", "up, down")
        ordered = sorted(lines, reverse=entry.direction == "up")
        if lines != ordered:
            self._wrong(
                ("goal",),
                "目标与警戒线顺序不对 / goal and lines are out of order",
                "goal, yellow_line, red_line: good to bad",
            )

    def _field_of_type(self, place: Place, name: str | None, wanted: Type) -> None:
        if name is None:
            return
        allowed = [each for each, known in self._names.items() if known.type == wanted]
        if name not in allowed:
            problem = f"{name} 不是 {wanted} 字段 / {name} is no {wanted} field of the case {self._case.name}"
            self._wrong(place, problem, ", ".join(allowed))

    def _parsed(self, place: Place, text: str | None, *wanted: Type) -> Node | None:
        if text is None:
            return None
        try:
            return parse(text, self._names, wanted)
        except ExpressionRefused as refused:
            self._wrong(place, refused.problem, refused.allowed)
            return None

    def _wrong(self, place: Place, problem: str, allowed: str = "") -> None:
        self._clean = False
        self._report((*self._place, *place), problem, allowed)
