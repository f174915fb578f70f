"""Burden (基层减负) of the simulated county: which forms villages are asked for, how long they take, who comes to check."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from producers.simulate.desk import Desk, DeskStory
from producers.simulate.domain import poisson
from producers.simulate.workdays import AFTERNOON, HOUR, MINUTE, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.case import Case
    from producers.simulate.county import Township
    from producers.simulate.workdays import WorkCalendar

DEPARTMENT = "县委办公室"
ROUNDS_PER_WORKING_DAY = 0.2
CHECKS_PER_VILLAGE_AND_WORKING_DAY = 0.03
CHECKS_OF_TOWNSHIP_PER_WORKING_DAY = 0.05
# More is asked for at the end of a quarter, most at the end of the year.
SEASON = {3: 1.5, 6: 1.5, 9: 1.5, 12: 2.2}


class Form(NamedTuple):
    """A form that is asked for: by whom, what it is, how many fields it has, which other form it repeats."""

    department: str
    name: str
    kind: str
    fields: int
    repeats: str | None = None
    answered: bool = False


FORMS = (
    Form("农业农村局", "春耕备耕进度表", "form", 24),
    Form("农业农村局", "村集体收支月报", "form", 40, answered=True),
    Form("司法局", "矛盾纠纷排查月报", "form", 18, answered=True),
    Form("自然资源和规划局", "撂荒地台账", "ledger", 60, "耕地利用情况表"),
    Form("应急管理局", "安全隐患排查台账", "ledger", 90),
    Form("民政局", "留守老人信息表", "form", 120, "独居老人信息表"),
    Form("宣传部", "理论学习留痕材料", "trace", 30),
    Form("组织部", "党员学习签到材料", "trace", 16),
)
CHECKS = (("应急管理局", "安全生产检查"), ("生态环境局", "秸秆禁烧抽查"), ("农业农村局", "人居环境检查"))

TOWNSHIP_ONLY_SHARE = 0.1
VOIDED_SHARE = 0.01
SHORT_NOTICE_SHARE = 0.25
MINUTES_PER_FIELD = 5
FILLED_AGAIN_SHARE = 0.08
UNPLANNED_SHARE = 0.3
CADRES, WORKING_MINUTES = 5, 8 * 60


class Burden(DeskStory):
    """The domain `burden`."""

    name = "burden"
    department = DEPARTMENT

    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Give the forms asked for in a township on a local day, of each village its own, the checks and the hours worked."""
        if not calendar.is_working(day):
            return
        desks = [Desk(self, township, village, day, calendar, rng) for village in township.villages]
        of_township = Desk(self, township, None, day, calendar, rng)
        for _ in range(poisson(ROUNDS_PER_WORKING_DAY * SEASON.get(date_of(day).month, 1), rng)):
            form, at, notice = rng.choice(FORMS), of_township.moment(), _notice(rng)
            only_township = rng.random() < TOWNSHIP_ONLY_SHARE
            for desk in [of_township] if only_township else desks:
                yield _demand(desk, form, at, calendar.end_of_working_day(at, notice))
        for desk in desks:
            if rng.random() < CHECKS_PER_VILLAGE_AND_WORKING_DAY:
                yield _check(desk)
        if rng.random() < CHECKS_OF_TOWNSHIP_PER_WORKING_DAY:
            yield _check(of_township)
        if _last_of_month(day, calendar):
            worked = sum(calendar.is_working(each) for each in range(day - date_of(day).day + 1, day + 1))
            for desk in desks:
                yield _work_time(desk, CADRES * worked * WORKING_MINUTES)


def _notice(rng: Random) -> int:
    """Draw how many working days are given to answer."""
    return 1 if rng.random() < SHORT_NOTICE_SHARE else rng.randrange(3, 8)


def _level(desk: Desk) -> str:
    return "township" if not desk.in_village else "village"


def _demand(desk: Desk, form: Form, at: int, due_at: int) -> Case:
    rng, case = desk.rng, desk.case("report_demand", "demand_id", "BB")
    demanded = case.open(
        "ReportDemanded",
        at,
        by_department=form.department,
        level=_level(desk),
        form=form.name,
        kind=form.kind,
        fields_count=form.fields,
        due_at=due_at,
        duplicate_of=form.repeats,
    )
    case.add("report_volume", at, 1)
    if desk.in_village:
        case.add("village_report_volume", at, 1)
        case.covers("asked_village_share", at)
    case.share("duplicate_report_rate", at, holds=form.repeats is not None)
    case.add("events_replacing_reports_rate", at, 0, 1)
    case.add("report_fields", at, form.fields)
    case.stock("report_open", 1)
    if rng.random() < VOIDED_SHARE:
        case.take_back(demanded, at + 10 * MINUTE, "误发")
    elif form.answered:
        answered_at = at + MINUTE + int(rng.random() * MINUTE)
        case.write("ReportAnsweredFromEvents", answered_at, fields_answered=form.fields)
        case.add("events_replacing_reports_rate", at, 1, since=answered_at)
        case.add("events_replacing_reports", answered_at, 1, since=answered_at)
        case.stock("report_open", -1, since=answered_at)
    elif rng.random() >= desk.character.hanging_share:
        _fill(case, desk, form, at)
    return case


def _fill(case: Case, desk: Desk, form: Form, at: int) -> None:
    """Fill the form in, now and then twice."""
    rng = desk.rng
    filled_at = case.after(at, (0.1 + rng.expovariate(1 / 2)) * desk.character.pace * WORK_LENGTH)
    minutes = max(1, round(form.fields * MINUTES_PER_FIELD * rng.lognormvariate(0, 0.4)))
    case.write("ReportFilled", filled_at, minutes=minutes, people=1)
    case.add("reporting_hours", filled_at, minutes, since=filled_at)
    case.stock("report_open", -1, since=filled_at)
    if rng.random() < FILLED_AGAIN_SHARE:
        again = case.after(filled_at, (0.5 + rng.random()) * WORK_LENGTH)
        case.write("ReportFilled", again, minutes=minutes // 3, people=1)
        case.add("reporting_hours", filled_at, minutes // 3, since=again)


def _check(desk: Desk) -> Case:
    rng, at = desk.rng, desk.moment()
    case = desk.case("check", "check_id", "JC")
    department, topic = rng.choice(CHECKS)
    planned, materials = rng.random() >= UNPLANNED_SHARE, poisson(3, rng)
    case.open(
        "CheckHeld",
        at,
        by_department=department,
        level=_level(desk),
        topic=topic,
        planned=planned,
        materials=materials,
    )
    case.add("check_volume", at, 1)
    case.share("unplanned_check_rate", at, holds=not planned)
    case.add("check_materials", at, materials, 1)
    if desk.in_village:
        case.add("village_check_volume", at, 1)
        case.covers("checked_village_share", at)
    return case


def _work_time(desk: Desk, minutes: int) -> Case:
    at = desk.calendar.midnight(desk.day) + AFTERNOON[1] - int(desk.rng.random() * HOUR)
    case = desk.case("work_time", "record_id", "GS")
    case.open("WorkTimeRecorded", at, minutes=minutes, people=CADRES)
    case.add("worked_hours", at, minutes)
    return case


def _last_of_month(day: int, calendar: WorkCalendar) -> bool:
    """Whether no later day of the month is a working day."""
    month, later = date_of(day).month, day + 1
    while date_of(later).month == month:
        if calendar.is_working(later):
            return False
        later += 1
    return True
