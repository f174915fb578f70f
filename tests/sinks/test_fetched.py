"""What is read quickly is what kafka-python reads: its own reader, on the same bytes, is the measure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka import IsolationLevel, TopicPartition
from kafka.consumer.fetcher import Fetcher
from kafka.errors import CorruptRecordError
from kafka.record import MemoryRecords
from kafka.record.default_records import DefaultRecordBatchBuilder

from sinks.fetched import Fetched, read_quickly

if TYPE_CHECKING:
    from collections.abc import Callable

PLACE = TopicPartition("village.appeals", 3)
ABORT, COMMIT = b"\0\0\0\0", b"\0\0\0\1"

values = st.none() | st.binary(max_size=200)
records = st.lists(st.tuples(values, values, st.lists(st.tuples(st.text(max_size=5), values), max_size=2)), min_size=1)
batches = st.lists(
    st.tuples(records, st.sampled_from([0, 3]), st.sampled_from([-1, 7, 8]), st.integers(0, 3), st.booleans()),
    max_size=6,
)


def quick() -> Callable[..., Any]:
    consumer = SimpleNamespace(_fetcher=SimpleNamespace())
    read_quickly(consumer)
    made: Callable[..., Any] = consumer._fetcher.PartitionRecords
    return made


def bytes_of(batch: list[tuple[Any, Any, Any]], first: int, codec: int, producer: int, gap: int = 0) -> bytes:
    """A batch whose first `gap` offsets have been compacted away."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=codec,
        is_transactional=int(producer >= 0),
        producer_id=producer,
        producer_epoch=0,
        base_sequence=0,
        batch_size=1 << 20,
    )
    for number, (key, value, headers) in enumerate(batch):
        builder.append(gap + number, 1000 + number, key, value, headers)
    data = bytearray(builder.build())
    data[:8] = first.to_bytes(8, "big")
    return bytes(data)


def control(first: int, producer: int, kind: bytes) -> bytes:
    """The mark that ends a transaction."""
    data = bytearray(bytes_of([(kind, b"\0\0\0\0\0\0", [])], first, 0, producer))
    data[22] |= 0x20
    from kafka.record.util import calc_crc32c

    data[17:21] = calc_crc32c(memoryview(data)[21:]).to_bytes(4, "big")
    return bytes(data)


def taken(made: Callable[..., Any], data: bytes, start: int, aborted: list[Any], most: int) -> list[Any]:
    """What comes of it, piece by piece, with where the reader stands after each."""
    drained: list[Any] = []
    part = made(
        start,
        PLACE,
        MemoryRecords(data),
        isolation_level=IsolationLevel.READ_COMMITTED,
        aborted_transactions=aborted,
        on_drain=drained.append,
    )
    found = []
    while part:
        pieces = part.take(most)
        found.append(
            (
                [Fetched(one.topic, one.partition, one.offset, one.timestamp, one.key, one.value) for one in pieces],
                part.next_fetch_offset,
                part.leader_epoch,
            )
        )
    assert drained == [part]
    return found


@given(batches, st.integers(0, 40), st.integers(1, 7))
def test_it_reads_what_kafka_python_reads(
    made: list[tuple[list[Any], int, int, int, bool]], start: int, most: int
) -> None:
    """Any batches, plain or compressed, with gaps, of transactions that were committed or aborted, from any offset."""
    data, first, aborted = b"", 0, []
    for batch, codec, producer, gap, is_aborted in made:
        data += bytes_of(batch, first, codec, producer, gap)
        if producer >= 0 and is_aborted:
            aborted.append(SimpleNamespace(producer_id=producer, first_offset=first))
        first += gap + len(batch)
        if producer >= 0:
            data += control(first, producer, ABORT if is_aborted else COMMIT)
            first += 1
    expected = taken(Fetcher.PartitionRecords, data, start, aborted, most)
    assert taken(quick(), data, start, aborted, most) == expected


def test_a_batch_that_is_not_what_its_checksum_says_is_not_read() -> None:
    data = bytearray(bytes_of([(b"k", b"v" * 50, [])], 0, 0, -1))
    data[-10] ^= 1
    part = quick()(0, PLACE, MemoryRecords(bytes(data)))
    with pytest.raises(CorruptRecordError):
        part.take(1)
