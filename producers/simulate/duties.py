"""Duties (权责清单) of the simulated county: who bears what, what townships refer to departments, and who passes the buck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.case import Account, Case, Desk, tallied
from producers.simulate.domain import Life, poisson
from producers.simulate.workdays import HOUR, WORK_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from producers.simulate.clock import Clock
    from producers.simulate.county import County, Township
    from producers.simulate.workdays import WorkCalendar

DOMAIN = "duties"
DEPARTMENT = "县委办公室"
REFERRALS_PER_THOUSAND_RESIDENTS_AND_WORKING_DAY = 0.03
DUTIES_PER_VILLAGE_AND_WORKING_DAY = 0.01
ITEMS_PER_WORKING_DAY = 0.03

# What is referred to whom, and how often.
MATTERS = {
    "综合行政执法局": ("{place}沿街店面占道经营", 30),
    "自然资源和规划局": ("{place}一处宅基地未批先建", 22),
    "水利局": ("{place}河道淤塞、堤岸松动", 16),
    "生态环境局": ("{place}一家作坊废水直排", 14),
    "交通运输局": ("{place}村道路面塌陷", 12),
    "民政局": ("{place}一位老人无人照料", 6),
}
BUCK_PASSER = "自然资源和规划局"
"""The department that refuses three times as often as the others."""

VOIDED_SHARE = 0.01
JOINT_SHARE = 0.2
ACCEPTED_AFTER_ALL_SHARE = 0.6
REASONS = ("not_our_duty", "no_authority", "no_means", "facts_unclear", "other")
REASON_WEIGHTS = (50, 22, 10, 14, 4)
HOURS_TO_ACCEPT = 3.5
WORKING_DAYS_TO_DO = 4
SUBJECTS = {
    "village_committee": ("村民委员会", ("宅基地申请初审", "公共设施日常管护", "老年人能力评估协助")),
    "village_party": ("村党组织", ("党员发展教育", "村级重大事项把关")),
    "township_government": ("乡镇政府", ("安全生产检查", "农村建房审批")),
    "county_department": ("县直部门", ("违法占地查处", "食品安全抽检")),
    "supervision_committee": ("村务监督委员会", ("村级工程监督",)),
}
WITHDRAWN_SHARE = 0.1
ITEMS = ("流动人口信息核对", "惠农补贴申报协助", "居家养老服务协助", "防汛物资保管")
REQUESTED_BY = ("公安局", "农业农村局", "民政局", "应急管理局")
WITH_FUNDS_SHARE = 0.55
REMOVED_SHARE = 0.3


class Duties:
    """The domain `duties`. One object may serve many townships and days; it keeps nothing between calls."""

    name = DOMAIN

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give what a township refers, what is put on its villages' lists and what they are given to do on a local day."""
        if not calendar.is_working(day):
            return
        expected = township.residents / 1000 * REFERRALS_PER_THOUSAND_RESIDENTS_AND_WORKING_DAY
        for _ in range(poisson(expected, rng)):
            village = rng.choice(township.villages)
            yield _referral(Desk(DOMAIN, township, village, day, calendar, rng), township.code)
        for village in township.villages:
            if rng.random() < DUTIES_PER_VILLAGE_AND_WORKING_DAY:
                yield _duty(Desk(DOMAIN, township, village, day, calendar, rng))
        if rng.random() < ITEMS_PER_WORKING_DAY:
            yield _item(Desk(DOMAIN, township, None, day, calendar, rng))

    def truths(
        self, accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
    ) -> list[dict[str, Any]]:
        """Count per township: what was referred, refused, accepted and done; what stands on the lists."""
        return tallied(accounts, county, clock, calendar, until)


def _referral(desk: Desk, township: str) -> Life:
    rng, at = desk.rng, desk.moment()
    case = desk.case("referral", "referral_id", "YJ", DEPARTMENT)
    department = rng.choices([*MATTERS], [weight for _, weight in MATTERS.values()])[0]
    joint = rng.random() < JOINT_SHARE
    due_at = desk.calendar.end_of_working_day(at, 1)
    referred = case.open(
        "MatterReferred",
        at,
        from_unit=township,
        to_department=department,
        joint=joint,
        matter_id=None,
        due_at=due_at,
        duty_id=None,
        matter=MATTERS[department][0].format(place="" if desk.village is None else desk.village.short),
    )
    case.adds(at, at, "referral_volume", 1)
    rates = ("buck_passing_rate", "referral_done_rate", "referral_accept_rate")
    for rate in (*rates, "joint_accept_rate") if joint else rates:
        case.adds(at, at, rate, 0, 1)
    case.stock(at, "referral_open", 1)
    if rng.random() < VOIDED_SHARE:
        case.take_back(referred, case.after(at, HOUR), "误移交")
    elif rng.random() >= desk.character.hanging_share:
        _answer(case, desk, (at, department, due_at), joint=joint)
    return case.life()


def _answer(case: Case, desk: Desk, referred: tuple[int, str, int], *, joint: bool) -> None:
    """Let the department refuse or accept; refused, it may accept after all."""
    rng, (opened_at, department, due_at) = desk.rng, referred
    at = case.after(opened_at, (0.1 + rng.expovariate(1 / HOURS_TO_ACCEPT)) * desk.character.pace * HOUR)
    if rng.random() < desk.character.return_share * (3 if department == BUCK_PASSER else 1):
        reason = rng.choices(REASONS, REASON_WEIGHTS)[0]
        case.write("MatterRefused", at, by_department=department, reason_kind=reason, reason=None)
        case.adds(at, opened_at, "buck_passing_rate", 1)
        case.stock(at, "referral_open", -1)
        if rng.random() >= ACCEPTED_AFTER_ALL_SHARE:
            return
        at = case.after(at, (0.5 + rng.expovariate(1 / 2)) * WORK_LENGTH)
        case.stock(at, "referral_open", 1)
    case.write("MatterAccepted", at, by_department=department)
    case.in_time(at, "referral_accept_rate", due_at, counts_at=opened_at)
    if joint:
        case.adds(at, opened_at, "joint_accept_rate", 1)
    if rng.random() >= 2 * desk.character.hanging_share:
        at = case.after(at, (0.2 + rng.expovariate(1 / WORKING_DAYS_TO_DO)) * desk.character.pace * WORK_LENGTH)
        case.write("MatterDone", at, by_department=department, result="已办理")
        case.adds(at, opened_at, "referral_done_rate", 1)
        case.stock(at, "referral_open", -1)


def _duty(desk: Desk) -> Life:
    rng, at = desk.rng, desk.moment()
    case = desk.case("duty", "duty_id", "QZ", DEPARTMENT)
    kind = rng.choice([*SUBJECTS])
    subject, duties = SUBJECTS[kind]
    case.open("DutyAssigned", at, subject_kind=kind, subject=subject, duty=rng.choice(duties), basis="县级权责清单")
    case.stock(at, "duty_count", 1)
    if rng.random() < WITHDRAWN_SHARE:
        at = case.after(at, (5 + rng.expovariate(1 / 40)) * WORK_LENGTH)
        case.write("DutyWithdrawn", at, reason="事权上收")
        case.stock(at, "duty_count", -1)
    return case.life()


def _item(desk: Desk) -> Life:
    rng, at = desk.rng, desk.moment()
    case = desk.case("admitted_item", "item_id", "ZR", DEPARTMENT)
    number = rng.randrange(len(ITEMS))
    with_funds = rng.random() < WITH_FUNDS_SHARE
    case.open("ItemAdmitted", at, name=ITEMS[number], requested_by=REQUESTED_BY[number], with_funds=with_funds)
    case.adds(at, at, "item_with_funds_rate", int(with_funds), 1)
    case.stock(at, "admitted_item_count", 1)
    if rng.random() < REMOVED_SHARE:
        at = case.after(at, (10 + rng.expovariate(1 / 60)) * WORK_LENGTH)
        case.write("ItemRemoved", at, reason="并入其他事项")
        case.stock(at, "admitted_item_count", -1)
    return case.life()
