"""Training (干部培训) of the simulated county: what its cadres learn, how they are assessed, whether they pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.desk import VillageStory, hundredths
from producers.simulate.register_ids import township_cadres, village_cadres
from producers.simulate.workdays import MINUTE, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from producers.simulate.county import Character, Township
    from producers.simulate.desk import Desk, Tale

# How many of each a cadre has on a working day. With a mean of five hours that is some 70 hours a year.
TRAININGS, ASSESSMENTS, TESTS = 0.058, 0.008, 0.004
# The party school teaches most in spring and autumn, least at harvest and at the year's end.
SEASON = {3: 1.3, 4: 1.4, 5: 1.2, 7: 0.8, 8: 0.7, 9: 1.2, 10: 1.2, 12: 0.6, 1: 0.6, 2: 0.6}
KINDS = ("theory", "digital", "legal", "service", "other")
KIND_WEIGHTS = (38, 20, 16, 22, 4)
COURSES = {
    "theory": "党的创新理论学习班",
    "digital": "基层数字治理平台应用",
    "legal": "村居法律明白人培训",
    "service": "便民服务与群众工作",
    "other": "应急救护培训",
}
CAPABILITIES = {"political": 4, "professional": 0, "service": 3, "digital": -7, "legal": -3, "emergency": -2}
CORRECTED_SHARE, TAKEN_BACK_SHARE, ONLINE_SHARE, PASS_MARK = 0.012, 0.008, 0.4, 6500


class Training(VillageStory):
    """The domain `training`."""

    name = "training"
    department = "组织部"

    def tales(self, desk: Desk, character: Character) -> Iterator[Tale]:
        """Tell what the village's cadres attend and take on a working day."""
        yield from _working_day(desk, character, village_cadres(desk.village))

    def township_tales(self, desk: Desk, township: Township) -> Iterator[Tale]:
        """Tell the same of the cadres of the township's own offices."""
        yield from _working_day(desk, township.character, township_cadres(township))


def _working_day(desk: Desk, character: Character, cadres: Iterable[str]) -> Iterator[Tale]:
    if not desk.is_working:
        return
    often = TRAININGS * character.on_time_share * SEASON.get(date_of(desk.day).month, 1.0)
    for cadre in cadres:
        if desk.happens(often):
            yield _attendance(desk, cadre)
        if desk.happens(ASSESSMENTS):
            yield _assessment(desk, character, cadre)
        if desk.happens(TESTS):
            yield _test(desk, character, cadre)


def _attendance(desk: Desk, cadre: str) -> Tale:
    """Attend a training; hours that slipped by a digit are corrected later."""
    tale, rng = desk.tale("training_attendance", "attendance_id", "PX"), desk.rng
    kind = rng.choices(KINDS, KIND_WEIGHTS)[0]
    hours = 50 * rng.randint(4, 16)
    first = 10 * hours if desk.happens(CORRECTED_SHARE) else hours
    online = desk.happens(ONLINE_SHARE)
    fields: dict[str, Any] = {"cadre_id": cadre, "kind": kind, "course": COURSES[kind], "online": online}
    written = tale.write("TrainingAttended", hours=hundredths(first), **fields)
    account = tale.account
    account.add("training_attendance_count", tale.at, 1)
    account.add("training_hours", tale.at, first)
    account.add("training_online_share", tale.at, int(online), 1)
    account.thing("cadres_trained", tale.at, cadre)
    if kind == "digital":
        account.thing("cadres_trained_digital", tale.at, cadre)
    if first != hours:
        known_at = tale.story.known(tale.story.after(tale.at, rng.random() * WORK_LENGTH))
        tale.write("TrainingAttended", corrects=written, recorded_at=known_at, hours=hundredths(hours), **fields)
        account.add("training_hours", tale.at, hours - first, known_at=known_at)
    elif desk.happens(TAKEN_BACK_SHARE):
        tale.take_back(written, tale.at + 10 * MINUTE, "重复登记")
    return tale


def _assessment(desk: Desk, character: Character, cadre: str) -> Tale:
    tale, rng = desk.tale("capability_assessment", "assessment_id", "CP"), desk.rng
    dimension = rng.choice((*CAPABILITIES,))
    score = _points(desk, 58 + 26 * character.on_time_share + CAPABILITIES[dimension])
    tale.write("CapabilityAssessed", cadre_id=cadre, dimension=dimension, score=hundredths(score))
    tale.account.add("capability_map", tale.at, score, 1)
    return tale


def _test(desk: Desk, character: Character, cadre: str) -> Tale:
    tale = desk.tale("competence_test", "test_id", "SR")
    score = _points(desk, 56 + 24 * character.on_time_share)
    passed = score >= PASS_MARK
    tale.write("CompetenceTested", cadre_id=cadre, passed=passed, score=hundredths(score))
    tale.account.add("competence_pass_rate", tale.at, int(passed), 1)
    tale.account.add("competence_score", tale.at, score, 1)
    return tale


def _points(desk: Desk, fair: float) -> int:
    """Draw half points around what would be fair, in hundredths."""
    return 50 * round(2 * min(100, max(0, desk.rng.gauss(fair, 8))))
