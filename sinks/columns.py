"""How an Avro field becomes a ClickHouse column: its type, its comment, and the way from events to values.

Values are built a whole column at a time: no row objects. What ClickHouse cannot hold (a date in the year 9000) is
moved to the nearest it can, because the worker has accepted that event and the two must hold the same events.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from schemas.decimals import MOST_DIGITS, DecimalForm
from schemas.domain import fields_of
from schemas.errors import Refused

if TYPE_CHECKING:
    from schemas.domain import EventSchema, Field

Event = Mapping[str, Any]
Values = list[Any]

EARLIEST_MS: Final = -2_208_988_800_000  # 1900-01-01, the first moment DateTime64 holds
LATEST_MS: Final = 10_413_791_999_999  # 2299-12-31, the last
EARLIEST_DAY: Final = -25_567
LATEST_DAY: Final = 120_529
_EPOCH: Final = date(1970, 1, 1)

_PLAIN: Final = {
    "string": "String",
    "int": "Int64",  # an Avro int is written as a varint that need not fit 32 bits
    "long": "Int64",
    "float": "Float32",
    "double": "Float64",
    "boolean": "Bool",
    "bytes": "String",
    "fixed": "String",
}
_PRIVATE: Final = {
    "quasi": "间接标识 quasi-identifier",
    "direct": "个人标识，已假名化 direct identifier, pseudonymised",
    "sensitive": "敏感个人信息 sensitive personal data",
    "free_text": "自由文本，号码已遮盖 free text, numbers masked",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it stands in a table. `extra` follows the type in CREATE TABLE (DEFAULT …, MATERIALIZED …)."""

    name: str
    type: str
    comment: str
    extra: str = ""

    @property
    def written(self) -> bool:
        """Whether inserts name it; ClickHouse fills the others itself."""
        return not self.extra


@dataclass(frozen=True, slots=True)
class FieldColumn:
    """A column together with the way to its values. `read` takes events that all have the field."""

    column: Column
    read: Callable[[Sequence[Event]], Values]


def columns_of(
    record: EventSchema, timezone: str, *, nullable: bool = False, skip: Iterable[str] = ()
) -> list[FieldColumn]:
    """Return the columns of a record's fields in order; a nested record's fields are flattened (`resident_name`).

    With `nullable` every column takes NULL (the field may be missing from other records of the same table). Raises
    Refused naming file and field for a type a table cannot hold.
    """
    skipped = frozenset(skip)
    found: list[FieldColumn] = []
    for field in record.fields:
        if field.name not in skipped:
            found.extend(_field_columns(field, (), timezone, nullable, record))
    return found


def comment_of(field: Field) -> str:
    """Return `zh / en`, and what kind of personal data it is where it is any."""
    private = _PRIVATE.get(field.privacy)
    return f"{field.zh} / {field.en}" + (f" 〔{private}〕" if private else "")


def _field_columns(
    field: Field, path: tuple[str, ...], timezone: str, nullable: bool, record: EventSchema
) -> list[FieldColumn]:
    nullable = nullable or field.nullable
    here = (*path, field.name)
    if field.kind == "record" and isinstance(field.avro_type, dict):
        return [
            column
            for inner in fields_of(field.avro_type)
            for column in _field_columns(inner, here, timezone, nullable, record)
        ]
    type_, convert = _type_of(field, timezone, nullable, record)
    return [FieldColumn(Column("_".join(here), type_, comment_of(field)), _reader(here, convert))]


def _type_of(
    field: Field, timezone: str, nullable: bool, record: EventSchema
) -> tuple[str, Callable[[Values], Values] | None]:
    """Return the ClickHouse type, and how Avro values become what clickhouse-driver takes (None: as they are)."""
    if field.kind in ("array", "map"):
        return _container(field, record), _empty_for_null(field.kind) if nullable else None
    if field.kind == "enum":
        return f"LowCardinality({_maybe('String', nullable)})", None
    plain, convert = _scalar(field, timezone, record)
    return _maybe(plain, nullable), convert


def _scalar(field: Field, timezone: str, record: EventSchema) -> tuple[str, Callable[[Values], Values] | None]:
    match field.logical:
        case "timestamp-millis":
            return f"DateTime64(3, '{timezone}')", moments
        case "date":
            return "Date32", days
        case "uuid":
            return "UUID", None
        case "decimal" if form := DecimalForm.of(field.avro_type):
            # Always 18 digits, as both engines reckon with; a longer one is only kept.
            return f"Decimal({max(form.precision, MOST_DIGITS)}, {form.scale})", None
        case None if field.kind in _PLAIN:
            return _PLAIN[field.kind], None
    raise Refused(
        record.file,
        None,
        f"字段 {field.name} 的类型无法入库 / the type of field {field.name} fits no column: {field.avro_type}",
        "plain types, timestamp-millis, date, uuid, decimal, enum, record, array and map of plain types",
    )


def _container(field: Field, record: EventSchema) -> str:
    details = field.avro_type if isinstance(field.avro_type, dict) else {}
    inner = details.get("items") if field.kind == "array" else details.get("values")
    if isinstance(inner, dict) and inner.get("type") == "enum":
        inner = "string"
    if not isinstance(inner, str) or inner not in _PLAIN:
        raise Refused(
            record.file,
            None,
            f"字段 {field.name} 的元素类型无法入库 / the elements of field {field.name} fit no column: {inner}",
            ", ".join(_PLAIN),
        )
    return f"Array({_PLAIN[inner]})" if field.kind == "array" else f"Map(String, {_PLAIN[inner]})"


def _reader(path: tuple[str, ...], convert: Callable[[Values], Values] | None) -> Callable[[Sequence[Event]], Values]:
    if len(path) == 1:
        name = path[0]
        if convert is None:
            return lambda events: [event[name] for event in events]
        return lambda events: convert([event[name] for event in events])
    return lambda events: _nested(events, path) if convert is None else convert(_nested(events, path))


def _nested(events: Sequence[Event], path: tuple[str, ...]) -> Values:
    values: Values = list(events)
    for name in path:
        values = [None if value is None else value[name] for value in values]
    return values


def moments(values: Values) -> Values:
    """Return milliseconds since the epoch, moved into what DateTime64 holds."""
    known = [value for value in values if value is not None]
    if known and (min(known) < EARLIEST_MS or max(known) > LATEST_MS):
        return [None if value is None else min(max(value, EARLIEST_MS), LATEST_MS) for value in values]
    return values


def days(values: Values) -> Values:
    """Return days since the epoch as dates, moved into what Date32 holds."""
    return [None if value is None else day(min(max(value, EARLIEST_DAY), LATEST_DAY)) for value in values]


@lru_cache(maxsize=65_536)
def day(number: int) -> date:
    """Return the date of a number of days since the epoch."""
    return _EPOCH + timedelta(days=number)


def _empty_for_null(kind: str) -> Callable[[Values], Values]:
    empty: Any = [] if kind == "array" else {}
    return lambda values: [empty if value is None else value for value in values]


def _maybe(type_: str, nullable: bool) -> str:
    return f"Nullable({type_})" if nullable else type_
