"""How reference data reaches its compacted topics: the newest record of a code counts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rich.console import Console
from rich.progress import track

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.settings import Settings

CONFIRM_SECONDS: Final = 60.0
_MANY: Final = 1000
_Item = TypeVar("_Item")


def send(settings: Settings, topic: str, record: str, records: Sequence[dict[str, Any]]) -> None:
    """Write the records, keyed by their code, and wait until all are confirmed; a terminal sees how far it is.

    Nothing is sent unless all can be. Raises Unavailable, InvalidEvent.
    """
    from producers.preparation import Preparation
    from producers.sender import Sender
    from schemas.domain import load_domains
    from schemas.registry import SchemaRegistry
    from schemas.topics import ensure_topics, load_topics

    with SchemaRegistry(settings.registry_url) as registry:
        preparation = Preparation(settings, load_domains(settings.domains), registry)
        preparation.prepare([record])
    encoded = []
    for each in _told(records, "编码 encoding"):
        preparation.check(record, each, now_ms())
        encoded.append((each["code"], preparation.encode(record, each)))
    ensure_topics(
        settings.kafka_bootstrap,
        partitions=settings.partitions,
        replication_factor=settings.replication_factor,
        topics=[load_topics()[topic]],
    )
    with Sender(settings, client_id=f"xiangmai-{topic}") as sender:
        for code, value in _told(encoded, "写入 sending"):
            sender.send(topic, code.encode(), value, label=code)
        sender.flush(CONFIRM_SECONDS)


def _told(items: Sequence[_Item], what: str) -> Iterator[_Item]:
    """Yield the items with a bar of progress on standard error: only in a terminal, and only where it takes a while."""
    console = Console(stderr=True)
    bar = track(items, what, console=console, transient=True, disable=len(items) < _MANY or not console.is_terminal)
    yield from bar


def now_ms() -> int:
    """Return the time now, in ms since the epoch."""
    return time.time_ns() // 1_000_000
