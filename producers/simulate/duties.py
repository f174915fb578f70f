"""Duties (权责清单) of the simulated county: who bears what, what townships refer to departments, and who passes the buck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from producers.simulate.desk import Desk, DeskStory
from producers.simulate.domain import poisson
from producers.simulate.workdays import HOUR, WORK_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.case import Case
    from producers.simulate.county import Township
    from producers.simulate.workdays import WorkCalendar

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


class Duties(DeskStory):
    """The domain `duties`."""

    name = "duties"
    department = DEPARTMENT

    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Give what a township refers, what is put on its villages' lists and what they are given to do on a local day."""
        if not calendar.is_working(day):
            return
        expected = township.residents / 1000 * REFERRALS_PER_THOUSAND_RESIDENTS_AND_WORKING_DAY
        for _ in range(poisson(expected, rng)):
            village = rng.choice(township.villages)
            yield _referral(Desk(self, township, village, day, calendar, rng), township.code)
        for village in township.villages:
            if rng.random() < DUTIES_PER_VILLAGE_AND_WORKING_DAY:
                yield _duty(Desk(self, township, village, day, calendar, rng))
        if rng.random() < ITEMS_PER_WORKING_DAY:
            yield _item(Desk(self, township, None, day, calendar, rng))


def _referral(desk: Desk, township: str) -> Case:
    rng, at = desk.rng, desk.moment()
    case = desk.case("referral", "referral_id", "YJ")
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
        matter=MATTERS[department][0].format(place=desk.village.short),
    )
    case.add("referral_volume", at, 1)
    rates = ("buck_passing_rate", "referral_done_rate", "referral_accept_rate")
    for rate in (*rates, "joint_accept_rate") if joint else rates:
        case.share(rate, at, holds=False)
    case.stock("referral_open", 1)
    if rng.random() < VOIDED_SHARE:
        case.take_back(referred, case.after(at, HOUR), "误移交")
    elif rng.random() >= desk.character.hanging_share:
        _answer(case, desk, (at, department, due_at), joint=joint)
    return case


def _answer(case: Case, desk: Desk, referred: tuple[int, str, int], *, joint: bool) -> None:
    """Let the department refuse or accept; refused, it may accept after all."""
    rng, (opened_at, department, due_at) = desk.rng, referred
    at = case.after(opened_at, (0.1 + rng.expovariate(1 / HOURS_TO_ACCEPT)) * desk.character.pace * HOUR)
    if rng.random() < desk.character.return_share * (3 if department == BUCK_PASSER else 1):
        reason = rng.choices(REASONS, REASON_WEIGHTS)[0]
        case.write("MatterRefused", at, by_department=department, reason_kind=reason, reason=None)
        case.add("buck_passing_rate", opened_at, 1, since=at)
        case.stock("referral_open", -1, since=at)
        if rng.random() >= ACCEPTED_AFTER_ALL_SHARE:
            return
        at = case.after(at, (0.5 + rng.expovariate(1 / 2)) * WORK_LENGTH)
        case.stock("referral_open", 1, since=at)
    case.write("MatterAccepted", at, by_department=department)
    case.add("referral_accept_rate", opened_at, 1, since=at, holds=case.by(due_at, at))
    if joint:
        case.add("joint_accept_rate", opened_at, 1, since=at)
    if rng.random() >= 2 * desk.character.hanging_share:
        at = case.after(at, (0.2 + rng.expovariate(1 / WORKING_DAYS_TO_DO)) * desk.character.pace * WORK_LENGTH)
        case.write("MatterDone", at, by_department=department, result="已办理")
        case.add("referral_done_rate", opened_at, 1, since=at)
        case.stock("referral_open", -1, since=at)


def _duty(desk: Desk) -> Case:
    rng, at = desk.rng, desk.moment()
    case = desk.case("duty", "duty_id", "QZ")
    kind = rng.choice([*SUBJECTS])
    subject, duties = SUBJECTS[kind]
    case.open("DutyAssigned", at, subject_kind=kind, subject=subject, duty=rng.choice(duties), basis="县级权责清单")
    case.stock("duty_count", 1)
    if rng.random() < WITHDRAWN_SHARE:
        at = case.after(at, (5 + rng.expovariate(1 / 40)) * WORK_LENGTH)
        case.write("DutyWithdrawn", at, reason="事权上收")
        case.stock("duty_count", -1, since=at)
    return case


def _item(desk: Desk) -> Case:
    rng, at = desk.rng, desk.moment()
    case = desk.case("admitted_item", "item_id", "ZR")
    number = rng.randrange(len(ITEMS))
    with_funds = rng.random() < WITH_FUNDS_SHARE
    case.open("ItemAdmitted", at, name=ITEMS[number], requested_by=REQUESTED_BY[number], with_funds=with_funds)
    case.share("item_with_funds_rate", at, holds=with_funds)
    case.stock("admitted_item_count", 1)
    if rng.random() < REMOVED_SHARE:
        at = case.after(at, (10 + rng.expovariate(1 / 60)) * WORK_LENGTH)
        case.write("ItemRemoved", at, reason="并入其他事项")
        case.stock("admitted_item_count", -1, since=at)
    return case
