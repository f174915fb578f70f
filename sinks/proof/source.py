"""Where the events of a kind of case stand in the warehouse, and which column holds which field of which record."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from schemas.catalogue.golden import VOID
from sinks.layout import snake
from sinks.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.catalogue.model import CaseDefinition, Indicator
    from sinks.columns import Column
    from sinks.layout import EventShape, EventTable, Layout, RecordTable
    from sinks.tables import Table

_READ_AS: Final = {"UUID": "toString", "Float32": "toFloat64"}
"""Column types that the stream knows as something else: it keeps a uuid as text and computes in doubles."""


@dataclass(frozen=True, slots=True)
class CaseSource:
    """A kind of case, its table of events, and its table of states as the stream published them.

    `columns` says, by record and field, which column holds the field; `limit` is how many events a case may have.
    """

    domain: str
    topic: str
    database: str
    storage: str
    timezone: str
    limit: int
    case: CaseDefinition
    table: Table
    cases: RecordTable
    columns: Mapping[str, Mapping[str, Column]]

    @property
    def events_view(self) -> str:
        """Return the full name of the view of the domain's events: each once."""
        return f"{quoted(self.database)}.{quoted(self.table.name)}"

    @property
    def proof_events(self) -> str:
        """Return the full name of the view that says of each event whether it stands."""
        return f"{quoted(self.database)}.{quoted(f'proof_events_{self.case.name}')}"

    @property
    def proof_cases(self) -> str:
        """Return the full name of the view of the cases folded from the events."""
        return f"{quoted(self.database)}.{quoted(f'proof_cases_{self.case.name}')}"

    @property
    def published_cases(self) -> str:
        """Return the full name of the view of the cases as the stream published them."""
        return f"{quoted(self.database)}.{quoted(self.cases.table.name)}"


def case_source(layout: Layout, case: str) -> CaseSource:
    """Return where a kind of case is found; raises KeyError when no domain has it."""
    for table in layout.events:
        catalogue = layout.catalogues[table.domain]
        if case in catalogue.cases:
            return CaseSource(
                table.domain,
                catalogue.domain.topic,
                layout.database,
                layout.storage,
                layout.timezone,
                layout.case_event_limit,
                catalogue.cases[case],
                table.table,
                next(each for each in layout.cases if each.table.name == f"cases_{case}"),
                MappingProxyType(
                    {
                        shape.record.name: _fields(shape, table)
                        for shape in table.shapes.values()
                        if shape.record.name in (*catalogue.cases[case].events, VOID)
                    }
                ),
            )
    raise KeyError(f"no domain has the case {case}")


def sources(layout: Layout) -> tuple[CaseSource, ...]:
    """Return every kind of case of the layout."""
    return tuple(case_source(layout, case) for catalogue in layout.catalogues.values() for case in catalogue.cases)


def find_indicator(layout: Layout, name: str, version: int | None = None) -> Indicator:
    """Return an indicator, the newest version unless one is named; raises KeyError with what there is."""
    every = {each.id: each for catalogue in layout.catalogues.values() for each in catalogue.indicators.values()}
    if name not in every:
        raise KeyError(", ".join(every))
    for each in every[name].versions:
        if version in (None, each.version):
            return each
    raise KeyError(", ".join(str(each.version) for each in every[name].versions))


def as_read(column: Column, name: str) -> str:
    """Return SQL for a column (`name` is how it is written) with the type the stream has."""
    for type_, function in _READ_AS.items():
        if type_ in column.type:
            return f"{function}({name})"
    return name


def is_nullable(column: Column) -> bool:
    """Return whether a column takes NULL."""
    return "Nullable(" in column.type


def _fields(shape: EventShape, table: EventTable) -> Mapping[str, Column]:
    standing = {column.name: column for column in table.table.columns}
    found = {each.column.name: standing[each.column.name] for each in shape.envelope}
    for field in shape.record.fields:
        for name in (field.name, f"{snake(shape.record.name)}_{field.name}"):
            if name in shape.columns and field.name not in found:
                found[field.name] = shape.columns[name].column
    return MappingProxyType(found)
