"""Innovation (创新提案) of the simulated county: who proposes what, what is adopted and what comes of it, what is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.desk import Desk, DeskStory
from producers.simulate.domain import poisson
from producers.simulate.workdays import HOUR, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.case import Case
    from producers.simulate.county import Township
    from producers.simulate.workdays import WorkCalendar

DEPARTMENT = "社会工作部"
PROPOSALS_PER_WORKING_DAY = 0.14
# Ideas are called for after spring festival.
SEASON = {3: 2.0, 4: 1.3, 12: 0.6}
MOST_EAGER = 3

TITLES = {
    "services": "{place}老人代办点下沉到自然村",
    "environment": "{place}垃圾分类积分兑换",
    "collective_economy": "{place}闲置厂房抱团招租",
    "disputes": "{place}“板凳调解”进院落",
    "digital": "{place}村务事项扫码上报",
    "culture": "{place}红白事简办公约",
    "party_building": "{place}党员亮身份认领心愿",
    "other": "{place}农具共享角",
}
AREA_WEIGHTS = (24, 20, 14, 12, 12, 8, 6, 4)
PROPOSERS = ("cadre", "villager", "member", "township", "organisation")
PROPOSER_WEIGHTS = (34, 26, 22, 12, 6)
VOIDED_SHARE = 0.02
ADOPTED_SHARE = 0.8
"""Of the proposals decided, in a township where everybody is content."""

WORKING_DAYS_TO_DECIDE = 9
EVALUATED_SHARE = 0.8
EVALUATORS = ("villagers", "third_party", "superior")
EXEMPTED_SHARE = 0.1
EXEMPTIONS = ("pilot", "exploration", "market_risk", "convenience", "digital", "policy_unclear")
WRITTEN_DOWN_FROM = 84


class Innovation(DeskStory):
    """The domain `innovation`."""

    name = "innovation"
    department = DEPARTMENT

    def begin(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Case]:
        """Give the proposals of a township on a local day, each to its end, and the practices that come of them."""
        if not calendar.is_working(day):
            return
        eagerness = min(1 / township.character.pace, MOST_EAGER)
        for _ in range(poisson(PROPOSALS_PER_WORKING_DAY * eagerness * SEASON.get(date_of(day).month, 1), rng)):
            yield from _proposal(Desk(self, township, rng.choice(township.villages), day, calendar, rng))


def _proposal(desk: Desk) -> Iterator[Case]:
    rng, at = desk.rng, desk.moment()
    case = desk.case("proposal", "proposal_id", "TA")
    area = rng.choices([*TITLES], AREA_WEIGHTS)[0]
    title = TITLES[area].format(place=desk.village.short)
    proposer = rng.choices(PROPOSERS, PROPOSER_WEIGHTS)[0]
    submitted = case.open(
        "ProposalSubmitted", at, area=area, proposer_kind=proposer, title=title, proposer=None, content=None
    )
    case.add("proposal_count", at, 1)
    case.add("proposal_adoption_rate", at, 0, 1)
    case.stock("proposal_undecided", 1)
    if rng.random() < VOIDED_SHARE:
        case.take_back(submitted, case.after(at, HOUR), "重复提交")
    elif rng.random() >= 2 * desk.character.hanging_share:
        adopted_at = _decide(case, desk, at)
        if adopted_at is not None and rng.random() < EVALUATED_SHARE:
            evaluated_at, score = _evaluate(case, desk, adopted_at)
            if score >= WRITTEN_DOWN_FROM:
                yield _practice(desk, (area, title), case.after(evaluated_at, WORK_LENGTH), case.happenings[0].event)
    yield case


def _decide(case: Case, desk: Desk, submitted_at: int) -> int | None:
    """Adopt or decline; returns when it was adopted."""
    rng, character = desk.rng, desk.character
    at = case.after(submitted_at, (0.5 + rng.expovariate(1 / WORKING_DAYS_TO_DECIDE)) * character.pace * WORK_LENGTH)
    case.stock("proposal_undecided", -1, since=at)
    if rng.random() >= ADOPTED_SHARE * character.satisfaction:
        case.write("ProposalDeclined", at, by_department=DEPARTMENT, reason="条件尚不成熟")
        return None
    case.write("ProposalAdopted", at, by_department=DEPARTMENT)
    case.add("proposal_adoption_rate", submitted_at, 1, since=at)
    case.add("proposal_evaluated_rate", at, 0, 1, since=at)
    if rng.random() < EXEMPTED_SHARE:
        excused_at = case.after(at, (5 + rng.expovariate(1 / 20)) * WORK_LENGTH)
        case.write(
            "ExemptionGranted",
            excused_at,
            kind=rng.choice(EXEMPTIONS),
            by_department="纪委监委",
            person=None,
            note="程序合规，未谋私利",
        )
        case.add("exemption_count", excused_at, 1, since=excused_at)
    return at


def _evaluate(case: Case, desk: Desk, adopted_at: int) -> tuple[int, int]:
    """Look at what came of it; returns when, and how many points it was given."""
    rng = desk.rng
    at = case.after(adopted_at, (12 + rng.expovariate(1 / 12)) * WORK_LENGTH)
    score = max(0, min(100, round(rng.gauss(100 * desk.character.satisfaction - 8, 7))))
    case.write("ProposalEvaluated", at, evaluator_kind=rng.choice(EVALUATORS), score=score)
    case.add("proposal_evaluated_rate", adopted_at, 1, since=at)
    case.add("proposal_score", adopted_at, score, 1, since=at)
    return at, score


def _practice(desk: Desk, told: tuple[str, str], at: int, proposal: dict[str, Any]) -> Case:
    area, title = told
    case = desk.case("practice", "practice_id", "AL")
    case.open(
        "PracticeRecorded",
        at,
        area=area,
        title=title,
        problem="群众反映集中、办理费时",
        method="提案试点后总结为固定做法",
        result="群众评价良好",
        from_proposal=proposal["proposal_id"],
    )
    case.add("practice_count", at, 1)
    case.add("practice_from_proposal_rate", at, 1, 1)
    return case
