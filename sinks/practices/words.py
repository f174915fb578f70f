"""The words of Chinese texts, by the dictionary of jieba: which words a text says, in how they are matched and as they stand there."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from rjieba import Jieba

if TYPE_CHECKING:
    from sinks.practices.definition import Matching

SHORTEST: Final = 2
"""A single character says too little: 水 is in 水沟 and in 水费."""
_OFTEN: Final = 100_000
"""As frequent as a taught word is said to be, so that it is kept whole."""
_MASKED: Final = ("〔", "〕")


class Words:
    """Takes texts apart. The same text gives the same words, whoever asks and whatever was asked before."""

    def __init__(self, matching: Matching) -> None:
        self._jieba = Jieba()
        self._ignored = matching.ignored_words
        self._spoken_as = matching.spoken_as
        for word in matching.known_words:
            self._jieba.add_word(word, _OFTEN, None)

    def of(self, text: str) -> dict[str, str]:
        """Return the words of a text: what each is matched as → how it stands there (the longest spelling of several).

        Long words also give the words within them. Numbers, punctuation, single characters, what masks a number of a
        person, and the words that are ignored are left out.
        """
        found: dict[str, str] = {}
        for word in self._jieba.cut_for_search(unicodedata.normalize("NFKC", _unmasked(text)).lower()):
            if len(word) < SHORTEST or word in self._ignored or not all(map(_is_letter, word)):
                continue
            spoken = self._spoken_as.get(word, word)
            if len(word) > len(found.get(spoken, "")):
                found[spoken] = word
        return found


def _is_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("L")


def _unmasked(text: str) -> str:
    """Return the text without its masks, 〔手机号〕 and the like: they are no words of whoever wrote it."""
    begin, end = _MASKED
    kept = []
    for part in text.split(begin):
        _, mark, rest = part.partition(end)
        kept.append(rest if mark else part)
    return "\n".join(kept)
