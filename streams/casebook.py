"""The cases of one partition: packed bytes by key, and the events that arrived since they were last merged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.errors import InvalidEvent
from streams.packing import CORRECTED, CORRECTS, Fresh, count_of, events_of, find, fixed_of, merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streams.engine import CasePlan
    from streams.packing import Packed

_MANY: Final = 64
"""From this many events on, ids are looked up in a set made once per merge, not in the bytes."""


class Pending:
    """What arrived for one case and is not merged yet."""

    __slots__ = ("_ids", "count", "fresh", "plan")

    def __init__(self, plan: CasePlan, packed: Packed | None) -> None:
        self.plan = plan
        self.fresh: list[Fresh] = []
        self.count = 0 if packed is None else count_of(packed)
        self._ids: set[bytes] | None = None

    def holds(self, event_id: bytes, packed: Packed | None) -> bool:
        """Whether the event is in the case, merged or not."""
        if self._ids is None:
            if self.count + len(self.fresh) < _MANY:
                return any(event.id == event_id for event in self.fresh) or (
                    packed is not None and find(packed, event_id) is not None
                )
            self._ids = {event.id for event in self.fresh}
            if packed is not None:
                self._ids.update(event.id for event in events_of(packed))
        return event_id in self._ids

    def add(self, event: Fresh) -> None:
        """Take an event the case does not hold."""
        self.fresh.append(event)
        if self._ids is not None:
            self._ids.add(event.id)


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

    def add(self, plan: CasePlan, key: bytes, event: Fresh, fingerprint_at: int) -> bool:
        """Take an event into its case; False when it is there already.

        Raises InvalidEvent: id_conflict when the id is there with another content, case_limit when the case is full.
        `fingerprint_at` is where the fingerprint stands in an event's bytes.
        """
        packed, pending = self.packed.get(key), self._pending.get(key)
        if pending is None:
            if packed is not None and event.id in packed and self._repeated(packed, event, fingerprint_at):
                return False
            pending = Pending(plan, packed)
        elif pending.holds(event.id, packed):
            self._compare(pending, packed, event, fingerprint_at)
            return False
        if pending.count + len(pending.fresh) >= self._limit:
            raise InvalidEvent("case_limit", f"the case holds {self._limit} events already")
        self._pending[key] = pending
        pending.add(event)
        return True

    def merge(self) -> Iterator[tuple[bytes, CasePlan, Packed | None, Packed, list[Fresh]]]:
        """Merge what arrived: (key, plan, the case before, the case now, its new events) of every case that changed."""
        pending, self._pending = self._pending, {}
        for key, entry in pending.items():
            old = self.packed.get(key)
            yield key, entry.plan, old, merged(old, entry.plan.layout.id, entry.fresh), entry.fresh

    def _repeated(self, packed: Packed, event: Fresh, fingerprint_at: int) -> bool:
        there = find(packed, event.id)
        if there is None:
            return False
        _same(packed[there.start : there.start + there.size], event, fingerprint_at)
        return True

    def _compare(self, pending: Pending, packed: Packed | None, event: Fresh, fingerprint_at: int) -> None:
        for fresh in pending.fresh:
            if fresh.id == event.id:
                _same(fresh.packed, event, fingerprint_at)
                return
        if packed is not None:
            self._repeated(packed, event, fingerprint_at)


def _same(there: bytes, event: Fresh, at: int) -> None:
    """Raise id_conflict unless both have one fingerprint."""
    if there[at : at + 4] != event.packed[at : at + 4]:
        first = fixed_of(there)
        raise InvalidEvent(
            "id_conflict", f"offset {first.offset} holds this event_id with other content; the first stands"
        )


def fresh_event(occurred_at: int, event_id: bytes, packed: bytes, *, opens: int) -> Fresh:
    """Return a packed event ready to be added; `opens` is packing.OPENED or 0."""
    return Fresh(occurred_at, event_id, packed, opens | (CORRECTED if packed[3] & CORRECTS else 0))


def township_of(key: bytes) -> str:
    """Return the township in a case's key."""
    return key.split(b"|", 2)[1].decode()
