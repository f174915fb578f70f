"""How many records of a topic were refused in a row, and where that becomes too many.

A refused record is put aside and stops nothing: one bad source must not stand in anybody's way. A thousand of them with
none between that could be taken are no single source's: a release went wrong, ours or everybody's. Whoever went on would
empty the topic into the dead letters. So the partition of that topic is held before the next record that would be refused,
and whatever is wrong costs so many letters and no more.

There is no state "held" to be lifted: only the length of the row, kept in the changelog with the letters themselves, and the
record that stands next. Whoever takes over tries that record again. Refused, it stays where it is and costs no letter,
however often that happens; taken, the row has ended, whatever it was that mended it. Records that really are bad are
accepted as such by a person: up to an offset, they are put aside without being counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from streams.records import Keyed

ROW: Final = b"#refused|"
"""Changelog: by topic, how many of the newest records below the consumed offset were refused in a row."""
ACCEPTED: Final = b"#accepted|"
"""Changelog: by topic, below which offset a person has said that what is refused may be put aside. Only a person writes it."""

UNCOUNTED: Final = frozenset({"case_limit"})
"""One case that is full refuses everything sent to it: its source's fault alone, and nobody else's records should wait."""


class Row:
    """The records of one topic partition that were refused in a row."""

    __slots__ = ("_limit", "accepted_below", "length")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.length = 0
        self.accepted_below = 0

    def takes(self, offset: int, reason: str) -> bool:
        """Whether one more refused record may be put aside; False when the partition is to be held before it."""
        if offset < self.accepted_below:
            self.length = 0
        elif reason not in UNCOUNTED:
            if self._limit and self.length >= self._limit:
                return False
            self.length += 1
        return True


class Refusals:
    """The rows of every topic of a partition; `limit` 0 holds nothing."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rows: dict[str, Row] = {}
        self._written: dict[str, int] = {}

    def row(self, topic: str) -> Row:
        """Return the topic's row."""
        found = self._rows.get(topic)
        if found is None:
            found = self._rows[topic] = Row(self._limit)
        return found

    def read(self, key: bytes, value: bytes | None) -> bool:
        """Take a record of the changelog; False when it says nothing of refusals."""
        if key.startswith(ROW):
            topic = key.removeprefix(ROW).decode()
            self.row(topic).length = self._written[topic] = int(value or 0)
        elif key.startswith(ACCEPTED):
            self.row(key.removeprefix(ACCEPTED).decode()).accepted_below = int(value or 0)
        else:
            return False
        return True

    def records(self) -> list[Keyed]:
        """Return what the changelog does not say yet; it belongs into one transaction with the letters and offsets."""
        changed = [
            (topic, row.length) for topic, row in self._rows.items() if row.length != self._written.get(topic, 0)
        ]
        self._written.update(changed)
        return [(ROW + topic.encode(), str(length).encode() if length else None) for topic, length in changed]
