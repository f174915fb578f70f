"""The typed tree of an expression: what both engines' writers read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Type = Literal["boolean", "long", "double", "decimal", "string", "timestamp", "date"]
Unit = Literal["second", "day", "month", "quarter", "year"]
Constant = bool | int | str | Decimal


class ExpressionRefused(Exception):  # noqa: N818 - the loader turns it into Refused, with the file and line
    """The expression is outside the subset, or its types do not fit. `allowed` says what would have been."""

    def __init__(self, problem: str, allowed: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Name:
    """What a name in an expression stands for. `symbols` are those of an enum, `scale` is a decimal's."""

    type: Type
    nullable: bool = True
    symbols: tuple[str, ...] = ()
    scale: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """One operation of a typed expression.

    `value` is a constant, a field's name, an operator's sign or a unit of time. A constant of type double is held as it is
    written (a Decimal), until it is known to be a float; one of type decimal is a whole number of 10^-scale.
    """

    operation: str
    type: Type
    nullable: bool
    parts: tuple[Node, ...] = ()
    value: Constant = ""
    symbols: tuple[str, ...] = ()
    scale: int = 0

    def names(self) -> frozenset[str]:
        """Return every field the expression reads."""
        if self.operation == "field":
            return frozenset({str(self.value)})
        return frozenset[str]().union(*(part.names() for part in self.parts))
