"""The registers of the simulated county: all there on its first day, by the contract, and what is true is what counting gives."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from producers.simulate import register_ids as ids
from producers.simulate import registers
from producers.simulate.clock import Clock, Stretch
from producers.simulate.county import County, county_from
from producers.simulate.registers import OF_A_TOWNSHIP, OF_A_VILLAGE, Registers
from producers.simulate.services import Services
from producers.simulate.workdays import DAY, HOUR, WorkCalendar, day_number
from producers.simulate.world import World
from schemas.catalogue.load import load_catalogue
from schemas.codec import Encoder
from schemas.domain import load_domains
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits, check_event
from schemas.settings import Settings
from tests.streams.core.support import Line, world_of

if TYPE_CHECKING:
    from pathlib import Path

    from producers.simulate.domain import Happening

JANUARY = day_number(date(2026, 1, 5))
KINDS = (*OF_A_VILLAGE, *OF_A_TOWNSHIP)
PLAIN = Clock([Stretch(0, 0, 1.0)])
PEOPLE = 0.2


def world(places: Path, calendar: WorkCalendar, first_day: int = JANUARY) -> World:
    return World(county_from(places, 7, PEOPLE), calendar, seed=7, first_day=first_day, domains=(Registers(),))


@pytest.fixture(scope="module")
def year(places: Path, calendar: WorkCalendar) -> list[Happening]:
    return list(world(places, calendar).until(calendar.midnight(JANUARY + 365)))


def named(happenings: list[Happening], record: str, field: str) -> list[str]:
    return [str(happening.event[field]) for happening in happenings if happening.record.endswith(f".{record}")]


def in_the_register(county: County) -> dict[str, set[str]]:
    """What other stories may name, by id field."""
    villages = [village for township in county.townships for village in township.villages]
    cadres = [cadre for village in villages for cadre in ids.village_cadres(village)]
    return {
        "household_id": {each for village in villages for each in ids.households(village)},
        "grid_id": {each for village in villages for each in ids.grids(village)},
        "cadre_id": {*cadres, *(each for township in county.townships for each in ids.township_cadres(township))},
        "elder_id": {each for village in villages for each in ids.elders(village)},
        "resident_id": {each for village in villages for each in ids.contracted(village)},
        "item": {*ids.service_items()},
        "organisation_id": {*map(ids.branch, villages), *map(ids.committee, county.townships)},
    }


def test_every_event_keeps_the_contract_and_every_record_occurs(year: list[Happening]) -> None:
    schemas = load_domains(Settings().domains)["registers"].events
    encoder = Encoder(MemoryRegistry(), [schema.schema for schema in schemas.values()])
    encoder.prepare(schemas)
    limits, end = Limits.of(Settings()), max(happening.recorded_at for happening in year)
    for happening in year:
        check_event(schemas[happening.record], happening.event, record_time=end, limits=limits)
        assert encoder.encode(happening.record, happening.event)
    assert {happening.record for happening in year} == {*schemas}
    assert len({happening.event["event_id"] for happening in year}) == len(year)


def test_what_others_may_name_is_there_from_the_first_hours_on_and_never_leaves(
    places: Path, calendar: WorkCalendar, year: list[Happening]
) -> None:
    county = county_from(places, 7, PEOPLE)
    first = [each for each in year if each.event["occurred_at"] < calendar.midnight(JANUARY) + HOUR]
    there = in_the_register(county)
    for kind in KINDS:
        assert set(named(first, kind.opens, kind.id_field)) == there[kind.id_field]
        assert not there[kind.id_field] & set(named(year, kind.closes, kind.id_field))
    villages = {village.code: village for township in county.townships for village in township.villages}
    homes = Counter(str(each.event["village"]) for each in first if each.record.endswith("HouseholdRegistered"))
    assert homes == {code: len(ids.households(village)) for code, village in villages.items()}
    residents = sum(each.event["residents"] for each in first if each.record.endswith("HouseholdRegistered"))
    lived_in = sum(village.residents for village in villages.values())
    assert residents == pytest.approx(lived_in, rel=0.05), "everybody who lives there is in the register"


def test_what_is_counted_per_head_is_the_same_with_fewer_people(places: Path, calendar: WorkCalendar) -> None:
    def per_head(people: float) -> tuple[float, float, float]:
        county = county_from(places, 7, people)
        told = World(county, calendar, seed=7, first_day=JANUARY, domains=(Registers(), Services()))
        counted = Counter[str]()
        for happening in told.until(calendar.midnight(JANUARY + 60)):
            counted[happening.record.rpartition(".")[2]] += happening.event.get("residents", 1)
        residents = counted["HouseholdRegistered"]
        return (
            counted["ServiceRequested"] / residents * 1000,
            counted["DoctorContractSigned"] / residents * 1000,
            residents / counted["GridSet"],
        )

    services, contracts, of_a_grid = per_head(1)
    fewer_services, fewer_contracts, of_a_smaller_grid = per_head(0.3)
    assert services == pytest.approx(6, rel=0.2), "the services asked for by a thousand residents in sixty days"
    assert contracts == pytest.approx(120, rel=0.1)
    assert of_a_grid == pytest.approx(300 * ids.RESIDENTS_OF_A_HOUSEHOLD, rel=0.15)
    assert fewer_services == pytest.approx(services, rel=0.2)
    assert fewer_contracts == pytest.approx(contracts, rel=0.1)
    assert of_a_grid / 2 < of_a_smaller_grid < of_a_grid, "a village has a grid of its own, however small it is"


def test_another_beginning_tells_the_same_by_events_of_their_own(places: Path, calendar: WorkCalendar) -> None:
    def told(first_day: int) -> dict[tuple[str, ...], dict[str, Any]]:
        end = calendar.midnight(first_day) + 2 * HOUR
        return {
            (each.record, each.event["township"], [*each.event.values()][8]): each.event
            for each in world(places, calendar, first_day).until(end)
        }

    def words(event: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in event.items() if name not in ("event_id", "occurred_at", "recorded_at")}

    one, other = told(JANUARY), told(JANUARY + 30)
    assert {key: words(event) for key, event in one.items()} == {key: words(event) for key, event in other.items()}
    assert not {event["event_id"] for event in one.values()} & {event["event_id"] for event in other.values()}


def test_what_is_true_is_what_counting_the_events_gives(places: Path, calendar: WorkCalendar) -> None:
    for days in (0, 2, 40, 200):
        tale = world(places, calendar)
        end = tale.start + days * DAY + 11 * HOUR
        told = list(tale.until(end))
        shown = Counter[tuple[str, str]]()
        for town in tale.truths(PLAIN, end)["registers"]:
            shown.update({(town["township"], stock): count for stock, count in town["now"].items()})
        assert +shown == +counted(told)
        assert min(shown[town.code, "household_count"] for town in tale.county.townships) > 100


def test_who_is_entered_again_without_a_word_on_income_stays_what_was_known(
    monkeypatch: pytest.MonkeyPatch, places: Path, calendar: WorkCalendar
) -> None:
    """It is rare; here it is not. The stream passes over what is not known, and so does the truth."""
    for name, share in (("MOVED_SHARE", 3.0), ("UNKNOWN_SHARE", 0.4), ("LOW_INCOME_SHARE", 0.4)):
        monkeypatch.setattr(registers, name, share)
    tale = World(county_from(places, 7, 0.05), calendar, seed=7, first_day=JANUARY, domains=(Registers(),))
    end = tale.start + 30 * DAY
    catalogue = load_catalogue(load_domains(Settings().domains)["registers"])
    line = Line(world_of([catalogue]), end, catalogue.domain.topic)
    line.send(*((each.record, each.event) for each in tale.until(end)), timestamp=end).flow()
    assert not line.dead
    for town in tale.truths(PLAIN, end)["registers"]:
        for stock in ("household_count", "resident_count", "low_income_household_count"):
            shown = line.part(stock, "now", place=town["township"], case="household")
            assert shown[0] == town["now"][stock] > 0, (town["name"], stock)


def counted(told: list[Happening]) -> Counter[tuple[str, str]]:
    """Count the stocks from the events, the slow and obvious way."""
    cases: dict[tuple[str, str, str], list[tuple[str, dict[str, Any]]]] = {}
    for happening in sorted(told, key=lambda each: each.event["occurred_at"]):
        record = happening.record.rpartition(".")[2]
        kind = next(kind for kind in KINDS if record in (kind.opens, kind.closes))
        key = (kind.case, happening.event["township"], happening.event[kind.id_field])
        cases.setdefault(key, []).append((record, happening.event))
    found = Counter[tuple[str, str]]()
    for (case, township, _), events in cases.items():
        record, last = events[-1]
        if record in {kind.closes for kind in KINDS}:
            continue
        if case == "elder":
            found[township, "elder_alone_count"] += last["living_alone"]
            continue
        found[township, f"{case}_count"] += 1
        if case == "household":
            found[township, "resident_count"] += last["residents"]
            known = [event["low_income"] for _, event in events if event["low_income"] is not None]
            found[township, "low_income_household_count"] += known[-1:] == [True]
    return found
