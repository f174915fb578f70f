"""The parts of schemas/README.md made from the data, so that they cannot go stale: domains, topics, records, settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas.domain import all_records
from schemas.domain_table import domain_table
from schemas.errors import Refused
from schemas.record_form import RULES
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.catalogue.model import Catalogue
    from schemas.domain import Domain, Field
    from schemas.topics import Topic

README: Final = Path(__file__).parent / "README.md"


def update(file: Path, catalogues: Mapping[str, Catalogue], topics: Mapping[str, Topic], *, write: bool) -> bool:
    """Return whether the file's generated parts differ from the data; rewrite them if `write`.

    A part stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->`; raises Refused when a mark is missing.
    """
    before = text = file.read_text(encoding="utf-8")
    parts = {
        "domains": domain_table(catalogues),
        "topics": topic_table(topics),
        "records": record_table({name: each.domain for name, each in catalogues.items()}),
        "settings": settings_table(),
    }
    for name, content in parts.items():
        marks = re.search(rf"(?<=<!-- {name}:begin -->\n).*?(?=<!-- {name}:end -->)", text, re.DOTALL)
        if not marks:
            raise Refused(file, None, f"缺少标记 / the mark is missing: <!-- {name}:begin --> … <!-- {name}:end -->")
        text = text[: marks.start()] + content + text[marks.end() :]
    if text != before and write:
        file.write_text(text, encoding="utf-8")
    return text != before


def topic_table(topics: Mapping[str, Topic]) -> str:
    """Return the table of topics in Markdown."""
    rows = [
        (
            f"`{topic.name}`",
            f"{topic.zh} / {topic.en}",
            f"`{topic.key}`".replace("|", "\\|"),
            "12 (`XIANGMAI_PARTITIONS`)" if topic.partitions == "township" else str(topic.partitions),
            topic.cleanup if topic.retention_days is None else f"{topic.cleanup}, {topic.retention_days} d",
            "<br>".join(f"`{record}`" for record in topic.records) or "—",
        )
        for topic in topics.values()
    ]
    return _table(("topic", "what", "key", "partitions", "cleanup", "records"), rows)


def record_table(domains: Mapping[str, Domain]) -> str:
    """Return the table of records in Markdown."""
    rows = [(f"`{record.full_name}`", record.zh, record.en, record.doc) for record in all_records(domains).values()]
    return _table(("record", "中文", "English", "说明 / explanation"), rows)


def settings_table() -> str:
    """Return the table of settings in Markdown."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = "***" if name == "pseudonym_key" else "schemas/domains" if name == "domains" else str(default)
        rows.append((f"`XIANGMAI_{name.upper()}`", f"`{shown}`" if shown else "", field.description or ""))
    return _table(("variable", "default", "说明 / meaning"), rows)


def type_text(field: Field) -> str:
    """Return a field's type in a few words, such as `string?`, `enum(normal, urgent)` or `decimal(18, 2)`."""
    details = field.avro_type if isinstance(field.avro_type, dict) else {}
    text = field.logical or field.kind
    if field.symbols:
        text = f"enum({', '.join(field.symbols)})"
    elif field.logical == "decimal":
        text = f"decimal({details.get('precision')}, {details.get('scale', 0)})"
    elif field.kind in ("array", "map"):
        inner = details.get("items", details.get("values"))
        text = f"{field.kind}<{inner.get('name', inner.get('type')) if isinstance(inner, dict) else inner}>"
    return f"{text}?" if field.nullable else text


def rules_text(field: Field) -> str:
    """Return a field's rules in a few words."""
    return ", ".join(f"{rule} {field.attributes[rule]}" for rule in RULES if rule in field.attributes)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
