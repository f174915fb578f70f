"""What an insert is called, and how to find out whether it is there: the first of two layers against repeats.

ClickHouse drops an insert whose token it has seen. It notes the token before it makes the rows visible, so an insert
that was killed or failed in between leaves its token and no rows: the same token again is acknowledged, and adds
nothing. So a repeated insert is believed only after some of its rows were looked for.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sinks.shaping.shape import Message
    from sinks.tables import Table


PLACE: Final = ("kafka_topic", "kafka_partition", "kafka_offset")
"""The columns, of every table a sink fills, that say where a row's record stands."""


class Place(NamedTuple):
    """Where a record stands in Kafka."""

    topic: str
    partition: int
    offset: int


def fingerprint(table: Table) -> str:
    """Return a short name of a table's shape: records read again after a column was added are no repeats."""
    shape = ",".join(f"{column.name} {column.type}" for column in table.written)
    return hashlib.sha256(shape.encode()).hexdigest()[:8]


def offsets_of(batch: Sequence[Message]) -> str:
    """Return the batch's part of a token: the offsets it spans, `topic:partition:first-last;…`."""
    by_place: dict[tuple[str, int], list[int]] = {}
    for message in batch:
        place = (message.topic, message.partition)
        held = by_place.get(place)
        if held is None:
            held = by_place[place] = []
        held.append(message.offset)
    return ";".join(
        f"{topic}:{partition}:{min(offsets)}-{max(offsets)}" for (topic, partition), offsets in sorted(by_place.items())
    )


def landmarks(table: Table, columns: Sequence[Sequence[Any]]) -> list[Place]:
    """Return a row for each partition of a block, by its place, that tells whether the block was stored.

    An insert is stored whole or not at all, and a partition's records are stored in their order. So when the last row of
    each partition is there, all are: by this insert, or by others before. Of rows with one key a merge may leave only the
    one that stands, so the last is looked for among those.
    """
    names = [column.name for column in table.written]
    keys = zip(*(columns[names.index(name)] for name in table.order_by), strict=True)
    places = [Place(*place) for place in zip(*(columns[names.index(name)] for name in PLACE), strict=True)]
    # A version that is not written is the one of events: the lower the offset the greater.
    versions = columns[names.index(table.version)] if table.version in names else [-place.offset for place in places]
    standing: dict[tuple[Any, ...], tuple[Any, Place]] = {}
    for key, version, place in zip(keys, versions, places, strict=True):
        if key not in standing or version >= standing[key][0]:
            standing[key] = (version, place)
    last: dict[tuple[str, int], Place] = {}
    for _, place in standing.values():
        there = last.setdefault(place[:2], place)
        last[place[:2]] = max(there, place)
    return sorted(last.values())
