"""Policy tasks (政策任务清单) of the simulated county: campaigns in their season, done step by step, and what people say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from producers.simulate.desk import VillageStory
from producers.simulate.domain import poisson
from producers.simulate.workdays import HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.case import Case
    from producers.simulate.desk import Desk


class Campaign(NamedTuple):
    """A policy of the year: its number, what villages must do, who asks for it, its month, steps, and working days."""

    policy_id: str
    title: str
    owner: str
    month: int
    steps: int
    days: int


CAMPAIGNS = (
    Campaign("关于做好春节前走访慰问的通知", "{place}困难群众走访慰问", "民政局", 1, 2, 10),
    Campaign("关于下达粮食播种面积的通知", "{place}春耕种粮面积核实", "农业农村局", 3, 4, 20),
    Campaign("关于开展耕地“非粮化”整治的通知", "{place}耕地地块核查", "自然资源和规划局", 4, 5, 30),
    Campaign("防汛防台准备工作方案", "{place}山塘水库和危房排查", "水利局", 5, 3, 12),
    Campaign("关于做好困境儿童暑期关爱的通知", "{place}留守儿童暑期关爱", "民政局", 6, 3, 25),
    Campaign("秸秆禁烧工作方案", "{place}秸秆禁烧宣传和巡查", "生态环境局", 9, 3, 30),
    Campaign("城乡居民基本医保参保缴费工作方案", "{place}医保参保动员", "医疗保障局", 10, 4, 40),
    Campaign("农民工工资支付专项行动方案", "{place}工资支付排查", "人力资源和社会保障局", 12, 3, 20),
)
# A village is given a campaign's task on a day of its own, if offices are open; those left over are not concerned.
FIRST_DAY, DAYS_OF_GIVING = 4, 12
OTHER_TASKS_PER_THOUSAND_RESIDENTS_AND_DAY = 0.01
VOIDED_SHARE, CORRECTED_SHARE, WITHDRAWN_SHARE = 0.02, 0.03, 0.03
REPORTED_STEP_SHARE = 0.9
FEEDBACK_PER_TASK = 4
ASKED_SHARE = 0.9
CHANNELS, CHANNEL_WEIGHTS = ("visit", "survey", "phone", "online"), (50, 25, 15, 10)


class Policy(VillageStory):
    """The domain `policy`."""

    name = "policy"
    department = "县政府办公室"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Give the tasks of the season on working days, a few others, and ask people afterwards."""
        if not desk.is_working:
            return
        given = [each for each in CAMPAIGNS if each.month == desk.date.month and desk.date.day == _day_of(desk, each)]
        given += [desk.rng.choice(CAMPAIGNS) for _ in desk.times(OTHER_TASKS_PER_THOUSAND_RESIDENTS_AND_DAY)]
        for campaign in given:
            task = desk.case("policy_task", "task_id", "RW")
            at = _task(desk, task, campaign)
            yield task
            for _ in range(poisson(FEEDBACK_PER_TASK, desk.rng) if at else 0):
                feedback = desk.case("policy_feedback", "feedback_id", "FK")
                at = feedback.days_after(at, desk.rng.expovariate(1 / 2))
                _feedback(desk, feedback, campaign, at)
                yield feedback


def _day_of(desk: Desk, campaign: Campaign) -> int:
    return FIRST_DAY + (int(desk.village.code[-6:]) + campaign.steps) % DAYS_OF_GIVING


def _task(desk: Desk, case: Case, campaign: Campaign) -> int:
    """Do a task, in time as often as the township's character says; returns when people can be asked, 0 for never."""
    rng, character, at = desk.rng, desk.character, desk.moment()
    due_at = case.close_after(at, campaign.days)
    assigned_at, steps = at, campaign.steps
    assigned = case.open(
        "TaskAssigned",
        at,
        policy_id=campaign.policy_id,
        title=campaign.title.format(place=desk.village.short),
        owner=campaign.owner,
        owner_person=None,
        due_at=due_at,
        steps=campaign.steps,
    )
    case.add("policy_task_volume", at, 1)
    pending, planned = case.stock("policy_open", 1), case.add("policy_steps", at, steps)
    undone = case.share("policy_completion_rate", at, holds=False)
    unextended, untimely = case.due("policy_extension_rate", due_at), case.due("policy_on_time_rate", due_at)
    draw = rng.random()
    if draw < VOIDED_SHARE:
        case.take_back(assigned, at + HOUR // 3, "重复下达")
        return 0
    if draw < VOIDED_SHARE + WITHDRAWN_SHARE:
        at = case.days_after(at, 3)
        case.write("TaskWithdrawn", at, reason="政策调整")
        case.ends(at, pending, planned, undone, unextended, untimely)
        return 0
    done, promised = [], at
    started_at, late = at, rng.random() >= character.on_time_share
    for step in range(1, campaign.steps):
        at = case.between(started_at, due_at, step / campaign.steps * rng.uniform(0.8, 1))
        if rng.random() < REPORTED_STEP_SHARE:
            case.write("TaskStepDone", at, step=step, note=None)
            done.append(case.add("policy_steps_done", assigned_at, 1, since=at))
    if late and rng.random() < character.on_time_share / 2:
        first_due_at = due_at
        at, due_at = case.between(started_at, due_at, 0.97), case.close_after(due_at, 8)
        promised = at
        case.write("TaskExtended", at, due_at=due_at, reason="连续降雨，进度推迟")
        case.ends(at, unextended, untimely)
        case.due("policy_extension_rate", first_due_at, 1, since=at)
        untimely = case.due("policy_on_time_rate", due_at, promised=at)
        late = rng.random() >= character.on_time_share
    if rng.random() < 2 * character.hanging_share:
        return 0
    at = case.days_after(due_at, 0.2 + rng.expovariate(1 / 6)) if late else case.between(at, due_at, rng.random())
    completed = case.write("TaskCompleted", at, note=None)
    case.ends(at, pending, undone, untimely, *done)
    case.share("policy_completion_rate", assigned_at, holds=True, since=at)
    case.add("policy_steps_done", assigned_at, steps, since=at)
    timely = case.in_time("policy_on_time_rate", due_at, at, promised=promised)
    if rng.random() < CORRECTED_SHARE:
        right_at, corrected_at = case.days_after(at, 1.5), case.days_after(at, 2)
        known_at = case.known(corrected_at)
        case.write("TaskCompleted", right_at, corrects=completed, recorded_at=known_at, note="完成时间更正")
        case.ends(corrected_at, timely)
        case.in_time("policy_on_time_rate", due_at, right_at, promised=promised, since=corrected_at)
    return at


def _feedback(desk: Desk, case: Case, campaign: Campaign, at: int) -> None:
    rng, character = desk.rng, desk.character
    aware = rng.random() < 0.6 + 0.4 * character.satisfaction
    benefits = aware and rng.random() < character.satisfaction
    given = case.open(
        "PolicyFeedbackGiven",
        at,
        policy_id=campaign.policy_id,
        channel=rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0],
        aware=aware,
        benefited=(benefited := benefits if rng.random() < ASKED_SHARE else None),
        score=(score := rng.choice((4, 5, 5) if rng.random() < character.satisfaction else (1, 2, 3, 3))),
        comment=None,
    )
    case.add("policy_feedback_count", at, 1)
    case.share("policy_awareness_rate", at, holds=aware)
    if benefited is not None:
        case.share("policy_benefit_rate", at, holds=benefited)
    case.add("policy_feedback_score", at, score, 1)
    if rng.random() < VOIDED_SHARE:
        case.take_back(given, at + HOUR // 3, "重复录入")
