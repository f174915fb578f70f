"""One thing that is not well, as it is told."""

from __future__ import annotations

from dataclasses import dataclass

PAGE, TICKET = "page", "ticket"


@dataclass(frozen=True)
class Finding:
    """One thing that is not well. `what` it is about, as a program may look for it; `command` is what to type first."""

    severity: str
    what: str
    zh: str
    en: str
    do_zh: str
    do_en: str
    command: str
