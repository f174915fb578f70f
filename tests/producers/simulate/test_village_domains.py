"""Disputes, finance and disclosure of the simulated county: in order, by the contract, and their truths hold."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING

import pytest

from producers.simulate.clock import Clock, Stretch
from producers.simulate.county import county_from
from producers.simulate.disclosure import Disclosure
from producers.simulate.disputes import Disputes
from producers.simulate.finance import Finance
from producers.simulate.workdays import DAY, HOUR, WorkCalendar, date_of, day_number
from producers.simulate.world import World
from schemas.codec import Encoder
from schemas.domain import EVENT_VOIDED, all_records, load_domains
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits, check_event
from schemas.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from producers.simulate.domain import Event, Happening

JANUARY = day_number(date(2026, 1, 5))
VILLAGE_DOMAINS = (Disputes(), Finance(), Disclosure())
IDS = ("dispute_id", "entry_id", "dividend_id", "use_id", "asset_id", "question_id", "disclosure_id", "case_id")
PLAIN = Clock([Stretch(0, 0, 1.0)])

Cases = dict[str, list[tuple[str, "Event"]]]
Figures = dict[tuple[str, str, str], list[int | None]]


def world(places: Path, calendar: WorkCalendar) -> World:
    return World(county_from(places, 7), calendar, seed=7, first_day=JANUARY, domains=VILLAGE_DOMAINS)


def cases(happenings: list[Happening]) -> Cases:
    """The events in force of every case that has some, in the order in which they happened."""
    replaced = {happening.event["corrects"] for happening in happenings}
    found: Cases = defaultdict(list)
    for happening in happenings:
        event = happening.event
        if event["event_id"] not in replaced and happening.record != EVENT_VOIDED:
            found[next(event[name] for name in IDS if name in event)].append(
                (happening.record.rpartition(".")[2], event)
            )
    for events in found.values():
        events.sort(key=lambda named: (named[1]["occurred_at"], named[1]["event_id"]))
    return found


@pytest.fixture(scope="module")
def year(places: Path, calendar: WorkCalendar) -> list[Happening]:
    return list(world(places, calendar).until(calendar.midnight(JANUARY + 365)))


def test_every_event_keeps_the_contract_and_every_record_occurs(year: list[Happening]) -> None:
    domains = load_domains(Settings().domains)
    schemas = all_records(domains)
    encoder = Encoder(MemoryRegistry(), [schema.schema for schema in schemas.values()])
    expected = {name for domain in VILLAGE_DOMAINS for name in domains[domain.name].events} | {EVENT_VOIDED}
    encoder.prepare(expected)
    limits, end = Limits.of(Settings()), max(happening.recorded_at for happening in year)
    for happening in year:
        check_event(schemas[happening.record], happening.event, record_time=end, limits=limits)
        assert encoder.encode(happening.record, happening.event)
    assert {happening.record for happening in year} == expected
    assert len({happening.event["event_id"] for happening in year}) == len(year)


def test_every_life_is_in_order(year: list[Happening]) -> None:
    openings = {
        "DisputeRegistered", "LedgerEntryPosted", "DividendPaid", "AssetRegistered", "SmallPowerUsed",
        "DisclosurePosted", "QuestionRaised",
    }  # fmt: skip
    for events in cases(year).values():
        assert events[0][0] in openings
        assert not openings & {record for record, _ in events[1:]}
        times = [event["occurred_at"] for _, event in events]
        assert len(set(times)) == len(times), "no two events of a case at one moment: their order would be chance"
        assert all(event["recorded_at"] >= event["occurred_at"] for _, event in events)
        assert len({(event["township"], event["village"]) for _, event in events}) == 1
        ends = [record for record, _ in events if record in ("DisputeSettled", "DisputeRecurred")]
        assert ends == ["DisputeSettled", "DisputeRecurred"] * (len(ends) // 2) + ["DisputeSettled"] * (len(ends) % 2)


def test_who_is_slow_posts_late_and_a_rich_village_earns_more(places: Path, year: list[Happening]) -> None:
    county = county_from(places, 7)
    names = {township.code: township.character.name for township in county.townships}
    due, on_time, income = Counter[str](), Counter[str](), Counter[str]()
    for happening in year:
        event = happening.event
        if happening.record.endswith("DisclosurePosted") and event["due_at"] is not None:
            due[names[event["township"]]] += 1
            on_time[names[event["township"]]] += event["occurred_at"] <= event["due_at"]
        if happening.record.endswith("LedgerEntryPosted") and event["direction"] == "income" and not event["corrects"]:
            income[event["village"]] += int(event["amount"])
    assert on_time["slow"] / due["slow"] < 0.75
    assert on_time["diligent"] / due["diligent"] > 0.95
    villages = sorted(
        (village for township in county.townships for village in township.villages), key=lambda each: each.yearly_income
    )
    poor, rich = villages[: len(villages) // 3], villages[-len(villages) // 3 :]
    assert sum(income[each.code] for each in rich) > 3 * sum(income[each.code] for each in poor)
    for village in rich:
        assert village.yearly_income / 2 < income[village.code] < village.yearly_income * 2


def test_what_is_true_is_what_counting_the_events_gives(places: Path, calendar: WorkCalendar) -> None:
    """The truths come from the cases' own accounts; this counts them from the events instead, at several moments."""
    for days in (2, 17, 40, 101):
        tale = world(places, calendar)
        end = tale.start + days * DAY + 11 * HOUR
        told = list(tale.until(end))
        truths = tale.truths(PLAIN, end)
        shown: Figures = {
            (town["township"], month, indicator): parts
            for towns in truths.values()
            for town in towns
            for month, figures in town["months"].items()
            for indicator, parts in figures.items()
            if any(parts)
        }
        now = Counter[tuple[str, str]]()
        for towns in truths.values():
            for town in towns:
                now.update({(town["township"], indicator): count for indicator, count in town["now"].items()})
        counted = Count(calendar)
        for events in cases(told).values():
            counted.case([record for record, _ in events], [event for _, event in events])
        assert shown
        assert {key: parts for key, parts in counted.figures().items() if any(parts)} == shown
        assert +counted.now == +now


class Count:
    """Counts from the events, one case at a time, the slow and obvious way."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self._calendar = calendar
        self._parts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._villages: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        self.now = Counter[tuple[str, str]]()

    def figures(self) -> Figures:
        figures: Figures = {key: [*parts] for key, parts in self._parts.items()}
        return figures | {key: [len(villages), None] for key, villages in self._villages.items()}

    def case(self, records: list[str], events: list[Event]) -> None:
        first, last = events[0], dict(zip(records, events, strict=True))
        match records[0]:
            case "DisputeRegistered":
                self._dispute(records, events)
            case "LedgerEntryPosted" if "LedgerEntryReversed" not in last:
                self._add(first, f"collective_{first['direction']}", int(first["amount"] * 100), 0)
                if first["direction"] == "expense":
                    self._add(first, "ledger_two_signature_rate", int(first["approved_by_count"] >= 2), 1)
            case "DividendPaid":
                total = int(first["amount_per_share"] * 100) * first["shares"]
                self._add(first, "dividend_total", total, 0)
                self._add(first, "dividend_per_share", total, first["shares"])
            case "AssetRegistered":
                self._add(first, "asset_value", int(first["amount"] * 100), 0)
            case "SmallPowerUsed" if first["procedure_followed"] is not None:
                self._add(first, "small_power_compliance_rate", int(first["procedure_followed"]), 1)
            case "DisclosurePosted":
                self._disclosure(first)
            case "QuestionRaised":
                answered = "QuestionAnswered" in last
                self._add(first, "disclosure_question_answer_rate", int(answered), 1)
                self.now[first["township"], "disclosure_questions_open"] += not answered

    def _dispute(self, records: list[str], events: list[Event]) -> None:
        first = events[0]
        named = list(zip(records, events, strict=True))
        ends = [(record, event) for record, event in named if record in ("DisputeSettled", "DisputeRecurred")]
        settled = ends[-1][1] if ends and ends[-1][0] == "DisputeSettled" else None
        agreed = settled is not None and settled["outcome"] == "agreement"
        self._add(first, "dispute_volume", 1, 0)
        self._add(first, "dispute_resolution_rate", int(settled is not None), 1)
        self._add(first, "dispute_mediation_success_rate", int(agreed), 1)
        self.now[first["township"], "dispute_open"] += settled is None
        if settled is not None:
            by_court = any(record == "MediationHeld" and event["mediator_kind"] == "court" for record, event in named)
            holds = settled["outcome"] != "court" and not by_court
            self._add(settled, "dispute_settled_in_village_rate", int(holds), 1)

    def _disclosure(self, event: Event) -> None:
        self._add(event, "disclosure_volume", 1, 0)
        self._villages[self._key(event, "disclosure_village_coverage")].add(event["village"])
        if event["kind"] == "finance" and date_of(self._calendar.day_of(event["occurred_at"])).day <= 20:
            self._villages[self._key(event, "finance_day_rate")].add(event["village"])
        if event["due_at"] is not None:
            due = {**event, "occurred_at": event["due_at"]}
            self._add(due, "disclosure_on_time_rate", int(event["occurred_at"] <= event["due_at"]), 1)

    def _add(self, event: Event, indicator: str, numerator: int, denominator: int) -> None:
        parts = self._parts[self._key(event, indicator)]
        parts[0] += numerator
        parts[1] += denominator

    def _key(self, event: Event, indicator: str) -> tuple[str, str, str]:
        return event["township"], f"{date_of(self._calendar.day_of(event['occurred_at'])):%Y-%m}", indicator
