"""Public services (一站式, 最多跑一次) of the simulated county: what is asked for, how, how often people must come, their ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from producers.simulate.affairs import Affairs, of
from producers.simulate.register_ids import SERVICE_ITEMS, service_items
from producers.simulate.workdays import AFTERNOON, DAY, HOUR, MORNING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.affairs import Affair, Books, Deed, Desk

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
VOIDED_SHARE, CORRECTED_SHARE, WITHDRAWN_SHARE, REJECTED_SHARE = 0.008, 0.006, 0.02, 0.04
RATED_SHARE, JUSTIFIED_SHARE, RATED_AGAIN_SHARE = 0.45, 0.7, 0.4
GOOD, BAD = 4, 2
MOST_DAYS_TO_RECTIFY = 21


class Services(Affairs):
    """The domain `services`."""

    name = "services"
    department = "政务服务管理办公室"

    def begin(self, desk: Desk) -> Iterator[Affair]:
        """Ask for services, in the season of each."""
        weights = [item.weight * item.months.get(desk.date.month, 1) for item in ITEMS]
        busy = sum(weights) / sum(item.weight for item in ITEMS)
        for _ in desk.times(REQUESTS_PER_THOUSAND_RESIDENTS_AND_DAY * busy):
            affair = desk.affair("service_request", "request_id", "BJ")
            _live(desk, affair, desk.rng.choices(ITEMS, weights)[0])
            yield affair

    def count(self, books: Books, deeds: list[Deed]) -> None:
        """Count how it was asked for, and what became of it."""
        asked, channel = deeds[0], deeds[0].words["channel"]
        completed, ratings = of(deeds, "ServiceCompleted"), of(deeds, "ServiceRated")
        withdrawn = any(deed.words["result"] == "withdrawn" for deed in completed)
        books.add("service_volume", asked.at, 1)
        books.cover("service_village_coverage", asked.at)
        books.different("service_items_used", asked.at, asked.words["item"])
        books.share("service_online_rate", asked.at, holds=channel == "online")
        books.share("service_agent_rate", asked.at, holds=channel == "agent")
        at_home = channel in ("home_visit", "appointment", "after_hours")
        books.share("service_at_home_rate", asked.at, holds=at_home)
        books.now("service_open", holds=not completed)
        if not withdrawn:
            books.share("service_closure_rate", asked.at, holds=bool(completed))
            promised_at = books.promised(asked, "promised_at")
            kept = any(books.wall(deed.at) <= promised_at for deed in completed)
            books.share_due("service_on_promise_rate", promised_at, holds=kept)
            for deed in completed:
                books.share("service_one_trip_rate", deed.at, holds=deed.words["trips"] <= 1)
                books.share("service_rated_rate", deed.at, holds=bool(ratings))
        if ratings:
            first, score = ratings[0], ratings[-1].words["score"]
            books.add("service_score", first.at, score, 1)
            books.share("service_good_rating_rate", first.at, holds=score >= GOOD)
        for bad in [rating for rating in ratings if rating.words["score"] <= BAD][:1]:
            fixed = [books.day(deed.at) - books.day(bad.at) for deed in of(deeds, "ServiceRectified")]
            holds = bool(fixed) and fixed[-1] <= MOST_DAYS_TO_RECTIFY
            books.share("service_bad_rating_fixed_rate", bad.at, holds=holds)


def _live(desk: Desk, affair: Affair, item: Item) -> None:
    rng, character = desk.rng, desk.character
    online = rng.random() < item.online
    channel = "online" if online else rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0]
    at = desk.moment()
    if channel == "after_hours":
        at += AFTERNOON[1] - MORNING[0] - int(rng.random() * HOUR)
    promised_at = affair.close_after(at, item.days)
    asked = affair.write(
        "ServiceRequested", at, item=CODES[item.name], channel=channel, promised_at=promised_at, resident=None
    )
    if rng.random() < VOIDED_SHARE:
        affair.void(asked, at + HOUR // 4, "误登记")
        return
    if rng.random() < character.hanging_share / 2:
        return
    if rng.random() < (1 + character.on_time_share) / 2:
        at = affair.between(at, promised_at, rng.uniform(0.05, 0.98) * min(character.pace, 1))
    else:
        at = affair.days_after(promised_at, 0.2 + rng.expovariate(1 / 3))
    draw = rng.random()
    rejected = draw < WITHDRAWN_SHARE + REJECTED_SHARE
    result = "withdrawn" if draw < WITHDRAWN_SHARE else "rejected" if rejected else "done"
    again = int(rng.random() > character.on_time_share * 0.95)
    trips = again if channel in WITHOUT_TRIP else 1 + again
    completed = affair.write("ServiceCompleted", at, trips=trips, result=result)
    if rng.random() < CORRECTED_SHARE:
        known_at = affair.known(affair.days_after(at, 1))
        affair.write("ServiceCompleted", at, corrects=completed, recorded_at=known_at, trips=trips + 1, result=result)
    if result != "withdrawn" and rng.random() < RATED_SHARE:
        _rate(desk, affair, at)


def _rate(desk: Desk, affair: Affair, completed_at: int) -> None:
    """Rate it; a bad rating is looked into, in time as often as the township works in time."""
    rng, character = desk.rng, desk.character
    at = completed_at + HOUR // 12 + int(rng.expovariate(1 / DAY))
    happy = rng.random() < (1 + character.satisfaction) / 2
    score = rng.choice((4, 5, 5, 5)) if happy else rng.choice((1, 2, 3, 3))
    affair.write("ServiceRated", at, score=score, comment=None)
    if score <= BAD and rng.random() >= 2 * character.hanging_share:
        mean_days = 5 if rng.random() < character.on_time_share else 20
        at = affair.days_after(at, 1 + rng.expovariate(1 / mean_days))
        affair.write("ServiceRectified", at, justified=rng.random() < JUSTIFIED_SHARE, note="已回访说明并改进")
        if rng.random() < RATED_AGAIN_SHARE:
            affair.write("ServiceRated", at + HOUR, score=GOOD, comment=None)
