"""Makes the forms by which plain events are read in one pass in C (streams/quick.pyx), where there is a C compiler to make it.

A form is a table of an event's fields in the order of their bytes: how each is read, which rules it is held to, and where it
stands in the packed event. What has no place in such a table (arrays, maps, records in records) gets no form: those events are
read the long way, as all are where the extension could not be built.
"""

from __future__ import annotations

import re
import sys
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from struct import calcsize
from typing import TYPE_CHECKING, Any, Final

from schemas.decimals import DecimalForm
from schemas.rule_code import FIRST_DAY, LAST_DAY, LATEST_MS, NO_LONG
from schemas.shape import data_shape
from streams.layouts import CODES
from streams.packing import EVENT_FORMAT, Fresh

try:
    from streams import quick
except ImportError:  # no C compiler when it was installed: the same events, the long way
    quick = None  # type: ignore[assignment]  # asked for below

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.rules import Limits
    from streams.engine import EventPlan
    from streams.layouts import KeptEvent

QUICK: Final = quick is not None and sys.byteorder == "little"
"""Whether plain events are read in one pass."""

_DIGITS: Final = re.compile(r"\^\[0-9\]\{(\d+)\}\$")
_ROLES: Final = {
    "event_id": "UUID",
    "occurred_at": "LONG",
    "recorded_at": "LONG",
    "township": "TEXT",
    "village": "TEXT",
    "corrects": "UUID",
}
"""What of the envelope is more than a value, and the kind each must be."""

_VILLAGE_DIGITS: Final = 12
_MOST_SYMBOLS: Final = 64
_INT: Final = 1 << 31
_LONG: Final = 1 << 63
_FIELD: Final[Mapping[str, Any]] = {
    "nullable": False,
    "required": False,
    "is_time": False,
    "least": None,
    "most": None,
    "digits": 0,
    "most_characters": -1,
    "least_characters": 0,
    "starts_with": -1,
    "not_before": -1,
    "kept_at": -1,
    "kept_as": " ",
    "scale": 0,
    "symbols": (),
    "matches": None,
    "inner": 0,
    "is_inner": False,
}


class _NoForm(Exception):  # noqa: N818 - such events are read the long way
    """Something of the schema has no place in a form."""


class LongWay:
    """What there is without the extension: no event is read the quick way."""

    def put(self, schema_id: int, form: object) -> None:
        """Forget the form."""

    def knows(self, schema_id: int) -> bool:  # noqa: ARG002 - as quick.QuickReader has it
        """Say that no form is wanted."""
        return True

    def read(self, value: bytes | None, key: bytes | None, timestamp: int, arrived: int, offset: int) -> None:
        """Read nothing."""


def quick_reader() -> Any:
    """Return a reader without forms."""
    return quick.QuickReader() if QUICK else LongWay()


def form_of(written: Mapping[str, Any], plan: EventPlan, limits: Limits) -> Any:
    """Return the form of events written by this schema; None when there is none.

    The writer's fields must be the first of ours, the same in bytes; what we have beyond them must default to null.
    """
    if not QUICK or plan.case is None:
        return None
    try:
        fields = _fields(written, plan, limits)
    except _NoForm:
        return None
    return quick.Form(
        fields,
        plan=plan.case,
        fresh=Fresh,
        case_name=plan.case.name.encode(),
        index=plan.kept.index,
        opens=plan.opens,
        fixed_size=plan.kept.struct.size,
        tolerance=limits.tolerance_ms,
    )


def _fields(written: Mapping[str, Any], plan: EventPlan, limits: Limits) -> list[dict[str, Any]]:
    ours = plan.schema.schema
    names = [field["name"] for field in ours["fields"]]
    if set(ours) - _KNOWN_OF_RECORD or names[2] != "recorded_at" or not set(_ROLES) <= set(names):
        raise _NoForm
    writer = list(written["fields"])
    if len(writer) > len(names):
        raise _NoForm
    fields = []
    for place, field in enumerate(ours["fields"]):
        made = _field(field, names, limits)
        if place >= len(writer):
            if "default" not in field or field["default"] is not None or not made["nullable"]:
                raise _NoForm
            made["kind"] = quick.Kind.ABSENT
        elif writer[place]["name"] != field["name"] or data_shape(writer[place]["type"]) != data_shape(field["type"]):
            raise _NoForm
        made["required"] = field["name"] in ours.get("required", ())
        fields.append(made)
    _take_roles(fields, names, plan)
    _keep(fields, names, plan.kept)
    return _flat(fields)


def _flat(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the fields of nested records behind them; places are counted anew."""
    flat: list[dict[str, Any]] = []
    places = []
    for made in fields:
        places.append(len(flat))
        inner = made.pop("record", [])
        flat += [made | {"inner": len(inner)}, *inner]
    for made in flat:
        for rule in ("starts_with", "not_before"):
            if made[rule] >= 0:
                made[rule] = places[made[rule]]
    return flat


_KNOWN_OF_RECORD: Final = {"type", "name", "namespace", "zh", "en", "doc", "fields", "required"}
_KNOWN_OF_FIELD: Final = {
    *("name", "type", "zh", "en", "doc", "privacy", "default", "aliases"),
    *("minimum", "maximum", "min_length", "max_length", "pattern", "starts_with", "not_before"),
}


def _field(field: Mapping[str, Any], names: list[str], limits: Limits) -> dict[str, Any]:
    """Return what a field holds and the rules of its own; raises _NoForm where a rule has no place in a form."""
    if set(field) - _KNOWN_OF_FIELD:
        raise _NoForm
    avro_type, made = field["type"], dict(_FIELD, name=field["name"])
    if isinstance(avro_type, list):
        if len(avro_type) != len(("null", "type")) or avro_type[0] != "null":
            raise _NoForm
        made["nullable"], avro_type = True, avro_type[1]
    details = avro_type if isinstance(avro_type, dict) else {}
    kind, logical = details.get("type", avro_type), details.get("logicalType")
    match kind, logical:
        case "string", "uuid":
            made["kind"] = quick.Kind.UUID
        case "string", None:
            made |= _text(field)
        case "long", "timestamp-millis":
            made |= _time(field["name"], limits)
        case ("int", "date"):
            made |= {"kind": quick.Kind.LONG, "least": FIRST_DAY, "most": LAST_DAY}
        case ("int" | "long"), None:
            made |= _number(field, kind)
        case "boolean", None:
            made["kind"] = quick.Kind.BOOLEAN
        case "double", None:
            made |= {"kind": quick.Kind.DOUBLE, "least": field.get("minimum"), "most": field.get("maximum")}
        case "bytes", "decimal":
            made |= _decimal(field, avro_type)
        case "record", None:
            made |= {"kind": quick.Kind.RECORD, "record": _inner(details, limits)}
        case "enum", None if len(details["symbols"]) <= _MOST_SYMBOLS:
            made |= {"kind": quick.Kind.ENUM, "symbols": tuple(details["symbols"])}
        case _:
            raise _NoForm
    for rule, comparable in (("starts_with", quick.Kind.TEXT), ("not_before", quick.Kind.LONG)):
        if rule in field:
            if made["kind"] != comparable or field[rule] not in names:
                raise _NoForm
            made[rule] = names.index(field[rule])
    return made


def _inner(record: Mapping[str, Any], limits: Limits) -> list[dict[str, Any]]:
    """Return the fields of a nested record; raises _NoForm for one that asks for more than its fields do one by one."""
    made = [_field(field, [], limits) for field in record["fields"]]
    if "required" in record or any(field["kind"] == quick.Kind.RECORD or field["is_time"] for field in made):
        raise _NoForm
    return [field | {"is_inner": True, "role": quick.Role.NO_ROLE} for field in made]


def _text(field: Mapping[str, Any]) -> dict[str, Any]:
    if pattern := field.get("pattern"):
        digits = _DIGITS.fullmatch(pattern)
        if digits is not None and int(digits[1]) > 0:
            return {"kind": quick.Kind.TEXT, "digits": int(digits[1])}
        return {"kind": quick.Kind.TEXT, "matches": re.compile(pattern).fullmatch}
    lengths = {"most_characters": field.get("max_length", -1), "least_characters": field.get("min_length", 0)}
    return {"kind": quick.Kind.TEXT, **{name: int(length) for name, length in lengths.items()}}


def _time(name: str, limits: Limits) -> dict[str, Any]:
    if name in ("occurred_at", "recorded_at"):
        return {"kind": quick.Kind.LONG, "is_time": True, "least": limits.earliest_ms}
    return {"kind": quick.Kind.LONG, "least": 0, "most": LATEST_MS}


def _number(field: Mapping[str, Any], kind: str) -> dict[str, Any]:
    least, most = field.get("minimum"), field.get("maximum")
    if not all(bound is None or type(bound) is int for bound in (least, most)):
        raise _NoForm
    if kind == "int":
        least, most = max(-_INT, -_INT if least is None else least), min(_INT - 1, _INT - 1 if most is None else most)
    elif least is None:
        least = NO_LONG + 1
    if not all(bound is None or -_LONG <= bound < _LONG for bound in (least, most)):
        raise _NoForm
    return {"kind": quick.Kind.LONG, "least": least, "most": most}


def _decimal(field: Mapping[str, Any], avro_type: Any) -> dict[str, Any]:
    """Return a decimal's rules, as whole numbers of 10^-scale: no number that has more digits than its precision."""
    form = DecimalForm.of(avro_type)
    if form is None or form.precision > _MOST_PRECISION or form.scale > _MOST_SCALE:
        raise _NoForm
    largest = 10**form.precision - 1
    bounds = {"minimum": -largest, "maximum": largest}
    for rule, rounding in (("minimum", ROUND_CEILING), ("maximum", ROUND_FLOOR)):
        if rule in field:
            scaled = Decimal(str(field[rule])).scaleb(form.scale).to_integral_value(rounding)
            bounds[rule] = max(-largest, min(largest, int(scaled)))
    return {"kind": quick.Kind.DECIMAL, "least": bounds["minimum"], "most": bounds["maximum"], "scale": form.scale}


_MOST_PRECISION: Final = 18
_MOST_SCALE: Final = 6  # with more, Python writes small numbers with an exponent


def _take_roles(fields: list[dict[str, Any]], names: list[str], plan: EventPlan) -> None:
    for name, made in zip(names, fields, strict=True):
        made["role"] = quick.Role.NO_ROLE
    for role, kind in _ROLES.items():
        made = fields[names.index(role)]
        if made["kind"] != getattr(quick.Kind, kind):
            raise _NoForm
        made["role"] = getattr(quick.Role, role.upper())
    village, case_id = fields[names.index("village")], fields[names.index(plan.id_field)]
    given = [fields[names.index(name)] for name in ("event_id", "occurred_at", "township", plan.id_field)]
    if any(made["nullable"] for made in given) or case_id["role"] != quick.Role.NO_ROLE:
        raise _NoForm
    if case_id["kind"] not in (quick.Kind.TEXT, quick.Kind.UUID) or village["digits"] != _VILLAGE_DIGITS:
        raise _NoForm
    case_id["role"] = quick.Role.CASE_ID


def _keep(fields: list[dict[str, Any]], names: list[str], kept: KeptEvent) -> None:
    """Say where in the packed event the fields that are kept stand, and as what."""
    order = [names.index(field.name) for field in kept.fields]
    if order != sorted(order):
        raise _NoForm
    codes = ""
    for place, field in zip(order, kept.fields, strict=True):
        code = CODES[field.kind]
        size = calcsize("<" + code)
        fields[place] |= {"kept_at": calcsize(EVENT_FORMAT + codes + code) - size, "kept_as": code}
        codes += code
