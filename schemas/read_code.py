"""Turns a pair of Avro schemas (the writer's and ours) into one Python function that reads bytes.

Decoding is the largest single cost of an event in the stream. fastavro reads through a file object, a call for every
few bytes; a function made for one record, on the bytes themselves, takes half the time (tests/schemas/speed.py). It is
also stricter: enum and union indexes and booleans outside the specification are refused, and so is a length that
claims more than the bytes left. What is outside its subset (unions of two real types, promotions) goes to fastavro.
"""

from __future__ import annotations

import struct
from decimal import Context, Decimal, Inexact
from typing import TYPE_CHECKING, Any, Final

from schemas.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MEANING: Final = ("logicalType", "precision", "scale", "size")
_ONE_BYTE: Final = 64
_INT: Final = 1 << 31
_LONG_BITS: Final = 64
_LAST_SHIFT: Final = 63
_MAX_ITEMS: Final = 100_000  # in one array or map; an event that holds more is no event
_FRAGMENTS: Final = [(pair & 0x7F) | (pair >> 1 & 0x3F80) for pair in range(1 << 16)]
_ZIGZAG: Final = tuple(number >> 1 ^ -(number & 1) for number in range(0x80))
_SIX_BYTES: Final = struct.Struct("<HHH").unpack_from
_NUMBERS: Final[Mapping[str, tuple[str, int]]] = {"double": ("<d", 8), "float": ("<f", 4)}


class Outside(Exception):  # noqa: N818 - not an error: another reader takes over
    """The pair of schemas is outside the subset."""


class Malformed(ValueError):  # noqa: N818 - what the bytes are
    """The bytes are not what the schema says; its words hold none of them."""


def read_function(writer: Mapping[str, Any], reader: Mapping[str, Any]) -> Callable[[bytes, int], dict[str, Any]]:
    """Return a function of (bytes, where the body begins) giving the event as the reader knows it.

    The function raises an Exception of some kind for bytes that are not exactly one record. Raises Outside when the
    schemas cannot be read this way.
    """
    source = Source("def read(b, p):")
    source.line("room = len(b) - 6")
    result = Reader(source).record(writer, reader)
    source.line("if p != len(b): ended(p, len(b))")
    source.line(f"return {result}")
    return compiled(source, "read", f"reader of {writer.get('name')}", {})


def compiled(source: Source, name: str, title: str, more: dict[str, Any]) -> Callable[..., Any]:
    """Return the function `name`, with all that a Reader's lines call and `more`; raises Outside when nested too deeply."""
    helpers = {
        **more,
        "length": _length,
        "long": _long,
        "int32": _int,
        "malformed": _malformed,
        "ended": _ended,
        "count": _count,
        "six_bytes": _SIX_BYTES,
        "fragments": _FRAGMENTS,
        "zigzag": _ZIGZAG,
    }
    try:
        return source.compile(name, title, helpers)
    except SyntaxError as error:
        raise Outside("nested too deeply") from error


class Reader:
    """Writes the lines that read one type after another. `b` are the bytes, `p` the place in them."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def record(self, writer: Mapping[str, Any], reader: Mapping[str, Any]) -> str:
        """Write the reading of a record; return an expression for it, with our fields in our order."""
        ours = {field["name"]: field for field in reader["fields"]}
        read = {}
        for field in writer["fields"]:
            known = ours.get(field["name"])
            read[field["name"]] = self.value(field["type"], known["type"] if known else field["type"])
        parts = [f"{name!r}: {read[name] if name in read else _default(field)}" for name, field in ours.items()]
        return f"{{{', '.join(parts)}}}"

    def value(self, writer: Any, reader: Any) -> str:
        """Write the reading of a value of any type; return the variable or expression that holds it."""
        if isinstance(writer, list) or isinstance(reader, list):
            return self._nullable(writer, reader)
        kind, our_kind = kind_of(writer), kind_of(reader)
        if kind != our_kind:
            raise Outside(f"{kind} read as {our_kind}")
        details = writer if isinstance(writer, dict) else {}
        if any(details.get(key) != _details(reader).get(key) for key in _MEANING):
            raise Outside("another logical type")
        if kind in ("string", "bytes", "fixed"):
            return self.text_or_bytes(kind, details)
        if kind == "record":
            held = self.source.variable()
            self.source.line(f"{held} = {self.record(writer, reader)}")
            return held
        if kind == "enum":
            return self._enum(writer, reader)
        if kind in ("array", "map"):
            return self._items(kind, writer, reader)
        return self._scalar(kind, details)

    def _nullable(self, writer: Any, reader: Any) -> str:
        if not (isinstance(writer, list) and isinstance(reader, list) and writer[:1] == reader[:1] == ["null"]):
            raise Outside("a union that is not [null, type]")
        if len(writer) != len(("null", "type")) or len(writer) != len(reader):
            raise Outside("a union of several types")
        held = self.source.variable()
        branch = self.source.variable()
        self.source.line(f"{branch} = b[p]; p += 1")
        with self.source.block(f"if {branch} == 0:"):
            self.source.line(f"{held} = None")
        with self.source.block(f"elif {branch} == 2:"):
            self.source.line(f"{held} = {self.value(writer[1], reader[1])}")
        with self.source.block("else:"):
            self.source.line("malformed('a union has no such branch')")
        return held

    def text_or_bytes(self, kind: str, details: Mapping[str, Any]) -> str:
        """Write the reading of a string, of bytes or of a decimal; return the variable that holds it."""
        held, end = self.source.variable(), self.source.variable()
        if kind == "fixed":
            self.source.line(f"{end} = p + {int(details['size'])}")
        else:
            self.length(end)
        # A slice past the end is short, not an error; then p is past the end when the record ends, and that is.
        self.source.line(f"{held} = b[p:{end}]{'.decode()' if kind == 'string' else ''}; p = {end}")
        if details.get("logicalType") == "decimal":
            number = self.source.constant(_Money(details).number)
            self.source.line(f"{held} = {number}({held})")
        return held

    def length(self, end: str) -> None:
        """Write the reading of a length; `end` is the variable for where what it belongs to ends."""
        with self.source.block("if (size := b[p]) & 0x81:"):  # two bytes or more, or negative
            self.source.line("size, p = length(b, p)")
        with self.source.block("else:"):
            self.source.line("size >>= 1; p += 1")
        self.source.line(f"{end} = p + size")

    def _scalar(self, kind: str, details: Mapping[str, Any]) -> str:
        held = self.source.variable()
        if kind == "null":
            return "None"
        if kind == "boolean":
            self.source.line(f"{held} = b[p] == 1")
            self.source.line("if b[p] > 1: malformed('a boolean is neither 0 nor 1')")
            self.source.line("p += 1")
        elif kind in _NUMBERS:
            form, size = _NUMBERS[kind]
            self.source.line(f"({held},) = {self.source.constant(struct.Struct(form).unpack_from)}(b, p); p += {size}")
        elif kind in ("int", "long"):
            self._integer(held, kind, is_time=str(details.get("logicalType")).startswith("timestamp"))
        else:
            raise Outside(f"the type {kind}")
        return held

    def _integer(self, held: str, kind: str, *, is_time: bool) -> None:
        if is_time:
            # Milliseconds between 1987 and 2039 take six bytes: read as three pairs, each looked up.
            with self.source.block("if p <= room:"):
                self.source.line("x, y, z = six_bytes(b, p)")
            with self.source.block("else:"):
                self.source.line("x = y = z = 0")
            with self.source.block("if x & y & 0x8080 == 0x8080 and z & 0x8080 == 0x80:"):
                self.source.line("x = fragments[x] | fragments[y] << 14 | fragments[z] << 28; p += 6")
                self.source.line(f"{held} = x >> 1 ^ -(x & 1)")
        else:
            with self.source.block("if (x := b[p]) < 0x80:"):
                self.source.line(f"{held} = zigzag[x]; p += 1")
        with self.source.block("else:"):
            self.source.line(f"{held}, p = {'int32' if kind == 'int' else 'long'}(b, p)")

    def _enum(self, writer: Mapping[str, Any], reader: Mapping[str, Any]) -> str:
        ours, default = set(reader["symbols"]), reader.get("default")
        if default is None and not ours.issuperset(writer["symbols"]):
            raise Outside("an enum symbol we do not know, and no default")
        if len(writer["symbols"]) > _ONE_BYTE:
            raise Outside("an enum whose indexes take two bytes")
        symbols = {index << 1: symbol if symbol in ours else default for index, symbol in enumerate(writer["symbols"])}
        held = self.source.variable()
        self.source.line(f"{held} = {self.source.constant(symbols)}[b[p]]; p += 1")
        return held

    def block_head(self, number: str, held: str) -> None:
        """Write the reading of how many items follow, after `held` others; leaves the loop where there are no more."""
        with self.source.block("if b[p] == 0:"):
            self.source.line("p += 1; break")
        self.source.line(f"{number}, p = count(b, p, {held})")
        self.source.line(f"if {number} == 0: break")  # written in more bytes than one

    def _items(self, kind: str, writer: Mapping[str, Any], reader: Mapping[str, Any]) -> str:
        held, number = self.source.variable(), self.source.variable()
        self.source.line(f"{held} = {'[]' if kind == 'array' else '{}'}")
        with self.source.block("while True:"):
            self.block_head(number, f"len({held})")
            with self.source.block(f"for _ in range({number}):"):
                if kind == "array":
                    self.source.line(f"{held}.append({self.value(writer['items'], reader['items'])})")
                else:
                    key = self.text_or_bytes("string", {})
                    self.source.line(f"{held}[{key}] = {self.value(writer['values'], reader['values'])}")
        return held


class _Money:
    """Reads the bytes of a decimal; exact, or refused when there are more digits than the schema's precision."""

    def __init__(self, details: Mapping[str, Any]) -> None:
        self._scale = -int(details.get("scale", 0))
        self._context = Context(prec=int(details["precision"]), traps=[Inexact])

    def number(self, unscaled: bytes) -> Decimal:
        whole = Decimal(int.from_bytes(unscaled, "big", signed=True))
        return self._context.scaleb(self._context.plus(whole), self._scale)


def _details(avro_type: Any) -> Mapping[str, Any]:
    return avro_type if isinstance(avro_type, dict) else {}


def kind_of(avro_type: Any) -> str:
    """Return the kind of a type: `string`, `long`, `record`…"""
    return str(_details(avro_type).get("type", avro_type))


def _default(field: Mapping[str, Any]) -> str:
    """Return the source of a default: made anew for every event, since events are changed by those who hold them."""
    default, kind = field.get("default", Outside), kind_of(field["type"])
    if default is None or (isinstance(default, bool | int | str) and kind not in ("bytes", "fixed", "double", "float")):
        return repr(default)
    if default in ([], {}) and kind in ("array", "map"):
        return repr(default)
    raise Outside(f"the default of {field['name']}")


def _long(b: bytes, p: int) -> tuple[int, int]:
    """Read a variable-length number of any size at p; return it and the place after it."""
    result = shift = 0
    while True:
        byte = b[p]
        p += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the bit that says there is more
            break
        shift += 7
        if shift > _LAST_SHIFT:
            raise Malformed("a number takes more than ten bytes")
    if result >> _LONG_BITS:
        raise Malformed("a number takes more than 64 bits")
    return result >> 1 ^ -(result & 1), p


def _int(b: bytes, p: int) -> tuple[int, int]:
    number, p = _long(b, p)
    if not -_INT <= number < _INT:
        raise Malformed("a number takes more than 32 bits")
    return number, p


def _length(b: bytes, p: int) -> tuple[int, int]:
    number, p = _long(b, p)
    if not 0 <= number <= len(b) - p:
        raise Malformed("a length is negative, or more than the bytes left")
    return number, p


def _count(b: bytes, p: int, held: int) -> tuple[int, int]:
    """Read how many items the next block has. Every item takes a byte at least (schemas.shape.refuse_hostile)."""
    number, p = _long(b, p)
    if number < 0:
        number = -number
        _, p = _long(b, p)  # the block's size in bytes, for readers that skip it
    if number > len(b) - p or held + number > _MAX_ITEMS:
        raise Malformed("a block claims more items than the bytes left, or than are allowed")
    return number, p


def _malformed(problem: str) -> None:
    raise Malformed(problem)


def _ended(p: int, size: int) -> None:
    if p < size:
        raise Malformed(f"{size - p} bytes left over")
    raise Malformed("the bytes end too early")
