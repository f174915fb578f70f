"""Record batches as Kafka takes them, made in one go: what a publication writes to a topic.

aiokafka makes them as well, but packs with LZ4's thorough method (level 9): a sixth of the worker's processor time, for a third
fewer bytes until the broker compacts the topic, where it packs anew. Here it is LZ4's quick method.
"""

from __future__ import annotations

from itertools import islice
from struct import Struct
from typing import TYPE_CHECKING, Final

import cramjam
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.util import calc_crc32c

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from streams.records import Keyed

MOST_BYTES: Final = 900_000
"""Uncompressed, and so surely under the broker's default limit of a batch, 1 MiB."""

_PLAIN: Final = 0
_LZ4: Final = 3
_QUICK: Final = 1
_NO_HEADERS: Final[list[tuple[str, bytes | None]]] = []

# A batch begins: offset i64 · length of what follows i32 · leader's epoch i32 · format i8 · CRC of what follows u32 ·
# attributes i16 (codec in the lowest bits) · … · number of records i32; then the records, which alone are compressed.
_HEADER_BYTES: Final = 61
_LENGTH: Final = Struct(">i")
_LENGTH_AT: Final = 8
_AFTER_LENGTH: Final = 12
_CRC: Final = Struct(">I")
_CRC_AT: Final = 17
_ATTRIBUTES_AT: Final = 21


class Batch(BatchBuilder):  # type: ignore[misc]  # aiokafka has no types
    """A batch of a transaction for `AIOKafkaProducer.send_batch`."""

    _buffer: bytes | None

    def __init__(self) -> None:
        super().__init__(MOST_BYTES, _PLAIN, is_transactional=1)

    def fill(self, records: Sequence[Keyed], start: int, now: int) -> int:
        """Take records from `start` on until the batch is full, with the time `now` (ms); return where it ended."""
        append, number = self._builder.append, 0
        for key, value in islice(records, start, None):
            if append(number, now, key, value, _NO_HEADERS) is None:
                break
            number += 1
        self._relative_offset = number
        self.close()
        return start + number

    def _build(self) -> bytes:
        """Give the bytes; aiokafka calls it once it has told the producer's id and the sequence."""
        if self._buffer is None:
            self._buffer = compressed(bytes(super()._build()))
        return self._buffer


def batches(records: Sequence[Keyed], now: int) -> Iterator[Batch]:
    """Give batches that hold these records in order, each at least one: whether that is too large, the broker says."""
    start = 0
    while start < len(records):
        batch = Batch()
        start = batch.fill(records, start, now)
        yield batch


def compressed(batch: bytes) -> bytes:
    """Return a batch with its records compressed; as it is where that makes it no smaller."""
    packer = cramjam.lz4.Compressor(
        level=_QUICK, content_checksum=False, block_linked=False
    )  # as Kafka's readers want it
    packer.compress(batch[_HEADER_BYTES:])
    records = bytes(packer.finish())
    if _HEADER_BYTES + len(records) >= len(batch):
        return batch
    header = bytearray(batch[:_HEADER_BYTES])
    header[_ATTRIBUTES_AT + 1] |= _LZ4
    _LENGTH.pack_into(header, _LENGTH_AT, _HEADER_BYTES - _AFTER_LENGTH + len(records))
    _CRC.pack_into(header, _CRC_AT, calc_crc32c(bytes(header[_ATTRIBUTES_AT:]) + records))
    return bytes(header) + records
