"""A YAML text as plain data and the line of every part, remembered on disk: twenty catalogues take seconds to parse.

What is remembered is JSON named by the text's hash, so a changed file is parsed anew and an old entry is never wrong; where nothing
may be written nothing is remembered. Dates, which JSON does not know, are marked; times are text.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from ruamel.yaml import YAML, version_info

_FORMAT: Final = f"2 ruamel {version_info}"
_DATE: Final = "\0date"
"""No key of a YAML file: it begins with a NUL."""


class Parsed(NamedTuple):
    """The content, and beside it its lines: of a mapping {key: [line, its lines]}, of a list [[line, its lines]…], else None."""

    data: Any
    lines: Any


@lru_cache(maxsize=64)
def parsed(text: str) -> Parsed:
    """Parse a text once, however many ask for it; nobody may change what it gives. Raises YAMLError, also for a key given twice."""
    file = _folder() / f"{hashlib.sha256(f'{_FORMAT}{text}'.encode()).hexdigest()[:32]}.json"
    with suppress(OSError, ValueError):
        return Parsed(*json.loads(file.read_text(encoding="utf-8"), object_hook=_with_dates))
    yaml = YAML(typ="rt")
    yaml.allow_duplicate_keys = False
    found = Parsed(*_plain(yaml.load(text)))
    with suppress(OSError, TypeError):  # a folder nobody may write to; data that JSON does not know
        as_json = json.dumps(found, ensure_ascii=False, default=_marked)
        if (
            Parsed(*json.loads(as_json, object_hook=_with_dates)) == found
        ):  # keys that are no texts do not come back as they were
            _remember(file, as_json)
    return found


def _folder() -> Path:
    """Return where downloads are kept as well: XIANGMAI_CACHE, or `.local/cache` beside the rooms."""
    default = Path(__file__).parents[2] / ".local" / "cache"
    return Path(os.environ.get("XIANGMAI_CACHE", default)) / "parsed"


def _remember(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as written:
        written.write(text)
    Path(written.name).replace(file)


def _plain(node: Any) -> tuple[Any, Any]:
    """Take ruamel's mappings, lists and scalars apart into Python's own and their lines."""
    if isinstance(node, dict):
        parts = {key: _plain(value) for key, value in node.items()}
        lines = {key: [_line(node, key), part[1]] for key, part in parts.items()}
        return {key: part[0] for key, part in parts.items()}, lines
    if isinstance(node, list):
        items = [_plain(value) for value in node]
        places = [[_line(node, number), item[1]] for number, item in enumerate(items)]
        return [item[0] for item in items], places
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return kind(node), None
    if isinstance(node, datetime):  # written with seconds; without them YAML takes a time for the text it is here
        return node.isoformat(), None
    return node, None


def _line(node: Any, part: Any) -> int | None:
    """Return the line of a key or an item, counted from 1; None of one that stands elsewhere and is merged in."""
    place = (node.lc.data or {}).get(part)
    return None if place is None else place[0] + 1


def _marked(value: Any) -> Any:
    if isinstance(value, date):
        return {_DATE: value.isoformat()}
    raise TypeError(f"JSON does not know {type(value).__name__}")


def _with_dates(pairs: dict[str, Any]) -> Any:
    return date.fromisoformat(pairs[_DATE]) if _DATE in pairs else pairs
