"""The gate: refuses a record that is undocumented, untagged, out of form or incompatible; says which field and why."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.compatibility import breaks
from schemas.domain import ENVELOPE, EVENT_VOIDED, SYSTEM_FOLDER, all_records, load_system
from schemas.history import published_shape, read_history, unpublished, versions_in_folder, versions_in_git
from schemas.record_form import Words, form_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.domain import Domain, EventSchema
    from schemas.history import Versions
    from schemas.registry import SchemaRegistry


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason to refuse: the record, the field (empty for the record itself), and why, in both languages."""

    file: Path
    record: str
    field: str
    zh: str
    en: str

    def __str__(self) -> str:
        place = f"{self.record}.{self.field}" if self.field else self.record
        file = os.path.relpath(self.file)
        return f"{file}: {place}: {self.zh} / {self.en}"


def check_form(domains: Mapping[str, Domain]) -> list[Problem]:
    """Hold every record to the house's form: documentation, privacy tags, rules that make sense, the envelope."""
    records = all_records(domains)
    envelope = records[ENVELOPE].schema["fields"]
    events = {EVENT_VOIDED}.union(*(domain.events for domain in domains.values()))
    problems = []
    for record in records.values():
        problems += _problems(record, form_problems(record.schema, envelope if record.full_name in events else None))
    return problems


def check_history(domains: Mapping[str, Domain], against: str = "history") -> list[Problem]:
    """Compare with earlier versions, offline: `history` (every published one), a folder, or a git ref."""
    problems = []
    for folder, records in _folders(domains):
        versions = _versions(folder, against)
        for record in records.values():
            for number, old in enumerate(versions.get(record.full_name, ()), start=1):
                since = f"v{number}" if against == "history" else against
                problems += _problems(record, _breaks(old, record, since))
        namespace = next(iter(records)).rpartition(".")[0]
        problems += [
            Problem(
                folder,
                name,
                "",
                "记录被删去，但它的事件仍在主题中",
                "the record was removed; its events are still there",
            )
            for name in sorted(set(versions) - set(records))
            if name.rpartition(".")[0] == namespace
        ]
    return problems


def check_published(domains: Mapping[str, Domain]) -> list[Problem]:
    """Say which records changed their shape since they were last published (`xiangmai schemas publish`)."""
    return [
        Problem(
            record.file,
            record.full_name,
            "",
            "结构有变但未写入 history.json；请运行 xiangmai schemas publish 并提交",
            "its shape is not in history.json: run `xiangmai schemas publish` and commit",
        )
        for folder, records in _folders(domains)
        for record in unpublished(records.values(), read_history(folder))
    ]


def check_registry(domains: Mapping[str, Domain], registry: SchemaRegistry) -> list[Problem]:
    """Compare every record with every version in the registry, registering nothing. Blocks; raises Unavailable.

    The registry is asked as well: what it would refuse for reasons of its own is told in its words.
    """
    problems = []
    for record in all_records(domains).values():
        words = []
        for number, old in enumerate(registry.versions(record.full_name), start=1):
            words += _breaks(published_shape(old), record, f"v{number}@registry")
        if not words:
            reasons = registry.compatible(record.full_name, record.schema)
            words = [("", "注册中心不接受", f"the registry refuses: {reason}") for reason in reasons]
        problems += _problems(record, words)
    return problems


def _breaks(old: Mapping[str, Any], record: EventSchema, since: str) -> list[Words]:
    return [
        (found.field, f"{found.zh}（与 {since} 不兼容）", f"{found.en} (incompatible with {since})")
        for found in breaks(old, record.schema)
    ]


def _folders(domains: Mapping[str, Domain]) -> Iterable[tuple[Path, Mapping[str, EventSchema]]]:
    yield SYSTEM_FOLDER, load_system()
    for domain in domains.values():
        yield domain.folder, domain.events


def _versions(folder: Path, against: str) -> Versions:
    if against == "history":
        return read_history(folder)
    return versions_in_folder(Path(against)) if Path(against).is_dir() else versions_in_git(folder, against)


def _problems(record: EventSchema, words: Iterable[Words]) -> list[Problem]:
    return [Problem(record.file, record.full_name, field, zh, en) for field, zh, en in words]
