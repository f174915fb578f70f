"""Files of places: UTF-8 CSV, also gzipped, in one of three shapes."""

from __future__ import annotations

import csv
import gzip
from dataclasses import replace
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Final, cast, get_args

from schemas.errors import Refused
from schemas.place_history import Row, checked_history
from schemas.places import ABOVE, CODE_DIGITS, MAX_NAME, Change, Place, PlaceTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from schemas.places import Level

_VILLAGE_ROWS: Final = ("county_code", "county", "township_code9", "township", "village_code12", "village")
_PLACE_ROWS: Final = ("code", "name", "level", "parent", "aliases")
_DATED: Final = ("effective_from", "effective_to", "change", "successors")
_STATISTICS: Final = ("code", "name", "areaCode")
"""As the national statistics' codes are published: the number of digits is the level, a township's county is `areaCode`."""

_LEVELS: Final = {digits: level for level, digits in CODE_DIGITS.items()}
_MOST_BYTES: Final = 256 * 1024 * 1024


def load_places(file: Path) -> PlaceTable:
    """Read a place table (UTF-8 CSV, with or without BOM, gzipped or not); raises Refused naming file and line.

    A village in a row: county_code, county, township_code9, township, village_code12, village. Or a place in a row: code, name,
    level, parent, aliases; `parent` may be empty where the code says it, aliases are separated by `;`. These may be dated:
    effective_from, effective_to (the first day on which it holds no more), change (how it ended), successors (codes, separated
    by `;`); a code that had another name or extent before has a row for each. Or the statistics' files: code, name, areaCode.
    """
    reader = csv.DictReader(StringIO(_text(file), newline=""))
    columns = set(reader.fieldnames or ())
    if set(_VILLAGE_ROWS) <= columns:
        rows = _from_village_rows(reader)
    elif {"code", "name"} <= columns:
        rows = _from_place_rows(file, reader, by_digits="level" not in columns)
    else:
        allowed = " / ".join(",".join(shape) for shape in (_VILLAGE_ROWS, (*_PLACE_ROWS, *_DATED), _STATISTICS))
        raise Refused(file, 1, f"列名不对 / wrong columns: {','.join(reader.fieldnames or ())[:300]}", allowed)
    return PlaceTable(checked_history(file, _checked(file, rows)))


def _text(file: Path) -> str:
    try:
        if file.suffix != ".gz":
            return file.read_text(encoding="utf-8-sig")
        with gzip.open(file) as packed:
            content = packed.read(_MOST_BYTES + 1)
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise Refused(file, None, f"读不出 / cannot be read as UTF-8: {type(error).__name__}") from error
    if len(content) > _MOST_BYTES:
        raise Refused(file, None, "解开后过大 / too large when unpacked", f"{_MOST_BYTES // 1024**2} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(file, None, "读不出 / cannot be read as UTF-8: UnicodeDecodeError") from error


def _from_village_rows(reader: csv.DictReader[str]) -> Iterator[Row]:
    for row in reader:
        line = reader.line_num
        cells = {column: (row[column] or "").strip() for column in _VILLAGE_ROWS}
        county, township, village = cells["county_code"], cells["township_code9"], cells["village_code12"]
        yield Row(line, Place(county, cells["county"], "county", None))
        if township:
            yield Row(line, Place(township, cells["township"], "township", county))
        if village:
            yield Row(line, Place(village, cells["village"], "village", township))


def _from_place_rows(file: Path, reader: csv.DictReader[str], *, by_digits: bool) -> Iterator[Row]:
    for row in reader:
        line = reader.line_num
        cells = {column: (row.get(column) or "").strip() for column in (*_PLACE_ROWS, *_DATED, "areaCode")}
        code = cells["code"]
        written = str(_LEVELS.get(len(code), "")) if by_digits else cells["level"]
        if written not in CODE_DIGITS:
            allowed = ", ".join(f"{level} {digits}" for level, digits in CODE_DIGITS.items())
            wrong = f"代码 / code “{code}”" if by_digits else f"level “{written}”"
            raise Refused(file, line, wrong, f"{allowed} 位 / digits" if by_digits else ", ".join(CODE_DIGITS))
        level = cast("Level", written)
        above = ABOVE[level]
        parent = (cells["parent"] or cells["areaCode"] or code[: CODE_DIGITS[above]]) if above else None
        place = Place(code, cells["name"], level, parent, _several(cells["aliases"]))
        yield Row(line, _dated(file, line, place, cells))


def _dated(file: Path, line: int, place: Place, cells: dict[str, str]) -> Place:
    """Return the place with the dates of its row."""
    days: list[date | None] = []
    for column in ("effective_from", "effective_to"):
        try:
            days.append(date.fromisoformat(cells[column]) if cells[column] else None)
        except ValueError as error:
            raise Refused(file, line, f"{column} “{cells[column][:40]}”", "2025-07-01 (YYYY-MM-DD)") from error
    change = cells["change"] or None
    if change is not None and change not in get_args(Change):
        raise Refused(file, line, f"change “{change[:40]}”", ", ".join(get_args(Change)))
    successors = _several(cells["successors"])
    if change == "renamed" and not successors:
        successors = (place.code,)  # another name, the same code
    begun, over = days
    return replace(
        place, effective_from=begun, effective_to=over, change=cast("Change | None", change), successors=successors
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _checked(file: Path, rows: Iterable[Row]) -> list[Row]:
    """Return every place once, with the line it stands on first."""
    seen: dict[Place, int] = {}
    undated: dict[str, Row] = {}
    for line, place in rows:
        digits = CODE_DIGITS[place.level]
        if not (len(place.code) == digits and place.code.isascii() and place.code.isdigit()):
            raise Refused(file, line, f"代码 / code “{place.code}” ({place.level})", f"{digits} 位数字 / digits")
        if not 0 < len(place.name) <= MAX_NAME:
            raise Refused(file, line, f"{place.code}: 名称为空或过长 / the name is empty or too long")
        if place.effective_from is None and place.effective_to is None:
            known = undated.setdefault(place.code, Row(line, place))
            if known.place != place:
                raise Refused(
                    file,
                    line,
                    f"代码 {place.code} 与第 {known.line} 行不一致 / differs from line {known.line}",
                    "每个代码一行；改过名的写明 effective_from、effective_to / a row for each code; dated where it changed",
                )
        seen.setdefault(place, line)
    found = [Row(line, place) for place, line in seen.items()]
    levels = {place.code: place.level for place in seen}
    for line, place in found:
        above = ABOVE[place.level]
        if place.parent is None or above is None:
            continue
        holder = levels.get(place.parent)
        absent = above == "county" and holder is None  # a table may begin with townships
        if (holder != above and not absent) or not place.code.startswith(place.parent):
            raise Refused(file, line, f"{place.code}: 上级 / parent “{place.parent}” ({above}) ?")
    return found
