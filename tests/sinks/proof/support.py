"""What the tests of the proof stand on: one stream core and one warehouse, fed with the same events."""

from __future__ import annotations

import uuid
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas import topics as topic_names
from schemas.rules import Limits
from sinks.layout import Layout, load_layout
from sinks.proof.cells_sql import CELL_COLUMNS, CELLS, cell_steps
from sinks.proof.source import sources
from sinks.proof.statement import select, with_steps
from sinks.service import prepare
from sinks.shaping.cells import PUBLICATION_KEY, CellShaper
from sinks.shaping.dead_letters import DeadLetterShaper
from sinks.shaping.events import EventShaper
from sinks.shaping.records import RecordShaper
from sinks.tables import quoted
from sinks.warehouse import Warehouse, connect
from streams.shard import Record, Shard
from tests.sinks.support import EPOCH, TOWNSHIP, Message, put
from tests.streams.core.support import DAY, HOUR, make
from tests.streams.core.test_laws import START

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from schemas.catalogue.model import Indicator
    from schemas.settings import Settings
    from sinks.proof.source import CaseSource
    from tests.streams.core.support import World

PARTITION = 3
TOPIC = "village.appeals"
VILLAGE = f"{TOWNSHIP}001"
Numbers = dict[tuple[str, ...], tuple[int, int, dict[int, int]]]
"""(indicator, version, place, period, first day, dimension, value) -> (numerator, denominator, buckets), zeros left out."""


def story() -> list[tuple[str, dict[str, Any]]]:
    """Two appeals: one closed again after a reopening and dispatched twice, one open and soon overdue."""
    return [
        make("AppealReported", "A-1", START, village=VILLAGE, due_at=START + 2 * DAY),
        make("AppealDispatched", "A-1", START + 1, to_department="水务"),
        make("AppealDispatched", "A-1", START + 2, to_department="供电所"),
        make("AppealClosed", "A-1", START + HOUR),
        make("AppealReopened", "A-1", START + 2 * HOUR),
        make("AppealClosed", "A-1", START + 3 * DAY),
        make("AppealReported", "A-2", START + HOUR, due_at=START + 60 * DAY),
    ]


@dataclass
class Line:
    """A stream core and a warehouse. `world` is what the stream computes by, `layout` what the warehouse does."""

    world: World
    settings: Settings
    layout: Layout
    warehouse: Warehouse
    now: int
    shard: Shard = field(init=False)
    logs: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)
    dead: list[dict[str, Any]] = field(default_factory=list)
    _applied: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _sunk: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.shard = Shard(self.world.engine, PARTITION)
        self.shard.finish_restore(self.now)

    def anew(self, world: World | None = None) -> Line:
        """Return a line at its beginning, in the same warehouse, which is emptied."""
        filled = "SELECT DISTINCT table FROM system.parts WHERE active AND database = {storage:String} AND table != 'schema_changes'"
        for (table,) in self.warehouse.rows(filled, {"storage": self.layout.storage}):
            self.rows(f"TRUNCATE TABLE {{storage}}.`{table}`")
        return Line(world or self.world, self.settings, self.layout, self.warehouse, self.now)

    def send(self, topic: str, *events: tuple[str, dict[str, Any]], timestamp: int | None = None) -> Line:
        """Put events on a topic."""
        for name, event in events:
            value = self.world.encoder.encode(name, event)
            self._put(topic, event["township"].encode(), value, self.now if timestamp is None else timestamp)
        return self

    def flow(self, now: int | None = None) -> Line:
        """Let the stream take what is there and publish it."""
        self.now = self.now if now is None else now
        for topic in self.world.engine.topics:
            log = self.logs[topic]
            records = [
                Record(each.offset, each.timestamp, each.key, each.value) for each in log[self._applied[topic] :]
            ]
            self._applied[topic] = len(log)
            self.shard.apply(topic, records, self.now)
        drained = self.shard.drain(self.now)
        for topic, written in ((topic_names.CASES, drained.cases), (topic_names.INDICATORS, drained.indicators)):
            for key, value in written:
                self._put(topic, key, value, self.now)
        self.cells |= {
            key.decode(): self.world.decoder.decode(value)[1]
            for key, value in drained.indicators
            if value is not None and not key.startswith(PUBLICATION_KEY)
        }
        for key, value in drained.dead_letters:
            self._put(topic_names.DEAD_LETTERS, key, value, self.now)
        self.dead += [self.world.decoder.decode(value)[1] for _, value in drained.dead_letters]
        return self

    def sink(self, *topics: str) -> Line:
        """Insert what the sinks have not inserted yet, of these topics or of all but dead letters."""
        for topic in topics or tuple(self.logs.keys() - {topic_names.DEAD_LETTERS}):
            batch = self.logs[topic][self._sunk[topic] :]
            self._sunk[topic] = len(self.logs[topic])
            if batch:
                put(self.warehouse, self._shaper(topic).shape(batch), batch)
        return self

    def published(self) -> Numbers:
        """Return what the stream published, zeros left out."""
        found: Numbers = {}
        for key, cell in self.cells.items():
            _, _, _, place, period, start, dimension, value = key.split("|", 7)
            for part in cell["parts"]:
                numbers = (
                    part["numerator"],
                    part["denominator"],
                    {int(b): n for b, n in (part["buckets"] or {}).items()},
                )
                if any(numbers):
                    found[part["indicator"], str(part["version"]), place, period, start, dimension, value] = numbers
        return found

    def computed(self, as_of: int | None = None) -> Numbers:
        """Return what the warehouse computes from the events, zeros left out; stocks as of a moment, by default now."""
        return self.fold().counted(as_of)

    def fold(self) -> Line:
        """Fold the cases of every kind from the events, for `counted`."""
        for source in sources(self.layout):
            sql = f"{self._folded(source)} ENGINE = MergeTree ORDER BY case_id AS SELECT * FROM {source.proof_cases}"
            self.warehouse.execute(f"CREATE OR REPLACE TABLE {sql}")
        return self

    def counted(self, as_of: int | None = None, wanted: Callable[[Indicator], bool] = lambda _: True) -> Numbers:
        """Return the cells of the cases as they were folded last, of the indicators that are wanted."""
        found: Numbers = {}
        moment = f"fromUnixTimestamp64Milli({self.now if as_of is None else as_of})"
        for source in sources(self.layout):
            for indicator in self.layout.catalogues[source.domain].indicators_of(source.case.name):
                if wanted(indicator):
                    steps = cell_steps(indicator, self.layout.timezone, cases=self._folded(source), as_of=moment)
                    found |= cells_from(self.warehouse.rows(with_steps(steps, select(CELL_COLUMNS, CELLS))))
        return found

    def _folded(self, source: CaseSource) -> str:
        return f"{quoted(self.layout.storage)}.folded_{source.case.name}"

    def part_now(self, indicator: str, place: str = TOWNSHIP) -> int:
        """Return what was published of a stock as it is now."""
        return self.published().get((indicator, "1", place, "now", "0", "", ""), (0, 0, {}))[0]

    def rows(self, sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Ask in SQL; {db} and {storage} stand for the databases."""
        text = sql.replace("{db}", f"`{self.layout.database}`").replace("{storage}", f"`{self.layout.storage}`")
        return self.warehouse.rows(text, parameters)

    def _put(self, topic: str, key: bytes, value: bytes | None, timestamp: int) -> None:
        self.logs[topic].append(Message(topic, PARTITION, len(self.logs[topic]), timestamp, key, value))

    def _shaper(self, topic: str) -> Any:
        decoder = self.world.decoder
        if topic == topic_names.CASES:
            return RecordShaper(self.layout.cases, decoder)
        if topic == topic_names.INDICATORS:
            return CellShaper(self.layout.cells, self.layout.publications, decoder)
        if topic == topic_names.DEAD_LETTERS:
            return DeadLetterShaper(self.layout.dead_letters, decoder)
        return EventShaper(self.layout.events, decoder, Limits.of(self.settings))


def cells_from(rows: Sequence[tuple[Any, ...]]) -> Numbers:
    """Return rows of CELL_COLUMNS in the form of Numbers."""
    found: Numbers = {}
    for row in rows:
        cell = dict(zip(CELL_COLUMNS, row, strict=True))
        if cell["numerator"] or cell["denominator"] or cell["buckets"]:
            key = (
                cell["indicator"],
                str(cell["definition_version"]),
                cell["place"],
                cell["period"],
                str((cell["period_start"] - EPOCH).days),
                cell["dimension"],
                cell["dimension_value"],
            )
            found[key] = (cell["numerator"], cell["denominator"], dict(cell["buckets"]))
    return found


@contextmanager
def line_in(settings: Settings, world: World, now: int) -> Iterator[Line]:
    """A line with a warehouse of its own, which is dropped at the end."""
    own = settings.model_copy(update={"clickhouse_database": f"test_{uuid.uuid4().hex[:8]}"})
    layout = load_layout(own)
    prepare(own, layout)
    with connect(own) as warehouse:
        try:
            yield Line(world, own, layout, warehouse, now)
        finally:
            for database in (layout.database, layout.storage):
                warehouse.execute(f"DROP DATABASE IF EXISTS `{database}` SYNC")
