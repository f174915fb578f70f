"""The form of a record: what the gate asks of one .avsc file by itself, whatever came before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from fastavro.schema import SchemaParseException, parse_schema

from schemas.compatibility import PRIVACY
from schemas.decimals import MOST_DIGITS, DecimalForm
from schemas.errors import InvalidEvent
from schemas.shape import PRIMITIVES, refuse_hostile

Words = tuple[str, str, str]
"""A field and why it is refused, in Chinese and English."""

_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_RECORD_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9]*")
_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

_BOUNDS: Final = ("minimum", "maximum")
_COUNTS: Final = ("min_length", "max_length", "max_items")
RULES: Final = (*_BOUNDS, *_COUNTS, "pattern", "starts_with", "not_before")
"""The attributes of a field that bound its values."""

_FIELD_KEYS: Final = frozenset({"name", "type", "default", "aliases", "zh", "en", "doc", "privacy", *RULES})
_RECORD_KEYS: Final = frozenset({"type", "name", "namespace", "aliases", "zh", "en", "doc", "required", "fields"})
_APPLIES: Final[Mapping[str, frozenset[str]]] = {
    "minimum": frozenset({"int", "long", "float", "double", "decimal"}),
    "maximum": frozenset({"int", "long", "float", "double", "decimal"}),
    "min_length": frozenset({"string"}),
    "max_length": frozenset({"string"}),
    "pattern": frozenset({"string"}),
    "starts_with": frozenset({"string"}),
    "not_before": frozenset({"timestamp-millis", "date"}),
    "max_items": frozenset({"array", "map"}),
}


def form_problems(schema: Mapping[str, Any], envelope: Sequence[Mapping[str, Any]] | None) -> list[Words]:
    """Return what is out of form. With `envelope`, the record must begin with exactly these fields."""
    problems = list(_record(schema, ""))
    try:
        refuse_hostile(schema)
        parse_schema(dict(schema), named_schemas={})
    except InvalidEvent as error:
        problems.append(("", "结构不安全", error.detail))
    except (SchemaParseException, KeyError, TypeError, ValueError) as error:
        problems.append(("", "不是合法的 Avro 模式", f"not a valid Avro schema: {error}"))
    if envelope is not None:
        problems += _envelope(schema, envelope)
    return problems


def _envelope(schema: Mapping[str, Any], envelope: Sequence[Mapping[str, Any]]) -> Iterator[Words]:
    for index, expected in enumerate(envelope):
        found = schema["fields"][index] if index < len(schema["fields"]) else None
        if found != expected:
            name = str(expected["name"])
            yield (
                name,
                f"第 {index + 1} 个字段须与 Envelope.avsc 的 {name} 完全相同",
                "must stand here exactly as in Envelope.avsc",
            )


def _record(schema: Mapping[str, Any], path: str) -> Iterator[Words]:
    yield from _documented(schema, path.removesuffix("."))
    if not _RECORD_NAME.fullmatch(str(schema.get("name"))):
        yield path, "记录名须为大驼峰英文", "a record's name is CamelCase English"
    yield from _unknown(schema, _RECORD_KEYS, path.removesuffix("."))
    names = {field.get("name") for field in schema["fields"]}
    for name in schema.get("required", ()):
        if name not in names:
            yield path + str(name), "required 中的字段不存在", "`required` names a field that is not there"
    for field in schema["fields"]:
        yield from _field(field, schema, path)


def _field(field: Mapping[str, Any], record: Mapping[str, Any], path: str) -> Iterator[Words]:
    place = f"{path}{field.get('name')}"
    yield from _documented(field, place)
    yield from _unknown(field, _FIELD_KEYS, place)
    if not _SNAKE.fullmatch(str(field.get("name"))):
        yield place, "字段名须为小写英文加下划线", "a field's name is snake_case English"
    if field.get("privacy") not in PRIVACY:
        yield place, f"缺少隐私标签，应为：{'、'.join(PRIVACY)}", f"needs a privacy tag, one of {', '.join(PRIVACY)}"
    avro_type = field.get("type")
    if isinstance(avro_type, list):
        if avro_type[:1] != ["null"] or len(avro_type) != len(("null", "type")) or field.get("default", "") is not None:
            yield (
                place,
                '联合类型只能写作 ["null", 类型] 且默认值为 null',
                'a union is ["null", type] with default null',
            )
            return
        avro_type = avro_type[1]
    yield from _type(avro_type, field, place)
    yield from _rules(field, avro_type, record, place)


def _type(avro_type: Any, field: Mapping[str, Any], place: str) -> Iterator[Words]:
    details = avro_type if isinstance(avro_type, Mapping) else {"type": avro_type}
    match details.get("type"):
        case "record":
            yield from _record(details, f"{place}.")
        case "enum":
            yield from _enum(details, place)
        case "array":
            yield from _type(details.get("items"), field, place)
        case "map":
            yield from _type(details.get("values"), field, place)
        case "string" if details.get("logicalType") != "uuid" and not {"max_length", "pattern"} & set(field):
            yield place, "字符串须限定 max_length 或 pattern", "a string needs max_length or a pattern"
        case str(kind) if kind in PRIMITIVES or kind == "fixed":
            if details.get("logicalType") == "decimal":
                yield from _decimal(details, field, place)
        case other:
            # Avro lets a type be named again instead of defined; then every reader must look elsewhere for its rules.
            yield (
                place,
                f"类型 {other} 须就地定义并另取名称",
                f"the type {other} must be defined here, under a name of its own",
            )


def _decimal(details: Mapping[str, Any], field: Mapping[str, Any], place: str) -> Iterator[Words]:
    form = DecimalForm.of(details)
    if details.get("type") != "bytes" or form is None or form.precision > MOST_DIGITS:
        yield (
            place,
            f"金额须为 bytes，precision 1 至 {MOST_DIGITS}，scale 0 至 precision",
            f"a decimal is bytes with a precision of 1 to {MOST_DIGITS} and a scale of 0 to the precision",
        )
    if "minimum" not in field:
        yield place, "金额须限定 minimum", "a decimal (money) needs a minimum"
    if field.get("default") is not None:
        yield place, "金额的默认值只能是 null", "a decimal has no default but null"


def _enum(enum: Mapping[str, Any], place: str) -> Iterator[Words]:
    yield from _documented(enum, place)
    if enum.get("default") not in enum.get("symbols", ()):
        yield place, "枚举须有默认值，以便日后增加取值", "an enum needs a default symbol, so that it may grow"
    for symbol in enum.get("symbols", ()):
        names = enum.get("symbol_names", {}).get(symbol, {})
        if not _CHINESE.search(names.get("zh", "")) or not _LATIN.search(names.get("en", "")):
            yield (
                place,
                f"枚举值 {symbol} 缺少 zh 或 en 名称",
                f"the symbol {symbol} lacks a zh or en name in symbol_names",
            )


def _rules(field: Mapping[str, Any], avro_type: Any, record: Mapping[str, Any], place: str) -> Iterator[Words]:
    details = avro_type if isinstance(avro_type, Mapping) else {"type": avro_type}
    inner = details.get("items", details.get("values", ""))
    kinds = {details.get("logicalType", details.get("type"))}
    kinds |= {inner.get("type") if isinstance(inner, Mapping) else inner}
    for rule in RULES:
        if rule in field and not kinds & _APPLIES[rule]:
            yield place, f"规则 {rule} 不适用于此类型", f"the rule {rule} does not apply to this type"
    yield from _numbers(field, place)
    others = {other.get("name") for other in record["fields"]}
    for rule in ("starts_with", "not_before"):
        if rule in field and field[rule] not in others:
            yield place, f"{rule} 指向的字段不存在", f"{rule} names a field that is not there"
    if "pattern" in field:
        try:
            re.compile(field["pattern"])
        except (re.error, TypeError) as error:
            yield place, "pattern 不是合法的正则表达式", f"the pattern is not a regular expression: {error}"


def _numbers(field: Mapping[str, Any], place: str) -> Iterator[Words]:
    for rule in _BOUNDS:
        if rule in field and type(field[rule]) not in (int, float):
            yield place, f"{rule} 须为数", f"{rule} must be a number"
    for rule in _COUNTS:
        if rule in field and (type(field[rule]) is not int or field[rule] < 0):
            yield place, f"{rule} 须为非负整数", f"{rule} must be a whole number, not negative"


def _documented(thing: Mapping[str, Any], place: str) -> Iterator[Words]:
    if not _CHINESE.search(str(thing.get("zh", ""))):
        yield place, "缺少中文名称 zh", "lacks a Chinese name `zh`"
    if not _LATIN.search(str(thing.get("en", ""))):
        yield place, "缺少英文名称 en", "lacks an English name `en`"
    doc = str(thing.get("doc", ""))
    if not (_CHINESE.search(doc) and _LATIN.search(doc)):
        yield place, "缺少中英文说明 doc", "lacks an explanation `doc` in both languages"


def _unknown(thing: Mapping[str, Any], known: frozenset[str], place: str) -> Iterator[Words]:
    for key in sorted(set(thing) - known):
        yield place, f"未知的属性 {key}", f"unknown attribute {key}; allowed: {', '.join(sorted(known))}"
