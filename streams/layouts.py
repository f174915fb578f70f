"""What of each event is kept in a packed case.

Derived from the folds, named by a hash, readable after the catalogue changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from struct import Struct
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from schemas.catalogue.cases import field_type, scale_of
from schemas.catalogue.expression_python import compile_function
from schemas.decimals import MOST_DIGITS, DecimalForm
from streams.packing import (
    CORRECTED,
    CORRECTS,
    EVENT,
    EVENT_FORMAT,
    HEADER,
    ID_SIZE,
    INCOMPLETE,
    MOST_BYTES,
    NO_VILLAGE,
    OPENED,
    VOID_INDEX,
    Fresh,
    Packed,
    events_of,
    too_large,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from schemas.catalogue.model import CaseDefinition
    from schemas.domain import Domain, EventSchema

NULL_LONG: Final = -(1 << 63)
NULL_DATE: Final = -(1 << 31)
NULL_TEXT: Final = 0xFFFF
_NULL_SMALL: Final = 255
_OF_64_BITS: Final = ("long", "timestamp", "decimal")
CODES: Final = dict.fromkeys(_OF_64_BITS, "q") | {
    "date": "i",
    "double": "d",
    "boolean": "B",
    "enum": "B",
    "string": "H",
}
_IN_HEADER: Final = frozenset({"occurred_at"})


@dataclass(frozen=True, slots=True)
class KeptField:
    """A field kept of an event. `kind` is its type, `enum` for one with symbols (kept as the symbol's number).

    A decimal is kept as a whole number of 10^-scale.
    """

    name: str
    kind: str
    symbols: tuple[str, ...] = ()
    scale: int = 0

    @property
    def written(self) -> tuple[str, str, list[str]]:
        """Return the field as it stands in a layout's text: a decimal's kind is `decimal:2`."""
        return self.name, f"{self.kind}:{self.scale}" if self.kind == "decimal" else self.kind, list(self.symbols)

    @classmethod
    def of_written(cls, name: str, kind: str, symbols: Sequence[str]) -> KeptField:
        """Return the field a layout's text describes."""
        plain, _, scale = kind.partition(":")
        return cls(name, plain, tuple(symbols), int(scale or 0))


@dataclass(frozen=True)
class KeptEvent:
    """An event's number in the packed bytes and what is kept of it, beside the fixed part."""

    name: str
    index: int
    fields: tuple[KeptField, ...]

    @cached_property
    def struct(self) -> Struct:
        """Return the fixed part with the fields of fixed width and the lengths of texts."""
        return Struct(EVENT_FORMAT + "".join(CODES[field.kind] for field in self.fields))


@dataclass(frozen=True)
class Layout:
    """How the events of one kind of case are packed; `id` stands in every packed case."""

    case: str
    events: tuple[KeptEvent, ...]

    @cached_property
    def id(self) -> bytes:
        """Return 4 bytes that change whenever what is kept changes."""
        return hashlib.sha256(self.text.encode()).digest()[:4]

    @cached_property
    def text(self) -> str:
        """Return the layout as JSON, for the changelog."""
        events = [[event.name, [kept.written for kept in event.fields]] for event in self.events]
        return json.dumps({"case": self.case, "events": events}, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def of_text(cls, text: str) -> Layout:
        """Return the layout a text from the changelog describes; raises ValueError, KeyError, TypeError."""
        written = json.loads(text)
        return cls(
            written["case"],
            tuple(
                KeptEvent(name, index, tuple(KeptField.of_written(*field) for field in fields))
                for index, (name, fields) in enumerate(written["events"])
            ),
        )


def layout_of_case(case: CaseDefinition, domain: Domain) -> Layout:
    """Return what the folds of a case need of each of its events."""
    wanted: dict[str, set[str]] = {event: set() for event in case.events}
    for fold in case.folds.values():
        reads = fold.where.names() if fold.where is not None else frozenset()
        for source in fold.sources:
            wanted[source.event] |= reads | ({source.field} if source.field is not None else set())
    return Layout(
        case.name,
        tuple(
            KeptEvent(name, index, _kept(domain.event(name), wanted[name] - _IN_HEADER))
            for index, name in enumerate(case.events)
        ),
    )


def _kept(event: EventSchema, names: set[str]) -> tuple[KeptField, ...]:
    kept = []
    for field in event.fields:
        if field.name in names:
            few = 0 < len(field.symbols) < _NULL_SMALL
            kind = "enum" if few else str(field_type(field))
            kept.append(KeptField(field.name, kind, field.symbols if few else (), scale_of(field) or 0))
    return tuple(kept)


def packer(event: KeptEvent, *, opens: bool = False) -> Callable[[Mapping[str, Any], int, int, int], Fresh]:
    """Return the function (event, Kafka's seconds, arrived seconds, offset) -> the event, ready to be merged into its case.

    Raises InvalidEvent (rule:size).

    The fingerprint tells another content under the same id from a repeat. It leaves out `recorded_at`, which a re-
    sent row may carry anew, and trailing nulls, so that a field added later does not change it.
    """
    lines, arguments, texts = [], [], []
    for number, field in enumerate(event.fields):
        value = f"event[{field.name!r}]"
        match field.kind:
            case "string":
                lines.append(f"x{number} = {value}")
                lines.append(f"y{number} = b'' if x{number} is None else x{number}.encode()")
                arguments.append(f"{NULL_TEXT} if x{number} is None else len(y{number})")
                texts.append(f"y{number}")
            case "enum":
                arguments.append(f"numbers{number}[{value}]")
            case "boolean":
                arguments.append(f"{_NULL_SMALL} if (x{number} := {value}) is None else x{number}")
            case "double":
                arguments.append(f"NAN if (x{number} := {value}) is None else x{number}")
            case "decimal":
                arguments.append(f"{NULL_LONG} if (x{number} := {value}) is None else whole{field.scale}(x{number})")
            case kind:
                null = NULL_DATE if kind == "date" else NULL_LONG
                arguments.append(f"{null} if (x{number} := {value}) is None else x{number}")
    fixed = ["size", str(event.index), "flags", "id_", "occurred_at", "recorded", "arrived"]
    fixed += ["offset >> 32", "offset & 0xFFFFFFFF", "crc32(repr(values).encode())", "number"]
    body = [
        *lines,
        *_FINGERPRINT,
        "id_ = fromhex(event['event_id'].replace('-', ''))",
        "occurred_at, village, corrects = event['occurred_at'], event['village'], event['corrects']",
        f"number = {NO_VILLAGE} if village is None else int(village[9:])",
        "texts = " + (" + ".join(texts) or "b''"),
        f"flags, case_flags = 0, {OPENED if opens else 0}",
        "if corrects is not None:",
        f"    flags, case_flags = {CORRECTS}, case_flags | {CORRECTED}",
        "    texts += fromhex(corrects.replace('-', ''))",
        f"size = {event.struct.size} + len(texts)",
        f"if size > {MOST_BYTES}: raise too_large(size)",
        f"return fresh((occurred_at, id_, pack({', '.join([*fixed, *arguments])}) + texts, case_flags))",
    ]
    bound: dict[str, Any] = {
        "pack": event.struct.pack,
        "fresh": partial(tuple.__new__, Fresh),
        "fromhex": bytes.fromhex,
        "crc32": crc32,
        "too_large": too_large,
        "NAN": float("nan"),
    }
    for number, field in enumerate(event.fields):
        if field.kind == "decimal":
            bound[f"whole{field.scale}"] = DecimalForm(MOST_DIGITS, field.scale).whole
        if field.kind == "enum":
            bound[f"numbers{number}"] = {symbol: place for place, symbol in enumerate(field.symbols)} | {
                None: _NULL_SMALL
            }
    source = "\n".join(f"    {line}" for line in body)
    return compile_function("event, recorded, arrived, offset", source, bound, f"pack_{event.name}")


_FINGERPRINT: Final = (
    "values = list(event.values())",
    "del values[2]",  # recorded_at, third in every envelope
    "while values[-1] is None: values.pop()",
)
"""The fingerprint is the sum of how Python writes these: it writes half a character, too, as plain ones."""


VOID: Final = KeptEvent("EventVoided", VOID_INDEX, ())


def repacked(packed: Packed, old: Layout, new: Layout) -> Packed:
    """Return a case packed in an old layout in the new one.

    Fields not kept then become null, and the case is marked as incomplete; events gone since are left out.
    """
    targets = {event.name: event for event in new.events}
    sources = {event.index: event for event in old.events}
    without = {source.index for source in old.events if lacking(source, targets.get(source.name))}
    format_, _, flags, _, newest = HEADER.unpack_from(packed, 0)
    records = []
    for event in events_of(packed):
        if event.index in without:
            flags |= INCOMPLETE
        if event.index == VOID_INDEX:
            records.append(packed[event.start : event.start + event.size])
        elif (target := targets.get(sources[event.index].name)) is not None:
            records.append(_moved(packed, event.start, sources[event.index], target))
    return HEADER.pack(format_, new.id, flags, len(records), newest) + b"".join(records)


def lacking(source: KeptEvent, target: KeptEvent | None) -> tuple[str, ...]:
    """Return the fields that `target` keeps of an event and `source` does not, or as something `target` cannot take."""
    if target is None:
        return ()
    there = {field.name: field for field in source.fields}
    return tuple(field.name for field in target.fields if not _holds(there.get(field.name), field))


def _holds(source: KeptField | None, target: KeptField) -> bool:
    if source is None or _PYTHON.get(source.kind, int) is not _PYTHON.get(target.kind, int):
        return False
    return not target.symbols or set(source.symbols) <= set(target.symbols)


def _moved(packed: Packed, start: int, source: KeptEvent, target: KeptEvent) -> bytes:
    fixed = list(EVENT.unpack_from(packed, start))
    values = _values(packed, start, source)
    arguments, texts = [], b""
    for field in target.fields:
        argument, text = _written(field, values.get(field.name))
        arguments.append(argument)
        texts += text
    if fixed[2] & CORRECTS:
        end = start + fixed[0]
        texts += packed[end - ID_SIZE : end]
    fixed[0], fixed[1] = target.struct.size + len(texts), target.index
    return target.struct.pack(*fixed, *arguments) + texts


def _values(packed: Packed, start: int, event: KeptEvent) -> dict[str, Any]:
    raw: Sequence[Any] = event.struct.unpack_from(packed, start)[len(EVENT.unpack_from(packed, start)) :]
    at = start + event.struct.size
    values: dict[str, Any] = {}
    for field, value in zip(event.fields, raw, strict=True):
        match field.kind:
            case "string":
                length = 0 if value == NULL_TEXT else value
                values[field.name] = None if value == NULL_TEXT else packed[at : at + length].decode()
                at += length
            case "enum":
                values[field.name] = None if value == _NULL_SMALL else field.symbols[value]
            case "boolean":
                values[field.name] = None if value == _NULL_SMALL else bool(value)
            case "double":
                values[field.name] = value if value == value else None  # noqa: PLR0124 - NaN stands for null
            case "decimal":
                values[field.name] = None if value == NULL_LONG else Decimal(value).scaleb(-field.scale)
            case kind:
                values[field.name] = None if value == (NULL_DATE if kind == "date" else NULL_LONG) else value
    return values


_PYTHON: Final = {"string": str, "enum": str, "boolean": bool, "double": float, "decimal": Decimal}


def _written(field: KeptField, value: Any) -> tuple[Any, bytes]:
    """Return a value as the struct's argument and its text; null when it is of another type than the field is now."""
    known = type(value) is _PYTHON.get(field.kind, int)
    match field.kind:
        case "string":
            text = value.encode() if known else b""
            return (len(text) if known else NULL_TEXT), text
        case "enum":
            return (field.symbols.index(value) if known and value in field.symbols else _NULL_SMALL), b""
        case "boolean":
            return (int(value) if known else _NULL_SMALL), b""
        case "double":
            return (value if known else float("nan")), b""
        case "decimal":
            whole = DecimalForm(MOST_DIGITS, field.scale).fitting(value) if known else None
            return (NULL_LONG if whole is None else whole), b""
        case kind:
            return (value if known else NULL_DATE if kind == "date" else NULL_LONG), b""
