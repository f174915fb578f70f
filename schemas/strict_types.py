"""Exact types: the encoder refuses a value that fastavro would bend (1 for true, 5.0 for 5) or name badly.

A decimal (money) may be given as a Decimal or as text such as "12.50", never as a float: 0.1 is no float.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from schemas.decimals import exact_decimals
from schemas.errors import InvalidEvent

_LONG: Final = 1 << 63
_INT: Final = 1 << 31


class StrictTypes:
    """Checks that an event has exactly the Python types its schema asks for; only decimals are converted from text."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._fields = [(field["name"], _checker(field["type"]), "default" in field) for field in schema["fields"]]
        self._names = frozenset(field["name"] for field in schema["fields"])
        self._exact = exact_decimals(schema)

    def exact(self, event: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the event with its decimals exact, as schemas.decimals says, and checked as `check` does."""
        exact = event if self._exact is None else self._exact(event)
        self.check(exact)
        return exact

    def check(self, event: Mapping[str, Any]) -> None:
        """Raise InvalidEvent (`rule:type`, `rule:required`, `rule:unknown_field`) for the first field at fault."""
        for name, fits, has_default in self._fields:
            if name not in event:
                if has_default:
                    continue
                raise InvalidEvent("rule:required", "the field is missing", name)
            if not fits(event[name]):
                raise InvalidEvent("rule:type", f"a value of type {type(event[name]).__name__} does not fit", name)
        if len(event) > len(self._names) or not self._names.issuperset(event):
            unknown = sorted(str(name)[:50] for name in set(event) - self._names)
            if unknown:
                raise InvalidEvent("rule:unknown_field", "the record has no such field", unknown[0])


_Fits = Callable[[Any], bool]


def _is_none(value: Any) -> bool:
    return value is None


def _is_string(value: Any) -> bool:
    return isinstance(value, str)


def _is_bytes(value: Any) -> bool:
    return isinstance(value, bytes)


def _is_boolean(value: Any) -> bool:
    return value is True or value is False


def _is_long(value: Any) -> bool:
    return type(value) is int and -_LONG <= value < _LONG


def _is_int(value: Any) -> bool:
    return type(value) is int and -_INT <= value < _INT


def _is_double(value: Any) -> bool:
    return type(value) is float or (type(value) is int and -_LONG <= value < _LONG)


def _is_finite_decimal(value: Any) -> bool:
    return isinstance(value, Decimal) and math.isfinite(value)


_PRIMITIVE: Final[Mapping[str, _Fits]] = {
    "null": _is_none,
    "string": _is_string,
    "bytes": _is_bytes,
    "boolean": _is_boolean,
    "long": _is_long,
    "int": _is_int,
    "double": _is_double,
    "float": _is_double,
}


def _checker(avro_type: Any) -> _Fits:
    if isinstance(avro_type, list):
        branches = [_checker(branch) for branch in avro_type]
        return lambda value: any(fits(value) for fits in branches)
    if isinstance(avro_type, str):
        return _PRIMITIVE[avro_type]
    if avro_type.get("logicalType") == "decimal":
        return _is_finite_decimal
    if avro_type["type"] == "enum":
        return frozenset(avro_type["symbols"]).__contains__
    return _COMPLEX.get(avro_type["type"], _primitive_checker)(avro_type)


def _primitive_checker(schema: Mapping[str, Any]) -> _Fits:
    return _PRIMITIVE[schema["type"]]


def _array_checker(schema: Mapping[str, Any]) -> _Fits:
    item = _checker(schema["items"])
    return lambda value: isinstance(value, list | tuple) and all(item(part) for part in value)


def _map_checker(schema: Mapping[str, Any]) -> _Fits:
    entry = _checker(schema["values"])
    return lambda value: (
        isinstance(value, dict) and all(isinstance(k, str) and entry(part) for k, part in value.items())
    )


def _record_checker(schema: Mapping[str, Any]) -> _Fits:
    types = StrictTypes(schema)

    def fits(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        try:
            types.check(value)
        except InvalidEvent:
            return False
        return True

    return fits


_COMPLEX: Final[Mapping[str, Callable[[Mapping[str, Any]], _Fits]]] = {
    "array": _array_checker,
    "map": _map_checker,
    "record": _record_checker,
}
