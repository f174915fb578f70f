"""What is matched and how it scores: sinks/practices/matching.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from schemas.errors import Refused

FILE: Final = Path(__file__).parent / "matching.yaml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PracticeTexts(_Part):
    """The kind of case that holds practices, and the points of each of its texts."""

    case: str = Field(min_length=1)
    fields: dict[str, float] = Field(min_length=1)


class CaseTexts(_Part):
    """The fields of a case's opening event that are read."""

    fields: tuple[str, ...] = Field(min_length=1)


class Matching(_Part):
    """The whole definition; matching.yaml explains every part of it."""

    practice: PracticeTexts
    cases: dict[str, CaseTexts] = Field(min_length=1)
    best: int = Field(ge=1, le=20)
    floor: float = Field(gt=0)
    texts: int = Field(ge=0, le=1_000_000)
    ignored: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    same: tuple[tuple[str, ...], ...] = ()

    @property
    def ignored_words(self) -> frozenset[str]:
        """Return the words that are not looked at."""
        return frozenset(word for line in self.ignored for word in line.split())

    @property
    def known_words(self) -> tuple[str, ...]:
        """Return the words the segmenter is taught. Those that are ignored are, lest 群众反映 be taken for a word of its own."""
        lines = [*self.ignored, *self.words, *(" ".join(line) for line in self.same)]
        return tuple(dict.fromkeys(word for line in lines for word in line.split()))

    @property
    def spoken_as(self) -> dict[str, str]:
        """Return for every word of `same` the one that stands for all of its line."""
        return {word: line[0] for line in self.same for word in line}


def load_matching(file: Path = FILE) -> Matching:
    """Return the definition; raises Refused naming the file and what is wrong in it."""
    try:
        found = Matching.model_validate(YAML(typ="safe").load(file.read_text(encoding="utf-8")))
    except (YAMLError, ValidationError) as error:
        raise Refused(
            str(file), None, f"匹配口径不对 / the definition of matching is not right: {error}", ""
        ) from error
    words = [word for line in found.same for word in line]
    twice = sorted({word for word in words if words.count(word) > 1})
    if twice:
        raise Refused(
            str(file),
            None,
            f"same 中一个词只能在一行 / a word stands in one line of `same` only: {', '.join(twice)}",
            "合并这些行 / make one line of them",
        )
    return found
