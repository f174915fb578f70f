"""Every table of the warehouse, worked out from the schemas and the catalogue; nothing here is written twice by hand.

Storage tables keep what Kafka delivered, repeats included, and know which repeat stands; the views (sinks/views) show
only what stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from schemas.catalogue.case_record import case_schema
from schemas.catalogue.load import load_catalogues
from schemas.domain import EVENT_VOIDED, EventSchema, fields_of, load_domains, load_system
from sinks.columns import Column, FieldColumn, columns_of
from sinks.fixed_tables import CODE, TEXT, catalogue, cells, dead_letters, kafka_columns
from sinks.place_columns import FORMER, former_column
from sinks.tables import Table
from sinks.warehouse import storage_database

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas.catalogue.model import CaseDefinition, Catalogue
    from schemas.domain import Domain
    from schemas.settings import Settings

ENVELOPE: Final = (
    "event_id",
    "occurred_at",
    "recorded_at",
    "township",
    "village",
    "department",
    "source",
    "corrects",
)
CODES: Final = frozenset({"township", "village", "department", "source"})
"""Envelope fields of few values: LowCardinality."""

PLACES: Final = "org_units"
DEPARTMENTS: Final = "departments"
PUBLICATIONS: Final = "publications"


@dataclass(frozen=True, slots=True)
class EventShape:
    """How a record of a domain fills the domain's table: its case, and the columns of its fields.

    Where the record itself names the type of its case (EventVoided), `case_types` are those it may name.
    """

    record: EventSchema
    case_type: str
    id_field: str
    case_types: frozenset[str] | None
    envelope: tuple[FieldColumn, ...]
    columns: Mapping[str, FieldColumn]


@dataclass(frozen=True, slots=True)
class EventTable:
    """A domain's table of events and the shapes of the records on its topic, by full name."""

    domain: str
    topic: str
    table: Table
    shapes: Mapping[str, EventShape]


@dataclass(frozen=True, slots=True)
class RecordTable:
    """A table with one kind of record: its columns in order, before the columns of Kafka's."""

    record: EventSchema
    table: Table
    columns: tuple[FieldColumn, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole warehouse. `case_event_limit` is how many events of a case take part: what the worker was told."""

    database: str
    timezone: str
    case_event_limit: int
    catalogues: Mapping[str, Catalogue]
    events: tuple[EventTable, ...]
    cases: tuple[RecordTable, ...]
    places: RecordTable
    departments: RecordTable
    publications: RecordTable
    cells: Table
    catalogue: Table
    dead_letters: Table

    @property
    def storage(self) -> str:
        """The database the tables stand in."""
        return storage_database(self.database)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every storage table, in the order in which they are made."""
        generated = (*(each.table for each in self.events), *(each.table for each in self.cases))
        records = (self.places.table, self.departments.table, self.publications.table)
        return (*generated, self.cells, self.catalogue, *records, self.dead_letters)


def load_layout(settings: Settings) -> Layout:
    """Return the warehouse of the settings' domains; raises Refused for a definition that fits no table."""
    domains = load_domains(settings.domains)
    catalogues = load_catalogues(domains)
    system = load_system()
    storage = storage_database(settings.clickhouse_database)
    maker = _Maker(storage, settings.timezone)
    cases = [case for catalogue in catalogues.values() for case in catalogue.cases.values()]
    return Layout(
        database=settings.clickhouse_database,
        timezone=settings.timezone,
        case_event_limit=settings.case_event_limit,
        catalogues=MappingProxyType(catalogues),
        events=tuple(maker.events(domain, catalogues[name], system[EVENT_VOIDED]) for name, domain in domains.items()),
        cases=tuple(maker.cases(case) for case in cases),
        places=maker.reference(system["xiangmai.system.PlaceDefined"], PLACES),
        departments=maker.reference(system["xiangmai.system.DepartmentDefined"], DEPARTMENTS),
        publications=maker.publications(system["xiangmai.system.PublishedAnew"]),
        cells=cells(storage, settings.timezone),
        catalogue=catalogue(storage, settings.timezone),
        dead_letters=dead_letters(storage, settings.timezone),
    )


def record_of(schema: Mapping[str, Any]) -> EventSchema:
    """Return a record schema that stands in no file in the form of those that do."""
    return EventSchema(
        full_name=f"{schema['namespace']}.{schema['name']}",
        name=schema["name"],
        zh=schema.get("zh", ""),
        en=schema.get("en", ""),
        doc=schema.get("doc", ""),
        schema=dict(schema),
        fields=fields_of(schema),
        file=Path(f"{schema['name']}.avsc"),
    )


class _Maker:
    """Makes tables in one database and one time zone."""

    def __init__(self, database: str, timezone: str) -> None:
        self._database = database
        self._timezone = timezone

    def events(self, domain: Domain, catalogue: Catalogue, voided: EventSchema) -> EventTable:
        belongs = _case_of_events(domain, catalogue, voided)
        fixed = self._event_columns(next(iter(domain.events.values())))
        taken = {column.name for column in fixed}
        own: dict[str, Column] = {}
        shapes = {}
        for record in (*sorted(domain.events.values(), key=_as_in(belongs)), voided):
            skipped = {*ENVELOPE, "case_type", "case_id"} if record is voided else set(ENVELOPE)
            columns = {}
            for found in columns_of(record, self._timezone, nullable=True, skip=skipped):
                placed = _place(found, record, taken, own)
                columns[placed.column.name] = placed
            case = belongs.get(record.full_name)
            if case is not None:
                shapes[record.full_name] = EventShape(record, *case, self._envelope(record), MappingProxyType(columns))
        table = Table(
            self._database,
            f"events_{domain.name}",
            f"{catalogue.zh}：全部事件 / {catalogue.en}: every event",
            (*fixed, *own.values(), *kafka_columns(self._timezone, "事件"), _first_wins()),
            ("township", "case_type", "case_id", "event_id"),
            "first_wins",
        )
        return EventTable(domain.name, domain.topic, table, MappingProxyType(shapes))

    def cases(self, case: CaseDefinition) -> RecordTable:
        record = record_of(case_schema(case))
        comment = f"{case.zh}：现状，一件一行 / {case.en}: its state, one row a case"
        return self._records(record, f"cases_{case.name}", comment, ("township", "case_id"))

    def reference(self, record: EventSchema, name: str) -> RecordTable:
        gone = Column("is_deleted", "UInt8", "1 表示已撤销 / 1 when withdrawn")
        return self._records(record, name, f"{record.zh} / {record.en}", ("code",), (gone,))

    def publications(self, record: EventSchema) -> RecordTable:
        comment = "重新发布：此前的同类记录不再有效 / published anew: records of the kind before that no longer count"
        return self._records(record, PUBLICATIONS, comment, ("kafka_topic", "case_type", "kafka_partition"))

    def _records(
        self, record: EventSchema, name: str, comment: str, key: tuple[str, ...], more: tuple[Column, ...] = ()
    ) -> RecordTable:
        columns = tuple(
            replace(found, column=replace(found.column, type=CODE)) if found.column.name == "township" else found
            for found in columns_of(record, self._timezone, skip={FORMER})
        )
        if any(field.name == FORMER for field in record.fields):
            columns = (*columns, former_column(record))
        all_columns = (*(found.column for found in columns), *more, *kafka_columns(self._timezone, "记录"))
        deleted = more[0].name if more else ""
        table = Table(self._database, name, comment, all_columns, key, "kafka_offset", deleted)
        return RecordTable(record, table, columns)

    def _envelope(self, record: EventSchema) -> tuple[FieldColumn, ...]:
        return tuple(found for found in columns_of(record, self._timezone) if found.column.name in ENVELOPE)

    def _event_columns(self, record: EventSchema) -> list[Column]:
        envelope = {found.column.name: found.column for found in self._envelope(record)}
        for name in CODES & envelope.keys():
            envelope[name] = replace(envelope[name], type=f"LowCardinality({envelope[name].type})")
        return [
            Column("event", CODE, "事件类型（记录名） / kind of event (record name)"),
            envelope["township"],
            envelope["village"],
            Column("case_type", CODE, "所属事项类型 / type of the case it belongs to"),
            Column("case_id", TEXT, "所属事项编号 / id of the case it belongs to"),
            *(envelope[name] for name in ENVELOPE if name not in ("township", "village")),
        ]


def _first_wins() -> Column:
    comment = "位点越小此数越大：重复时先到者为准 / the lower the offset the greater: of repeats the first stands"
    return Column("first_wins", "UInt64", comment, "MATERIALIZED 18446744073709551615 - kafka_offset")


def _case_of_events(
    domain: Domain, catalogue: Catalogue, voided: EventSchema
) -> dict[str, tuple[str, str, frozenset[str] | None]]:
    """Return each record's case, as an EventShape has it. A record of no case is refused, as the worker refuses it."""
    cases = catalogue.cases.values()
    belongs = {
        domain.event(event).full_name: (case.name, case.id_field, None) for case in cases for event in case.events
    }
    return {**belongs, voided.full_name: ("", "case_id", frozenset(catalogue.cases))}


def _as_in(belongs: Mapping[str, Any]) -> Callable[[EventSchema], int]:
    """Return the sorting key that puts records in the order of the catalogue: the order in which a case meets them."""
    order = {name: position for position, name in enumerate(belongs)}
    return lambda record: order.get(record.full_name, len(order))


def _place(found: FieldColumn, record: EventSchema, taken: set[str], own: dict[str, Column]) -> FieldColumn:
    """Return the field with the column it goes to.

    The column is shared with an equal field of another record; where name or type clash, it is named after its record.
    """
    column = found.column
    shared = own.get(column.name)
    if column.name in taken or (shared is not None and shared.type != column.type):
        column = replace(column, name=f"{snake(record.name)}_{column.name}")
        shared = own.get(column.name)
    own[column.name] = column if shared is None else replace(shared, comment=_both(shared.comment, column.comment))
    return replace(found, column=own[column.name])


def _both(comment: str, other: str) -> str:
    """Return one comment for a column that two records share: each name once, the kind of personal data once."""
    names, private = _parted(comment)
    name, other_private = _parted(other)
    if name not in names.split("；"):
        names = f"{names}；{name}"
    return names + (private or other_private)


def _parted(comment: str) -> tuple[str, str]:
    name, mark, private = comment.partition(" 〔")
    return name, mark + private


def snake(name: str) -> str:
    """Return `AppealReported` as `appeal_reported`."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
