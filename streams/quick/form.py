"""Makes the forms by which plain events are read in one pass in C (streams/quick/reading.pyx), where there is a C compiler to make it.

A form is a table of an event's fields in the order of their bytes: how each is read, which rules it is held to, and where it
stands in the packed event. What has no place in such a table (arrays, maps, records in records) gets no form: those events are
read the long way, as all are where the extension could not be built.
"""

from __future__ import annotations

from struct import calcsize
from typing import TYPE_CHECKING, Any, Final

from schemas.shape import data_shape
from streams.layouts import CODES
from streams.packing import EVENT_FORMAT, Fresh
from streams.quick.built import reading
from streams.quick.fields import Made, NoForm, field_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.rules import Limits
    from streams.engine import EventPlan
    from streams.layouts import KeptEvent

QUICK: Final = reading is not None
"""Whether plain events are read in one pass."""

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


class LongWay:
    """What there is without the extension: no event is read the quick way."""

    def put(self, schema_id: int, form: object) -> None:
        """Forget the form."""

    def knows(self, schema_id: int) -> bool:  # noqa: ARG002 - as reading.QuickReader has it
        """Say that no form is wanted."""
        return True

    def read(self, value: bytes | None, key: bytes | None, timestamp: int, arrived: int, offset: int) -> None:
        """Read nothing."""


def quick_reader() -> Any:
    """Return a reader without forms."""
    return reading.QuickReader() if QUICK else LongWay()


def form_of(written: Mapping[str, Any], plan: EventPlan, limits: Limits) -> Any:
    """Return the form of events written by this schema; None when there is none.

    The writer's fields must be the first of ours, the same in bytes; what we have beyond them must default to null.
    """
    if not QUICK or plan.case is None:
        return None
    try:
        fields = _fields(written, plan, limits)
    except NoForm:
        return None
    return reading.Form(
        fields,
        plan=plan.case,
        fresh=Fresh,
        case_name=plan.case.name.encode(),
        index=plan.kept.index,
        opens=plan.opens,
        fixed_size=plan.kept.struct.size,
        tolerance=limits.tolerance_ms,
    )


def _fields(written: Mapping[str, Any], plan: EventPlan, limits: Limits) -> list[Made]:
    ours = plan.schema.schema
    names = [field["name"] for field in ours["fields"]]
    if set(ours) - _KNOWN_OF_RECORD or names[2] != "recorded_at" or not set(_ROLES) <= set(names):
        raise NoForm
    writer = list(written["fields"])
    if len(writer) > len(names):
        raise NoForm
    fields = []
    for place, field in enumerate(ours["fields"]):
        made = field_of(field, names, limits)
        if place >= len(writer):
            if "default" not in field or field["default"] is not None or not made["nullable"]:
                raise NoForm
            made["kind"] = reading.Kind.ABSENT
        elif writer[place]["name"] != field["name"] or data_shape(writer[place]["type"]) != data_shape(field["type"]):
            raise NoForm
        made["required"] = field["name"] in ours.get("required", ())
        fields.append(made)
    _take_roles(fields, names, plan)
    _keep(fields, names, plan.kept)
    return _flat(fields)


def _flat(fields: list[Made]) -> list[Made]:
    """Put the fields of nested records behind them; places are counted anew."""
    flat: list[Made] = []
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


def _take_roles(fields: list[Made], names: list[str], plan: EventPlan) -> None:
    for made in fields:
        made["role"] = reading.Role.NO_ROLE
    for role, kind in _ROLES.items():
        made = fields[names.index(role)]
        if made["kind"] != getattr(reading.Kind, kind):
            raise NoForm
        made["role"] = getattr(reading.Role, role.upper())
    village, case_id = fields[names.index("village")], fields[names.index(plan.id_field)]
    given = [fields[names.index(name)] for name in ("event_id", "occurred_at", "township", plan.id_field)]
    if any(made["nullable"] for made in given) or case_id["role"] != reading.Role.NO_ROLE:
        raise NoForm
    if case_id["kind"] not in (reading.Kind.TEXT, reading.Kind.UUID) or village["digits"] != _VILLAGE_DIGITS:
        raise NoForm
    case_id["role"] = reading.Role.CASE_ID


def _keep(fields: list[Made], names: list[str], kept: KeptEvent) -> None:
    """Say where in the packed event the fields that are kept stand, and as what."""
    order = [names.index(field.name) for field in kept.fields]
    if order != sorted(order):
        raise NoForm
    codes = ""
    for place, field in zip(order, kept.fields, strict=True):
        code = CODES[field.kind]
        size = calcsize("<" + code)
        fields[place] |= {"kept_at": calcsize(EVENT_FORMAT + codes + code) - size, "kept_as": code}
        codes += code
