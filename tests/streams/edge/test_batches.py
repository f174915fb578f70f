"""Batches made by hand are what aiokafka makes, and what its reader takes."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aiokafka.record.default_records import DefaultRecordBatch

from streams.batches import MOST_BYTES, Batch, batches

if TYPE_CHECKING:
    from streams.records import Keyed

NOW = 1_772_323_200_000
ALIKE: list[Keyed] = [(b"case|330521100|%06d" % number, b"appeal" * (number % 7)) for number in range(2_000)]
NOISE: list[Keyed] = [(b"%03d" % number, os.urandom(9_000)) for number in range(300)]


def taken(made: Batch) -> tuple[bytes, list[Keyed]]:
    """What is sent, and what a reader finds in it once it has checked the sum."""
    made._set_producer_state(7, 3, 11)
    sent = bytes(made._build())
    read = DefaultRecordBatch(bytearray(sent))
    assert read.validate_crc()
    assert (read.is_transactional, read.producer_id, read.producer_epoch, read.base_sequence) == (True, 7, 3, 11)
    records = list(read)
    assert [record.offset for record in records] == list(range(made.record_count()))
    assert {record.timestamp for record in records} == {NOW}
    return sent, [(record.key, record.value) for record in records]


def test_a_reader_finds_the_records_in_order_and_they_take_less_room() -> None:
    records: list[Keyed] = [*ALIKE, (b"gone", None)]
    (made,) = batches(records, NOW)
    sent, found = taken(made)
    assert found == records
    assert len(sent) < sum(len(key) + len(value or b"") for key, value in records) / 2


def test_what_does_not_shrink_is_sent_as_it_is_in_as_many_batches_as_it_takes() -> None:
    made = list(batches(NOISE, NOW))
    sent, found = zip(*(taken(each) for each in made), strict=True)
    assert [record for part in found for record in part] == NOISE
    assert len(made) == 4
    assert all(len(each) <= MOST_BYTES for each in sent)


def test_a_record_larger_than_a_batch_has_one_for_itself() -> None:
    large: Keyed = (b"large", os.urandom(MOST_BYTES + 1))
    found = [taken(each)[1] for each in batches([ALIKE[1], large, ALIKE[2]], NOW)]
    assert found == [[ALIKE[1]], [large], [ALIKE[2]]]


def test_nothing_makes_no_batch() -> None:
    assert list(batches([], NOW)) == []
