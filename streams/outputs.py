"""What leaves a shard, encoded: cases, cells and dead letters as Avro records, keyed as their topics say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from schemas.catalogue.case_record import NAMESPACE, case_schema, record_name
from schemas.domain import load_system
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
_KEY_PARTS: Final = 7


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
    """Encodes the cells of one kind of case."""

    def __init__(self, layout: CellLayout, encoder: Encodes) -> None:
        self._layout = layout
        self._encode = encoder.encode
        flows = [part for part in layout.parts if part.indicator.kind != "stock"]
        stocks = [part for part in layout.parts if part.indicator.kind == "stock"]
        self._parts = {
            (kind, dimension): [part for part in parts if not dimension or dimension in part.indicator.dimensions]
            for kind, parts in {"day": layout.parts, "now": stocks, "longer": flows}.items()
            for dimension in ("", *layout.dimensions)
        }

    def encode(self, cells: Cells, row: int, changed_at: int) -> tuple[bytes, bytes]:
        """Return a cell's Kafka key and record: every indicator that is counted in such a cell, zeros included."""
        key = cells.key(row)
        township, case, level, place, period, start, dimension, value = key.split("|", _KEY_PARTS)
        numbers, histogram = cells.numbers(row), cells.histogram(row)
        parts = self._parts[period if period in ("day", "now") else "longer", dimension]
        record = {
            "township": township,
            "place": place,
            "level": level,
            "period": period,
            "period_start": int(start),
            "case_type": case,
            "dimension": dimension,
            "dimension_value": value,
            "parts": [self._part(part, numbers, histogram) for part in parts],
            "newest_event_at": cells.newest(row),
            "changed_at": changed_at,
        }
        return key.encode(), self._encode(INDICATORS, record)

    def _part(self, part: Part, numbers: Any, histogram: Mapping[int, int]) -> dict[str, Any]:
        return {
            "indicator": part.indicator.id,
            "version": part.indicator.version,
            "numerator": 0 if part.numerator is None else numbers[part.numerator],
            "denominator": 0 if part.denominator is None else numbers[part.denominator],
            "buckets": None if part.histogram is None else self._buckets(part.histogram, histogram),
        }

    def _buckets(self, wanted: int, histogram: Mapping[int, int]) -> dict[str, int]:
        found = {}
        for position in sorted(histogram):
            block, bucket = self._layout.bucket_at(position)
            if block == wanted:
                found[str(bucket)] = histogram[position]
        return found


def encode_refusal(refusal: Refusal, encoder: Encodes) -> tuple[bytes, bytes]:
    """Return a dead letter's Kafka key (the record's own, or its place) and record."""
    place = f"{refusal.topic}/{refusal.partition}/{refusal.offset}".encode()
    return refusal.key or place, encoder.encode(DEAD_LETTER, {**refusal._asdict(), "stage": STAGE})


def words_of(error: InvalidEvent) -> str:
    """Return why an event was refused, for people; never its values."""
    return error.detail if error.field is None else f"{error.field}: {error.detail}"
