"""A shard.

All state of one partition. Pure: no clock, no randomness, no I/O; time comes in as `now` (ms), records as bytes.

Events are gathered into cases (`apply`), merged and turned into changes of cells once for each changed case
(`drain`), and published. Old contributions are computed from the case's bytes before the merge, new ones from those
after it, so a cell always is the sum over its cases. The clock moves only forward, in `tick`, `drain` and
`finish_restore`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from schemas.errors import InvalidEvent
from streams import journal
from streams.avro_bytes import long
from streams.balance import Balance
from streams.casebook import Casebook, township_of
from streams.contributions import NOTHING
from streams.engine import Engine, Limits
from streams.folds import NEWEST
from streams.letters import Letters
from streams.outputs import encode_anew, words_of
from streams.packing import INCOMPLETE, Packed, flags_of, layout_of, told
from streams.reading import is_void
from streams.records import Applied, Drained, Ends, Held, Record
from streams.refusals import Refusals
from streams.timers import Timers
from streams.waiting import lost, waiting_since, waits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from streams.engine import CasePlan
    from streams.folds import State

__all__ = ["Applied", "Drained", "Ends", "Engine", "Limits", "Record", "Shard"]

_SECOND_MS: Final = 1000
_REBUILD_CHANGES: Final = 100_000
"""So many changes of a rebuild are gathered before they go into the cells. Rolling them up costs the same for one case in a
place as for a hundred: the more are gathered, the better, as far as memory goes."""
_AT_A_TIME: Final = 1_000


class Shard:
    """The cases and cells of one partition, of every domain."""

    def __init__(self, engine: Engine, partition: int) -> None:
        self._engine = engine
        self._book = Casebook(engine.limits.case_event_limit)
        self._timers = Timers()
        layouts = {name: plan.cells for name, plan in engine.cases.items()}
        self._balance = Balance(layouts, engine.calendar, self._timers)
        self._letters = Letters(partition)
        self._journal = journal.Journal(engine)
        self._refusals = Refusals(engine.limits.refused_row_limit)
        self._log: dict[bytes, Packed] = {}
        self._states: dict[bytes, tuple[CasePlan, State]] = {}
        self._told: Counter[str] = Counter()
        self._suspects: dict[bytes, None] = {}
        self._anew: Ends | None = None
        self._unfinished = False
        self.incomplete: Counter[str] = Counter()
        """Cases taken over that lack something of their events which folds use, by kind of case."""

    @property
    def lacking(self) -> dict[str, frozenset[str]]:
        """What may be missing in incomplete cases, by kind of case: `Record.field`, so far as the changelog tells."""
        return {name: self._journal.lacking(self._engine.cases[name].layout) for name in self.incomplete}

    @property
    def rebuild_unfinished(self) -> bool:
        """Whether a rebuild had begun to write the changelog taken over, and not ended."""
        return self._unfinished

    @property
    def next_timer(self) -> int | None:
        """The next moment at which the clock alone changes something, None if there is none."""
        return self._timers.next

    @property
    def case_count(self) -> int:
        """How many cases are held."""
        return len(self._book.packed)

    @property
    def cell_count(self) -> int:
        """How many cells are held."""
        return sum(len(cells) for cells in self._balance.cells.values())

    @property
    def bytes_held(self) -> int:
        """Bytes of the cases and their keys."""
        return self._book.bytes_held

    def restore(self, records: Iterable[tuple[bytes, bytes | None]]) -> None:
        """Take changelog records in order, chunk by chunk; the last one of a key wins."""
        for key, value in records:
            if key.startswith(journal.PREFIX):
                if not self._refusals.read(key, value):
                    self._journal.read(key, value)
            elif value is None:
                self._book.remove(key)
            else:
                self._book.put(key, value)

    def finish_restore(self, now: int, ends: Ends | None = None) -> None:
        """Rebuild the cells from the cases in one pass, as of when they were last published, then move the clock to `now`.

        When definitions changed since, every case and cell is published again; with `ends`, together with the word that what
        stands before them there is withdrawn: cells the new definitions do not give. Raises ValueError for unreadable bytes.
        """
        for _ in self.finishing(now, ends):
            pass

    def finishing(self, now: int, ends: Ends | None = None) -> Iterator[None]:
        """Do what `finish_restore` does, a thousand cases at a time: so that others can do something in between."""
        self._balance.clock = self._journal.clock if self._journal.clock is not None else now
        changed = self._journal.definition_changed
        self._unfinished = self._journal.unfinished is not None
        self._anew = ends if changed else None
        for number, (key, packed) in enumerate(list(self._book.packed.items()), start=1):
            self._rebuild(key, packed, publish=changed)
            if number % _AT_A_TIME == 0:
                if self._balance.gathered > _REBUILD_CHANGES:
                    self._balance.settle()
                yield
        self._balance.settle()
        for cells in self._balance.cells.values():
            if changed:
                cells.change_all()
            else:
                cells.clear_changed()
        self._advance(now)

    def apply(self, topic: str, records: Sequence[Record], now: int) -> Applied:
        """Take a chunk of a topic's records into their cases. Never raises for bad data: each becomes a dead letter.

        When too many in a row do, nothing is taken from the next of them on (`Applied.held`); offered again, it is tried again.
        `now` is when they arrived. What they change is computed by the next `tick` or `drain`.
        """
        reader, late_after = self._engine.readers[topic], self._engine.limits.late_after_ms
        quick, examined, add = reader.quick, reader.examined, self._book.add
        row, held, arrived_seconds = self._refusals.row(topic), None, now // _SECOND_MS
        applied = duplicate = late = voided = newest = 0
        dead, self._told = self._told, Counter()
        for record in records:
            offset, timestamp, record_key, value = record
            found = quick(value, record_key, timestamp, arrived_seconds, offset)
            try:
                case, key, fresh = examined(record, now) if found is None else found
                repeated = not add(case, key, fresh)
            except InvalidEvent as refused:
                if not row.takes(offset, refused.reason):
                    held = Held(offset, refused.reason, row.length)
                    break
                self._letters.refuse(topic, record, refused.reason, words_of(refused), refused.event_id, now)
                dead[refused.reason] += 1
                continue
            row.length = 0
            if repeated:
                duplicate += 1
                continue
            occurred_at = fresh.occurred_at
            newest = max(newest, occurred_at)
            if timestamp - occurred_at > late_after:
                late += 1
            if found is None and is_void(fresh):
                voided += 1
            else:
                applied += 1
        return Applied(applied, duplicate, late, voided, dead, newest, held)

    def tick(self, now: int) -> None:
        """Move the clock: stocks, and events that have waited long enough for what would make them count."""
        self._advance(now)

    def drain(self, now: int) -> Drained:
        """Return everything to be written since the last drain. Writing it must not fail halfway: it is not kept."""
        self._advance(now)
        self._merge()
        self._tell()
        changelog: list[tuple[bytes, bytes | None]] = list(self._log.items())
        changelog += self._refusals.records()
        changed_at = long(now)
        cases: list[tuple[bytes, bytes | None]] = [
            plan.case_output.encode(key, state, changed_at) for key, (plan, state) in self._states.items()
        ]
        indicators: list[tuple[bytes, bytes | None]] = []
        for name, cells in self._balance.cells.items():
            indicators += self._engine.cases[name].cell_output.encode(cells, changed_at)
            cells.clear_changed()
        if self._anew is not None:
            for topic, since in ((cases, self._anew.cases), (indicators, self._anew.indicators)):
                topic += [encode_anew(name, since, now, self._engine.encoder) for name in self._engine.cases]
            self._anew = None
        dead_letters, self._told = self._letters.drain(self._engine.encoder, now)
        if changelog or cases or indicators or dead_letters:
            changelog += self._journal.records(self._balance.clock)
        self._log, self._states = {}, {}
        return Drained(changelog, cases, indicators, dead_letters)

    def _merge(self) -> None:
        """Merge what arrived into its cases and move their contributions."""
        put, log, states, move = self._book.put, self._log, self._states, self._balance.move
        for key, plan, old, merged, fresh in self._book.merge():
            before = NOTHING if old is None else plan.contribute(plan.fold(old))
            state = plan.fold(merged)
            put(key, merged)
            log[key] = merged
            states[key] = (plan, state)
            move(plan.name, key, before, plan.contribute(state), state[NEWEST])
            if waits(merged, state):
                self._watch(key, waiting_since(merged, state, fresh))
        self._balance.settle()

    def _advance(self, now: int) -> None:
        """Move the clock over every timer up to `now`. It never goes back."""
        if now <= self._balance.clock:
            return
        for key in self._timers.due(now):
            packed = self._book.packed[key]
            plan = self._plan(key)
            state = plan.fold(packed)
            self._balance.pass_boundaries(plan.name, key, plan.contribute(state), now, state[NEWEST])
            if waits(packed, state):
                self._suspects[key] = None
        self._balance.clock = now
        self._balance.settle()

    def _watch(self, key: bytes, since_seconds: Iterable[int]) -> None:
        for seconds in since_seconds:
            self._timers.set(seconds * _SECOND_MS + self._engine.limits.orphan_after_ms, key)

    def _tell(self) -> None:
        """Dead-letter, once each, the events that waited long enough; what came at the last moment is merged by now.

        They stay in the set, and count when the one they wait for comes after all.
        """
        since_seconds = (self._balance.clock - self._engine.limits.orphan_after_ms) // _SECOND_MS
        for key in self._suspects:
            packed, plan = self._book.packed[key], self._plan(key)
            events = lost(plan, packed, since_seconds)
            for event, reason, words, _ in events:
                self._letters.tell(plan.topic, township_of(key), event, reason, words)
            if events:
                marked = told(packed, {each.event.id for each in events}, events[0].flag)
                self._book.put(key, marked)
                self._log[key] = marked
        self._suspects = {}

    def _rebuild(self, key: bytes, packed: Packed, *, publish: bool) -> None:
        plan = self._engine.cases.get(key.split(b"|", 1)[0].decode())
        if plan is None:  # a domain no longer served: what is in the changelog stays there
            self._book.remove(key)
            return
        if layout_of(packed) != plan.layout.id:
            packed = self._journal.repacked(packed, plan.layout)
            self._book.put(key, packed)
        if flags_of(packed) & INCOMPLETE:
            self.incomplete[plan.name] += 1
        state = plan.fold(packed)
        self._balance.place(plan.name, key, plan.contribute(state), state[NEWEST])
        if publish:
            self._states[key] = (plan, state)
        self._watch(key, waiting_since(packed, state))

    def _plan(self, key: bytes) -> CasePlan:
        return self._engine.cases[key.split(b"|", 1)[0].decode()]
