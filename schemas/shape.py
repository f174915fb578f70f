"""What of a schema decides how bytes are read: its shape, and which shapes we refuse to read at all."""

from __future__ import annotations

from collections.abc import Mapping
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
_MAX_DEPTH: Final = 20
PRIMITIVES: Final = frozenset({"null", "boolean", "int", "long", "float", "double", "bytes", "string"})


def data_shape(schema: Any, *, also: tuple[str, ...] = ()) -> Any:
    """Return the schema without words for people, tags and rules: what two schemas share when their bytes agree.

    `also` names further attributes to keep.
    """
    if isinstance(schema, list):
        return [data_shape(part, also=also) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: data_shape(schema[key], also=also) if key in _NESTED else schema[key]
        for key in (*_KEPT, *also)
        if key in schema
    }


def refuse_hostile(schema: Any) -> None:
    """Raise InvalidEvent for a schema with which a few bytes could cost unbounded work.

    Those are types that contain themselves (unbounded depth) and arrays of items that take no bytes (2^60 of them fit
    in ten bytes). Ours have neither; a schema that does was not made by the gate.
    """
    _Sizes().least(schema, depth=0)


class _Sizes:
    """The fewest bytes a value of a type can take; remembers named types, and refuses one met inside itself."""

    def __init__(self) -> None:
        self._named: dict[str, int | None] = {}

    def least(self, schema: Any, depth: int) -> int:
        if depth > _MAX_DEPTH:
            raise InvalidEvent("unknown_schema", f"the schema is nested deeper than {_MAX_DEPTH}")
        if isinstance(schema, list):
            return 1 + min((self.least(branch, depth + 1) for branch in schema), default=0)
        if isinstance(schema, str):
            return self._by_name(schema)
        if not isinstance(schema, Mapping):
            raise InvalidEvent("unknown_schema", "not an Avro schema")
        return self._defined(schema, depth)

    def _defined(self, schema: Mapping[str, Any], depth: int) -> int:
        match schema.get("type"):
            case "record":
                return self._record(schema, depth)
            case "array" | "map" as kind:
                inside = self.least(schema.get("items" if kind == "array" else "values"), depth + 1)
                if kind == "array" and inside == 0:
                    raise InvalidEvent("unknown_schema", "an array's items take no bytes")
                return 1
            case "enum":
                return self._remember(schema, 1)
            case "fixed":
                return self._remember(schema, int(schema.get("size", 0)))
            case other:
                return self.least(other, depth + 1)

    def _by_name(self, name: str) -> int:
        if name in PRIMITIVES:
            return 0 if name == "null" else 1
        size = self._named.get(name.rsplit(".", 1)[-1])
        if size is None:
            raise InvalidEvent("unknown_schema", "the schema contains itself, or names a type it does not define")
        return size

    def _record(self, schema: Mapping[str, Any], depth: int) -> int:
        fields = schema.get("fields")
        if not isinstance(fields, list) or not all(isinstance(field, Mapping) for field in fields):
            raise InvalidEvent("unknown_schema", "a record has no fields")
        self._remember(schema, None)
        return self._remember(schema, sum(self.least(field.get("type"), depth + 1) for field in fields)) or 0

    def _remember(self, schema: Mapping[str, Any], size: int | None) -> int:
        self._named[str(schema.get("name", "")).rsplit(".", 1)[-1]] = size
        return size or 0
