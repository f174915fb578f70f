"""Evaluations (多元评价) of the simulated county: the same villages as superiors, third parties and the masses see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.desk import VillageStory
from producers.simulate.register_ids import branch, service_items, village_cadres
from producers.simulate.story import hundredths
from producers.simulate.workdays import MINUTE, WORK_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.account import Figure
    from producers.simulate.case import Case
    from producers.simulate.county import Character, Village
    from producers.simulate.desk import Desk

# How many evaluations of a kind a village gets on a working day.
RATERS = {"masses": 0.14, "third_party": 0.02, "superior": 0.025, "resident_cadre": 0.02}
SUBJECTS = ("organisation", "cadre", "service")
SUBJECT_WEIGHTS = (40, 35, 25)
DIMENSIONS = ("overall", "duty", "service", "style", "integrity", "results")
DIMENSION_WEIGHTS = (55, 9, 12, 9, 6, 9)
SCORES = {
    "masses": "evaluation_masses_score",
    "third_party": "evaluation_third_party_score",
    "superior": "evaluation_superior_score",
    "resident_cadre": "evaluation_resident_cadre_score",
}
CORRECTED_SHARE, TAKEN_BACK_SHARE, ANONYMOUS_SHARE = 0.01, 0.01, 0.25
GOOD, POOR = 8000, 6000
COMMENTS = ("办事快，态度好。", "问题反映了没有下文。", "村里卫生比去年好。", "开会不通知。")


class Evaluations(VillageStory):
    """The domain `evaluations`."""

    name = "evaluations"
    department = "组织部"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Tell who rates the village's people and services on a working day, and how."""
        if not desk.is_working:
            return
        for rater_kind, share in RATERS.items():
            if desk.happens(share):
                yield _evaluation(desk, rater_kind)


def _evaluation(desk: Desk, rater_kind: str) -> Case:
    case, rng = desk.case_at("evaluation", "evaluation_id", "PJ"), desk.rng
    score = _score(desk.character, rater_kind, rng)
    subject = rng.choices(SUBJECTS, SUBJECT_WEIGHTS)[0]
    masses = rater_kind == "masses"
    known = masses and not desk.happens(ANONYMOUS_SHARE)
    fields: dict[str, Any] = {
        "subject_kind": subject,
        "subject_id": _subject_id(subject, desk.village, rng),
        "rater_kind": rater_kind,
        "rater_id": f"Q{desk.village.code[-6:]}{rng.randint(1, desk.village.residents):05d}" if known else None,
        "dimension": rng.choices(DIMENSIONS, DIMENSION_WEIGHTS)[0],
        "comment": rng.choice(COMMENTS) if masses and desk.happens(0.2) else None,
    }
    slipped = desk.happens(CORRECTED_SHARE)
    first = score // 1000 * 100 if slipped else score
    written = case.write("EvaluationSubmitted", score=hundredths(first), **fields)
    case.add("evaluation_count", case.at, 1)
    case.thing("evaluation_subjects", case.at, fields["subject_id"])
    if known:
        case.thing("evaluation_raters", case.at, fields["rater_id"])
    counted = _count(case, rater_kind, first)
    if slipped:
        right_at = case.after(case.at, rng.random() * WORK_LENGTH)
        case.write(
            "EvaluationSubmitted", score=hundredths(score), corrects=written, recorded_at=case.known(right_at), **fields
        )
        case.ends(right_at, *counted)
        _count(case, rater_kind, score, right_at)
    elif desk.happens(TAKEN_BACK_SHARE):
        case.take_back(written, case.at + 5 * MINUTE, "重复提交")
    return case


def _subject_id(subject: str, village: Village, rng: Random) -> str:
    match subject:
        case "organisation":
            return branch(village)
        case "cadre":
            return rng.choice(village_cadres(village))
    return rng.choice(service_items())


def _score(character: Character, rater_kind: str, rng: Random) -> int:
    """Draw a score in hundredths: superiors see what is on time, the masses what satisfies, others both."""
    seen, felt = 70 + 26 * character.on_time_share, 55 + 40 * character.satisfaction
    fair = {"superior": seen, "masses": felt}.get(rater_kind, (seen + felt) / 2)
    return 50 * round(2 * min(100, max(0, rng.gauss(fair, 9 if rater_kind == "masses" else 4))))


def _count(case: Case, rater_kind: str, score: int, since: int | None = None) -> list[Figure]:
    """Count a score as what it is to whoever gave it."""
    counted = [case.add(SCORES[rater_kind], case.at, score, 1, since=since)]
    if rater_kind == "masses":
        counted.append(case.share("evaluation_good_rate", case.at, holds=score >= GOOD, since=since))
        counted.append(case.share("evaluation_poor_rate", case.at, holds=score < POOR, since=since))
    return counted
