"""Compiling the conditions of a mapping: all of a list must hold; what is null is not before, after or equal."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, Final

from producers.importer.mapping import COMPARISONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from producers.importer.mapping import Condition, Kind
    from producers.importer.mapping_file import Path_
    from producers.importer.scope import Cells, Evaluate, Known, Scope

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "before": operator.lt,
    "not_before": operator.ge,
    "after": operator.gt,
    "not_after": operator.le,
}
_ORDERED: Final = frozenset({"time", "date", "integer", "number", "decimal"})


def compile_conditions(scope: Scope, conditions: Sequence[Condition], path: Path_) -> Callable[[Cells, Known], bool]:
    """Return a function that says whether all conditions hold for a row."""
    tests = [_compile(scope, condition, (*path, number)) for number, condition in enumerate(conditions)]
    if len(tests) == 1:
        return tests[0]
    return lambda cells, known: all(test(cells, known) for test in tests)


def _compile(scope: Scope, condition: Condition, path: Path_) -> Callable[[Cells, Known], bool]:
    value, kind = _operand(scope, condition.value, path)
    if condition.is_ == "present":
        return lambda cells, known: value(cells, known) is not None
    if condition.is_ == "absent":
        return lambda cells, known: value(cells, known) is None
    if condition.equals is not None:
        wanted = scope.converted(condition.equals, kind, (*path, "equals"))
        return lambda cells, known: bool(value(cells, known) == wanted)
    if condition.in_ is not None:
        allowed = frozenset(scope.converted(each, kind, (*path, "in")) for each in condition.in_)
        return lambda cells, known: value(cells, known) in allowed
    return _comparison(scope, condition, value, kind, path)


def _comparison(
    scope: Scope, condition: Condition, value: Evaluate, kind: Kind, path: Path_
) -> Callable[[Cells, Known], bool]:
    name = next(name for name in COMPARISONS if getattr(condition, name) is not None)
    other, other_kind = _operand(scope, getattr(condition, name), (*path, name))
    if kind != other_kind or kind not in _ORDERED:
        scope.problem(
            path, f"{name}: 两边须同为时间、日期或数 / both must be times, dates or numbers ({kind}, {other_kind})"
        )
    compare = _COMPARE[name]

    def holds(cells: Cells, known: Known) -> bool:
        left, right = value(cells, known), other(cells, known)
        return left is not None and right is not None and compare(left, right)

    return holds


def _operand(scope: Scope, name: str, path: Path_) -> tuple[Evaluate, Kind]:
    declared = scope.declared.get(name)
    if declared is not None:
        place = declared.place
        return lambda _cells, known: known[place], declared.kind
    index = scope.column(name, path)
    nulls = frozenset(("", *scope.file.mapping.null_values))

    def text(cells: Cells, _known: Known) -> str | None:
        cell = cells[index].strip()
        return None if cell in nulls else cell

    return text, "text"
