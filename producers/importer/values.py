"""Compiling a value of the mapping into a function of a row's cells."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

from producers.importer.conditions import compile_conditions
from producers.importer.conversions import CLEANERS, looks_damaged, refuse_spreadsheet_damage
from producers.importer.table import RowRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from producers.importer.mapping import Clean, CodeTable, Kind, Value
    from producers.importer.mapping_file import Path_
    from producers.importer.scope import Cells, Evaluate, Known, Scope


class Compiled(NamedTuple):
    """A value ready to be computed; `column` is what the report of refused rows calls it."""

    evaluate: Evaluate
    kind: Kind
    column: str


def compile_value(
    scope: Scope, spec: Value, path: Path_, *, kind: Kind | None = None, free_text: bool = False
) -> Compiled:
    """Return the function of a value that shall be of `kind` (None: as it says itself, or text).

    The function returns None for a null and raises RowRefused. Mistakes of the mapping are noted with the scope. In
    free text, what looks like a formula or a mangled number is only text.
    """
    if spec.constant is not None:
        compiled = _constant(scope, spec, path, kind)
    elif spec.value is not None and spec.value in scope.declared:
        compiled = _declared(scope, spec, spec.value, path, kind)
    elif spec.fields is not None:
        scope.problem(path, "只有记录型字段可写 fields / fields: is for fields that are records")
        compiled = Compiled(_nothing, kind or "text", "")
    else:
        names = spec.column if spec.column is not None else (spec.value or "",)
        compiled = _column(scope, spec, names, path, kind or spec.as_ or "text", free_text=free_text)
    if not spec.when:
        return compiled
    holds = compile_conditions(scope, spec.when, (*path, "when"))
    evaluate = compiled.evaluate
    return compiled._replace(evaluate=lambda cells, known: evaluate(cells, known) if holds(cells, known) else None)


def cleaner(steps: Sequence[Clean]) -> Callable[[str], str]:
    """Return the steps as one function."""
    functions = [CLEANERS[step] for step in steps]
    if len(functions) == 1:
        return functions[0]
    return lambda text: reduce(lambda done, function: function(done), functions, text)


def _constant(scope: Scope, spec: Value, path: Path_, kind: Kind | None) -> Compiled:
    wanted = kind or spec.as_ or "text"
    value = scope.converted(spec.constant if spec.constant is not None else "", wanted, (*path, "constant"))
    return Compiled(lambda _cells, _known: value, wanted, "")


def _declared(scope: Scope, spec: Value, name: str, path: Path_, kind: Kind | None) -> Compiled:
    declared = scope.declared[name]
    index = declared.place
    if kind is not None and kind != declared.kind and (declared.kind, kind) != ("integer", "number"):
        scope.problem(path, f"{name} 是 / is {declared.kind}，此处需要 / wanted here: {kind} (values.{name}.as)")
    if spec.table or spec.clean or spec.as_:
        scope.problem(path, f"table、clean、as 写在 / belong to values.{name}")
    if spec.default is None:
        return Compiled(lambda _cells, known: known[index], declared.kind, declared.column)
    default = scope.converted(spec.default, declared.kind, (*path, "default"))

    def evaluate(_cells: Cells, known: Known) -> Any:
        value = known[index]
        return default if value is None else value

    return Compiled(evaluate, declared.kind, declared.column)


def _column(scope: Scope, spec: Value, names: Sequence[str], path: Path_, kind: Kind, *, free_text: bool) -> Compiled:
    indexes = [scope.column(name, path) for name in names]
    mapping = scope.file.mapping
    # What people wrote stays as they wrote it: steps for all columns are meant for codes, names and times.
    clean = cleaner((*(("trim",) if free_text else mapping.clean), *spec.clean))
    nulls = frozenset(("", *mapping.null_values))
    default = None if spec.default is None else scope.converted(spec.default, kind, (*path, "default"))
    convert = _lookup(scope, spec.table, kind, path) if spec.table else scope.converters[kind]

    def evaluate(cells: Cells, _known: Known) -> Any:
        for index, name in zip(indexes, names, strict=True):
            text = clean(cells[index])
            if text in nulls:
                continue
            try:
                if not free_text and looks_damaged(text):
                    refuse_spreadsheet_damage(text, column=name)
                return convert(text)
            except RowRefused as refused:
                refused.refusal = refused.refusal._replace(column=name)
                raise
        return default

    return Compiled(evaluate, kind, names[0])


def _lookup(scope: Scope, name: str, kind: Kind, path: Path_) -> Callable[[str], Any]:
    table: CodeTable | None = scope.file.mapping.tables.get(name)
    if table is None:
        scope.problem((*path, "table"), f"没有代码表 / no table “{name}” under tables:")
        return scope.converters["text"]
    values = {
        code: scope.converted(value, kind, ("tables", name, "values", code)) for code, value in table.values.items()
    }
    default = None if table.default is None else scope.converted(table.default, kind, ("tables", name, "default"))

    def look_up(text: str) -> Any:
        found = values.get(text, default)
        if found is None:
            raise RowRefused("code", value=text)
        return found

    return look_up


def _nothing(_cells: Cells, _known: Known) -> Any:
    return None
