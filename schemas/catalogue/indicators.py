"""Checks the written contract of an indicator, every version of it, against the case it counts.

Which keys its kind has, expressions, anchor, dimensions, lines, scores, golden examples.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from schemas.catalogue.cases import case_names
from schemas.catalogue.composed import FigureNames
from schemas.catalogue.expression import ExpressionRefused, Name, Node, Type, parse
from schemas.catalogue.golden_rules import golden_problem
from schemas.catalogue.indicator_keys import a, key_problems
from schemas.catalogue.model import COMPOSED, UNKNOWN_SCORE, Exclusion, IndexPart, Indicator, Veto
from schemas.catalogue.scores import read_score, score_problems

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from schemas.catalogue.indicator_entries import ContractEntry, EarlierEntry, IndicatorEntry
    from schemas.catalogue.model import CaseDefinition
    from schemas.catalogue.written import Place
    from schemas.domain import Domain

_NUMBERS: Final = frozenset({"long", "double"})
_REACHED: Final = frozenset({"coverage", "distinct"})
"""Kinds in which something counts from `at_least` on, 1 unless said."""

_WEIGHTS: Final = 1e-9
"""By how much the weights of an index may miss 1."""


class IndicatorReader:
    """Reads a domain's indicators. Mistakes go to `report`; `read` answers None when there was one.

    `named` are the cases that are written, `cases` those of them that could be read.
    """

    def __init__(
        self, domain: Domain, cases: Mapping[str, CaseDefinition], named: Collection[str], report: Callable[..., None]
    ) -> None:
        self._domain = domain
        self._cases = cases
        self._named = named
        self._report = report

    def read(self, name: str, entry: IndicatorEntry) -> Indicator | None:
        """Return the indicator in its newest version, which knows the earlier ones."""
        place: Place = ("indicators", name)
        newest = self._version(name, entry, place)
        earlier = [self._version(name, each, (*place, "earlier", number)) for number, each in enumerate(entry.earlier)]
        self._in_order(entry, place)
        whole = [each for each in earlier if each is not None]
        if newest is None or len(whole) < len(earlier):
            return None
        described = (
            replace(each, changed_zh=written.changed.zh, changed_en=written.changed.en)
            for each, written in zip(whole, entry.earlier, strict=True)
        )
        return replace(newest, earlier=tuple(described))

    def _version(self, name: str, entry: ContractEntry, place: Place) -> Indicator | None:
        if entry.case is not None and entry.case not in self._named:
            allowed = ", ".join(self._named)
            self._report((*place, "case"), f"没有事项 {entry.case} / no case {entry.case}", allowed)
            return None
        if entry.case is not None and entry.case not in self._cases:
            return None  # what is wrong with the case is told already
        case = None if entry.case is None else self._cases[entry.case]
        return _ContractReader(self._domain, self._cases, case, self._report, place).read(name, entry)

    def _in_order(self, entry: IndicatorEntry, place: Place) -> None:
        """Versions go down, and so do the days from which they hold."""
        if entry.kind in COMPOSED and entry.earlier:
            problem = f"{entry.kind} 没有 earlier / {a(entry.kind)} has no `earlier`"
            self._report((*place, "earlier"), problem, "an indicator that counts cases")
        versions: list[IndicatorEntry | EarlierEntry] = [entry, *entry.earlier]
        for number, (after, before) in enumerate(pairwise(versions)):
            where = (*place, "earlier", number)
            if before.version >= after.version:
                problem = "早先的版本号须更小，由新到旧 / earlier versions are lower, newest first"
                self._report((*where, "version"), problem, f"below {after.version}")
            if before.effective_from >= after.effective_from:
                problem = "早先的口径须启用更早 / an earlier definition holds from an earlier day"
                self._report((*where, "effective_from"), problem, f"before {after.effective_from}")


class _ContractReader:
    """Reads one version of an indicator; `case` is None for one that counts none."""

    def __init__(
        self,
        domain: Domain,
        cases: Mapping[str, CaseDefinition],
        case: CaseDefinition | None,
        report: Callable[..., None],
        place: Place,
    ) -> None:
        self._domain = domain
        self._cases = cases
        self._case = case
        self._report = report
        self._place = place
        self._names: Mapping[str, Name] = {} if case is None else case_names(case.fields)
        self._clean = True

    def read(self, name: str, entry: ContractEntry) -> Indicator | None:
        """Return the indicator, checked but for its references to others; examples that are wrong leave it whole."""
        for problem, allowed, *keys in key_problems(entry):
            self._wrong(tuple(keys), problem, allowed)
        over = self._parsed(("over",), entry.over, "boolean")
        exclude = tuple(
            Exclusion(when, each.because.zh, each.because.en)
            for index, each in enumerate(entry.exclude)
            if (when := self._parsed(("exclude", index, "when"), each.when, "boolean")) is not None
        )
        numerator = self._parsed(("numerator",), entry.numerator, "boolean")
        value = self._parsed(("value",), entry.value, "long", "decimal")
        weight = self._parsed(("weight",), entry.weight, "long")
        counts = self._parsed(("counts",), entry.counts, "string")
        expression = self._composed(entry)
        for key in ("anchor", "enter", "leave"):
            self._field_of_type((key,), getattr(entry, key), "timestamp")
        if self._case is not None:
            for index, dimension in enumerate(entry.dimensions):
                self._field_of_type(("dimensions", index), dimension, "string")
        self._lines(entry)
        self._scores(entry)
        self._index(entry)
        if not self._clean:
            return None
        copied = ("kind", "zh", "en", "enter", "leave", "anchor", "quantile", "dimensions", "periods", "unit", "factor")
        lines = ("direction", "goal", "yellow_line", "red_line", "minimum_volume", "minimum_weight", "covers")
        origin = ("source", "effective_from", "version", "golden")
        at_least = 1 if entry.kind in _REACHED and entry.at_least is None else entry.at_least
        found = Indicator(
            id=name,
            domain=self._domain.name,
            case=entry.case or "",
            sentence_zh=entry.sentence.zh,
            sentence_en=entry.sentence.en,
            over=over,
            exclude=exclude,
            numerator=numerator,
            value=value,
            weight=weight,
            at_least=at_least,
            counts=counts,
            expression=expression,
            parts=_parts(entry),
            veto=tuple(Veto(each.indicator, each.when, each.line) for each in entry.veto),
            score=None if entry.score is None else read_score(entry.score),
            definition=entry,
            **{key: getattr(entry, key) for key in (*copied, *lines, *origin)},
        )
        self._golden(found)
        return found

    def _golden(self, indicator: Indicator) -> None:
        if not indicator.golden:
            self._wrong(("golden",), "至少要有一个例子 / needs at least one golden example", "says, cases, expect")
        for index, example in enumerate(indicator.golden):
            problem = golden_problem(example, indicator, self._cases, self._domain)
            if problem is not None:
                self._wrong(("golden", index), *problem)

    def _composed(self, entry: ContractEntry) -> Node | None:
        """Return the expression of a derived indicator, a number made of other indicators' figures."""
        node = self._parsed(("expression",), entry.expression, names=FigureNames())
        if node is not None and node.type not in _NUMBERS:
            self._wrong(
                ("expression",), f"结果须是数，而不是 {node.type} / gives a {node.type}, not a number", "a number"
            )
        if node is not None and not node.names():
            self._wrong(("expression",), "没有用到任何指标 / names no indicator", ", ".join(FigureNames()))
        return node

    def _index(self, entry: ContractEntry) -> None:
        """Weights sum to 1, each indicator has one part, and an index is in points of 100."""
        if entry.kind != "index" or not entry.parts:
            return
        total = sum(part.weight for part in entry.parts)
        if abs(total - 1) > _WEIGHTS:
            self._wrong(("parts",), f"权重合计不是 1 / weights sum to {total:g}", "1")
        for number, part in enumerate(entry.parts):
            if part.indicator in (other.indicator for other in entry.parts[:number]):
                problem = f"{part.indicator} 重复 / {part.indicator} has two parts"
                self._wrong(("parts", number, "indicator"), problem, "each indicator once")
        if entry.factor != 1:
            self._wrong(("factor",), "指数以百分制计，factor 是 1 / an index is in points of 100", "1")

    def _scores(self, entry: ContractEntry) -> None:
        if entry.score is not None:
            for problem, allowed in score_problems(entry.score, entry.direction):
                self._wrong(("score",), problem, allowed)

    def _lines(self, entry: ContractEntry) -> None:
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
        if name is None or self._case is None:
            return
        allowed = [each for each, known in self._names.items() if known.type == wanted]
        if name not in allowed:
            problem = f"{name} 不是 {wanted} 字段 / {name} is no {wanted} field of the case {self._case.name}"
            self._wrong(place, problem, ", ".join(allowed))

    def _parsed(
        self, place: Place, text: str | None, *wanted: Type, names: Mapping[str, Name] | None = None
    ) -> Node | None:
        if text is None or (names is None and self._case is None):
            return None
        try:
            return parse(text, self._names if names is None else names, wanted or None)
        except ExpressionRefused as refused:
            self._wrong(place, refused.problem, refused.allowed)
            return None

    def _wrong(self, place: Place, problem: str, allowed: str = "") -> None:
        self._clean = False
        self._report((*self._place, *place), problem, allowed)


def _parts(entry: ContractEntry) -> tuple[IndexPart, ...]:
    """Return the parts; a score that is the indicator's own, and its direction, are not known before all domains are."""
    return tuple(
        IndexPart(part.indicator, part.weight, UNKNOWN_SCORE if part.score is None else read_score(part.score), "none")
        for part in entry.parts
    )
