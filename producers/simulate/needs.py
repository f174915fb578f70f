"""Needs (治理需求) of the simulated county and what they are met with: who needs what in which season, who is helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from producers.simulate.desk import VillageStory
from producers.simulate.domain import poisson
from producers.simulate.workdays import HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.case import Case
    from producers.simulate.desk import Desk

NEEDS_PER_THOUSAND_RESIDENTS_AND_DAY = 0.06
RESOURCES_PER_THOUSAND_RESIDENTS_AND_DAY = 0.008


class Kind(NamedTuple):
    """A kind of need: group and category, its share beside others, months that differ, what it is met with, its words."""

    group: str
    category: str
    weight: float
    months: dict[int, float]
    met_with: str
    words: str


KINDS = (
    Kind("elderly", "care", 22, {1: 1.4, 7: 1.3, 8: 1.3}, "people", "{place}独居老人希望有人送餐、陪同就医"),
    Kind("elderly", "health", 12, {10: 1.3, 12: 1.3}, "people", "{place}老人行动不便，希望上门量血压"),
    Kind("left_behind_children", "education", 10, {6: 1.6, 7: 3.0, 8: 3.0}, "people", "{place}孩子暑期无人辅导"),
    Kind("farmers", "farming", 16, {3: 2.0, 4: 2.0, 6: 1.5, 9: 1.4}, "material", "{place}农户要良种和农技指导"),
    Kind("farmers", "work", 10, {2: 2.0, 3: 1.6}, "policy", "{place}村民希望就近务工"),
    Kind("low_income", "housing", 8, {5: 1.6, 6: 1.6}, "policy", "{place}住房漏雨，申请修缮补助"),
    Kind("disabled", "care", 7, {}, "material", "{place}残疾村民需要轮椅"),
    Kind("general", "culture", 9, {1: 1.5, 7: 1.4}, "people", "{place}村民希望办广场舞和书法班"),
    Kind("general", "legal", 6, {12: 1.5}, "people", "{place}村民想咨询合同纠纷"),
)
CHANNELS, CHANNEL_WEIGHTS = ("household_contact", "visit", "council", "online"), (42, 26, 18, 14)
PRIORITIES, PRIORITY_WEIGHTS = ("high", "normal", "low"), (22, 60, 18)
VOIDED_SHARE, CORRECTED_SHARE, DUPLICATE_SHARE, NO_RESOURCE_SHARE = 0.012, 0.012, 0.04, 0.06
ASKED_SHARE = 0.7
RESOURCES = {
    "people": ("银龄志愿服务队", "人次", 60),
    "material": ("物资储备点", "份", 120),
    "policy": ("惠民政策名额", "个", 20),
}
USES, WITHDRAWN_SHARE = 5, 0.12


class Needs(VillageStory):
    """The domain `needs`."""

    name = "needs"
    department = "社会工作部"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Record needs in their season, and offer resources, on working days."""
        if not desk.is_working:
            return
        weights = [kind.weight * kind.months.get(desk.date.month, 1) for kind in KINDS]
        busy = sum(weights) / sum(kind.weight for kind in KINDS)
        for _ in desk.times(NEEDS_PER_THOUSAND_RESIDENTS_AND_DAY * busy):
            need = desk.case("need", "need_id", "XQ")
            _need(desk, need, desk.rng.choices(KINDS, weights)[0])
            yield need
        for _ in desk.times(RESOURCES_PER_THOUSAND_RESIDENTS_AND_DAY):
            resource = desk.case("resource", "resource_id", "ZY")
            _resource(desk, resource)
            yield resource


def _need(desk: Desk, case: Case, kind: Kind) -> None:
    rng, character = desk.rng, desk.character
    recorded_at = at = desk.moment()
    recorded = case.open(
        "NeedRecorded",
        at,
        channel=rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0],
        group=kind.group,
        category=kind.category,
        priority=(priority := rng.choices(PRIORITIES, PRIORITY_WEIGHTS)[0]),
        summary=kind.words.format(place=desk.village.short),
        resident=None,
    )
    case.add("need_volume", at, 1)
    covered, unmatched = case.covers("need_village_coverage", at), case.share("need_match_rate", at, holds=False)
    unmet = [case.share("need_met_rate", at, holds=False), case.stock("need_unmet", 1)]
    if priority == "high":
        unmet.append(case.stock("need_unmet_high_priority", 1))
    draw = rng.random()
    if draw < VOIDED_SHARE:
        case.take_back(recorded, at + HOUR // 3, "重复录入")
        return
    at = case.days_after(at, (0.3 + rng.expovariate(1 / 4)) * character.pace)
    if draw < VOIDED_SHARE + DUPLICATE_SHARE + NO_RESOURCE_SHARE:
        reason = "duplicate" if draw < VOIDED_SHARE + DUPLICATE_SHARE else "no_resource"
        case.write("NeedDeclined", at, reason=reason, note=None)
        if reason == "duplicate":
            case.ends(at, covered, unmatched, *unmet)
        return
    if rng.random() >= 0.4 + 0.6 * character.on_time_share:
        return
    case.write("NeedMatched", at, resource_id=None, resource_kind=kind.met_with)
    case.ends(at, unmatched)
    case.share("need_match_rate", recorded_at, holds=True, since=at)
    case.add("need_matched_count", at, 1, since=at)
    if rng.random() >= 0.3 + 0.7 * character.on_time_share:
        return
    at = case.days_after(at, (0.5 + rng.expovariate(1 / 5)) * character.pace)
    asked, happy = rng.random() < ASKED_SHARE, rng.random() < character.satisfaction
    met = case.write("NeedMet", at, satisfied=happy if asked else None, note=None)
    case.ends(at, *unmet)
    case.share("need_met_rate", recorded_at, holds=True, since=at)
    content = [case.share("need_satisfaction_rate", at, holds=happy, since=at)] if asked else []
    if rng.random() < CORRECTED_SHARE:
        corrected_at = case.days_after(at, 2)
        case.write("NeedMet", at, corrects=met, recorded_at=case.known(corrected_at), satisfied=False, note="回访更正")
        case.ends(corrected_at, *content)
        case.share("need_satisfaction_rate", at, holds=False, since=corrected_at)


def _resource(desk: Desk, case: Case) -> None:
    rng, at = desk.rng, desk.moment()
    kind = rng.choice([*RESOURCES])
    name, unit, median = RESOURCES[kind]
    capacity = max(1, round(median * rng.lognormvariate(0, 0.5)))
    offered_at, used = at, 0
    case.open("ResourceOffered", at, kind=kind, capacity=capacity, unit=unit, name=f"{desk.village.short}{name}")
    case.add("resource_volume", at, 1)
    case.add("resource_capacity", at, capacity)
    idle = case.stock("resource_idle", 1)
    uses = poisson(USES * desk.character.on_time_share, rng)
    for _ in range(uses):
        at = case.days_after(at, 0.5 + rng.expovariate(1 / 6))
        amount = max(1, round(capacity * rng.uniform(0.05, 0.3)))
        case.write("ResourceUsed", at, amount=amount, need_id=None)
        case.add("resource_used", offered_at, min(amount, capacity - used), since=at)
        used = min(capacity, used + amount)
        case.ends(at, idle)
    if rng.random() < WITHDRAWN_SHARE:
        at = case.days_after(at, 4)
        case.write("ResourceWithdrawn", at, note="服务队解散")
        case.ends(at, idle)
