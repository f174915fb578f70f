"""What was ever published: history.json beside the records holds every version's shape, so that the gate works offline.

A shape is the schema without words for people and rules (those may be improved freely), with its privacy tags.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import Refused
from schemas.registry import canonical_text
from schemas.shape import data_shape

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.domain import EventSchema

HISTORY_FILE: Final = "history.json"
_AGAINST: Final = "history, registry, <文件夹 folder>, <git ref>"

Versions = dict[str, list[dict[str, Any]]]


def published_shape(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a schema its history keeps."""
    shape: dict[str, Any] = data_shape(schema, also=("privacy",))
    return shape


def read_history(folder: Path) -> Versions:
    """Return the published versions of a folder's records by full name, oldest first; raises Refused."""
    file = folder / HISTORY_FILE
    if not file.exists():
        return {}
    try:
        versions: Versions = json.loads(file.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise Refused(file, error.lineno, f"不是合法的 JSON / not valid JSON: {error.msg}") from error
    return versions


def unpublished(records: Iterable[EventSchema], history: Versions) -> list[EventSchema]:
    """Return the records whose present shape is not the newest published one."""
    return [
        record
        for record in records
        if not history.get(record.full_name) or history[record.full_name][-1] != published_shape(record.schema)
    ]


def publish(folder: Path, records: Iterable[EventSchema]) -> list[str]:
    """Append the present shape of every changed record to the folder's history; returns their full names."""
    history = read_history(folder)
    changed = unpublished(records, history)
    for record in changed:
        history.setdefault(record.full_name, []).append(published_shape(record.schema))
    if changed:
        # One line per version: a diff of the file is the list of what was published.
        blocks = [
            f"{json.dumps(name)}: [\n" + ",\n".join(f"  {canonical_text(version)}" for version in history[name]) + "\n]"
            for name in sorted(history)
        ]
        (folder / HISTORY_FILE).write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")
    return [record.full_name for record in changed]


def versions_in_folder(folder: Path) -> Versions:
    """Return every record at or below a folder (a release, a colleague's copy) as versions to compare with."""
    found = _by_name((file, file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.avsc")))
    if not found:
        raise Refused(folder, None, "文件夹里没有 .avsc / no .avsc in this folder", _AGAINST)
    return found


def versions_in_git(folder: Path, ref: str) -> Versions:
    """Return the records of a folder as they stood at a git ref; raises Refused when there is no such ref."""
    listing = _git(folder, ref, "ls-tree", "-r", "--name-only", ref, "--", "./")
    names = [name for name in listing.splitlines() if name.endswith(".avsc")]
    return _by_name((Path(name), _git(folder, ref, "show", f"{ref}:./{name}")) for name in names)


def _by_name(texts: Iterable[tuple[Path, str]]) -> Versions:
    found: Versions = {}
    for file, text in texts:
        try:
            schema = json.loads(text)
            found[f"{schema['namespace']}.{schema['name']}"] = [published_shape(schema)]
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(file, None, f"不是 Avro 记录 / not an Avro record: {error}") from error
    return found


def _git(folder: Path, ref: str, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        problem = f"git 找不到 {ref} / git does not know {ref}: {done.stderr.strip()[:200]}"
        raise Refused(folder, None, problem, _AGAINST)
    return done.stdout
