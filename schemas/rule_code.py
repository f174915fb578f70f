"""Turns the rule attributes of a record into one Python function, because the worker runs it for every event."""

from __future__ import annotations

import re
from contextlib import nullcontext
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import InvalidEvent
from schemas.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DIGITS: Final = re.compile(r"\^\[0-9\]\{(\d+)\}\$")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_EVENT_TIMES: Final = ("occurred_at", "recorded_at")
LATEST_MS: Final = 7_258_118_400_000  # 2200-01-01: what a DateTime64 holds for sure, and no deadline reaches
FIRST_DAY: Final = -25_567  # 1900-01-01
LAST_DAY: Final = 84_006  # 2200-01-01
_INT: Final = 1 << 31
NO_LONG: Final = -(1 << 63)
"""The one number of 64 bits that no field may hold: in a packed case it stands for null."""

_PLAIN_STRINGS: Final = ("string",)


def rule_function(
    schema: Mapping[str, Any], earliest_ms: int, tolerance_ms: int
) -> Callable[[Mapping[str, Any], int], None]:
    """Compile the rules of a record. The function raises InvalidEvent; KeyError, TypeError, AttributeError on events
    that lack fields or hold other types than the schema says.
    """  # noqa: D205 - one sentence
    writer = _Writer(earliest_ms, tolerance_ms)
    writer.record(schema)
    helpers = {"fail": _fail, "text": _text, "has_surrogate": _has_surrogate, "is_uuid": _UUID, "isfinite": isfinite}
    return writer.source.compile("check", f"rules of {schema.get('name')}", helpers)


def _fail(reason: str, field: str, detail: str) -> None:
    raise InvalidEvent(reason, detail, field)


def _text(fields: str, values: tuple[str | None, ...]) -> None:
    """Find which of the strings holds a NUL or half a character, and raise."""
    for field, value in zip(fields.split(","), values, strict=True):
        if value is None:
            continue
        if "\0" in value:
            raise InvalidEvent("text", "the text holds a NUL character", field)
        if _has_surrogate(value):
            raise InvalidEvent("text", "the text holds half a character (lone surrogate)", field)


def _has_surrogate(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return True
    return False


class _Writer:
    """Collects the lines of the function; field values stand in variables v1, v2…, patterns and texts in constants."""

    def __init__(self, earliest_ms: int, tolerance_ms: int) -> None:
        self.source = Source("def check(event, record_time):")
        self._earliest_ms = earliest_ms
        self._tolerance_ms = tolerance_ms

    def record(self, schema: Mapping[str, Any], holder: str = "event", path: str = "") -> None:
        """Write the checks of a record's fields, then those of its text at once."""
        names = {field["name"]: self.source.variable() for field in schema["fields"]}
        for name, variable in names.items():
            self.source.line(f"{variable} = {holder}[{self.source.constant(name)}]")
        texts = [field["name"] for field in schema["fields"] if self._field(field, names, path + field["name"])]
        for name in schema.get("required", ()):
            self._fails(f"{names[name]} is None", "rule:required", path + name, "must be given")
        if not path and {"event_id", "corrects"} <= set(names):
            same = f"{names['corrects']} == {names['event_id']}"
            self._fails(same, "rule:correction", "corrects", "an event cannot correct itself")
        self._texts(texts, names, path, {field["name"]: field["type"] for field in schema["fields"]})

    def _field(self, field: Mapping[str, Any], names: Mapping[str, str], path: str) -> bool:
        """Write one field's checks; True when it holds free characters, which are checked together at the end."""
        variable, avro_type = names[field["name"]], field["type"]
        nullable = isinstance(avro_type, list)
        if nullable:
            avro_type = next(branch for branch in avro_type if branch != "null")
        with self.source.block(f"if {variable} is not None:") if nullable else nullcontext():
            is_text = self._value(variable, avro_type, field, path)
            for attribute, comparison in (("not_before", "{} < {}"), ("starts_with", "not {}.startswith({})")):
                if attribute in field:
                    wrong = comparison.format(variable, names[field[attribute]])
                    self._fails(wrong, f"rule:{attribute}", path, f"{attribute} {field[attribute]}")
        return is_text

    def _value(self, variable: str, avro_type: Any, rules: Mapping[str, Any], path: str) -> bool:
        details = avro_type if isinstance(avro_type, dict) else {}
        kind, logical = details.get("type", avro_type), details.get("logicalType")
        match kind:
            case "string" if logical == "uuid":
                self._fails(f"not is_uuid({variable})", "rule:uuid", path, "not a UUID in canonical lower-case form")
                return False
            case "string":
                return self._string(variable, rules, path)
            case "long" | "int" | "double" | "float" | "bytes" | "fixed":
                self._number(variable, kind, logical, rules, path)
            case "enum":
                known = self.source.constant(frozenset(details["symbols"]))
                self._fails(f"{variable} not in {known}", "rule:symbol", path, "not one of the symbols")
            case "record":
                self.record(details, variable, f"{path}.")
            case "array" | "map":
                self._items(variable, details, rules, path)
        return False

    def _string(self, variable: str, rules: Mapping[str, Any], path: str) -> bool:
        if pattern := rules.get("pattern"):
            digits = _DIGITS.fullmatch(pattern)
            if digits:  # a few times quicker than the regular expression, and every event has two of them
                fits = f"len({variable}) == {digits[1]} and {variable}.isascii() and {variable}.isdigit()"
            else:
                fits = f"{self.source.constant(re.compile(pattern).fullmatch)}({variable})"
            self._fails(f"not ({fits})", "rule:pattern", path, f"does not match {pattern}")
            return not digits
        if (longest := rules.get("max_length")) is not None:
            detail = f"longer than {longest} characters"
            self._fails(f"len({variable}) > {int(longest)}", "rule:max_length", path, detail)
        if shortest := rules.get("min_length"):
            wrong = f"len({variable}) < {int(shortest)} or {variable}.isspace()"
            self._fails(wrong, "rule:min_length", path, "empty, blank or too short")
        return True

    def _number(self, variable: str, kind: str, logical: str | None, rules: Mapping[str, Any], path: str) -> None:
        if kind in ("bytes", "fixed") and logical != "decimal":
            return
        if logical and logical.startswith("timestamp"):
            self._time(variable, path)
        elif logical == "date":
            wrong = f"not {FIRST_DAY} <= {variable} <= {LAST_DAY}"
            self._fails(wrong, "rule:date_range", path, "not between the years 1900 and 2200")
        elif kind == "int" and not {"minimum", "maximum"} <= set(rules):
            self._fails(f"not {-_INT} <= {variable} < {_INT}", "rule:type", path, "does not fit 32 bits")
        elif kind == "long" and "minimum" not in rules:
            self._fails(f"{variable} == {NO_LONG}", "rule:type", path, "the least of 64 bits stands for no number")
        elif kind in ("double", "float"):
            self._fails(f"not isfinite({variable})", "rule:finite", path, "not a finite number")
        for attribute, sign in (("minimum", ">="), ("maximum", "<=")):
            if attribute in rules:
                # As it is written: the float nearest to 0.1 is more than 0.1, and would refuse it.
                exact = Decimal(str(rules[attribute])) if logical == "decimal" else rules[attribute]
                bound = self.source.constant(exact)
                self._fails(
                    f"not {variable} {sign} {bound}", f"rule:{attribute}", path, f"{attribute} is {rules[attribute]}"
                )

    def _time(self, variable: str, path: str) -> None:
        if path in _EVENT_TIMES:
            wrong = f"not {self._earliest_ms} <= {variable} <= record_time + {self._tolerance_ms}"
            self._fails(wrong, "event_time", path, "too long ago or in the future")
        else:
            wrong = f"not 0 <= {variable} <= {LATEST_MS}"
            self._fails(wrong, "rule:time_range", path, "not between the years 1970 and 2200")

    def _items(self, variable: str, details: Mapping[str, Any], rules: Mapping[str, Any], path: str) -> None:
        if (most := rules.get("max_items")) is not None:
            self._fails(f"len({variable}) > {int(most)}", "rule:max_items", path, f"more than {most} items")
        item, is_array = self.source.variable(), details["type"] == "array"
        inner = details["items"] if is_array else details["values"]
        with self.source.block(f"for {item} in {variable}{'' if is_array else '.values()'}:"):
            if self._value(item, inner, rules, f"{path}[]"):
                self._text_check(item, f"({item},)", f"{path}[]")

    def _texts(self, texts: list[str], names: Mapping[str, str], path: str, types: Mapping[str, Any]) -> None:
        if not texts:
            return
        variables = [names[name] for name in texts]
        parts = [f"{names[name]} or ''" if isinstance(types[name], list) else names[name] for name in texts]
        joined = self.source.variable()
        self.source.line(f"{joined} = ''.join(({', '.join(parts)},))")
        self._text_check(joined, f"({', '.join(variables)},)", ",".join(path + name for name in texts))

    def _text_check(self, variable: str, values: str, fields: str) -> None:
        # Text that is all ASCII cannot hold a surrogate, and Python knows that without looking.
        halves = f"(not {variable}.isascii() and has_surrogate({variable}))"
        with self.source.block(f"if '\\0' in {variable} or {halves}:"):
            self.source.line(f"text({self.source.constant(fields)}, {values})")

    def _fails(self, wrong: str, reason: str, path: str, detail: str) -> None:
        arguments = ", ".join(self.source.constant(part) for part in (reason, path, detail))
        self.source.line(f"if {wrong}: fail({arguments})")
