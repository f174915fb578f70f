"""Compiling the fields of one event of a mapping against its record's schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from producers.importer.table import RowRefused
from producers.importer.values import compile_value
from schemas.domain import fields_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from producers.importer.mapping import Kind, Value
    from producers.importer.mapping_file import Path_
    from producers.importer.scope import Cells, Evaluate, Known, Scope
    from schemas.domain import Field

_KINDS: Final[dict[tuple[str, str | None], Kind]] = {
    ("string", None): "text",
    ("string", "uuid"): "text",
    ("enum", None): "text",
    ("boolean", None): "boolean",
    ("int", None): "integer",
    ("long", None): "integer",
    ("float", None): "number",
    ("double", None): "number",
    ("int", "date"): "date",
    ("long", "timestamp-millis"): "time",
    ("bytes", "decimal"): "decimal",
}
_ASKED_FOR: Final = frozenset({"direct", "sensitive"})


class CompiledField(NamedTuple):
    """A field's name, its function, and the column it comes from. A null that may not be becomes `default`."""

    name: str
    evaluate: Evaluate
    column: str
    nullable: bool
    default: Any

    def value(self, cells: Cells, known: Known) -> Any:
        """Return the field's value for a row; raises RowRefused."""
        value = self.evaluate(cells, known)
        if value is None:
            if self.default is not None:
                return self.default
            if not self.nullable:
                raise RowRefused("missing", column=self.column or self.name)
        return value


Make = Callable[["Cells", "Known"], dict[str, Any]]


def compile_fields(
    scope: Scope, fields: Sequence[Field], specs: dict[str, Value], path: Path_, prefix: str = ""
) -> list[CompiledField]:
    """Return a function for every field of a record, mapped or not; notes problems for fields unknown or left out.

    `prefix` is the path of a nested record. Fields tagged direct or sensitive must be named under `personal:`.
    """
    for name in specs:
        if name not in {field.name for field in fields}:
            there = ", ".join(field.name for field in fields)
            scope.problem((*path, name), f"没有这个字段 / no such field; there are: {there}")
    compiled = []
    for field in fields:
        spec = specs.get(field.name)
        if spec is not None:
            compiled.append(_field(scope, field, spec, (*path, field.name), prefix + field.name))
        elif "default" not in field.attributes:
            scope.problem(path, f"必填字段未映射 / a required field is not mapped: {prefix}{field.name} ({field.zh})")
        else:
            default = field.attributes["default"]
            compiled.append(CompiledField(field.name, _null, "", field.nullable, default))
    return compiled


def _field(scope: Scope, field: Field, spec: Value, path: Path_, full: str) -> CompiledField:
    default = field.attributes.get("default")
    if field.kind == "record":
        return _nested(scope, field, spec, path, full)
    kind = _KINDS.get((field.kind, field.logical))
    if kind is None:
        scope.problem(path, f"尚不支持从表格填写这种字段 / cannot be filled from a table yet: {field.kind}")
        return CompiledField(field.name, _null, "", field.nullable, default)
    if field.privacy in _ASKED_FOR and full not in scope.file.mapping.personal:
        scope.problem(path, f"个人信息须在 personal: 中点名 / personal data: name it under personal: {full}")
    compiled = compile_value(scope, spec, path, kind=kind, free_text=field.privacy == "free_text")
    if field.symbols:
        _check_symbols(scope, field, spec, path)
    evaluate = compiled.evaluate
    if kind == "number" and compiled.kind == "integer":
        evaluate = _as_float(evaluate)
    return CompiledField(field.name, evaluate, compiled.column, field.nullable, default)


def _nested(scope: Scope, field: Field, spec: Value, path: Path_, full: str) -> CompiledField:
    inner: dict[str, Any] = field.avro_type if isinstance(field.avro_type, dict) else {}
    if spec.fields is None:
        scope.problem(path, "记录型字段须写 fields / a record: write fields: with its parts")
    parts = compile_fields(scope, fields_of(inner), spec.fields or {}, (*path, "fields"), f"{full}.")

    def evaluate(cells: Cells, known: Known) -> dict[str, Any] | None:
        values = {part.name: part.value(cells, known) for part in parts}
        return values if any(value is not None for value in values.values()) else None

    column = next((part.column for part in parts if part.column), "")
    return CompiledField(field.name, evaluate, column, field.nullable, None)


def _check_symbols(scope: Scope, field: Field, spec: Value, path: Path_) -> None:
    table = scope.file.mapping.tables.get(spec.table or "")
    given = [spec.constant, spec.default, *(table.values.values() if table else ()), table.default if table else None]
    for value in given:
        if value is not None and value not in field.symbols:
            scope.problem(path, f"“{value}” 不是 {field.name} 的取值 / is none of: {', '.join(field.symbols)}")


def _as_float(evaluate: Evaluate) -> Evaluate:
    def number(cells: Cells, known: Known) -> float | None:
        value = evaluate(cells, known)
        return None if value is None else float(value)

    return number


def _null(_cells: Cells, _known: Known) -> Any:
    return None
