"""Writes a typed expression as ClickHouse SQL.

Times are DateTime64(3) or Date32 columns, decimals Decimal(18, scale), whole numbers Int64; null rules are those of the
Python.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from schemas.decimals import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.catalogue.expression_tree import Node

_UNSIGNED: Final = 1 << 31
_STARTS: Final = {"month": "toStartOfMonth", "quarter": "toStartOfQuarter", "year": "toStartOfYear"}


class SqlWriter:
    """Writes expressions for one time zone. Names are quoted, or qualified with `table` if given; texts are escaped."""

    def __init__(self, timezone: str, table: str = "") -> None:
        self._timezone = text(timezone)
        self._table = table

    def value(self, node: Node) -> str:
        """Return SQL of the expression."""
        return self._WRITERS[node.operation](self, node)

    def whole(self, node: Node) -> str:
        """Return SQL of a whole number or a decimal as cells hold it: an Int64, of 10^-scale."""
        return f"reinterpret({self.value(node)}, 'Int64')" if node.type == "decimal" else self.value(node)

    def _field(self, node: Node) -> str:
        name = str(node.value).replace("`", "")
        return f"{self._table}.{name}" if self._table else f"`{name}`"

    def _constant(self, node: Node) -> str:
        match node.type:
            case "string":
                return text(str(node.value))
            case "boolean":
                return str(node.value).lower()
            case "decimal":
                return f"toDecimal64({_number(node)}, {node.scale})"
            case "long" if abs(int(node.value)) >= _UNSIGNED:  # by itself unsigned, which goes with no other type
                return f"toInt64({node.value})"
        return repr(float(node.value) if node.type == "double" else node.value)

    def _null(self, _: Node) -> str:
        return "NULL"

    def _connect(self, node: Node) -> str:
        return f"({f' {node.operation.upper()} '.join(map(self.value, node.parts))})"

    def _negate(self, node: Node) -> str:
        return f"(NOT {self.value(node.parts[0])})"

    def _is_null(self, node: Node) -> str:
        return f"({self.value(node.parts[0])} IS NULL)"

    def _infix(self, node: Node) -> str:
        left, right = self._comparable(node.parts)
        return f"({left} {node.value} {right})"

    def _contain(self, node: Node) -> str:
        subject, *constants = self._comparable(node.parts)
        return f"({subject} IN ({', '.join(constants)}))"

    def _comparable(self, parts: tuple[Node, ...]) -> list[str]:
        """Decimals of different scales have room for each other only in 38 digits."""
        scale = max(part.scale for part in parts)
        if all(part.scale == scale for part in parts):
            return [self.value(part) for part in parts]
        return [self._wide(part, scale) for part in parts]

    def _checked(self, node: Node) -> str:
        """Calculate with more digits than there may be, then keep what fits."""
        if node.type == "long":
            left, right = map(self.value, node.parts)
            return f"accurateCastOrNull(toInt128({left}) {node.value} {right}, 'Int64')"
        left, right = (
            self._wide(part, node.scale) if part.type == "decimal" else self.value(part) for part in node.parts
        )
        return self._fitted(f"{left} {node.value} {right}", node.scale)

    def _rescale(self, node: Node) -> str:
        return self._fitted(self.value(node.parts[0]), node.scale)

    def _fitted(self, number: str, scale: int) -> str:
        """Only reading text counts digits: a cast lets through what fits 64 bits."""
        return f"toDecimal64OrNull(toString({number}), {scale})"

    def _wide(self, part: Node, scale: int) -> str:
        written = _number(part) if part.operation == "constant" else self.value(part)
        return f"toDecimal128({written}, {scale})"

    def _to_double(self, node: Node) -> str:
        return f"toFloat64({self.value(node.parts[0])})"

    def _divide(self, node: Node) -> str:
        dividend, divisor = (
            f"toFloat64({self.value(part)})" if part.type == "decimal" else self.value(part) for part in node.parts
        )
        return f"({dividend} / nullIf({divisor}, 0))"

    def _negative(self, node: Node) -> str:
        return f"(-{self.value(node.parts[0])})"

    def _choose(self, node: Node) -> str:
        *pairs, last = map(self.value, node.parts)
        branches = " ".join(f"WHEN {test} THEN {result}" for test, result in zip(pairs[::2], pairs[1::2], strict=True))
        return f"(CASE {branches} ELSE {last} END)"

    def _call(self, node: Node) -> str:
        return f"{node.operation}({', '.join(map(self.value, node.parts))})"

    def _extreme(self, node: Node) -> str:
        """Newer servers leave nulls out of least and greatest, older ones do not: say it."""
        unknown = " OR ".join(f"({self.value(part)} IS NULL)" for part in node.parts if part.nullable)
        return f"if({unknown}, NULL, {self._call(node)})" if unknown else self._call(node)

    def _day_of_month(self, node: Node) -> str:
        return f"toInt64(toDayOfMonth({self._day(node.parts[0])}))"

    def _date_diff(self, node: Node) -> str:
        if node.value == "second":
            start, end = map(self.value, node.parts)
            return f"dateDiff('second', {start}, {end})"
        start, end = map(self._day, node.parts)
        return f"dateDiff({text(str(node.value))}, {start}, {end})"

    def _start_of(self, node: Node) -> str:
        day = self._day(node.parts[0])
        return day if node.value == "day" else f"{_STARTS[str(node.value)]}({day})"

    def _day(self, part: Node) -> str:
        written = self.value(part)
        return f"toDate32({written}, {self._timezone})" if part.type == "timestamp" else written

    _WRITERS: Final[Mapping[str, Callable[[SqlWriter, Node], str]]] = {
        "field": _field,
        "constant": _constant,
        "null": _null,
        "and": _connect,
        "or": _connect,
        "not": _negate,
        "is_null": _is_null,
        "compare": _infix,
        "in": _contain,
        "arithmetic": _infix,
        "checked": _checked,
        "rescale": _rescale,
        "to_double": _to_double,
        "divide": _divide,
        "negative": _negative,
        "if": _choose,
        "coalesce": _call,
        "least": _extreme,
        "greatest": _extreme,
        "date_diff": _date_diff,
        "start_of": _start_of,
        "day_of_month": _day_of_month,
    }


def _number(constant: Node) -> str:
    """Return a constant decimal as text, which ClickHouse reads exactly."""
    return text(plain(Decimal(int(constant.value)).scaleb(-constant.scale)))


def text(value: str) -> str:
    """Return a text in ClickHouse's quotes."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
