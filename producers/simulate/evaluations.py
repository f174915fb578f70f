"""Evaluations (多元评价) of the simulated county: the same villages as superiors, third parties and the masses see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.desk import VillageStory, hundredths
from producers.simulate.register_ids import branch, service_items, village_cadres
from producers.simulate.workdays import MINUTE, WORK_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from producers.simulate.county import Character, Village
    from producers.simulate.desk import Desk, Tale

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

    def tales(self, desk: Desk, character: Character) -> Iterator[Tale]:
        """Tell who rates the village's people and services on a working day, and how."""
        if not desk.is_working:
            return
        for rater_kind, share in RATERS.items():
            if desk.happens(share):
                yield _evaluation(desk, character, rater_kind)


def _evaluation(desk: Desk, character: Character, rater_kind: str) -> Tale:
    tale, rng = desk.tale("evaluation", "evaluation_id", "PJ"), desk.rng
    score = _score(character, rater_kind, rng)
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
    written = tale.write("EvaluationSubmitted", score=hundredths(first), **fields)
    tale.account.add("evaluation_count", tale.at, 1)
    tale.account.thing("evaluation_subjects", tale.at, fields["subject_id"])
    if known:
        tale.account.thing("evaluation_raters", tale.at, fields["rater_id"])
    _count(tale, rater_kind, first, 1)
    if slipped:
        known_at = tale.story.known(tale.story.after(tale.at, rng.random() * WORK_LENGTH))
        tale.write("EvaluationSubmitted", score=hundredths(score), corrects=written, recorded_at=known_at, **fields)
        _count(tale, rater_kind, first, -1, known_at)
        _count(tale, rater_kind, score, 1, known_at)
    elif desk.happens(TAKEN_BACK_SHARE):
        tale.take_back(written, tale.at + 5 * MINUTE, "重复提交")
    return tale


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


def _count(tale: Tale, rater_kind: str, score: int, sign: int, known_at: int | None = None) -> None:
    """Let a score count, or count no more."""
    add, at = tale.account.add, tale.at
    add(SCORES[rater_kind], at, sign * score, sign, known_at=known_at)
    if rater_kind == "masses":
        add("evaluation_good_rate", at, sign * (score >= GOOD), sign, known_at=known_at)
        add("evaluation_poor_rate", at, sign * (score < POOR), sign, known_at=known_at)
