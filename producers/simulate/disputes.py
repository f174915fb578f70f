"""Disputes (矛盾纠纷) of the simulated county: where they come from, who mediates, how they end, which break out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from producers.simulate.desk import Desk, DeskStory
from producers.simulate.domain import poisson
from producers.simulate.story import hundredths
from producers.simulate.workdays import HOUR, WORK_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.account import Figure
    from producers.simulate.case import Case
    from producers.simulate.county import Township
    from producers.simulate.workdays import WorkCalendar

DISPUTES_PER_THOUSAND_RESIDENTS_AND_WORKING_DAY = 0.07

KINDS = ("neighbour", "family", "land", "contract", "wage", "water", "other")
KIND_WEIGHTS = (30, 22, 16, 10, 9, 6, 7)
# Where money is in dispute: the median, in yuan.
AMOUNTS = {"wage": 18_000, "contract": 26_000, "land": 6_000, "other": 3_000}
ORIGINS = ("application", "screening", "appeal", "police", "court")
ORIGIN_WEIGHTS = (46, 24, 14, 12, 4)
MEDIATORS = ("village_committee", "elder", "party_member", "judicial_office", "court")
MEDIATOR_WEIGHTS = (52, 16, 10, 18, 4)
SUMMARIES = {
    "neighbour": "{place}两户因院墙滴水争执",
    "family": "{place}一户因赡养老人意见不合",
    "land": "{place}两户因田埂边界争执",
    "contract": "{place}承包款未按合同支付",
    "wage": "{place}一工地拖欠工资",
    "water": "{place}上下游因放水灌溉争执",
    "other": "{place}因损坏财物要求赔偿",
}
WORKING_DAYS_TO_MEDIATE = 1.2
WORKING_DAYS_BETWEEN = 2.5
AGREED_SHARE = 0.93
WITHDRAWN_SHARE = 0.04
WRITTEN_SHARE = 0.7
FOLLOWED_UP_SHARE = 0.9
WORKING_DAYS_TO_FOLLOW_UP = 9


class Disputes(DeskStory):
    """The domain `disputes`."""

    name = "disputes"
    department = "司法局"

    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Give the disputes registered in a township on a local day, each with its whole course."""
        if not calendar.is_working(day):
            return
        expected = township.residents / 1000 * DISPUTES_PER_THOUSAND_RESIDENTS_AND_WORKING_DAY
        populations = [village.residents for village in township.villages]
        for _ in range(poisson(expected, rng)):
            village = rng.choices(township.villages, populations)[0]
            yield _live(Desk(self, township, village, day, calendar, rng))


def _live(desk: Desk) -> Case:
    rng, character, at = desk.rng, desk.character, desk.moment()
    case = desk.case("dispute", "dispute_id", "JF")
    kind = rng.choices(KINDS, KIND_WEIGHTS)[0]
    median = AMOUNTS.get(kind)
    case.open(
        "DisputeRegistered",
        at,
        kind=kind,
        parties_count=2 + poisson(6 if kind == "wage" else 0.4, rng),
        origin=rng.choices(ORIGINS, ORIGIN_WEIGHTS)[0],
        amount_in_dispute=None if median is None else hundredths(100 * round(median * rng.lognormvariate(0, 0.8))),
        appeal_id=None,
        summary=SUMMARIES[kind].format(place=desk.village.short),
    )
    case.add("dispute_volume", at, 1)
    if rng.random() < 3 * character.hanging_share:
        _open(case, at)
        return case
    course = _Course(case, desk)
    course.settle(at)
    if rng.random() < character.reopen_share:
        at = case.after(course.settled_at, (4 + rng.expovariate(1 / 12)) * WORK_LENGTH)
        case.write("DisputeRecurred", at, reason="协议没有履行")
        course.settle(at)
    elif rng.random() < FOLLOWED_UP_SHARE * character.on_time_share:
        at = case.after(course.settled_at, (1 + rng.expovariate(1 / WORKING_DAYS_TO_FOLLOW_UP)) * WORK_LENGTH)
        case.write("DisputeFollowedUp", at, stable=rng.random() < character.satisfaction, note=None)
    return case


def _open(case: Case, since: int) -> tuple[Figure, ...]:
    """Count it as open, from when it was registered or broke out again."""
    return (
        case.share("dispute_resolution_rate", case.at, holds=False, since=since),
        case.share("dispute_mediation_success_rate", case.at, holds=False, since=since),
        case.stock("dispute_open", 1, since=since),
    )


class _Course:
    """The course of one dispute: open, settled, perhaps open again."""

    def __init__(self, case: Case, desk: Desk) -> None:
        self._case = case
        self._rng = desk.rng
        self._pace = desk.character.pace
        self._standing: tuple[Figure, ...] = ()
        self._in_court = False
        self.settled_at = 0

    def settle(self, at: int) -> None:
        """Open it at `at`, mediate once or several times, and settle."""
        self._stand(at, *_open(self._case, at))
        case, rng = self._case, self._rng
        for number in range(1 + poisson(0.5, rng)):
            days = WORKING_DAYS_BETWEEN if number else WORKING_DAYS_TO_MEDIATE
            at = case.after(at, (0.1 + rng.expovariate(1 / days)) * self._pace * WORK_LENGTH)
            mediator = rng.choices(MEDIATORS, MEDIATOR_WEIGHTS)[0]
            case.write("MediationHeld", at, mediator_kind=mediator, parties_present=2)
            self._in_court |= mediator == "court"
        at = case.after(at, HOUR / 4 + rng.random() * HOUR)
        draw = rng.random()
        outcome = (
            "agreement" if draw < AGREED_SHARE else "withdrawn" if draw < AGREED_SHARE + WITHDRAWN_SHARE else "court"
        )
        in_writing = rng.random() < WRITTEN_SHARE if outcome == "agreement" else None
        case.write("DisputeSettled", at, outcome=outcome, in_writing=in_writing, amount_agreed=None)
        self.settled_at = at
        self._stand(
            at,
            case.share("dispute_resolution_rate", case.at, holds=True, since=at),
            case.share("dispute_mediation_success_rate", case.at, holds=outcome == "agreement", since=at),
            case.share(
                "dispute_settled_in_village_rate", at, holds=outcome != "court" and not self._in_court, since=at
            ),
        )

    def _stand(self, since: int, *figures: Figure) -> None:
        self._case.ends(since, *self._standing)
        self._standing = figures
