"""Writes a typed expression as Python source.

Fields are local variables `f_<name>`; None is SQL's null, all three-valued. Decimals are whole numbers of 10^-scale.

Generated functions are given `HELPERS` and, bound to the county's calendar, `day_of`.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final

from schemas.calendar import Calendar, periods_of
from schemas.catalogue.expression_numbers import LARGEST_LONG
from schemas.decimals import LARGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.catalogue.expression_tree import Node

_FIRST_DAY_MONTHS: Final = 12


def variable(name: str) -> str:
    """Return the local variable a field stands in; a figure of another indicator (`previous.x`) has a dot in its name."""
    return f"f_{name.replace('.', '__')}"


class PythonWriter:
    """Writes expressions of one generated function.

    Temporaries are numbered through, texts and numbers stand as they are.
    """

    def __init__(self) -> None:
        self._numbers = count(1)

    def value(self, node: Node) -> str:
        """Return source of the expression's value, None for null."""
        return self._WRITERS[node.operation](self, node)

    def truth(self, node: Node) -> str:
        """Return source that is truthy exactly when the expression is true (null is not)."""
        match node.operation:
            case "and":
                return f"({' and '.join(map(self.truth, node.parts))})"
            case "or":
                return f"({' or '.join(map(self.truth, node.parts))})"
            case "not":
                return self.falsity(node.parts[0])
        return self.value(node)

    def falsity(self, node: Node) -> str:
        """Return source that is truthy exactly when the expression is false (null is not)."""
        match node.operation:
            case "and":
                return f"({' or '.join(map(self.falsity, node.parts))})"
            case "or":
                return f"({' and '.join(map(self.falsity, node.parts))})"
            case "not":
                return self.truth(node.parts[0])
        return f"({self.value(node)} is False)" if node.nullable else f"(not {self.value(node)})"

    def _field(self, node: Node) -> str:
        return variable(str(node.value))

    def _constant(self, node: Node) -> str:
        return repr(float(node.value) if node.type == "double" else node.value)

    def _null(self, _: Node) -> str:
        return "None"

    def _connect(self, node: Node) -> str:
        decisive, other = ("False", "True") if node.operation == "and" else ("True", "False")
        if not node.nullable:
            return f"({f' {node.operation} '.join(map(self.value, node.parts))})"
        left, right = self._temporary(), self._temporary()
        return (
            f"({decisive} if ({left} := {self.value(node.parts[0])}) is {decisive} "
            f"or ({right} := {self.value(node.parts[1])}) is {decisive} "
            f"else None if {left} is None or {right} is None else {other})"
        )

    def _negate(self, node: Node) -> str:
        return self._null_safe(node.parts, "not {}")

    def _is_null(self, node: Node) -> str:
        # Asked of what never is null: comparing a constant with None would only make Python warn.
        return f"({self.value(node.parts[0])} is None)" if node.parts[0].nullable else "False"

    def _compare(self, node: Node) -> str:
        sign = {"=": "=="}.get(str(node.value), str(node.value))
        left, right = _brought_to(max(part.scale for part in node.parts), node.parts)
        return self._null_safe(node.parts, f"{left} {sign} {right}")

    def _contain(self, node: Node) -> str:
        scale = max(part.scale for part in node.parts)
        subject, *forms = _brought_to(scale, node.parts)
        constants = ", ".join(
            form.format(self._constant(part)) for form, part in zip(forms, node.parts[1:], strict=True)
        )
        escaped = constants.replace("{", "{{").replace("}", "}}")  # what is filled in is the subject
        return self._null_safe(node.parts[:1], f"{subject} in ({escaped},)")

    def _calculate(self, node: Node) -> str:
        return self._null_safe(node.parts, f"{{}} {node.value} {{}}")

    def _checked(self, node: Node) -> str:
        left, right = ("{}", "{}") if node.value == "*" else _brought_to(node.scale, node.parts)
        return self._within(node, f"{left} {node.value} {right}")

    def _rescale(self, node: Node) -> str:
        return self._within(node, *_brought_to(node.scale, node.parts))

    def _within(self, node: Node, form: str) -> str:
        """Return source of a number that is None when its type cannot hold it."""
        held, largest = self._temporary(), LARGEST if node.type == "decimal" else LARGEST_LONG
        least = -largest if node.type == "decimal" else -largest - 1
        return self._null_safe(node.parts, f"{held} if {least} <= ({held} := {form}) <= {largest} else None")

    def _to_double(self, node: Node) -> str:
        return self._null_safe(node.parts, "float({})")

    def _divide(self, node: Node) -> str:
        # A decimal becomes a float only here, as ClickHouse makes it one: both whole numbers as floats, then divided.
        dividend, divisor = (f"{{}} / {10.0**part.scale!r}" if part.scale else "{}" for part in node.parts)
        return self._null_safe(node.parts, f"divide({dividend}, {divisor})")

    def _negative(self, node: Node) -> str:
        return self._null_safe(node.parts, "-{}")

    def _choose(self, node: Node) -> str:
        *pairs, last = node.parts
        written = self.value(last)
        for test, result in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
            written = f"({self.value(result)} if {self.truth(test)} else {written})"
        return written

    def _first_known(self, node: Node) -> str:
        *others, last = map(self.value, node.parts)
        written = last
        for part, other in reversed(list(zip(node.parts[:-1], others, strict=True))):
            if not part.nullable:
                written = other
                continue
            held = self._temporary()
            written = f"({held} if ({held} := {other}) is not None else {written})"
        return written

    def _extreme(self, node: Node) -> str:
        function = "min" if node.operation == "least" else "max"
        return self._null_safe(node.parts, f"{function}({', '.join('{}' for _ in node.parts)})")

    def _date_diff(self, node: Node) -> str:
        if node.value == "second":
            return self._null_safe(node.parts, "({1} // 1000 - {0} // 1000)")
        day = "day_of({})" if node.parts[0].type == "timestamp" else "{}"
        number = "{}" if node.value == "day" else f"{node.value}_number({{}})"
        start, end = (number.format(day.format(f"{{{place}}}")) for place in (0, 1))
        return self._null_safe(node.parts, f"({end} - {start})")

    def _start_of(self, node: Node) -> str:
        day = "day_of({})" if node.parts[0].type == "timestamp" else "{}"
        wrapped = day if node.value == "day" else f"periods_of({day}).{node.value}"
        return self._null_safe(node.parts, wrapped)

    def _day_of_month(self, node: Node) -> str:
        day = "day_of({})" if node.parts[0].type == "timestamp" else "{}"
        return self._null_safe(node.parts, f"day_of_month({day})")

    def _null_safe(self, parts: tuple[Node, ...], form: str) -> str:
        """Return source that is None when one of the parts is, else the form filled with them."""
        tests, names = [], []
        for part in parts:
            written = self.value(part)
            if part.nullable:
                # A plain field needs no temporary: reading it twice costs less.
                name = written if part.operation == "field" else self._temporary()
                tests.append(f"{name} is None" if name == written else f"({name} := {written}) is None")
                names.append(name)
            else:
                names.append(written)
        filled = form.format(*names)
        return f"(None if {' or '.join(tests)} else {filled})" if tests else f"({filled})"

    def _temporary(self) -> str:
        return f"t{next(self._numbers)}"

    _WRITERS: Final[Mapping[str, Callable[[PythonWriter, Node], str]]] = {
        "field": _field,
        "constant": _constant,
        "null": _null,
        "and": _connect,
        "or": _connect,
        "not": _negate,
        "is_null": _is_null,
        "compare": _compare,
        "in": _contain,
        "arithmetic": _calculate,
        "checked": _checked,
        "rescale": _rescale,
        "to_double": _to_double,
        "divide": _divide,
        "negative": _negative,
        "if": _choose,
        "coalesce": _first_known,
        "least": _extreme,
        "greatest": _extreme,
        "date_diff": _date_diff,
        "start_of": _start_of,
        "day_of_month": _day_of_month,
    }


def helpers(calendar: Calendar) -> dict[str, Any]:
    """Return what generated source may call."""
    return {
        "day_of": calendar.day_of,
        "periods_of": periods_of,
        "month_number": _month_number,
        "quarter_number": _quarter_number,
        "year_number": _year_number,
        "day_of_month": _day_of_month,
        "divide": _divide,
    }


def compile_function(arguments: str, body: str, bound: Mapping[str, Any], name: str) -> Callable[..., Any]:
    """Return the function `name(arguments)` with this body (its lines already indented by four), seeing `bound` as globals."""
    namespace = dict(bound)
    source = f"def {name}({arguments}):\n{body}\n"
    # The source is written by our own writers from a typed tree; texts of the catalogue enter it only through repr().
    exec(compile(source, f"<{name}>", "exec"), namespace)  # noqa: S102
    function: Callable[..., Any] = namespace[name]
    return function


def compile_expression(node: Node, calendar: Calendar) -> Callable[[Mapping[str, Any]], Any]:
    """Return the expression as a function of its fields' values; a field that is not among them is null."""
    reads = "".join(f"    {variable(name)} = fields.get({name!r})\n" for name in sorted(node.names()))
    return compile_function(
        "fields", f"{reads}    return {PythonWriter().value(node)}", helpers(calendar), "expression"
    )


def _year_number(day: int) -> int:
    return _month_number(day) // _FIRST_DAY_MONTHS


def _quarter_number(day: int) -> int:
    return _month_number(day) // 3


def _month_number(day: int) -> int:
    """Return months since the year 0: their difference is how many month boundaries lie between two days."""
    return _months(periods_of(day).month)


def _months(first_day: int) -> int:
    from datetime import date, timedelta

    there = date(1970, 1, 1) + timedelta(days=first_day)
    return there.year * _FIRST_DAY_MONTHS + there.month - 1


def _day_of_month(day: int) -> int:
    return day - periods_of(day).month + 1


def _divide(dividend: float, divisor: float) -> float | None:
    return None if divisor == 0 else float(dividend) / float(divisor)


def _brought_to(scale: int, parts: tuple[Node, ...]) -> list[str]:
    """Return forms that bring numbers to a scale: a Python whole number has room for any."""
    return [f"{{}} * {10 ** (scale - part.scale)}" if part.scale < scale else "{}" for part in parts]
