"""A small domain of its own, with every kind of indicator the shipped catalogues may not use: made in a temporary folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.domain import SYSTEM_FOLDER, load_domains

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.domain import Domain

_TEXT: dict[str, Any] = {"type": "string"}
_NUMBER: dict[str, Any] = {"type": ["null", "long"], "default": None}
_TOPIC: dict[str, Any] = {"type": ["null", "string"], "default": None}
RECORDS: dict[str, dict[str, dict[str, Any]]] = {
    "VisitMade": {
        "visit_id": _TEXT,
        "topic": _TOPIC,
        "household": _TOPIC,
        "households": _NUMBER,
        "minutes": _NUMBER,
    },
    "MatterProposed": {"matter_id": _TEXT},
    "MatterDiscussed": {"matter_id": _TEXT, "present": _NUMBER},
    "MatterDecided": {"matter_id": _TEXT, "present": _NUMBER},
    "MatterPublished": {"matter_id": _TEXT},
}

CATALOGUE = (Path(__file__).parent / "trial.yaml").read_text(encoding="utf-8")


def trial_domain(
    folder: Path, text: str = CATALOGUE, name: str = "trials", records: Iterable[str] = tuple(RECORDS)
) -> Domain:
    """Return the domain of this catalogue and of these records, written under `folder/<name>`."""
    place = folder / name
    place.mkdir(exist_ok=True)
    envelope = json.loads((SYSTEM_FOLDER / "Envelope.avsc").read_text(encoding="utf-8"))["fields"]
    for record in records:
        own = [
            {"name": field, "zh": "字段", "en": "field", "doc": "字段。 / A field.", "privacy": "none"} | kind
            for field, kind in RECORDS[record].items()
        ]
        schema = {"type": "record", "name": record, "namespace": f"xiangmai.{name}", "zh": "记录", "en": "record"}
        written = json.dumps({**schema, "doc": "记录。 / A record.", "fields": [*envelope, *own]}, ensure_ascii=False)
        (place / f"{record}.avsc").write_text(written, encoding="utf-8")
    (place / "catalogue.yaml").write_text(text, encoding="utf-8")
    return load_domains(folder)[name]


def changed(*changes: tuple[str, str]) -> str:
    """Return the trial catalogue with the first occurrence of each old text replaced."""
    text = CATALOGUE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, within: str = CATALOGUE) -> int:
    """Return the line on which a text first stands."""
    return within[: within.index(text)].count("\n") + 1
