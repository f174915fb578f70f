"""Domains whose cases keep their own account: in order, by the contract, and what they say is true is what the stream counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

import pytest

from producers.simulate.burden import FORMS, Burden
from producers.simulate.clock import Clock, Stretch
from producers.simulate.county import county_from
from producers.simulate.duties import BUCK_PASSER, Duties
from producers.simulate.innovation import WRITTEN_DOWN_FROM, Innovation
from producers.simulate.organisations import Organisations
from producers.simulate.supervision import Supervision
from producers.simulate.workdays import DAY, HOUR, WorkCalendar, date_of, day_number
from producers.simulate.world import World
from schemas.catalogue.load import load_catalogues
from schemas.domain import EVENT_VOIDED, all_records, load_domains
from schemas.rules import Limits, check_event
from schemas.settings import Settings
from tests.streams.core.support import Line, world_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from producers.simulate.domain import Domain, Event, Happening

JANUARY = day_number(date(2026, 1, 5))
DOMAINS: tuple[Domain, ...] = (Duties(), Burden(), Innovation(), Supervision(), Organisations())
LONG_LIVED = ("supervision", "organisations")
DEFINED = load_domains(Settings().domains)
CATALOGUES = load_catalogues(DEFINED)


def world(places: Path, calendar: WorkCalendar, *domains: Domain) -> World:
    return World(county_from(places, 7), calendar, seed=7, first_day=JANUARY, domains=domains)


@pytest.fixture(scope="module")
def year(places: Path, calendar: WorkCalendar) -> list[Happening]:
    return list(world(places, calendar, *DOMAINS).until(calendar.midnight(JANUARY + 365)))


@pytest.fixture(scope="module")
def characters(places: Path) -> dict[str, str]:
    return {township.code: township.character.name for township in county_from(places, 7).townships}


def test_every_event_keeps_the_contract_and_every_record_occurs(year: list[Happening]) -> None:
    schemas = all_records(DEFINED)
    encoder = world_of([CATALOGUES[domain.name] for domain in DOMAINS]).encoder
    limits, end = Limits.of(Settings()), max(happening.recorded_at for happening in year)
    for happening in year:
        check_event(schemas[happening.record], happening.event, record_time=end, limits=limits)
        assert encoder.encode(happening.record, happening.event)
    expected = {name for domain in DOMAINS for name in DEFINED[domain.name].events} | {EVENT_VOIDED}
    assert {happening.record for happening in year} == expected
    assert len({happening.event["event_id"] for happening in year}) == len(year)


def test_every_case_begins_with_its_opening_and_no_two_of_its_events_are_at_one_moment(year: list[Happening]) -> None:
    cases = [case for domain in DOMAINS for case in CATALOGUES[domain.name].cases.values()]
    of_record = {record: case for case in cases for record in case.events}
    lives: dict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)
    for happening in year:
        record, event = happening.record.rpartition(".")[2], happening.event
        if happening.record != EVENT_VOIDED:
            case = of_record[record]
            lives[case.opens_with, event[case.id_field]].append((event["occurred_at"], record))
        assert event["recorded_at"] >= event["occurred_at"]
    for (opening, case_id), told in lives.items():
        assert min(told)[1] == opening, case_id
        assert len({at for at, _ in told}) == len(told), f"{case_id}: their order would be chance"


@pytest.mark.parametrize(
    ("domain", "days"),
    [(domain, 200 if domain.name in LONG_LIVED else 75) for domain in DOMAINS],
    ids=[domain.name for domain in DOMAINS],
)
def test_what_is_true_is_what_the_stream_counts(
    places: Path, calendar: WorkCalendar, domain: Domain, days: int
) -> None:
    """The truths come from the cases' own accounts, the stream folds the events; some cases are still open, and the county lives faster
    towards the end, as it does live."""
    tale = world(places, calendar, domain)
    end = tale.start + days * DAY + 11 * HOUR
    faster = tale.start + days * DAY * 2 // 3
    clock = Clock([Stretch(tale.start, tale.start, 1.0), Stretch(faster, faster, 4.0)])
    now = clock.to_wall(end)
    line = Line(world_of([CATALOGUES[domain.name]]), now, f"village.{domain.name}")
    line.send(*((each.record, clock.set(each.event)) for each in tale.until(end)), timestamp=now).flow()
    assert not line.dead
    counted = dict(figures(line))
    truths = tale.truths(clock, end)[domain.name]
    true = {
        (town["township"], month, indicator): parts
        for town in truths
        for month, indicators in (*town["months"].items(), ("now", {name: [n, 0] for name, n in town["now"].items()}))
        for indicator, parts in indicators.items()
    }
    assert len(true) > 20
    for key, (numerator, denominator) in true.items():
        found = counted.pop(key, (0, 0))
        assert found == (numerator, found[1] if denominator is None else denominator), key
    told = {indicator for _, _, indicator in true}
    beyond = {key: parts for key, parts in counted.items() if key[2] in told and any(parts) and key[1] != "now"}
    assert not beyond
    assert sum(sum(town["cases"].values()) for town in truths) == sum(
        bool(case["event_count"]) for case in line.cases.values()
    )


def figures(line: Line) -> Iterator[tuple[tuple[str, str, str], tuple[int, int]]]:
    """What the stream published of townships: (township, month or now, indicator) and its parts."""
    for cell in line.cells.values():
        if cell["level"] == "township" and cell["period"] in ("month", "now") and not cell["dimension"]:
            when = "now" if cell["period"] == "now" else f"{date_of(cell['period_start']):%Y-%m}"
            for part in cell["parts"]:
                yield (cell["township"], when, part["indicator"]), (part["numerator"], part["denominator"])


def tally(year: list[Happening], record: str, key: Callable[[Event], str]) -> Counter[str]:
    """How many events of a record there are, by what `key` says of them."""
    return Counter(key(happening.event) for happening in year if happening.record.endswith(f".{record}"))


def test_one_department_passes_the_buck_and_a_slow_township_is_refused_more(
    year: list[Happening], characters: dict[str, str]
) -> None:
    referred = tally(year, "MatterReferred", lambda event: event["to_department"])
    refused = tally(year, "MatterRefused", lambda event: event["by_department"])
    others = (refused.total() - refused[BUCK_PASSER]) / (referred.total() - referred[BUCK_PASSER])
    assert refused[BUCK_PASSER] / referred[BUCK_PASSER] > 2 * others
    referred, refused = (
        tally(year, record, lambda event: characters[event["township"]])
        for record in ("MatterReferred", "MatterRefused")
    )
    assert refused["slow"] / referred["slow"] > 3 * refused["diligent"] / referred["diligent"]


def test_what_events_answer_is_filled_in_by_nobody_and_the_year_ends_with_forms(
    year: list[Happening], calendar: WorkCalendar
) -> None:
    forms = {each.event["demand_id"]: each.event["form"] for each in year if each.record.endswith("ReportDemanded")}
    answered = tally(year, "ReportAnsweredFromEvents", lambda event: forms[event["demand_id"]])
    filled = tally(year, "ReportFilled", lambda event: forms[event["demand_id"]])
    assert set(answered) == {form.name for form in FORMS if form.answered}
    assert set(filled) == {form.name for form in FORMS if not form.answered}
    months = tally(year, "ReportDemanded", lambda event: str(date_of(calendar.day_of(event["occurred_at"])).month))
    assert months["12"] > 1.5 * (months["4"] + months["5"]) / 2


def test_only_what_was_rated_well_becomes_a_practice_and_who_games_proposes_much_of_little_use(
    year: list[Happening], characters: dict[str, str]
) -> None:
    scores = {
        each.event["proposal_id"]: each.event["score"] for each in year if each.record.endswith("ProposalEvaluated")
    }
    practices = [each.event["from_proposal"] for each in year if each.record.endswith("PracticeRecorded")]
    assert len(practices) > 5
    assert all(scores[proposal] >= WRITTEN_DOWN_FROM for proposal in practices)
    submitted, adopted = (
        tally(year, record, lambda event: characters[event["township"]])
        for record in ("ProposalSubmitted", "ProposalAdopted")
    )
    assert submitted["gaming"] > 2 * submitted["slow"]
    assert adopted["gaming"] / submitted["gaming"] < 0.75 * adopted["diligent"] / submitted["diligent"]


def test_who_is_late_is_warned_who_is_diligent_commended_and_only_red_is_listed(
    year: list[Happening], characters: dict[str, str]
) -> None:
    def town(event: Event) -> str:
        return characters[event["township"]]

    raised = tally(year, "WarningRaised", town)
    assert raised["slow"] > 4 * raised["diligent"]
    assert set(tally(year, "AwardGiven", town)) == {"diligent"}
    colours = {each.event["warning_id"]: each.event["colour"] for each in year if each.record.endswith("WarningRaised")}
    assert set(tally(year, "SupervisionListed", lambda event: colours[event["warning_id"]])) == {"red"}
    repeated = [
        each.event for each in year if each.record.endswith("WarningRaised") and each.event["previous_warning_id"]
    ]
    assert repeated
    assert all(event["previous_warning_id"] in colours for event in repeated)


def test_where_people_are_content_they_come_and_who_is_slow_has_weak_branches(
    year: list[Happening], characters: dict[str, str]
) -> None:
    expected, present = Counter[str](), Counter[str]()
    for happening in year:
        if happening.record.endswith("OrganisationMeetingHeld"):
            town = characters[happening.event["township"]]
            expected[town] += happening.event["expected"]
            present[town] += happening.event["present"]
    shares = {town: present[town] / expected[town] for town in expected}
    assert shares["diligent"] > 0.9 > shares["slow"] > shares["gaming"]
    weak = tally(year, "RectificationStarted", lambda event: characters[event["township"]])
    assert weak.most_common(1)[0][0] == "slow"
