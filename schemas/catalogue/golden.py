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
    from collections.abc import Sequence

    from schemas.calendar import Calendar
    from schemas.catalogue.entries import GoldenEntry
    from schemas.catalogue.model import CaseDefinition
    from schemas.domain import Domain, EventSchema, Field

TOWNSHIP: Final = "330521100"
"""The township golden examples play in, unless an event says otherwise."""

VOID: Final = "EventVoided"
_PERIODS: Final = (
    ("year", re.compile(r"(?P<year>\d{4})")),
    ("quarter", re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])")),
    ("month", re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})")),
    ("day", re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})")),
)
_DIGITS_OF_FLOATS: Final = 15
_EMPTY: Final = {"string": "-", "boolean": False, "int": 0, "long": 0, "float": 0.0, "double": 0.0}


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


def golden_events(example: GoldenEntry, case: CaseDefinition, domain: Domain, calendar: Calendar) -> list[GoldenEvent]:
    """Return the example's events whole, in the order they are written; times without an offset are the calendar's.

    An event may be given an `id`, by which a later one `corrects` it. Ids are the same at every call. Raises
    ValueError.
    """
    events = []
    for case_id, written in example.cases.items():
        for position, one in enumerate(written):
            for record, given in one.items():
                events.append(_whole(case_id, position, _record(record, domain), dict(given), case, calendar))
    return events


def golden_problem(
    example: GoldenEntry, case: CaseDefinition, domain: Domain, kind: str, dimensions: Sequence[str]
) -> tuple[str, str] | None:
    """Return what is wrong with an example's form, and what is allowed; None when it is fit to be run."""
    for record, given in (pair for written in example.cases.values() for one in written for pair in one.items()):
        problem = _event_problem(record, given, case, domain)
        if problem is not None:
            return problem
    if (example.expect.as_of is not None) != (kind == "stock"):
        return "存量写 as_of，其余写 period / a stock expects `as_of`, the others `period`", ""
    if set(example.expect.dimension) - set(dimensions):
        return "没有这个维度 / no such dimension", ", ".join(dimensions)
    try:
        period_of(example.expect.period or "2017")
    except ValueError as error:
        return str(error), ""
    return None


def _event_problem(record: str, given: dict[str, Any], case: CaseDefinition, domain: Domain) -> tuple[str, str] | None:
    if record not in (*case.events, VOID):
        return f"没有事件 {record} / no event {record}", ", ".join((*case.events, VOID))
    names = [field.name for field in _record(record, domain).fields]
    unknown = sorted(set(given) - {*names, "id"})
    if unknown:
        return f"{record} 没有字段 {unknown[0]} / {record} has no field {unknown[0]}", ", ".join(names)
    if "occurred_at" not in given:
        return f"{record} 缺少 occurred_at / {record} needs occurred_at", "2017-04-03T09:00"
    for field in _record(record, domain).fields:
        form = DecimalForm.of(field.avro_type)
        if form is not None and given.get(field.name) is not None:
            try:
                form.exact(_money(given[field.name]), field.name)
            except InvalidEvent as refused:
                return f"{record} 的金额不对 / {refused.field or field.name}: {refused.detail}", "12.50"
    return None


def _record(name: str, domain: Domain) -> EventSchema:
    return load_system()[EVENT_VOIDED] if name == VOID else domain.event(name)


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
    form = DecimalForm.of(field.avro_type)
    return value if form is None else form.exact(_money(value), field.name)


def _money(value: Any) -> str:
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
    return field.symbols[0] if field.symbols else _EMPTY.get(field.kind)
