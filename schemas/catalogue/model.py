"""The catalogue as both engines use it: checked, typed, expressions parsed. Frozen; made by `load.load_catalogue`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from schemas.catalogue.entries import GoldenEntry, IndicatorEntry
    from schemas.catalogue.expression import Node
    from schemas.domain import Domain

FieldType = Literal["boolean", "long", "double", "decimal", "string", "timestamp", "date"]


@dataclass(frozen=True, slots=True)
class Source:
    """A field of an event that a fold reads. `field` is None where the fold only asks whether the event is there."""

    event: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Fold:
    """How a field of a case is made from its events, taken in (occurred_at, event_id) order.

    first, last: of the events that have a value. min, max, sum: the least, the greatest value, their sum. count: how many
    events. any: whether there is one. all: whether `where` is true of every one. In the other folds only events for which
    `where` is true take part. An event of `cleared_by` sets the field back.
    """

    fold: Literal["first", "last", "min", "max", "sum", "count", "any", "all"]
    sources: tuple[Source, ...]
    where: Node | None
    cleared_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtMostOnce:
    """The rule `rule:<name>`: of `event`s with no `until` between them only the first takes part."""

    name: str
    event: str
    until: str | None


@dataclass(frozen=True, slots=True)
class CaseField:
    """A field of a case's record. Folded where `fold` is given, else computed from the fields before it.

    `scale` is a decimal's: how many digits it has after the point.
    """

    name: str
    type: FieldType
    zh: str
    en: str
    privacy: str
    fold: Fold | None
    expression: Node | None
    symbols: tuple[str, ...] = ()
    scale: int = 0


@dataclass(frozen=True, slots=True)
class CaseDefinition:
    """A kind of case. `events` are the short names of its records, `opens_with` the one without which it is an orphan.

    Every case has, beside `fields`, its id, its township and its village: the last one named by an effective event.
    """

    name: str
    zh: str
    en: str
    id_field: str
    opens_with: str
    events: tuple[str, ...]
    fields: tuple[CaseField, ...]
    at_most_once: tuple[AtMostOnce, ...]

    @property
    def folds(self) -> dict[str, Fold]:
        """Return the folded fields."""
        return {field.name: field.fold for field in self.fields if field.fold is not None}

    def field(self, name: str) -> CaseField:
        """Return a field by name; raises KeyError."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"the case {self.name} has no field {name}")


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Cases taken out of a population, and why."""

    when: Node
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator with its whole contract. A value is its additive parts divided, then divided by `factor`, in `unit`.

    `case` is the name of the case it counts. Goal and lines are in the unit of the value. `definition` is the entry
    as written, `text` the same as JSON.
    """

    id: str
    domain: str
    case: str
    kind: Literal["count", "share", "sum", "mean", "quantile", "stock"]
    zh: str
    en: str
    sentence_zh: str
    sentence_en: str
    over: Node
    exclude: tuple[Exclusion, ...]
    numerator: Node | None
    value: Node | None
    enter: str | None
    leave: str | None
    anchor: str | None
    quantile: float | None
    dimensions: tuple[str, ...]
    unit: str
    factor: float
    direction: Literal["up", "down", "none"]
    goal: float | None
    yellow_line: float | None
    red_line: float | None
    minimum_volume: int
    source: str
    effective_from: date
    version: int
    golden: tuple[GoldenEntry, ...]
    definition: IndicatorEntry

    @property
    def text(self) -> str:
        """Return the definition as JSON."""
        return self.definition.model_dump_json(exclude_defaults=True)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A domain's cases and indicators."""

    name: str
    zh: str
    en: str
    domain: Domain
    cases: Mapping[str, CaseDefinition]
    indicators: Mapping[str, Indicator]

    def indicators_of(self, case: str) -> tuple[Indicator, ...]:
        """Return the indicators that count this kind of case, in the order they are written."""
        return tuple(indicator for indicator in self.indicators.values() if indicator.case == case)
