"""What the tests of the village stories share: a year of one domain, the contract, and a count to hold the truths to."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from producers.simulate.clock import Clock, Stretch
from producers.simulate.county import county_from
from producers.simulate.workdays import DAY, HOUR, WorkCalendar, date_of, day_number
from producers.simulate.world import World
from schemas.codec import Encoder
from schemas.domain import EVENT_VOIDED, all_records, load_domains
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits, check_event
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from producers.simulate.domain import Domain, Event, Happening

JANUARY = day_number(date(2026, 1, 5))
PLAIN = Clock([Stretch(0, 0, 1.0)])
SEED = 7

Case = list[tuple[str, "Event"]]
Figures = dict[tuple[str, str, str], list[int | None]]


class Part(NamedTuple):
    """What one case adds to a figure of the month of `at`; without `at` to a stock; a `thing` counts once a month."""

    indicator: str
    at: int | None
    numerator: int = 0
    denominator: int = 0
    thing: str | None = None


class Told:
    """A year of one domain of the small county. `ids` are the names of its cases' id fields, `openings` the records that open them."""

    def __init__(
        self,
        places: Path,
        calendar: WorkCalendar,
        domain: Domain,
        ids: Sequence[str],
        openings: set[str],
        people: float = 1.0,
    ) -> None:
        self.county = county_from(places, SEED, people)
        self.calendar = calendar
        self._domain = domain
        self._ids = (*ids, "case_id")
        self._openings = openings
        self.happenings = list(self._world().until(calendar.midnight(JANUARY + 365)))
        self.cases = self._in_force(self.happenings)

    def check_contract(self) -> None:
        """Every event is as its record wants it, and every record of the domain occurs."""
        domains = load_domains(Settings().domains)
        schemas = all_records(domains)
        encoder = Encoder(MemoryRegistry(), [schema.schema for schema in schemas.values()])
        expected = {*domains[self._domain.name].events, EVENT_VOIDED}
        encoder.prepare(expected)
        limits, end = Limits.of(Settings()), max(happening.recorded_at for happening in self.happenings)
        for happening in self.happenings:
            check_event(schemas[happening.record], happening.event, record_time=end, limits=limits)
            assert encoder.encode(happening.record, happening.event)
        assert {happening.record for happening in self.happenings} == expected
        assert len({happening.event["event_id"] for happening in self.happenings}) == len(self.happenings)

    def check_order(self) -> None:
        """Every life begins with its opening, has one, stays in its place, and leaves no order to chance."""
        for events in self.cases:
            assert events[0][0] in self._openings
            assert not self._openings & {record for record, _ in events[1:]}
            times = [event["occurred_at"] for _, event in events]
            assert len(set(times)) == len(times)
            assert all(event["recorded_at"] >= event["occurred_at"] for _, event in events)
            assert len({(event["township"], event["village"]) for _, event in events}) == 1

    def check_truths(self, count: Callable[[Case], Iterator[Part]]) -> set[str]:
        """The truths come from the cases' own accounts; `count` counts them from the events. Returns what was compared."""
        compared: set[str] = set()
        for days in (2, 40, 200):
            tale = self._world()
            end = tale.start + days * DAY + 11 * HOUR
            told = self._in_force(tale.until(end))
            shown: Figures = {}
            now = Counter[tuple[str, str]]()
            for town in tale.truths(PLAIN, end)[self._domain.name]:
                for month, figures in town["months"].items():
                    shown |= {(town["township"], month, name): parts for name, parts in figures.items() if any(parts)}
                now.update({(town["township"], name): number for name, number in town["now"].items()})
            counted, counted_now = _counted(self.calendar, told, count)
            assert counted == shown
            assert +counted_now == +now
            compared |= {name for _, _, name in shown} | {name for _, name in now}
        return compared

    def by_character(self, measure: Callable[[Case], Any]) -> dict[str, list[Any]]:
        """What `measure` says of each case, None left out, by how its township works."""
        names = {township.code: township.character.name for township in self.county.townships}
        found: dict[str, list[Any]] = defaultdict(list)
        for events in self.cases:
            measured = measure(events)
            if measured is not None:
                found[names[events[0][1]["township"]]].append(measured)
        return found

    def has_corrections(self) -> bool:
        """Whether an event is replaced by a right one, as against taken back."""
        return any(each.event["corrects"] is not None and each.record != EVENT_VOIDED for each in self.happenings)

    def _world(self) -> World:
        return World(self.county, self.calendar, seed=SEED, first_day=JANUARY, domains=(self._domain,))

    def _in_force(self, happenings: Iterable[Happening]) -> list[Case]:
        """The events in force of every case that has some, in the order in which they happened."""
        told = list(happenings)
        replaced = {happening.event["corrects"] for happening in told}
        found: dict[str, Case] = defaultdict(list)
        for happening in told:
            event = happening.event
            if event["event_id"] not in replaced and happening.record != EVENT_VOIDED:
                own = next(event[name] for name in self._ids if name in event)
                found[own].append((happening.record.rpartition(".")[2], event))
        for events in found.values():
            events.sort(key=lambda named: (named[1]["occurred_at"], named[1]["event_id"]))
        return list(found.values())


def _counted(
    calendar: WorkCalendar, told: Iterable[Case], count: Callable[[Case], Iterator[Part]]
) -> tuple[Figures, Counter[tuple[str, str]]]:
    parts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    things: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    now = Counter[tuple[str, str]]()
    for events in told:
        township = events[0][1]["township"]
        for part in count(events):
            if part.at is None:
                now[township, part.indicator] += part.numerator
                continue
            key = township, f"{date_of(calendar.day_of(part.at)):%Y-%m}", part.indicator
            if part.thing is not None:
                things[key].add(part.thing)
            else:
                parts[key][0] += part.numerator
                parts[key][1] += part.denominator
    figures: Figures = {key: [*pair] for key, pair in parts.items() if any(pair)}
    return figures | {key: [len(each), None] for key, each in things.items()}, now


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
