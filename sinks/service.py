"""The process `xiangmai sink`: prepares the warehouse, then runs a thread per sink until asked to stop or one fails."""

from __future__ import annotations

import gc
import logging
import threading
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from tenacity import Retrying, retry_if_exception, stop_after_delay, wait_exponential_jitter

from schemas import topics as topic_names
from schemas.codec import Decoder
from schemas.domain import load_system
from schemas.errors import Unavailable
from schemas.registry import SchemaRegistry
from schemas.rules import Limits
from schemas.topics import ensure_topics
from sinks.catalogue import write_catalogue
from sinks.dead_letters import RECORD as DEAD_LETTER
from sinks.dead_letters import DeadLetterWriter
from sinks.migrate import Change, migrate
from sinks.shaping.cells import CellShaper
from sinks.shaping.dead_letters import DeadLetterShaper
from sinks.shaping.events import EventShaper
from sinks.shaping.records import RecordShaper
from sinks.sink import Sink
from sinks.warehouse import connect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from schemas.settings import Settings
    from sinks.layout import Layout
    from sinks.settings import SinkSettings
    from sinks.shaping.shape import Shaper

NAMES: Final = ("events", "cases", "indicators", "reference", "deadletters")
STOP_SECONDS: Final = 8.0

logger = logging.getLogger(__name__)


class Service:
    """The sinks of one process. `run` blocks until `stop` is called (from a signal handler, say) or a sink fails."""

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = tuple(sinks)
        self._stop = threading.Event()
        self._failures: list[Exception] = []

    def stop(self) -> None:
        """Ask every sink to finish its batch, commit and end. Returns at once."""
        self._stop.set()

    def run(self) -> None:
        """Run every sink; raises the first failure after the others have ended in order, within 10 seconds."""
        collect_garbage_rarely()
        threads = [
            threading.Thread(target=self._guarded, args=(sink,), name=f"sink-{sink.name}", daemon=True)
            for sink in self._sinks
        ]
        for thread in threads:
            thread.start()
        self._stop.wait()
        for thread in threads:
            thread.join(STOP_SECONDS)
        late = [thread.name for thread in threads if thread.is_alive()]
        if late:
            logger.warning("not ended in time: %s; what they hold will be read again", ", ".join(late))
        if self._failures:
            raise self._failures[0]

    def _guarded(self, sink: Sink) -> None:
        try:
            sink.run(self._stop)
        except Exception as error:
            logger.exception("sink %s stops", sink.name)
            self._failures.append(error)
            self._stop.set()


def collect_garbage_rarely() -> None:
    """Make Python's cyclic collector walk a batch's records once or twice instead of at every few hundred of them.

    Records, events and columns hold no cycles; walking them over and over takes a third of a sink's time. Cycles there are (of
    the Kafka client's tasks) are still collected.
    """
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)


def prepare(
    settings: Settings, layout: Layout, *, patience_seconds: float = 0, tell: Callable[[Change], None] | None = None
) -> list[Change]:
    """Bring the warehouse up to the definitions and write the catalogue into it; returns what was changed.

    Waits up to `patience_seconds` for ClickHouse, or for room on its disk, then raises Unavailable. Raises Refused for
    what is no addition.
    """
    done: list[Change] = []
    with connect(settings) as warehouse:
        for attempt in _patiently(patience_seconds):
            with attempt:
                done += migrate(warehouse, layout, tell)
                write_catalogue(warehouse, layout)
    return done


def prepare_topics(settings: Settings, *, patience_seconds: float = 0) -> None:
    """Create the topics that are missing; waits up to `patience_seconds` for Kafka, then raises Unavailable."""
    for attempt in _patiently(patience_seconds):
        with attempt:
            ensure_topics(
                settings.kafka_bootstrap,
                partitions=settings.partitions,
                replication_factor=settings.replication_factor,
            )


def build_sinks(settings: Settings, sink_settings: SinkSettings, layout: Layout, names: Sequence[str]) -> list[Sink]:
    """Return the sinks of these names, each with a connection, a registry client and a decoder of its own."""
    return [_build(name, settings, sink_settings, layout) for name in names]


def _build(name: str, settings: Settings, sink_settings: SinkSettings, layout: Layout) -> Sink:
    registry = SchemaRegistry(settings.registry_url)
    topics, decoder, shaper = _kind(name, settings, layout)
    # The worker makes dead letters of bad events, and a bad dead letter must not become another: those two only count.
    ours = name in ("cases", "indicators", "reference")
    if name == "indicators":  # people wait for numbers
        soon = min(sink_settings.batch_seconds, sink_settings.number_seconds)
        sink_settings = sink_settings.model_copy(update={"batch_seconds": soon})
    return Sink(
        name,
        topics,
        shaper,
        settings=settings,
        sink_settings=sink_settings,
        warehouse=connect(settings),
        registry=registry,
        decoder=decoder,
        refused_to=DeadLetterWriter(settings, registry) if ours else None,
        run=uuid4().hex[:12],
    )


def _kind(name: str, settings: Settings, layout: Layout) -> tuple[Sequence[str], Decoder, Shaper]:
    """Return what a sink reads, how it decodes and how it shapes."""
    match name:
        case "events":
            decoder = Decoder(shape.record.schema for table in layout.events for shape in table.shapes.values())
            topics = [table.topic for table in layout.events]
            return topics, decoder, EventShaper(layout.events, decoder, Limits.of(settings))
        case "cases":
            # Publications come last: what they withdraw has been replaced by then.
            cases = (*layout.cases, layout.publications)
            decoder = Decoder(table.record.schema for table in cases)
            return [topic_names.CASES], decoder, RecordShaper(cases, decoder, forgets=[topic_names.CASES])
        case "indicators":
            cell = load_system()["xiangmai.system.TownshipIndicators"].schema
            decoder = Decoder([cell, layout.publications.record.schema])
            return [topic_names.INDICATORS], decoder, CellShaper(layout.cells, layout.publications, decoder)
        case "reference":
            tables = (layout.places, layout.departments)
            decoder = Decoder(table.record.schema for table in tables)
            by_topic = {topic_names.PLACES: layout.places, topic_names.DEPARTMENTS: layout.departments}
            return list(by_topic), decoder, RecordShaper(tables, decoder, by_topic)
        case "deadletters":
            decoder = Decoder([load_system()[DEAD_LETTER].schema])
            return [topic_names.DEAD_LETTERS], decoder, DeadLetterShaper(layout.dead_letters, decoder)
    raise ValueError(f"no sink is called {name}; there are {', '.join(NAMES)}")


def _patiently(seconds: float) -> Retrying:
    return Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, Unavailable) and error.retryable),
        wait=wait_exponential_jitter(multiplier=0.2, max=5),
        stop=stop_after_delay(seconds),
        reraise=True,
    )
