"""The recorded practices, and which of them fit a text. Pure: texts in, matches out, the same for the same texts."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sinks.practices.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sinks.practices.definition import Matching


class Practice(NamedTuple):
    """A recorded practice that stands. `texts` are by the name of their field."""

    township: str
    practice_id: str
    texts: Mapping[str, str]


class Matched(NamedTuple):
    """A word that both say: as it stands in the case, as it stands in the practice and in which field, and its points."""

    word: str
    practice_word: str
    field: str
    rarity: float
    points: float


class Match(NamedTuple):
    """A practice that fits, with its score: the sum of the points of the words."""

    practice: Practice
    score: float
    words: tuple[Matched, ...]


class _Said(NamedTuple):
    """Where a practice says a word best; `points` is what a case that says the word too gets for it."""

    word: str
    field: str
    points: float


class Library:
    """The practices of a county, ready to be asked about texts.

    How rare a word is comes from the practices and from `texts`, of cases: 1 for a word that only one of them says, 0 for
    one that all say.
    """

    def __init__(
        self,
        matching: Matching,
        practices: Sequence[Practice],
        texts: Iterable[str] = (),
        words: Words | None = None,
    ) -> None:
        """Read the practices and the texts. `words` may be shared by libraries of one definition: making it takes a moment."""
        self._matching = matching
        self._words = words or Words(matching)
        self._practices = sorted(practices, key=lambda each: (each.township, each.practice_id))
        said: dict[str, dict[int, _Said]] = {}
        for number, practice in enumerate(self._practices):
            for word, where in self._best_of(practice).items():
                said.setdefault(word, {})[number] = where
        # Of words that no practice says nothing is asked.
        counts = Counter({word: len(where) for word, where in said.items()})
        documents = len(self._practices)
        for text in texts:
            documents += 1
            counts.update([word for word in self._words.of(text) if word in said])
        whole = math.log(1 + documents)
        self._rarity = {word: math.log((1 + documents) / counts[word]) / whole for word in said}
        self._said = {
            word: {
                number: each._replace(points=round(each.points * self._rarity[word], 1))
                for number, each in where.items()
            }
            for word, where in said.items()
        }

    def __len__(self) -> int:
        return len(self._practices)

    def matches(self, text: str) -> list[Match]:
        """Return the practices that fit a text best, the best first; none where none reaches the floor.

        Ties go to the lower township and id.
        """
        words = {spoken: word for spoken, word in self._words.of(text).items() if spoken in self._said}
        most: dict[int, float] = {}
        for spoken in words:
            for number, each in self._said[spoken].items():
                most[number] = most.get(number, 0.0) + each.points
        # All words together are the most a practice can score; who cannot come among the best is not looked at closer.
        hopeful = sorted((-round(points, 1), number) for number, points in most.items())
        found: list[tuple[float, int, tuple[Matched, ...]]] = []
        for below, number in hopeful:
            if -below < self._matching.floor or (len(found) == self._matching.best and (below, number) > found[-1][:2]):
                break
            kept = _apart(self._matched(number, words))
            score = round(sum(each.points for each in kept), 1)
            if score >= self._matching.floor:
                found = sorted([*found, (-score, number, kept)])[: self._matching.best]
        return [Match(self._practices[number], -below, kept) for below, number, kept in found]

    def _matched(self, number: int, words: Mapping[str, str]) -> list[Matched]:
        """Return the words that a text and a practice share."""
        shared = ((spoken, word, self._said[spoken].get(number)) for spoken, word in words.items())
        return [
            Matched(word, each.word, each.field, self._rarity[spoken], each.points)
            for spoken, word, each in shared
            if each is not None
        ]

    def _best_of(self, practice: Practice) -> dict[str, _Said]:
        best: dict[str, _Said] = {}
        for field, points in self._matching.practice.fields.items():
            for spoken, word in self._words.of(practice.texts.get(field, "")).items():
                if spoken not in best or points > best[spoken].points:
                    best[spoken] = _Said(word, field, points)
        return best


def _apart(words: Iterable[Matched]) -> tuple[Matched, ...]:
    """Return the words without those that stand within another or around it: of 排水沟 and 排水 the one with more points."""
    kept: list[Matched] = []
    for each in sorted(words, key=lambda each: (-each.points, -len(each.word), each.word)):
        if not any(each.word in other.word or other.word in each.word for other in kept):
            kept.append(each)
    return tuple(kept)
