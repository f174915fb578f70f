"""Training (干部培训) of the simulated county: what its cadres learn, how they are assessed, whether they pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from producers.simulate.desk import VillageStory
from producers.simulate.register_ids import township_cadres, village_cadres
from producers.simulate.story import hundredths
from producers.simulate.workdays import MINUTE, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from producers.simulate.case import Case
    from producers.simulate.county import Township
    from producers.simulate.desk import Desk

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

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Tell what the village's cadres attend and take on a working day."""
        yield from _working_day(desk, village_cadres(desk.village))

    def in_township(self, desk: Desk, township: Township) -> Iterator[Case]:
        """Tell the same of the cadres of the township's own offices."""
        yield from _working_day(desk, township_cadres(township))


def _working_day(desk: Desk, cadres: Iterable[str]) -> Iterator[Case]:
    if not desk.is_working:
        return
    often = TRAININGS * desk.character.on_time_share * SEASON.get(date_of(desk.day).month, 1.0)
    for cadre in cadres:
        if desk.happens(often):
            yield _attendance(desk, cadre)
        if desk.happens(ASSESSMENTS):
            yield _assessment(desk, cadre)
        if desk.happens(TESTS):
            yield _test(desk, cadre)


def _attendance(desk: Desk, cadre: str) -> Case:
    """Attend a training; hours that slipped by a digit are corrected later."""
    case, rng = desk.case_at("training_attendance", "attendance_id", "PX"), desk.rng
    kind = rng.choices(KINDS, KIND_WEIGHTS)[0]
    hours = 50 * rng.randint(4, 16)
    first = 10 * hours if desk.happens(CORRECTED_SHARE) else hours
    online = desk.happens(ONLINE_SHARE)
    fields: dict[str, Any] = {"cadre_id": cadre, "kind": kind, "course": COURSES[kind], "online": online}
    written = case.write("TrainingAttended", hours=hundredths(first), **fields)
    case.add("training_attendance_count", case.at, 1)
    case.add("training_hours", case.at, first)
    case.share("training_online_share", case.at, holds=online)
    case.thing("cadres_trained", case.at, cadre)
    if kind == "digital":
        case.thing("cadres_trained_digital", case.at, cadre)
    if first != hours:
        right_at = case.after(case.at, rng.random() * WORK_LENGTH)
        case.write(
            "TrainingAttended", corrects=written, recorded_at=case.known(right_at), hours=hundredths(hours), **fields
        )
        case.add("training_hours", case.at, hours - first, since=right_at)
    elif desk.happens(TAKEN_BACK_SHARE):
        case.take_back(written, case.at + 10 * MINUTE, "重复登记")
    return case


def _assessment(desk: Desk, cadre: str) -> Case:
    case, rng = desk.case_at("capability_assessment", "assessment_id", "CP"), desk.rng
    dimension = rng.choice((*CAPABILITIES,))
    score = _points(desk, 58 + 26 * desk.character.on_time_share + CAPABILITIES[dimension])
    case.write("CapabilityAssessed", cadre_id=cadre, dimension=dimension, score=hundredths(score))
    case.add("capability_map", case.at, score, 1)
    return case


def _test(desk: Desk, cadre: str) -> Case:
    case = desk.case_at("competence_test", "test_id", "SR")
    score = _points(desk, 56 + 24 * desk.character.on_time_share)
    passed = score >= PASS_MARK
    case.write("CompetenceTested", cadre_id=cadre, passed=passed, score=hundredths(score))
    case.share("competence_pass_rate", case.at, holds=passed)
    case.add("competence_score", case.at, score, 1)
    return case


def _points(desk: Desk, fair: float) -> int:
    """Draw half points around what would be fair, in hundredths."""
    return 50 * round(2 * min(100, max(0, desk.rng.gauss(fair, 8))))
