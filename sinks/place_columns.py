"""The columns of places that are more than a field, and what they say of today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sinks.columns import Column, FieldColumn, comment_of, days

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.domain import EventSchema

FORMER: Final = "former"
_TYPE: Final = "Array(Tuple(name String, effective_to Date32, change String, successors Array(String)))"


def former_column(record: EventSchema) -> FieldColumn:
    """Return the column of what a code was before: each name or extent with the day it ended, how, and what followed."""
    return FieldColumn(Column(FORMER, _TYPE, comment_of(record.field(FORMER))), _former)


def _former(records: Sequence[Mapping[str, Any]]) -> list[Any]:
    return [
        [(was["name"], *days([was["effective_to"]]), was["change"], was["successors"]) for was in record[FORMER]]
        for record in records
    ]


def standing_today(timezone: str) -> str:
    """Return SQL that says whether a code is in use today."""
    today = _today(timezone)
    return f"(valid_from IS NULL OR valid_from <= {today}) AND (effective_to IS NULL OR effective_to > {today})"


def name_today(timezone: str) -> str:
    """Return SQL of the name a code bears today: the newest may be announced, and not hold yet."""
    return f"ifNull(nullIf(arrayFirst(was -> was.2 > {_today(timezone)}, former).1, ''), `name`)"


def _today(timezone: str) -> str:
    return f"toDate32(now('{timezone}'))"
