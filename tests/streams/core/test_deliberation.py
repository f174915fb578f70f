"""A motion says itself which step of the four discussions and two disclosures is missing or out of order."""

from __future__ import annotations

import pytest

from schemas.catalogue.load import load_catalogue
from schemas.domain import load_domains
from schemas.settings import Settings
from tests.streams.core.support import DAY, TOWNSHIP, Line, event_id, world_of

DOMAIN = load_domains(Settings().domains)["deliberation"]
WORLD = world_of([load_catalogue(DOMAIN)])
# V, q and m are votes: valid, without a quorum, without a majority.
RECORDS = {
    "B": "BranchProposed", "C": "CommitteesConsulted", "P": "PartyMembersReviewed", "V": "VillagersResolved",
    "q": "VillagersResolved", "m": "VillagersResolved", "D": "ResolutionDisclosed", "R": "ResultDisclosed",
    "K": "ResultReportedBack",
}  # fmt: skip
VOTES = {"V": (30, 16), "q": (29, 29), "m": (30, 15)}
WORDS: dict[str, dict[str, object]] = {
    "VillagersResolved": {"meeting_kind": "representatives", "eligible": 45, "votes_against": 0},
    "ResultReportedBack": {"first_item": True},
}


def events(course: str, procedure: str = "four_and_two") -> list[tuple[str, dict[str, object]]]:
    """A motion raised on the first day, then a step a day."""
    told: list[tuple[str, dict[str, object]]] = [
        ("MotionRaised", {"topic": "land", "procedure": procedure, "raised_by": "branch"})
    ]
    for step in course:
        words: dict[str, object] = dict(WORDS.get(RECORDS[step], {}))
        if step in VOTES:
            words["present"], words["votes_for"] = VOTES[step]
        told.append((RECORDS[step], words))
    return [
        (
            f"xiangmai.deliberation.{record}",
            {
                "event_id": event_id(f"{course}/{procedure}/{day}"),
                "occurred_at": 1_772_000_000_000 + day * DAY,
                "recorded_at": 1_772_000_000_000 + day * DAY,
                "township": TOWNSHIP,
                "department": "-",
                "source": "test",
                "motion_id": "A",
                **words,
            },
        )
        for day, (record, words) in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("course", "step", "fault"),
    [
        ("BCPVDR", None, None),
        ("BCPVDRK", None, None),
        ("BCPqVDR", None, None),
        ("BCPVDVDR", None, None),
        ("BC", None, None),
        ("BCPq", None, None),
        ("BCPVD", "result_disclosed", "not_yet"),
        ("BCPV", "resolution_disclosed", "not_yet"),
        ("CPVDR", "branch_proposed", "missing"),
        ("BPVDR", "committees_consulted", "missing"),
        ("CBPVDR", "committees_consulted", "out_of_order"),
        ("BCVDR", "party_members_reviewed", "missing"),
        ("BPCVDR", "party_members_reviewed", "out_of_order"),
        ("BCPDR", "villagers_resolved", "missing"),
        ("BVCPDR", "villagers_resolved", "out_of_order"),
        ("BCPqDR", "villagers_resolved", "no_quorum"),
        ("BCPmDR", "villagers_resolved", "no_majority"),
        ("BVCPqDR", "villagers_resolved", "out_of_order"),
        ("BCPVR", "resolution_disclosed", "missing"),
        ("BCPVK", "resolution_disclosed", "missing"),
        ("BCPDVR", "resolution_disclosed", "out_of_order"),
        ("BCPqDV", "resolution_disclosed", "out_of_order"),
        ("BCPVDK", "result_disclosed", "missing"),
        ("BCPVRD", "result_disclosed", "out_of_order"),
        ("BCPqDRVD", "result_disclosed", "out_of_order"),
    ],
)
def test_the_step_at_fault_is_named(course: str, step: str | None, fault: str | None) -> None:
    line = Line(WORLD, 1_780_000_000_000, DOMAIN.topic)
    line.send(*events(course), timestamp=1_780_000_000_000).flow()
    (motion,) = line.cases.values()
    assert (motion["faulty_step"], motion["fault"]) == (step, fault)
    assert motion["complete"] == (step is None and "R" in course)


def test_a_matter_for_the_council_hall_is_never_at_fault() -> None:
    line = Line(WORLD, 1_780_000_000_000, DOMAIN.topic)
    line.send(*events("CR", "council"), timestamp=1_780_000_000_000).flow()
    (motion,) = line.cases.values()
    assert (motion["faulty_step"], motion["fault"]) == (None, None)
