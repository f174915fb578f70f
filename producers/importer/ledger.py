"""The import ledger: which events every row of a source gave. A compacted topic; a source keeps to one partition."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.partitioner.default import murmur2

from producers.importer.reconcile import Link
from schemas.codec import Decoder, Encoder
from schemas.errors import Unavailable
from schemas.topics import IMPORT_LEDGER

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from producers.importer.index import RowIndex
    from schemas.codec import Registers
    from schemas.domain import EventSchema
    from schemas.registry import SchemaRegistry
    from schemas.settings import Settings

IMPORTED_ROW: Final = "xiangmai.system.ImportedRow"
IMPORT_COMPLETED: Final = "xiangmai.system.ImportCompleted"
STALLED_AFTER_SECONDS: Final = 30.0
_POLL_RECORDS: Final = 5_000
_COMPLETED_MARK: Final = "\x1f"  # no source has it in its name, so no row's key can begin so


class LedgerRow(NamedTuple):
    """A row's history, and whether an import that wrote it is complete."""

    links: list[Link]
    confirmed: bool


class Ledger:
    """What the ledger says of one source. `read` blocks while it reads the source's partition."""

    def __init__(self, source: str, records: Iterable[EventSchema]) -> None:
        self.source = source
        self.completed: set[str] = set()
        self._decoder = Decoder([record.schema for record in records])
        self._row_prefix = row_key(source, "")
        self._completed_prefix = completed_key(source, "")

    def read(
        self, settings: Settings, registry: SchemaRegistry, index: RowIndex, *, bootstrap_seconds: float = 10.0
    ) -> int:
        """Read the source's records into the index; returns how many. Raises Unavailable."""
        try:
            consumer = KafkaConsumer(
                bootstrap_servers=settings.kafka_bootstrap.split(","),
                client_id=f"xiangmai-ledger-{self.source}",
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                max_poll_records=_POLL_RECORDS,
                fetch_max_bytes=32 << 20,
                max_partition_fetch_bytes=8 << 20,
                bootstrap_timeout_ms=int(bootstrap_seconds * 1000),
                metrics_enabled=False,
            )
        except (KafkaError, OSError, ValueError) as error:
            raise Unavailable("Kafka", settings.kafka_bootstrap, cause=type(error).__name__) from error
        try:
            return self._read_partition(consumer, settings, registry, index)
        except KafkaError as error:
            raise Unavailable("Kafka", settings.kafka_bootstrap, cause=type(error).__name__) from error
        finally:
            consumer.close(autocommit=False)

    def row(self, record: bytes | None) -> LedgerRow:
        """Return the history in a ledger record; an empty one for a row never imported."""
        if record is None:
            return LedgerRow([], confirmed=True)
        _, imported = self._decoder.decode(record)
        links = [Link(**{name: each[name] for name in Link._fields}) for each in imported["events"]]
        return LedgerRow(links, imported["import_id"] in self.completed)

    def _read_partition(self, consumer: Any, settings: Settings, registry: SchemaRegistry, index: RowIndex) -> int:
        partitions = consumer.partitions_for_topic(IMPORT_LEDGER)
        if not partitions:
            raise Unavailable(
                f"Kafka 主题 topic {IMPORT_LEDGER}", settings.kafka_bootstrap, start="xiangmai schemas topics"
            )
        place = TopicPartition(IMPORT_LEDGER, (murmur2(self.source.encode()) & 0x7FFFFFFF) % len(partitions))
        consumer.assign([place])
        end = consumer.end_offsets([place])[place]
        consumer.seek_to_beginning(place)
        count, moved_at = 0, time.monotonic()
        while consumer.position(place) < end:
            records = consumer.poll(timeout_ms=500).get(place, [])
            if records:
                count += self._take(records, registry, index)
                moved_at = time.monotonic()
            elif time.monotonic() - moved_at > STALLED_AFTER_SECONDS:
                raise Unavailable("Kafka", settings.kafka_bootstrap, cause="the import ledger cannot be read")
        return count

    def _take(self, records: Sequence[Any], registry: SchemaRegistry, index: RowIndex) -> int:
        rows: list[tuple[str, bytes | None]] = []
        for record in records:
            key = record.key.decode("utf-8", "replace")
            if key.startswith(self._row_prefix):
                rows.append((key[len(self._row_prefix) :], record.value))
            elif key.startswith(self._completed_prefix) and record.value is not None:
                self.completed.add(key[len(self._completed_prefix) :])
        for schema_id in self._decoder.missing_ids(value for _, value in rows):
            try:
                self._decoder.learn(schema_id, registry.schema_by_id(schema_id))
            except LookupError:
                self._decoder.mark_unknown(schema_id)
        index.remember_records(rows)
        return len(rows)


class LedgerWriter:
    """Encodes what one import writes. Blocks on the registry at construction only."""

    def __init__(self, source: str, import_id: str, records: Iterable[EventSchema], registry: Registers) -> None:
        self.source = source
        self._import_id = import_id
        # The values are our own, so their types need no checking one by one.
        self._encoder = Encoder(registry, (record.schema for record in records), strict=False)
        self._encoder.prepare([IMPORTED_ROW, IMPORT_COMPLETED])

    def row(self, key: str, links: Iterable[Link], now: int) -> tuple[str, bytes]:
        """Return the Kafka key and value of a row's history."""
        record = {
            "source": self.source,
            "row_key": key,
            "import_id": self._import_id,
            "events": [link._asdict() for link in links],
            "recorded_at": now,
        }
        return row_key(self.source, key), self._encoder.encode(IMPORTED_ROW, record)

    def completed(self, rows: int, now: int) -> tuple[str, bytes]:
        """Return the Kafka key and value that mark the import complete."""
        record = {"source": self.source, "import_id": self._import_id, "rows": rows, "completed_at": now}
        return completed_key(self.source, self._import_id), self._encoder.encode(IMPORT_COMPLETED, record)


def row_key(source: str, key: str) -> str:
    """Return the ledger's Kafka key of a row."""
    return f"{source}|{key}"


def completed_key(source: str, import_id: str) -> str:
    """Return the ledger's Kafka key of an import's completion."""
    return f"{source}{_COMPLETED_MARK}{import_id}"
