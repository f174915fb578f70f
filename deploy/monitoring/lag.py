"""How far consumer groups are behind, asked of the broker: what a consumer says of itself is not evidence.

The difference of two offsets is not yet a backlog: on topics written in transactions the last offset is a marker, which
no consumer ever reads. So a partition that seems behind is looked into: if no record stands between the committed
offset and the end, it is not behind; if one does, its timestamp says since when.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import LeaderNotAvailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROBE_SECONDS: Final = 2.0
PROBE_BYTES: Final = 65_536
PATIENCE_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Lag:
    """One group's standing on one partition. `waiting_since_ms`: timestamp of the oldest unread record, or None."""

    group: str
    topic: str
    partition: int
    committed: int
    records: int
    waiting_since_ms: int | None


class LagReader:
    """Reads the lag of every group of a cluster. One thread; `read` blocks; raises kafka's KafkaError when away.

    `patience_seconds` is how long one answer may take.
    """

    def __init__(self, bootstrap: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        patience_ms = int(patience_seconds * 1000)
        common: dict[str, Any] = {
            "bootstrap_servers": bootstrap,
            "client_id": "xiangmai-lag",
            "request_timeout_ms": patience_ms,
            "bootstrap_timeout_ms": patience_ms,
        }
        self._admin = KafkaAdminClient(**common)
        self._probe = KafkaConsumer(
            **common,
            group_id=None,
            enable_auto_commit=False,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=PROBE_BYTES,
        )

    def close(self) -> None:
        """Close both connections."""
        self._admin.close()
        self._probe.close()

    def read(self, groups: Iterable[str] | None = None) -> list[Lag]:
        """The standing of these groups (default: all that have committed anything) on each of their partitions."""
        names = sorted(groups) if groups is not None else sorted({one["group_id"] for one in self._admin.list_groups()})
        if not names:
            return []
        committed = {
            group: {place: offset.offset for place, offset in offsets.items() if offset.offset >= 0}
            for group, offsets in self._admin.list_group_offsets(names).items()
        }
        ends = self._ends(sorted({place for offsets in committed.values() for place in offsets}))
        return [lag for group, offsets in committed.items() for lag in self._of_group(group, offsets, ends)]

    def _ends(self, places: list[TopicPartition]) -> Mapping[TopicPartition, int]:
        try:
            ends: Mapping[TopicPartition, int] = self._probe.end_offsets(places)
        except KeyError as error:
            # kafka-python forgets partitions nobody leads, as all of a broker that just came back, and looks for them then.
            raise LeaderNotAvailableError(f"nobody leads {error}") from error
        return ends

    def _of_group(
        self, group: str, offsets: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> list[Lag]:
        behind = {place: offset for place, offset in offsets.items() if ends[place] > offset}
        oldest = self._oldest_unread(behind, ends)
        return [
            Lag(
                group,
                place.topic,
                place.partition,
                offset,
                ends[place] - offset if place in oldest else 0,
                oldest.get(place),
            )
            for place, offset in sorted(offsets.items())
        ]

    def _oldest_unread(
        self, behind: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, int]:
        if not behind:
            return {}
        self._probe.assign(list(behind))
        for place, offset in behind.items():
            self._probe.seek(place, offset)
        found: dict[TopicPartition, int] = {}
        unseen = set(behind)
        deadline = time.monotonic() + PROBE_SECONDS
        while unseen and time.monotonic() < deadline:
            for place, records in self._probe.poll(timeout_ms=200, max_records=500).items():
                if records and place in unseen:
                    found[place] = records[0].timestamp
                    unseen.discard(place)
            unseen -= {place for place in unseen if self._probe.position(place) >= ends[place]}
        # What could not be read in time is behind as far as we know: an unread record is the safer assumption.
        now = int(time.time() * 1000)
        return found | dict.fromkeys(unseen, now)
