"""Party organisations (党组织建设) of the simulated county: their meetings, the weak ones put right, and the stars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from producers.simulate.desk import Desk, DeskStory
from producers.simulate.register_ids import branch
from producers.simulate.workdays import DAY, MINUTE, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.case import Case
    from producers.simulate.county import Township, Village
    from producers.simulate.workdays import WorkCalendar

DEPARTMENT = "组织部"
MEMBERS_SHARE = 0.028
LEAST_MEMBERS = 7
# Day of the month on which a branch has each kind of meeting, and the months in which it is due.
EVERY_MONTH = frozenset(range(1, 13))
END_OF_QUARTER = frozenset({3, 6, 9, 12})
MEETINGS = {"theme_day": (5, EVERY_MONTH), "members": (12, END_OF_QUARTER), "lecture": (19, END_OF_QUARTER)}
HABITS = 5
TOPICS = {"theme_day": "志愿服务与政策宣讲", "members": "审议支部工作报告", "lecture": "学习中央一号文件"}
MOST_LATE_DAYS = 8
VOIDED_SHARE = 0.01
CHECKED_MONTHS, CHECKED_DAY = (1, 7), 15
"""When weak organisations are looked for."""

WEAK_SHARE = 0.25
"""Of the branches of a township that is late with everything."""

REASONS = ("meetings", "leadership", "services", "affairs", "disputes")
WORKING_DAYS_TO_RECTIFY = 90
STARS_MONTH, STARS_DAY = 1, 20
MOST_STARS, MOST_STARS_OF_A_MEMBER = 5, 10
RATED_MEMBERS = 3


class Organisations(DeskStory):
    """The domain `organisations`."""

    name = "organisations"
    department = DEPARTMENT

    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Give the meetings of a township's branches whose day it is, and twice or once a year what they are found to be."""
        today = date_of(day)
        for position, village in enumerate(township.villages):
            desk = Desk(self, township, village, day, calendar, rng)
            for kind, (first, months) in MEETINGS.items():
                if today.month in months and today.day == first + position % HABITS:
                    yield from _meeting(desk, village, kind)
            weak = WEAK_SHARE * (1 - township.character.on_time_share)
            if today.month in CHECKED_MONTHS and today.day == CHECKED_DAY and rng.random() < weak:
                yield _rectification(desk, village)
            if (today.month, today.day) == (STARS_MONTH, STARS_DAY):
                yield from _stars(desk, village)


def _members(village: Village) -> int:
    return max(LEAST_MEMBERS, round(village.residents * MEMBERS_SHARE))


def _meeting(desk: Desk, village: Village, kind: str) -> Iterator[Case]:
    """Hold a meeting, in its month as often as the township's character says, and with as many as are content to come."""
    rng, character, calendar = desk.rng, desk.character, desk.calendar
    if rng.random() < character.hanging_share:
        return
    today = date_of(desk.day)
    next_month = desk.day - today.day + 1
    while date_of(next_month).month == today.month:
        next_month += 1
    due_at = calendar.midnight(next_month) - 1
    at = desk.moment()
    if rng.random() >= character.on_time_share:
        at += (next_month - desk.day + int(rng.random() * MOST_LATE_DAYS)) * DAY
    expected = _members(village)
    present = max(0, min(expected, round(expected * rng.gauss(0.5 + character.satisfaction * 0.45, 0.06))))
    case = desk.case("organisation_meeting", "meeting_id", "ZZSH")
    held = case.open(
        "OrganisationMeetingHeld",
        at,
        organisation_id=branch(village),
        kind=kind,
        expected=expected,
        present=present,
        due_at=due_at,
        topic=TOPICS[kind],
    )
    case.add("organisation_meeting_volume", at, 1)
    case.add("meeting_present", at, present)
    case.add("meeting_expected", at, expected)
    case.in_time("meeting_regularity", due_at, at)
    if kind == "theme_day":
        case.covers("theme_day_organisations", at)
    if rng.random() < VOIDED_SHARE:
        case.take_back(held, at + 20 * MINUTE, "重复登记")
    yield case


def _rectification(desk: Desk, village: Village) -> Case:
    """List a branch as weak, and inspect it until it passes."""
    rng, at = desk.rng, desk.moment()
    case = desk.case("organisation_rectification", "rectification_id", "ZD")
    due_at = desk.calendar.end_of_working_day(at, WORKING_DAYS_TO_RECTIFY)
    case.open(
        "RectificationStarted",
        at,
        organisation_id=branch(village),
        reason=rng.choice(REASONS),
        due_at=due_at,
        note="列入软弱涣散党组织",
    )
    weak = case.due("rectification_success_rate", due_at), case.stock("organisation_rectification_open", 1)
    for days in (rng.uniform(0.5, 0.95) * WORKING_DAYS_TO_RECTIFY, rng.uniform(15, 40)):
        at = case.after(at, days * WORK_LENGTH)
        passed = rng.random() < desk.character.on_time_share
        case.write("RectificationVerified", at, passed=passed, by_department=DEPARTMENT, finding="现场验收")
        if passed:
            case.ends(at, *weak)
            case.due("rectification_success_rate", due_at, 1, since=at)
            break
    return case


def _stars(desk: Desk, village: Village) -> Iterator[Case]:
    """Give the branch its stars, and a few of its members theirs."""
    rng, character = desk.rng, desk.character
    worth = 0.6 * character.satisfaction + 0.4 * character.on_time_share
    at = desk.moment()
    case = desk.case("star_rating", "rating_id", "PX")
    stars = _limited(rng.gauss(MOST_STARS * worth, 0.7), MOST_STARS)
    case.open("StarsAwarded", at, organisation_id=branch(village), stars=stars, by_department=DEPARTMENT)
    case.add("star_average", at, stars, 1)
    case.share("five_star_rate", at, holds=stars == MOST_STARS)
    yield case
    for _ in range(RATED_MEMBERS):
        at = desk.moment()
        case = desk.case("member_rating", "rating_id", "DY")
        stars = _limited(rng.gauss(MOST_STARS_OF_A_MEMBER * worth, 1.3), MOST_STARS_OF_A_MEMBER)
        case.open("MemberStarsAwarded", at, organisation_id=branch(village), member=None, stars=stars)
        case.add("member_star_average", at, stars, 1)
        yield case


def _limited(stars: float, most: int) -> int:
    return max(1, min(most, round(stars)))
