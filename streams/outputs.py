"""What leaves a shard, encoded: cases, cells and dead letters as Avro records, keyed as their topics say."""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from schemas.catalogue.case_record import NAMESPACE, case_schema, record_name
from schemas.domain import load_system
from streams.avro_bytes import NULL, SOME, Texts, long, text, whole
from streams.cells import PERIODS
from streams.folds import COUNT, FIELDS, NEWEST, VILLAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from schemas.catalogue.model import CaseDefinition, Catalogue
    from schemas.errors import InvalidEvent
    from streams.cells import Cells
    from streams.contributions import CellLayout, Part
    from streams.folds import State

INDICATORS: Final = "xiangmai.system.TownshipIndicators"
DEAD_LETTER: Final = "xiangmai.system.DeadLetter"
ANEW: Final = "xiangmai.system.PublishedAnew"
STAGE: Final = "worker"
HEADER_BYTES: Final = 5
ZERO: Final = long(0)

_HEAD_BARS: Final = 3
_MOST_TAILS: Final = 50_000
_END_OF_BLOCKS: Final = long(0)
_EMPTY_MAP: Final = SOME + _END_OF_BLOCKS
_BOOLEANS: Final = {None: NULL, False: SOME + b"\0", True: SOME + b"\1"}
# The numbers of the enum's symbols in TownshipIndicators.avsc (those of the periods are cells.PERIODS); a test holds them to it.
_LEVELS: Final = {"village": long(0), "township": long(1)}
_EMPTY_CASE: Final[dict[str, Any]] = {
    "case_id": "-",
    "township": "000000000",
    "village": None,
    "event_count": 0,
    "newest_event_at": 0,
    "changed_at": 0,
}
_EMPTY_CELL: Final[dict[str, Any]] = {
    "township": "000000000",
    "place": "000000000",
    "level": "township",
    "period": "now",
    "period_start": 0,
    "case_type": "-",
    "dimension": "",
    "dimension_value": "",
    "parts": [],
    "newest_event_at": 0,
    "changed_at": 0,
}


class Encodes(Protocol):
    """schemas.codec.Encoder, as far as it is needed here; already prepared for `output_names`."""

    def encode(self, full_name: str, event: Mapping[str, Any]) -> bytes:
        """Return the framed bytes."""
        ...


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
    """Encodes the states of one kind of case, as case_record.case_schema says."""

    def __init__(self, case: CaseDefinition, encoder: Encodes) -> None:
        name = f"{NAMESPACE}.{record_name(case)}"
        empty = {field.name: None for field in case.fields} | _EMPTY_CASE
        self._header = encoder.encode(name, empty)[:HEADER_BYTES]
        self._townships, self._texts = Texts(), Texts(nullable=True)
        self._writers = [self._writer(field.type) for field in case.fields]

    def encode(self, case_id: str, township: str, state: State, changed_at: bytes) -> bytes:
        """Return the record of a state; `changed_at` is an Avro long."""
        village = state[VILLAGE]
        place = None if village is None else f"{township}{village:03d}"
        pieces = [self._header, text(case_id), self._townships[township], self._texts[place]]
        pieces += [write(value) for write, value in zip(self._writers, state[FIELDS:], strict=True)]
        pieces += (long(state[COUNT]), long(state[NEWEST]), changed_at)
        return b"".join(pieces)

    def _writer(self, type_: str) -> Callable[[Any], bytes]:
        writers: dict[str, Callable[[Any], bytes]] = {
            "string": self._texts.__getitem__,
            "boolean": _BOOLEANS.__getitem__,
            "double": _optional_double,
            "decimal": _optional_decimal,
        }
        return writers.get(type_, _optional_long)


class CellOutput:
    """Encodes the cells of one kind of case: every indicator that is counted in such a cell, zeros included."""

    def __init__(self, layout: CellLayout, encoder: Encodes) -> None:
        self._layout = layout
        self._header = encoder.encode(INDICATORS, _EMPTY_CELL)[:HEADER_BYTES]
        self._case = text(layout.case)
        self._heads: dict[str, tuple[bytes, bytes]] = {}
        self._tails: dict[str, tuple[bytes, bytes, str]] = {}
        self._bucket_texts = _BucketTexts(layout)
        stocks = [part for part in layout.parts if part.indicator.kind == "stock"]
        flows = [part for part in layout.parts if part.indicator.kind != "stock"]
        of_period = {"day": list(layout.parts), "now": stocks}
        self._parts = [
            {dimension: _pieces(of_period.get(period, flows), dimension) for dimension in ("", *layout.dimensions)}
            for period in PERIODS
        ]

    def encode(self, cells: Cells, changed_at: bytes) -> list[tuple[bytes, bytes]]:
        """Return the Kafka key and record of every cell that changed; `changed_at` is an Avro long."""
        encoded = []
        for number, (period, changed) in enumerate(zip(PERIODS, cells.changed, strict=True)):
            name, symbol, all_parts = f"|{period}|".encode(), long(number), self._parts[number]
            for (head, start, tail), row in changed.items():
                head_key, head_record = self._head(head)
                tail_key, tail_record, dimension = self._tail(tail)
                count, parts = all_parts[dimension]
                key = b"%b%b%d|%b" % (head_key, name, start, tail_key)
                pieces = [self._header, head_record, symbol, long(start), self._case, tail_record, count]
                pieces += self._numbers(cells, row, parts)
                pieces += (_END_OF_BLOCKS, long(cells.newest[row]), changed_at)
                encoded.append((key, b"".join(pieces)))
        return encoded

    def _numbers(self, cells: Cells, row: int, parts: list[Piece]) -> list[bytes]:
        numbers, base, found = cells.numbers, row * self._layout.stride, []
        for head, numerator, denominator, histogram in parts:
            found.append(head)
            found.append(ZERO if numerator is None else long(numbers[base + numerator]))
            found.append(ZERO if denominator is None else long(numbers[base + denominator]))
            found.append(ZERO if histogram is None else self._buckets(histogram, cells.histograms.get(row)))
        return found

    def _buckets(self, wanted: int, histogram: Mapping[int, int] | None) -> bytes:
        if not histogram:
            return _EMPTY_MAP
        texts, block = self._bucket_texts, self._layout.block
        found = [texts[position] + long(count) for position, count in histogram.items() if block(position) == wanted]
        return b"".join((SOME, long(len(found)), *found, _END_OF_BLOCKS)) if found else _EMPTY_MAP

    def _head(self, head: str) -> tuple[bytes, bytes]:
        """Return a key's head as it begins a Kafka key, and the record's township, place and level."""
        found = self._heads.get(head)
        if found is None:
            township, _, level, place = head.split("|", _HEAD_BARS)
            found = self._heads[head] = (head.encode(), text(township) + text(place) + _LEVELS[level])
        return found

    def _tail(self, tail: str) -> tuple[bytes, bytes, str]:
        """Return a key's tail as it ends a Kafka key, the record's dimension and value, and the dimension."""
        found = self._tails.get(tail)
        if found is None:
            if len(self._tails) >= _MOST_TAILS:
                self._tails.clear()
            dimension, _, value = tail.partition("|")
            found = self._tails[tail] = (tail.encode(), text(dimension) + text(value), dimension)
        return found


Piece = tuple[bytes, "int | None", "int | None", "int | None"]
"""A part's constant beginning, and the positions of its numerator, its denominator, the number of its histogram."""


def _pieces(parts: list[Part], dimension: str) -> tuple[bytes, list[Piece]]:
    """Return the length of the array of parts, and the parts of the indicators broken down by this dimension."""
    pieces: list[Piece] = [
        (text(part.indicator.id) + long(part.indicator.version), part.numerator, part.denominator, part.histogram)
        for part in parts
        if not dimension or dimension in part.indicator.dimensions
    ]
    return (long(len(pieces)) if pieces else b""), pieces


class _BucketTexts(dict[int, bytes]):
    """Avro strings of the bucket at a position, each made when it is first asked for; there are not many."""

    def __init__(self, layout: CellLayout) -> None:
        super().__init__()
        self._layout = layout

    def __missing__(self, position: int) -> bytes:
        found = self[position] = text(str(self._layout.bucket_at(position)[1]))
        return found


def _optional_long(value: int | None) -> bytes:
    return NULL if value is None else SOME + long(value)


def _optional_decimal(value: int | None) -> bytes:
    return NULL if value is None else SOME + whole(value)


def _optional_double(value: float | None) -> bytes:
    return NULL if value is None else SOME + pack("<d", value)


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
