"""What people said of policies in a month: feedback that stands, with numbers of persons masked once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from schemas.catalogue.expression_sql import text
from schemas.privacy import mask
from sinks.opening import standing_openings
from sinks.proof.explanation import days_of
from sinks.proof.source import case_source
from sinks.proof.statement import indented, select

if TYPE_CHECKING:
    from datetime import datetime

    from sinks.layout import Layout
    from sinks.periods import Period
    from sinks.warehouse import Warehouse

CASE: Final = "policy_feedback"
RECORD: Final = "PolicyFeedbackGiven"


class Feedback(NamedTuple):
    """What somebody said: of which policy, in which township, with which score."""

    policy: str
    township: str
    at: datetime
    score: int | None
    comment: str


def read_feedback(warehouse: Warehouse, layout: Layout, month: Period, place: str, most: int) -> list[Feedback]:
    """Return at most so many of each policy, the least content first, then the newest. Those taken back are not among them."""
    source = case_source(layout, CASE)
    columns = source.columns[RECORD]
    policy, score, comment = (columns[name].name for name in ("policy_id", "score", "comment"))
    first, last = days_of(month.kind, month.start)
    day = f"toDate(occurred_at, {text(layout.timezone)})"
    only = [
        f"startsWith(township, {text(place)})",
        f"{day} BETWEEN toDate({text(str(first))}) AND toDate({text(str(last))})",
        f"notEmpty(trim(ifNull({comment}, '')))",
    ]
    sql = select(
        [policy, "township", "occurred_at", score, f"assumeNotNull({comment})"],
        f"(\n{indented(standing_openings(source, [policy, score, comment], only))}\n)",
        ending=f"ORDER BY {policy}, ifNull({score}, 9), occurred_at DESC, toString(event_id)\nLIMIT {most} BY {policy}",
    )
    rows = warehouse.rows(sql) if most else []
    return [Feedback._make((*row[:4], " ".join(mask(row[4]).text.split()))) for row in rows]
