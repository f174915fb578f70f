"""Is what the warehouse shows right? Every number is compared with what the simulated county knows to be true."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.demo_read import Shown

APPEALS = "appeals"
HOUR_SECONDS = 3600
# A quantile is read from buckets: at most 1/128 beside the value, which itself may lie between the two middle ones.
QUANTILE_TOLERANCE = 1 / 128
# By indicator, which number of the truth its numerator is.
MONTHLY = {
    "appeal_volume": "opened",
    "appeal_closure_rate": "closed",
    "appeal_on_time_rate": "closed_on_time",
}
MEDIAN = "appeal_hours_to_close_p50"
NOTHING = (0, 0, None)


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


def cases(truth: Mapping[str, Any]) -> dict[str, int]:
    """Return by type how many cases there must be."""
    found = Counter[str]({"appeal": sum(month["opened"] for town in _appeals(truth) for month in town["months"])})
    for town in _others(truth):
        found.update(town["cases"])
    return dict(found)


def compare(shown: Shown, truth: Mapping[str, Any], now_ms: int) -> Outcome:
    """Compare every number with the simulator's truth file; overdue is counted as of `now_ms`. Pure."""
    outcome = Outcome()
    events = sum(truth["events"].values())
    outcome.expect("事件 events", shown.events, events)
    outcome.expect("不同事件 different events", shown.different_events, events)
    for case, count in cases(truth).items():
        outcome.expect(f"事项 cases {case}", shown.cases.get(case, 0), count)
    outcome.expect("死信 dead letters", shown.dead_letters, 0)
    for town in _appeals(truth):
        _compare_appeals(shown, town, now_ms, outcome)
    for town in _others(truth):
        _compare_town(shown, town, outcome)
    outcome.expect("多出的乡镇与月份 townships and months beyond", _beyond(shown, truth), [])
    return outcome


def _appeals(truth: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(truth["truths"].get(APPEALS, ()))


def _others(truth: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the townships of every domain whose truths are tallies, by month and indicator."""
    return [town for domain, towns in truth["truths"].items() if domain != APPEALS for town in towns]


def _compare_town(shown: Shown, town: Mapping[str, Any], outcome: Outcome) -> None:
    """Compare a township's tallies; a denominator of null is not known to the county."""
    name, code = town["name"], town["township"]
    for month, figures in town["months"].items():
        for indicator, (numerator, denominator) in figures.items():
            found, divided, _ = shown.months.get((code, month, indicator), NOTHING)
            outcome.expect(f"{name} {month} {indicator}", found, numerator)
            if denominator is not None:
                outcome.expect(f"{name} {month} {indicator} 分母 denominator", divided, denominator)
    for indicator, count in town["now"].items():
        outcome.expect(f"{name} {indicator}", shown.stocks.get((code, indicator), 0), count)


def _beyond(shown: Shown, truth: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what is shown of the compared indicators in townships and months of which nothing is true."""
    known = {
        (town["township"], month["month"], "appeal_volume") for town in _appeals(truth) for month in town["months"]
    }
    known |= {
        (town["township"], month, indicator)
        for town in _others(truth)
        for month, figures in town["months"].items()
        for indicator in figures
    }
    compared = {indicator for _, _, indicator in known} | {"appeal_volume"}
    return sorted(
        key for key, (numerator, *_) in shown.months.items() if key[2] in compared and numerator and key not in known
    )


def _compare_appeals(shown: Shown, town: Mapping[str, Any], now_ms: int, outcome: Outcome) -> None:
    for month in town["months"]:
        _compare_month(shown, town, month, outcome)
    overdue = sum(due_at <= now_ms for due_at in town["open_due_at"])
    code, name = town["township"], town["name"]
    outcome.expect(f"{name} 在办 open", shown.stocks.get((code, "appeal_open"), 0), town["open"])
    outcome.expect(f"{name} 超期 overdue", shown.stocks.get((code, "appeal_overdue"), 0), overdue)


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
