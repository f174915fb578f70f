"""Records as they are fetched: kafka-python's consumer, with the records of a batch read by aiokafka's compiled reader.

kafka-python reads a record in Python, in 8 to 9 µs, more than all that a sink does with it afterwards; compiled it takes less than 1.
Which batches are read at all (checksums, aborted transactions, marks) stays as kafka-python has it, batch by batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from aiokafka.record.default_records import DefaultRecordBatch
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kafka import KafkaConsumer, TopicPartition

_CURRENT: Final = 2
"""The only form of batches that brokers have written since Kafka 0.11."""


class Fetched(NamedTuple):
    """A Kafka record: what a sink needs of it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


def read_quickly(consumer: KafkaConsumer) -> None:
    """Make a consumer give its records as `Fetched`. To be called before it first polls."""
    consumer._fetcher.PartitionRecords = _PartitionRecords  # noqa: SLF001 - it has no other way in


class _PartitionRecords(Fetcher.PartitionRecords):  # type: ignore[misc]  # kafka-python has no types
    """One fetched answer for one partition. What is overridden is the reading of a batch's records, nothing of which batches."""

    def _unpack_records(self, tp: TopicPartition, records: Any, *_deserializers: object) -> Iterator[Fetched]:
        topic, partition = tp
        self.bytes_read = records.size_in_bytes()
        last = None
        while (batch := records.next_batch()) is not None:
            last = batch
            if self.check_crcs and not batch.validate_crc():
                raise CorruptRecordError(
                    f"{topic} [{partition}]: the batch at offset {batch.base_offset} fails its checksum"
                )
            if self._passed_over(batch):
                self.next_fetch_offset = batch.next_offset
                continue
            for record in _records_of(batch):
                offset = record.offset
                self.records_read += 1
                self.next_fetch_offset = offset + 1
                yield Fetched(topic, partition, offset, record.timestamp, record.key, record.value)
        # A batch keeps its last offset also when compaction has taken that record away.
        if last is not None and last.magic == _CURRENT:
            self.next_fetch_offset = last.next_offset
        self.drain()

    def _passed_over(self, batch: Any) -> bool:
        """Note what a batch says of transactions; return whether it holds no records for a reader of committed ones."""
        if batch.magic != _CURRENT:
            return False
        self.leader_epoch = batch.leader_epoch
        if batch.has_producer_id():
            self._consume_aborted_transactions_up_to(batch.last_offset)
            if self._contains_abort_marker(batch):
                self.aborted_producer_ids.discard(batch.producer_id)
            elif self._is_batch_aborted(batch):
                return True
        return bool(batch.is_control_batch)


def _records_of(batch: Any) -> Any:
    return DefaultRecordBatch(bytes(batch._buffer)) if batch.magic == _CURRENT else batch  # noqa: SLF001
