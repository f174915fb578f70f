"""Golden examples.

The few events of an indicator's contract, completed to whole events, and the number they must give.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from schemas.calendar import day_number
from schemas.decimals import DecimalForm, plain
from schemas.domain import EVENT_VOIDED, load_system
from schemas.errors import InvalidEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.calendar import Calendar
    from schemas.catalogue.golden_entries import GoldenEntry
    from schemas.catalogue.model import CaseDefinition, Catalogue
    from schemas.domain import Domain, EventSchema, Field

TOWNSHIP: Final = "330521100"
"""The township golden examples play in, unless an event says otherwise."""

VOID: Final = "EventVoided"
_OWN_DIGITS: Final = 24
"""Characters of an event's id that stay in its copies; the last 12 digits count them."""
_PERIODS: Final = (
    ("year", re.compile(r"(?P<year>\d{4})")),
    ("quarter", re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])")),
    ("month", re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})")),
    ("day", re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")),
)
_DIGITS_OF_FLOATS: Final = 15
_VOIDED: Final = load_system()[EVENT_VOIDED]
_EMPTY: Final = {"string": "-", "boolean": False, "float": 0.0, "double": 0.0}


class GoldenEvent(NamedTuple):
    """A whole event: the record's full name and its fields."""

    record: str
    event: dict[str, Any]


def period_of(text: str) -> tuple[str, int]:
    """Return (kind, first day) of `2017`, `2017-Q2`, `2017-04` or `2017-04-03`; raises ValueError."""
    for kind, form in _PERIODS:
        found = form.fullmatch(text)
        if found:
            given = {name: int(number) for name, number in found.groupdict().items()}
            month = given.get("month", (given.get("quarter", 1) - 1) * 3 + 1)
            return kind, day_number(date(given["year"], month, given.get("day", 1)))
    raise ValueError(f"不是时段 / no period: {text!r} (2017, 2017-Q2, 2017-04, 2017-04-03)")


def golden_events(example: GoldenEntry, catalogue: Catalogue, calendar: Calendar) -> Iterator[GoldenEvent]:
    """Yield the example's events whole, in the order they are written; times without an offset are the calendar's.

    An event may be given an `id`, by which a later one `corrects` it. Ids are the same at every call. A case of `many` is
    played so many times, as A-1, A-2 … Raises ValueError.
    """
    for case_id, written in example.cases.items():
        records = [name for one in written for name in one]
        case = next(case for case in catalogue.cases.values() if not {*case.events}.isdisjoint(records))
        events = [
            _whole(case_id, position, record_of(name, catalogue.domain), dict(given), case, calendar)
            for position, one in enumerate(written)
            for name, given in one.items()
        ]
        times = example.many.get(case_id)
        for number in (None,) if times is None else range(1, times + 1):
            yield from events if number is None else (_copied(each, case.id_field, number) for each in events)


def _copied(whole: GoldenEvent, id_field: str, number: int) -> GoldenEvent:
    """Return an event as it is in the case's copy of this number: the same, under other ids."""
    id_field = id_field if id_field in whole.event else "case_id"
    copied = {**whole.event, id_field: f"{whole.event[id_field]}-{number}"}
    for key in ("event_id", "corrects"):
        if copied[key] is not None:
            copied[key] = f"{copied[key][:_OWN_DIGITS]}{number:012x}"
    return GoldenEvent(whole.record, copied)


def record_of(name: str, domain: Domain) -> EventSchema:
    """Return the record of an event of an example; raises KeyError."""
    return _VOIDED if name == VOID else domain.event(name)


def _whole(
    case_id: str, position: int, record: EventSchema, given: dict[str, Any], case: CaseDefinition, calendar: Calendar
) -> GoldenEvent:
    own_id = given.pop("id", f"{position}")
    event: dict[str, Any] = {field.name: _default(field) for field in record.fields}
    event |= {"event_id": _id(case_id, own_id), "township": TOWNSHIP, "source": "golden", "department": "-"}
    event |= {"case_type": case.name, "case_id": case_id} if record.name == VOID else {case.id_field: case_id}
    for name, value in given.items():
        event[name] = None if value is None else _value(record.field(name), value, calendar)
    if given.get("corrects") is not None:
        event["corrects"] = _id(case_id, str(given["corrects"]))
    if "recorded_at" not in given:
        event["recorded_at"] = event["occurred_at"]
    return GoldenEvent(record.full_name, event)


def _value(field: Field, value: Any, calendar: Calendar) -> Any:
    if field.logical == "timestamp-millis":
        return calendar.moment_of(_text(value))
    if field.logical == "date":
        return day_number(date.fromisoformat(_text(value)))
    form = DecimalForm.of(field.avro_type)
    if form is not None:
        return form.exact(money(value), field.name)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value  # YAML's own kind of 0


def money(value: Any) -> str:
    """Return a decimal as it is written; raises InvalidEvent for a float YAML has already rounded."""
    if isinstance(value, float) and len(Decimal(repr(float(value))).as_tuple().digits) > _DIGITS_OF_FLOATS:
        raise InvalidEvent("rule:type", "so many digits must be written as text, '1234567890123456.78'")
    return plain(Decimal(repr(float(value)))) if isinstance(value, float) else str(value)


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _id(case_id: str, own_id: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"golden/{case_id}/{own_id}"))


def _default(field: Any) -> Any:
    if field.nullable:
        return None
    if field.logical == "decimal":
        return Decimal(0)
    if field.kind in ("int", "long"):
        return max(0, field.attributes.get("minimum", 0))  # what an example leaves out shall break no rule
    return field.symbols[0] if field.symbols else _EMPTY.get(field.kind)
