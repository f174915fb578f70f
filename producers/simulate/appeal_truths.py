"""What must be true of the simulated appeals: counted from their accounts, one case at a time, without any fold."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from producers.simulate.workdays import date_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from producers.simulate.appeal_life import Account
    from producers.simulate.clock import Clock
    from producers.simulate.county import County
    from producers.simulate.workdays import WorkCalendar


@dataclass(slots=True)
class _Month:
    opened: int = 0
    closed: int = 0
    closed_on_time: int = 0
    seconds_to_close: list[int] = field(default_factory=list)


def truths(
    accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
) -> list[dict[str, Any]]:
    """Count per township, over all appeals recorded before the county time `until`; times in the answer are wall ms.

    `open_due_at` lists when each open appeal is due, so that those overdue at any later moment can be counted. Months
    are those of the report, in the calendar's zone. `median_seconds` are the two middle values, or the one twice.
    """
    months: dict[tuple[str, str], _Month] = defaultdict(_Month)
    open_due_at: dict[str, list[int]] = defaultdict(list)
    for account in accounts:
        if account.known_at >= until or (account.voided_at is not None and account.voided_at < until):
            continue
        opened_at = clock.to_wall(account.reported_at)
        due_at = clock.to_wall(account.due_at, known_at=account.known_at)
        known = [closed_at for known_at, closed_at in account.closings if known_at < until]
        month = months[account.township, f"{date_of(calendar.day_of(opened_at)):%Y-%m}"]
        month.opened += 1
        if not known or known[-1] is None:
            open_due_at[account.township].append(due_at)
            continue
        closed_at = clock.to_wall(known[-1])
        month.closed += 1
        month.closed_on_time += closed_at <= due_at
        month.seconds_to_close.append((closed_at - opened_at) // 1000)
    return [
        {
            "township": township.code,
            "name": township.name,
            "character": township.character.name,
            "open": len(open_due_at[township.code]),
            "open_due_at": sorted(open_due_at[township.code]),
            "months": [
                {
                    "month": month,
                    "opened": counted.opened,
                    "closed": counted.closed,
                    "closed_on_time": counted.closed_on_time,
                    "median_seconds": _middle(counted.seconds_to_close),
                }
                for (code, month), counted in sorted(months.items())
                if code == township.code
            ],
        }
        for township in county.townships
    ]


def _middle(values: list[int]) -> list[int]:
    ordered = sorted(values)
    count = len(ordered)
    return [ordered[(count - 1) // 2], ordered[count // 2]] if ordered else []
