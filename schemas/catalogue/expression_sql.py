"""Writes a typed expression as ClickHouse SQL.

Times are DateTime64(3) or Date32 columns; null rules are those of the Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.catalogue.expression_tree import Node

_STARTS: Final = {"month": "toStartOfMonth", "quarter": "toStartOfQuarter", "year": "toStartOfYear"}


class SqlWriter:
    """Writes expressions for one time zone. Names are quoted, or qualified with `table` if given; texts are escaped."""

    def __init__(self, timezone: str, table: str = "") -> None:
        self._timezone = text(timezone)
        self._table = table

    def value(self, node: Node) -> str:
        """Return SQL of the expression."""
        return self._WRITERS[node.operation](self, node)

    def _field(self, node: Node) -> str:
        name = str(node.value).replace("`", "")
        return f"{self._table}.{name}" if self._table else f"`{name}`"

    def _constant(self, node: Node) -> str:
        if node.type == "string":
            return text(str(node.value))
        return str(node.value).lower() if node.type == "boolean" else repr(node.value)

    def _null(self, _: Node) -> str:
        return "NULL"

    def _connect(self, node: Node) -> str:
        return f"({f' {node.operation.upper()} '.join(map(self.value, node.parts))})"

    def _negate(self, node: Node) -> str:
        return f"(NOT {self.value(node.parts[0])})"

    def _is_null(self, node: Node) -> str:
        return f"({self.value(node.parts[0])} IS NULL)"

    def _infix(self, node: Node) -> str:
        left, right = map(self.value, node.parts)
        return f"({left} {node.value} {right})"

    def _contain(self, node: Node) -> str:
        subject, *constants = map(self.value, node.parts)
        return f"({subject} IN ({', '.join(constants)}))"

    def _divide(self, node: Node) -> str:
        dividend, divisor = map(self.value, node.parts)
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

    def _date_diff(self, node: Node) -> str:
        start, end = map(self.value, node.parts)
        if node.value == "second":
            return f"dateDiff('second', {start}, {end})"
        if node.parts[0].type == "timestamp":
            start, end = (f"toDate32({side}, {self._timezone})" for side in (start, end))
        return f"dateDiff({text(str(node.value))}, {start}, {end})"

    def _start_of(self, node: Node) -> str:
        written = self.value(node.parts[0])
        day = f"toDate32({written}, {self._timezone})" if node.parts[0].type == "timestamp" else written
        return day if node.value == "day" else f"{_STARTS[str(node.value)]}({day})"

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
        "divide": _divide,
        "negative": _negative,
        "if": _choose,
        "coalesce": _call,
        "least": _extreme,
        "greatest": _extreme,
        "date_diff": _date_diff,
        "start_of": _start_of,
    }


def text(value: str) -> str:
    """Return a text in ClickHouse's quotes."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
