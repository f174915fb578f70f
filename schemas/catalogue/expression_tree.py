"""The typed tree of an expression: what both engines' writers read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal["boolean", "long", "double", "string", "timestamp", "date"]
Unit = Literal["second", "day", "month", "quarter", "year"]
Constant = bool | int | float | str


class ExpressionRefused(Exception):  # noqa: N818 - the loader turns it into Refused, with the file and line
    """The expression is outside the subset, or its types do not fit. `allowed` says what would have been."""

    def __init__(self, problem: str, allowed: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Name:
    """What a name in an expression stands for. `symbols` are those of an enum."""

    type: Type
    nullable: bool = True
    symbols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of a typed expression.

    `value` is a constant, a field's name, an operator's sign or a unit of time.
    """

    operation: str
    type: Type
    nullable: bool
    parts: tuple[Node, ...] = ()
    value: Constant = ""
    symbols: tuple[str, ...] = ()

    def names(self) -> frozenset[str]:
        """Return every field the expression reads."""
        if self.operation == "field":
            return frozenset({str(self.value)})
        return frozenset[str]().union(*(part.names() for part in self.parts))
