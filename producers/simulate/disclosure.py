"""Disclosure (村务公开) of the simulated county: what villages post and when, what people ask, what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from producers.simulate.domain import Life
from producers.simulate.story import Story
from producers.simulate.tally import Tally
from producers.simulate.workdays import AFTERNOON, DAY, HOUR, MINUTE, MORNING, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from producers.simulate.clock import Clock
    from producers.simulate.county import County, Township, Village
    from producers.simulate.workdays import WorkCalendar

DOMAIN = "disclosure"
DEPARTMENT = "民政局"
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


@dataclass(slots=True)
class Posted:
    """A disclosure, county time; `voided_at` is when it was taken back."""

    township: str
    village: str
    kind: str
    at: int
    known_at: int
    due_at: int | None
    voided_at: int | None


@dataclass(slots=True)
class Asked:
    """A question, county time."""

    township: str
    at: int
    known_at: int
    answer_known_at: int | None


class Disclosure:
    """The domain `disclosure`. One object may serve many townships and days; it keeps nothing between calls."""

    name = DOMAIN

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give what the villages of a township post in the month whose habit falls on this local day, and what is asked."""
        for position, village in enumerate(township.villages):
            for kind, (first, last) in DAYS.items():
                if date_of(day).day == first + position % HABITS:
                    yield from self._posted(township, village, kind, (day, last), calendar, rng)
            if calendar.is_working(day) and rng.random() < RESOLUTION_SHARE:
                yield from self._posted(township, village, "resolution", (day, None), calendar, rng)

    def truths(
        self, accounts: Iterable[Posted | Asked], county: County, clock: Clock, calendar: WorkCalendar, until: int
    ) -> list[dict[str, Any]]:
        """Count per township: what was posted, when it was due, which villages posted, what was asked and answered."""
        tally = Tally(calendar)
        for account in accounts:
            if account.known_at >= until:
                continue
            if isinstance(account, Asked):
                _count_question(tally, account, clock, until)
            elif account.voided_at is None or account.voided_at >= until:
                _count_posted(tally, account, clock)
        return tally.rows(county)

    def _posted(
        self,
        township: Township,
        village: Village,
        kind: str,
        due: tuple[int, int | None],
        calendar: WorkCalendar,
        rng: Random,
    ) -> Iterator[Life]:
        """Post, on time as often as the township's character says, and ask about it."""
        day, last = due
        character, today = township.character, date_of(day)
        if rng.random() < character.hanging_share:
            return  # not posted at all this month
        due_at = None if last is None else calendar.midnight(day + last - today.day) + DAY - 1
        at = calendar.midnight(day) + MORNING[0] + int(rng.random() * (AFTERNOON[1] - MORNING[0]))
        if last is not None and rng.random() >= character.on_time_share:
            at += (last - today.day + 1 + int(rng.random() * MOST_LATE_DAYS)) * DAY
        number = f"GK{today:%Y%m%d}{village.code[-6:]}-{kind[:2]}-{rng.getrandbits(24):06x}"
        place = (township.code, village.code)
        story = Story(DOMAIN, ("disclosure", "disclosure_id", number), place, DEPARTMENT, calendar, rng)
        posted = story.write("DisclosurePosted", at, kind=kind, period=f"{today:%Y-%m}", due_at=due_at, url=None)
        account = Posted(township.code, village.code, kind, at, story.known(at), due_at, None)
        if rng.random() < VOIDED_SHARE:
            at += 10 * MINUTE
            story.void(posted, at, "重复公开")
            account.voided_at = story.known(at)
        yield Life(story.happenings, account)
        if account.voided_at is None and rng.random() < QUESTIONS_PER_DISCLOSURE:
            yield self._asked(township, village, number, at, calendar, rng)

    def _asked(
        self, township: Township, village: Village, number: str, posted_at: int, calendar: WorkCalendar, rng: Random
    ) -> Life:
        at = posted_at + HOUR + int(rng.random() * 6 * DAY)
        place = (township.code, village.code)
        case = ("question", "question_id", f"ZX-{number}")
        story = Story(DOMAIN, case, place, DEPARTMENT, calendar, rng)
        question = rng.choice(QUESTIONS).format(place=village.short)
        story.write("QuestionRaised", at, disclosure_id=number, question=question, resident=None)
        account = Asked(township.code, at, story.known(at), None)
        if rng.random() < ANSWERED_SHARE - 2 * township.character.hanging_share:
            at = story.after(at, (0.5 + rng.expovariate(1 / 3)) * township.character.pace * WORK_LENGTH)
            accepted = rng.random() < township.character.satisfaction
            story.write("QuestionAnswered", at, answer="已当面说明并补充公开明细。", accepted=accepted)
            account.answer_known_at = story.known(at)
        return Life(story.happenings, account)


def _count_posted(tally: Tally, account: Posted, clock: Clock) -> None:
    township, village, at = account.township, account.village, clock.to_wall(account.at)
    tally.case(township, "disclosure")
    tally.add(township, at, "disclosure_volume", 1)
    tally.cover(township, at, "disclosure_village_coverage", village)
    if account.kind == "finance" and tally.day_of_month(at) <= FINANCE_DAY:
        tally.cover(township, at, "finance_day_rate", village)
    if account.due_at is not None:
        due_at = clock.to_wall(account.due_at, known_at=account.known_at)
        tally.share(township, due_at, "disclosure_on_time_rate", holds=at <= due_at)


def _count_question(tally: Tally, account: Asked, clock: Clock, until: int) -> None:
    answered = account.answer_known_at is not None and account.answer_known_at < until
    at = clock.to_wall(account.at)
    tally.case(account.township, "question")
    tally.share(account.township, at, "disclosure_question_answer_rate", holds=answered)
    tally.now(account.township, "disclosure_questions_open", int(not answered))
