"""Disclosure (村务公开) of the simulated county: what villages post and when, what people ask, what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from producers.simulate.desk import Desk, DeskStory
from producers.simulate.workdays import AFTERNOON, DAY, HOUR, MINUTE, MORNING, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.case import Case
    from producers.simulate.county import Township
    from producers.simulate.workdays import WorkCalendar

FINANCE_DAY = 20
# Day of the month on which a village posts what it posts, and by when it must.
DAYS = {"finance": (14, FINANCE_DAY), "village_affairs": (4, 10), "party_affairs": (21, 28)}
HABITS = 6
RESOLUTION_SHARE = 0.02
MOST_LATE_DAYS = 7
VOIDED_SHARE = 0.01
QUESTIONS_PER_DISCLOSURE = 0.12
ANSWERED_SHARE = 0.97
QUESTIONS = (
    "{place}这个月的招待费为什么比上个月多？",
    "{place}路灯维修的钱是怎么出的？",
    "{place}土地流转的租金有没有全部入账？",
    "{place}低保户名单是怎么评出来的？",
)


class Disclosure(DeskStory):
    """The domain `disclosure`."""

    name = "disclosure"
    department = "民政局"

    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Give what the villages of a township post in the month whose habit falls on this local day, and what is asked."""
        for position, village in enumerate(township.villages):
            desk = Desk(self, township, village, day, calendar, rng)
            for kind, (first, last) in DAYS.items():
                if date_of(day).day == first + position % HABITS:
                    yield from _posted(desk, kind, last)
            if calendar.is_working(day) and rng.random() < RESOLUTION_SHARE:
                yield from _posted(desk, "resolution", None)


def _posted(desk: Desk, kind: str, last: int | None) -> Iterator[Case]:
    """Post, on time as often as the township's character says, and ask about it; due on the last day of the month given."""
    rng, character, today = desk.rng, desk.character, desk.date
    if rng.random() < character.hanging_share:
        return  # not posted at all this month
    midnight = desk.calendar.midnight(desk.day)
    due_at = None if last is None else desk.calendar.midnight(desk.day + last - today.day) + DAY - 1
    at = midnight + MORNING[0] + int(rng.random() * (AFTERNOON[1] - MORNING[0]))
    if last is not None and rng.random() >= character.on_time_share:
        at += (last - today.day + 1 + int(rng.random() * MOST_LATE_DAYS)) * DAY
    case = desk.case("disclosure", "disclosure_id", "GK")
    posted = case.open("DisclosurePosted", at, kind=kind, period=f"{today:%Y-%m}", due_at=due_at, url=None)
    case.add("disclosure_volume", at, 1)
    case.covers("disclosure_village_coverage", at)
    if kind == "finance":
        case.thing(
            "finance_day_rate", at, desk.village.code, holds=lambda wall: date_of(wall.day(at)).day <= FINANCE_DAY
        )
    if due_at is not None:
        case.in_time("disclosure_on_time_rate", due_at, at)
    if rng.random() < VOIDED_SHARE:
        case.take_back(posted, at + 10 * MINUTE, "重复公开")
        yield case
        return
    yield case
    if rng.random() < QUESTIONS_PER_DISCLOSURE:
        yield _asked(desk, case.case_id, at)


def _asked(desk: Desk, disclosure_id: str, posted_at: int) -> Case:
    rng, character = desk.rng, desk.character
    asked_at = at = posted_at + HOUR + int(rng.random() * 6 * DAY)
    case = desk.named("question", "question_id", f"ZX-{disclosure_id}")
    question = rng.choice(QUESTIONS).format(place=desk.village.short)
    case.open("QuestionRaised", at, disclosure_id=disclosure_id, question=question, resident=None)
    waiting = (
        case.share("disclosure_question_answer_rate", at, holds=False),
        case.stock("disclosure_questions_open", 1),
    )
    if rng.random() < ANSWERED_SHARE - 2 * character.hanging_share:
        at = case.after(at, (0.5 + rng.expovariate(1 / 3)) * character.pace * WORK_LENGTH)
        accepted = rng.random() < character.satisfaction
        case.write("QuestionAnswered", at, answer="已当面说明并补充公开明细。", accepted=accepted)
        case.ends(at, *waiting)
        case.share("disclosure_question_answer_rate", asked_at, holds=True, since=at)
    return case
