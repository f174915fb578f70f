"""What a partition holds and has published, read from its topics: what a rebuild is held against. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from streams.gathering import kind_of
from streams.journal import PREFIX, Journal
from streams.packing import Packed, events_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from streams.engine import Decodes, Engine
    from streams.records import Keyed

Published = tuple[int, bytes, "bytes | None"]
"""Offset, key and value of a record on the topic of cases or of cells."""


class Kind(NamedTuple):
    """One kind of case on a topic: its records by key, and the keys whose records were withdrawn (PublishedAnew)."""

    records: dict[bytes, bytes]
    withdrawn: list[bytes]


class Newest:
    """The newest record of every key of a topic's partition."""

    def __init__(self) -> None:
        self._records: dict[bytes, tuple[int, bytes]] = {}

    def take(self, records: Iterable[Published]) -> None:
        """Take records, in order."""
        for offset, key, value in records:
            if value is None:
                self._records.pop(key, None)
            else:
                self._records[key] = (offset, value)

    @property
    def values(self) -> list[bytes]:
        """Every record as it stands."""
        return [value for _, value in self._records.values()]

    def kinds(self, decoder: Decodes) -> defaultdict[str, Kind]:
        """Sort the records by their kind of case."""
        since = {
            key[len(PREFIX) :].decode(): int(decoder.decode(value)[1]["since_offset"])
            for key, (_, value) in self._records.items()
            if key.startswith(PREFIX)
        }
        kinds: defaultdict[str, Kind] = defaultdict(lambda: Kind({}, []))
        for key, (offset, value) in self._records.items():
            if key.startswith(PREFIX):
                continue
            kind = published_kind(key)
            if offset < since.get(kind, 0):
                kinds[kind].withdrawn.append(key)
            else:
                kinds[kind].records[key] = value
        return kinds


class Stood:
    """The changelog of a partition, and what stands on its topics of cases and of cells."""

    def __init__(self, engine: Engine) -> None:
        self.journal = Journal(engine)
        self.packed: dict[bytes, Packed] = {}
        self.cases = Newest()
        self.cells = Newest()

    def take_changelog(self, records: Iterable[Keyed]) -> None:
        """Take records of the changelog, in order."""
        for key, value in records:
            if key.startswith(PREFIX):
                self.journal.read(key, value)
            elif value is None:
                self.packed.pop(key, None)
            else:
                self.packed[key] = value

    def reach(self, engine: Engine) -> dict[str, int]:
        """Return how far each topic was read at the least, by the events that stand in cases: the offset after the last."""
        ends = dict.fromkeys(engine.topics, 0)
        for key, packed in self.packed.items():
            plan = engine.cases.get(kind_of(key))
            if plan is not None:
                last = max((event.offset for event in events_of(packed)), default=-1)
                ends[plan.topic] = max(ends[plan.topic], last + 1)
        return ends

    def undefined(self, kinds: Collection[str], decoder: Decodes) -> dict[str, tuple[int, int]]:
        """Return the kinds of case that stand here and are not among these: how many cases and cells of each."""
        packed = Counter(kind_of(key) for key in self.packed)
        cases, cells = self.cases.kinds(decoder), self.cells.kinds(decoder)
        return {
            kind: (max(packed[kind], len(cases[kind].records)), len(cells[kind].records))
            for kind in sorted({*packed, *cases, *cells} - {*kinds})
            if packed[kind] or cases[kind] != Kind({}, []) or cells[kind] != Kind({}, [])
        }


def published_kind(key: bytes) -> str:
    """Return the kind of case in the key of a published case or cell."""
    return key.split(b"|", 2)[1].decode()
