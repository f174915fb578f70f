"""What a catalogue.yaml may say, word for word: pydantic models, frozen, unknown keys refused.

These are the written entries; `load.py` checks them against the domain's Avro records and gives `model.Catalogue`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)

KINDS: Final = ("count", "share", "sum", "mean", "quantile", "stock")
KINDS_TO_COME: Final = ("coverage", "derived", "index")
FOLDS: Final = ("first", "last", "min", "max", "sum", "count", "any", "all")
FOLDS_TO_COME: Final = ("steps",)

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
Chinese = Annotated[str, StringConstraints(pattern="[\u4e00-\u9fff]", max_length=500)]
English = Annotated[str, StringConstraints(pattern="[A-Za-z]", max_length=500)]
ExpressionText = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Entry(BaseModel):
    """Anything written in a catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Entry):
    """The same said in both languages."""

    zh: Chinese
    en: English


class FoldEntry(Words):
    """A field of a case made by folding its events.

    `of` is `Record.field`, `*.field` for any record, or (count, any) `Record`.
    """

    fold: Literal["first", "last", "min", "max", "sum", "count", "any", "all"]
    of: str | tuple[str, ...]
    where: ExpressionText | None = None
    cleared_by: tuple[str, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Return `of` as a list."""
        return (self.of,) if isinstance(self.of, str) else self.of


class ComputedEntry(Words):
    """A field of a case computed from its folds, and from computed fields above it."""

    expression: ExpressionText


def _kind_of_field(entry: Any) -> str:
    return "computed" if "expression" in entry else "fold"


FieldEntry = Annotated[
    Annotated[FoldEntry, Tag("fold")] | Annotated[ComputedEntry, Tag("computed")], Discriminator(_kind_of_field)
]


class AtMostOnceEntry(Entry):
    """An event that may not come again until another has come between.

    In time order, so that arrival makes no difference.
    """

    name: Identifier
    event: str
    until: str | None = None


class CaseEntry(Words):
    """A case: the events that make it, and the fields they fold into."""

    id_field: str
    opens_with: str
    events: Annotated[tuple[str, ...], Field(min_length=1, max_length=100)]
    at_most_once: tuple[AtMostOnceEntry, ...] = ()
    fields: Annotated[dict[Identifier, FieldEntry], Field(min_length=1)]


class ExclusionEntry(Entry):
    """Cases taken out of a population, and why."""

    when: ExpressionText
    because: Words


def _as_text(written: Any) -> Any:
    """YAML reads 2017 as a number and 2017-04-03 as a date; here both are text."""
    if isinstance(written, date):
        return written.isoformat()
    return str(written) if isinstance(written, int) else written


TimeText = Annotated[str, BeforeValidator(_as_text)]


class ExpectationEntry(Entry):
    """What the events of a golden example must give, at its township, in a period; a stock as of a moment.

    `value` is the value people see, for a quantile within the error its buckets allow.
    """

    period: TimeText | None = None
    as_of: TimeText | None = None
    dimension: dict[Identifier, str] = Field(default_factory=dict, max_length=1)
    numerator: int
    denominator: int | None = None
    value: float | None = None

    @model_validator(mode="after")
    def _one_time(self) -> ExpectationEntry:
        if (self.period is None) == (self.as_of is None):
            raise ValueError("写 period 或 as_of 之一 / give either `period` or `as_of`")
        return self


class GoldenEntry(Entry):
    """A few events in, a number out. `cases` maps a case's id to its events, each `{Record: {field: value}}`."""

    says: Words
    cases: Annotated[dict[str, tuple[dict[str, dict[str, Any]], ...]], Field(min_length=1)]
    expect: ExpectationEntry


class IndicatorEntry(Words):
    """The contract of an indicator (口径): everything somebody needs to compute it again, and to argue about it."""

    case: Identifier
    kind: Literal["count", "share", "sum", "mean", "quantile", "stock"]
    sentence: Words
    over: ExpressionText
    exclude: tuple[ExclusionEntry, ...] = ()
    numerator: ExpressionText | None = None
    value: ExpressionText | None = None
    enter: Identifier | None = None
    leave: Identifier | None = None
    anchor: Identifier | None = None
    quantile: Annotated[float, Field(gt=0, lt=1)] | None = None
    dimensions: tuple[Identifier, ...] = ()
    unit: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    factor: Annotated[float, Field(gt=0)]
    direction: Literal["up", "down", "none"]
    goal: float | None = None
    yellow_line: float | None = None
    red_line: float | None = None
    minimum_volume: Annotated[int, Field(ge=0)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    effective_from: date
    version: Annotated[int, Field(ge=1, lt=2**31)]
    golden: tuple[GoldenEntry, ...]


class CatalogueEntry(Words):
    """A whole catalogue.yaml."""

    domain: Identifier
    cases: Annotated[dict[Identifier, CaseEntry], Field(min_length=1)]
    indicators: Annotated[dict[Identifier, IndicatorEntry], Field(min_length=1)]
