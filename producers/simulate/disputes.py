"""Disputes (矛盾纠纷) of the simulated county: where they come from, who mediates, how they end, which break out again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from producers.simulate.domain import Life, poisson
from producers.simulate.story import Story, yuan
from producers.simulate.tally import Tally
from producers.simulate.workdays import HOUR, MORNING, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from producers.simulate.clock import Clock
    from producers.simulate.county import Character, County, Township, Village
    from producers.simulate.workdays import WorkCalendar

DOMAIN = "disputes"
DISPUTES_PER_THOUSAND_RESIDENTS_AND_WORKING_DAY = 0.07
DEPARTMENT = "司法局"

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


@dataclass(slots=True)
class Account:
    """What became of a dispute, county time. `ends`: (known at, how it ended, or None after it broke out again, when)."""

    township: str
    registered_at: int
    known_at: int
    ends: list[tuple[int, str | None, int]] = field(default_factory=list)
    court_known_at: int | None = None


class Disputes:
    """The domain `disputes`. One object may serve many townships and days; it keeps nothing between calls."""

    name = DOMAIN

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give the disputes registered in a township on a local day, each with its whole course."""
        if not calendar.is_working(day):
            return
        expected = township.residents / 1000 * DISPUTES_PER_THOUSAND_RESIDENTS_AND_WORKING_DAY
        populations = [village.residents for village in township.villages]
        for number in range(poisson(expected, rng)):
            village = rng.choices(township.villages, populations)[0]
            at = calendar.midnight(day) + MORNING[0] + int(rng.random() * 9 * HOUR)
            case_id = f"JF{date_of(day):%Y%m%d}{township.code[-3:]}{number + 1:03d}-{rng.getrandbits(24):06x}"
            place = (township.code, village.code)
            story = Story(DOMAIN, ("dispute", "dispute_id", case_id), place, DEPARTMENT, calendar, rng)
            yield Life(story.happenings, _live(story, at, township.character, village, rng))

    def truths(
        self, accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
    ) -> list[dict[str, Any]]:
        """Count per township: how many were registered, how they ended, how many are open."""
        tally = Tally(calendar)
        for account in accounts:
            if account.known_at < until:
                _count(tally, account, clock, until)
        return tally.rows(county)


def _live(story: Story, at: int, character: Character, village: Village, rng: Random) -> Account:
    kind = rng.choices(KINDS, KIND_WEIGHTS)[0]
    median = AMOUNTS.get(kind)
    story.write(
        "DisputeRegistered",
        at,
        kind=kind,
        parties_count=2 + poisson(6 if kind == "wage" else 0.4, rng),
        origin=rng.choices(ORIGINS, ORIGIN_WEIGHTS)[0],
        amount_in_dispute=None if median is None else yuan(100 * round(median * rng.lognormvariate(0, 0.8))),
        appeal_id=None,
        summary=SUMMARIES[kind].format(place=village.short),
    )
    account = Account(village.code[:9], at, story.known(at))
    if rng.random() < 3 * character.hanging_share:
        return account
    settled_at = _settle(story, at, character, account, rng)
    if rng.random() < character.reopen_share:
        at = story.after(settled_at, (4 + rng.expovariate(1 / 12)) * WORK_LENGTH)
        story.write("DisputeRecurred", at, reason="协议没有履行")
        account.ends.append((story.known(at), None, at))
        _settle(story, at, character, account, rng)
    elif rng.random() < FOLLOWED_UP_SHARE * character.on_time_share:
        at = story.after(settled_at, (1 + rng.expovariate(1 / WORKING_DAYS_TO_FOLLOW_UP)) * WORK_LENGTH)
        story.write("DisputeFollowedUp", at, stable=rng.random() < character.satisfaction, note=None)
    return account


def _settle(story: Story, at: int, character: Character, account: Account, rng: Random) -> int:
    """Mediate once or several times, and settle. Returns when."""
    for number in range(1 + poisson(0.5, rng)):
        days = WORKING_DAYS_BETWEEN if number else WORKING_DAYS_TO_MEDIATE
        at = story.after(at, (0.1 + rng.expovariate(1 / days)) * character.pace * WORK_LENGTH)
        mediator = rng.choices(MEDIATORS, MEDIATOR_WEIGHTS)[0]
        story.write("MediationHeld", at, mediator_kind=mediator, parties_present=2)
        if mediator == "court" and account.court_known_at is None:
            account.court_known_at = story.known(at)
    at = story.after(at, HOUR / 4 + rng.random() * HOUR)
    draw = rng.random()
    outcome = "agreement" if draw < AGREED_SHARE else "withdrawn" if draw < AGREED_SHARE + WITHDRAWN_SHARE else "court"
    in_writing = rng.random() < WRITTEN_SHARE if outcome == "agreement" else None
    story.write("DisputeSettled", at, outcome=outcome, in_writing=in_writing, amount_agreed=None)
    account.ends.append((story.known(at), outcome, at))
    return at


def _count(tally: Tally, account: Account, clock: Clock, until: int) -> None:
    township, registered_at = account.township, clock.to_wall(account.registered_at)
    known = [(outcome, at) for known_at, outcome, at in account.ends if known_at < until]
    outcome, settled_at = known[-1] if known else (None, 0)
    tally.case(township, "dispute")
    tally.add(township, registered_at, "dispute_volume", 1)
    tally.share(township, registered_at, "dispute_resolution_rate", holds=outcome is not None)
    tally.share(township, registered_at, "dispute_mediation_success_rate", holds=outcome == "agreement")
    tally.now(township, "dispute_open", int(outcome is None))
    if outcome is not None:
        in_court = account.court_known_at is not None and account.court_known_at < until
        holds = outcome != "court" and not in_court
        tally.share(township, clock.to_wall(settled_at), "dispute_settled_in_village_rate", holds=holds)
