"""Events to bytes and back: Confluent framing (a zero byte, the schema id in 4 bytes big-endian) around an Avro body.

In Python an event is a plain dict: timestamps are int milliseconds, dates int days, uuids and enums str, decimals
decimal.Decimal: building datetime and UUID objects would cost more than all the rest. Encoding is fastavro's; decoding
is a function made for each pair of schemas (schemas.read_code), or fastavro's where that one does not know the way.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

import fastavro
from fastavro.schema import SchemaParseException, parse_schema

from schemas.decimals import other_decimals
from schemas.errors import InvalidEvent
from schemas.read_code import Malformed, Outside, read_function
from schemas.shape import data_shape, refuse_hostile
from schemas.strict_types import StrictTypes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HEADER: Final = struct.Struct(">bI")
_HEADER_BYTES: Final = _HEADER.size
_MAGIC: Final = 0
_STRIPPED: Final = frozenset({"timestamp-millis", "timestamp-micros", "date", "uuid"})

Event = dict[str, Any]
_Read = Callable[[bytes, int], Event]


class Registers(Protocol):
    """Whatever gives a schema its id: schemas.registry.SchemaRegistry, or MemoryRegistry."""

    def register(self, subject: str, schema: Mapping[str, Any]) -> int:
        """Return the id of this schema under this subject."""
        ...


class Encoder:
    """Encodes events of the given record schemas. `prepare` may block; `encode` never does.

    With `strict` (the default) a value of the wrong type is refused rather than bent: fastavro would take 1 for true.
    Decimals may then be given as text; with more digits than their type has they are refused, never rounded.
    """

    def __init__(self, registry: Registers, schemas: Iterable[Mapping[str, Any]], *, strict: bool = True) -> None:
        self._registry = registry
        self._schemas = {full_name(schema): dict(schema) for schema in schemas}
        self._strict = strict
        self._writers: dict[str, tuple[bytes, Any, Callable[[Mapping[str, Any]], Mapping[str, Any]] | None]] = {}

    def prepare(self, full_names: Iterable[str]) -> dict[str, int]:
        """Register these records (or look their ids up) and be ready to encode them. Returns the ids.

        Blocks on the registry; raises Unavailable, Refused, and KeyError for a record not among the schemas.
        """
        ids = {}
        for name in full_names:
            schema = self._schemas[name]
            schema_id = self._registry.register(name, schema)
            exact = StrictTypes(schema).exact if self._strict else None
            self._writers[name] = (_HEADER.pack(_MAGIC, schema_id), lean(schema), exact)
            ids[name] = schema_id
        return ids

    def encode(self, full_name: str, event: Mapping[str, Any]) -> bytes:
        """Return the framed bytes; raises InvalidEvent when a field is missing, unknown, or of the wrong type."""
        try:
            header, schema, exact = self._writers[full_name]
        except KeyError:
            raise InvalidEvent("unknown_event", f"{full_name} is not prepared for encoding") from None
        if exact is not None:
            event = exact(event)
        out = BytesIO()
        out.write(header)
        try:
            fastavro.schemaless_writer(out, schema, event)
        except UnicodeEncodeError as error:
            raise InvalidEvent("text", "a string holds half a character (lone surrogate)") from error
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError, IndexError) as error:
            raise InvalidEvent("rule:type", f"{full_name} cannot be encoded ({type(error).__name__})") from error
        return out.getvalue()


class Decoder:
    """Decodes framed bytes. Pure: it never asks the registry; give it unknown ids through `learn` or `mark_unknown`.

    `schemas` are the records we read with (our reader schemas); a record whose name is not among them is refused as
    `unknown_event`, or, when no schemas are given at all, read as it was written.
    """

    def __init__(self, schemas: Iterable[Mapping[str, Any]] | None = None) -> None:
        self._readers = None if schemas is None else {full_name(schema): dict(schema) for schema in schemas}
        self._known: dict[int, tuple[str, _Read]] = {}
        self._written: dict[int, Mapping[str, Any]] = {}
        self._refused: dict[int, InvalidEvent] = {}

    def missing_ids(self, values: Iterable[bytes | None]) -> set[int]:
        """Return the schema ids in well-framed values that are neither learned nor marked unknown."""
        known, refused = self._known, self._refused
        headers = {value[:_HEADER_BYTES] for value in values if value is not None and len(value) > _HEADER_BYTES}
        missing = set()
        for header in headers:
            magic, schema_id = _HEADER.unpack(header)
            if magic == _MAGIC and schema_id not in known and schema_id not in refused:
                missing.add(schema_id)
        return missing

    def learn(self, schema_id: int, schema_json: Mapping[str, Any]) -> None:
        """Take the registry's schema for an id. A schema we cannot or will not read with is remembered as refused."""
        self._refused.pop(schema_id, None)
        self._known.pop(schema_id, None)
        try:
            self._known[schema_id] = self._plan(schema_json)
            self._written[schema_id] = schema_json
        except InvalidEvent as refusal:
            self._refused[schema_id] = refusal

    def written(self, schema_id: int) -> Mapping[str, Any] | None:
        """Return the schema learned for an id; None when it is not known, or refused."""
        return self._written.get(schema_id) if schema_id in self._known else None

    def mark_unknown(self, schema_id: int) -> None:
        """Remember that the registry does not know this id, so that it is not asked for again."""
        if schema_id not in self._known:
            self._refused[schema_id] = InvalidEvent("unknown_schema", f"schema id {schema_id} is not in the registry")

    def decode(self, value: bytes | None) -> tuple[str, Event]:
        """Return the record's full name and the event. Raises InvalidEvent and nothing else, whatever the bytes are."""
        if value is None:
            raise InvalidEvent("null", "the message has no value")
        if len(value) < _HEADER_BYTES or value[0] != _MAGIC:
            raise InvalidEvent("framing", _framing_problem(value))
        schema_id = int.from_bytes(value[1:_HEADER_BYTES], "big")
        try:
            name, read = self._known[schema_id]
        except KeyError:
            raise self._refusal(schema_id) from None
        try:
            return name, read(value, _HEADER_BYTES)
        except Malformed as error:
            raise InvalidEvent("decode", f"{name}: {error}") from None
        except Exception as error:
            raise InvalidEvent("decode", f"{name}: {type(error).__name__}") from error

    def _refusal(self, schema_id: int) -> InvalidEvent:
        refusal = self._refused.get(schema_id)
        if refusal is None:
            return InvalidEvent("unknown_schema", f"schema id {schema_id} was never learned")
        return InvalidEvent(refusal.reason, refusal.detail, refusal.field)

    def _plan(self, written: Mapping[str, Any]) -> tuple[str, _Read]:
        name = full_name(written)
        refuse_hostile(written)
        try:
            if self._readers is None:
                return name, _read(written, written)
            if name not in self._readers:
                raise InvalidEvent("unknown_event", f"{name} is not a record we read")
            if (field := other_decimals(written, self._readers[name])) is not None:
                raise InvalidEvent(
                    "unknown_schema", f"{name}: a decimal of another precision or scale than ours", field
                )
            return name, _read(written, self._readers[name])
        except (SchemaParseException, KeyError, TypeError, ValueError) as error:
            raise InvalidEvent(
                "unknown_schema", f"{name}: not a usable Avro schema ({type(error).__name__})"
            ) from error


def _read(written: Mapping[str, Any], ours: Mapping[str, Any]) -> _Read:
    """Return the quick reader, or fastavro's when the two schemas differ in ways the quick one does not know."""
    writer = lean(written)
    try:
        return read_function(written, ours)
    except Outside:
        reader = None if data_shape(written) == data_shape(ours) else lean(ours)

    def read(value: bytes, start: int) -> Event:
        body = BytesIO(value)
        body.seek(start)
        event: Any = fastavro.schemaless_reader(body, writer, reader)
        if body.tell() != len(value):
            raise Malformed(f"{len(value) - body.tell()} bytes left over")
        return cast("Event", event)

    return read


def full_name(schema: Mapping[str, Any]) -> str:
    """Return the full name of a record schema."""
    name, namespace = str(schema.get("name", "")), schema.get("namespace")
    return name if "." in name or not namespace else f"{namespace}.{name}"


def lean(schema: Any) -> Any:
    """Return the schema as fastavro shall see it: parsed, without our attributes and the logical types of times."""
    return parse_schema(_without_logical(data_shape(schema)), named_schemas={})


def _without_logical(shape: Any) -> Any:
    if isinstance(shape, list):
        return [_without_logical(part) for part in shape]
    if not isinstance(shape, dict):
        return shape
    if shape.get("logicalType") in _STRIPPED:
        return shape["type"]
    return {key: (_without_logical(part) if key in _NESTED else part) for key, part in shape.items()}


_NESTED: Final = frozenset({"type", "fields", "items", "values"})


def _framing_problem(value: bytes) -> str:
    if len(value) < _HEADER_BYTES:
        return f"{len(value)} bytes are too few for a framed message"
    return f"first byte is {value[0]}, not 0"
