"""Places: counties, townships and villages by code, name or alias, as they stand now or stood on a day."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Level = Literal["county", "township", "village"]
Change = Literal["renamed", "merged", "split", "moved", "abolished"]

CODE_DIGITS: Final[Mapping[Level, int]] = {"county": 6, "township": 9, "village": 12}
ABOVE: Final[Mapping[Level, Level | None]] = {"county": None, "township": "county", "village": "township"}
MAX_NAME: Final = 200
_SPACES: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Place:
    """A place; `code` has 6 (county), 9 (township) or 12 (village) digits, `parent` is the code of the place above.

    It stands from `effective_from` (None: as long as anybody asks) to the day before `effective_to` (None: it stands). How it
    ended is its `change`, and `successors` are the codes that followed. A code that goes on under another name or with another
    extent names itself among them, and has another Place from that day.
    """

    code: str
    name: str
    level: Level
    parent: str | None
    aliases: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    change: Change | None = None
    successors: tuple[str, ...] = ()

    def stands_on(self, day: date) -> bool:
        """Whether it stands on this day."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day < self.effective_to)


class UnknownPlace(LookupError):  # noqa: N818 - an answer, not a failure
    """No place has this code, name or alias."""


class AmbiguousPlace(LookupError):  # noqa: N818 - an answer, not a failure
    """Several places do; `places` holds them."""

    def __init__(self, text: str, places: Iterable[Place]) -> None:
        self.places = tuple(places)
        named = ", ".join(f"{place.name} {place.code}" for place in self.places)
        super().__init__(f"“{text[:MAX_NAME]}” 可指 / may be any of: {named}")


class PlaceTable:
    """Places of a county (or of several), with what they were before. Spellings differ only in width, case and spaces are the same.

    `spans` are all of them, of each code in order of time; `places` and `by_code` have the newest of each code.
    """

    def __init__(self, spans: Iterable[Place]) -> None:
        by_code: dict[str, list[Place]] = {}
        for place in spans:
            by_code.setdefault(place.code, []).append(place)
        for own in by_code.values():
            own.sort(key=lambda place: place.effective_from or date.min)
        self.spans_of: Mapping[str, list[Place]] = by_code
        self.spans = tuple(place for own in by_code.values() for place in own)
        self.by_code: dict[str, Place] = {code: own[-1] for code, own in by_code.items()}
        self.places = tuple(self.by_code.values())
        self._named: dict[str, list[Place]] = {}
        self._followed_by: dict[str, list[Place]] = {}
        for place in self.spans:
            for name in {_plain(spelling) for spelling in (place.name, *place.aliases)}:
                self._named.setdefault(name, []).append(place)
            for code in place.successors:
                self._followed_by.setdefault(code, []).append(place)

    def find(self, text: str, *, level: Level | None = None, within: str = "", on: date | None = None) -> Place:
        """Return the place of this code, name or alias, of this level, inside the place of code `within`.

        With `on`, as it stood on that day. Without, the newest of its code, and one that has ended (or has had another name
        since) only where none stands that is called so. A name is looked for on its own level only when `level` is given. Raises
        UnknownPlace, and AmbiguousPlace naming every place it may be.
        """
        plain = _plain(text)
        called = self.spans_of.get(plain) or self._named.get(plain, [])
        called = [place for place in called if level in (None, place.level) and place.code.startswith(within)]
        found = [place for place in called if place.stands_on(on)] if on else self._newest(called)
        if not found:
            was = "".join(f"; {ended(place)}" for place in called)
            raise UnknownPlace(f"没有这个地方 / no such place{f' on {on}' if on else ''}: “{text[:MAX_NAME]}”{was}")
        if len(found) > 1:
            raise AmbiguousPlace(text, found)
        return found[0]

    def standing(self, day: date) -> tuple[Place, ...]:
        """Return the places that stand on a day, by code: each after the place above it."""
        return tuple(sorted((place for place in self.spans if place.stands_on(day)), key=lambda place: place.code))

    def predecessors(self, place: Place, on: date | None = None) -> tuple[Place, ...]:
        """Return the places that name it as a successor and ended while it stood; with `on`, by that day."""
        return tuple(
            other
            for other in self._followed_by.get(place.code, ())
            if other.effective_to is not None
            and place.stands_on(other.effective_to)
            and (on is None or other.effective_to <= on)
        )

    def township_of(self, place: Place) -> Place | None:
        """Return the township a place lies in (itself, for a township); None for a county."""
        if place.level == "village":
            return self.by_code[place.parent or ""]
        return place if place.level == "township" else None

    def _newest(self, called: Iterable[Place]) -> list[Place]:
        """Return the newest Place of each code: those that stand under the name if there are any, else any."""
        codes = dict.fromkeys(place.code for place in called)
        newest = [self.by_code[code] for code in codes]
        standing = [place for place in newest if place.effective_to is None and place in called]
        return standing or [place for place in newest if place.effective_to is None] or newest


def ended(place: Place) -> str:
    """Say from when to when a place stands or stood, and what became of it."""
    since = "" if place.effective_from is None else f"{place.effective_from}"
    until = "" if place.effective_to is None else f"{place.effective_to}"
    became = f" {place.change} → {', '.join(place.successors) or '-'}" if place.change else ""
    return f"{place.code} {place.name} [{since} … {until}){became}"


def _plain(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()
