"""What leaves a shard, encoded: cases, cells and dead letters as Avro records, keyed as their topics say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from schemas.catalogue.case_record import NAMESPACE, case_schema, record_name
from schemas.domain import load_system
from streams.avro_bytes import Texts, long, text
from streams.contributions import BUCKETS
from streams.folds import COUNT, FIELDS, NEWEST, VILLAGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.catalogue.model import CaseDefinition, Catalogue
    from schemas.errors import InvalidEvent
    from streams.cells import Cells
    from streams.contributions import CellLayout, Part
    from streams.folds import State

INDICATORS: Final = "xiangmai.system.TownshipIndicators"
DEAD_LETTER: Final = "xiangmai.system.DeadLetter"
STAGE: Final = "worker"
HEADER_BYTES: Final = 5
ZERO: Final = long(0)

_KEY_PARTS: Final = 7
_END_OF_BLOCKS: Final = long(0)
_MAP: Final = long(1)
_EMPTY_MAP: Final = _MAP + _END_OF_BLOCKS
# The numbers of the enums' symbols, as in TownshipIndicators.avsc; a test holds them to it.
_LEVELS: Final = {name: long(number) for number, name in enumerate(("village", "township"))}
_PERIODS: Final = {name: long(number) for number, name in enumerate(("day", "month", "quarter", "year", "now"))}
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
    return [*cases, system[INDICATORS].schema, system[DEAD_LETTER].schema]


def output_names(catalogues: Iterable[Catalogue]) -> list[str]:
    """Return the full names of those schemas: what the encoder must be prepared for."""
    return [f"{schema['namespace']}.{schema['name']}" for schema in output_schemas(catalogues)]


class CaseOutput:
    """Encodes the states of one kind of case."""

    def __init__(self, case: CaseDefinition, encoder: Encodes) -> None:
        self._name = f"{NAMESPACE}.{record_name(case)}"
        self._fields = tuple(field.name for field in case.fields)
        self._encode = encoder.encode

    def encode(self, case_id: str, township: str, state: State, changed_at: int) -> bytes:
        """Return the record of a state."""
        village = state[VILLAGE]
        record = dict(zip(self._fields, state[FIELDS:], strict=True))
        record |= {
            "case_id": case_id,
            "township": township,
            "village": None if village is None else f"{township}{village:03d}",
            "event_count": state[COUNT],
            "newest_event_at": state[NEWEST],
            "changed_at": changed_at,
        }
        return self._encode(self._name, record)


class CellOutput:
    """Encodes the cells of one kind of case: every indicator that is counted in such a cell, zeros included."""

    def __init__(self, layout: CellLayout, encoder: Encodes) -> None:
        self._layout = layout
        self._header = encoder.encode(INDICATORS, _EMPTY_CELL)[:HEADER_BYTES]
        self._texts = Texts()
        flows = [part for part in layout.parts if part.indicator.kind != "stock"]
        stocks = [part for part in layout.parts if part.indicator.kind == "stock"]
        by_period = {"day": layout.parts, "month": flows, "quarter": flows, "year": flows, "now": stocks}
        self._parts = {
            (period, dimension): self._pieces(
                [part for part in parts if not dimension or dimension in part.indicator.dimensions]
            )
            for period, parts in by_period.items()
            for dimension in ("", *layout.dimensions)
        }

    def encode(self, cells: Cells, row: int, changed_at: bytes) -> tuple[bytes, bytes]:
        """Return a cell's Kafka key and record; `changed_at` is an Avro long."""
        key = cells.key(row)
        township, case, level, place, period, start, dimension, value = key.split("|", _KEY_PARTS)
        count, parts = self._parts[period, dimension]
        texts, numbers = self._texts, cells.numbers(row)
        pieces = [self._header, texts[township], texts[place], _LEVELS[level], _PERIODS[period], long(int(start))]
        pieces += (texts[case], texts[dimension], texts[value], count)
        for head, numerator, denominator, histogram in parts:
            pieces.append(head)
            pieces.append(ZERO if numerator is None else long(numbers[numerator]))
            pieces.append(ZERO if denominator is None else long(numbers[denominator]))
            pieces.append(ZERO if histogram is None else self._buckets(histogram, cells.histogram(row)))
        pieces += (_END_OF_BLOCKS, long(cells.newest(row)), changed_at)
        return key.encode(), b"".join(pieces)

    def _pieces(self, parts: list[Part]) -> tuple[bytes, list[tuple[bytes, int | None, int | None, int | None]]]:
        """Return the length of the array of parts, and each part's constant beginning with where its numbers stand."""
        pieces = [
            (
                text(part.indicator.id) + long(part.indicator.version),
                part.numerator,
                part.denominator,
                part.histogram,
            )
            for part in parts
        ]
        return (long(len(parts)) if parts else b""), pieces

    def _buckets(self, wanted: int, histogram: Mapping[int, int]) -> bytes:
        zero = self._layout.bucket_position(wanted, 0)
        found = [
            BUCKET_TEXTS[position - zero] + long(histogram[position])
            for position in sorted(histogram)
            if -BUCKETS <= position - zero < BUCKETS
        ]
        if not found:
            return _EMPTY_MAP
        return b"".join((_MAP, long(len(found)), *found, _END_OF_BLOCKS))


class _BucketTexts(dict[int, bytes]):
    """Avro strings of bucket numbers, each made when it is first asked for; there are not many."""

    def __missing__(self, bucket: int) -> bytes:
        found = self[bucket] = text(str(bucket))
        return found


BUCKET_TEXTS: Final = _BucketTexts()


def encode_refusal(refusal: Refusal, encoder: Encodes) -> tuple[bytes, bytes]:
    """Return a dead letter's Kafka key (the record's own, or its place) and record."""
    place = f"{refusal.topic}/{refusal.partition}/{refusal.offset}".encode()
    return refusal.key or place, encoder.encode(DEAD_LETTER, {**refusal._asdict(), "stage": STAGE})


def words_of(error: InvalidEvent) -> str:
    """Return why an event was refused, for people; never its values."""
    return error.detail if error.field is None else f"{error.field}: {error.detail}"
