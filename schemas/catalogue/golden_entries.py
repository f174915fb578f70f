"""What a golden example may say: a few events or values in, a number out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from schemas.catalogue.entries import Entry, Identifier, Words


def _as_text(written: Any) -> Any:
    """YAML reads 2017 as a number and 2017-04-03 as a date; here both are text."""
    if isinstance(written, date):
        return written.isoformat()
    return str(written) if isinstance(written, int) else written


TimeText = Annotated[str, BeforeValidator(_as_text)]
Values = dict[Identifier, float | None]
"""Values of indicators, in the unit in which each is shown; null: no data."""


class ExpectationEntry(Entry):
    """What the events of a golden example must give, at its township, in a period; a stock as of a moment.

    `value` is the value people see, for a quantile within the error its buckets allow. A `value` or `score` of null says
    that there must be none.
    """

    period: TimeText | None = None
    as_of: TimeText | None = None
    dimension: dict[Identifier, str] = Field(default_factory=dict, max_length=1)
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    score: float | None = None

    def expects(self, key: str) -> bool:
        """Return whether the example says what this must be, be it null."""
        return key in self.model_fields_set


class GoldenEntry(Entry):
    """A few events in, a number out. `cases` maps a case's id to its events, each `{Record: {field: value}}`.

    `many` says how often a case is played, `exist` how many places of a kind there are. For derived and index `inputs`,
    `previous` and `last_year` may give the values of their inputs instead.
    """

    says: Words
    cases: dict[str, tuple[dict[str, dict[str, Any]], ...]] = Field(default_factory=dict)
    many: dict[str, Annotated[int, Field(ge=1, le=1_000_000)]] = Field(default_factory=dict)
    exist: dict[Literal["village"], Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    inputs: Values = Field(default_factory=dict)
    previous: Values = Field(default_factory=dict)
    last_year: Values = Field(default_factory=dict)
    expect: ExpectationEntry

    @property
    def plays(self) -> bool:
        """Return whether events are played; else the values of the inputs are given."""
        return bool(self.cases)

    @model_validator(mode="after")
    def _one_time(self) -> GoldenEntry:
        given = [each for each in (self.expect.period, self.expect.as_of) if each is not None]
        if len(given) > 1 or (self.plays and not given):
            raise ValueError("expect 里写 period 或 as_of 之一 / give either `period` or `as_of` in `expect`")
        return self
