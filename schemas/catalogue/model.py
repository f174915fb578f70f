"""The catalogue as both engines use it: checked, typed, expressions parsed. Frozen; made by `load.load_catalogues`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from schemas.catalogue.expression import Node
    from schemas.catalogue.golden_entries import GoldenEntry
    from schemas.catalogue.indicator_entries import ContractEntry, Period
    from schemas.domain import Domain

FieldType = Literal["boolean", "long", "double", "decimal", "string", "timestamp", "date"]
Kind = Literal["count", "share", "sum", "mean", "quantile", "stock", "coverage", "distinct", "derived", "index"]
Direction = Literal["up", "down", "none"]

COMPOSED: Final = frozenset({"derived", "index"})
"""Kinds made of other indicators' values: they count no cases and have no cells."""


@dataclass(frozen=True, slots=True)
class Source:
    """A field of an event that a fold reads. `field` is None where the fold only asks whether the event is there."""

    event: str
    field: str | None


@dataclass(frozen=True, slots=True)
class Fold:
    """How a field of a case is made from its events, taken in (occurred_at, event_id) order.

    first, last: of the events that have a value. min, max, sum: the least, the greatest value, their sum. count: how many
    events. any: whether there is one. all: whether `where` is true of every one. steps: how many of the sources' events, in
    the order of the sources from the first on, were done one after the other. In the other folds only events for which
    `where` is true take part. An event of `cleared_by` sets the field back.
    """

    fold: Literal["first", "last", "min", "max", "sum", "count", "any", "all", "steps"]
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


class Band(NamedTuple):
    """Points of values that reach `from_`."""

    from_: float
    points: float


@dataclass(frozen=True, slots=True)
class Score:
    """How a value is scored, between 0 and `full` points (`values.score_of`). What its kind does not need is None.

    linear: floor, goal. banded: floor (the points given anyway), bands in ascending order. adjusted: start, per_unit, cap.
    veto: line. unknown: that of an indicator of a domain that was not loaded; it cannot be asked for points.
    """

    kind: Literal["linear", "banded", "adjusted", "veto", "unknown"]
    full: float
    floor: float | None = None
    goal: float | None = None
    bands: tuple[Band, ...] = ()
    start: float | None = None
    per_unit: float | None = None
    cap: float | None = None
    line: float | None = None


UNKNOWN_SCORE: Final = Score("unknown", 1.0)


@dataclass(frozen=True, slots=True)
class IndexPart:
    """An indicator's part in an index, scored in the direction that is better for the indicator."""

    indicator: str
    weight: float
    score: Score
    direction: Direction


@dataclass(frozen=True, slots=True)
class Veto:
    """An indicator whose value below, or above, a line makes the whole index 0."""

    indicator: str
    when: Literal["below", "above"]
    line: float


@dataclass(frozen=True, slots=True)
class Indicator:
    """A version of an indicator with its whole contract.

    A value is its additive parts divided, then divided by `factor`, in `unit`. `case` is the name of the case it counts, ""
    for derived and index, which have no cells. Goal and lines are in the unit of the value. `earlier` are the versions before
    this one, newest first; `changed_zh` and `changed_en` say of an earlier one why it was left. `definition` is the entry as
    written, `text` the same as JSON.
    """

    id: str
    domain: str
    case: str
    kind: Kind
    zh: str
    en: str
    sentence_zh: str
    sentence_en: str
    over: Node | None
    exclude: tuple[Exclusion, ...]
    numerator: Node | None
    value: Node | None
    weight: Node | None
    covers: Literal["village"] | None
    at_least: int | None
    counts: Node | None
    enter: str | None
    leave: str | None
    anchor: str | None
    quantile: float | None
    expression: Node | None
    parts: tuple[IndexPart, ...]
    minimum_weight: float | None
    veto: tuple[Veto, ...]
    dimensions: tuple[str, ...]
    periods: tuple[Period, ...]
    unit: str
    factor: float
    direction: Direction
    goal: float | None
    yellow_line: float | None
    red_line: float | None
    score: Score | None
    minimum_volume: int
    source: str
    effective_from: date
    version: int
    golden: tuple[GoldenEntry, ...]
    definition: ContractEntry
    changed_zh: str = ""
    changed_en: str = ""
    earlier: tuple[Indicator, ...] = ()

    @property
    def versions(self) -> tuple[Indicator, ...]:
        """Return this version and the earlier ones, newest first."""
        return (self, *self.earlier)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Return the ids of the indicators a derived one or an index is made of, each once."""
        named = self.expression.names() if self.expression is not None else ()
        ids = [name.rpartition(".")[2] for name in sorted(named)]
        return tuple(
            dict.fromkeys([*ids, *(part.indicator for part in self.parts), *(veto.indicator for veto in self.veto)])
        )

    @property
    def text(self) -> str:
        """Return the definition as JSON; earlier versions have their own."""
        return self.definition.model_dump_json(exclude_unset=True, by_alias=True, exclude={"earlier"})


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A domain's cases and indicators, each by its name; of an indicator the newest version, which knows the earlier ones."""

    name: str
    zh: str
    en: str
    domain: Domain
    cases: Mapping[str, CaseDefinition]
    indicators: Mapping[str, Indicator]

    def indicators_of(self, case: str) -> tuple[Indicator, ...]:
        """Return every version of the indicators that count this kind of case, newest first, as the indicators are written."""
        versions = (version for indicator in self.indicators.values() for version in indicator.versions)
        return tuple(version for version in versions if version.case == case)
