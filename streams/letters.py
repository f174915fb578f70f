"""Dead letters of a shard, gathered until they are written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from streams.outputs import Refusal, encode_refusal
from streams.packing import uuid_text

if TYPE_CHECKING:
    from streams.cell_outputs import Encodes
    from streams.packing import Event
    from streams.records import Record

_SECOND_MS = 1000


class Letters:
    """Refused records of one partition.

    `counts` are those told since it was last read, by reason, beyond `Applied.dead`.
    """

    def __init__(self, partition: int) -> None:
        self._partition = partition
        self._refusals: list[Refusal] = []
        self._told: list[tuple[str, str, Event, str, str]] = []

    def refuse(self, topic: str, record: Record, reason: str, detail: str, event_id: str | None, now: int) -> None:
        """Dead-letter a record at hand."""
        self._refusals.append(
            Refusal(
                topic,
                self._partition,
                record.offset,
                record.key,
                record.value,
                reason,
                detail,
                event_id,
                record.timestamp,
                now,
            )
        )

    def tell(self, topic: str, township: str, event: Event, reason: str, detail: str) -> None:
        """Dead-letter an event of a case. Its record is long gone; topic, partition and offset say where it stands."""
        self._told.append((topic, township, event, reason, detail))

    def drain(self, encoder: Encodes, now: int) -> tuple[list[tuple[bytes, bytes]], Counter[str]]:
        """Return the dead letters encoded, and how many of them `tell` added, by reason; forget them."""
        counts: Counter[str] = Counter()
        for topic, township, event, reason, detail in self._told:
            counts[reason] += 1
            self._refusals.append(
                Refusal(
                    topic,
                    self._partition,
                    event.offset,
                    township.encode(),
                    None,
                    reason,
                    detail,
                    uuid_text(event.id),
                    event.record_seconds * _SECOND_MS,
                    now,
                )
            )
        encoded = [encode_refusal(refusal, encoder) for refusal in self._refusals]
        self._refusals, self._told = [], []
        return encoded, counts
