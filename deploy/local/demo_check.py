"""Is what the warehouse shows right? Every number is compared with what the simulated county knows to be true."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clickhouse_driver import Client

HOUR_SECONDS = 3600
# A quantile is read from buckets: at most 1/128 beside the value, which itself may lie between the two middle ones.
QUANTILE_TOLERANCE = 1 / 128
MONTHLY = {
    "appeal_volume": "opened",
    "appeal_closure_rate": "closed",
    "appeal_on_time_rate": "closed_on_time",
}


@dataclass(slots=True)
class Outcome:
    """How many numbers were compared, and each one that differs, in words."""

    compared: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether there was something to compare and all of it was equal."""
        return self.compared > 0 and not self.differences

    def expect(self, what: str, shown: object, truth: object) -> None:
        """Compare two numbers that must be equal."""
        self.compared += 1
        if shown != truth:
            self.differences.append(f"{what}: 显示 shown {shown}, 应为 truth {truth}")


def check(client: Client, truth: Mapping[str, Any], now_ms: int) -> Outcome:
    """Compare events, cases, months and stocks with the simulator's truth file. Raises clickhouse-driver's errors."""
    outcome = Outcome()
    stored = client.execute("SELECT count(), uniqExact(event_id) FROM xiangmai.events_appeals")[0]
    outcome.expect("事件 events", stored, (sum(truth["events"].values()),) * 2)
    opened = sum(month["opened"] for town in truth["truths"]["appeals"] for month in town["months"])
    cases = client.execute("SELECT count() FROM xiangmai.cases_appeal WHERE event_count > 0")[0][0]
    outcome.expect("诉求 cases", cases, opened)
    outcome.expect("死信 dead letters", client.execute("SELECT count() FROM xiangmai.dead_letters")[0][0], 0)
    _check_months(client, truth, outcome)
    _check_stocks(client, truth, now_ms, outcome)
    return outcome


def _check_months(client: Client, truth: Mapping[str, Any], outcome: Outcome) -> None:
    rows = client.execute(
        "SELECT place, formatDateTime(period_start, '%Y-%m'), indicator, numerator, denominator, value "
        "FROM xiangmai.indicators WHERE level = 'township' AND period = 'month' AND dimension = ''"
    )
    shown = {(place, month, indicator): rest for place, month, indicator, *rest in rows}
    known = set()
    for town in truth["truths"]["appeals"]:
        for month in town["months"]:
            what = f"{town['name']} {month['month']}"
            known.add((town["township"], month["month"]))
            for indicator, name in MONTHLY.items():
                numerator, denominator, _ = shown.get((town["township"], month["month"], indicator), (None, None, None))
                outcome.expect(f"{what} {indicator}", numerator, month[name])
                if indicator == "appeal_closure_rate":
                    outcome.expect(f"{what} {indicator} 分母 denominator", denominator, month["opened"])
            *_, median = shown.get((town["township"], month["month"], "appeal_hours_to_close_p50"), (None,))
            outcome.expect(f"{what} p50 {median} h", _median_fits(median, month["median_seconds"]), True)
    beyond = [
        key
        for key, (numerator, *_) in shown.items()
        if key[2] == "appeal_volume" and numerator and key[:2] not in known
    ]
    outcome.expect("不应有的乡镇或月份 townships or months that should not be there", beyond, [])


def _median_fits(hours: float | None, middle_seconds: list[int]) -> bool:
    if hours is None or not middle_seconds:
        return hours is None and not middle_seconds
    low, high = middle_seconds
    # Whole seconds: half a second for the middle of a bucket that holds only one value.
    return low * (1 - QUANTILE_TOLERANCE) - 1 <= hours * HOUR_SECONDS <= high * (1 + QUANTILE_TOLERANCE) + 1


def _check_stocks(client: Client, truth: Mapping[str, Any], now_ms: int, outcome: Outcome) -> None:
    rows = client.execute(
        "SELECT place, indicator, numerator FROM xiangmai.indicators "
        "WHERE level = 'township' AND period = 'now' AND dimension = ''"
    )
    shown = {(place, indicator): numerator for place, indicator, numerator in rows}
    for town in truth["truths"]["appeals"]:
        overdue = sum(due_at <= now_ms for due_at in town["open_due_at"])
        outcome.expect(f"{town['name']} 在办 open", shown.get((town["township"], "appeal_open"), 0), town["open"])
        outcome.expect(f"{town['name']} 超期 overdue", shown.get((town["township"], "appeal_overdue"), 0), overdue)
