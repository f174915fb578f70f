"""Decimals (money): exact numbers with a fixed number of digits after the point.

Avro writes them as bytes: a whole number of 10^-scale. In events they are decimal.Decimal with exactly `scale` digits
after the point; in the stream whole numbers of 10^-scale. They never are floats on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow
from typing import Any, Final

from schemas.errors import InvalidEvent

MOST_DIGITS: Final = 18
"""The largest precision: such a number fits 64 bits and ClickHouse's Decimal(18, scale)."""

LARGEST: Final = 10**MOST_DIGITS - 1
"""The largest decimal, as a whole number of 10^-scale."""

_WRITTEN: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_LONGEST: Final = 100

Event = dict[str, Any]
_Convert = Callable[[Any, str], Any]


class DecimalForm:
    """The precision and scale of an Avro decimal: how many digits it may have, and how many of them after the point."""

    def __init__(self, precision: int, scale: int) -> None:
        self.precision = precision
        self.scale = scale
        self._step = Decimal(1).scaleb(-scale)
        self._context = Context(prec=precision, traps=[Inexact, InvalidOperation, Overflow])

    @property
    def digits(self) -> tuple[int, int]:
        """Return (precision, scale)."""
        return self.precision, self.scale

    @classmethod
    def of(cls, avro_type: Any) -> DecimalForm | None:
        """Return the form of a decimal type; None for any other type, and for a decimal out of form."""
        details = avro_type if isinstance(avro_type, Mapping) else {}
        if details.get("logicalType") != "decimal":
            return None
        precision, scale = details.get("precision"), details.get("scale", 0)
        if type(precision) is not int or type(scale) is not int or not 0 <= scale <= precision or precision < 1:
            return None
        return cls(precision, scale)

    def exact(self, value: Decimal | str, field: str | None = None) -> Decimal:
        """Return the number with `scale` digits after the point; zeros more than that are no digits.

        Raises InvalidEvent: `rule:type` for what is neither a Decimal nor text such as 12.50, `rule:scale` for more
        digits after the point, `rule:precision` for more before it than there may be.
        """
        if isinstance(value, str) and is_written_plainly(value):
            value = Decimal(value)
        if not isinstance(value, Decimal) or not value.is_finite():
            what = "such text" if isinstance(value, str) else f"a value of type {type(value).__name__}"
            raise InvalidEvent("rule:type", f"{what} does not fit: a Decimal or text like '12.5' does", field)
        try:
            return self._context.quantize(value, self._step)
        except Inexact:
            reason, digits, where = "rule:scale", self.scale, "after"
        except DecimalException:
            reason, digits, where = "rule:precision", self.precision - self.scale, "before"
        raise InvalidEvent(reason, f"more than {digits} digits {where} the point", field)

    def whole(self, value: Decimal) -> int:
        """Return the number as a whole number of 10^-scale; raises ArithmeticError when it is none."""
        return int(self._context.scaleb(self._context.quantize(value, self._step), self.scale))

    def fitting(self, value: Decimal) -> int | None:
        """Return the number as a whole number of 10^-scale; None when it has digits there is no room for."""
        try:
            return self.whole(value)
        except ArithmeticError:
            return None


def is_written_plainly(text: str) -> bool:
    """Return whether a text is a number as people write it: digits and a point, no exponent, nothing grouped."""
    return len(text) <= _LONGEST and _WRITTEN.fullmatch(text) is not None


def plain(value: Decimal) -> str:
    """Return a decimal as people write it: no exponent, no digit added or lost."""
    return format(value, "f")


def exact_decimals(schema: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Event] | None:
    """Return the function that makes the decimals of an event of this record exact; None when the record has none.

    The function takes Decimals and text, returns a new event and raises InvalidEvent as DecimalForm.exact does. What is
    missing, null or no decimal stays as it is.
    """
    converters = _converters(schema)
    return None if not converters else lambda event: _converted(event, converters, "")


def _converters(schema: Mapping[str, Any]) -> dict[str, _Convert]:
    found = {field["name"]: _converter(field["type"]) for field in schema["fields"]}
    return {name: convert for name, convert in found.items() if convert is not None}


def _converted(event: Mapping[str, Any], converters: Mapping[str, _Convert], path: str) -> Event:
    result = dict(event)
    for name, convert in converters.items():
        if result.get(name) is not None:
            result[name] = convert(result[name], path + name)
    return result


def _converter(avro_type: Any) -> _Convert | None:
    """Return how values of a type become exact; None when nothing in them is a decimal."""
    if isinstance(avro_type, list):
        inner = [convert for branch in avro_type if (convert := _converter(branch)) is not None]
        return inner[0] if len(inner) == 1 else None
    if not isinstance(avro_type, Mapping):
        return None
    form = DecimalForm.of(avro_type)
    if form is not None:
        return form.exact
    match avro_type.get("type"):
        case "record" if inside := _converters(avro_type):
            return lambda value, path: _converted(value, inside, f"{path}.") if isinstance(value, Mapping) else value
        case "array" if (item := _converter(avro_type["items"])) is not None:
            return lambda value, path: _each(value, item, f"{path}[]") if isinstance(value, list | tuple) else value
    return None


def _each(values: Sequence[Any], item: _Convert, path: str) -> list[Any]:
    return [value if value is None else item(value, path) for value in values]


def other_decimals(written: Any, ours: Any) -> str | None:
    """Return the first field that is a decimal of another form than ours, or only on one side; None when all agree.

    Avro does not resolve one decimal into another, and a library that reads it all the same moves the point.
    """
    return next(_differing(written, ours, ""), None)


def _differing(written: Any, ours: Any, path: str) -> Iterator[str]:
    if isinstance(written, list) and isinstance(ours, list):
        known = [part for part in ours if part != "null"]
        for one, other in zip((part for part in written if part != "null"), known, strict=False):
            yield from _differing(one, other, path)
        return
    form, our_form = DecimalForm.of(written), DecimalForm.of(ours)
    if form is not None or our_form is not None:
        if form is None or our_form is None or form.digits != our_form.digits:
            yield path
    elif isinstance(written, Mapping) and isinstance(ours, Mapping):
        yield from _differing(written.get("items"), ours.get("items"), f"{path}[]")
        types = {field["name"]: field["type"] for field in ours.get("fields", ())}
        for field in written.get("fields", ()):
            if field["name"] in types:
                inner = f"{path}.{field['name']}" if path else field["name"]
                yield from _differing(field["type"], types[field["name"]], inner)
