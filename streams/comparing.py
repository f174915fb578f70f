"""What stands on the topics of cases and cells, held against what should stand there. Pure.

Two records are equal when they say the same of a case, or the same numbers of a cell: not when they were computed, nor (of a
cell) how new its newest event is, which a running worker knows less exactly than one that has just taken over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.errors import InvalidEvent
from streams.avro_bytes import long

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streams.contributions import CellLayout
    from streams.engine import Decodes
    from streams.records import Keyed
    from streams.standing import Kind

COMPUTED_AT: Final = "changed_at"
"""The last field of both records: it can be exchanged without encoding the rest again."""

_MOST_EXAMPLES: Final = 1000
_MORE: Final = 0x80

Words = dict[str, Any]
"""A record as what it says: name → value. Of a cell `indicator@version` → (numerator, denominator, buckets)."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One record that is not what it should be: the names of what differs with the value there and the right one.

    `kind` is `different`, `missing` (not on the topic) or `gone` (on the topic, and given no longer).
    """

    key: str
    kind: str
    values: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Compared:
    """One kind of case on one topic. `write` is what must be published, `same` what may stay, with its old moment."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)
    write: list[Keyed] = field(default_factory=list)
    same: list[Keyed] = field(default_factory=list)
    gone: list[bytes] = field(default_factory=list)
    zeros: list[bytes] = field(default_factory=list)
    withdrawn: list[bytes] = field(default_factory=list)
    """Keys of records withdrawn already, which nobody sees: the topic may forget them."""

    withdraw: bool = False
    """Whether something there is given no longer: then everything is published again, and what stood before withdrawn."""

    @property
    def equal(self) -> bool:
        """Whether the topic says what it should."""
        return not self.differences

    def records(self) -> Iterable[Keyed]:
        """Return what has to be published so that the topic says what it should; None takes a key away."""
        yield from self.write
        if self.withdraw:
            yield from self.same
            yield from ((key, None) for key in (*self.gone, *self.zeros))
        yield from ((key, None) for key in self.withdrawn)

    def tell(self, key: bytes, kind: str, old: Words, new: Words) -> None:
        """Count a difference, and keep it for people unless there are very many."""
        self.counts[kind] += 1
        if len(self.differences) < _MOST_EXAMPLES:
            values = {name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)}
            self.differences.append(Difference(key.decode(errors="replace"), kind, values))


def case_words(record: Words) -> Words:
    """Return what a case's record says."""
    return {name: value for name, value in record.items() if name != COMPUTED_AT}


def cell_words(record: Words) -> Words:
    """Return what a cell's record says: the parts of each indicator."""
    return {
        _named(part["indicator"], part["version"]): (part["numerator"], part["denominator"], part["buckets"] or {})
        for part in record["parts"]
    }


def _named(indicator: str, version: int) -> str:
    return f"{indicator}@{version}"


def is_zero(words: Words) -> bool:
    """Whether a cell counts nothing."""
    return not any(any(value) for value in words.values())


class _Judge(NamedTuple):
    """How records of a topic are compared: what they say, how many moments at their end say nothing of that.

    `may_stay` says of one given no longer, `is_nothing` of one that is missing, that it makes no difference.
    """

    words_of: Callable[[Words], Words]
    moments: int
    may_stay: Callable[[Words], bool]
    is_nothing: Callable[[Words], bool]


class Comparison:
    """Compares records computed as of a clock (ms) with those published; what is equal keeps the moment it has there.

    `own` decodes what was computed, `published` what stands on the topics.
    """

    def __init__(self, own: Decodes, published: Decodes, *, clock: int) -> None:
        self._decode_own = own.decode
        self._decode = published.decode
        self._stamp_bytes = len(long(clock))

    def cases(self, published: Kind, computed: Iterable[Keyed]) -> Compared:
        """Compare the cases of one kind."""
        return self._compare(published, computed, _Judge(case_words, 1, lambda _: False, lambda _: False))

    def cells(self, published: Kind, computed: Iterable[Keyed], layout: CellLayout) -> Compared:
        """Compare the cells of one kind of case.

        A cell that went back to zero is published with zeros and forgotten by the next worker: it may stay as it is, unless
        something in it is defined no longer.
        """
        defined = {
            dimension: {
                _named(part.indicator.id, part.indicator.version)
                for part in layout.parts
                if not dimension or dimension in part.indicator.dimensions
            }
            for dimension in ("", *layout.dimensions)
        }

        def may_stay(record: Words) -> bool:
            words = cell_words(record)
            return is_zero(words) and words.keys() <= defined.get(record["dimension"], set())

        return self._compare(published, computed, _Judge(cell_words, 2, may_stay, is_zero))

    def _compare(self, published: Kind, computed: Iterable[Keyed], judge: _Judge) -> Compared:
        found, left, withdrawn = Compared(), dict(published.records), dict.fromkeys(published.withdrawn)
        for key, value in computed:
            if value is None:
                continue
            there = left.pop(key, None)
            withdrawn.pop(key, None)
            if there is not None and _without_longs(value, judge.moments) == _without_longs(there, judge.moments):
                found.counts["equal"] += 1
                found.same.append((key, value[: -self._stamp_bytes] + there[len(_without_longs(there, 1)) :]))
                continue
            new, record = judge.words_of(self._decode_own(value)[1]), self._read(there)
            old = None if record is None else judge.words_of(record)
            if record is not None and old == new:
                found.counts["equal"] += 1
                found.same.append((key, self._stamped(value, record[COMPUTED_AT])))
                continue
            found.write.append((key, value))
            if there is None and judge.is_nothing(new):
                continue  # whether a zero is written depends on what came together with it
            found.tell(key, "missing" if there is None else "different", old or {}, new)
            found.withdraw = found.withdraw or (old is not None and not old.keys() <= new.keys())
        for key, value in left.items():
            record = self._read(value)
            if record is not None and judge.may_stay(record):
                found.zeros.append(key)
                continue
            found.gone.append(key)
            found.tell(key, "gone", {} if record is None else judge.words_of(record), {})
            found.withdraw = True
        found.withdrawn += withdrawn
        return found

    def _read(self, value: bytes | None) -> Words | None:
        """Return a published record, None when there is none or it cannot be read any more."""
        if value is None:
            return None
        try:
            return self._decode(value)[1]
        except InvalidEvent:
            return None

    def _stamped(self, value: bytes, moment: int) -> bytes:
        return value[: -self._stamp_bytes] + long(moment)


def _without_longs(record: bytes, count: int) -> bytes:
    """Return a record without the Avro longs it ends with, so many of them; what is before them must end a number as well.

    Of a number's bytes all but the last have their highest bit set.
    """
    end = len(record)
    for _ in range(count):
        end -= 1
        while record[end - 1] & _MORE:
            end -= 1
    return record[:end]
