"""What the tests of the core share.

An engine over the real catalogue, events in short, and a shard whose output is read back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import NAMESPACE_OID, uuid5

from schemas.calendar import Calendar
from schemas.catalogue.load import load_catalogue
from schemas.codec import Decoder, Encoder, full_name
from schemas.domain import EVENT_VOIDED, all_records, load_domains
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits as EventLimits
from schemas.settings import Settings
from streams.engine import Engine, Limits
from streams.outputs import output_names, output_schemas
from streams.shard import Applied, Drained, Record, Shard

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.catalogue.model import Catalogue

TOPIC = "village.appeals"
TOWNSHIP = "330521100"
HOUR = 3_600_000
DAY = 24 * HOUR
FIELDS: dict[str, dict[str, Any]] = {
    "AppealReported": {
        "channel": "hotline",
        "category": "环境卫生",
        "urgency": "normal",
        "summary": None,
        "resident": None,
        "due_at": None,
        "longitude": None,
        "latitude": None,
    },
    "AppealDispatched": {"to_department": "供电所", "whistle": False},
    "AppealReturned": {"by_department": "供电所", "reason": None},
    "AppealResponded": {"by_department": "供电所"},
    "AppealClosed": {"by_department": None, "outcome": "resolved"},
    "AppealRated": {"responded": None, "resolved": None, "satisfied": None, "score": None},
    "AppealReopened": {"reason": None},
    "EventVoided": {"case_type": "appeal", "reason": None},
}


REGISTRY = MemoryRegistry()
"""One for all worlds, as there is one for a county: an id never means two schemas."""


class World(NamedTuple):
    """Definitions in one time zone, with the codecs around them."""

    catalogue: Catalogue
    encoder: Encoder
    decoder: Decoder
    engine: Engine
    calendar: Calendar


@lru_cache
def world(timezone: str = "Asia/Shanghai", case_event_limit: int = 10_000, refused_row_limit: int = 1_000) -> World:
    """Return the shipped catalogue of appeals, compiled."""
    domains = load_domains(Settings().domains)
    return world_of([load_catalogue(domains["appeals"])], timezone, case_event_limit, refused_row_limit)


def world_of(
    catalogues: Sequence[Catalogue],
    timezone: str = "Asia/Shanghai",
    case_event_limit: int = 10_000,
    refused_row_limit: int = 1_000,
    registry: MemoryRegistry = REGISTRY,
) -> World:
    """Return these catalogues compiled; the decoder reads events as well as what the shard writes."""
    read = {
        name: record.schema for name, record in all_records({each.name: each.domain for each in catalogues}).items()
    }
    written = {full_name(schema): schema for schema in output_schemas(catalogues)}
    encoder, decoder = Encoder(registry, [*(read | written).values()]), Decoder([*(read | written).values()])
    for name, schema_id in encoder.prepare(read | written).items():
        decoder.learn(schema_id, (read | written)[name])
    outgoing = Encoder(registry, written.values(), strict=False)
    outgoing.prepare(output_names(catalogues))
    calendar = Calendar(timezone)
    limits = Limits(EventLimits.of(Settings()), case_event_limit=case_event_limit, refused_row_limit=refused_row_limit)
    return World(catalogues[0], encoder, decoder, Engine(catalogues, decoder, outgoing, calendar, limits), calendar)


def event_id(name: object) -> str:
    """Return the uuid of a name."""
    return str(uuid5(NAMESPACE_OID, str(name)))


def make(record: str, case: str, at: int, name: object = None, **given: Any) -> tuple[str, dict[str, Any]]:
    """Return (full name, event); `name` names it, `corrects` may name another. Envelope fields may be given as well."""
    envelope = {
        "event_id": event_id(name if name is not None else f"{case}/{record}/{at}"),
        "occurred_at": at,
        "recorded_at": at,
        "township": TOWNSHIP,
        "village": None,
        "department": "热线",
        "source": "test",
        "corrects": None,
    }
    if "corrects" in given:
        given["corrects"] = event_id(given["corrects"])
    full = EVENT_VOIDED if record == "EventVoided" else f"xiangmai.appeals.{record}"
    own_id = "case_id" if record == "EventVoided" else "appeal_id"
    return full, {**envelope, own_id: case, **FIELDS[record], **given}


@dataclass
class Line:
    """A shard with Kafka around it, in memory.

    Records get offsets, what is drained is read back, a crash loses the rest.
    """

    world: World
    now: int
    topic: str = TOPIC
    case: str = "appeal"
    shard: Shard = field(init=False)
    log: list[Record] = field(default_factory=list)
    changelog: list[tuple[bytes, bytes | None]] = field(default_factory=list)
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)
    cases: dict[str, dict[str, Any]] = field(default_factory=dict)
    dead: list[dict[str, Any]] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    committed: int = 0
    position: int = 0

    def __post_init__(self) -> None:
        self.shard = Shard(self.world.engine, 3)
        self.shard.finish_restore(self.now)

    def send(self, *events: tuple[str, dict[str, Any]], timestamp: int | None = None) -> Self:
        """Put events on the topic."""
        for name, event in events:
            value = self.world.encoder.encode(name, event)
            self.put(event["township"].encode(), value, timestamp)
        return self

    def put(self, key: bytes | None, value: bytes | None, timestamp: int | None = None) -> Self:
        """Put a record on the topic as it is."""
        self.log.append(Record(len(self.log), self.now if timestamp is None else timestamp, key, value))
        return self

    def apply(self, count: int | None = None) -> Self:
        """Let the shard take the next records, all of them unless told how many."""
        end = len(self.log) if count is None else min(self.position + count, len(self.log))
        applied = self.shard.apply(self.topic, self.log[self.position : end], self.now)
        self.applied.append(applied)
        self.position = end if applied.held is None else applied.held.offset
        return self

    def drain(self, now: int | None = None) -> Drained:
        """Publish; returns what was written."""
        self.now = self.now if now is None else now
        drained = self.shard.drain(self.now)
        self.changelog += drained.changelog
        for key, value in drained.cases:
            self.cases[key.decode()] = self.world.decoder.decode(value)[1]
        for key, value in drained.indicators:
            self.cells[key.decode()] = self.world.decoder.decode(value)[1]
        self.dead += [self.world.decoder.decode(value)[1] for _, value in drained.dead_letters]
        self.committed = self.position
        return drained

    def flow(self, now: int | None = None) -> Self:
        """Apply what is there and publish it."""
        self.apply()
        self.drain(now)
        return self

    def crash(self, chunk: int = 1000) -> Self:
        """Lose everything but what was published, and start again from the changelog and the committed offset.

        An even `chunk` also has the changelog compacted before: only the last record of each key is left.
        """
        if chunk % 2 == 0:
            last = {key: place for place, (key, _) in enumerate(self.changelog)}
            self.changelog = [self.changelog[place] for place in sorted(last.values())]
        self.shard = Shard(self.world.engine, 3)
        for start in range(0, len(self.changelog), chunk):
            self.shard.restore(self.changelog[start : start + chunk])
        self.shard.finish_restore(self.now)
        self.position = self.committed
        return self

    def part(
        self,
        indicator: str,
        period: str,
        start: int = 0,
        place: str = TOWNSHIP,
        dimension: str = "|",
        case: str = "",
    ) -> Any:
        """Return the published (numerator, denominator) of an indicator; None when the cell was never published."""
        level = "township" if len(place) == len(TOWNSHIP) else "village"
        cell = self.cells.get(f"{place[:9]}|{case or self.case}|{level}|{place}|{period}|{start}|{dimension}")
        if cell is None:
            return None
        part = next(part for part in cell["parts"] if part["indicator"] == indicator)
        return part["numerator"], part["denominator"]

    def numbers(self) -> dict[tuple[str, str], Any]:
        """Return everything published that is not zero.

        (cell's key, indicator) -> (numerator, denominator, buckets).
        """
        return numbers_of(self.cells.items())

    def states(self) -> dict[str, Any]:
        """Return the cases published, without the moment they were computed."""
        return {
            key: {name: value for name, value in case.items() if name != "changed_at"}
            for key, case in self.cases.items()
        }


def numbers_of(cells: Iterable[tuple[str, dict[str, Any]]]) -> dict[tuple[str, str], Any]:
    """Return the parts of cells that are not zero."""
    return {
        (key, part["indicator"]): (part["numerator"], part["denominator"], part["buckets"] or {})
        for key, cell in cells
        for part in cell["parts"]
        if part["numerator"] or part["denominator"] or part["buckets"]
    }
