"""Checks the written definition of a case against its Avro records.

Which fields it folds, and of what type they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, cast

from schemas.catalogue.case_columns import TAKEN
from schemas.catalogue.entries import AtMostOnceEntry, CaseEntry, ComputedEntry, FoldEntry
from schemas.catalogue.expression import ExpressionRefused, Name, Node, Type, parse
from schemas.catalogue.model import AtMostOnce, CaseDefinition, CaseField, Fold, Source
from schemas.decimals import MOST_DIGITS, DecimalForm

if TYPE_CHECKING:
    from schemas.catalogue.written import Place
    from schemas.domain import Domain, EventSchema, Field

Report = Callable[["Place", str, str], None]
"""Takes a mistake: where it stands, what is wrong, what is allowed."""

_NOT_FOLDED: Final = frozenset({"event_id", "corrects", "township", "village"})
_PRIVATE: Final = frozenset({"direct", "sensitive", "free_text"})
_ANY: Final = "*"
_PLAIN: Final[Mapping[str, Type]] = {
    "string": "string",
    "enum": "string",
    "boolean": "boolean",
    "int": "long",
    "long": "long",
    "float": "double",
    "double": "double",
}
_LOGICAL: Final[Mapping[str, Type]] = {
    "timestamp-millis": "timestamp",
    "date": "date",
    "uuid": "string",
    "decimal": "decimal",
}
PRESENCE: Final = frozenset({"count", "any", "all", "steps"})
"""Folds that ask of events whether they are there, not for a field of theirs."""
CLEARABLE: Final = frozenset({"first", "last", "any"})
_COUNTS: Final = frozenset({"count", "steps"})
_ORDERED: Final = frozenset({"long", "double", "decimal", "timestamp", "date"})
_SUMMED: Final = frozenset({"long", "decimal"})
"""Sums of floats depend on their order, so they are no sums over a set; money is summed as decimals."""


def field_type(field: Field) -> Type | None:
    """Return the type an event's field has in expressions and folds, None where it can have no part in them."""
    if field.logical == "decimal" and scale_of(field) is None:
        return None
    if field.logical is not None:
        return _LOGICAL.get(field.logical)
    return _PLAIN.get(field.kind)


def scale_of(field: Field) -> int | None:
    """Return the scale of a decimal field; None when it is no decimal, or one of more digits than are exact here."""
    form = DecimalForm.of(field.avro_type)
    return form.scale if form is not None and form.precision <= MOST_DIGITS else None


def foldable(event: EventSchema) -> dict[str, Name]:
    """Return the fields of an event that folds and their conditions may read: no personal content, nothing nested."""
    names = {}
    for field in event.fields:
        type_ = field_type(field)
        if type_ is not None and field.privacy not in _PRIVATE and field.name not in _NOT_FOLDED:
            names[field.name] = Name(type_, field.nullable, field.symbols, scale_of(field) or 0)
    return names


class CaseReader:
    """Reads one case.

    Mistakes go to `report`; `read` answers None when there was one that leaves nothing to go on with.
    """

    def __init__(self, domain: Domain, report: Callable[..., None], place: Place) -> None:
        self._domain = domain
        self._report = report
        self._place = place
        self._events: dict[str, EventSchema] = {}

    def read(self, name: str, entry: CaseEntry) -> CaseDefinition | None:
        """Return the case, checked; fields with a mistake are left out."""
        known = {event.name: event for event in self._domain.events.values()}
        for index, event in enumerate(entry.events):
            if event in known:
                self._events[event] = known[event]
            else:
                self._wrong(("events", index), f"没有事件 {event} / no event {event}", ", ".join(known))
        if not self._events:
            return None
        self._one_of_ours(("opens_with",), entry.opens_with)
        self._id_field(entry.id_field)
        rules = tuple(self._at_most_once(index, rule) for index, rule in enumerate(entry.at_most_once))
        fields: dict[str, CaseField] = {}
        for field_name, field in entry.fields.items():
            if field_name in TAKEN:
                problem = f"事项表自己已有 {field_name} / the table of every case has {field_name} of its own"
                self._wrong(("fields", field_name), problem, f"another name than {', '.join(TAKEN)}")
                continue
            read = self._field(field_name, field, fields)
            if read is not None:
                fields[field_name] = read
        return CaseDefinition(
            name, entry.zh, entry.en, entry.id_field, entry.opens_with, entry.events, tuple(fields.values()), rules
        )

    def _field(self, name: str, entry: FoldEntry | ComputedEntry, before: Mapping[str, CaseField]) -> CaseField | None:
        place = ("fields", name)
        if isinstance(entry, ComputedEntry):
            node = self._parsed((*place, "expression"), entry.expression, case_names(before.values()), None)
            if node is None:
                return None
            privacy = "quasi" if any(before[each].privacy == "quasi" for each in node.names()) else "none"
            return CaseField(name, node.type, entry.zh, entry.en, privacy, None, node, node.symbols, node.scale)
        sources = [source for text in entry.sources for source in self._sources((*place, "of"), text, entry.fold)]
        if not sources:
            return None
        for event in entry.cleared_by:
            self._one_of_ours((*place, "cleared_by"), event)
        if entry.cleared_by and entry.fold not in CLEARABLE:
            problem = f"{entry.fold} 不能清除 / {entry.fold} cannot be cleared"
            self._wrong((*place, "cleared_by"), problem, ", ".join(sorted(CLEARABLE)))
        if entry.fold == "steps":
            self._each_once(place, entry)
        else:
            self._named_once((*place, "of"), sources)
        if entry.fold == "all" and entry.where is None:
            self._wrong(place, "all 需要 where / all needs `where`", "where: a condition over the event's fields")
        where = None
        if entry.where is not None:
            where = self._parsed((*place, "where"), entry.where, self._shared_names(sources), "boolean")
        kept = self._kept(place, entry, sources)
        if kept is None:
            return None
        fold = Fold(entry.fold, tuple(sources), where, entry.cleared_by)
        known, privacy = kept
        return CaseField(name, known.type, entry.zh, entry.en, privacy, fold, None, known.symbols, known.scale)

    def _each_once(self, place: Place, entry: FoldEntry) -> None:
        """Steps are records in their order, each named once."""
        for index, source in enumerate(entry.sources):
            if source == _ANY or source in entry.sources[:index]:
                problem = f"步骤须逐一写明、各写一次 / steps are records, each named once: {source}"
                self._wrong((*place, "of"), problem, ", ".join(self._events))

    def _named_once(self, place: Place, sources: list[Source]) -> None:
        """What is named twice would count twice; of one record several fields may be folded."""
        for index, source in enumerate(sources):
            if source in sources[:index]:
                text = source.event if source.field is None else f"{source.event}.{source.field}"
                self._wrong(place, f"{text} 写了两次 / {text} is named twice", "each record, or field of it, once")

    def _kept(self, place: Place, entry: FoldEntry, sources: list[Source]) -> tuple[Name, str] | None:
        """Return what the folded field is, and its privacy."""
        if entry.fold in PRESENCE:
            return Name("long" if entry.fold in _COUNTS else "boolean", nullable=False), "none"
        names = [foldable(self._events[source.event])[str(source.field)] for source in sources]
        types = {f"decimal({name.scale})" if name.type == "decimal" else name.type for name in names}
        if len(types) > 1:
            allowed_types = "fields of one type, decimals of one scale"
            self._wrong((*place, "of"), f"类型不一致 / types differ: {', '.join(sorted(types))}", allowed_types)
            return None
        allowed = {"min": _ORDERED, "max": _ORDERED, "sum": _SUMMED}.get(entry.fold)
        if allowed is not None and names[0].type not in allowed:
            problem = f"{entry.fold} 不能用于 {names[0].type} / {entry.fold} cannot take {names[0].type}"
            self._wrong((*place, "of"), problem, ", ".join(sorted(allowed)))
            return None
        fields = [self._events[source.event].field(str(source.field)) for source in sources]
        symbols = tuple(dict.fromkeys(symbol for name in names for symbol in name.symbols))
        privacy = "quasi" if any(field.privacy == "quasi" for field in fields) else "none"
        known = symbols if all(name.symbols for name in names) else ()
        return Name(names[0].type, symbols=known, scale=names[0].scale), privacy

    def _sources(self, place: Place, text: str, fold: str) -> list[Source]:
        event, dot, field = text.partition(".")
        if (fold in PRESENCE) == bool(dot):
            allowed = "Record" if dot else "Record.field or *.field"
            self._wrong(place, f"{fold} 的 of 写法不对 / wrong `of` for {fold}: {text}", allowed)
            return []
        if event != _ANY and not self._one_of_ours(place, event):
            return []
        events = tuple(self._events) if event == _ANY else (event,)
        if not dot:
            return [Source(each, None) for each in events]
        for each in events:
            names = foldable(self._events[each])
            if field not in names:
                self._wrong(
                    place, f"{each} 没有可折叠的字段 {field} / {each} has no field {field} to fold", ", ".join(names)
                )
                return []
        return [Source(each, field) for each in events]

    def _shared_names(self, sources: list[Source]) -> dict[str, Name]:
        """Return the fields that all the sources' events have alike: what a condition may read."""
        first, *others = [foldable(self._events[source.event]) for source in sources]
        return {name: known for name, known in first.items() if all(other.get(name) == known for other in others)}

    def _at_most_once(self, index: int, entry: AtMostOnceEntry) -> AtMostOnce:
        self._one_of_ours(("at_most_once", index, "event"), entry.event)
        if entry.until is not None:
            self._one_of_ours(("at_most_once", index, "until"), entry.until)
        return AtMostOnce(entry.name, entry.event, entry.until)

    def _id_field(self, name: str) -> None:
        for event in self._events.values():
            found = next((field for field in event.fields if field.name == name), None)
            if found is None or found.kind != "string" or found.nullable:
                problem = f"{event.name} 没有编号字段 {name} / {event.name} has no id field {name}"
                self._wrong(("id_field",), problem, "a string field of every event, never null")

    def _one_of_ours(self, place: Place, event: str) -> bool:
        if event in self._events:
            return True
        self._wrong(place, f"{event} 不是本事项的事件 / {event} is no event of this case", ", ".join(self._events))
        return False

    def _parsed(self, place: Place, text: str, names: Mapping[str, Name], wanted: Type | None) -> Node | None:
        try:
            return parse(text, names, wanted)
        except ExpressionRefused as refused:
            self._wrong(place, refused.problem, refused.allowed)
            return None

    def _wrong(self, place: Place, problem: str, allowed: str = "") -> None:
        self._report((*self._place, *place), problem, allowed)


def case_names(fields: object) -> dict[str, Name]:
    """Return the names that expressions over a case's fields may use."""
    names = {"event_count": Name("long", nullable=False)}
    for field in cast("list[CaseField]", fields):
        never_null = field.fold is not None and field.fold.fold in PRESENCE
        nullable = field.expression.nullable if field.expression is not None else not never_null
        names[field.name] = Name(field.type, nullable, field.symbols, field.scale)
    return names
