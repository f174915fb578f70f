"""Which case an event belongs to: by the catalogue of its domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from schemas.catalogue.load import load_catalogue
from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.domain import Domain


class CaseKind(NamedTuple):
    """The type of a case, and the field of its events that holds its id."""

    case_type: str
    id_field: str

    def case_id(self, event: Mapping[str, Any]) -> str | None:
        """Return the id of the event's case; None for a fact, whose case is the event itself."""
        value: str | None = event.get(self.id_field)
        return value


def case_kinds(domain: Domain, records: list[str]) -> dict[str, CaseKind]:
    """Return the kind of case of each record, by full name; raises Refused for a record that belongs to no case."""
    kinds = {
        domain.event(event).full_name: CaseKind(case.name, case.id_field)
        for case in load_catalogue(domain).cases.values()
        for event in case.events
    }
    for record in records:
        if record not in kinds:
            raise Refused(
                domain.folder / "catalogue.yaml",
                None,
                f"{record} 不属于任何事项 / belongs to no case",
                "cases: … events: […]",
            )
    return kinds
