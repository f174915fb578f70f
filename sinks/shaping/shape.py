"""What every shaper shares: bytes in, whole columns out; a bad record is set aside with its reason and stops nothing.

A shaper is told a batch of records of its topics and answers the blocks to insert, one per table. The same records give
the same blocks, whatever was shaped before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from schemas.catalogue import case_columns

if TYPE_CHECKING:
    from schemas.errors import InvalidEvent
    from sinks.columns import Values
    from sinks.tables import Table

Record = Mapping[str, Any]
Reader = Callable[[Sequence[Record]], "Values"]


class Message(Protocol):
    """What a shaper needs of a Kafka record; kafka-python's ConsumerRecord is one."""

    @property
    def topic(self) -> str:
        """Return its topic."""
        ...

    @property
    def partition(self) -> int:
        """Return its partition."""
        ...

    @property
    def offset(self) -> int:
        """Return its offset."""
        ...

    @property
    def timestamp(self) -> int:
        """Return Kafka's time of it, in ms."""
        ...

    @property
    def key(self) -> bytes | None:
        """Return its key."""
        ...

    @property
    def value(self) -> bytes | None:
        """Return its value."""
        ...


class Refusal(NamedTuple):
    """A record set aside, and why."""

    message: Message
    reason: InvalidEvent


@dataclass(slots=True)
class Shaped:
    """What a batch becomes: per table its columns in the order of `table.written`, and the refused records."""

    blocks: dict[Table, Sequence[Sequence[Any]]] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)

    def add(self, table: Table, columns: Sequence[Sequence[Any]]) -> None:
        """Put rows, given as columns, below those the table has."""
        block = self.blocks.get(table)
        self.blocks[table] = (
            columns if block is None else [[*column, *more] for column, more in zip(block, columns, strict=True)]
        )


class Shaper(Protocol):
    """One kind of sink's way from records to columns."""

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table it fills."""
        ...

    @property
    def weight(self) -> float:
        """What one message takes of a batch's room: 1 where it is held as an event is, with a dict of its fields."""
        ...

    def shape(self, messages: Sequence[Message]) -> Shaped:
        """Return the blocks of these records; raises nothing for bad data."""
        ...


def newest(messages: Sequence[Message]) -> list[Message]:
    """Return the messages that no later one with the same key in the same partition replaces.

    For topics where a key's newest record says all (a cell, a case, a place). While much is loaded, cells are published over
    and over; what is replaced before anybody could see it need not be read, let alone stored. A message without a key stays.
    """
    last: dict[tuple[str, int, bytes | int], Message] = {}
    for message in messages:
        key = (message.topic, message.partition, message.offset if message.key is None else message.key)
        held = last.get(key)
        if held is None or message.offset > held.offset:
            last[key] = message
    return list(last.values())


ORIGIN: Final = case_columns.ORIGIN[:-1]
"""Those of them that an insert names."""


def origin_columns(origins: Sequence[Message]) -> list[Values]:
    """Return where rows come from: the values of the columns every table's insert ends with."""
    return [
        [origin.topic for origin in origins],
        [origin.partition for origin in origins],
        [origin.offset for origin in origins],
        [origin.timestamp for origin in origins],
    ]
