"""Examples of every record, good and bad: what a department looks at first, and what the tests of every room feed on.

    schemas/domains/<domain>/examples/<Record>/valid-*.json     accepted
                                               edge-*.json      accepted, at the edge of what is allowed
                                               invalid-*.json   refused with the reason the file names

A file holds `zh` and `en` (what it shows), `event`, for invalid ones `reason` and `field`, and `record_time` if it
matters. Times may be written as ISO 8601 with an offset, dates as 2026-03-01, bytes as base64:…; decimals (money) are
text, "12.50": a number in JSON is a float, and refused.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from schemas.decimals import is_written_plainly
from schemas.domain import fields_of
from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from schemas.domain import EventSchema, Field

RECORD_TIME: Final = 1_780_272_000_000  # 2026-06-01T00:00:00Z
"""When Kafka took an example, unless it says otherwise: the same for ever, so that examples do not age."""

KINDS: Final = ("valid", "edge", "invalid")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BASE64: Final = "base64:"


@dataclass(frozen=True, slots=True)
class Example:
    """One example: `event` in the form of schemas.codec; `reason` and `field` only for invalid ones."""

    file: Path
    record: EventSchema
    kind: str
    zh: str
    en: str
    event: dict[str, Any]
    record_time: int
    reason: str | None
    field: str | None


def example_folder(record: EventSchema) -> Path:
    """Return where a record's examples stand."""
    return record.file.parent / "examples" / record.name


def load_examples(record: EventSchema) -> list[Example]:
    """Return a record's examples, in order of their file names; raises Refused for a file out of form."""
    return [_example(file, record) for file in sorted(example_folder(record).glob("*.json"))]


def _example(file: Path, record: EventSchema) -> Example:
    kind = file.stem.partition("-")[0]
    if kind not in KINDS:
        raise Refused(file, None, "文件名开头不对 / the name begins with none of these", ", ".join(KINDS))
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise Refused(file, error.lineno, f"不是合法的 JSON / not valid JSON: {error.msg}") from error
    unknown = set(content) - {"zh", "en", "event", "reason", "field", "record_time"}
    if unknown or not {"zh", "en", "event"} <= set(content) or ("reason" in content) != (kind == "invalid"):
        raise Refused(file, None, "键不对 / wrong keys", "zh, en, event, record_time; invalid: reason, field")
    return Example(
        file=file,
        record=record,
        kind=kind,
        zh=content["zh"],
        en=content["en"],
        event=_values(content["event"], {field.name: field for field in record.fields}),
        record_time=_milliseconds(content.get("record_time", RECORD_TIME)),
        reason=content.get("reason"),
        field=content.get("field"),
    )


def _values(event: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    return {name: _value(value, fields[name]) if name in fields else value for name, value in event.items()}


def _value(value: Any, field: Field) -> Any:
    details = field.avro_type if isinstance(field.avro_type, dict) else {}
    items = details.get("items")
    if isinstance(value, dict) and field.kind == "record":
        return _values(value, {inner.name: inner for inner in fields_of(details)})
    if isinstance(value, list) and isinstance(items, dict) and items.get("type") == "record":
        inner_fields = {inner.name: inner for inner in fields_of(items)}
        return [_values(part, inner_fields) if isinstance(part, dict) else part for part in value]
    read = _WRITTEN.get(field.logical or field.kind)
    return read(value) if read and isinstance(value, str) else value


def _milliseconds(value: Any) -> Any:
    """Turn an ISO time with an offset into ms; anything else stays, so that an example may be wrong on purpose."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    if moment.tzinfo is None:
        return value
    return round((moment - _EPOCH).total_seconds() * 1000)


def _decimal(value: str) -> Any:
    """Turn a number as people write it into a Decimal; other text stays, so that an example may be wrong on purpose."""
    return Decimal(value) if is_written_plainly(value) else value


def _days(value: str) -> int:
    return (date.fromisoformat(value) - _EPOCH.date()).days


def _bytes(value: str) -> bytes:
    return base64.b64decode(value.removeprefix(_BASE64))


_WRITTEN: Final[Mapping[str, Callable[[str], Any]]] = {
    "timestamp-millis": _milliseconds,
    "date": _days,
    "decimal": _decimal,
    "bytes": _bytes,
}
