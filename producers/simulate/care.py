"""Care (互助养老) of the simulated county: hours given and redeemed, elders and doctors' visits, reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from producers.simulate.desk import VillageStory
from producers.simulate.domain import poisson
from producers.simulate.register_ids import contracted, elders_by_company, lives_alone
from producers.simulate.story import hundredths
from producers.simulate.workdays import MINUTE, WORK_LENGTH, date_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from producers.simulate.case import Case
    from producers.simulate.desk import Desk

VOLUNTEERS = 6
# How many of each a volunteer, elder or resident has a day; elders and doctors on working days.
SERVICES, REDEMPTIONS = 0.03, 0.008
VISITS_ALONE, VISITS_OTHERS, DOCTOR_VISITS, REMINDERS = 0.06, 0.01, 0.013, 0.003
# Winter is the season of elders: more visits, and of reminders of the cold.
WINTER_MONTHS, WINTER_FACTOR = (12, 1, 2), 1.5
KINDS = ("company", "housework", "meals", "escort", "repairs", "lessons")
KIND_WEIGHTS = (30, 16, 28, 12, 8, 6)
PURPOSES = ("service", "goods", "gift")
DOCTOR_KINDS = ("home", "station", "telephone", "checkup")
DOCTOR_KIND_WEIGHTS = (30, 34, 26, 10)
CORRECTED_SHARE, TAKEN_BACK_SHARE = 0.01, 0.01
NEEDS_HELP_SHARE, RECEIPT_SHARE = 0.16, 0.8


class Care(VillageStory):
    """The domain `care`."""

    name = "care"
    department = "民政局"

    def in_village(self, desk: Desk) -> Iterator[Case]:
        """Tell what volunteers give and take on any day, and on working days who is visited and reminded."""
        village, winter = desk.village, date_of(desk.day).month in WINTER_MONTHS
        for number in range(1, VOLUNTEERS + 1):
            volunteer = f"V{village.code}{number:04d}"
            if desk.happens(SERVICES):
                yield _service(desk, volunteer)
            if desk.happens(REDEMPTIONS):
                yield _redemption(desk, volunteer)
        if not desk.is_working:
            return
        diligence = desk.character.on_time_share**2 * (WINTER_FACTOR if winter else 1)
        alone, others = elders_by_company(village)
        for elder in [*_some(desk, alone, VISITS_ALONE * diligence), *_some(desk, others, VISITS_OTHERS * diligence)]:
            yield _elder_visit(desk, elder)
        for resident in _some(desk, contracted(village), DOCTOR_VISITS * desk.character.on_time_share**2):
            yield _doctor_visit(desk, resident)
        for resident in _some(desk, contracted(village), REMINDERS):
            yield _reminder(desk, resident, winter=winter)


def _some(desk: Desk, people: Sequence[str], share: float) -> list[str]:
    """Draw whose turn it is today, of so many the given share in the mean."""
    return [desk.rng.choice(people) for _ in range(poisson(len(people) * share, desk.rng) if people else 0)]


def _service(desk: Desk, volunteer: str) -> Case:
    """Give half an hour or more; what slipped by a digit is corrected later."""
    case, rng = desk.case_at("care_service", "service_id", "FW"), desk.rng
    hours = 50 * rng.randint(1, 8)
    first = 10 * hours if desk.happens(CORRECTED_SHARE) else hours
    kind = rng.choices(KINDS, KIND_WEIGHTS)[0]
    written = case.write("CareHoursEarned", volunteer_id=volunteer, hours=hundredths(first), kind=kind)
    case.add("care_hours_earned", case.at, first)
    case.stock("care_hours_deposited", first)
    case.thing("care_volunteers", case.at, volunteer)
    if first != hours:
        right_at = case.after(case.at, rng.random() * WORK_LENGTH)
        case.write(
            "CareHoursEarned",
            corrects=written,
            recorded_at=case.known(right_at),
            volunteer_id=volunteer,
            hours=hundredths(hours),
            kind=kind,
        )
        case.add("care_hours_earned", case.at, hours - first, since=right_at)
        case.stock("care_hours_deposited", hours - first, since=right_at)
    elif desk.happens(TAKEN_BACK_SHARE):
        case.take_back(written, case.at + 10 * MINUTE, "重复登记")
    return case


def _redemption(desk: Desk, volunteer: str) -> Case:
    case, rng = desk.case_at("care_redemption", "redemption_id", "ZQ"), desk.rng
    hours = 50 * rng.randint(1, 6)
    purpose = rng.choices(PURPOSES, (50, 35, 15))[0]
    case.write("CareHoursRedeemed", volunteer_id=volunteer, hours=hundredths(hours), purpose=purpose)
    case.add("care_hours_redeemed", case.at, hours)
    case.stock("care_hours_withdrawn", hours)
    return case


def _elder_visit(desk: Desk, elder: str) -> Case:
    case = desk.case_at("elder_visit", "visit_id", "LR")
    needs_help = desk.happens(NEEDS_HELP_SHARE)
    note = "需要助餐，已联系。" if needs_help else None
    case.write("ElderVisited", elder_id=elder, living_alone=lives_alone(elder), needs_help=needs_help, note=note)
    case.add("elder_visit_count", case.at, 1)
    case.share("elder_needs_help_rate", case.at, holds=needs_help)
    if lives_alone(elder):
        case.thing("elders_alone_visited", case.at, elder)
    return case


def _doctor_visit(desk: Desk, resident: str) -> Case:
    case = desk.case_at("doctor_visit", "visit_id", "YS")
    kind = desk.rng.choices(DOCTOR_KINDS, DOCTOR_KIND_WEIGHTS)[0]
    case.write("DoctorVisited", resident_id=resident, kind=kind, finding=None)
    case.add("doctor_visit_count", case.at, 1)
    case.thing("doctor_residents_served", case.at, resident)
    return case


def _reminder(desk: Desk, resident: str, *, winter: bool) -> Case:
    case = desk.case_at("care_reminder", "reminder_id", "TX")
    about = "weather" if winter and desk.happens(0.5) else desk.rng.choice(("checkup", "visit", "activity"))
    delivered = desk.happens((2 + desk.character.satisfaction) / 3) if desk.happens(RECEIPT_SHARE) else None
    case.write("ReminderSent", resident_id=resident, about=about, delivered=delivered)
    case.add("reminder_count", case.at, 1)
    if delivered is not None:
        case.share("reminder_delivered_rate", case.at, holds=delivered)
    return case
