"""The engine: everything a worker needs to know about its domains, compiled once from the catalogues. No state."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from schemas import rules
from schemas.domain import EVENT_VOIDED, load_system
from streams.cell_outputs import CellOutput, Encodes
from streams.contributions import CellLayout, Contribution, cell_layout, compile_contribution
from streams.folds import State, compile_fold
from streams.layouts import VOID, Layout, layout_of_case, packer
from streams.outputs import CaseOutput
from streams.reading import TopicReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from schemas.calendar import Calendar
    from schemas.catalogue.model import AtMostOnce, CaseDefinition, Catalogue
    from schemas.domain import EventSchema
    from schemas.settings import Settings
    from streams.layouts import KeptEvent
    from streams.packing import Fresh

SECOND_MS: Final = 1000
_COUNTING: Final = (
    "version",
    "case",
    "kind",
    "over",
    "exclude",
    "numerator",
    "value",
    "weight",
    "covers",
    "at_least",
    "counts",
    "enter",
    "leave",
    "anchor",
    "dimensions",
)
"""What of an indicator decides its cells; the rest (goal, names) only says how they are shown."""


class Decodes(Protocol):
    """schemas.codec.Decoder, as far as it is needed here."""

    def decode(self, value: bytes | None) -> tuple[str, dict[str, Any]]:
        """Return the record's name and the event; raises InvalidEvent."""
        ...

    def written(self, schema_id: int) -> Mapping[str, Any] | None:
        """Return the schema of this id, if it was learned and is one we read."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too late, too early, too many. Times in ms."""

    event: rules.Limits
    late_after_ms: int = 86_400_000
    orphan_after_ms: int = 86_400_000
    case_event_limit: int = 10_000
    refused_row_limit: int = 1_000

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Take the limits from the settings."""
        return cls(
            rules.Limits.of(settings),
            settings.late_after_seconds * SECOND_MS,
            settings.orphan_after_seconds * SECOND_MS,
            settings.case_event_limit,
            settings.refused_row_limit,
        )


@dataclass(frozen=True, slots=True, eq=False)
class CasePlan:
    """One kind of case, compiled: how it folds, what it contributes, how it is packed and published."""

    name: str
    topic: str
    layout: Layout
    cells: CellLayout
    fold: Callable[[bytes], State]
    contribute: Callable[[State], Contribution]
    rules: Mapping[str, AtMostOnce]
    case_output: CaseOutput
    cell_output: CellOutput


@dataclass(frozen=True, slots=True, eq=False)
class EventPlan:
    """One record on one topic, compiled. Of a void `case` is None: the event says which kind of case it belongs to."""

    case: CasePlan | None
    id_field: str
    schema: EventSchema
    kept: KeptEvent
    opens: bool
    check: Callable[[Mapping[str, Any], int], None]
    pack: Callable[[Mapping[str, Any], int, int, int], Fresh]


class Engine:
    """Compiled definitions of every domain.

    Shared by all shards. The encoder must be prepared for outputs.output_names.
    """

    def __init__(
        self,
        catalogues: Iterable[Catalogue],
        decoder: Decodes,
        encoder: Encodes,
        calendar: Calendar,
        limits: Limits,
    ) -> None:
        self.encoder = encoder
        self.calendar = calendar
        self.limits = limits
        self.cases: dict[str, CasePlan] = {}
        self.topics: dict[str, dict[str, EventPlan]] = {}
        self.readers: dict[str, TopicReader] = {}
        voided = load_system()[EVENT_VOIDED]
        every = sorted(catalogues, key=lambda catalogue: catalogue.name)
        for catalogue in every:
            plans: dict[str, EventPlan] = {}
            for case in catalogue.cases.values():
                plan = self._case(case, catalogue)
                self.cases[case.name] = plan
                for event in plan.layout.events:
                    schema = catalogue.domain.event(event.name)
                    opens = event.name == case.opens_with
                    pack = packer(event, opens=opens)
                    plans[schema.full_name] = EventPlan(
                        plan, case.id_field, schema, event, opens=opens, check=self._check(schema), pack=pack
                    )
            plans[EVENT_VOIDED] = EventPlan(
                None, "case_id", voided, VOID, opens=False, check=self._check(voided), pack=packer(VOID)
            )
            self.topics[catalogue.domain.topic] = plans
            reader = TopicReader(catalogue.domain.topic, plans, self.cases, decoder, limits.event)
            self.readers[catalogue.domain.topic] = reader
        self.definition = _definition(every, calendar)

    def _case(self, case: CaseDefinition, catalogue: Catalogue) -> CasePlan:
        if case.name in self.cases:
            raise ValueError(f"two domains define the case {case.name}: a case's name is one for the whole county")
        layout = layout_of_case(case, catalogue.domain)
        cells = cell_layout(case, catalogue.indicators_of(case.name))
        return CasePlan(
            name=case.name,
            topic=catalogue.domain.topic,
            layout=layout,
            cells=cells,
            fold=compile_fold(case, layout, self.calendar),
            contribute=compile_contribution(case, cells, self.calendar),
            rules={rule.name: rule for rule in case.at_most_once},
            case_output=CaseOutput(case, self.encoder),
            cell_output=CellOutput(cells, self.encoder),
        )

    def _check(self, schema: EventSchema) -> Callable[[Mapping[str, Any], int], None]:
        return rules.compile_rules(schema, self.limits.event)


def _definition(catalogues: Iterable[Catalogue], calendar: Calendar) -> str:
    """Return a text that changes whenever some definition does: then everything is published again after a restart."""
    digest = hashlib.sha256(calendar.timezone.encode())
    for catalogue in catalogues:
        digest.update(repr(sorted(catalogue.cases.items())).encode())
        counted = (version for case in catalogue.cases for version in catalogue.indicators_of(case))
        for indicator in counted:
            counts = {key: getattr(indicator.definition, key) for key in _COUNTING}
            digest.update(f"{indicator.id} {counts!r}".encode())
    return digest.hexdigest()
