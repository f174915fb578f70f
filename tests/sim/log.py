"""A Kafka made of lists: partitions, transactions and their markers, fencing, offsets of groups, compaction, retention.

What it keeps to: a transactional id has one epoch, and only the newest epoch's requests are taken. A transaction is
decided at one moment and becomes visible partition by partition, as its markers are written; readers of committed
records do not see past the first open transaction. Initialising an id ends its open transaction, and is answered only
when every marker is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from aiokafka.errors import InvalidTxnState, ProducerFenced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Place = tuple[str, int]
"""(topic, partition)."""

Pair = tuple[bytes | None, bytes | None]


class Blocked(Exception):  # noqa: N818 - an answer
    """CONCURRENT_TRANSACTIONS: the client asks again when the markers of the last transaction are written."""


class Message(NamedTuple):
    """A record as a consumer sees it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


@dataclass(eq=False)
class Transaction:
    """`state` is open, committed or aborted; it is over when `unmarked` is empty as well."""

    id: str
    state: str = "open"
    records: dict[Place, list[Pair]] = field(default_factory=dict)
    offsets: dict[Place, int] = field(default_factory=dict)
    group: str = ""
    unmarked: list[Place | None] = field(default_factory=list)
    number: int = 0
    """Which of its id's committed transactions it is, from 1."""


class Entry(NamedTuple):
    """A record in the log, or with no key and no value and `marker` the end of a transaction."""

    message: Message
    transaction: Transaction | None = None
    marker: bool = False


@dataclass
class Partition:
    """One partition. What compaction took away is None; below `low` retention has deleted everything."""

    topic: str
    number: int
    entries: list[Entry | None] = field(default_factory=list)
    keys: list[bytes | None] = field(default_factory=list)
    """The key of every offset, also of those compaction took away."""
    open: dict[int, int] = field(default_factory=dict)
    low: int = 0

    @property
    def stable(self) -> int:
        """How far committed readers may read."""
        return min(self.open.values(), default=len(self.entries))

    def append(self, key: bytes | None, value: bytes | None, timestamp: int, by: Transaction | None = None) -> int:
        """Put a record at the end; returns its offset."""
        offset = len(self.entries)
        if by is not None:
            self.open.setdefault(id(by), offset)
        self.entries.append(Entry(Message(self.topic, self.number, offset, timestamp, key, value), by))
        self.keys.append(key)
        return offset

    def mark(self, by: Transaction) -> None:
        """Write the end of a transaction."""
        self.open.pop(id(by), None)
        message = Message(self.topic, self.number, len(self.entries), 0, None, None)
        self.entries.append(Entry(message, by, marker=True))
        self.keys.append(None)

    def read(self, start: int, most: int) -> tuple[list[Message], int]:
        """Return committed records from `start` on, and where to go on; also past what is no record."""
        found: list[Message] = []
        position, stable = max(start, self.low), self.stable
        while position < stable and len(found) < most:
            entry = self.entries[position]
            position += 1
            if entry is not None and visible(entry):
                found.append(entry.message)
        return found, position

    def compact(self, below: int) -> None:
        """Take away what a later committed record of the same key below `below` replaces."""
        seen: set[bytes | None] = set()
        for offset in range(min(below, self.stable) - 1, -1, -1):
            entry = self.entries[offset]
            if entry is None or not visible(entry):
                continue
            if entry.message.key in seen:
                self.entries[offset] = None
            seen.add(entry.message.key)


def visible(entry: Entry) -> bool:
    """Whether it is a record that a reader of committed records is given."""
    return not entry.marker and (entry.transaction is None or entry.transaction.state == "committed")


class Broker:
    """The log. `on_decision` is told of every transaction at the moment it is decided: its markers are owed then."""

    def __init__(self, on_decision: Callable[[Transaction], None]) -> None:
        self.partitions: dict[Place, Partition] = {}
        self.committed: dict[str, dict[Place, int]] = {}
        self.epochs: dict[str, int] = {}
        self.current: dict[str, Transaction] = {}
        self.fencing = True
        self._numbers: dict[str, int] = {}
        self._on_decision = on_decision

    def __getitem__(self, place: Place) -> Partition:
        found = self.partitions.get(place)
        if found is None:
            found = self.partitions[place] = Partition(*place)
        return found

    def position(self, group: str, place: Place) -> int | None:
        """The group's committed offset."""
        return self.committed.setdefault(group, {}).get(place)

    def initialise(self, id_: str) -> int:
        """Give the id a new epoch; raises Blocked until its last transaction is over."""
        last = self.current.get(id_)
        if last is not None:
            if last.state == "open":
                self.epochs[id_] += 1
                self._decide(last, "aborted")
            if last.unmarked:
                raise Blocked
        self.epochs[id_] = self.epochs.get(id_, 0) + 1
        return self.epochs[id_]

    def time_out(self, id_: str) -> None:
        """End an open transaction its producer has left alone for too long; the producer is fenced by that."""
        if self.current[id_].state == "open":
            self.epochs[id_] += 1
            self._decide(self.current[id_], "aborted")

    def produce(self, id_: str, epoch: int, place: Place, pairs: Iterable[Pair], timestamp: int) -> None:
        """Append records to the id's transaction, beginning one when there is none."""
        transaction = self._transaction(id_, epoch)
        partition = self[place]
        held = transaction.records.setdefault(place, [])
        for key, value in pairs:
            partition.append(key, value, timestamp, transaction)
            held.append((key, value))

    def add_offsets(self, id_: str, epoch: int, group: str, offsets: Mapping[Place, int]) -> None:
        """Make a group's offsets part of the id's transaction."""
        transaction = self._transaction(id_, epoch)
        transaction.group = group
        transaction.offsets.update(offsets)

    def end(self, id_: str, epoch: int, *, commit: bool) -> None:
        """Decide the id's transaction."""
        self._check(id_, epoch)
        transaction = self.current.get(id_)
        if transaction is None or transaction.state != "open":
            raise InvalidTxnState
        self._decide(transaction, "committed" if commit else "aborted")

    def mark(self, transaction: Transaction, which: int) -> None:
        """Write one of the markers still owed."""
        place = transaction.unmarked.pop(which)
        if place is not None:
            self[place].mark(transaction)
        elif transaction.state == "committed":
            self.committed.setdefault(transaction.group, {}).update(transaction.offsets)

    def _transaction(self, id_: str, epoch: int) -> Transaction:
        self._check(id_, epoch)
        last = self.current.get(id_)
        if last is None or last.state != "open":
            if last is not None and last.unmarked:
                raise Blocked
            last = self.current[id_] = Transaction(id_)
        return last

    def _check(self, id_: str, epoch: int) -> None:
        if self.fencing and epoch != self.epochs[id_]:
            raise ProducerFenced

    def _decide(self, transaction: Transaction, state: str) -> None:
        transaction.state = state
        transaction.unmarked = [*transaction.records]
        if transaction.offsets:
            transaction.unmarked.append(None)
        if state == "committed":
            transaction.number = self._numbers[transaction.id] = self._numbers.get(transaction.id, 0) + 1
        self._on_decision(transaction)
