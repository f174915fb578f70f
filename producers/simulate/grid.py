"""Grids (网格) of the simulated county: patrols, hazards put right in time or not, incidents, decisions' risks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.desk import VillageStory
from producers.simulate.domain import poisson
from producers.simulate.register_ids import grids
from producers.simulate.workdays import DAY, HOUR, MINUTE, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.case import Case
    from producers.simulate.county import Village
    from producers.simulate.desk import Desk

PATROLS_PER_GRID_AND_WORKING_DAY = 0.12
TAKEN_BACK_SHARE = 0.006
# How many of each a village has a day; the plum rains and typhoons bring more.
HAZARDS, INCIDENTS, ASSESSMENTS = 0.018, 0.004, 0.006
SEASON = {6: 1.9, 7: 2.2, 8: 2.0, 9: 1.5, 12: 1.2, 1: 1.2}

LEVELS = ("level_1", "level_2", "level_3", "level_4")
LEVEL_WEIGHTS = (7, 16, 48, 29)
WORKING_DAYS_ALLOWED = {"level_1": 3, "level_2": 7, "level_3": 15, "level_4": 20}
KINDS = ("fire", "geological", "flood", "building", "traffic", "production", "food", "other")
DRY_WEIGHTS = (30, 3, 3, 14, 16, 20, 8, 6)
WET_WEIGHTS = (14, 20, 28, 12, 10, 8, 5, 3)
WET_MONTHS = range(6, 10)
DESCRIPTIONS = {
    "fire": "{place}沿街店铺楼道堆放杂物，堵塞消防通道",
    "geological": "{place}屋后山体有裂缝，雨后有落石",
    "flood": "{place}山塘溢洪道被树枝堵塞",
    "building": "{place}一户老屋墙体开裂",
    "traffic": "{place}弯道护栏缺失",
    "production": "{place}一小作坊电线私拉乱接",
    "food": "{place}小超市有过期食品",
    "other": "{place}窨井盖破损",
}
VERIFIED_SHARE = 0.85

INCIDENT_KINDS = ("natural_disaster", "accident", "public_health", "social_safety")
ACROSS_SHARE, JOINT_SHARE, FALSE_ALARM_SHARE = 0.3, 0.85, 0.05
SEVERITY_WEIGHTS = (1, 9, 90)
MEDIAN_HOURS_TO_CLOSE = 6
DECISIONS = ("集镇菜场搬迁", "山塘水库除险加固", "垃圾中转站选址", "农贸市场改造", "通村公路改线")


class Grids(VillageStory):
    """The domain `grid`."""

    name = "grid"
    department = "应急管理局"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Tell the day's patrols, and the hazards, incidents and assessments that begin."""
        season = SEASON.get(date_of(desk.day).month, 1.0)
        if desk.is_working:
            share = PATROLS_PER_GRID_AND_WORKING_DAY * desk.character.on_time_share**2
            yield from (_patrol(desk, grid) for grid in grids(desk.village) if desk.happens(share))
            for _ in range(poisson(HAZARDS * season, desk.rng)):
                yield _hazard(desk)
            if desk.happens(ASSESSMENTS):
                yield _assessment(desk)
        for _ in range(poisson(INCIDENTS * season, desk.rng)):
            yield _incident(desk)


def _patrol(desk: Desk, grid: str) -> Case:
    case, rng = desk.case_at("patrol", "patrol_id", "XC"), desk.rng
    minutes = round(40 * rng.lognormvariate(0, 0.4))
    written = case.write(
        "PatrolCheckedIn",
        grid_id=grid,
        minutes=minutes,
        worker=f"网格员{grid[-8:]}",
        **_near(desk.village, rng),
    )
    if desk.happens(TAKEN_BACK_SHARE):
        case.take_back(written, case.at + 10 * MINUTE, "误签")
    case.add("patrol_count", case.at, 1)
    case.add("patrol_minutes_mean", case.at, minutes, 1)
    case.thing("patrol_village_coverage", case.at, desk.village.code)
    case.thing("grids_patrolled", case.at, grid)
    return case


def _hazard(desk: Desk) -> Case:
    case, rng = desk.case_at("hazard", "hazard_id", "YH"), desk.rng
    level = rng.choices(LEVELS, LEVEL_WEIGHTS)[0]
    wet = date_of(desk.day).month in WET_MONTHS
    kind = rng.choices(KINDS, WET_WEIGHTS if wet else DRY_WEIGHTS)[0]
    due_at = desk.calendar.end_of_working_day(case.at, WORKING_DAYS_ALLOWED[level])
    case.write(
        "HazardFound",
        level=level,
        kind=kind,
        grid_id=rng.choice(grids(desk.village)),
        due_at=due_at,
        description=DESCRIPTIONS[kind].format(place=desk.village.short),
        **_near(desk.village, rng),
    )
    case.add("hazard_volume", case.at, 1)
    case.add("hazard_rectification_rate", case.at, 0, 1)
    _opened(case, level, case.at, 1)
    if desk.happens(3 * desk.character.hanging_share):
        return case  # nobody ever puts it right
    allowed = desk.calendar.work_index(due_at) - desk.calendar.work_index(case.at)
    if desk.happens(desk.character.on_time_share):
        length = allowed * min(0.95, rng.uniform(0.2, 0.9) * desk.character.pace)
    else:
        length = allowed + (0.2 + rng.expovariate(1 / 4)) * WORK_LENGTH
    at = _rectify(case, level, case.after(case.at, length))
    if desk.happens(VERIFIED_SHARE):
        at = case.after(at, (0.2 + rng.random()) * WORK_LENGTH)
        passed = desk.happens((1 + desk.character.satisfaction) / 2)
        case.write("HazardVerified", at, passed=passed, note=None if passed else "整改不到位，退回重新整改")
        if not passed:
            _opened(case, level, at, 1)
            case.add("hazard_rectification_rate", case.at, -1, since=at)
            _rectify(case, level, case.after(at, (0.5 + rng.expovariate(1 / 3)) * WORK_LENGTH))
    return case


def _rectify(case: Case, level: str, at: int) -> int:
    case.write("HazardRectified", at, by_unit=None, measure="已现场整改并拍照")
    case.add("hazard_rectification_rate", case.at, 1, since=at)
    _opened(case, level, at, -1)
    return at


def _opened(case: Case, level: str, at: int, change: int) -> None:
    for indicator in ("hazard_open", "hazard_major_open") if level == "level_1" else ("hazard_open",):
        case.stock(indicator, change, since=at)


def _incident(desk: Desk) -> Case:
    """Tell an incident: at any hour, answered at any hour."""
    rng = desk.rng
    at = desk.calendar.midnight(desk.day) + int(rng.random() * DAY)
    case = desk.case_at("incident", "incident_id", "YJ", at)
    partner = f"{desk.village.code[:6]}{int(desk.village.code[6:9]) + 1:03d}" if desk.happens(ACROSS_SHARE) else None
    reported = case.write(
        "IncidentReported",
        kind=rng.choice(INCIDENT_KINDS),
        severity=rng.choices(("major", "serious", "ordinary"), SEVERITY_WEIGHTS)[0],
        partner_townships=partner,
        description=f"{desk.village.short}突发情况，已上报",
        **_near(desk.village, rng),
    )
    case.add("incident_volume", at, 1)
    case.stock("incident_open", 1)
    if partner:
        case.add("incident_joint_rate", at, 0, 1)
    if desk.happens(FALSE_ALARM_SHARE):
        case.take_back(reported, at + 15 * MINUTE, "误报")
        return case
    at += int((2 + desk.character.answer_minutes / 3 * rng.lognormvariate(0, 0.5)) * MINUTE)
    case.write("IncidentResponded", at, unit=rng.choice(("应急分队", "民兵连", "消防站", "派出所")))
    if partner and desk.happens(JOINT_SHARE):
        at += int((5 + rng.expovariate(1 / 30)) * MINUTE)
        case.write("JointHandlingStarted", at, partner=partner)
        case.add("incident_joint_rate", case.at, 1, since=at)
    at += int((0.3 + MEDIAN_HOURS_TO_CLOSE * desk.character.pace * rng.lognormvariate(0, 0.6)) * HOUR)
    case.write("IncidentClosed", at, casualties=0, note=None)
    case.stock("incident_open", -1, since=at)
    return case


def _assessment(desk: Desk) -> Case:
    case, rng = desk.case_at("risk_assessment", "assessment_id", "FX"), desk.rng
    level = rng.choices(("low", "medium", "high"), (70, 25, 5))[0]
    advice = {"low": "proceed", "medium": "with_measures", "high": "stop"}[level]
    case.write("RiskAssessed", decision=rng.choice(DECISIONS), level=level, advice=advice)
    case.add("risk_assessment_count", case.at, 1)
    return case


def _near(village: Village, rng: Random) -> dict[str, Any]:
    return {
        "longitude": round(village.longitude + rng.gauss(0, 0.004), 6),
        "latitude": round(village.latitude + rng.gauss(0, 0.004), 6),
    }
