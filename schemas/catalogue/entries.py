"""What a catalogue.yaml may say of cases, word for word: pydantic models, frozen, unknown keys refused.

These are the written entries; `load.py` checks them against the domain's Avro records and gives `model.Catalogue`. What it may
say of indicators stands in `indicator_entries.py`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag

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

    `of` is `Record.field`, `*.field` for any record, (count, any, all) `Record`, or (steps) the records in their order.
    """

    fold: Literal["first", "last", "min", "max", "sum", "count", "any", "all", "steps"]
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
