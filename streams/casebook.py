"""The cases of one partition: packed bytes by key, and the events that arrived since they were last merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.errors import InvalidEvent
from streams.packing import FINGERPRINT_AT, Fresh, count_of, events_of, find, fixed_of, merged, uuid_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.engine import CasePlan
    from streams.packing import Packed

MANY: Final = 64
"""From this many events on, an event is looked up in a dictionary made once per merge, not in the bytes."""
MOST_CASE_BYTES: Final = 800_000
"""A case is one record of the changelog. Beyond 1 MiB the broker would refuse it, and with it every publication of its partition,
for ever. What is left is for events that grow a little because another layout keeps more of them."""


class Pending:
    """What arrived for one case and is not merged yet."""

    __slots__ = ("_known", "_packed", "count", "fresh", "plan", "size_bytes")

    def __init__(self, plan: CasePlan, packed: Packed | None) -> None:
        self.plan = plan
        self.fresh: list[Fresh] = []
        self.count = 0 if packed is None else count_of(packed)
        self.size_bytes = 0 if packed is None else len(packed)
        self._packed = packed
        self._known: dict[bytes, bytes] | None = None

    @classmethod
    def of_new(cls, plan: CasePlan, event: Fresh) -> Pending:
        """Return what arrived for a case that was not there: its first event. The list is no longer than it must be."""
        pending = cls.__new__(cls)
        pending.plan, pending.fresh, pending.count, pending.size_bytes = plan, [event], 1, len(event.packed)
        pending._packed = pending._known = None  # noqa: SLF001 - one of our own
        return pending

    def event(self, event_id: bytes) -> bytes | None:
        """Return the bytes of an event of the case, merged or not; None when it is not there."""
        if self._known is None:
            if self.count < MANY:
                return self._looked_for(event_id)
            self._known = {event.id: event.packed for event in self.fresh}
            if self._packed is not None:
                packed = self._packed
                self._known |= {each.id: packed[each.start : each.start + each.size] for each in events_of(packed)}
        return self._known.get(event_id)

    def add(self, event: Fresh) -> None:
        """Take an event the case does not hold."""
        self.fresh.append(event)
        self.count += 1
        self.size_bytes += len(event.packed)
        if self._known is not None:
            self._known[event.id] = event.packed

    def _looked_for(self, event_id: bytes) -> bytes | None:
        for event in self.fresh:
            if event.id == event_id:
                return event.packed
        return event_in(self._packed, event_id)


class Casebook:
    """Cases by key `case|township|id`.

    Keys and packed cases are bytes: nothing here for the cyclic collector to walk.
    """

    def __init__(self, case_event_limit: int) -> None:
        self.packed: dict[bytes, Packed] = {}
        self.bytes_held = 0
        self._limit = case_event_limit
        self._pending: dict[bytes, Pending] = {}

    def put(self, key: bytes, packed: Packed) -> None:
        """Set a case's bytes."""
        old = self.packed.get(key)
        self.bytes_held += len(packed) - (len(old) if old is not None else -len(key))
        self.packed[key] = packed

    def remove(self, key: bytes) -> None:
        """Forget a case."""
        old = self.packed.pop(key, None)
        if old is not None:
            self.bytes_held -= len(old) + len(key)

    def add(self, plan: CasePlan, key: bytes, event: Fresh) -> bool:
        """Take an event into its case; False when it is there already.

        Raises InvalidEvent: id_conflict when the id is there with another content, case_limit when the case is full.
        """
        packed, pending = self.packed.get(key), self._pending.get(key)
        if pending is None:
            if packed is None:
                self._pending[key] = Pending.of_new(plan, event)
                return True
            if count_of(packed) < MANY and (there := event_in(packed, event.id)) is not None:
                _same(there, event)
                return False
            pending = Pending(plan, packed)
        if pending.count >= MANY or pending.fresh:
            self._pending[key] = pending  # also without a fresh event: the next one finds the ids looked up already
            there = pending.event(event.id)
            if there is not None:
                _same(there, event)
                return False
        if pending.count >= self._limit:
            raise _refused(event, "case_limit", f"the case holds {self._limit} events already")
        if pending.size_bytes + len(event.packed) > MOST_CASE_BYTES:
            taken = f"the case's events take {pending.size_bytes} bytes of {MOST_CASE_BYTES} already"
            raise _refused(event, "case_limit", taken)
        self._pending[key] = pending
        pending.add(event)
        return True

    def merge(self) -> Iterator[tuple[bytes, CasePlan, Packed | None, Packed, list[Fresh]]]:
        """Merge what arrived: (key, plan, the case before, the case now, its new events) of every case that changed."""
        pending, self._pending = self._pending, {}
        for key, entry in pending.items():
            if entry.fresh:
                old = self.packed.get(key)
                yield key, entry.plan, old, merged(old, entry.plan.layout.id, entry.fresh), entry.fresh


def event_in(packed: Packed | None, event_id: bytes) -> bytes | None:
    """Return the bytes of an event of a packed case; None when it is not there."""
    there = None if packed is None else find(packed, event_id)
    return None if there is None or packed is None else packed[there.start : there.start + there.size]


def _same(there: bytes, event: Fresh) -> None:
    """Raise id_conflict unless both have one fingerprint."""
    at = FINGERPRINT_AT
    if there[at : at + 4] != event.packed[at : at + 4]:
        first = fixed_of(there)
        words = f"offset {first.offset} holds this event_id with other content; the first stands"
        raise _refused(event, "id_conflict", words)


def _refused(event: Fresh, reason: str, words: str) -> InvalidEvent:
    refused = InvalidEvent(reason, words)
    refused.event_id = uuid_text(event.id)
    return refused


def township_of(key: bytes) -> str:
    """Return the township in a case's key."""
    return key.split(b"|", 2)[1].decode()
