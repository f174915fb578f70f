"""Gathers the cases of a partition anew from the records of its topics, and settles them with the cases that stood. Pure.

The topic is the truth for whatever it still has: what an event says, and whether the rules of today accept it. An event that
stood in a case and is no longer on the topic (retention deleted it) was acknowledged once, so it stays as it was packed;
what was not kept of it then is null, and its case stays marked as incomplete. Beside that only what a worker has to remember of an
event is taken over: when it arrived, where it stood first, and whether it was dead-lettered.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from schemas.errors import InvalidEvent
from streams.casebook import Casebook
from streams.engine import SECOND_MS
from streams.outputs import words_of
from streams.packing import (
    CORRECTED,
    CORRECTS,
    INCOMPLETE,
    MOST_SECONDS,
    OPENED,
    Event,
    Fresh,
    Packed,
    events_of,
    find,
    flags_of,
    layout_of,
    merged,
    with_memory,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from streams.engine import CasePlan, Engine
    from streams.journal import Journal
    from streams.records import Record


class Dropped(NamedTuple):
    """An event that stood in a case and is refused now, with its record's place and the reason."""

    topic: str
    key: bytes
    event: Event
    reason: str
    detail: str


class Gathering:
    """Event sets of some kinds of cases, made of records alone. Feed it each topic's records in order, then `settle`.

    `stood` are the packed cases of the changelog, `journal` what it says of their layouts, `bounds` the offset up to which
    each topic counts: of a later record only an event that stood already is taken. With `from_scratch` an event that the
    topic does not have is not kept.
    """

    def __init__(
        self,
        engine: Engine,
        kinds: frozenset[str],
        stood: Mapping[bytes, Packed],
        journal: Journal,
        bounds: Mapping[str, int],
        *,
        from_scratch: bool = False,
    ) -> None:
        self.dropped: list[Dropped] = []
        self.counts: Counter[str] = Counter()
        """Events `read`, `new`, `kept` though the topic has them no longer, `missing` and not kept; cases `unreadable`."""

        self._engine = engine
        self._kinds = kinds
        self._stood = stood
        self._journal = journal
        self._bounds = bounds
        self._from_scratch = from_scratch
        self._book = Casebook(engine.limits.case_event_limit)
        self._refused: dict[tuple[str, int], InvalidEvent] = {}
        self._opening = {
            plan.case.name: kept.index
            for plans in engine.topics.values()
            for name, plan in plans.items()
            if plan.case is not None and plan.opens
            for kept in plan.case.layout.events
            if kept.name == name.rpartition(".")[2]
        }

    def apply(self, topic: str, records: Sequence[Record]) -> None:
        """Take a chunk of a topic's records. Never raises for bad data: the worker has made dead letters of it."""
        bound = self._bounds[topic]
        for record in records:
            try:
                self._take(topic, record, bound)
            except InvalidEvent as refused:
                if record.offset < bound:
                    self._refused[topic, record.offset] = refused
        for key, _, _, packed, _ in self._book.merge():
            self._book.put(key, packed)

    def settle(self) -> Iterator[tuple[bytes, Packed | None]]:
        """Yield every case as it is now, None for one that has no event any more. Ends the gathering."""
        fresh = self._book.packed
        for key, packed in self._stood.items():
            plan = self._engine.cases.get(kind_of(key))
            if plan is None or plan.name not in self._kinds:
                continue
            new = fresh.pop(key, None)
            try:
                yield key, self._settled(key, plan, self._as_now(packed, plan), new)
            except ValueError:
                self.counts["unreadable"] += 1
                yield key, new
        for key, packed in fresh.items():
            self.counts["new"] += len(events_of(packed))
            yield key, packed

    def _take(self, topic: str, record: Record, bound: int) -> None:
        arrived = min(record.timestamp, MOST_SECONDS * SECOND_MS)
        case, key, fresh = self._engine.readers[topic].read(record, arrived)
        if case.name not in self._kinds:
            return
        if record.offset >= bound and not self._stands(key, fresh.id):
            return
        self.counts["read"] += 1
        self._book.add(case, key, fresh)

    def _stands(self, key: bytes, event_id: bytes) -> bool:
        packed = self._stood.get(key)
        return packed is not None and find(packed, event_id) is not None

    def _as_now(self, packed: Packed, plan: CasePlan) -> Packed:
        """Return a case that stood in the layout of today; raises ValueError when it cannot be read."""
        return packed if layout_of(packed) == plan.layout.id else self._journal.repacked(packed, plan.layout)

    def _settled(self, key: bytes, plan: CasePlan, old: Packed, new: Packed | None) -> Packed | None:
        if old == new:
            return new
        left = {} if new is None else {event.id: event for event in events_of(new)}
        settled: list[Fresh] = []
        for event in events_of(old):
            there = left.pop(event.id, None)
            if there is not None and new is not None and self._replaces(plan.topic, event, there):
                piece = with_memory(new[there.start : there.start + there.size], event)
                settled.append(self._fresh(plan, there, piece))
            elif there is None and not self._stays(plan.topic, key, event):
                continue
            else:
                self.counts["kept"] += 1
                piece = old[event.start : event.start + event.size]
                settled.append(self._fresh(plan, event, piece, flags_of(old) & INCOMPLETE))
        if new is not None:
            self.counts["new"] += len(left)
            settled += [
                self._fresh(plan, event, new[event.start : event.start + event.size]) for event in left.values()
            ]
        return merged(None, plan.layout.id, settled) if settled else None

    def _replaces(self, topic: str, event: Event, there: Event) -> bool:
        """Whether what the topic has stands for the event that stood. Under one id, the first content accepted stands.

        One of another content that came later does not replace an event which retention has deleted since.
        """
        if there.fingerprint == event.fingerprint or there.offset <= event.offset:
            return True
        return self._from_scratch or (topic, event.offset) in self._refused

    def _stays(self, topic: str, key: bytes, event: Event) -> bool:
        """Whether an event that was not found on its topic stays in its case."""
        refused = self._refused.get((topic, event.offset))
        if refused is not None:
            self.dropped.append(Dropped(topic, key, event, refused.reason, words_of(refused)))
        elif self._from_scratch:
            self.counts["missing"] += 1
        return refused is None and not self._from_scratch

    def _fresh(self, plan: CasePlan, event: Event, piece: bytes, flags: int = 0) -> Fresh:
        if event.index == self._opening.get(plan.name):
            flags |= OPENED
        if event.flags & CORRECTS:
            flags |= CORRECTED
        return Fresh(event.occurred_at, event.id, piece, flags)


def kind_of(key: bytes) -> str:
    """Return the kind of case in a case's key."""
    return key.split(b"|", 1)[0].decode()
