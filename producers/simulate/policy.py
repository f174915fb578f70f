"""Policy tasks (政策任务清单) of the simulated county: campaigns in their season, done step by step, and what people say of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from producers.simulate.affairs import Affairs, of
from producers.simulate.domain import poisson
from producers.simulate.workdays import HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.affairs import Affair, Books, Deed, Desk


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


class Policy(Affairs):
    """The domain `policy`."""

    name = "policy"
    department = "县政府办公室"

    def begin(self, desk: Desk) -> Iterator[Affair]:
        """Give the tasks of the season, a few others, and ask people afterwards."""
        given = [each for each in CAMPAIGNS if each.month == desk.date.month and desk.date.day == _day_of(desk, each)]
        given += [desk.rng.choice(CAMPAIGNS) for _ in desk.times(OTHER_TASKS_PER_THOUSAND_RESIDENTS_AND_DAY)]
        for campaign in given:
            task = desk.affair("policy_task", "task_id", "RW")
            at = _task(desk, task, campaign)
            yield task
            for _ in range(poisson(FEEDBACK_PER_TASK, desk.rng) if at else 0):
                feedback = desk.affair("policy_feedback", "feedback_id", "FK")
                at = feedback.days_after(at, desk.rng.expovariate(1 / 2))
                _feedback(desk, feedback, campaign, at)
                yield feedback

    def count(self, books: Books, deeds: list[Deed]) -> None:
        """Count a task by its due time and steps, feedback by what was asked."""
        if deeds[0].record == "TaskAssigned":
            _count_task(books, deeds)
            return
        given = deeds[0]
        books.add("policy_feedback_count", given.at, 1)
        for word, indicator in (("aware", "policy_awareness_rate"), ("benefited", "policy_benefit_rate")):
            if given.words[word] is not None:
                books.share(indicator, given.at, holds=given.words[word])
        books.add("policy_feedback_score", given.at, given.words["score"], 1)


def _day_of(desk: Desk, campaign: Campaign) -> int:
    return FIRST_DAY + (int(desk.village.code[-6:]) + campaign.steps) % DAYS_OF_GIVING


def _task(desk: Desk, affair: Affair, campaign: Campaign) -> int:
    """Do a task, in time as often as the township's character says; returns when people can be asked, 0 for never."""
    rng, character, at = desk.rng, desk.character, desk.moment()
    due_at = affair.close_after(at, campaign.days)
    assigned = affair.write(
        "TaskAssigned",
        at,
        policy_id=campaign.policy_id,
        title=campaign.title.format(place=desk.village.short),
        owner=campaign.owner,
        owner_person=None,
        due_at=due_at,
        steps=campaign.steps,
    )
    draw = rng.random()
    if draw < VOIDED_SHARE:
        affair.void(assigned, at + HOUR // 3, "重复下达")
        return 0
    if draw < VOIDED_SHARE + WITHDRAWN_SHARE:
        affair.write("TaskWithdrawn", affair.days_after(at, 3), reason="政策调整")
        return 0
    started_at, late = at, rng.random() >= character.on_time_share
    for step in range(1, campaign.steps):
        at = affair.between(started_at, due_at, step / campaign.steps * rng.uniform(0.8, 1))
        if rng.random() < REPORTED_STEP_SHARE:
            affair.write("TaskStepDone", at, step=step, note=None)
    if late and rng.random() < character.on_time_share / 2:
        at, due_at = affair.between(started_at, due_at, 0.97), affair.close_after(due_at, 8)
        affair.write("TaskExtended", at, due_at=due_at, reason="连续降雨，进度推迟")
        late = rng.random() >= character.on_time_share
    if rng.random() < 2 * character.hanging_share:
        return 0
    at = affair.days_after(due_at, 0.2 + rng.expovariate(1 / 6)) if late else affair.between(at, due_at, rng.random())
    completed = affair.write("TaskCompleted", at, note=None)
    if rng.random() < CORRECTED_SHARE:
        right, known_at = affair.days_after(at, 1.5), affair.known(affair.days_after(at, 2))
        affair.write("TaskCompleted", right, corrects=completed, recorded_at=known_at, note="完成时间更正")
    return at


def _feedback(desk: Desk, affair: Affair, campaign: Campaign, at: int) -> None:
    rng, character = desk.rng, desk.character
    aware = rng.random() < 0.6 + 0.4 * character.satisfaction
    benefited = aware and rng.random() < character.satisfaction
    given = affair.write(
        "PolicyFeedbackGiven",
        at,
        policy_id=campaign.policy_id,
        channel=rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0],
        aware=aware,
        benefited=benefited if rng.random() < ASKED_SHARE else None,
        score=rng.choice((4, 5, 5)) if rng.random() < character.satisfaction else rng.choice((1, 2, 3, 3)),
        comment=None,
    )
    if rng.random() < VOIDED_SHARE:
        affair.void(given, at + HOUR // 3, "重复录入")


def _count_task(books: Books, deeds: list[Deed]) -> None:
    assigned, completed = deeds[0], of(deeds, "TaskCompleted")
    withdrawn, extended = of(deeds, "TaskWithdrawn"), of(deeds, "TaskExtended")
    books.add("policy_task_volume", assigned.at, 1)
    books.now("policy_open", holds=not completed and not withdrawn)
    if withdrawn:
        return
    steps = assigned.words["steps"]
    done = [deed.words["step"] for deed in of(deeds, "TaskStepDone")]
    books.add("policy_steps", assigned.at, steps)
    books.add("policy_steps_done", assigned.at, steps if completed else len(done))
    books.share("policy_completion_rate", assigned.at, holds=bool(completed))
    books.share_due("policy_extension_rate", books.promised(assigned), holds=bool(extended))
    due_at = books.promised((extended or [assigned])[-1])
    books.share_due("policy_on_time_rate", due_at, holds=any(books.wall(deed.at) <= due_at for deed in completed))
