"""A partition computed again from its events, and what has to be written so that it stands as computed. Pure.

The offsets consumed do not move: what is computed is the state at the offsets at which the old one stands. Cases are
independent of each other, so a state half written is a state; only the published cells may not fit it. That is why the
first thing written says that a rebuild is under way: a worker that finds it publishes everything again (streams/journal.py).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from streams.comparing import Compared, Comparison
from streams.gathering import Gathering, kind_of
from streams.journal import CLOCK, DEFINITION, Unfinished
from streams.outputs import Refusal, encode_anew, encode_refusal
from streams.packing import uuid_text
from streams.records import Drained, Ends, Keyed
from streams.shard import Shard
from streams.standing import Stood, published_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from streams.engine import Decodes, Engine
    from streams.gathering import Dropped

_TRANSACTION_RECORDS: Final = 20_000
_TRANSACTION_BYTES: Final = 8 << 20
_SECOND_MS: Final = 1000


class Scope(NamedTuple):
    """What is rebuilt: `kinds` of case, and the kinds no catalogue defines any more that are taken away, `forgotten`.

    `republish`: also what is equal is published again, and everything that stood before is withdrawn.
    """

    kinds: frozenset[str]
    forgotten: frozenset[str] = frozenset()
    from_scratch: bool = False
    republish: bool = False


class TooManyRefused(Exception):  # noqa: N818 - a person decides
    """Events that stood would be refused now, more of a partition than a bad release may cost: `refused` by reason."""

    def __init__(self, partition: int, refused: Counter[str]) -> None:
        self.partition, self.refused = partition, refused
        super().__init__(", ".join(f"{reason} {count:,}" for reason, count in refused.most_common()))


class Codecs(NamedTuple):
    """Decoders of cases and cells: `own` of those the engine makes, `published` of those that stand on the topics."""

    own: Decodes
    published: Decodes


class Rebuilt:
    """A partition as it should be, compared with what stands: by kind of case its `cases` and its `cells`.

    `changelog` is what must change there, `dropped` the events refused now, `incomplete` how many cases still lack what
    folds need, `undefined` what stands of kinds that no catalogue defines. `clock` (ms) is as of when.
    """

    def __init__(
        self, engine: Engine, published: Decodes, partition: int, stood: Stood, scope: Scope, clock: int
    ) -> None:
        self.partition = partition
        self.clock = clock
        self.cases: dict[str, Compared] = {}
        self.cells: dict[str, Compared] = {}
        self.changelog: list[Keyed] = []
        self.dropped: list[Dropped] = []
        self.counts: Counter[str] = Counter()
        self.incomplete: Counter[str] = Counter()
        self.undefined = stood.undefined(engine.cases.keys(), published)
        self._cases_there = stood.cases.kinds(published)
        self._cells_there = stood.cells.kinds(published)
        self._computed = Drained([], [], [], [])
        self._engine = engine
        self._stood = stood
        self._scope = scope

    @property
    def equal(self) -> bool:
        """Whether all that is published is what it should be."""
        return not self._forgotten and all(each.equal for each in (*self.cases.values(), *self.cells.values()))

    @property
    def _forgotten(self) -> list[str]:
        return sorted(self._scope.forgotten & self.undefined.keys())

    def compare(self, computed: Drained, comparison: Comparison) -> None:
        """Hold what was computed, all of it, against what stands."""
        self._computed, self._comparison = computed, comparison
        cases, cells = _by_kind(computed.cases), _by_kind(computed.indicators)
        for kind in sorted(self._scope.kinds):
            self.cases[kind] = comparison.cases(self._cases_there[kind], cases[kind])
            self.cells[kind] = comparison.cells(self._cells_there[kind], cells[kind], self._engine.cases[kind].cells)
        # What a rebuild that was broken off has taken out of records is to be seen nowhere but in the warehouse.
        unfinished = self._stood.journal.unfinished
        again = self._scope.kinds if self._scope.republish else unfinished.kinds if unfinished is not None else ()
        for topic in (self.cases, self.cells):
            for kind in self._scope.kinds & set(again):
                topic[kind].withdraw = True

    def hold_back(self, limit: int) -> None:
        """Raise TooManyRefused when more events than `limit` (0: no limit) stood and are refused by what is defined now."""
        if 0 < limit < len(self.dropped):
            raise TooManyRefused(self.partition, Counter(dropped.reason for dropped in self.dropped))

    def is_confirmed_by(self, codecs: Codecs, stood: Stood) -> bool:
        """Whether what stands now, read after everything was written, is what was computed."""
        again = Rebuilt(self._engine, codecs.published, self.partition, stood, self._scope, self.clock)
        again.compare(self._computed, self._comparison)
        return again.equal and all(stood.packed.get(key) == packed for key, packed in self.changelog)

    def transactions(self, now: int, ends: Ends) -> Iterator[Drained]:
        """Yield what must be written, each in one transaction, in order: nothing when everything stands as it should.

        `ends` are the offsets at which the next records will stand; only the partition's owner may write between.
        Broken off anywhere, it leaves a state that a worker can go on with and a rebuild can complete.
        """
        bulk = [*_bounded(self._bulk(now))]
        last = self._last(now, ends, written=bool(bulk))
        if not bulk:
            if any(last):
                yield last
            return
        layouts = self._stood.journal.unwritten()
        if len(bulk) == 1:
            yield _joined(Drained(layouts, [], [], []), bulk[0], last)
            return
        unfinished = self._stood.journal.unfinished
        kinds = self._kinds | (unfinished.kinds if unfinished is not None else frozenset())
        yield Drained([(DEFINITION, Unfinished(kinds, self._stood.journal.definition).value), *layouts], [], [], [])
        yield from bulk
        yield last

    def _bulk(self, now: int) -> Iterator[tuple[int, Keyed]]:
        """Yield every record that must be written, with the number of its field in Drained."""
        for record in self.changelog:
            yield 0, record
        for place, topic in ((1, self.cases), (2, self.cells)):
            for compared in topic.values():
                for record in compared.records():
                    yield place, record
        for place, kinds in ((1, self._cases_there), (2, self._cells_there)):
            for kind in self._forgotten:
                yield from ((place, (key, None)) for key in (*kinds[kind].records, *kinds[kind].withdrawn))
        for dropped in self.dropped:
            yield 3, self._letter(dropped, now)

    def _last(self, now: int, ends: Ends, *, written: bool) -> Drained:
        """Return what makes it stand: under which definitions it does, and what is withdrawn.

        Where only a part was computed, a change of definitions is left to the next worker: it publishes everything again.
        """
        journal, changelog = self._stood.journal, list[Keyed]()
        if written or journal.definition_changed:
            changelog.append((DEFINITION, self._definition()))
            changelog += [] if journal.clock is not None else [(CLOCK, str(self.clock).encode())]
            changelog += journal.obsolete(self._kinds)
        withdrawn = [
            [encode_anew(kind, since, now, self._engine.encoder) for kind in (*kinds, *self._forgotten)]
            for since, kinds in (
                (ends.cases, [kind for kind, each in self.cases.items() if each.withdraw]),
                (ends.indicators, [kind for kind, each in self.cells.items() if each.withdraw]),
            )
        ]
        return Drained(changelog, [*withdrawn[0]], [*withdrawn[1]], [])

    def _definition(self) -> bytes:
        """Return what stands as the definition afterwards; an earlier rebuild of other kinds stays unfinished."""
        journal = self._stood.journal
        complete = self._scope.kinds >= self._engine.cases.keys() or journal.definition is None
        definition = self._engine.definition if complete else journal.definition
        left = journal.unfinished.kinds - self._kinds if journal.unfinished is not None else None
        return Unfinished(left, definition).value if left else str(definition).encode()

    @property
    def _kinds(self) -> frozenset[str]:
        return self._scope.kinds | self._scope.forgotten

    def _letter(self, dropped: Dropped, now: int) -> tuple[bytes, bytes]:
        event = dropped.event
        township = dropped.key.split(b"|", 2)[1]
        moment = event.record_seconds * _SECOND_MS
        place = (dropped.topic, self.partition, event.offset)
        refusal = Refusal(*place, township, None, dropped.reason, dropped.detail, uuid_text(event.id), moment, now)
        return encode_refusal(refusal, self._engine.encoder)


def rebuild(
    engine: Engine, codecs: Codecs, partition: int, stood: Stood, gathering: Gathering, scope: Scope, now: int
) -> Rebuilt:
    """Compute a partition from the cases gathered, as of the clock at which its cells were published, and compare.

    `now` (ms) is when it is computed.
    """
    clock = stood.journal.clock if stood.journal.clock is not None else now
    rebuilt = Rebuilt(engine, codecs.published, partition, stood, scope, clock)
    shard = Shard(engine, partition)
    # As if a worker took over cases that were published under other definitions: it publishes all of them.
    shard.restore([(CLOCK, str(clock).encode()), (DEFINITION, Unfinished(scope.kinds, None).value)])
    for key, packed in gathering.settle():
        if packed is not None:
            shard.restore([(key, packed)])
        if packed != stood.packed.get(key):
            rebuilt.changelog.append((key, packed))
    rebuilt.changelog += [(key, None) for key in stood.packed if kind_of(key) in scope.forgotten]
    shard.finish_restore(clock)
    rebuilt.compare(shard.drain(clock), Comparison(codecs.own, codecs.published, clock=clock))
    rebuilt.dropped, rebuilt.counts, rebuilt.incomplete = gathering.dropped, gathering.counts, shard.incomplete
    return rebuilt


def _by_kind(records: Iterable[Keyed]) -> defaultdict[str, list[Keyed]]:
    kinds: defaultdict[str, list[Keyed]] = defaultdict(list)
    for record in records:
        kinds[published_kind(record[0])].append(record)
    return kinds


def _bounded(records: Iterable[tuple[int, Keyed]]) -> Iterator[Drained]:
    """Yield records put together so that a transaction is neither long nor large."""
    held, count, size = _fields(), 0, 0
    for place, record in records:
        held[place].append(record)
        count += 1
        size += len(record[0]) + len(record[1] or b"")
        if count >= _TRANSACTION_RECORDS or size >= _TRANSACTION_BYTES:
            yield Drained(*held)
            held, count, size = _fields(), 0, 0
    if count:
        yield Drained(*held)


def _joined(*parts: Drained) -> Drained:
    together = _fields()
    for part in parts:
        together[0] += part.changelog
        together[1] += part.cases
        together[2] += part.indicators
        together[3] += part.dead_letters
    return Drained(*together)


def _fields() -> list[list[Any]]:
    return [[] for _ in Drained._fields]
