"""Place tables: counties, townships and villages by code, name or alias."""

from __future__ import annotations

import csv
import re
import unicodedata
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Final, Literal, cast

from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Level = Literal["county", "township", "village"]

CODE_DIGITS: Final[Mapping[Level, int]] = {"county": 6, "township": 9, "village": 12}
_ABOVE: Final[Mapping[Level, Level | None]] = {"county": None, "township": "county", "village": "township"}
_VILLAGE_ROWS: Final = ("county_code", "county", "township_code9", "township", "village_code12", "village")
_PLACE_ROWS: Final = ("code", "name", "level", "parent", "aliases")
_SPACES: Final = re.compile(r"\s+")
_MAX_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A place; `code` has 6 (county), 9 (township) or 12 (village) digits, `parent` is the code of the place above."""

    code: str
    name: str
    level: Level
    parent: str | None
    aliases: tuple[str, ...] = ()


class UnknownPlace(LookupError):  # noqa: N818 - an answer, not a failure
    """No place has this code, name or alias."""


class AmbiguousPlace(LookupError):  # noqa: N818 - an answer, not a failure
    """Several places do; `places` holds them."""

    def __init__(self, text: str, places: Iterable[Place]) -> None:
        self.places = tuple(places)
        named = ", ".join(f"{place.name} {place.code}" for place in self.places)
        super().__init__(f"“{text[:_MAX_NAME]}” 可指 / may be any of: {named}")


class PlaceTable:
    """Places of a county (or of several). Spellings differ only in width, case and spaces count as the same."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = tuple(places)
        self.by_code: dict[str, Place] = {place.code: place for place in self.places}
        self._named: dict[str, list[Place]] = {}
        for place in self.places:
            for name in {_plain(spelling) for spelling in (place.name, *place.aliases)}:
                self._named.setdefault(name, []).append(place)

    def find(self, text: str, *, level: Level | None = None, within: str = "") -> Place:
        """Return the place of this code, name or alias, of this level, inside the place of code `within`.

        A name is looked for on its own level only when `level` is given. Raises UnknownPlace, and AmbiguousPlace naming
        every place it may be.
        """
        plain = _plain(text)
        by_code = self.by_code.get(plain)
        found = [by_code] if by_code is not None else self._named.get(plain, [])
        found = [place for place in found if level in (None, place.level) and place.code.startswith(within)]
        if not found:
            raise UnknownPlace(f"没有这个地方 / no such place: “{text[:_MAX_NAME]}”")
        if len(found) > 1:
            raise AmbiguousPlace(text, found)
        return found[0]

    def township_of(self, place: Place) -> Place | None:
        """Return the township a place lies in (itself, for a township); None for a county."""
        if place.level == "village":
            return self.by_code[place.parent or ""]
        return place if place.level == "township" else None


def load_places(file: Path) -> PlaceTable:
    """Read a place table (UTF-8, with or without BOM) in one of two shapes; raises Refused naming file and line.

    A village in a row: county_code, county, township_code9, township, village_code12, village. Or a place in a row:
    code, name, level, parent, aliases; `parent` may be empty where the code says it, aliases are separated by `;`.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(file, None, f"读不出 / cannot be read as UTF-8: {type(error).__name__}") from error
    reader = csv.DictReader(StringIO(text, newline=""))
    columns = tuple(reader.fieldnames or ())
    if set(_VILLAGE_ROWS) <= set(columns):
        rows = _from_village_rows(reader)
    elif {"code", "name", "level"} <= set(columns):
        rows = _from_place_rows(file, reader)
    else:
        allowed = f"{','.join(_VILLAGE_ROWS)} / {','.join(_PLACE_ROWS)}"
        raise Refused(file, 1, f"列名不对 / wrong columns: {','.join(columns)[:300]}", allowed)
    return PlaceTable(_checked(file, rows).values())


def _from_village_rows(reader: csv.DictReader[str]) -> Iterator[tuple[int, Place]]:
    for row in reader:
        line = reader.line_num
        cells = {column: (row[column] or "").strip() for column in _VILLAGE_ROWS}
        county, township, village = cells["county_code"], cells["township_code9"], cells["village_code12"]
        yield line, Place(county, cells["county"], "county", None)
        if township:
            yield line, Place(township, cells["township"], "township", county)
        if village:
            yield line, Place(village, cells["village"], "village", township)


def _from_place_rows(file: Path, reader: csv.DictReader[str]) -> Iterator[tuple[int, Place]]:
    for row in reader:
        cells = {column: (row.get(column) or "").strip() for column in _PLACE_ROWS}
        if cells["level"] not in CODE_DIGITS:
            raise Refused(file, reader.line_num, f"level “{cells['level']}”", ", ".join(CODE_DIGITS))
        level = cast("Level", cells["level"])
        code = cells["code"]
        above = _ABOVE[level]
        parent = (cells["parent"] or code[: CODE_DIGITS[above]]) if above else None
        aliases = tuple(alias.strip() for alias in cells["aliases"].split(";") if alias.strip())
        yield reader.line_num, Place(code, cells["name"], level, parent, aliases)


def _checked(file: Path, rows: Iterable[tuple[int, Place]]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    lines: dict[str, int] = {}
    for line, place in rows:
        digits = CODE_DIGITS[place.level]
        if not (len(place.code) == digits and place.code.isascii() and place.code.isdigit()):
            raise Refused(file, line, f"代码 / code “{place.code}” ({place.level})", f"{digits} 位数字 / digits")
        if not 0 < len(place.name) <= _MAX_NAME:
            raise Refused(file, line, f"{place.code}: 名称为空或过长 / the name is empty or too long")
        known = places.setdefault(place.code, place)
        if known != place:
            raise Refused(
                file,
                line,
                f"代码 {place.code} 与第 {lines[place.code]} 行不一致 / differs from line {lines[place.code]}",
            )
        lines.setdefault(place.code, line)
    for place in places.values():
        above = _ABOVE[place.level]
        if place.parent is None or above is None:
            continue
        holder = places.get(place.parent)
        if above == "county" and holder is None:
            continue  # a table may begin with townships
        if holder is None or holder.level != above or not place.code.startswith(place.parent):
            raise Refused(file, lines[place.code], f"{place.code}: 上级 / parent “{place.parent}” ({above}) ?")
    return places


def _plain(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()
