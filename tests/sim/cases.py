"""The cases simulations are made of: generated and encoded once, with what is true of each for every subset of its events.

A cell is a sum over cases, so what is true of a partition is the sum of what is true of its cases: worked out for a
case by the naive reference of the core's tests, and remembered.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from copy import copy
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from streams.engine import Engine
from streams.reading import TopicReader
from streams.shard import Record, Shard
from tests.streams.core.reference import COMPUTED, Numbers, compute, letters
from tests.streams.core.support import DAY, HOUR, TOPIC, World, make, world_of
from tests.streams.core.support import world as core_world

if TYPE_CHECKING:
    from collections.abc import Sequence

START = 1_772_323_200_000  # 2026-03-01 in Shanghai
END = START + 60 * DAY
ACCEPTED = START + 99 * DAY
"""When Kafka takes every record: later than whatever an event claims."""

TOPICS = (TOPIC, "village.more")
"""The domain's topic, and a second one with the same records: a worker keeps an offset for each."""

TOWNSHIPS = ("330521100", "330521101", "330521102")
PARTITION_OF = {"330521100": 0, "330521101": 1, "330521102": 0}
PARTITIONS = 2
"""At most; a simulation may have the first one only."""
DEPARTMENTS = ("供电所", "水务")
COUNT = 48

Event = tuple[str, dict[str, Any]]


class Input(NamedTuple):
    """A record for a village topic: event `bit` of a case, or with no case one that must become a dead letter."""

    topic: str
    partition: int
    key: bytes | None
    value: bytes | None
    case: Case | None
    bit: int
    reason: str


@dataclass(frozen=True, eq=False)
class Case:
    """A case with its events. `twins` are pairs of bits with one event id and different content: the first one stands."""

    id: str
    township: str
    events: tuple[Event, ...]
    inputs: tuple[Input, ...]
    twins: dict[int, int]
    moments: tuple[int, ...]

    @property
    def partition(self) -> int:
        """Where its records go."""
        return PARTITION_OF[self.township]


@cache
def world() -> World:
    """Return the shipped catalogue of appeals, on two topics."""
    catalogue = core_world().catalogue
    here = world_of([replace(catalogue, indicators={name: catalogue.indicators[name] for name in COMPUTED})])
    _serve_second(here.engine, here)
    here.decoder.mark_unknown(999)
    decode = lru_cache(maxsize=50_000)(here.decoder.decode)  # of the same bytes again and again, in thousands of runs
    here.decoder.decode = decode  # type: ignore[method-assign]
    return here


@cache
def next_engine() -> Engine:
    """Return the engine of a catalogue in which one indicator has a new version: all of it is published again."""
    here, catalogue = world(), world().catalogue
    volume = catalogue.indicators["appeal_volume"]
    definition = volume.definition.model_copy(update={"version": 2})
    indicators = {**catalogue.indicators, "appeal_volume": replace(volume, version=2, definition=definition)}
    engine = here.engine
    made = Engine(
        [replace(catalogue, indicators=indicators)], here.decoder, engine.encoder, here.calendar, engine.limits
    )
    _serve_second(made, here)
    return made


def _serve_second(engine: Engine, here: World) -> None:
    """Let an engine read the same records on the second topic."""
    engine.topics[TOPICS[1]] = engine.topics[TOPICS[0]]
    engine.readers[TOPICS[1]] = TopicReader(
        TOPICS[1], engine.topics[TOPICS[1]], engine.cases, here.decoder, engine.limits.event
    )


@cache
def limited(engine: Engine, refused_row_limit: int) -> Engine:
    """Return the engine with another limit of records refused in a row."""
    made = copy(engine)
    made.limits = replace(engine.limits, refused_row_limit=refused_row_limit)
    return made


@cache
def cases() -> tuple[Case, ...]:
    """Return every case there is; the same in every run."""
    rng = random.Random(20260301)
    return tuple(_case(rng, number) for number in range(COUNT))


@lru_cache(maxsize=200_000)
def _numbers(case: Case, mask: int, reached: int) -> Numbers:
    clock = case.moments[reached - 1] if reached else case.moments[0] - 1
    return compute(_events(case, mask), clock, "Asia/Shanghai")


def numbers_of_case(case: Case, mask: int, clock: int) -> Numbers:
    """Return the case's part of every cell, when it has these events and it is `clock`."""
    return _numbers(case, mask, bisect_right(case.moments, clock))


@lru_cache(maxsize=200_000)
def waiting(case: Case, mask: int) -> frozenset[tuple[str, str]]:
    """Return (event id, reason) of the case's events that wait for another one, by the naive reference."""
    return frozenset(letters(_events(case, mask)))


@lru_cache(maxsize=200_000)
def straight(case: Case, mask: int) -> dict[str, Any] | None:
    """Return the record the core publishes of these events of a case, with nothing happening in between."""
    shard = Shard(world().engine, case.partition)
    shard.finish_restore(START)
    for bit, record in enumerate(case.inputs):
        if mask >> bit & 1:
            shard.apply(record.topic, [Record(bit, ACCEPTED, record.key, record.value)], START)
    published = [value for _, value in shard.drain(START).cases if value is not None]
    return state_of(published[0]) if published else None


def state_of(value: bytes) -> dict[str, Any]:
    """Return a published case without the moment it was computed."""
    state = world().decoder.decode(value)[1]
    return {name: field for name, field in state.items() if name != "changed_at"}


def _events(case: Case, mask: int) -> list[Event]:
    return [event for bit, event in enumerate(case.events) if mask >> bit & 1]


def _case(rng: random.Random, number: int) -> Case:
    id_, township = f"案{number}", TOWNSHIPS[number % len(TOWNSHIPS)]
    opened = START + rng.randrange(20) * DAY + rng.choice((0, 1, 7, 23)) * HOUR + rng.choice((0, 0, 1, HOUR - 1))
    events: list[Event] = []
    for place in range(rng.randint(1, 5)):
        at = opened + rng.choice((0, 0, 1, HOUR, DAY, 3 * DAY, 9 * DAY))
        earlier = [event["event_id"] for _, event in events]
        corrects = rng.choice(earlier) if earlier and rng.random() < 0.25 else None
        record = "AppealReported" if place == 0 and rng.random() < 0.9 else rng.choice(_RECORDS)
        if corrects is not None and rng.random() < 0.5:
            record = "EventVoided"
        fields = {name: rng.choice(values) for name, values in _FIELDS.get(record, {}).items()}
        if "due_at" in fields and fields["due_at"] is not None:
            fields["due_at"] += at
        village = rng.choice((None, None, f"{township}001", f"{township}002"))
        name, event = make(record, id_, at, f"{id_}/{place}", township=township, village=village, **fields)
        event["corrects"] = corrects
        events.append((name, event))
    twins: dict[int, int] = {}
    if rng.random() < 0.3:  # the same event id with other content, as a careless source sends it
        name, event = rng.choice([pair for pair in events if not pair[0].endswith("EventVoided")] or events)
        other = {**event, "occurred_at": event["occurred_at"] + HOUR, "department": "冒名"}
        first = events.index((name, event))
        twins = {first: len(events), len(events): first}
        events.append((name, other))
    moments = {moment for _, event in events for moment in (event["occurred_at"], event.get("due_at")) if moment}
    case = Case(id_, township, tuple(events), (), twins, tuple(sorted(moments)))
    object.__setattr__(case, "inputs", tuple(_input(case, bit) for bit in range(len(events))))
    return case


_RECORDS = ("AppealReported", "AppealDispatched", "AppealReturned", "AppealClosed", "AppealClosed", "AppealReopened")
_FIELDS: dict[str, dict[str, Sequence[Any]]] = {
    "AppealReported": {"due_at": (None, DAY, 5 * DAY)},
    "AppealDispatched": {"to_department": DEPARTMENTS},
    "AppealClosed": {"by_department": (None, *DEPARTMENTS)},
}


def _input(case: Case, bit: int) -> Input:
    name, event = case.events[bit]
    voided = name.endswith("EventVoided")  # which belongs to the topic of its case's domain
    topic = TOPICS[0] if voided else TOPICS[int(event["event_id"][-1], 16) % 2]
    value = world().encoder.encode(name, event)
    return Input(topic, case.partition, case.township.encode(), value, case, bit, "")


@cache
def poison() -> tuple[Input, ...]:
    """Return records nobody can read or accept, with the reason each must be given."""
    name, event = make("AppealReported", "毒", START, township=TOWNSHIPS[0])
    good = world().encoder.encode(name, event)
    ancient = world().encoder.encode(*make("AppealReported", "毒", 1, "ancient", township=TOWNSHIPS[0]))
    key = TOWNSHIPS[0].encode()
    records: list[tuple[bytes | None, bytes | None, str]] = [
        (key, None, "null"),
        (None, good, "null"),
        (key, b"\x01not avro", "framing"),
        (key, b"\x00\x00\x00\x03\xe7body", "unknown_schema"),
        (key, good[:-1], "decode"),
        (b"330521999", good, "key_mismatch"),
        (key, ancient, "event_time"),
    ]
    return tuple(Input(TOPICS[number % 2], 0, *record[:2], None, 0, record[2]) for number, record in enumerate(records))
