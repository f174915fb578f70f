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
# By indicator, which number of the truth its numerator is.
MONTHLY = {
    "appeal_volume": "opened",
    "appeal_closure_rate": "closed",
    "appeal_on_time_rate": "closed_on_time",
}
STORED = "SELECT count() FROM xiangmai.events_appeals WHERE startsWith(township, %(county)s)"
EVENTS = "SELECT count(), uniqExact(event_id) FROM xiangmai.events_appeals WHERE startsWith(township, %(county)s)"
CASES = "SELECT count() FROM xiangmai.cases_appeal WHERE startsWith(township, %(county)s) AND event_count > 0"
DEAD = "SELECT count() FROM xiangmai.dead_letters WHERE startsWith(township, %(county)s) AND stage != 'resolved'"
FIGURES = """
    SELECT period, place, toYear(period_start), toMonth(period_start), indicator, numerator, denominator, value
    FROM xiangmai.indicators
    WHERE county = %(county)s AND level = 'township' AND period IN ('month', 'now') AND dimension = ''
"""
MEDIAN = "appeal_hours_to_close_p50"


@dataclass(slots=True)
class Shown:
    """What the warehouse shows: events and different ones, cases, dead letters, townships' months and stocks.

    `months`: by township, month (2026-03) and indicator: numerator, denominator, value. `stocks`: by township and
    indicator, the level now.
    """

    events: int
    different_events: int
    cases: int
    dead_letters: int
    months: dict[tuple[str, str, str], tuple[int, int, float | None]]
    stocks: dict[tuple[str, str], int]


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


def stored(client: Client, county: str) -> int:
    """Ask only how many events of the county there are: cheap enough to ask often while they arrive."""
    ((count,),) = client.execute(STORED, {"county": county})
    return int(count)


def read(client: Client, county: str) -> Shown:
    """Ask the views people use for everything of the county. Raises clickhouse-driver's errors."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        answer: list[tuple[Any, ...]] = client.execute(sql, {"county": county})
        return answer

    ((events, different),) = rows(EVENTS)
    ((cases,),) = rows(CASES)
    ((dead,),) = rows(DEAD)
    months, stocks = {}, {}
    for period, place, year, month, indicator, numerator, denominator, value in rows(FIGURES):
        if period == "month":
            months[place, f"{year}-{month:02d}", indicator] = (numerator, denominator, value)
        else:
            stocks[place, indicator] = numerator
    return Shown(events, different, cases, dead, months, stocks)


def compare(shown: Shown, truth: Mapping[str, Any], now_ms: int) -> Outcome:
    """Compare every number with the simulator's truth file; overdue is counted as of `now_ms`. Pure."""
    outcome = Outcome()
    events = sum(truth["events"].values())
    towns = truth["truths"]["appeals"]
    outcome.expect("事件 events", shown.events, events)
    outcome.expect("不同事件 different events", shown.different_events, events)
    outcome.expect("诉求 cases", shown.cases, sum(month["opened"] for town in towns for month in town["months"]))
    outcome.expect("死信 dead letters", shown.dead_letters, 0)
    for town in towns:
        for month in town["months"]:
            _compare_month(shown, town, month, outcome)
        overdue = sum(due_at <= now_ms for due_at in town["open_due_at"])
        code, name = town["township"], town["name"]
        outcome.expect(f"{name} 在办 open", shown.stocks.get((code, "appeal_open"), 0), town["open"])
        outcome.expect(f"{name} 超期 overdue", shown.stocks.get((code, "appeal_overdue"), 0), overdue)
    known = {(town["township"], month["month"]) for town in towns for month in town["months"]}
    unknown = {
        (place, month)
        for (place, month, indicator), (numerator, *_) in shown.months.items()
        if indicator == "appeal_volume" and numerator and (place, month) not in known
    }
    outcome.expect("多出的乡镇与月份 townships and months beyond", sorted(unknown), [])
    return outcome


def _compare_month(shown: Shown, town: Mapping[str, Any], month: Mapping[str, Any], outcome: Outcome) -> None:
    what = f"{town['name']} {month['month']}"
    place = (town["township"], month["month"])
    for indicator, name in MONTHLY.items():
        numerator, *_ = shown.months.get((*place, indicator), (None,))
        outcome.expect(f"{what} {indicator}", numerator, month[name])
    _, denominator, _ = shown.months.get((*place, "appeal_closure_rate"), (None, None, None))
    outcome.expect(f"{what} appeal_closure_rate 分母 denominator", denominator, month["opened"])
    *_, hours = shown.months.get((*place, MEDIAN), (None,))
    outcome.compared += 1
    if not _median_fits(hours, month["median_seconds"]):
        between = [round(seconds / HOUR_SECONDS, 3) for seconds in month["median_seconds"]]
        outcome.differences.append(f"{what} {MEDIAN}: 显示 shown {hours}, 应在 truth between {between}")


def _median_fits(hours: float | None, middle_seconds: list[int]) -> bool:
    if hours is None or not middle_seconds:
        return hours is None and not middle_seconds
    low, high = middle_seconds
    # One second beside it: durations are whole seconds, rounded once in the truth and once in the worker.
    return low * (1 - QUANTILE_TOLERANCE) - 1 <= hours * HOUR_SECONDS <= high * (1 + QUANTILE_TOLERANCE) + 1
