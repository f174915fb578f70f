"""The dead letters as a log: what is unresolved, and how a letter is resolved.

A dead letter is resolved by another record on `dead-letters`: the same topic, partition and offset, no bytes, and the
stage `resolved`. It stands in the same partition as what it resolves, so reading a partition in order tells what is
still open. A letter that comes after its resolution (the same record died again) is open again.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas.codec import Decoder
from schemas.domain import load_system
from schemas.errors import InvalidEvent, Unavailable
from schemas.topics import DEAD_LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RECORD: Final = "xiangmai.system.DeadLetter"
RESOLVED: Final = "resolved"
_POLL_MS: Final = 500
_REQUEST_MS: Final = 20_000


class Place(NamedTuple):
    """Where a record stands."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One letter: `origin` is the record that died, `letter` where the letter itself stands on dead-letters."""

    origin: Place
    letter: Place
    key: bytes | None
    value: bytes | None
    reason: str
    detail: str
    event_id: str | None
    record_timestamp: int
    dead_at: int
    stage: str

    def resolution(self, note: str, now: int) -> dict[str, Any]:
        """Give the fields of the record that resolves this letter."""
        fields = dataclasses.asdict(self)
        del fields["origin"], fields["letter"]
        return {
            **fields,
            "topic": self.origin.topic,
            "partition": self.origin.partition,
            "offset": self.origin.offset,
            "value": None,
            "detail": note,
            "dead_at": now,
            "stage": RESOLVED,
        }


def letter_of(event: dict[str, Any], letter: Place) -> DeadLetter:
    """Make a letter of a decoded DeadLetter record."""
    return DeadLetter(
        origin=Place(event["topic"], event["partition"], event["offset"]),
        letter=letter,
        **{
            name: event[name]
            for name in ("key", "value", "reason", "detail", "event_id", "record_timestamp", "dead_at", "stage")
        },
    )


def unresolved(letters: Iterable[DeadLetter]) -> list[DeadLetter]:
    """Keep what no later resolution of the same record closes. Letters of one partition must come in order."""
    open_letters: dict[Place, dict[str, DeadLetter]] = {}
    for letter in letters:
        if letter.stage == RESOLVED:
            open_letters.pop(letter.origin, None)
        else:
            open_letters.setdefault(letter.origin, {})[letter.stage] = letter
    return [letter for by_stage in open_letters.values() for letter in by_stage.values()]


class DeadLetterLog:
    """Reads `dead-letters` from one end to the other. Blocks; raises Unavailable when Kafka or the registry is away."""

    def __init__(self, bootstrap: str, registry: Any, *, topic: str = DEAD_LETTERS) -> None:
        self._bootstrap = bootstrap
        self._registry = registry
        self._topic = topic
        self._decoder = Decoder([load_system()[RECORD].schema])

    def read(self, since: int | None = None) -> Iterator[DeadLetter]:
        """Give every letter and resolution accepted since then (ms; None: all there are), each partition in order."""
        try:
            consumer = KafkaConsumer(
                bootstrap_servers=self._bootstrap.split(","),
                client_id="xiangmai-deadletters",
                group_id=None,
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                isolation_level="read_committed",
                request_timeout_ms=_REQUEST_MS,
            )
        except (KafkaError, OSError) as error:
            raise Unavailable("Kafka", self._bootstrap, cause=type(error).__name__) from error
        try:
            yield from self._read(consumer, since)
        except KafkaError as error:
            raise Unavailable("Kafka", self._bootstrap, cause=type(error).__name__) from error
        finally:
            consumer.close(autocommit=False)

    def _read(self, consumer: KafkaConsumer, since: int | None) -> Iterator[DeadLetter]:
        tps = [
            TopicPartition(self._topic, number) for number in sorted(consumer.partitions_for_topic(self._topic) or ())
        ]
        if not tps:
            return
        consumer.assign(tps)
        ends = consumer.end_offsets(tps)
        starts = consumer.beginning_offsets(tps)
        if since is not None:
            found = consumer.offsets_for_times(dict.fromkeys(tps, since))
            starts = {tp: found[tp].offset if found.get(tp) else ends[tp] for tp in tps}
        for tp in tps:
            consumer.seek(tp, starts[tp])
        while behind := [tp for tp in tps if consumer.position(tp) < ends[tp]]:
            consumer.resume(*behind)
            consumer.pause(*(tp for tp in tps if tp not in behind))
            for tp, records in consumer.poll(timeout_ms=_POLL_MS).items():
                for record in records:
                    letter = self._letter(tp, record)
                    if letter is not None and record.offset < ends[tp]:
                        yield letter

    def _letter(self, tp: TopicPartition, record: Any) -> DeadLetter | None:
        for schema_id in self._decoder.missing_ids([record.value]):
            try:
                self._decoder.learn(schema_id, self._registry.schema_by_id(schema_id))
            except LookupError:
                self._decoder.mark_unknown(schema_id)
        try:
            _, event = self._decoder.decode(record.value)
        except InvalidEvent:
            return None  # somebody wrote something else here; what cannot be read cannot be listed
        return letter_of(event, Place(tp.topic, tp.partition, record.offset))
