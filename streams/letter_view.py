"""Shows one dead letter to a person, hiding what is personal unless it is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from rich.panel import Panel
from rich.table import Table

from schemas.codec import Decoder
from schemas.domain import fields_of
from schemas.errors import InvalidEvent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from zoneinfo import ZoneInfo

    from rich.console import Console

    from schemas.domain import Field
    from schemas.registry import SchemaRegistry
    from streams.dead_letter_log import DeadLetter

HIDDEN: Final = "〔已隐藏 hidden〕"
_SHOWN_TAGS: Final = frozenset({"none", "quasi"})
_HEADER_BYTES: Final = 5
_DUMP_WIDTH: Final = 16
_DUMP_LINES: Final = 64


def describe(console: Console, letter: DeadLetter, registry: SchemaRegistry, *, reveal: bool, zone: ZoneInfo) -> None:
    """Print a letter: where, why, and what it holds."""
    facts = Table.grid(padding=(0, 2))
    for name, value in (
        ("原消息 record", str(letter.origin)),
        ("死信 letter", str(letter.letter)),
        ("原因 reason", letter.reason),
        ("说明 detail", letter.detail),
        ("环节 stage", letter.stage),
        ("事件 event_id", letter.event_id or "—"),
        ("消息时间 record time", _moment(letter.record_timestamp, zone)),
        ("死信时间 dead at", _moment(letter.dead_at, zone)),
        ("键 key", "—" if letter.key is None else letter.key.decode("utf-8", "backslashreplace")),
        ("长度 bytes", "—" if letter.value is None else str(len(letter.value))),
    ):
        facts.add_row(name, value)
    console.print(Panel(facts, title="死信 dead letter"))
    if letter.value is None:
        return
    try:
        fields, event = decoded(letter.value, registry)
    except InvalidEvent as problem:
        console.print(f"无法解码 / cannot be decoded: {problem}")
        console.print(dump(letter.value if reveal else letter.value[:_HEADER_BYTES]), markup=False, highlight=False)
        if not reveal:
            console.print("其余字节可能含个人信息，--reveal 显示 / the rest may hold personal data; --reveal shows it")
        return
    content = Table("字段 field", "名称 name", "值 value")
    for field in fields:
        content.add_row(
            field.name, f"{field.zh} {field.en}".strip(), str(shown(field, event.get(field.name), reveal=reveal))
        )
    console.print(content)


def decoded(value: bytes, registry: SchemaRegistry) -> tuple[tuple[Field, ...], dict[str, Any]]:
    """Decode a value as it was written, with the fields of the schema it was written with; raises InvalidEvent."""
    decoder = Decoder()
    schema: Mapping[str, Any] = {}
    for schema_id in decoder.missing_ids([value]):
        try:
            schema = registry.schema_by_id(schema_id)
            decoder.learn(schema_id, schema)
        except LookupError:
            decoder.mark_unknown(schema_id)
    _, event = decoder.decode(value)
    return fields_of(schema), event


def shown(field: Field, value: Any, *, reveal: bool) -> Any:
    """Give a field's value, or HIDDEN for what is tagged as personal or not tagged at all."""
    if value is None or reveal:
        return value
    if field.privacy not in _SHOWN_TAGS:
        return HIDDEN
    if isinstance(value, dict) and isinstance(field.avro_type, dict):
        return {inner.name: shown(inner, value.get(inner.name), reveal=reveal) for inner in fields_of(field.avro_type)}
    return HIDDEN if isinstance(value, dict) else value


def dump(value: bytes) -> str:
    """Give a hex dump, as `xxd` would, of the first kilobyte."""
    lines = []
    for start in range(0, min(len(value), _DUMP_WIDTH * _DUMP_LINES), _DUMP_WIDTH):
        row = value[start : start + _DUMP_WIDTH]
        text = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in row)  # noqa: PLR2004 - printable ASCII
        lines.append(f"{start:08x}  {row.hex(' '):<47}  {text}")
    return "\n".join(lines)


def _moment(milliseconds: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, zone).isoformat(sep=" ", timespec="seconds")
