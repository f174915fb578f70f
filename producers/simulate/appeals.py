"""Appeals (群众诉求) of the simulated county: how many, when, by which channel, about what, what is true of them."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from producers.simulate import appeal_truths
from producers.simulate.appeal_kinds import KINDS, SPOTS, Kind
from producers.simulate.appeal_life import DOMAIN, Account, Course, Report
from producers.simulate.domain import Life, poisson
from producers.simulate.workdays import FESTIVAL_DAYS, HOUR, MORNING, SATURDAY, date_of, days_to_spring_festival

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from random import Random

    from producers.simulate.clock import Clock
    from producers.simulate.county import County, Township, Village
    from producers.simulate.domain import Event
    from producers.simulate.workdays import WorkCalendar

APPEALS_PER_THOUSAND_RESIDENTS_AND_DAY = 0.82
WEEKDAY_FACTORS = (1.22, 1.1, 1.05, 1.03, 1.0, 0.72, 0.6)
HOLIDAY_FACTOR = 0.6
FESTIVAL_LEAD_DAYS = 28

# Calls by the hour of the day; offices are visited while they are open.
CALL_HOURS = (1, 0.6, 0.4, 0.3, 0.3, 0.6, 1.6, 4, 8, 10, 10, 8, 5, 6, 9, 9.5, 9, 7, 5, 5.5, 5.5, 4.5, 3, 1.8)
CALL_HOURS_WEIGHED = (*accumulate(CALL_HOURS),)
CHANNELS = ("hotline", "online", "grid", "household_contact", "visit", "council")
CHANNELS_WEIGHED = (*accumulate((46, 22, 14, 9, 6, 3)),)
OFFICE_CHANNELS = frozenset({"visit", "council", "household_contact"})

PHONE_SHARE = 0.06
RESIDENT_SHARE = 0.6
LOCATED_SHARE = 0.9


class Appeals:
    """The domain `appeals`. One object may serve many townships and days; it keeps nothing between calls."""

    name = DOMAIN

    def lives(self, township: Township, day: int, calendar: WorkCalendar, rng: Random) -> Iterator[Life]:
        """Give the appeals reported in a township on a local day, each with its whole course."""
        weights = _weights(day)
        usual = sum(kind.weight for kind in KINDS)
        expected = township.residents / 1000 * APPEALS_PER_THOUSAND_RESIDENTS_AND_DAY * sum(weights) / usual
        expected *= WEEKDAY_FACTORS[date_of(day).weekday()]
        is_working = calendar.is_working(day)
        if not is_working and date_of(day).weekday() < SATURDAY:
            expected *= HOLIDAY_FACTOR
        populations = [*accumulate(village.residents for village in township.villages)]
        weighed = [*accumulate(weights)]
        for number in range(poisson(expected, rng)):
            village = rng.choices(township.villages, cum_weights=populations)[0]
            kind = rng.choices(KINDS, cum_weights=weighed)[0]
            channel = rng.choices(CHANNELS, cum_weights=CHANNELS_WEIGHED)[0]
            if not is_working and channel in OFFICE_CHANNELS:
                channel = "hotline"
            at = _time_of_day(day, channel, calendar, rng)
            appeal_id = f"{date_of(day):%Y%m%d}{township.code[-3:]}{number + 1:04d}-{rng.getrandbits(24):06x}"
            report = Report(appeal_id, township, village, kind, at, channel, _urgency(kind, rng))
            course = Course(report, calendar, rng)
            course.run(_words(kind, village, channel, rng))
            yield Life(course.happenings, course.account)

    def truths(
        self, accounts: Iterable[Account], county: County, clock: Clock, calendar: WorkCalendar, until: int
    ) -> list[dict[str, Any]]:
        """Count per township: open now, when each of them is due, and what became of each month's appeals."""
        return appeal_truths.truths(accounts, county, clock, calendar, until)


def _weights(day: int) -> list[float]:
    """Weigh each kind on a day: the seasons, and what spring festival does."""
    month, ahead = date_of(day).month, days_to_spring_festival(day)
    weights = []
    for kind in KINDS:
        weight = kind.weight * kind.months.get(month, 1.0)
        if ahead in FESTIVAL_DAYS:
            weight *= kind.during_festival
        elif 0 < ahead <= FESTIVAL_LEAD_DAYS:
            weight *= kind.before_festival
        weights.append(weight)
    return weights


def _time_of_day(day: int, channel: str, calendar: WorkCalendar, rng: Random) -> int:
    if channel in OFFICE_CHANNELS:
        opening = calendar.work_index(calendar.midnight(day) + MORNING[0])
        return calendar.work_time(opening + int(rng.betavariate(1.6, 2.2) * 8 * HOUR))
    hour = rng.choices(range(24), cum_weights=CALL_HOURS_WEIGHED)[0]
    return calendar.midnight(day) + hour * HOUR + int(rng.random() * HOUR)


def _urgency(kind: Kind, rng: Random) -> str:
    draw = rng.random()
    if draw < kind.emergency:
        return "emergency"
    return "urgent" if draw < kind.emergency + kind.urgent else "normal"


def _words(kind: Kind, village: Village, channel: str, rng: Random) -> Event:
    """Word the report: text, who called, where it is. Nobody's data: numbers that begin with 169 are not given out."""
    text = rng.choice(kind.templates).format(place=village.short, spot=rng.choice(SPOTS), number=rng.randint(2, 9))
    phone = f"169{rng.randint(0, 99_999_999):08d}"
    if rng.random() < PHONE_SHARE:
        text += f"联系电话{phone}。"
    known = channel != "grid" and rng.random() < RESIDENT_SHARE
    located = channel == "grid" and rng.random() < LOCATED_SHARE
    return {
        "summary": text,
        "resident": {"name": f"居民{rng.randint(1, 9999):04d}", "phone": phone} if known else None,
        "longitude": round(village.longitude + rng.gauss(0, 0.004), 6) if located else None,
        "latitude": round(village.latitude + rng.gauss(0, 0.004), 6) if located else None,
    }
