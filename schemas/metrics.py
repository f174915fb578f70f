"""Metrics that more than one room counts; each is defined once, so that rooms can stand in one process."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter

DEAD_LETTERS: Final = Counter("xiangmai_dead_letters_total", "Records put aside as dead letters", ["stage", "reason"])
"""`stage`: worker, sink or import; `reason`: a word of schemas.errors, never a message."""
