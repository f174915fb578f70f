"""The events that open cases and stand, in one pass: what texts and other words of cases are read from, which no fold keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.catalogue.expression_sql import text
from sinks.proof.events_sql import ORDER
from sinks.proof.statement import indented, select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sinks.proof.source import CaseSource

BESIDE = ("township", "case_id", "village", "occurred_at", "event_id")
"""The columns every answer begins with."""


def standing_openings(source: CaseSource, columns: Sequence[str], only: Sequence[str] = ()) -> str:
    """Return a SELECT of the opening events that no event of their case names in `corrects`: BESIDE, then these columns.

    `only` are conditions on the opening events. Of several of a case the first stands, as in the folds. The steps of the proof
    (proof/events_sql.py) know more, full cases and other rules, and read the events many times for it.
    """
    of_kind = f"case_type = {text(source.case.name)}"
    corrected = select(
        ["township", "case_id", "assumeNotNull(corrects)"], source.events_view, [of_kind, "corrects IS NOT NULL"]
    )
    where = [
        f"event = {text(source.case.opens_with)}",
        of_kind,
        *only,
        f"(township, case_id, event_id) NOT IN\n(\n{indented(corrected)}\n)",
    ]
    first = f"ORDER BY {ORDER}\nLIMIT 1 BY township, case_id"
    return select([*BESIDE, *columns], source.events_view, where, ending=first)
