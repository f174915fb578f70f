"""Expressions of the catalogue: a small subset of ClickHouse SQL, parsed by sqlglot into a typed tree of our own.

The tree is then written out as Python (expression_python.py) and as ClickHouse SQL (expression_sql.py), so that both
engines run the same definition. README.md says what the subset is; everything outside it is refused by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from schemas.catalogue.expression_numbers import NUMBERS, alike, calculated, literal, negated, with_decimals
from schemas.catalogue.expression_tree import ExpressionRefused, Name, Node, Type, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

__all__ = ["ALLOWED", "ExpressionRefused", "Name", "Node", "Type", "parse"]

ALLOWED: Final = (
    "= != < <= > >=, and/or/not, is [not] null, + - * /, [not] in (…), if, case when, coalesce, least, greatest, "
    "dateDiff('second|day|month|quarter|year', from, to), toDate, toStartOfMonth, toStartOfQuarter, toStartOfYear, "
    "toDayOfMonth, "
    "numbers, 'text', true, false"
)
_UNITS: Final[tuple[Unit, ...]] = ("second", "day", "month", "quarter", "year")
_LONGEST: Final = 2_000
_DECIMAL_RULES: Final = "decimals and constants together; decimal * long; decimal / any number, which is a double"
_ORDERED: Final = frozenset({*NUMBERS, "timestamp", "date", "string"})


def parse(text: str, names: Mapping[str, Name], wanted: Type | tuple[Type, ...] | None = None) -> Node:
    """Return the typed tree of an expression over these names.

    Raises ExpressionRefused, also when it is not of a type `wanted`.
    """
    if len(text) > _LONGEST:
        raise ExpressionRefused(f"表达式超过 {_LONGEST} 字 / an expression longer than {_LONGEST} characters")
    try:
        found = sqlglot.parse_one(text, dialect="clickhouse")
    except (SqlglotError, RecursionError) as error:
        raise ExpressionRefused(f"读不懂表达式 / cannot read {text!r}: {_first_line(error)}", ALLOWED) from None
    node = _Reader(names).node(found)
    types = (wanted,) if isinstance(wanted, str) else wanted
    if types is not None and node.type not in types:
        raise ExpressionRefused(f"表达式 {text!r} 的类型是 {node.type} / is of type {node.type}", ", ".join(types))
    return node


class _Reader:
    """Turns sqlglot's tree into ours, checking types on the way."""

    def __init__(self, names: Mapping[str, Name]) -> None:
        self._names = names

    def node(self, found: exp.Expr) -> Node:
        for kind, read in _READERS:
            if isinstance(found, kind):
                return read(self, found)
        raise ExpressionRefused(f"不支持 {found.sql('clickhouse')!r} / not in the subset: {_called(found)}", ALLOWED)

    def paren(self, found: exp.Expr) -> Node:
        return self.node(found.this)

    def field(self, found: exp.Column) -> Node:
        name = ".".join(part.name for part in found.parts)
        known = self._names.get(name) if len(found.parts) == 1 else None
        if known is None:
            raise ExpressionRefused(f"没有字段 {name} / no field {name}", ", ".join(sorted(self._names)))
        return Node("field", known.type, known.nullable, value=name, symbols=known.symbols, scale=known.scale)

    def literal(self, found: exp.Expr) -> Node:
        if found.is_string:
            return Node("constant", "string", nullable=False, value=str(found.this))
        return literal(str(found.this))

    def boolean(self, found: exp.Expr) -> Node:
        return Node("constant", "boolean", nullable=False, value=bool(found.this))

    def connected(self, found: exp.Expr) -> Node:
        operation = "and" if isinstance(found, exp.And) else "or"
        parts = (self._boolean(found.this), self._boolean(found.expression))
        return Node(operation, "boolean", any(part.nullable for part in parts), parts)

    def negated(self, found: exp.Expr) -> Node:
        part = self._boolean(found.this)
        return Node("not", "boolean", part.nullable, (part,))

    def is_null(self, found: exp.Expr) -> Node:
        if not isinstance(found.expression, exp.Null):
            raise ExpressionRefused(f"只能写 is null / only `is null`: {found.sql('clickhouse')}", ALLOWED)
        return Node("is_null", "boolean", nullable=False, parts=(self.node(found.this),))

    def compared(self, found: exp.Expr) -> Node:
        sign = _SIGNS[type(found)]
        parts = self._comparable([self.node(found.this), self.node(found.expression)], found)
        if sign not in ("=", "!=") and parts[0].type not in _ORDERED:
            raise ExpressionRefused(f"{parts[0].type} 没有大小 / has no order: {found.sql('clickhouse')}", "= !=")
        return Node("compare", "boolean", any(part.nullable for part in parts), tuple(parts), sign)

    def contained(self, found: exp.Expr) -> Node:
        subject = self.node(found.this)
        constants = tuple(self.node(each) for each in found.expressions)
        if not constants or any(each.operation != "constant" for each in constants):
            raise ExpressionRefused("in 后面只能是常量 / in (…) takes constants only", "a in ('x', 'y')")
        for constant in constants:
            self._comparable([subject, constant], found)
        parts = with_decimals((subject, *constants)) if subject.type == "decimal" else None
        return Node("in", "boolean", subject.nullable, (subject, *constants) if parts is None else tuple(parts))

    def arithmetic(self, found: exp.Expr) -> Node:
        sign = _ARITHMETIC[type(found)]
        parts = [self._number(found.this), self._number(found.expression)]
        return calculated(sign, *parts) or self._differ(parts, found)

    def negative(self, found: exp.Expr) -> Node:
        return negated(self._number(found.this))

    def chosen(self, found: exp.Expr) -> Node:
        if isinstance(found, exp.Case) and found.this is not None:
            raise ExpressionRefused("case 后面不要写值 / write `case when condition then …`", ALLOWED)
        branches = [found] if isinstance(found, exp.If) else found.args["ifs"]
        last = found.args.get("false" if isinstance(found, exp.If) else "default")
        tests = [self._boolean(branch.this) for branch in branches]
        results = [self._or_null(branch.args["true"]) for branch in branches] + [self._or_null(last)]
        known = self._alike([result for result in results if result is not None], found)
        type_, scale = known[0].type, known[0].scale
        there = iter(known)
        null = Node("null", type_, nullable=True, scale=scale)
        filled = [null if result is None else next(there) for result in results]
        parts = tuple(part for pair in zip(tests, filled[:-1], strict=True) for part in pair)
        return Node("if", type_, any(each.nullable for each in filled), (*parts, filled[-1]), scale=scale)

    def first_known(self, found: exp.Expr) -> Node:
        parts = self._alike(self._arguments(found), found)
        nullable = all(part.nullable for part in parts)
        return Node("coalesce", parts[0].type, nullable, tuple(parts), scale=parts[0].scale)

    def extreme(self, found: exp.Expr) -> Node:
        operation = "least" if isinstance(found, exp.Least) else "greatest"
        parts = self._alike(self._arguments(found), found)
        type_, allowed = parts[0].type, sorted(_ORDERED - {"string"})
        if type_ not in allowed:
            raise ExpressionRefused(f"{operation} 不能用于 {type_} / cannot take {type_}", ", ".join(allowed))
        return Node(operation, type_, any(part.nullable for part in parts), tuple(parts), scale=parts[0].scale)

    def difference(self, found: exp.Expr) -> Node:
        unit = str(found.args.get("unit") or "").lower()
        start, end = self.node(found.expression), self.node(found.this)
        wanted = ("timestamp",) if unit == "second" else ("timestamp", "date")
        if unit not in _UNITS or start.type != end.type or start.type not in wanted:
            raise ExpressionRefused(
                f"dateDiff 的用法不对 / wrong use of dateDiff: {found.sql('clickhouse')}",
                "dateDiff('second', timestamp, timestamp); dateDiff('day|month|quarter|year', two timestamps or two dates)",
            )
        return Node("date_diff", "long", start.nullable or end.nullable, (start, end), unit)

    def truncated(self, found: exp.Expr) -> Node:
        unit = str(found.args.get("unit") or "").lower()
        if unit not in ("month", "quarter", "year"):
            raise ExpressionRefused(f"不支持 {found.sql('clickhouse')} / not in the subset", ALLOWED)
        return self._start_of(unit, found.this)

    def called(self, found: exp.Expr) -> Node:
        reference = _reference(found)
        if reference is not None and (known := self._names.get(reference)) is not None:
            return Node("field", known.type, known.nullable, value=reference, scale=known.scale)
        name = str(found.this).lower()
        if name not in ("todate", "todayofmonth") or len(found.expressions) != 1:
            raise ExpressionRefused(f"不支持函数 {found.this} / no function {found.this} in the subset", ALLOWED)
        if name == "todate":
            return self._start_of("day", found.expressions[0])
        part = self._time(found.expressions[0])
        return Node("day_of_month", "long", part.nullable, (part,))

    def _start_of(self, unit: str, found: exp.Expr) -> Node:
        part = self._time(found)
        return Node("start_of", "date", part.nullable, (part,), unit)

    def _time(self, found: exp.Expr) -> Node:
        part = self.node(found)
        if part.type not in ("timestamp", "date"):
            raise ExpressionRefused(f"{part.type} 不是时间 / {part.type} is no time", "timestamp, date")
        return part

    def _arguments(self, found: exp.Expr) -> list[Node]:
        return [self.node(each) for each in (found.this, *found.expressions)]

    def _or_null(self, found: exp.Expr | None) -> Node | None:
        return None if found is None or isinstance(found, exp.Null) else self.node(found)

    def _boolean(self, found: exp.Expr) -> Node:
        return self._typed(found, frozenset({"boolean"}))

    def _number(self, found: exp.Expr) -> Node:
        return self._typed(found, NUMBERS)

    def _typed(self, found: exp.Expr, wanted: frozenset[str]) -> Node:
        node = self.node(found)
        if node.type not in wanted:
            text = found.sql("clickhouse")
            raise ExpressionRefused(f"{text} 的类型是 {node.type} / {text} is {node.type}", " or ".join(sorted(wanted)))
        return node

    def _comparable(self, parts: list[Node], found: exp.Expr) -> list[Node]:
        """Return two parts as they are compared: of one type, or numbers (which are compared exactly)."""
        types = {part.type for part in parts}
        if len(types) > 1 and types != {"long", "double"}:
            parts = (types <= NUMBERS and with_decimals(parts)) or self._differ(parts, found)
        for field, constant in (parts, reversed(parts)):
            if field.symbols and constant.operation == "constant" and constant.value not in field.symbols:
                raise ExpressionRefused(
                    f"{field.value} 没有取值 {constant.value} / {field.value} never is {constant.value!r}",
                    ", ".join(field.symbols),
                )
        return parts

    def _alike(self, parts: list[Node], found: exp.Expr) -> list[Node]:
        """Return parts of which any may be the result: all of one type and scale."""
        types = {part.type for part in parts}
        if len(types) == 1 and types != {"decimal"}:
            return parts
        return (bool(types) and types <= NUMBERS and alike(parts)) or self._differ(parts, found)

    def _differ(self, parts: Sequence[Node], found: exp.Expr) -> NoReturn:
        types = sorted({part.type for part in parts})
        raise ExpressionRefused(
            f"类型不一致 / types differ in {found.sql('clickhouse')}: {', '.join(types) or 'null'}",
            _DECIMAL_RULES if "decimal" in types else "both sides of one type",
        )


_SIGNS: Final[dict[type[Any], str]] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_ARITHMETIC: Final[dict[type[Any], str]] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}
_READERS: Final[tuple[tuple[type | tuple[type, ...], Callable[[_Reader, Any], Node]], ...]] = (
    (exp.Paren, _Reader.paren),
    (exp.Column, _Reader.field),
    (exp.Literal, _Reader.literal),
    (exp.Boolean, _Reader.boolean),
    ((exp.And, exp.Or), _Reader.connected),
    (exp.Not, _Reader.negated),
    (exp.Is, _Reader.is_null),
    (tuple(_SIGNS), _Reader.compared),
    (exp.In, _Reader.contained),
    (tuple(_ARITHMETIC), _Reader.arithmetic),
    (exp.Neg, _Reader.negative),
    ((exp.If, exp.Case), _Reader.chosen),
    (exp.Coalesce, _Reader.first_known),
    ((exp.Least, exp.Greatest), _Reader.extreme),
    (exp.DateDiff, _Reader.difference),
    (exp.TimestampTrunc, _Reader.truncated),
    (exp.Anonymous, _Reader.called),
)


def _reference(found: exp.Expr) -> str | None:
    """Return `previous(x)` as `previous.x`: the name under which such a figure of another indicator is known."""
    first = found.expressions[0] if len(found.expressions) == 1 else None
    if not isinstance(first, exp.Column) or len(first.parts) != 1:
        return None
    return f"{str(found.this).lower()}.{first.name}"


def _called(found: exp.Expr) -> str:
    return type(found).__name__


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
