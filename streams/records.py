"""What goes into a shard and what comes out: the whole line between the core and the edge."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Record(NamedTuple):
    """A Kafka record of a domain topic; `timestamp` in ms."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


class Held(NamedTuple):
    """The record before which a topic's partition is held: too many before it were refused, and so would it be."""

    offset: int
    reason: str
    row: int
    """How many were refused in a row before it."""


class Applied(NamedTuple):
    """What became of a chunk.

    Events taken into cases, repeats, late ones (among those applied), voids, dead letters by reason.

    `dead` includes events of earlier chunks that the last drain found to wait in vain: orphans, and those that break a rule
    of their case.
    `newest_event_at` is the newest occurred_at applied, 0 if none.
    `held`: nothing was taken from this record on, and nothing of the topic is to be taken until it is tried again.
    """

    applied: int
    duplicate: int
    late: int
    voided: int
    dead: Mapping[str, int]
    newest_event_at: int
    held: Held | None = None


class Ends(NamedTuple):
    """The offsets at which the next records will stand on a partition of the topics of cases and of cells."""

    cases: int
    indicators: int


Keyed = tuple[bytes, "bytes | None"]
"""A key and its record; None removes the key."""


class Drained(NamedTuple):
    """Everything to be written, encoded."""

    changelog: list[Keyed]
    cases: list[Keyed]
    indicators: list[Keyed]
    dead_letters: list[tuple[bytes, bytes]]
