"""What may be said of points: how a value is scored, and what an index is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.catalogue.entries import Entry, Identifier

Number = Annotated[float, Field(allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class LinearEntry(Entry):
    """No points at `floor`, `full` at `goal`, in proportion between."""

    kind: Literal["linear"]
    floor: Number
    goal: Number
    full: Positive


class BandEntry(Entry):
    """Points for values that reach `from`."""

    from_: Annotated[Number, Field(alias="from")]
    points: Annotated[float, Field(ge=0, allow_inf_nan=False)]


class BandedEntry(Entry):
    """The points of the last band a value reaches; `floor` are the points given anyway."""

    kind: Literal["banded"]
    floor: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    bands: Annotated[tuple[BandEntry, ...], Field(min_length=1)]
    full: Positive


class AdjustedEntry(Entry):
    """`start`, and points added or taken off for each unit of the value, `cap` at most."""

    kind: Literal["adjusted"]
    start: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    per_unit: Number
    cap: Positive
    full: Positive


class AllOrNothingEntry(Entry):
    """`full`, or nothing on the bad side of a line."""

    kind: Literal["veto"]
    line: Number
    full: Positive


ScoreEntry = Annotated[LinearEntry | BandedEntry | AdjustedEntry | AllOrNothingEntry, Field(discriminator="kind")]


class PartEntry(Entry):
    """An indicator's part in an index; scored by its own `score` unless one is given here."""

    indicator: Identifier
    weight: Annotated[float, Field(gt=0, le=1)]
    score: ScoreEntry | None = None


class VetoEntry(Entry):
    """An indicator whose value beyond a line makes the whole index 0."""

    indicator: Identifier
    when: Literal["below", "above"]
    line: Number
