"""A registry in memory, with the same laws as the real one: for tests and for tools that work without a network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from schemas.registry import canonical_text

if TYPE_CHECKING:
    from collections.abc import Mapping


class MemoryRegistry:
    """Gives the same text the same id, counted from 1; never blocks, never judges compatibility."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._texts: dict[int, str] = {}
        self._subjects: dict[str, list[int]] = {}

    def register(self, subject: str, schema: Mapping[str, Any]) -> int:
        """Return the id of this schema, new or known."""
        text = canonical_text(schema)
        schema_id = self._ids.setdefault(text, len(self._ids) + 1)
        self._texts[schema_id] = text
        versions = self._subjects.setdefault(subject, [])
        if schema_id not in versions:
            versions.append(schema_id)
        return schema_id

    def schema_by_id(self, schema_id: int) -> dict[str, Any]:
        """Return the schema of an id; raises LookupError."""
        schema: dict[str, Any] = json.loads(self._texts[schema_id])
        return schema

    def versions(self, subject: str) -> list[dict[str, Any]]:
        """Return every schema of a subject, oldest first."""
        return [self.schema_by_id(schema_id) for schema_id in self._subjects.get(subject, ())]

    def latest(self, subject: str) -> dict[str, Any] | None:
        """Return the newest schema of a subject, None when there is none."""
        versions = self._subjects.get(subject)
        return self.schema_by_id(versions[-1]) if versions else None

    def subjects(self) -> list[str]:
        """Every subject, sorted."""
        return sorted(self._subjects)
