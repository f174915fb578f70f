"""Places and departments of a table as the records of their topics."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.places import PlaceTable

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC).date()


def place_records(table: PlaceTable, now: int) -> Iterator[dict[str, Any]]:
    """Yield the record of every code: what it is last, and before that what it was."""
    for code, (*former, place) in table.spans_of.items():
        yield {
            "code": code,
            "name": place.name,
            "level": place.level,
            "parent": place.parent,
            "aliases": list(place.aliases),
            "valid_from": _days((former or [place])[0].effective_from),
            "recorded_at": now,
            "effective_to": _days(place.effective_to),
            "change": place.change,
            "successors": list(place.successors),
            "former": [
                {
                    "name": each.name,
                    "effective_to": _days(each.effective_to),
                    "change": each.change,
                    "successors": list(each.successors),
                }
                for each in former
            ],
        }


def department_records(file: Path, now: int) -> Iterator[dict[str, Any]]:
    """Yield the record of every department of a file; raises Refused naming file and line."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(file, None, "不是 UTF-8 / not UTF-8") from error
    reader = csv.DictReader(StringIO(text, newline=""))
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise Refused(file, 1, "列名不对 / wrong columns", "code,name,name_en,aliases")
    lines: dict[str, int] = {}
    for row in reader:
        cells = {column: (value or "").strip() for column, value in row.items() if isinstance(value, str | None)}
        code, name = cells["code"], cells["name"]
        if not code or not name:
            raise Refused(file, reader.line_num, "code 与 name 不可为空 / code and name must be given")
        if code in lines:
            raise Refused(file, reader.line_num, f"代码 {code} 与第 {lines[code]} 行重复 / repeats line {lines[code]}")
        lines[code] = reader.line_num
        aliases = [alias.strip() for alias in cells.get("aliases", "").split(";") if alias.strip()]
        yield {
            "code": code,
            "name": name,
            "name_en": cells.get("name_en") or None,
            "aliases": aliases,
            "recorded_at": now,
        }


def _days(day: date | None) -> int | None:
    return None if day is None else (day - _EPOCH).days
