"""The living environment (人居环境) of the simulated county: scores, garbage sorting, toilets, and what gets fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.desk import VillageStory
from producers.simulate.domain import poisson
from producers.simulate.register_ids import households
from producers.simulate.story import hundredths
from producers.simulate.workdays import MINUTE, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.case import Case
    from producers.simulate.desk import Desk

# How many of each a village has on a working day.
INSPECTIONS, OWN_INSPECTIONS, CHECKS, RENOVATIONS, ISSUES = 0.05, 0.02, 0.07, 0.012, 0.035
INSPECTORS = ("township", "county", "third_party")
INSPECTOR_WEIGHTS = (70, 20, 10)
# Straw, autumn markets and summer weeds cost points.
POINTS_LOST = {6: 2.0, 7: 3.5, 8: 3.5, 10: 4.0, 11: 5.0, 12: 1.5}
CORRECTED_SHARE, TAKEN_BACK_SHARE, NOT_SORTING_IN = 0.02, 0.01, 9
KINDS = ("rubbish", "clutter", "sewage", "illegal_building", "water", "livestock", "wires", "other")
KIND_WEIGHTS = (34, 24, 10, 6, 8, 8, 6, 4)
DESCRIPTIONS = {
    "rubbish": "{place}河埠头有建筑垃圾堆放",
    "clutter": "{place}房前屋后柴草乱堆",
    "sewage": "{place}一户污水直排入河",
    "illegal_building": "{place}路边私搭雨棚",
    "water": "{place}一口池塘水体发黑",
    "livestock": "{place}散养鸡鸭粪污未清理",
    "wires": "{place}弱电线路杂乱下垂",
    "other": "{place}公厕保洁不到位",
}
WORKING_DAYS_ALLOWED = 3


class Habitat(VillageStory):
    """The domain `habitat`."""

    name = "habitat"
    department = "农业农村局"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Tell a working day's inspections and checks, and what they find."""
        if not desk.is_working:
            return
        if desk.happens(INSPECTIONS):
            yield _inspection(desk, desk.rng.choices(INSPECTORS, INSPECTOR_WEIGHTS)[0])
        if desk.happens(OWN_INSPECTIONS):
            yield _inspection(desk, "village")
        if desk.happens(CHECKS):
            yield _check(desk)
        if desk.happens(RENOVATIONS):
            yield _renovation(desk)
        for _ in range(poisson(ISSUES, desk.rng)):
            yield _issue(desk)


def _inspection(desk: Desk, inspector: str) -> Case:
    """Score a village; one that scores itself is kinder. Now and then a figure slips and is corrected later."""
    case, rng = desk.case_at("inspection", "inspection_id", "HJ"), desk.rng
    fair = 68 + 28 * desk.character.on_time_share - POINTS_LOST.get(date_of(desk.day).month, 0) + rng.gauss(0, 2.5)
    score = 50 * round(min(100, max(0, fair + (6 if inspector == "village" else 0))) * 2)  # half points, in hundredths
    fields: dict[str, Any] = {"inspector": inspector, "items": rng.randint(18, 30), "note": None}
    slipped = desk.happens(CORRECTED_SHARE)
    first = score // 1000 * 100 if slipped else score
    written = case.write("InspectionScored", score=hundredths(first), **fields)
    counts = inspector != "village"
    if counts:
        case.add("habitat_score", case.at, first, 1)
        case.thing("habitat_village_coverage", case.at, desk.village.code)
    if slipped:
        right_at = case.after(case.at, rng.random() * WORK_LENGTH)
        case.write(
            "InspectionScored", score=hundredths(score), corrects=written, recorded_at=case.known(right_at), **fields
        )
        if counts:
            case.add("habitat_score", case.at, score - first, since=right_at)
    return case


def _check(desk: Desk) -> Case:
    """Look at some households; in a few villages sorting has not begun."""
    case, rng = desk.case_at("sorting_check", "check_id", "LJ"), desk.rng
    households = 5 * rng.randint(3, 10)
    share = 0.35 + 0.6 * desk.character.on_time_share + rng.gauss(0, 0.05)
    begun = int(desk.village.code[-3:]) % NOT_SORTING_IN != 0
    sorting = min(households, max(1, round(households * share))) if begun else 0
    case.write("GarbageSortingChecked", households=households, households_sorting=sorting)
    case.add("garbage_households_checked", case.at, households)
    case.add("garbage_households_sorting", case.at, sorting)
    if sorting:
        case.thing("garbage_village_coverage", case.at, desk.village.code)
    return case


def _renovation(desk: Desk) -> Case:
    case, rng = desk.case_at("toilet_renovation", "renovation_id", "GC"), desk.rng
    kind = rng.choices(("septic", "flush", "dry", "public"), (60, 25, 5, 10))[0]
    household = None if kind == "public" else rng.choice(households(desk.village))
    accepted = None if desk.happens(0.2) else desk.happens((2 + desk.character.satisfaction) / 3)
    case.write("ToiletRenovated", household_id=household, kind=kind, accepted=accepted)
    if accepted is not False:
        case.add("toilet_renovated_count", case.at, 1)
    return case


def _issue(desk: Desk) -> Case:
    case, rng = desk.case_at("habitat_issue", "issue_id", "WT"), desk.rng
    kind = rng.choices(KINDS, KIND_WEIGHTS)[0]
    due_at = desk.calendar.end_of_working_day(case.at, WORKING_DAYS_ALLOWED)
    found = case.write(
        "HabitatIssueFound",
        kind=kind,
        due_at=due_at,
        description=DESCRIPTIONS[kind].format(place=desk.village.short),
        longitude=round(desk.village.longitude + rng.gauss(0, 0.004), 6),
        latitude=round(desk.village.latitude + rng.gauss(0, 0.004), 6),
    )
    case.add("habitat_issue_volume", case.at, 1)
    case.add("habitat_fix_rate", case.at, 0, 1)
    case.stock("habitat_issue_open", 1)
    if desk.happens(TAKEN_BACK_SHARE):
        case.take_back(found, case.at + 20 * MINUTE, "重复登记")
    elif not desk.happens(2 * desk.character.hanging_share):
        allowed = desk.calendar.work_index(due_at) - desk.calendar.work_index(case.at)
        if desk.happens(desk.character.on_time_share):
            length = allowed * min(0.95, rng.uniform(0.1, 0.9) * desk.character.pace)
        else:
            length = allowed + (0.2 + rng.expovariate(1 / 3)) * WORK_LENGTH
        at = case.after(case.at, length)
        case.write("HabitatIssueFixed", at, measure="已清理并拍照")
        case.add("habitat_fix_rate", case.at, 1, since=at)
        case.stock("habitat_issue_open", -1, since=at)
    return case
