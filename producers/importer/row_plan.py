"""A mapping compiled for a file: rows in, planned events out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from producers.importer.conditions import compile_conditions
from producers.importer.conversions import TimeConverter, converters, looks_damaged, refuse_spreadsheet_damage
from producers.importer.fields import CompiledField, compile_fields
from producers.importer.home import compile_home
from producers.importer.scope import Declared, Scope
from producers.importer.table import RowRefused
from producers.importer.values import cleaner, compile_value
from schemas.domain import ENVELOPE, EVENT_VOIDED, load_system

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from producers.importer.mapping import Event, RowRule
    from producers.importer.mapping_file import MappingFile
    from producers.importer.scope import Cells, Evaluate, Known
    from producers.importer.table import Refusal, Row
    from schemas.domain import Domain, EventSchema

MAX_KEY_CHARACTERS: Final = 1_000


class Slot(NamedTuple):
    """Which of a row's events: the record's full name, and its position among the mapping's events of this record."""

    record: str
    ordinal: int


class Planned(NamedTuple):
    """An event a row gives: without event_id and corrects; recorded_at is None unless the mapping says it."""

    slot: Slot
    event: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _EventPlan:
    slot: Slot
    holds: Callable[[Cells, Known], bool] | None
    fields: list[CompiledField]


@dataclass(frozen=True, slots=True)
class _Rule:
    holds: Callable[[Cells, Known], bool]
    column: str
    rule: RowRule


class RowPlan:
    """Raises Refused with every mistake of a mapping that does not fit the file or the domain, each with its line."""

    def __init__(self, file: MappingFile, columns: Sequence[str], domain: Domain) -> None:
        mapping = file.mapping
        repeated = frozenset(name for name in columns if columns.count(name) > 1)
        scope = Scope(file, {name: at for at, name in enumerate(columns)}, converters(_times(file)), repeated)
        self._columns = scope.columns
        self._source = mapping.source
        self._key = [scope.column(name, ("row_key",)) for name in mapping.row_key]
        self._key_names = mapping.row_key
        self._clean = cleaner(mapping.clean)
        self._values: list[Evaluate] = []
        for name, spec in mapping.values.items():
            value = compile_value(scope, spec, ("values", name))
            scope.declared[name] = Declared(len(self._values), value.kind, value.column)
            self._values.append(value.evaluate)
        self._rules = [
            _Rule(
                compile_conditions(scope, rule.when, ("refuse", at, "when")), _column(scope, rule.when[0].value), rule
            )
            for at, rule in enumerate(mapping.refuse)
        ]
        self._home = compile_home(scope)
        self._envelope = {field.name: field for field in load_system()[ENVELOPE].fields}
        self._events: list[_EventPlan] = []
        for at, event in enumerate(mapping.events):
            self._add(scope, domain, event, at)
        file.refuse_problems()
        self.records = sorted({plan.slot.record for plan in self._events})

    def row_key(self, row: Row) -> str:
        """Return what identifies the row in its source; raises RowRefused when a part is empty, mangled or too long."""
        parts = []
        for index, name in zip(self._key, self._key_names, strict=True):
            part = self._clean(row.cells[index])
            if not part:
                raise RowRefused("no_key", column=name)
            if looks_damaged(part):
                refuse_spreadsheet_damage(part, column=name)
            parts.append(part)
        if len(parts) == 1 and "|" not in parts[0]:
            key = parts[0]
        else:
            key = "|".join(part.replace("\\", "\\\\").replace("|", "\\|") for part in parts)
        if len(key) > MAX_KEY_CHARACTERS or "\0" in key:
            raise RowRefused("no_key", column=self._key_names[0], value=key[:100])
        return key

    def plan(self, row: Row) -> list[Planned]:
        """Return the events the row gives, in the mapping's order; raises RowRefused."""
        cells = row.cells
        known: Known = []
        for evaluate in self._values:
            known.append(evaluate(cells, known))
        for each in self._rules:
            if each.holds(cells, known):
                raise RowRefused(each.rule.reason, column=each.column, zh=each.rule.zh, en=each.rule.en)
        home = self._home(cells, known)
        planned = []
        for plan in self._events:
            if plan.holds is not None and not plan.holds(cells, known):
                continue
            event = {field.name: field.value(cells, known) for field in plan.fields}
            event["township"], event["village"] = home
            event["source"] = self._source
            planned.append(Planned(plan.slot, event))
        return planned

    def with_value(self, refusal: Refusal, row: Row) -> Refusal:
        """Return the refusal with the cell of its column as its value, where it names a column and no value."""
        at = self._columns.get(refusal.column)
        return refusal if refusal.value or at is None else refusal._replace(value=row.cells[at])

    def column_of(self, slot: Slot, field: str | None) -> str:
        """Return the column a field of an event comes from, or the field's name where it comes from none."""
        for plan in self._events:
            if plan.slot == slot:
                return next((each.column for each in plan.fields if each.name == field and each.column), field or "")
        return field or ""

    def _add(self, scope: Scope, domain: Domain, event: Event, at: int) -> None:
        path = ("events", at)
        try:
            record = domain.event(event.record)
        except KeyError:
            there = ", ".join(each.name for each in domain.events.values())
            scope.problem(
                (*path, "record"), f"{domain.name} 没有这个记录 / has no record “{event.record}”; it has: {there}"
            )
            return
        if record.full_name == EVENT_VOIDED:
            scope.problem((*path, "record"), "作废由导入器自己发出 / voids are sent by the importer itself")
            return
        ordinal = sum(plan.slot.record == record.full_name for plan in self._events)
        holds = compile_conditions(scope, event.when, (*path, "when")) if event.when else None
        self._events.append(_EventPlan(Slot(record.full_name, ordinal), holds, self._fields(scope, record, event, at)))

    def _fields(self, scope: Scope, record: EventSchema, event: Event, at: int) -> list[CompiledField]:
        """Put the event's own fields after those of the envelope that a mapping may say."""
        path = ("events", at)
        envelope = scope.file.mapping.envelope
        own = {name: spec for name, spec in event.fields.items() if name not in ("department", "recorded_at")}
        compiled = compile_fields(
            scope, [each for each in record.fields if each.name not in self._envelope], own, (*path, "fields")
        )
        when = compile_value(scope, event.at, (*path, "at"), kind="time")
        head = [CompiledField("occurred_at", when.evaluate, when.column, nullable=False, default=None)]
        for name in ("department", "recorded_at"):
            spec = event.fields.get(name) or envelope.get(name)
            where = (*path, "fields", name) if name in event.fields else ("envelope", name)
            if spec is not None:
                value = compile_value(scope, spec, where, kind="text" if name == "department" else "time")
                nullable = name == "recorded_at"
                head.append(CompiledField(name, value.evaluate, value.column, nullable=nullable, default=None))
            elif name == "department":
                scope.problem(("envelope",), "缺少 department：谁填报的 / department is missing: who says so")
        return head + compiled


def _column(scope: Scope, name: str) -> str:
    declared = scope.declared.get(name)
    return declared.column if declared else name


def _times(file: MappingFile) -> TimeConverter:
    section = file.mapping.time
    try:
        zone = ZoneInfo(section.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        file.problem(("time", "zone"), f"没有这个时区 / no such time zone: {section.zone} (Asia/Shanghai)")
        zone = ZoneInfo("UTC")
    return TimeConverter(zone, section.formats, ambiguous=section.ambiguous, nonexistent=section.nonexistent)
