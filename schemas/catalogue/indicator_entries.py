"""What a catalogue.yaml may say of indicators, and the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from schemas.catalogue.entries import CaseEntry, Entry, ExpressionText, Identifier, Words
from schemas.catalogue.golden_entries import GoldenEntry
from schemas.catalogue.score_entries import PartEntry, ScoreEntry, VetoEntry

Period = Literal["day", "month", "quarter", "year", "now"]
PERIODS: Final[tuple[Period, ...]] = ("day", "month", "quarter", "year", "now")

_ITS_OWN: Final = ("version", "effective_from", "changed")
"""What an earlier version never has from the entry it belongs to."""


class ExclusionEntry(Entry):
    """Cases taken out of a population, and why."""

    when: ExpressionText
    because: Words


class ContractEntry(Words):
    """The contract of an indicator (口径): everything somebody needs to compute it again, and to argue about it."""

    kind: Literal["count", "share", "sum", "mean", "quantile", "stock", "coverage", "distinct", "derived", "index"]
    sentence: Words
    case: Identifier | None = None
    over: ExpressionText | None = None
    exclude: tuple[ExclusionEntry, ...] = ()
    numerator: ExpressionText | None = None
    value: ExpressionText | None = None
    weight: ExpressionText | None = None
    covers: Literal["village"] | None = None
    at_least: Annotated[int, Field(ge=1, lt=2**63)] | None = None
    counts: ExpressionText | None = None
    enter: Identifier | None = None
    leave: Identifier | None = None
    anchor: Identifier | None = None
    quantile: Annotated[float, Field(gt=0, lt=1)] | None = None
    expression: ExpressionText | None = None
    parts: tuple[PartEntry, ...] = ()
    minimum_weight: Annotated[float, Field(gt=0, le=1)] | None = None
    veto: tuple[VetoEntry, ...] = ()
    dimensions: tuple[Identifier, ...] = ()
    periods: Annotated[tuple[Period, ...], Field(min_length=1)] = PERIODS
    unit: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    factor: Annotated[float, Field(gt=0)]
    direction: Literal["up", "down", "none"]
    goal: float | None = None
    yellow_line: float | None = None
    red_line: float | None = None
    score: ScoreEntry | None = None
    minimum_volume: Annotated[int, Field(ge=0)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    effective_from: date
    version: Annotated[int, Field(ge=1, lt=2**31)]
    golden: tuple[GoldenEntry, ...]


class EarlierEntry(ContractEntry):
    """A definition that was in force before, whole; `changed` says why it was left for the one after it."""

    changed: Words


class IndicatorEntry(ContractEntry):
    """An indicator: the definition in force, and the earlier ones, newest first.

    An earlier one is written as what differs: a key left out is as in the entry itself, null takes a key away.
    """

    earlier: tuple[EarlierEntry, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _whole_earlier(cls, written: Any) -> Any:
        if not isinstance(written, Mapping) or not isinstance(written.get("earlier"), (list, tuple)):
            return written
        own = {key: value for key, value in written.items() if key not in (*_ITS_OWN, "earlier")}
        whole = [_without_nulls({**own, **each}) if isinstance(each, Mapping) else each for each in written["earlier"]]
        return {**written, "earlier": whole}


def _without_nulls(written: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in written.items() if value is not None}


class CatalogueEntry(Words):
    """A whole catalogue.yaml."""

    domain: Identifier
    cases: Annotated[dict[Identifier, CaseEntry], Field(min_length=1)]
    indicators: Annotated[dict[Identifier, IndicatorEntry], Field(min_length=1)]
