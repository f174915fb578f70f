"""Projects (民生微实事) of the simulated county: proposed, argued, voted on, built on time or not, paid for, evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.affairs import Affairs, of
from producers.simulate.story import yuan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.affairs import Affair, Books, Deed, Desk

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


class Projects(Affairs):
    """The domain `projects`."""

    name = "projects"
    department = "社会工作部"

    def begin(self, desk: Desk) -> Iterator[Affair]:
        """Propose projects, most of them in spring."""
        for _ in desk.times(PROJECTS_PER_THOUSAND_RESIDENTS_AND_DAY * MONTHS.get(desk.date.month, 1)):
            affair = desk.affair("project", "project_id", "XM")
            _Course(desk, affair).run()
            yield affair

    def count(self, books: Books, deeds: list[Deed]) -> None:
        """Count what each step of a project's life says of it. How many are delayed depends on the hour, and is not told."""
        proposed = deeds[0]
        books.add("project_volume", proposed.at, 1)
        ended = bool(of(deeds, "ProjectCompleted") or of(deeds, "ProjectCancelled"))
        for started in of(deeds, "ProjectStarted"):
            before = [deed for deed in deeds if deed.at < started.at]
            passed = [vote for vote in before if vote.words.get("votes_for", 0) > vote.words.get("votes_against", 0)]
            books.share("project_argued_rate", started.at, holds=bool(of(before, "ProjectArgued")))
            books.share("project_vote_rate", started.at, holds=bool(passed))
            books.now("project_open", holds=not ended)
            if not of(deeds, "ProjectCancelled"):
                due_at = books.promised(started)
                done = any(books.wall(deed.at) <= due_at for deed in of(deeds, "ProjectCompleted"))
                books.share_due("project_on_time_rate", due_at, holds=done)
        for completed in of(deeds, "ProjectCompleted"):
            cost, evaluations = completed.words["cost"], of(deeds, "ProjectEvaluated")
            books.add("project_cost", completed.at, int(cost * 100))
            books.share("project_cost_overrun_rate", completed.at, holds=cost > proposed.words["budget"])
            books.share("project_evaluated_rate", completed.at, holds=bool(evaluations))
            for by_villagers in [each for each in evaluations if each.words["evaluator_kind"] == "villagers"][-1:]:
                asked = by_villagers.words["respondents"]
                books.add("project_satisfaction", completed.at, by_villagers.words["score"] * asked, asked)


class _Course:
    """The course of one project."""

    def __init__(self, desk: Desk, affair: Affair) -> None:
        self._affair = affair
        self._village = desk.village
        self._rng = desk.rng
        self._character = desk.character
        kind = desk.rng.choices([*KINDS], [weight for weight, *_ in KINDS.values()])[0]
        _, median, self._days, title = KINDS[kind]
        self._budget = 100_000 * max(1, round(median * desk.rng.lognormvariate(0, 0.5) / 1000))
        self._at = desk.moment()
        self._proposed = affair.write(
            "ProjectProposed",
            self._at,
            kind=kind,
            programme="micro" if median < KINDS["water"][1] else "governance",
            budget=yuan(self._budget),
            title=title.format(place=desk.village.short),
            motion_id=None,
        )

    def run(self) -> None:
        """Go through all of its life, as far as it gets."""
        rng, affair, slack = self._rng, self._affair, 1 - self._character.on_time_share
        if rng.random() < VOIDED_SHARE:
            affair.void(self._proposed, affair.days_after(self._at, 0.3), "重复申报")
            return
        if rng.random() >= slack / 2:
            self._later(2 + rng.expovariate(1 / 4))
            affair.write("ProjectArgued", self._at, participants=rng.randint(6, 24), feasible=True, note=None)
        if rng.random() >= slack / 2 and not self._passes() and rng.random() >= slack:
            return
        if rng.random() < 2 * self._character.hanging_share:
            return
        self._later(3 + rng.expovariate(1 / 5))
        due_at = affair.close_after(self._at, self._days)
        amount = yuan(round(self._budget * rng.uniform(0.85, 0.99)))
        affair.write("ProjectStarted", self._at, due_at=due_at, contractor="石桥建筑队", contract_amount=amount)
        self._build(due_at)

    def _passes(self) -> bool:
        rng = self._rng
        self._at = self._affair.evening_after(self._at, 2 + rng.expovariate(1 / 3))
        eligible = max(21, self._village.residents // 45)
        cast = round(eligible * rng.uniform(0.8, 1))
        votes_for = round(cast * (rng.uniform(0.7, 1) if rng.random() < PASSED_SHARE else rng.uniform(0.2, 0.48)))
        against = cast - votes_for
        self._affair.write("ProjectVoted", self._at, eligible=eligible, votes_for=votes_for, votes_against=against)
        return votes_for > against

    def _build(self, due_at: int) -> None:
        """Build it, in time as often as the township's character says; or give it up; or never finish."""
        rng, affair, started_at = self._rng, self._affair, self._at
        if rng.random() < CANCELLED_SHARE:
            self._later(5)
            affair.write("ProjectCancelled", self._at, reason="选址纳入征迁范围")
            return
        for part in (0.25, 0.5):
            self._at = affair.between(started_at, due_at, part * rng.uniform(0.9, 1.1))
            affair.write("ProjectProgressed", self._at, percent=round(100 * part), note=None)
        if rng.random() < 2 * self._character.hanging_share:
            return
        if rng.random() < self._character.on_time_share:
            self._at = affair.between(started_at, due_at, rng.uniform(0.7, 0.99))
        else:
            self._at = affair.days_after(due_at, 1 + rng.expovariate(1 / 8))
        cost = round(self._budget * rng.gauss(0.98 - 0.05 * self._character.on_time_share, 0.05))
        completed = affair.write("ProjectCompleted", self._at, cost=yuan(cost), accepted=True)
        if rng.random() < CORRECTED_SHARE:
            known_at, audited = affair.known(affair.days_after(self._at, 4)), yuan(round(cost * 0.97))
            affair.write(
                "ProjectCompleted", self._at, corrects=completed, recorded_at=known_at, cost=audited, accepted=True
            )
        self._evaluate()

    def _evaluate(self) -> None:
        rng, satisfaction = self._rng, self._character.satisfaction
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
                self._affair.write("ProjectEvaluated", self._at, **words)

    def _later(self, days: float) -> None:
        self._at = self._affair.days_after(self._at, days)
