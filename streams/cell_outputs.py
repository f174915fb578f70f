"""Cells as Avro records, keyed as their topic says."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from streams.avro_bytes import SOME, Remembered, long, text
from streams.cells import PERIODS
from streams.quick.built import writing

if TYPE_CHECKING:
    from array import array
    from collections.abc import Callable, Iterable, Mapping

    from streams.cells import Cells
    from streams.contributions import CellLayout, Part

INDICATORS: Final = "xiangmai.system.TownshipIndicators"
HEADER_BYTES: Final = 5
ZERO: Final = long(0)

_HEAD_BARS: Final = 3
_MOST_HEADS: Final = 100_000
_END_OF_BLOCKS: Final = long(0)
_EMPTY_MAP: Final = SOME + _END_OF_BLOCKS
# The numbers of the enum's symbols in TownshipIndicators.avsc (those of the periods are cells.PERIODS); a test holds them to it.
_LEVELS: Final = {"village": long(0), "township": long(1)}
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


class CellOutput:
    """Encodes the cells of one kind of case: every indicator that is counted in such a cell, zeros included."""

    def __init__(self, layout: CellLayout, encoder: Encodes) -> None:
        self._layout = layout
        self._header = encoder.encode(INDICATORS, _EMPTY_CELL)[:HEADER_BYTES]
        self._case = text(layout.case)
        self._heads = Remembered(self._head, most=_MOST_HEADS)
        self._tails = Remembered(_tail)
        self._bucket_texts = Remembered(self._bucket_text)
        numbers = [part.histogram for part in layout.parts if part.histogram is not None]
        blocks = {number: layout.block(number) for number in numbers}
        self._blocks = {number: (block.start, block.stop) for number, block in blocks.items()}
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
                    pieces = (head_record, start_record, case, tail_record)
                    record = form.quick.encode(*pieces, numbers, row * stride, buckets, newest[row], changed_at)
                else:
                    parts = self._parts(cells, row, form)
                    moments = long(newest[row]) + changed_at
                    record = b"".join((head_record, start_record, case, tail_record, parts, moments))
                encoded.append((b"%b%b%b" % (head_key, start_key, tail_key), record))
        return encoded

    def _all_buckets(self, cells: Cells, row: int, form: Form) -> list[bytes]:
        histogram = cells.histograms.get(row)
        if histogram is None:
            return [_EMPTY_MAP] * len(form.histograms)
        blocks, texts, buckets = self._blocks, self._bucket_texts, writing.buckets
        return [buckets(histogram, *blocks[number], texts) for _, number in form.histograms]

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
        quick = None if writing is None else writing.PartsForm(pieces, places)
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
