"""A case's fields in SQL: its standing events folded in the order they happened, then what is computed from that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from schemas.catalogue.case_columns import OPENINGS
from schemas.catalogue.expression_sql import SqlWriter, text
from sinks.proof.events_sql import STANDING, standing_steps
from sinks.proof.source import is_nullable
from sinks.proof.statement import Step, call, select

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schemas.catalogue.expression_tree import Node
    from schemas.catalogue.model import CaseField, Fold
    from sinks.columns import Column
    from sinks.proof.source import CaseSource

CASES: Final = "cases"

_EVENT: Final = "event"
"""The alias of the events in a fold: a case's field may be called like the column it is folded from."""
_MARKED: Final = "marked_events"
_DECIMAL_DIGITS: Final = 18
_SEVERAL: Final = 2


def case_steps(source: CaseSource, wanted: Iterable[str] | None = None, only: Sequence[str] = ()) -> list[Step]:
    """Return the steps from the domain's events to `cases`: one row a case with its fields.

    With `wanted` only these fields and those they are computed from; `only` is as in `standing_steps`.
    """
    fields = fields_needed(source, wanted)
    return [*standing_steps(source, columns_read(source, fields), only), *fold_steps(source, fields, STANDING)]


def fold_steps(source: CaseSource, fields: Sequence[CaseField], standing: str) -> list[Step]:
    """Return the steps from the events with their standing (the name of a step or a view) to `cases`."""
    folder = _Folder(source)
    folded = [field for field in fields if field.fold is not None]
    computed = [field for field in fields if field.expression is not None]
    clearing = list(dict.fromkeys(field.fold.cleared_by for field in folded if field.fold and field.fold.cleared_by))
    steps = [_marked(standing, clearing)] if clearing else []
    steps.append(folder.folded(_MARKED if clearing else standing, folded, "folded_cases" if computed else CASES))
    if computed:
        steps.append(_computed(source, computed))
    return steps


def fields_needed(source: CaseSource, wanted: Iterable[str] | None) -> list[CaseField]:
    """Return these fields, and every field they are computed from, in the case's order; without `wanted` all."""
    fields = source.case.fields
    if wanted is None:
        return list(fields)
    needed = set(wanted)
    for field in reversed(fields):
        if field.name in needed and field.expression is not None:
            needed |= field.expression.names()
    return [field for field in fields if field.name in needed]


def columns_read(source: CaseSource, fields: Iterable[CaseField]) -> list[Column]:
    """Return the columns of the domain's events that these fields are folded from."""
    found: dict[str, Column] = {}
    for field in fields:
        if field.fold is not None:
            reads = field.fold.where.names() if field.fold.where is not None else frozenset[str]()
            for each in field.fold.sources:
                for name in sorted(reads | ({each.field} if each.field is not None else set())):
                    column = source.columns[each.event][str(name)]
                    found[column.name] = column
    return list(found.values())


def _marked(standing: str, clearing: Sequence[tuple[str, ...]]) -> Step:
    marks = [
        f"maxIf(place, event IN ({_listed(events)})) OVER (PARTITION BY township, case_id) AS {_since(events)}"
        for events in clearing
    ]
    words = "、".join(dict.fromkeys(event for events in clearing for event in events))
    return Step(
        _MARKED,
        f"有效事件，并记下清除性事件（{words}）最后一次在第几位：在它之前的不再算数。",
        f"The effective events, and the place of the last one that clears ({words}): what came before it counts no more.",
        select(["*", *marks], standing, ["standing = 'effective'"]),
    )


def _computed(source: CaseSource, computed: Sequence[CaseField]) -> Step:
    writer = SqlWriter(source.timezone)
    return Step(
        CASES,
        "再算出由上面各字段推得的字段。",
        "And the fields that are computed from those.",
        select(
            [
                "folded_cases.*",
                *(f"{writer.value(field.expression)} AS {field.name}" for field in computed if field.expression),
            ],
            "folded_cases",
        ),
    )


@dataclass(frozen=True)
class _Part:
    """Events that a fold reads alike: their names, SQL of the value, SQL of the condition (both may be empty)."""

    events: tuple[str, ...]
    value: str
    where: str


class _Folder:
    """Writes folds as aggregate functions over the events `AS event`."""

    def __init__(self, source: CaseSource) -> None:
        self._source = source
        self._writer = SqlWriter(source.timezone, _EVENT)

    def folded(self, standing: str, fields: Sequence[CaseField], name: str) -> Step:
        case = self._source.case
        columns = [
            "event.township AS township",
            "event.case_id AS case_id",
            "argMax(event.village, event.place) AS village",
            *(f"{self._field(field)} AS {field.name}" for field in fields),
            "toInt64(count()) AS event_count",
            "max(event.occurred_at) AS newest_event_at",
            f"countIf(event.event = {text(case.opens_with)}) AS {OPENINGS}",
        ]
        return Step(
            name,
            f"按发生次序折叠有效事件，一件一行。{case.zh}没有 {case.opens_with} 的不计入任何指标。",
            f"The effective events folded in the order they happened, a row for each case. Without {case.opens_with} it counts "
            "nowhere.",
            select(
                columns,
                f"{standing} AS event",
                ["event.standing = 'effective'"],
                group_by=["event.township", "event.case_id"],
            ),
        )

    def _field(self, field: CaseField) -> str:
        fold = field.fold
        if fold is None:
            raise ValueError(f"{field.name} is not folded")
        parts = self._parts(fold, field)
        value, test = self._value(parts), self._test(parts, fold)
        if fold.fold == "steps":
            return self._steps(fold, test)
        if fold.fold == "sum":
            total = f"ifNull({_aggregate('sum', [value], test)}, 0)"
            return f"CAST({total}, {_decimal(field)})" if field.type == "decimal" else total
        if fold.fold == "all":
            return f"{_aggregate('count', [], self._test(parts, fold, opposite=True))} = 0"
        written = {
            "first": lambda: _aggregate("argMin", [value, "event.place"], test),
            "last": lambda: _aggregate("argMax", [value, "event.place"], test),
            "min": lambda: _aggregate("min", [value], test),
            "max": lambda: _aggregate("max", [value], test),
            "count": lambda: f"toInt64({_aggregate('count', [], test)})",
            "any": lambda: f"{_aggregate('count', [], test)} > 0",
        }
        return written[fold.fold]()

    def _steps(self, fold: Fold, test: str) -> str:
        """Write a procedure: an event of the next step moves on by one, every other one is passed over."""
        names = "[" + ", ".join(text(each.event) for each in fold.sources) + "]"
        steps = f"indexOf({names}, event.event)"
        ordered = f"arraySort(each -> each.1, {_aggregate('groupArray', [f'(event.place, {steps})'], test)})"
        return f"toInt64(arrayFold((done, each) -> if(each.2 = done + 1, done + 1, done), {ordered}, toUInt64(0)))"

    def _parts(self, fold: Fold, field: CaseField) -> list[_Part]:
        read: dict[str, list[str]] = {}
        for each in fold.sources:
            values = read.setdefault(each.event, [])
            if each.field is not None:
                values.append(self._column(self._source.columns[each.event][each.field], field))
        grouped: dict[tuple[str, str], list[str]] = {}
        for event, values in read.items():
            where = "" if fold.where is None else self._truth(fold.where, self._source.columns[event])
            grouped.setdefault((_of_one_event(fold.fold, values), where), []).append(event)
        return [_Part(tuple(events), value, where) for (value, where), events in grouped.items()]

    def _column(self, column: Column, field: CaseField) -> str:
        name = f"event.{column.name}"
        if field.type == "decimal":
            return f"CAST({name}, {_decimal(field, nullable=True)})"
        return name if is_nullable(column) else f"toNullable({name})"

    def _truth(self, where: Node, columns: Mapping[str, Column]) -> str:
        written = self._writer.value(_renamed(where, columns))
        return f"ifNull({written}, false)" if where.nullable else written

    def _value(self, parts: Sequence[_Part]) -> str:
        if len({part.value for part in parts}) == 1:
            return parts[0].value
        branches = ", ".join(f"event.event IN ({_listed(part.events)}), {part.value}" for part in parts)
        return f"multiIf({branches}, NULL)"

    def _test(self, parts: Sequence[_Part], fold: Fold, *, opposite: bool = False) -> str:
        every = {each for part in parts for each in part.events} >= set(self._source.case.events)
        if len(parts) == 1 and every and not parts[0].where:
            tests = []
        else:
            alternatives = [self._part_test(part, opposite, every=every and len(parts) == 1) for part in parts]
            tests = [
                alternatives[0] if len(alternatives) == 1 else f"({' OR '.join(f'({each})' for each in alternatives)})"
            ]
        if fold.cleared_by:
            tests.append(f"event.place >= event.{_since(fold.cleared_by)}")
        return " AND ".join(tests)

    @staticmethod
    def _part_test(part: _Part, opposite: bool, *, every: bool) -> str:
        tests = [] if every else [_is_one_of(part.events)]
        if part.where:
            tests.append(f"NOT {part.where}" if opposite else part.where)
        return " AND ".join(tests)


def _decimal(field: CaseField, *, nullable: bool = False) -> str:
    type_ = f"Decimal({_DECIMAL_DIGITS}, {field.scale})"
    return text(f"Nullable({type_})" if nullable else type_)


def _of_one_event(fold: str, values: Sequence[str]) -> str:
    """Return SQL of what one event gives: where several of its fields are folded, in the order in which they are named."""
    if len(values) < _SEVERAL:
        return "".join(values)
    if fold in ("first", "last"):
        return f"coalesce({', '.join(values if fold == 'first' else reversed(values))})"
    return f"arrayReduce({text(fold)}, [{', '.join(values)}])"


def _aggregate(function: str, arguments: Sequence[str], test: str) -> str:
    return call(f"{function}If", [*arguments, test]) if test else call(function, arguments)


def _is_one_of(events: Sequence[str]) -> str:
    return f"event.event = {text(events[0])}" if len(events) == 1 else f"event.event IN ({_listed(events)})"


def _listed(events: Iterable[str]) -> str:
    return ", ".join(map(text, events))


def _since(events: Sequence[str]) -> str:
    return "since_" + "_or_".join(events)


def _renamed(node: Node, columns: Mapping[str, Column]) -> Node:
    """Return the expression over a record's fields as one over the columns that hold them."""
    if node.operation == "field":
        return replace(node, value=columns[str(node.value)].name)
    return replace(node, parts=tuple(_renamed(part, columns) for part in node.parts))
