"""Deliberation (四议两公开) of the simulated county: what is raised, who comes to vote, which steps are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from producers.simulate.desk import VillageStory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.account import Figure
    from producers.simulate.case import Case
    from producers.simulate.desk import Desk

MOTIONS_PER_THOUSAND_RESIDENTS_AND_DAY = 0.02
# Works are planned in spring and accounts settled in winter; in the months of harvest and heat little is raised.
MONTHS = {2: 0.6, 3: 1.6, 4: 1.4, 7: 0.7, 8: 0.6, 10: 0.8, 12: 1.3}
TOPICS = ("project", "welfare", "finance", "land", "environment", "rules")
TOPIC_WEIGHTS = (32, 22, 16, 14, 10, 6)
RAISED_BY = ("representatives", "villagers", "branch", "committee", "council")
RAISED_BY_WEIGHTS = (34, 16, 20, 20, 10)
TITLES = {
    "project": "{place}道路硬化和路灯安装",
    "welfare": "{place}困难救助名单评议",
    "finance": "{place}集体资金使用方案",
    "land": "{place}土地流转方案",
    "environment": "{place}垃圾分类点位调整",
    "rules": "{place}村规民约修订",
}
COUNCIL_SHARE = 0.1
VOIDED_SHARE, CORRECTED_SHARE = 0.02, 0.015
RESIDENTS_PER_REPRESENTATIVE, FEWEST_REPRESENTATIVES = 45, 21
# Of the three meetings before the vote one is left out the more often, the slower a township works.
LEFT_OUT = 0.3
CALLED_AGAIN_SHARE = 0.9
REPORTED_SHARE = 0.85
STEPS = (
    "BranchProposed", "CommitteesConsulted", "PartyMembersReviewed", "VillagersResolved", "ResolutionDisclosed", "ResultDisclosed",
)  # fmt: skip


class Deliberation(VillageStory):
    """The domain `deliberation`."""

    name = "deliberation"
    department = "民政局"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Raise motions on working days, more of them in spring."""
        if not desk.is_working:
            return
        for _ in desk.times(MOTIONS_PER_THOUSAND_RESIDENTS_AND_DAY * MONTHS.get(desk.date.month, 1)):
            case = desk.case("motion", "motion_id", "YT")
            course = _Course(desk, case)
            course.run()
            course.reckon()
            yield case


class _Done(NamedTuple):
    """One step of a motion: since when it is known, when it happened, what, and in what words."""

    since: int
    at: int
    record: str
    event_id: str
    corrects: str | None
    words: dict[str, Any]


class _Course:
    """The course of one motion."""

    def __init__(self, desk: Desk, case: Case) -> None:
        self._desk = desk
        self._case = case
        self._rng = desk.rng
        self._character = desk.character
        self._four_and_two = False
        self._done: list[_Done] = []

    def run(self) -> None:
        """Raise it, meet, vote, post, carry out, report back; some of it not, or not in order."""
        rng, case, place = self._rng, self._case, self._desk.village.short
        topic = rng.choices(TOPICS, TOPIC_WEIGHTS)[0]
        council = topic in ("environment", "rules") or rng.random() < COUNCIL_SHARE
        at = self._desk.moment()
        self._four_and_two = not council
        raised = case.open(
            "MotionRaised",
            at,
            topic=topic,
            procedure="council" if council else "four_and_two",
            raised_by=rng.choices(RAISED_BY, RAISED_BY_WEIGHTS)[0],
            title=TITLES[topic].format(place=place),
        )
        case.add("motion_volume", at, 1)
        if rng.random() < VOIDED_SHARE:
            case.take_back(raised, case.days_after(at, 0.2), "重复登记")
        elif council:
            at = case.evening_after(at, 1 + rng.random() * 5)
            self._do("CommitteesConsulted", at, present=rng.randint(5, 9), note="议事厅协商一致")
            self._result(case.days_after(at, 2 + rng.random() * 10))
        elif rng.random() >= 2 * self._character.hanging_share:
            self._procedure(at)

    def _procedure(self, at: int) -> None:
        rng, case, character = self._rng, self._case, self._character
        left_out = LEFT_OUT * (1 - character.on_time_share)
        for step in STEPS[:3]:
            at = case.evening_after(at, (1 + rng.expovariate(1 / 3)) * character.pace)
            if rng.random() >= left_out:
                words: dict[str, Any] = {"eligible": 40, "approved": True} if step == "PartyMembersReviewed" else {}
                self._do(step, at, present=rng.randint(5, 9) if not words else rng.randint(28, 40), note=None, **words)
        posted_early = rng.random() < character.reopen_share / 2
        if posted_early:
            at = case.days_after(at, 0.3)
            self._do("ResolutionDisclosed", at, days_posted=7, url=None)
        at, passed = self._vote(case.evening_after(at, 1 + rng.expovariate(1 / 4)))
        if not passed or rng.random() < character.hanging_share:
            return
        if not posted_early:
            at = case.days_after(at, 0.2 + rng.random() * 2)
            self._do("ResolutionDisclosed", at, days_posted=7, url=None)
        self._result(case.days_after(at, (12 + rng.expovariate(1 / 20)) * character.pace))

    def _vote(self, at: int) -> tuple[int, bool]:
        """Vote, again when too few came; returns when, and whether the village went on with it (rightly or not)."""
        rng, case, character = self._rng, self._case, self._character
        eligible = max(FEWEST_REPRESENTATIVES, self._desk.village.residents // RESIDENTS_PER_REPRESENTATIVE)
        for called_again in (False, True):
            present = round(eligible * min(1.0, rng.gauss(0.72 + 0.14 * character.on_time_share, 0.07)))
            words: dict[str, Any] = {
                "meeting_kind": "representatives",
                "eligible": eligible,
                "votes_against": 0,
                "note": None,
            }
            votes_for = round(present * min(1.0, rng.gauss(0.88, 0.15)))
            vote = self._do("VillagersResolved", at, present=present, votes_for=votes_for, **words)
            if rng.random() < CORRECTED_SHARE:
                corrected_at, present = case.days_after(at, 1), min(present + 2, eligible)
                words |= {"present": present, "votes_for": votes_for}
                self._do("VillagersResolved", at, since=corrected_at, corrects=vote, **words)
            enough = 3 * present >= 2 * eligible
            if enough or called_again or rng.random() >= CALLED_AGAIN_SHARE * character.on_time_share:
                return at, not enough or 2 * votes_for > present
            at = case.evening_after(at, 4)
        raise AssertionError  # the second meeting always ends it

    def _result(self, at: int) -> None:
        rng, case, character = self._rng, self._case, self._character
        if rng.random() >= 3 * character.hanging_share:
            self._do("ResultDisclosed", at, carried_out=rng.random() < character.satisfaction, url=None)
        if rng.random() < REPORTED_SHARE:
            at = case.evening_after(at, 5 + rng.expovariate(1 / 20))
            self._do("ResultReportedBack", at, first_item=rng.random() < character.on_time_share, note=None)

    def _do(self, record: str, at: int, *, since: int | None = None, corrects: str | None = None, **words: Any) -> str:
        """Write it, and keep in mind that it was done; `since` is when a correction was found."""
        known_at = None if since is None else self._case.known(since)
        event_id = self._case.write(record, at, corrects=corrects, recorded_at=known_at, **words)
        self._done.append(_Done(at if since is None else since, at, record, event_id, corrects, words))
        return event_id

    def reckon(self) -> None:
        """Count by all that was done as of each moment at which something became known: steps count by those before them."""
        standing: list[Figure] = []
        for since in sorted({done.since for done in self._done}):
            known = [done for done in self._done if done.since <= since]
            replaced = {done.corrects for done in known}
            in_force = sorted((done for done in known if done.event_id not in replaced), key=lambda done: done.at)
            self._case.ends(since, *standing)
            standing = [*self._count_votes(in_force, since), *self._count_steps(in_force, since)]

    def _count_votes(self, done: list[_Done], since: int) -> Iterator[Figure]:
        case, votes = self._case, _of(done, "VillagersResolved")
        if votes:
            last = votes[-1]
            yield case.share("motion_quorum_rate", last.at, holds=_quorate(last), since=since)
            yield case.add("motion_present", last.at, last.words["present"], since=since)
            yield case.add("motion_eligible", last.at, last.words["eligible"], since=since)
        for valid in [vote for vote in votes if _is_valid(vote)][:1]:
            shown = any(result.at >= valid.at for result in _of(done, "ResultDisclosed"))
            first_item = any(back.words["first_item"] for back in _of(done, "ResultReportedBack"))
            yield case.share("motion_result_disclosed_rate", valid.at, holds=shown, since=since)
            yield case.share("motion_followup_rate", valid.at, holds=first_item, since=since)
            yield case.stock("motion_result_pending", int(not shown), since=since)

    def _count_steps(self, done: list[_Done], since: int) -> Iterator[Figure]:
        """Count the procedure once something is decided, walking the steps one by one; one on its right way does not count yet."""
        valid = [vote for vote in _of(done, "VillagersResolved") if _is_valid(vote)]
        decided = valid[:1] + _of(done, "ResolutionDisclosed")[:1] + _of(done, "ResultDisclosed")[:1]
        if not decided or not self._four_and_two:
            return
        case, at = self._case, decided[0].at
        walked = _walked([each for each in done if each.record != "VillagersResolved" or each in valid])
        if walked == len(STEPS) or not _on_its_way(walked, done):
            yield case.share("motion_procedure_rate", at, holds=walked == len(STEPS), since=since)
            yield case.add("motion_fault_count", at, int(walked < len(STEPS)), since=since)


def _of(done: list[_Done], record: str) -> list[_Done]:
    return [each for each in done if each.record == record]


def _is_valid(vote: _Done) -> bool:
    return _quorate(vote) and bool(2 * vote.words["votes_for"] > vote.words["present"])


def _quorate(vote: _Done) -> bool:
    return bool(3 * vote.words["present"] >= 2 * vote.words["eligible"])


def _walked(done: list[_Done]) -> int:
    """Return how many of the six steps were done one after the other; a vote that is not valid is not among them."""
    walked = 0
    for each in done:
        walked += walked < len(STEPS) and each.record == STEPS[walked]
    return walked


def _on_its_way(walked: int, done: list[_Done]) -> bool:
    """Whether all is right so far: the vote stands in its place, and nothing that belongs after the next step was done."""
    records = {each.record for each in done}
    return walked >= STEPS.index("ResolutionDisclosed") and not {*STEPS[walked:], "ResultReportedBack"} & records
