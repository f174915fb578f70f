"""Public services (一站式, 最多跑一次) of the simulated county: what is asked for, how, how often people must come, their ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from producers.simulate.desk import VillageStory
from producers.simulate.register_ids import SERVICE_ITEMS, service_items
from producers.simulate.workdays import AFTERNOON, DAY, HOUR, MORNING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.account import Condition, Figure
    from producers.simulate.case import Case
    from producers.simulate.desk import Desk

REQUESTS_PER_THOUSAND_RESIDENTS_AND_DAY = 0.16


class Item(NamedTuple):
    """A service of the list: its share beside others, working days promised, share asked for online, months that differ."""

    name: str
    weight: float
    days: int
    online: float
    months: dict[int, float]


USUAL = (
    Item("城乡居民基本医疗保险参保", 20, 1, 0.75, {10: 2.2, 11: 2.8, 12: 2.0}),
    Item("养老保险待遇资格认证", 18, 1, 0.55, {}),
    Item("耕地地力保护补贴申报", 12, 10, 0.3, {3: 1.8, 4: 2.4, 5: 1.6, 1: 0.2, 2: 0.4}),
    Item("老年人优待证办理", 10, 5, 0.5, {9: 1.4, 10: 1.5}),
    Item("生育登记", 8, 1, 0.85, {}),
    Item("残疾人两项补贴申请", 8, 10, 0.35, {}),
    Item("农村宅基地审批", 6, 20, 0.2, {3: 1.4, 12: 0.6}),
    Item("最低生活保障申请", 8, 22, 0.15, {}),
    Item("就业创业登记", 10, 2, 0.8, {2: 1.6, 3: 1.8, 6: 1.5, 7: 1.5}),
)
SELDOM = 0.4
ITEMS = (
    *USUAL,
    *(Item(name, SELDOM, 5, 0.5, {}) for name in SERVICE_ITEMS if name not in {item.name for item in USUAL}),
)
CODES = dict(zip(SERVICE_ITEMS, service_items(), strict=True))
# How those who do not ask online ask.
CHANNELS = ("counter", "agent", "home_visit", "appointment", "after_hours", "self_service")
CHANNEL_WEIGHTS = (56, 20, 8, 6, 6, 4)
WITHOUT_TRIP = frozenset({"online", "agent", "home_visit"})
AT_HOME = frozenset({"home_visit", "appointment", "after_hours"})
VOIDED_SHARE, CORRECTED_SHARE, WITHDRAWN_SHARE, REJECTED_SHARE = 0.008, 0.006, 0.02, 0.04
RATED_SHARE, JUSTIFIED_SHARE, RATED_AGAIN_SHARE = 0.45, 0.7, 0.4
GOOD, BAD = 4, 2
MOST_DAYS_TO_RECTIFY = 21


class Services(VillageStory):
    """The domain `services`."""

    name = "services"
    department = "政务服务管理办公室"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Ask for services on a working day, in the season of each."""
        if not desk.is_working:
            return
        weights = [item.weight * item.months.get(desk.date.month, 1) for item in ITEMS]
        busy = sum(weights) / sum(item.weight for item in ITEMS)
        for _ in desk.times(REQUESTS_PER_THOUSAND_RESIDENTS_AND_DAY * busy):
            case = desk.case("service_request", "request_id", "BJ")
            _live(desk, case, desk.rng.choices(ITEMS, weights)[0])
            yield case


def _live(desk: Desk, case: Case, item: Item) -> None:
    rng, character = desk.rng, desk.character
    online = rng.random() < item.online
    channel = "online" if online else rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0]
    at = desk.moment()
    if channel == "after_hours":
        at += AFTERNOON[1] - MORNING[0] - int(rng.random() * HOUR)
    asked_at, promised_at = at, case.close_after(at, item.days)
    asked = case.open(
        "ServiceRequested", at, item=CODES[item.name], channel=channel, promised_at=promised_at, resident=None
    )
    case.add("service_volume", at, 1)
    case.covers("service_village_coverage", at)
    case.thing("service_items_used", at, CODES[item.name])
    case.share("service_online_rate", at, holds=online)
    case.share("service_agent_rate", at, holds=channel == "agent")
    case.share("service_at_home_rate", at, holds=channel in AT_HOME)
    waiting = (
        case.stock("service_open", 1),
        case.share("service_closure_rate", at, holds=False),
        case.due("service_on_promise_rate", promised_at),
    )
    if rng.random() < VOIDED_SHARE:
        case.take_back(asked, at + HOUR // 4, "误登记")
        return
    if rng.random() < character.hanging_share / 2:
        return
    if rng.random() < (1 + character.on_time_share) / 2:
        at = case.between(at, promised_at, rng.uniform(0.05, 0.98) * min(character.pace, 1))
    else:
        at = case.days_after(promised_at, 0.2 + rng.expovariate(1 / 3))
    draw = rng.random()
    rejected = draw < WITHDRAWN_SHARE + REJECTED_SHARE
    result = "withdrawn" if draw < WITHDRAWN_SHARE else "rejected" if rejected else "done"
    again = int(rng.random() > character.on_time_share * 0.95)
    trips = again if channel in WITHOUT_TRIP else 1 + again
    completed = case.write("ServiceCompleted", at, trips=trips, result=result)
    case.ends(at, *waiting)
    corrected_at = case.days_after(at, 1) if rng.random() < CORRECTED_SHARE else None
    if corrected_at is not None:
        known_at = case.known(corrected_at)
        case.write("ServiceCompleted", at, corrects=completed, recorded_at=known_at, trips=trips + 1, result=result)
    if result == "withdrawn":
        return
    case.share("service_closure_rate", asked_at, holds=True, since=at)
    case.in_time("service_on_promise_rate", promised_at, at)
    one_trip = case.share("service_one_trip_rate", at, holds=trips <= 1, since=at)
    if corrected_at is not None:
        case.ends(corrected_at, one_trip)
        case.share("service_one_trip_rate", at, holds=trips < 1, since=corrected_at)
    unrated = case.share("service_rated_rate", at, holds=False, since=at)
    if rng.random() < RATED_SHARE:
        _rate(desk, case, at, unrated)


def _rate(desk: Desk, case: Case, completed_at: int, unrated: Figure) -> None:
    """Rate it; a bad rating is looked into, in time as often as the township works in time."""
    rng, character = desk.rng, desk.character
    at = completed_at + HOUR // 12 + int(rng.expovariate(1 / DAY))
    happy = rng.random() < (1 + character.satisfaction) / 2
    score = rng.choice((4, 5, 5, 5)) if happy else rng.choice((1, 2, 3, 3))
    case.write("ServiceRated", at, score=score, comment=None)
    case.ends(at, unrated)
    case.share("service_rated_rate", completed_at, holds=True, since=at)
    rated_at, rated = at, _scored(case, at, score, at)
    if score > BAD:
        return
    unfixed = case.share("service_bad_rating_fixed_rate", at, holds=False, since=at)
    if rng.random() >= 2 * character.hanging_share:
        mean_days = 5 if rng.random() < character.on_time_share else 20
        at = case.days_after(at, 1 + rng.expovariate(1 / mean_days))
        case.ends(at, unfixed)
        case.share("service_bad_rating_fixed_rate", rated_at, holds=_within(rated_at, at), since=at)
        case.write("ServiceRectified", at, justified=rng.random() < JUSTIFIED_SHARE, note="已回访说明并改进")
        if rng.random() < RATED_AGAIN_SHARE:
            at += HOUR
            case.write("ServiceRated", at, score=GOOD, comment=None)
            case.ends(at, *rated)
            _scored(case, rated_at, GOOD, at)


def _scored(case: Case, first_at: int, score: int, since: int) -> tuple[Figure, Figure]:
    """Count the score of the last rating in the month of the first."""
    return (
        case.add("service_score", first_at, score, 1, since=since),
        case.share("service_good_rating_rate", first_at, holds=score >= GOOD, since=since),
    )


def _within(rated_at: int, rectified_at: int) -> Condition:
    return lambda wall: wall.day(rectified_at) - wall.day(rated_at) <= MOST_DAYS_TO_RECTIFY
