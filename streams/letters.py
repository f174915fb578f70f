"""Dead letters of a shard, gathered until they are written, with the bytes of the record wherever they are still at hand."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING

from streams.outputs import Encodes, Refusal, encode_refusal
from streams.packing import uuid_text

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        self._recent: list[tuple[str, Sequence[Record]]] = []

    def remember(self, topic: str, records: Sequence[Record]) -> None:
        """Keep a chunk until the next drain: an event of it may turn out to break a rule of its case."""
        if records:
            self._recent.append((topic, records))

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
        """Dead-letter an event of a case.

        Its record is looked for in the chunks at hand; an older one is named by its offset.
        """
        self._told.append((topic, township, event, reason, detail))

    def drain(self, encoder: Encodes, now: int) -> tuple[list[tuple[bytes, bytes]], Counter[str]]:
        """Return the dead letters encoded, and how many of them `tell` added, by reason; forget them and the chunks."""
        counts: Counter[str] = Counter()
        for topic, township, event, reason, detail in self._told:
            record = self._find(topic, event.offset)
            counts[reason] += 1
            self._refusals.append(
                Refusal(
                    topic,
                    self._partition,
                    event.offset,
                    township.encode() if record is None else record.key,
                    None if record is None else record.value,
                    reason,
                    detail,
                    uuid_text(event.id),
                    event.record_seconds * _SECOND_MS if record is None else record.timestamp,
                    now,
                )
            )
        encoded = [encode_refusal(refusal, encoder) for refusal in self._refusals]
        self._refusals, self._told, self._recent = [], [], []
        return encoded, counts

    def _find(self, topic: str, offset: int) -> Record | None:
        for chunk_topic, records in self._recent:
            if chunk_topic == topic and records[0].offset <= offset <= records[-1].offset:
                place = bisect_left(records, offset, key=attrgetter("offset"))
                return records[place] if records[place].offset == offset else None
        return None
