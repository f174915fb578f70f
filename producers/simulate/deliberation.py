"""Deliberation (四议两公开) of the simulated county: what is raised, who comes to vote, which steps are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.affairs import Affairs, of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from producers.simulate.affairs import Affair, Books, Deed, Desk

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


class Deliberation(Affairs):
    """The domain `deliberation`."""

    name = "deliberation"
    department = "民政局"

    def begin(self, desk: Desk) -> Iterator[Affair]:
        """Raise motions, more of them in spring."""
        for _ in desk.times(MOTIONS_PER_THOUSAND_RESIDENTS_AND_DAY * MONTHS.get(desk.date.month, 1)):
            affair = desk.affair("motion", "motion_id", "YT")
            _Course(desk, affair).run()
            yield affair

    def count(self, books: Books, deeds: list[Deed]) -> None:
        """Count by the steps that were done, walking them one by one."""
        raised, votes = deeds[0], of(deeds, "VillagersResolved")
        books.add("motion_volume", raised.at, 1)
        valid = [vote for vote in votes if _quorate(vote) and 2 * vote.words["votes_for"] > vote.words["present"]]
        if votes:
            books.share("motion_quorum_rate", votes[-1].at, holds=_quorate(votes[-1]))
            books.add("motion_present", votes[-1].at, votes[-1].words["present"])
            books.add("motion_eligible", votes[-1].at, votes[-1].words["eligible"])
        if valid:
            first_items = [back for back in of(deeds, "ResultReportedBack") if back.words["first_item"]]
            shown = any(result.at >= valid[0].at for result in of(deeds, "ResultDisclosed"))
            books.share("motion_result_disclosed_rate", valid[0].at, holds=shown)
            books.share("motion_followup_rate", valid[0].at, holds=bool(first_items))
            books.now("motion_result_pending", holds=not shown)
        decided = valid[:1] + of(deeds, "ResolutionDisclosed")[:1] + of(deeds, "ResultDisclosed")[:1]
        if decided and raised.words["procedure"] == "four_and_two":
            at = decided[0].at
            walked = _walked([deed for deed in deeds if deed.record != "VillagersResolved" or deed in valid])
            if walked == len(STEPS) or not _on_its_way(walked, deeds):
                books.share("motion_procedure_rate", at, holds=walked == len(STEPS))
                books.add("motion_fault_count", at, int(walked < len(STEPS)))


class _Course:
    """The course of one motion."""

    def __init__(self, desk: Desk, affair: Affair) -> None:
        self._desk = desk
        self._affair = affair
        self._rng = desk.rng
        self._character = desk.character

    def run(self) -> None:
        """Raise it, meet, vote, post, carry out, report back; some of it not, or not in order."""
        rng, affair, place = self._rng, self._affair, self._desk.village.short
        topic = rng.choices(TOPICS, TOPIC_WEIGHTS)[0]
        council = topic in ("environment", "rules") or rng.random() < COUNCIL_SHARE
        at = self._desk.moment()
        raised = affair.write(
            "MotionRaised",
            at,
            topic=topic,
            procedure="council" if council else "four_and_two",
            raised_by=rng.choices(RAISED_BY, RAISED_BY_WEIGHTS)[0],
            title=TITLES[topic].format(place=place),
        )
        if rng.random() < VOIDED_SHARE:
            affair.void(raised, affair.days_after(at, 0.2), "重复登记")
        elif council:
            at = affair.evening_after(at, 1 + rng.random() * 5)
            affair.write("CommitteesConsulted", at, present=rng.randint(5, 9), note="议事厅协商一致")
            self._result(affair.days_after(at, 2 + rng.random() * 10))
        elif rng.random() >= 2 * self._character.hanging_share:
            self._procedure(at)

    def _procedure(self, at: int) -> None:
        rng, affair, character = self._rng, self._affair, self._character
        left_out = LEFT_OUT * (1 - character.on_time_share)
        for step in STEPS[:3]:
            at = affair.evening_after(at, (1 + rng.expovariate(1 / 3)) * character.pace)
            if rng.random() >= left_out:
                words: dict[str, Any] = {"eligible": 40, "approved": True} if step == "PartyMembersReviewed" else {}
                affair.write(
                    step, at, present=rng.randint(5, 9) if not words else rng.randint(28, 40), note=None, **words
                )
        posted_early = rng.random() < character.reopen_share / 2
        if posted_early:
            at = affair.days_after(at, 0.3)
            affair.write("ResolutionDisclosed", at, days_posted=7, url=None)
        at, passed = self._vote(affair.evening_after(at, 1 + rng.expovariate(1 / 4)))
        if not passed or rng.random() < character.hanging_share:
            return
        if not posted_early:
            at = affair.days_after(at, 0.2 + rng.random() * 2)
            affair.write("ResolutionDisclosed", at, days_posted=7, url=None)
        self._result(affair.days_after(at, (12 + rng.expovariate(1 / 20)) * character.pace))

    def _vote(self, at: int) -> tuple[int, bool]:
        """Vote, again when too few came; returns when, and whether the village went on with it (rightly or not)."""
        rng, affair, character = self._rng, self._affair, self._character
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
            vote = affair.write("VillagersResolved", at, present=present, votes_for=votes_for, **words)
            if rng.random() < CORRECTED_SHARE:
                known_at, present = affair.known(affair.days_after(at, 1)), min(present + 2, eligible)
                words |= {"present": present, "votes_for": votes_for}
                affair.write("VillagersResolved", at, corrects=vote, recorded_at=known_at, **words)
            enough = 3 * present >= 2 * eligible
            if enough or called_again or rng.random() >= CALLED_AGAIN_SHARE * character.on_time_share:
                return at, not enough or 2 * votes_for > present
            at = affair.evening_after(at, 4)
        raise AssertionError  # the second meeting always ends it

    def _result(self, at: int) -> None:
        rng, affair, character = self._rng, self._affair, self._character
        if rng.random() >= 3 * character.hanging_share:
            affair.write("ResultDisclosed", at, carried_out=rng.random() < character.satisfaction, url=None)
        if rng.random() < REPORTED_SHARE:
            at = affair.evening_after(at, 5 + rng.expovariate(1 / 20))
            affair.write("ResultReportedBack", at, first_item=rng.random() < character.on_time_share, note=None)


def _quorate(vote: Deed) -> bool:
    return bool(3 * vote.words["present"] >= 2 * vote.words["eligible"])


def _walked(deeds: list[Deed]) -> int:
    """Return how many of the six steps were done one after the other; a vote that is not valid is not among the deeds."""
    walked = 0
    for deed in deeds:
        walked += walked < len(STEPS) and deed.record == STEPS[walked]
    return walked


def _on_its_way(walked: int, deeds: list[Deed]) -> bool:
    """Whether all is right so far: the vote stands in its place, and nothing that belongs after the next step was done."""
    done = {deed.record for deed in deeds}
    return walked >= STEPS.index("ResolutionDisclosed") and not {*STEPS[walked:], "ResultReportedBack"} & done
