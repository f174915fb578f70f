"""What leaves a shard, encoded: cases, cells and dead letters as Avro records, keyed as their topics say."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from struct import pack
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from schemas.catalogue.case_record import NAMESPACE, case_schema, record_name
from schemas.catalogue.expression_python import compile_function
from schemas.domain import load_system
from streams.avro_bytes import NULL, SOME, Remembered, long, optional_text, text, whole
from streams.cells import PERIODS

try:
    from streams import quick_write
except ImportError:  # no C compiler when it was installed: the same bytes, the other way
    quick_write = None  # type: ignore[assignment]  # asked for below

if TYPE_CHECKING:
    from array import array
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
_MOST_HEADS: Final = 100_000
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
    """Encodes the states of one kind of case, as case_record.case_schema says.

    `encode` is a function (a case's key, its state, changed_at as an Avro long) -> the Kafka key and the record.
    """

    def __init__(self, case: CaseDefinition, encoder: Encodes) -> None:
        name = f"{NAMESPACE}.{record_name(case)}"
        empty = {field.name: None for field in case.fields} | _EMPTY_CASE
        bound = {
            "header": encoder.encode(name, empty)[:HEADER_BYTES],
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
        encode = compile_function("key, state, changed_at", body, bound, f"encode_{case.name}")
        if quick_write is not None:
            kinds = [_KINDS.get(field.type, quick_write.Kind.LONG) for field in case.fields]
            encode = quick_write.CaseForm(bound["header"], case.name.encode(), kinds, encode).encode
        self.encode: Callable[[bytes, State, bytes], tuple[bytes, bytes]] = encode


_QUICK: Final = {"string": "TEXT", "boolean": "BOOLEAN", "double": "DOUBLE", "decimal": "DECIMAL"}
_LONG: Final = "NULL if {v} is None else SOME + long({v})"
_WRITTEN: Final = {
    "string": "texts[{v}]",
    "boolean": "booleans[{v}]",
    "double": "NULL if {v} is None else SOME + pack('<d', {v})",
    "decimal": "NULL if {v} is None else SOME + whole({v})",
}
"""How a field of this type is written; every other one is a long."""

_KINDS: Final = {} if quick_write is None else {type_: getattr(quick_write.Kind, kind) for type_, kind in _QUICK.items()}


def _text_of(utf8: bytes) -> bytes:
    return long(len(utf8)) + utf8


def _place(village: tuple[bytes, int]) -> bytes:
    """Return a village's code, as a value of a union of null and string."""
    township, number = village
    return SOME + _text_of(b"%b%03d" % (township, number))


class CellOutput:
    """Encodes the cells of one kind of case: every indicator that is counted in such a cell, zeros included."""

    def __init__(self, layout: CellLayout, encoder: Encodes) -> None:
        self._layout = layout
        self._header = encoder.encode(INDICATORS, _EMPTY_CELL)[:HEADER_BYTES]
        self._case = text(layout.case)
        self._heads = Remembered(self._head, most=_MOST_HEADS)
        self._tails = Remembered(_tail)
        self._bucket_texts = Remembered(self._bucket_text)
        stocks = [part for part in layout.parts if part.indicator.kind == "stock"]
        flows = [part for part in layout.parts if part.indicator.kind != "stock"]
        of_period = {"day": list(layout.parts), "now": stocks}
        self._forms = [
            {dimension: Form.of(of_period.get(period, flows), dimension) for dimension in ("", *layout.dimensions)}
            for period in PERIODS
        ]
        self._starts = [Remembered(partial(_start, number)) for number in range(len(PERIODS))]

    def encode(self, cells: Cells, changed_at: bytes) -> list[tuple[bytes, bytes]]:
        """Return the Kafka key and record of every cell that changed; `changed_at` is an Avro long."""
        encoded = []
        heads, tails, case, newest = self._heads, self._tails, self._case, cells.newest
        numbers, stride = cells.numbers, self._layout.stride
        for starts, forms, changed in zip(self._starts, self._forms, cells.changed, strict=True):
            for (head, start, tail), row in changed.items():
                head_key, head_record = heads[head]
                start_key, start_record = starts[start]
                tail_key, tail_record, dimension = tails[tail]
                form = forms[dimension]
                if form.quick is not None:
                    buckets = self._all_buckets(cells, row, form) if form.histograms else _NO_BUCKETS
                    record = form.quick.encode(
                        *(head_record, start_record, case, tail_record, numbers, row * stride, buckets, newest[row], changed_at)
                    )
                else:
                    parts = self._parts(cells, row, form)
                    moments = long(newest[row]) + changed_at
                    record = b"".join((head_record, start_record, case, tail_record, parts, moments))
                encoded.append((b"%b%b%b" % (head_key, start_key, tail_key), record))
        return encoded

    def _all_buckets(self, cells: Cells, row: int, form: Form) -> list[bytes]:
        histogram = cells.histograms.get(row)
        return [self._buckets(number, histogram) for _, number in form.histograms]

    def _parts(self, cells: Cells, row: int, form: Form) -> bytes:
        base = row * self._layout.stride
        found = form.numbers(cells.numbers[base : base + self._layout.stride])
        if not form.histograms:
            return form.template % tuple(map(_longs, found))
        written = list(map(_longs, found))
        for place, histogram in form.histograms:
            written.insert(place, self._buckets(histogram, cells.histograms.get(row)))
        return form.template % tuple(written)

    def _buckets(self, wanted: int, histogram: Mapping[int, int] | None) -> bytes:
        if not histogram:
            return _EMPTY_MAP
        texts, longs, places = self._bucket_texts, _longs, self._layout.block(wanted)
        found = [texts[position] + longs(count) for position, count in histogram.items() if position in places]
        return b"".join((SOME, long(len(found)), *found, _END_OF_BLOCKS)) if found else _EMPTY_MAP

    def _bucket_text(self, position: int) -> bytes:
        return text(str(self._layout.bucket_at(position)[1]))

    def _head(self, head: str) -> tuple[bytes, bytes]:
        """Return a key's head as it begins a Kafka key, and the record's beginning: township, place and level."""
        township, _, level, place = head.split("|", _HEAD_BARS)
        return head.encode(), self._header + text(township) + text(place) + _LEVELS[level]


def _start(period: int, start: int) -> tuple[bytes, bytes]:
    """Return the period and its first day as they stand in a Kafka key, and in the record."""
    return b"|%b|%d|" % (PERIODS[period].encode(), start), long(period) + long(start)


def _tail(tail: str) -> tuple[bytes, bytes, str]:
    """Return a key's tail as it ends a Kafka key, the record's dimension and value, and the dimension."""
    dimension, _, value = tail.partition("|")
    return tail.encode(), text(dimension) + text(value), dimension


class Form(NamedTuple):
    """How the array of parts is written: a template, and what stands in its places."""

    template: bytes
    numbers: Callable[[array[int]], Iterable[int]]
    """Gives of a cell's numbers those that are written, in order."""
    histograms: list[tuple[int, int]]
    """Where between them stand which histograms' buckets, in order."""
    quick: Any
    """The same in C, if that could be built."""

    @classmethod
    def of(cls, parts: list[Part], dimension: str) -> Form:
        """Return the form of the indicators broken down by this dimension."""
        declared = [part for part in parts if not dimension or dimension in part.indicator.dimensions]
        pieces = [long(len(declared)) if declared else b""]
        places: list[int] = []
        histograms: list[tuple[int, int]] = []
        for part in declared:
            pieces[-1] += text(part.indicator.id) + long(part.indicator.version)
            for position in (part.numerator, part.denominator):
                if position is None:
                    pieces[-1] += ZERO
                else:
                    places.append(position)
                    pieces.append(b"")
            if part.histogram is None:
                pieces[-1] += ZERO
            else:
                histograms.append((len(places), part.histogram))
                places.append(_BUCKETS)
                pieces.append(b"")
        pieces[-1] += _END_OF_BLOCKS
        template = b"%b".join(piece.replace(b"%", b"%%") for piece in pieces)
        numbers = _picker([place for place in places if place != _BUCKETS])
        quick = None if quick_write is None else quick_write.PartsForm(pieces, places)
        return cls(template, numbers, histograms, quick)


_BUCKETS: Final = -1
_NO_BUCKETS: Final[list[bytes]] = []


class _Longs(dict[int, bytes]):
    """Avro longs: of numbers that are not large, each made once. Most numbers of cells are zero or small."""

    def __missing__(self, number: int) -> bytes:
        found = long(number)
        if -_NOT_LARGE < number < _NOT_LARGE:
            self[number] = found
        return found


_NOT_LARGE: Final = 100_000
_longs: Final = _Longs().__getitem__


def _picker(positions: list[int]) -> Callable[[array[int]], Iterable[int]]:
    if positions == list(range(len(positions))):
        return itemgetter(slice(len(positions)))
    if len(positions) == 1:
        return itemgetter(slice(positions[0], positions[0] + 1))
    return itemgetter(*positions)


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
