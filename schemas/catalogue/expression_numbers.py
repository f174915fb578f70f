"""Numbers in expressions: what becomes what where two types meet, and what may grow beyond its type.

A whole number beside a float becomes a float. Beside a decimal a constant becomes a decimal; nothing else does, and
no decimal becomes a float but by dividing. Decimals of different scales are brought to the larger one. Whole numbers
hold 64 bits, decimals 18 digits: a result beyond is null, in both engines (the operations `checked` and `rescale`).
"""

from __future__ import annotations

from decimal import Context, Decimal, Inexact
from math import isfinite, prod
from typing import TYPE_CHECKING, Final

from schemas.catalogue.expression_tree import ExpressionRefused, Node
from schemas.decimals import LARGEST, MOST_DIGITS

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_LONG: Final = (1 << 63) - 1
NUMBERS: Final = frozenset({"long", "double", "decimal"})
_BOUNDS: Final = {"date_diff": 10**11, "day_of_month": 31}
"""Beyond these nothing lies: so many seconds are more than there are between any two times an event may have."""
_EXACT: Final = Context(prec=400, traps=[Inexact])


def literal(text: str) -> Node:
    """Return a number as it is written: whole, or with a point or an exponent a float. Raises ExpressionRefused."""
    if text.isdigit():
        if int(text) > LARGEST_LONG:
            raise ExpressionRefused(f"数太大 / too large a number: {text}", str(LARGEST_LONG))
        return Node("constant", "long", nullable=False, value=int(text))
    if not isfinite(float(text)):
        raise ExpressionRefused(f"数太大 / too large a number: {text}", "-1e308 … 1e308")
    return Node("constant", "double", nullable=False, value=Decimal(text))


def negated(part: Node) -> Node:
    """Return a number with its sign turned."""
    if part.operation == "constant" and isinstance(part.value, int | Decimal):
        return Node("constant", part.type, nullable=False, value=-part.value, scale=part.scale)
    if part.type == "long" and _largest(part) is None:  # the least of 64 bits has no counterpart
        return Node("checked", "long", nullable=True, parts=(literal("0"), part), value="-")
    return Node("negative", part.type, part.nullable, (part,), scale=part.scale)


def calculated(sign: str, left: Node, right: Node) -> Node | None:
    """Return the sum, difference, product or quotient of two numbers; None when their types do not go together."""
    parts, types = (left, right), {left.type, right.type}
    if sign == "/":  # nothing divided by nothing is no number: null
        return Node("divide", "double", nullable=True, parts=parts)
    if "decimal" in types:
        return _calculated_exactly(sign, parts)
    nullable = left.nullable or right.nullable
    if "double" in types:
        return Node("arithmetic", "double", nullable, parts, sign)
    whole_result = Node("arithmetic", "long", nullable, parts, sign)
    if _largest(whole_result) is not None:
        return whole_result
    return Node("checked", "long", nullable=True, parts=parts, value=sign)


def _calculated_exactly(sign: str, parts: tuple[Node, Node]) -> Node | None:
    if sign == "*":
        fitting: Sequence[Node] | None = parts if {part.type for part in parts} == {"decimal", "long"} else None
    else:
        fitting = with_decimals(parts)
    if fitting is None:
        return None
    scale = max(part.scale for part in fitting)
    return Node("checked", "decimal", nullable=True, parts=tuple(fitting), value=sign, scale=scale)


def with_decimals(parts: Sequence[Node]) -> list[Node] | None:
    """Return the parts with constants beside decimals made decimals; None when something else stands beside them."""
    scale = max(_scale(part) for part in parts)
    if any(part.type != "decimal" and part.operation != "constant" for part in parts):
        return None
    return [part if part.type == "decimal" else _decimal(part, scale) for part in parts]


def alike(parts: Sequence[Node]) -> list[Node] | None:
    """Return numbers brought to one type and scale, as one result of several must be; None when they cannot be."""
    if all(part.type != "decimal" for part in parts):
        return [part if part.type == "double" else _double(part) for part in parts]
    found = with_decimals(parts)
    if found is None:
        return None
    scale = max(part.scale for part in found)
    return [part if part.scale == scale else _rescaled(part, scale) for part in found]


def _double(part: Node) -> Node:
    if part.operation == "constant":
        return Node("constant", "double", nullable=False, value=_written(part))
    return Node("to_double", "double", part.nullable, (part,))


def _rescaled(part: Node, scale: int) -> Node:
    if part.operation == "constant":
        return _decimal(part, scale)
    return Node("rescale", "decimal", nullable=True, parts=(part,), scale=scale)


def _decimal(constant: Node, scale: int) -> Node:
    number = _EXACT.scaleb(_written(constant), scale)
    if abs(number) > LARGEST or scale > MOST_DIGITS:
        problem = f"放不进 {MOST_DIGITS} 位小数 / more than the {MOST_DIGITS} digits of a decimal: {_written(constant)}"
        raise ExpressionRefused(problem, f"at most {MOST_DIGITS} digits with {scale} after the point")
    return Node("constant", "decimal", nullable=False, value=int(number), scale=scale)


def _written(constant: Node) -> Decimal:
    return _EXACT.scaleb(Decimal(constant.value), -constant.scale)


def _scale(part: Node) -> int:
    """Return the scale of a decimal, or of the decimal that a constant would be."""
    if part.type == "decimal" or part.operation != "constant":
        return part.scale
    exponent = _EXACT.normalize(_written(part)).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _largest(node: Node) -> int | None:
    """Return how far from zero a whole number can lie; None when that may be anywhere in 64 bits."""
    if node.operation == "constant":
        return abs(int(node.value))
    if node.operation not in ("arithmetic", "negative"):
        return _BOUNDS.get(node.operation)
    parts = [_largest(part) for part in node.parts]
    known = [part for part in parts if part is not None]
    bound = prod(known) if node.value == "*" else sum(known)
    return bound if len(known) == len(parts) and bound <= LARGEST_LONG else None
