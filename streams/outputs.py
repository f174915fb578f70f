"""What leaves a shard beside cells, encoded: cases and dead letters as Avro records, keyed as their topics say."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.catalogue.case_record import NAMESPACE, case_schema, record_name
from schemas.catalogue.expression_python import compile_function
from schemas.domain import load_system
from streams.avro_bytes import NULL, SOME, Remembered, long, optional_text, whole
from streams.cell_outputs import HEADER_BYTES, INDICATORS
from streams.quick.built import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from schemas.catalogue.model import CaseDefinition, Catalogue
    from schemas.errors import InvalidEvent
    from streams.cell_outputs import Encodes
    from streams.folds import State

DEAD_LETTER: Final = "xiangmai.system.DeadLetter"
ANEW: Final = "xiangmai.system.PublishedAnew"
STAGE: Final = "worker"

_BOOLEANS: Final = {None: NULL, False: SOME + b"\0", True: SOME + b"\1"}
_EMPTY_CASE: Final[dict[str, Any]] = {
    "case_id": "-",
    "township": "000000000",
    "village": None,
    "event_count": 0,
    "newest_event_at": 0,
    "changed_at": 0,
}


class Refusal(NamedTuple):
    """A record that becomes a dead letter: where it stands and why."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    reason: str
    detail: str
    event_id: str | None
    record_timestamp: int
    dead_at: int


def output_schemas(catalogues: Iterable[Catalogue]) -> list[dict[str, Any]]:
    """Return every schema a shard writes with: those of the cases, of the cells and of dead letters."""
    system = load_system()
    cases = [case_schema(case) for catalogue in catalogues for case in catalogue.cases.values()]
    return [*cases, *(system[name].schema for name in (INDICATORS, DEAD_LETTER, ANEW))]


def output_names(catalogues: Iterable[Catalogue]) -> list[str]:
    """Return the full names of those schemas: what the encoder must be prepared for."""
    return [f"{schema['namespace']}.{schema['name']}" for schema in output_schemas(catalogues)]


class CaseOutput:
    """Encodes the states of one kind of case, as case_record.case_schema says.

    `encode` is a function (a case's key, its state, changed_at as an Avro long) -> the Kafka key and the record.
    """

    def __init__(self, case: CaseDefinition, encoder: Encodes) -> None:
        name = f"{NAMESPACE}.{record_name(case)}"
        empty = {field.name: None for field in case.fields} | _EMPTY_CASE
        header = encoder.encode(name, empty)[:HEADER_BYTES]
        bound = {
            "header": header,
            "township_texts": Remembered(_text_of),
            "places": Remembered(_place),
            "texts": Remembered(optional_text),
            "booleans": _BOOLEANS,
            "long": long,
            "whole": whole,
            "pack": pack,
            "NULL": NULL,
            "SOME": SOME,
        }
        fields = [(f"v{number}", field.type) for number, field in enumerate(case.fields)]
        values = "".join(f", {variable}" for variable, _ in fields)
        encoded = "".join(f"{_WRITTEN.get(type_, _LONG).format(v=variable)}, " for variable, type_ in fields)
        body = f"""
    _, township, case_id = key.split(b'|', 2)
    count, newest, village, _, _{values} = state
    place = NULL if village is None else places[township, village]
    record = b''.join((header, long(len(case_id)), case_id, township_texts[township], place,
        {encoded}long(count), long(newest), changed_at))
    return b'%b|{case.name}|%b' % (township, case_id), record"""
        encode: Callable[[bytes, State, bytes], tuple[bytes, bytes]]
        encode = compile_function("key, state, changed_at", body, bound, f"encode_{case.name}")
        self.encode = self.without_extension = encode
        if writing is not None:
            kinds = [_KINDS.get(field.type, writing.Kind.LONG) for field in case.fields]
            self.encode = writing.CaseForm(header, case.name.encode(), kinds, encode).encode


_QUICK: Final = {"string": "TEXT", "boolean": "BOOLEAN", "double": "DOUBLE", "decimal": "DECIMAL"}
_LONG: Final = "NULL if {v} is None else SOME + long({v})"
_WRITTEN: Final = {
    "string": "texts[{v}]",
    "boolean": "booleans[{v}]",
    "double": "NULL if {v} is None else SOME + pack('<d', {v})",
    "decimal": "NULL if {v} is None else SOME + whole({v})",
}
"""How a field of this type is written; every other one is a long."""

_KINDS: Final = {} if writing is None else {type_: getattr(writing.Kind, kind) for type_, kind in _QUICK.items()}


def _text_of(utf8: bytes) -> bytes:
    return long(len(utf8)) + utf8


def _place(village: tuple[bytes, int]) -> bytes:
    """Return a village's code, as a value of a union of null and string."""
    township, number = village
    return SOME + _text_of(b"%b%03d" % (township, number))


def encode_refusal(refusal: Refusal, encoder: Encodes) -> tuple[bytes, bytes]:
    """Return a dead letter's Kafka key (the record's own, or its place) and record."""
    place = f"{refusal.topic}/{refusal.partition}/{refusal.offset}".encode()
    return refusal.key or place, encoder.encode(DEAD_LETTER, {**refusal._asdict(), "stage": STAGE})


def encode_anew(case: str, since: int, now: int, encoder: Encodes) -> tuple[bytes, bytes]:
    """Return the key and record that withdraw what the topic's partition says of a kind of case before offset `since`.

    It belongs behind what was published again, in the same transaction: no reader is without numbers in between.
    """
    record = {"case_type": case, "since_offset": since, "published_at": now}
    return f"#{case}".encode(), encoder.encode(ANEW, record)


def words_of(error: InvalidEvent) -> str:
    """Return why an event was refused, for people; never its values."""
    return error.detail if error.field is None else f"{error.field}: {error.detail}"
