"""Sink processes: the product's Sink, Member and shapers over the simulated Kafka and warehouse.

A sink is plain code that calls Kafka and ClickHouse and waits for each answer, so whatever can happen to it happens at
one of these calls: it is killed before or after it took effect, the answer is lost, or the world goes on meanwhile.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from kafka import TopicPartition
from kafka.errors import CommitFailedError, KafkaConnectionError
from kafka.structs import ConsumerGroupMetadata

from schemas.errors import Unavailable
from schemas.rules import Limits
from schemas.settings import Settings
from sinks import consumer
from sinks.layout import load_layout
from sinks.settings import SinkSettings
from sinks.shaping.cells import CellShaper
from sinks.shaping.dead_letters import DeadLetterShaper
from sinks.shaping.events import EventShaper
from sinks.shaping.records import RecordShaper
from sinks.sink import Sink
from tests.sim.cases import TOPICS, world
from tests.sim.log import visible
from tests.sim.truth import CASES, DEAD_LETTERS, INDICATORS, Violation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kafka.structs import OffsetAndMetadata

    from sinks.shaping.shape import Shaper
    from sinks.tables import Table
    from sinks.tokens import Place as KafkaPlace
    from tests.sim.log import Message, Place
    from tests.sim.simulation import Simulation

SETTINGS = Settings()
BATCHES = tuple(SinkSettings(batch_rows=rows, batch_seconds=0.001, retry_seconds=0.1) for rows in (2, 7, 40))


@cache
def shapers() -> dict[str, tuple[tuple[str, ...], Shaper]]:
    """Return what each sink reads, and how it shapes it."""
    layout, decoder = load_layout(SETTINGS), world().decoder
    table = next(table for table in layout.events if table.topic == TOPICS[0])
    events = EventShaper([table, replace(table, topic=TOPICS[1])], decoder, Limits.of(SETTINGS))
    cases = [table for table in layout.cases if table.table.name == "cases_appeal"]
    return {
        "events": (TOPICS, events),
        "indicators": ((INDICATORS,), CellShaper(layout.cells, layout.publications, decoder)),
        "cases": ((CASES,), RecordShaper([*cases, layout.publications], decoder, forgets=[CASES])),
        "deadletters": ((DEAD_LETTERS,), DeadLetterShaper(layout.dead_letters, decoder)),
    }


class Killed(BaseException):
    """The process ends here, as by `kill -9`."""


class SinkGroup:
    """A sink's consumer group, as its coordinator keeps it, and the processes in it."""

    def __init__(self, sim: Simulation, name: str, topics: tuple[str, ...], shaper: Shaper) -> None:
        self.sim = sim
        self.name = f"xiangmai-sink-{name}"
        self.topics = topics
        self.shaper = shaper
        self.places = [(topic, partition) for topic in topics for partition in range(sim.partitions)]
        self.members: list[SinkProcess] = []
        self.generation = 0
        self.owners: dict[Place, SinkProcess] = {}

    def changed(self) -> None:
        """Give the partitions out anew; each member hears of it when it polls next."""
        self.generation += 1
        self.owners = {place: self.sim.rng.choice(self.members) for place in self.places if self.members}

    def drop(self, process: SinkProcess) -> None:
        """Go on without a member, which may not know it."""
        if process in self.members:
            self.members.remove(process)
            self.changed()

    def lag(self) -> int:
        """How many offsets are not committed."""
        broker = self.sim.broker
        return sum(broker[place].stable - (broker.position(self.name, place) or 0) for place in self.places)

    def judge(self, place: Place, offset: int) -> None:
        """Hold a commit against what a query answers: every record below it shows, or a later one of its key does."""
        log, warehouse = self.sim.broker[place], self.sim.warehouse
        before = self.sim.broker.position(self.name, place) or 0
        records = [number for number in range(before, offset) if (entry := log.entries[number]) and visible(entry)]
        if place[0] in (*self.sim.topics, DEAD_LETTERS):
            stored = warehouse.stored.get(place, set())
            missing = [n for n in records if n not in stored and not self.sim.refusable(place, n)]
            missing = [n for n in missing if not self._repeats_what_stands(place, n)]
        else:
            shown = {log.keys[n]: n for n, rows in sorted(warehouse.showing.get(place, {}).items()) if rows}
            missing = [number for number in records if shown.get(log.keys[number], -1) < number]
        if missing:
            self.sim.failed(f"{self.name} commits {offset} of {place}, and what stood at {missing} is not to be seen")

    def _repeats_what_stands(self, place: Place, offset: int) -> bool:
        """Say whether the event there has a row of an earlier offset: the first of an id stands, so nothing is missing."""
        record = self.sim.truth.inputs[place][offset] if place in self.sim.truth.inputs else None
        if record is None or record.case is None:
            return False
        event_id = record.case.events[record.bit][1]["event_id"]
        return any(self.sim.warehouse.first(table, record.case.id, event_id) <= offset for table in self.shaper.tables)


class SinkProcess:
    """One run of a sink."""

    def __init__(self, group: SinkGroup, name: str) -> None:
        self.group = group
        self.name = name
        self.dead = False
        self.busy = False
        sim = group.sim
        self.sink = Sink(
            group.name,
            group.topics,
            group.shaper,
            settings=SETTINGS,
            sink_settings=sim.rng.choice(BATCHES),
            warehouse=cast("Any", Connection(self)),
            registry=cast("Any", None),
            decoder=sim.world.decoder,
            refused_to=None,
            run=name,
        )
        Consumer.process = self
        self.member = consumer.Member("", group.name, group.topics)

    def step(self) -> None:
        """Let it do one round of its work."""
        self.busy = True
        try:
            self.sink._step(self.member)
        except Killed:
            self.dead = True
            self.group.sim.say(f"{self.name}: killed")
            self.group.drop(self)
        except Violation:
            raise
        except Exception as error:  # noqa: BLE001 - nothing that is simulated may end a sink
            self.group.sim.failed(f"{self.name} ends with {error!r}")
        finally:
            self.busy = False

    def call(self, what: str) -> str:
        """What happens to a call of this process: nothing, it is not done, or it is done and not answered. May not return."""
        sim = self.group.sim
        sim.say(f"{self.name}: {what}")
        if not sim.faulty:
            return ""
        if sim.rng.random() < 0.2:
            sim.meanwhile()
        return sim.fate(sim.sink_loss)

    def perhaps_die(self) -> None:
        """End here, now and then."""
        sim = self.group.sim
        if sim.faulty and sim.rng.random() < sim.deadly:
            raise Killed


class Connection:
    """The process's connection to the warehouse."""

    address = "clickhouse"

    def __init__(self, process: SinkProcess) -> None:
        self._process = process

    def insert(self, table: Table, columns: Sequence[Sequence[Any]], token: str) -> None:
        process = self._process
        process.perhaps_die()
        fate = process.call(f"inserts {len(columns[0])} rows into {table.name}, {token}")
        sim = process.group.sim
        if fate != "lost":
            sim.warehouse.insert(table, columns, token)
        elif sim.rng.random() < 0.5:
            sim.say(f"{process.name}: the token is taken, the rows do not come")
            sim.warehouse.take(table, token)
        process.perhaps_die()
        if fate:
            sim.say(f"{process.name}: no answer ({fate})")
            raise Unavailable("ClickHouse", self.address)

    def has(self, table: Table, places: Sequence[KafkaPlace]) -> bool:
        if self._process.call(f"looks for its rows in {table.name}"):
            raise Unavailable("ClickHouse", self.address)
        return self._process.group.sim.warehouse.has(table, places)

    def close(self) -> None:
        """Nothing to close."""


class Consumer:
    """kafka-python's KafkaConsumer in a group, read committed, committing when told."""

    process: SinkProcess
    """Whose consumer is being made."""

    def __init__(self, **settings: Any) -> None:
        assert settings["isolation_level"] == "read_committed"
        assert settings["enable_auto_commit"] is False
        self._process = Consumer.process
        self._group = self._process.group
        self._generation = -1
        self._positions: dict[TopicPartition, int] = {}
        self._paused: set[TopicPartition] = set()
        self._coordinator = Coordinator(self)
        self._fetcher = SimpleNamespace()

    def need_rejoin(self) -> bool:
        return self._generation != self._group.generation or self._process not in self._group.members

    def partitions_for_topic(self, topic: str) -> set[int]:
        _ = topic
        return set(range(self._group.sim.partitions))

    def subscribe(self, topics: list[str]) -> None:
        assert tuple(topics) == self._group.topics

    def poll(self, timeout_ms: int, max_records: int | None) -> dict[TopicPartition, list[Message]]:
        sim = self._group.sim
        sim.seconds += max(timeout_ms, 1) / 1000
        if self._paused and sim.faulty:
            sim.meanwhile()
        if max_records is not None and max_records <= 0:
            raise ValueError("max_records must be positive")
        if self.need_rejoin():
            self.join()
        left = min(max_records or 500, sim.rng.choice((1, 3, 20, 20)))
        found: dict[TopicPartition, list[Message]] = {}
        for place in self._positions:
            if place not in self._paused and left:
                messages, self._positions[place] = sim.broker[tuple(place)].read(self._positions[place], left)
                left -= len(messages)
                if messages:
                    found[place] = messages
        return found

    def assignment(self) -> set[TopicPartition]:
        return set(self._positions)

    def paused(self) -> set[TopicPartition]:
        return self._paused

    def pause(self, *places: TopicPartition) -> None:
        self._paused.update(places)

    def resume(self, *places: TopicPartition) -> None:
        self._paused.difference_update(places)

    def position(self, place: TopicPartition, timeout_ms: int) -> int:
        _ = timeout_ms
        return self._positions[place]

    def commit(self, offsets: Mapping[TopicPartition, OffsetAndMetadata], timeout_ms: int) -> None:
        _ = timeout_ms
        process, group = self._process, self._group
        process.perhaps_die()
        told = {tuple(place): mark.offset for place, mark in sorted(offsets.items())}
        fate = process.call(f"commits {told}")
        if self.need_rejoin():
            raise CommitFailedError
        if fate != "lost":
            for place, offset in told.items():
                group.judge(cast("Place", place), offset)
            group.sim.broker.committed.setdefault(group.name, {}).update(cast("Any", told))
        process.perhaps_die()
        if fate:
            raise KafkaConnectionError

    def group_metadata(self) -> ConsumerGroupMetadata:
        return ConsumerGroupMetadata(self._group.name, self._generation)

    def close(self, autocommit: bool, timeout_ms: int) -> None:
        _ = autocommit, timeout_ms

    def join(self) -> None:
        group, process = self._group, self._process
        if process not in group.members:
            group.members.append(process)
            group.changed()
        self._generation = group.generation
        mine = [place for place in group.places if group.owners.get(place) is process]
        broker = group.sim.broker
        self._positions = {
            TopicPartition(*place): max(broker.position(group.name, place) or 0, broker[place].low) for place in mine
        }
        self._paused.clear()
        group.sim.say(f"{process.name}: has {mine}")


class Coordinator:
    """What `Member` asks of kafka-python's coordinator: every join ends within the poll it began in."""

    rejoining = False

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    def need_rejoin(self) -> bool:
        return self._consumer.need_rejoin()

    def poll(self, timeout_ms: int) -> None:
        _ = timeout_ms
        self._consumer.join()
