"""Projects (民生微实事) of the simulated county: proposed, argued, voted on, built on time or not, paid for, evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.desk import VillageStory
from producers.simulate.story import hundredths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.account import Figure
    from producers.simulate.case import Case
    from producers.simulate.desk import Desk

PROJECTS_PER_THOUSAND_RESIDENTS_AND_DAY = 0.01
# Money is given out after spring festival; in the cold and in the plum rains little is begun.
MONTHS = {1: 0.4, 2: 0.5, 3: 2.0, 4: 1.6, 5: 1.2, 6: 0.7, 12: 0.4}
# Kind: weight, median of the budget in yuan, working days it takes, title.
KINDS = {
    "road": (24, 180_000, 60, "{place}三组道路硬化"),
    "lighting": (18, 48_000, 25, "{place}路灯安装"),
    "square": (14, 90_000, 40, "{place}健身广场改造"),
    "environment": (18, 60_000, 30, "{place}公厕和垃圾房改造"),
    "water": (12, 120_000, 45, "{place}灌溉渠道清淤"),
    "care": (8, 70_000, 35, "{place}居家养老中心设施更新"),
    "safety": (6, 30_000, 20, "{place}河埠头护栏"),
}
VOIDED_SHARE, CORRECTED_SHARE, CANCELLED_SHARE = 0.02, 0.03, 0.05
PASSED_SHARE = 0.93
THIRD_PARTY_SHARE, SUPERIOR_SHARE = 0.3, 0.25


class Projects(VillageStory):
    """The domain `projects`."""

    name = "projects"
    department = "社会工作部"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Propose projects on working days, most of them in spring."""
        if not desk.is_working:
            return
        for _ in desk.times(PROJECTS_PER_THOUSAND_RESIDENTS_AND_DAY * MONTHS.get(desk.date.month, 1)):
            case = desk.case("project", "project_id", "XM")
            _Course(desk, case).run()
            yield case


class _Course:
    """The course of one project."""

    def __init__(self, desk: Desk, case: Case) -> None:
        self._case = case
        self._village = desk.village
        self._rng = desk.rng
        self._character = desk.character
        kind = desk.rng.choices([*KINDS], [weight for weight, *_ in KINDS.values()])[0]
        _, median, self._days, title = KINDS[kind]
        self._budget = 100_000 * max(1, round(median * desk.rng.lognormvariate(0, 0.5) / 1000))
        self._at = desk.moment()
        self._argued = self._voted = False
        self._proposed = case.open(
            "ProjectProposed",
            self._at,
            kind=kind,
            programme="micro" if median < KINDS["water"][1] else "governance",
            budget=hundredths(self._budget),
            title=title.format(place=desk.village.short),
            motion_id=None,
        )

    def run(self) -> None:
        """Go through all of its life, as far as it gets. How many are delayed depends on the hour, and is not counted."""
        self._case.add("project_volume", self._at, 1)
        rng, case, slack = self._rng, self._case, 1 - self._character.on_time_share
        if rng.random() < VOIDED_SHARE:
            case.take_back(self._proposed, case.days_after(self._at, 0.3), "重复申报")
            return
        if rng.random() >= slack / 2:
            self._later(2 + rng.expovariate(1 / 4))
            case.write("ProjectArgued", self._at, participants=rng.randint(6, 24), feasible=True, note=None)
            self._argued = True
        if rng.random() >= slack / 2 and not self._passes() and rng.random() >= slack:
            return
        if rng.random() < 2 * self._character.hanging_share:
            return
        self._later(3 + rng.expovariate(1 / 5))
        due_at = case.close_after(self._at, self._days)
        amount = hundredths(round(self._budget * rng.uniform(0.85, 0.99)))
        case.write("ProjectStarted", self._at, due_at=due_at, contractor="石桥建筑队", contract_amount=amount)
        case.share("project_argued_rate", self._at, holds=self._argued, since=self._at)
        case.share("project_vote_rate", self._at, holds=self._voted, since=self._at)
        self._build(due_at)

    def _passes(self) -> bool:
        rng = self._rng
        self._at = self._case.evening_after(self._at, 2 + rng.expovariate(1 / 3))
        eligible = max(21, self._village.residents // 45)
        cast = round(eligible * rng.uniform(0.8, 1))
        votes_for = round(cast * (rng.uniform(0.7, 1) if rng.random() < PASSED_SHARE else rng.uniform(0.2, 0.48)))
        against = cast - votes_for
        self._case.write("ProjectVoted", self._at, eligible=eligible, votes_for=votes_for, votes_against=against)
        self._voted = votes_for > against
        return self._voted

    def _build(self, due_at: int) -> None:
        """Build it, in time as often as the township's character says; or give it up; or never finish."""
        rng, case, started_at = self._rng, self._case, self._at
        going_on = case.stock("project_open", 1, since=started_at)
        untimely = case.due("project_on_time_rate", due_at, promised=started_at)
        if rng.random() < CANCELLED_SHARE:
            self._later(5)
            case.write("ProjectCancelled", self._at, reason="选址纳入征迁范围")
            case.ends(self._at, going_on, untimely)
            return
        for part in (0.25, 0.5):
            self._at = case.between(started_at, due_at, part * rng.uniform(0.9, 1.1))
            case.write("ProjectProgressed", self._at, percent=round(100 * part), note=None)
        if rng.random() < 2 * self._character.hanging_share:
            return
        if rng.random() < self._character.on_time_share:
            self._at = case.between(started_at, due_at, rng.uniform(0.7, 0.99))
        else:
            self._at = case.days_after(due_at, 1 + rng.expovariate(1 / 8))
        cost = round(self._budget * rng.gauss(0.98 - 0.05 * self._character.on_time_share, 0.05))
        at = self._at
        completed = case.write("ProjectCompleted", at, cost=hundredths(cost), accepted=True)
        case.ends(at, going_on, untimely)
        case.in_time("project_on_time_rate", due_at, at, promised=started_at)
        costs = self._costs(cost, since=at)
        if rng.random() < CORRECTED_SHARE:
            corrected_at, audited = case.days_after(at, 4), round(cost * 0.97)
            known_at = case.known(corrected_at)
            case.write(
                "ProjectCompleted",
                at,
                corrects=completed,
                recorded_at=known_at,
                cost=hundredths(audited),
                accepted=True,
            )
            case.ends(corrected_at, *costs)
            self._costs(audited, since=corrected_at)
        self._evaluate(at)

    def _costs(self, cost: int, *, since: int) -> tuple[Figure, Figure]:
        """Count what it cost, in the month in which it was completed."""
        case, at = self._case, self._at
        return (
            case.add("project_cost", at, cost, since=since),
            case.share("project_cost_overrun_rate", at, holds=cost > self._budget, since=since),
        )

    def _evaluate(self, completed_at: int) -> None:
        rng, case, satisfaction = self._rng, self._case, self._character.satisfaction
        unevaluated = case.share("project_evaluated_rate", completed_at, holds=False, since=completed_at)
        shares = {
            "villagers": self._character.on_time_share,
            "third_party": THIRD_PARTY_SHARE,
            "superior": SUPERIOR_SHARE,
        }
        for kind, share in shares.items():
            if rng.random() < share:
                self._later(2 + rng.expovariate(1 / 5))
                score = round(100 * min(1.0, rng.gauss(satisfaction, 0.04)))
                asked = rng.randint(20, 80) if kind == "villagers" else None
                words: dict[str, Any] = {"evaluator_kind": kind, "score": score, "respondents": asked}
                case.write("ProjectEvaluated", self._at, **words)
                if unevaluated.ends_at is None:
                    case.ends(self._at, unevaluated)
                    case.share("project_evaluated_rate", completed_at, holds=True, since=self._at)
                if asked is not None:
                    case.add("project_satisfaction", completed_at, score * asked, asked, since=self._at)

    def _later(self, days: float) -> None:
        self._at = self._case.days_after(self._at, days)
