"""What of a schema decides how bytes are read: its shape, and which shapes we refuse to read at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from schemas.errors import InvalidEvent

_KEPT: Final = (
    "type",
    "name",
    "namespace",
    "logicalType",
    "precision",
    "scale",
    "size",
    "symbols",
    "items",
    "values",
    "default",
    "aliases",
    "fields",
)
_NESTED: Final = frozenset({"type", "items", "values", "fields"})
_LONG: Final = 1 << 63
_INT: Final = 1 << 31
_MAX_DEPTH: Final = 20


def data_shape(schema: Any, *, logical_types: bool = True) -> Any:
    """The schema without names for people, explanations, tags and rules: what two schemas share when their bytes agree."""
    if isinstance(schema, list):
        return [data_shape(part, logical_types=logical_types) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: data_shape(schema[key], logical_types=logical_types) if key in _NESTED else schema[key]
        for key in _KEPT
        if key in schema and (logical_types or key != "logicalType")
    }


def refuse_hostile(schema: Any) -> None:
    """Raise InvalidEvent for a schema with which a few bytes could cost unbounded work.

    Those are types that contain themselves (unbounded depth) and arrays of items that take no bytes (2^60 of them fit
    in ten bytes). Ours have neither; a schema that does was not made by the gate.
    """
    _least_bytes(schema, (), 0)


def _least_bytes(schema: Any, inside: tuple[str, ...], depth: int) -> int:
    if depth > _MAX_DEPTH:
        raise InvalidEvent("unknown_schema", f"the schema is nested deeper than {_MAX_DEPTH}")
    if isinstance(schema, list):
        return 1 + min((_least_bytes(part, inside, depth + 1) for part in schema), default=0)
    if isinstance(schema, str):
        if schema in inside:
            raise InvalidEvent("unknown_schema", "the schema contains itself")
        return 0 if schema == "null" else 1
    if not isinstance(schema, Mapping):
        raise InvalidEvent("unknown_schema", "not an Avro schema")
    kind = schema.get("type")
    if kind in ("array", "map"):
        items = schema.get("items" if kind == "array" else "values")
        if _least_bytes(items, inside, depth + 1) == 0 and kind == "array":
            raise InvalidEvent("unknown_schema", "an array's items take no bytes")
        return 1
    if kind == "record":
        name = str(schema.get("name", "")).rsplit(".", 1)[-1]
        namespace = schema.get("namespace", "")
        within = (*inside, name, f"{namespace}.{name}")
        fields = schema.get("fields")
        if not isinstance(fields, list):
            raise InvalidEvent("unknown_schema", "a record has no fields")
        return sum(_least_bytes(field.get("type"), within, depth + 1) for field in fields)
    if kind == "fixed":
        return int(schema.get("size", 0))
    if kind == "enum":
        return 1
    return _least_bytes(kind, inside, depth + 1)


class StrictTypes:
    """Checks that an event has exactly the Python types its schema asks for; nothing is converted."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._fields = [(field["name"], _checker(field["type"]), "default" in field) for field in schema["fields"]]
        self._names = frozenset(field["name"] for field in schema["fields"])

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
    match avro_type["type"]:
        case "enum":
            return frozenset(avro_type["symbols"]).__contains__
        case "array":
            item = _checker(avro_type["items"])
            return lambda value: isinstance(value, (list, tuple)) and all(item(part) for part in value)
        case "map":
            entry = _checker(avro_type["values"])
            return lambda value: (
                isinstance(value, dict) and all(isinstance(key, str) and entry(part) for key, part in value.items())
            )
        case "record":
            return _record_checker(avro_type)
        case primitive:
            return _PRIMITIVE[primitive]


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
