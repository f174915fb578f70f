"""Supervision (预警督办) of the simulated county: who is warned, how far up the ladder it goes, who is commended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from producers.simulate.desk import Desk, DeskStory
from producers.simulate.workdays import DAY, HOUR, MINUTE, MORNING, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.case import Case
    from producers.simulate.county import Township
    from producers.simulate.workdays import WorkCalendar

DEPARTMENT = "县委办公室"
WARNING_DAY = 3
"""The figures of a month are looked at on the third of the month after."""

LINES = {
    "appeal_on_time_rate": (90.0, 80.0),
    "disclosure_on_time_rate": (100.0, 90.0),
    "dispute_resolution_rate": (95.0, 85.0),
    "hazard_rectification_rate": (95.0, 85.0),
    "habitat_score": (85.0, 75.0),
    "policy_on_time_rate": (90.0, 80.0),
    "meeting_attendance_rate": (90.0, 80.0),
}
"""By indicator its yellow and its red line."""

WARNED_SHARE = 0.7
"""Of the indicators of a township that is late with everything."""

RED_SHARE = 0.4
TALKED_SHARE = 0.85
LISTED_SHARE = 0.5
MISTAKEN_SHARE, VOIDED_SHARE = 0.04, 0.03
WORKING_DAYS_TO_TALK, WORKING_DAYS_TO_CLEAR, WORKING_DAYS_TO_RECTIFY = 3, 12, 20
REPEATED_SHARE = 0.35
REPEATED_WITHIN_DAYS = 90
MOST_RENEWALS = 4
POSTS = ("乡镇党委书记", "乡镇长", "分管副乡镇长")
AWARD_MONTH, AWARD_DAY = 1, 20
AWARDED_ON_TIME_SHARE = 0.95


class Raised(NamedTuple):
    """A warning as it is raised: indicator, colour, when, and which one it repeats after how many days."""

    indicator: str
    red: bool
    at: int
    previous: str | None = None
    days: int | None = None

    @property
    def line(self) -> float:
        """The line that was crossed."""
        return LINES[self.indicator][self.red]


class Supervision(DeskStory):
    """The domain `supervision`."""

    name = "supervision"
    department = DEPARTMENT

    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Give the warnings a township gets on the day figures are looked at, each to its end, and once a year the awards."""
        today, character = date_of(day), township.character
        desk = Desk(self, township, None, day, calendar, rng)
        if today.day == WARNING_DAY:
            for indicator in LINES:
                if rng.random() < WARNED_SHARE * (1 - character.on_time_share + character.reopen_share):
                    at = calendar.midnight(day) + MORNING[0] + int(rng.random() * HOUR)
                    yield from _warnings(desk, Raised(indicator, rng.random() < RED_SHARE, at))
        diligent = (
            character.on_time_share >= AWARDED_ON_TIME_SHARE and character.reopen_share < 1 - AWARDED_ON_TIME_SHARE
        )
        if (today.month, today.day) == (AWARD_MONTH, AWARD_DAY) and diligent:
            yield _award(desk)


def _warnings(desk: Desk, raised: Raised) -> Iterator[Case]:
    """Live through a warning, and through the next one where it comes back."""
    while True:
        case = desk.case("warning", "warning_id", f"{raised.indicator}/")
        cleared_at = _live(case, desk, raised)
        yield case
        if cleared_at is None or desk.rng.random() >= REPEATED_SHARE:
            return
        days = 20 + int(desk.rng.expovariate(1 / 45))
        warning_id: str = case.happenings[0].event["warning_id"]
        raised = raised._replace(at=cleared_at + days * DAY, previous=warning_id, days=days)


def _live(case: Case, desk: Desk, raised: Raised) -> int | None:
    """Raise the warning and take it up the ladder; returns when it was cleared."""
    rng, at = desk.rng, raised.at
    colour = "red" if raised.red else "yellow"
    value = round(raised.line - rng.random() * 9 - 0.1, 2)
    event_id = case.open(
        "WarningRaised",
        at,
        indicator=raised.indicator,
        colour=colour,
        value=value,
        line=raised.line,
        period=_month_before(desk.calendar, at),
        about_department=None,
        previous_warning_id=raised.previous,
        days_since_cleared=raised.days,
    )
    draw = rng.random()
    if draw < VOIDED_SHARE:
        case.take_back(event_id, at + 10 * MINUTE, "数据更正")
        return None
    if draw < VOIDED_SHARE + MISTAKEN_SHARE:
        case.stock("warning_open", 1)
        _clear(case, case.after(at, 2 * HOUR), "mistaken")
        return None
    repeated = raised.days is not None and raised.days <= REPEATED_WITHIN_DAYS
    case.add("warning_volume", at, 1)
    case.share("warning_repeat_rate", at, holds=repeated)
    case.add("warning_escalation_rate", at, 0, 1)
    case.stock("warning_open", 1)
    return _climb(case, desk, raised)


def _climb(case: Case, desk: Desk, raised: Raised) -> int | None:
    rng, character, at = desk.rng, desk.character, raised.at
    if rng.random() < TALKED_SHARE:
        at = case.after(at, (0.5 + rng.expovariate(1 / WORKING_DAYS_TO_TALK)) * WORK_LENGTH)
        case.write("TalkHeld", at, by_department=DEPARTMENT, post=rng.choice(POSTS), note="限期拿出整改措施")
    because = "recovered"
    if raised.red and rng.random() < LISTED_SHARE:
        at, because = _rectify(case, desk, raised, at), "rectified"
    if rng.random() < 3 * character.hanging_share:
        cleared_at, until = None, at + MOST_RENEWALS * 30 * DAY
    else:
        at = case.after(at, (1 + rng.expovariate(1 / WORKING_DAYS_TO_CLEAR)) * character.pace * WORK_LENGTH)
        cleared_at = until = at
    _renew(case, desk, raised, until)
    if cleared_at is not None:
        _clear(case, cleared_at, because)
    return cleared_at


def _rectify(case: Case, desk: Desk, raised: Raised, at: int) -> int:
    """Escalate, list, order and accept; returns when it was accepted."""
    rng = desk.rng
    at = case.after(at, (5 + rng.random() * 5) * WORK_LENGTH)
    case.write("WarningEscalated", at, to_step="listing", because="decision")
    case.add("warning_escalation_rate", raised.at, 1, since=at)
    at = case.after(at, (0.5 + rng.random()) * WORK_LENGTH)
    case.write("SupervisionListed", at, by_department=DEPARTMENT, list_number=None)
    ordered_at = at = case.after(at, (0.5 + rng.random()) * WORK_LENGTH)
    due_at = desk.calendar.end_of_working_day(at, WORKING_DAYS_TO_RECTIFY)
    case.write("RectificationOrdered", at, by_department=DEPARTMENT, due_at=due_at, requirement="逐项整改并回访")
    untimely = case.due("supervision_on_time_rate", due_at, promised=ordered_at)
    days = rng.uniform(0.3, 0.95) if rng.random() < desk.character.on_time_share else rng.uniform(1.1, 1.6)
    at = case.after(at, days * WORKING_DAYS_TO_RECTIFY * WORK_LENGTH)
    case.write("RectificationAccepted", at, by_department=DEPARTMENT, evidence="现场核验")
    case.ends(at, untimely)
    case.in_time("supervision_on_time_rate", due_at, at, promised=ordered_at)
    return at


def _renew(case: Case, desk: Desk, raised: Raised, until: int) -> None:
    """Look again on the third of every month that begins before `until`."""
    rng, calendar, reds = desk.rng, desk.calendar, int(raised.red)
    for day in range(calendar.day_of(raised.at) + 1, calendar.day_of(until)):
        if date_of(day).day == WARNING_DAY:
            at = calendar.midnight(day) + 8 * HOUR + int(rng.random() * 20 * MINUTE)
            red = raised.red and rng.random() < 2 / 3
            value = round(LINES[raised.indicator][red] - rng.random() * 6 - 0.1, 2)
            reds = reds + 1 if red else 0
            case.write(
                "WarningRenewed",
                at,
                colour="red" if red else "yellow",
                value=value,
                period=_month_before(calendar, at),
                reds_in_a_row=reds,
            )


def _clear(case: Case, at: int, because: str) -> None:
    case.write("WarningCleared", at, because=because, value=None)
    case.stock("warning_open", -1, since=at)


def _award(desk: Desk) -> Case:
    at = desk.moment()
    case = desk.case("award", "award_id", "BZ")
    case.open(
        "AwardGiven",
        at,
        title="接诉即办先进乡镇",
        by_department=DEPARTMENT,
        about_department=None,
        indicator="appeal_on_time_rate",
    )
    case.add("award_count", at, 1)
    return case


def _month_before(calendar: WorkCalendar, at: int) -> str:
    """Return the month before that of a moment, as 2026-03."""
    today = date_of(calendar.day_of(at))
    return f"{date_of(calendar.day_of(at) - today.day):%Y-%m}"
