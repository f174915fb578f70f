"""How long a column is: ClickHouse's type names, parsed, each able to step over its own Native bytes.

Nothing here decodes a value. A type knows two things: what it writes before the data of a block (its state prefix) and
how many bytes some rows of it take. Source: the `serializeBinaryBulk*` functions in src/DataTypes/Serializations of
ClickHouse.
"""

# ruff: noqa: D102 - the three methods promise in every class what they promise in ColumnType

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from deploy.local.clickhouse.type_names import element_type, split_arguments, typed_paths
from deploy.local.clickhouse.wire import TooLargeError

if TYPE_CHECKING:
    from deploy.local.clickhouse.wire import Source

WIDTHS = {
    "Int8": 1, "Int16": 2, "Int32": 4, "Int64": 8, "Int128": 16, "Int256": 32,
    "UInt8": 1, "UInt16": 2, "UInt32": 4, "UInt64": 8, "UInt128": 16, "UInt256": 32,
    "Float32": 4, "Float64": 8, "BFloat16": 2, "Bool": 1, "Nothing": 1,
    "Date": 2, "Date32": 4, "DateTime": 4, "DateTime32": 4, "DateTime64": 8, "Time": 4, "Time64": 8,
    "Enum8": 1, "Enum16": 2, "UUID": 16, "IPv4": 4, "IPv6": 16,
    "Decimal32": 4, "Decimal64": 8, "Decimal128": 16, "Decimal256": 32,
}  # fmt: skip
ALIASES = {
    "Point": "Tuple(Float64, Float64)",
    "Ring": "Array(Point)",
    "LineString": "Array(Point)",
    "MultiPoint": "Array(Point)",
    "MultiLineString": "Array(LineString)",
    "Polygon": "Array(Ring)",
    "MultiPolygon": "Array(Polygon)",
}
DECIMAL_WIDTHS = ((9, 4), (18, 8), (38, 16), (76, 32))
SHARED_VARIANT = "SharedVariant"
NULL_DISCRIMINATOR = 255
OBJECT_AS_STRING = 1
OBJECT_V1 = 0
DYNAMIC_V1 = 1
PARTS_MAX = 100_000


class UnknownLayoutError(Exception):
    """The bytes of this type cannot be stepped over (e.g. states of aggregate functions)."""


class ColumnType:
    """A type of fixed width, and the base of the others."""

    def __init__(self, width: int = 0) -> None:
        self.width = width

    def fresh(self) -> ColumnType:
        """Return an instance whose prefix state is its own; stateless types return themselves."""
        return self

    def prefix(self, source: Source) -> None:
        """Step over the state prefix."""

    def data(self, source: Source, rows: int) -> None:
        """Step over the data of `rows` rows."""
        source.skip(self.width * rows)


class StringType(ColumnType):
    """Length-prefixed strings."""

    def data(self, source: Source, rows: int) -> None:
        source.skip_strings(rows)


class _Wrapper(ColumnType):
    def __init__(self, inner: ColumnType) -> None:
        super().__init__()
        self.inner = inner

    def fresh(self) -> ColumnType:
        return type(self)(self.inner.fresh())

    def prefix(self, source: Source) -> None:
        self.inner.prefix(source)


class NullableType(_Wrapper):
    """A byte a row, then the values."""

    def data(self, source: Source, rows: int) -> None:
        source.skip(rows)
        self.inner.data(source, rows)


class ArrayType(_Wrapper):
    """Cumulative UInt64 offsets, then the elements of all rows."""

    def data(self, source: Source, rows: int) -> None:
        if not rows:
            self.inner.data(source, 0)
            return
        source.skip(8 * rows)
        total = int.from_bytes(source.buffer[source.position - 8 : source.position], "little")
        self.inner.data(source, total)


class LowCardinalityType(_Wrapper):
    """A dictionary and keys into it. `inner` is the dictionary's type: never nullable."""

    def prefix(self, source: Source) -> None:
        source.skip(8)

    def data(self, source: Source, rows: int) -> None:
        if not rows:
            return
        flags = source.uint64()
        self.inner.data(source, source.uint64())
        source.skip(8 + rows * (1 << (flags & 0xFF)))


class TupleType(ColumnType):
    """Its elements, one after the other; without elements a byte a row."""

    def __init__(self, elements: list[ColumnType]) -> None:
        super().__init__()
        self.elements = elements

    def fresh(self) -> ColumnType:
        return TupleType([element.fresh() for element in self.elements])

    def prefix(self, source: Source) -> None:
        for element in self.elements:
            element.prefix(source)

    def data(self, source: Source, rows: int) -> None:
        if not self.elements:
            source.skip(rows)
        for element in self.elements:
            element.data(source, rows)


class VariantType(ColumnType):
    """A discriminator a row, then the rows of each member, members in the order of their names."""

    def __init__(self, members: list[ColumnType]) -> None:
        super().__init__()
        self.members = members

    def fresh(self) -> ColumnType:
        return VariantType([member.fresh() for member in self.members])

    def prefix(self, source: Source) -> None:
        if source.uint64() != 0:
            raise UnknownLayoutError("Variant in compact serialization")
        for member in self.members:
            member.prefix(source)

    def data(self, source: Source, rows: int) -> None:
        discriminators = source.take(rows)
        for index, member in enumerate(self.members):
            member.data(source, discriminators.count(index))


class DynamicType(ColumnType):
    """A variant whose members stand in the prefix."""

    def __init__(self) -> None:
        super().__init__()
        self.variant = VariantType([])

    def fresh(self) -> ColumnType:
        return DynamicType()

    def prefix(self, source: Source) -> None:
        version = source.uint64()
        if version not in (1, 2):
            raise UnknownLayoutError(f"Dynamic in serialization {version}")
        if version == DYNAMIC_V1:
            source.varint()
        names = [source.text() for _ in range(_count(source))]
        members = sorted([*names, SHARED_VARIANT])
        self.variant = VariantType([StringType() if name == SHARED_VARIANT else column_type(name) for name in members])
        self.variant.prefix(source)

    def data(self, source: Source, rows: int) -> None:
        self.variant.data(source, rows)


class JsonType(ColumnType):
    """Typed paths, dynamic paths named in the prefix, and the rest as pairs of strings."""

    def __init__(self, typed: dict[str, str]) -> None:
        super().__init__()
        self.typed = typed
        self.parts: list[ColumnType] = []
        self.as_string = False

    def fresh(self) -> ColumnType:
        return JsonType(self.typed)

    def prefix(self, source: Source) -> None:
        version = source.uint64()
        self.as_string = version == OBJECT_AS_STRING
        if self.as_string:
            return
        if version not in (0, 2):
            raise UnknownLayoutError(f"JSON in serialization {version}")
        if version == OBJECT_V1:
            source.varint()
        paths = _count(source)
        source.skip_strings(paths)
        self.parts = [column_type(self.typed[path]) for path in sorted(self.typed)]
        self.parts += [DynamicType() for _ in range(paths)]
        for part in self.parts:
            part.prefix(source)

    def data(self, source: Source, rows: int) -> None:
        if self.as_string:
            source.skip_strings(rows)
            return
        for part in self.parts:
            part.data(source, rows)
        ArrayType(TupleType([StringType(), StringType()])).data(source, rows)


def _count(source: Source) -> int:
    count = source.varint()
    if count > PARTS_MAX:
        raise TooLargeError(f"a column of {count} parts is more than this server takes")
    return count


def column_type(name: str) -> ColumnType:
    """Parse a type name as it stands in a block; raises UnknownLayoutError for what cannot be delimited."""
    return _parse(name.strip()).fresh()


@functools.lru_cache(maxsize=4096)
def _parse(name: str) -> ColumnType:  # noqa: PLR0911 - a table of types
    if name in WIDTHS:
        return ColumnType(WIDTHS[name])
    if name in ALIASES:
        return _parse(ALIASES[name])
    family, opening, rest = name.partition("(")
    inner = rest[:-1] if opening else ""
    if family in WIDTHS:
        return ColumnType(WIDTHS[family])
    if family.startswith("Interval"):
        return ColumnType(8)
    match family:
        case "String":
            return StringType()
        case "FixedString":
            return ColumnType(int(inner))
        case "Decimal":
            precision = int(split_arguments(inner)[0])
            return ColumnType(next(width for most, width in DECIMAL_WIDTHS if precision <= most))
        case "Dynamic":
            return DynamicType()
        case "JSON":
            return JsonType(typed_paths(inner))
    return _parse_nested(name, family, split_arguments(inner))


def _parse_nested(name: str, family: str, arguments: list[str]) -> ColumnType:  # noqa: PLR0911 - same
    match family:
        case "Nullable":
            return NullableType(_parse(arguments[0]))
        case "Array":
            return ArrayType(_parse(arguments[0]))
        case "LowCardinality":
            inner = _parse(arguments[0])
            return LowCardinalityType(inner.inner if isinstance(inner, NullableType) else inner)
        case "Tuple":
            return TupleType([_parse(element_type(argument)) for argument in arguments])
        case "Nested":
            return ArrayType(TupleType([_parse(element_type(argument)) for argument in arguments]))
        case "Map":
            return ArrayType(TupleType([_parse(argument) for argument in arguments]))
        case "Variant":
            return VariantType([_parse(argument) for argument in sorted(arguments)])
        case "SimpleAggregateFunction":
            return _parse(arguments[-1])
    raise UnknownLayoutError(f"columns of type {name} cannot be carried by this server's native protocol")
