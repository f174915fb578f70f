"""The fields of a quick form: what each holds, and the rules of its own, as streams/quick/reading.pyx takes them.

The rules are those of schemas.rules; one that has no place here leaves the events of its record to the long way.
"""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, Any, Final

from schemas.decimals import MOST_DIGITS, DecimalForm
from schemas.rule_code import FIRST_DAY, LAST_DAY, LATEST_MS, NO_LONG
from streams.quick.built import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.rules import Limits

Made = dict[str, Any]
"""A field of a form, as reading.Form takes it."""

_DIGITS: Final = re.compile(r"\^\[0-9\]\{(\d+)\}\$")
_MOST_SYMBOLS: Final = 64
_MOST_SCALE: Final = 6  # with more, Python writes small numbers with an exponent
_INT: Final = 1 << 31
_LONG: Final = 1 << 63
_FIELD: Final[Mapping[str, Any]] = {
    "nullable": False,
    "required": False,
    "is_time": False,
    "least": None,
    "most": None,
    "digits": 0,
    "most_characters": -1,
    "least_characters": 0,
    "starts_with": -1,
    "not_before": -1,
    "kept_at": -1,
    "kept_as": " ",
    "scale": 0,
    "symbols": (),
    "matches": None,
    "inner": 0,
    "is_inner": False,
}


_KNOWN_OF_FIELD: Final = {
    *("name", "type", "zh", "en", "doc", "privacy", "default", "aliases"),
    *("minimum", "maximum", "min_length", "max_length", "pattern", "starts_with", "not_before"),
}


class NoForm(Exception):  # noqa: N818 - such events are read the long way
    """Something of the schema has no place in a form."""


def field_of(field: Mapping[str, Any], names: list[str], limits: Limits) -> Made:
    """Return what a field holds and the rules of its own; raises NoForm where a rule has no place in a form."""
    avro_type, made = field["type"], dict(_FIELD, name=field["name"])
    if isinstance(avro_type, list):
        if len(avro_type) != len(("null", "type")) or avro_type[0] != "null":
            raise NoForm
        made["nullable"], avro_type = True, avro_type[1]
    details = avro_type if isinstance(avro_type, dict) else {"type": avro_type}
    held = _HELD.get((details.get("type"), details.get("logicalType")))
    if held is None or set(field) - _KNOWN_OF_FIELD:
        raise NoForm
    made |= held(field, details, limits)
    for rule, comparable in (("starts_with", reading.Kind.TEXT), ("not_before", reading.Kind.LONG)):
        if rule in field:
            if made["kind"] != comparable or field[rule] not in names:
                raise NoForm
            made[rule] = names.index(field[rule])
    return made


def _uuid(_: Mapping[str, Any], __: Mapping[str, Any], ___: Limits) -> Made:
    return {"kind": reading.Kind.UUID}


def _boolean(_: Mapping[str, Any], __: Mapping[str, Any], ___: Limits) -> Made:
    return {"kind": reading.Kind.BOOLEAN}


def _date(_: Mapping[str, Any], __: Mapping[str, Any], ___: Limits) -> Made:
    return {"kind": reading.Kind.LONG, "least": FIRST_DAY, "most": LAST_DAY}


def _double(field: Mapping[str, Any], _: Mapping[str, Any], __: Limits) -> Made:
    return {"kind": reading.Kind.DOUBLE, "least": field.get("minimum"), "most": field.get("maximum")}


def _enum(_: Mapping[str, Any], details: Mapping[str, Any], __: Limits) -> Made:
    if len(details["symbols"]) > _MOST_SYMBOLS:
        raise NoForm
    return {"kind": reading.Kind.ENUM, "symbols": tuple(details["symbols"])}


def _record(_: Mapping[str, Any], record: Mapping[str, Any], limits: Limits) -> Made:
    """Take the fields of a nested record; raises NoForm for one that asks for more than its fields do one by one."""
    made = [field_of(field, [], limits) for field in record["fields"]]
    if "required" in record or any(field["kind"] == reading.Kind.RECORD or field["is_time"] for field in made):
        raise NoForm
    inner = [field | {"is_inner": True, "role": reading.Role.NO_ROLE} for field in made]
    return {"kind": reading.Kind.RECORD, "record": inner}


def _text(field: Mapping[str, Any], _: Mapping[str, Any], __: Limits) -> Made:
    if pattern := field.get("pattern"):
        digits = _DIGITS.fullmatch(pattern)
        if digits is not None and int(digits[1]) > 0:
            return {"kind": reading.Kind.TEXT, "digits": int(digits[1])}
        return {"kind": reading.Kind.TEXT, "matches": re.compile(pattern).fullmatch}
    lengths = {"most_characters": field.get("max_length", -1), "least_characters": field.get("min_length", 0)}
    return {"kind": reading.Kind.TEXT, **{name: int(length) for name, length in lengths.items()}}


def _time(field: Mapping[str, Any], _: Mapping[str, Any], limits: Limits) -> Made:
    if field["name"] in ("occurred_at", "recorded_at"):
        return {"kind": reading.Kind.LONG, "is_time": True, "least": limits.earliest_ms}
    return {"kind": reading.Kind.LONG, "least": 0, "most": LATEST_MS}


def _number(field: Mapping[str, Any], details: Mapping[str, Any], _: Limits) -> Made:
    least, most = field.get("minimum"), field.get("maximum")
    if not all(bound is None or type(bound) is int for bound in (least, most)):
        raise NoForm
    if details["type"] == "int":
        least, most = max(-_INT, -_INT if least is None else least), min(_INT - 1, _INT - 1 if most is None else most)
    elif least is None:
        least = NO_LONG + 1
    if not all(bound is None or -_LONG <= bound < _LONG for bound in (least, most)):
        raise NoForm
    return {"kind": reading.Kind.LONG, "least": least, "most": most}


def _decimal(field: Mapping[str, Any], details: Mapping[str, Any], _: Limits) -> Made:
    """Take a decimal's rules as whole numbers of 10^-scale: no number that has more digits than its precision."""
    form = DecimalForm.of(details)
    if form is None or form.precision > MOST_DIGITS or form.scale > _MOST_SCALE:
        raise NoForm
    largest = 10**form.precision - 1
    bounds = {"minimum": -largest, "maximum": largest}
    for rule, rounding in (("minimum", ROUND_CEILING), ("maximum", ROUND_FLOOR)):
        if rule in field:
            scaled = Decimal(str(field[rule])).scaleb(form.scale).to_integral_value(rounding)
            bounds[rule] = max(-largest, min(largest, int(scaled)))
    return {"kind": reading.Kind.DECIMAL, "least": bounds["minimum"], "most": bounds["maximum"], "scale": form.scale}


_HELD: Final[Mapping[tuple[Any, Any], Callable[[Mapping[str, Any], Mapping[str, Any], Limits], Made]]] = {
    ("string", "uuid"): _uuid,
    ("string", None): _text,
    ("long", "timestamp-millis"): _time,
    ("int", "date"): _date,
    ("int", None): _number,
    ("long", None): _number,
    ("boolean", None): _boolean,
    ("double", None): _double,
    ("bytes", "decimal"): _decimal,
    ("enum", None): _enum,
    ("record", None): _record,
}
"""How a field of this type and logical type is taken: a function of the field, its type and the limits of events."""
