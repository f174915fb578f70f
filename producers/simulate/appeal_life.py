"""The course of one simulated appeal, from the call to the last word: 登记, 派单, 退单, 响应, 办结, 评价, 重开."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from producers.simulate import appeal_kinds, departments
from producers.simulate.domain import Event, Happening, identifier
from producers.simulate.workdays import HOUR, MINUTE, WORK_LENGTH

if TYPE_CHECKING:
    from random import Random

    from producers.simulate.appeal_kinds import Kind
    from producers.simulate.county import Township, Village
    from producers.simulate.workdays import WorkCalendar

DOMAIN = "appeals"
DUE_HOURS_OF_AN_EMERGENCY = 24
DUE_DAYS_OF_AN_URGENT_ONE = 2
RATED_SHARE = 0.55
CORRECTED_SHARE = 0.005
VOIDED_SHARE = 0.003
VILLAGE_KNOWN_SHARE = 0.96
WHISTLED_SHARE = 0.25
RESOLVED_SHARE = 0.78
EXPLAINED_SHARE = 0.17
RESPONDED_SHARE = 0.97
NO_OPINION_SHARE = 0.05
SCORED_SHARE = 0.7
# Who is not satisfied may still say that the matter was resolved; who was turned down is rarely satisfied.
RESOLVED_THOUGH_UNHAPPY_SHARE = 0.3
SATISFIED_THOUGH_REJECTED_FACTOR = 0.4


@dataclass(slots=True)
class Account:
    """What became of an appeal, in plain terms and county time.

    `closings` tells from when on which closing time was known: (recorded_at, closed_at, or None after a reopening).
    `voided_at` is when its report was taken back.
    """

    township: str
    reported_at: int
    known_at: int
    due_at: int
    closings: list[tuple[int, int | None]] = field(default_factory=list)
    voided_at: int | None = None


@dataclass(slots=True)
class Report:
    """How an appeal begins: its id, where, what kind, when (county time, ms), by which channel, how urgent."""

    appeal_id: str
    township: Township
    village: Village
    kind: Kind
    at: int
    channel: str
    urgency: str


class Course:
    """Writes down one appeal's happenings. Desks work in working time; an emergency is handled around the clock."""

    def __init__(self, report: Report, calendar: WorkCalendar, rng: Random) -> None:
        self._report = report
        self._character = report.township.character
        self._calendar = calendar
        self._rng = rng
        self._around_the_clock = report.urgency == "emergency"
        # One delay for all events of a case: they are registered in the order in which they happened.
        self._registration_delay = int(rng.expovariate(1 / (2 * MINUTE))) if report.channel != "online" else 0
        self._village = report.village.code if rng.random() < VILLAGE_KNOWN_SHARE else None
        self._desk = departments.reporting(report.channel, report.township)
        self._handler = report.kind.departments[0]
        self.happenings: list[Happening] = []
        due_at = self._due_at()
        self.account = Account(report.township.code, report.at, report.at + self._registration_delay, due_at)

    def run(self, words: Event) -> None:
        """Live the whole life. `words` holds what the caller chose of the report: text, resident, position."""
        report_id = self._write(
            "AppealReported",
            self._report.at,
            self._desk,
            channel=self._report.channel,
            category=self._report.kind.category,
            urgency=self._report.urgency,
            due_at=self.account.due_at,
            **words,
        )
        if self._rng.random() < VOIDED_SHARE:
            self._void(report_id)
            return
        answered = self._dispatch_and_answer(self._report.at)
        if self._rng.random() < self._character.hanging_share:
            return
        closed_at = self._first_close(answered)
        if self._rng.random() < self._character.reopen_share:
            closed_at = self._reopen(closed_at)
        elif self._rng.random() < CORRECTED_SHARE:
            closed_at = self._correct_the_closing(closed_at)
        if self._rng.random() < RATED_SHARE:
            self._rate(closed_at)

    def _due_at(self) -> int:
        report = self._report
        if report.urgency == "emergency":
            return report.at + DUE_HOURS_OF_AN_EMERGENCY * HOUR
        days = DUE_DAYS_OF_AN_URGENT_ONE if report.urgency == "urgent" else report.kind.days
        return self._calendar.end_of_working_day(report.at, days)

    def _dispatch_and_answer(self, at: int) -> int:
        """Dispatch, perhaps be returned and dispatched again, answer. Returns the time of the answer."""
        rng, kind = self._rng, self._report.kind
        whistle = self._report.channel in departments.BLOWN_BY_TOWNSHIP and rng.random() < WHISTLED_SHARE
        at += MINUTE + int(rng.expovariate(1 / (12 * MINUTE)))
        returned = not self._around_the_clock and rng.random() < self._character.return_share * kind.misdirected
        if returned:
            wrong = kind.departments[-1] if len(kind.departments) > 1 else departments.ENFORCEMENT
            self._write("AppealDispatched", at, self._desk, to_department=wrong, whistle=whistle)
            at = self._after(at, HOUR / 2 + rng.random() * 4 * HOUR)
            reason = rng.choice(appeal_kinds.RETURN_REASONS)
            self._write("AppealReturned", at, wrong, by_department=wrong, reason=reason)
            at = self._after(at, 5 * MINUTE + rng.random() * 30 * MINUTE)
        self._write("AppealDispatched", at, self._desk, to_department=self._handler, whistle=whistle)
        minutes = rng.lognormvariate(0, 0.9) * self._character.answer_minutes
        at = self._after(at, MINUTE + minutes * MINUTE * (0.3 if self._around_the_clock else 1))
        self._write("AppealResponded", at, self._handler, by_department=self._handler)
        return at

    def _first_close(self, answered_at: int) -> int:
        """Close within the time allowed as often as the township's character says, else after it."""
        rng, due = self._rng, self._index(self.account.due_at)
        answered = self._index(answered_at)
        if rng.random() < self._character.on_time_share and answered < due - MINUTE:
            used = min(max(self._report.kind.used * self._character.pace, 0.04), 0.9)
            part = rng.betavariate(2.2, 2.2 * (1 - used) / used)
            closed = answered + int((due - answered - MINUTE) * part) + MINUTE
        else:
            late = rng.expovariate(1 / (1.8 * WORK_LENGTH)) * self._character.pace
            closed = max(due, answered) + 20 * MINUTE + int(late)
        return self._close(self._moment(closed))

    def _reopen(self, closed_at: int) -> int:
        """Bring the resident back: dispatch, answer and close once more. Returns the second closing time."""
        rng = self._rng
        at = closed_at + 30 * MINUTE + int(rng.expovariate(1 / (40 * HOUR)))
        self._write("AppealReopened", at, departments.HOTLINE, reason=rng.choice(appeal_kinds.REOPEN_REASONS))
        self.account.closings.append((at + self._registration_delay, None))
        answered_at = self._dispatch_and_answer(at)
        days = (0.3 + rng.expovariate(1 / 1.5)) * max(self._character.pace, 0.5)
        return self._close(self._after(answered_at, days * WORK_LENGTH))

    def _close(self, at: int) -> int:
        draw = self._rng.random()
        explained = RESOLVED_SHARE + EXPLAINED_SHARE
        outcome = "resolved" if draw < RESOLVED_SHARE else "explained" if draw < explained else "rejected"
        self._closing_id = self._write("AppealClosed", at, self._handler, by_department=self._handler, outcome=outcome)
        self._outcome = outcome
        self.account.closings.append((at + self._registration_delay, at))
        return at

    def _correct_the_closing(self, closed_at: int) -> int:
        """Replace the closing by one with the right time: an audit found that the work ended later."""
        at = closed_at + HOUR + int(self._rng.random() * 20 * HOUR)
        known_at = at + HOUR + int(self._rng.random() * 24 * HOUR)
        self._write(
            "AppealClosed",
            at,
            self._handler,
            corrects=self._closing_id,
            recorded_at=known_at,
            by_department=self._handler,
            outcome=self._outcome,
        )
        self.account.closings.append((known_at, at))
        return known_at

    def _rate(self, closed_at: int) -> None:
        rng, satisfaction = self._rng, self._character.satisfaction
        happy = rng.random() < (
            satisfaction if self._outcome != "rejected" else satisfaction * SATISFIED_THOUGH_REJECTED_FACTOR
        )
        score = rng.choice((4, 5, 5)) if happy else rng.choice((1, 2, 2, 3))
        self._write(
            "AppealRated",
            self._after(closed_at, WORK_LENGTH * (0.3 + rng.random() * 2)),
            departments.HOTLINE,
            responded=rng.random() < RESPONDED_SHARE,
            resolved=None if rng.random() < NO_OPINION_SHARE else happy or rng.random() < RESOLVED_THOUGH_UNHAPPY_SHARE,
            satisfied=happy,
            score=score if rng.random() < SCORED_SHARE else None,
        )

    def _void(self, report_id: str) -> None:
        at = self._report.at + self._registration_delay + 2 * MINUTE + int(self._rng.random() * 50 * MINUTE)
        reason = self._rng.choice(appeal_kinds.VOID_REASONS)
        event = self._envelope(at, at, self._desk, report_id)
        event |= {"case_type": "appeal", "case_id": self._report.appeal_id, "reason": reason}
        self.happenings.append(Happening(at, DOMAIN, "xiangmai.system.EventVoided", event))
        self.account.voided_at = at

    def _write(
        self, record: str, at: int, department: str, *, corrects: str | None = None, recorded_at: int = 0, **fields: Any
    ) -> str:
        """Add a happening; returns its event id. `recorded_at` 0 means: registered with the case's usual delay."""
        recorded_at = recorded_at or at + self._registration_delay
        event = self._envelope(at, recorded_at, department, corrects)
        event["appeal_id"] = self._report.appeal_id
        event |= fields
        self.happenings.append(Happening(recorded_at, DOMAIN, f"xiangmai.{DOMAIN}.{record}", event))
        event_id: str = event["event_id"]
        return event_id

    def _envelope(self, at: int, recorded_at: int, department: str, corrects: str | None) -> Event:
        return {
            "event_id": identifier(self._rng),
            "occurred_at": at,
            "recorded_at": recorded_at,
            "township": self._report.township.code,
            "village": self._village,
            "department": department,
            "source": "simulator",
            "corrects": corrects,
        }

    def _index(self, at: int) -> int:
        return at if self._around_the_clock else self._calendar.work_index(at)

    def _moment(self, index: int) -> int:
        return index if self._around_the_clock else self._calendar.work_time(index)

    def _after(self, at: int, length: float) -> int:
        """Return the moment at which `length` milliseconds of the case's own time have passed since `at`."""
        return self._moment(self._index(at) + max(int(length), 1))
