"""Contacts (党员联户) of the simulated county: who visits which household, what comes up, and days in the field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from producers.simulate.desk import VillageStory
from producers.simulate.domain import poisson
from producers.simulate.register_ids import households, township_cadres, village_cadres
from producers.simulate.story import hundredths
from producers.simulate.workdays import AFTERNOON, HOUR, MINUTE, days_to_spring_festival

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from producers.simulate.case import Case
    from producers.simulate.county import Township
    from producers.simulate.desk import Desk

# Of the households of a village, how many are visited a day; people are at home in the evening and at weekends.
VISITS_PER_HOUSEHOLD_AND_DAY = 0.008
BEFORE_THE_FESTIVAL, FESTIVAL_FACTOR = range(1, 15), 2.5
EVENING = 18 * HOUR + HOUR // 2
EVENING_LENGTH = 3 * HOUR
VISITORS = ("member", "cadre", "grid_worker", "first_secretary", "other")
VISITOR_WEIGHTS = (55, 20, 17, 5, 3)
NOTED_SHARE, TAKEN_BACK_SHARE = 0.9, 0.006
NOTES = ("反映自来水压力小。", "想了解医保报销。", "路灯不亮。", "孩子在外务工，老人独居。", "一切都好。")
LOGGED_SHARE = 0.06
WORKED_HOURS = 800


class Contacts(VillageStory):
    """The domain `contacts`."""

    name = "contacts"
    department = "组织部"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Tell the day's visits to households, and on working days the logs of the village's cadres."""
        expected = len(households(desk.village)) * VISITS_PER_HOUSEHOLD_AND_DAY * desk.character.on_time_share**2
        if days_to_spring_festival(desk.day) in BEFORE_THE_FESTIVAL:
            expected *= FESTIVAL_FACTOR
        for _ in range(poisson(expected, desk.rng)):
            yield _visit(desk)
        yield from _logs(desk, village_cadres(desk.village))

    def in_township(self, desk: Desk, township: Township) -> Iterator[Case]:
        """Tell the logs of the cadres of the township's own offices."""
        yield from _logs(desk, township_cadres(township))


def _logs(desk: Desk, cadres: Iterable[str]) -> Iterator[Case]:
    if desk.is_working:
        yield from (_field_day(desk, cadre) for cadre in cadres if desk.happens(LOGGED_SHARE))


def _visit(desk: Desk) -> Case:
    rng = desk.rng
    evening = desk.calendar.midnight(desk.day) + EVENING + int(rng.random() * EVENING_LENGTH)
    case = desk.case_at("household_visit", "visit_id", "ZF", evening if desk.happens(0.6) else None)
    household = rng.choice(households(desk.village))
    found = poisson(1.5 - desk.character.satisfaction, rng)
    solved = (
        sum(desk.happens(desk.character.satisfaction / 2) for _ in range(found)) if desk.happens(NOTED_SHARE) else None
    )
    written = case.write(
        "HouseholdVisited",
        household_id=household,
        visitor_kind=rng.choices(VISITORS, VISITOR_WEIGHTS)[0],
        visitor=f"党员{household[-8:]}",
        issues_found=found,
        issues_solved=solved,
        note=rng.choice(NOTES) if found else None,
    )
    if desk.happens(TAKEN_BACK_SHARE):
        case.take_back(written, case.at + 10 * MINUTE, "误登")
    case.add("household_visit_count", case.at, 1)
    case.add("issues_per_visit", case.at, found, 1)
    case.add("visit_issues_found", case.at, found)
    case.thing("households_visited", case.at, household)
    case.thing("visit_village_coverage", case.at, desk.village.code)
    if solved is not None:
        case.add("visit_issues_noted", case.at, found)
        case.add("visit_issues_solved", case.at, solved)
    return case


def _field_day(desk: Desk, cadre: str) -> Case:
    """Log a day: who is slow sits in the office more."""
    rng = desk.rng
    at = desk.calendar.midnight(desk.day) + AFTERNOON[1] + int(rng.random() * HOUR)
    case = desk.case_at("field_day", "log_id", "RZ", at)
    hours = 0
    if desk.happens(desk.character.on_time_share):
        hours = 50 * min(WORKED_HOURS // 50, round(rng.gauss(8, 2.5) * desk.character.on_time_share))
    hours = max(0, hours)
    case.write("FieldDayLogged", cadre_id=cadre, hours=hundredths(hours), hours_worked=hundredths(WORKED_HOURS))
    case.add("field_hours", at, hours)
    case.add("hours_worked", at, WORKED_HOURS)
    if hours:
        case.thing("cadres_in_the_field", at, cadre)
    return case
