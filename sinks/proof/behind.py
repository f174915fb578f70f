"""Who is behind, asked of Kafka: the worker and the sinks. A difference proves something only once nobody is.

What was in Kafka at some moment is in the warehouse, and counted, when the worker and the sink of events have read it, and
after that the sinks of cells and cases have read what the worker had published by then.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from schemas import topics

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from types import TracebackType

    from schemas.settings import Settings
    from sinks.layout import Layout
    from sinks.settings import SinkSettings

_ANSWER_SECONDS: Final = 3.0

Place = tuple[str, int]
"""(topic, partition)."""


class Behind(NamedTuple):
    """How many records a reader of a topic has not committed yet."""

    group: str
    topic: str
    records: int


class Groups(NamedTuple):
    """The consumer groups that a verification depends on, with their topics: those of events, then those of what follows."""

    events: Mapping[str, Collection[str]]
    published: Mapping[str, Collection[str]]

    @classmethod
    def of(cls, layout: Layout, settings: Settings, sinks: SinkSettings) -> Groups:
        """Return the worker and the sinks of these settings."""
        domains = [table.topic for table in layout.events]
        prefix = sinks.group_prefix
        return cls(
            {settings.worker_id: domains, f"{prefix}-events": domains},
            {f"{prefix}-indicators": [topics.INDICATORS], f"{prefix}-cases": [topics.CASES]},
        )


class Snapshot(NamedTuple):
    """Where everybody stood at a moment: the ends of the partitions, and what each group had committed of them."""

    at: float
    ends: Mapping[Place, int]
    committed: Mapping[tuple[str, Place], int]

    def reached(self, groups: Mapping[str, Collection[str]], ends: Mapping[Place, int]) -> bool:
        """Return whether these groups have read their topics up to these ends. One that never read a partition has not."""
        return all(
            self.committed.get((group, place), 0) >= end
            for group, named in groups.items()
            for place, end in ends.items()
            if place[0] in named
        )

    def behind(self, groups: Groups) -> tuple[Behind, ...]:
        """Return who is behind, and by how much."""
        found: dict[tuple[str, str], int] = {}
        for group, named in {**groups.events, **groups.published}.items():
            for place, end in self.ends.items():
                missing = end - self.committed.get((group, place), 0) if place[0] in named else 0
                if missing > 0:
                    found[group, place[0]] = found.get((group, place[0]), 0) + missing
        return tuple(Behind(group, topic, records) for (group, topic), records in sorted(found.items()))


def caught_up(snapshots: Sequence[Snapshot], groups: Groups, since: float) -> float | None:
    """Return the first moment at which all that was in Kafka at `since` had gone through the line; None: not yet seen."""
    wanted: Mapping[Place, int] | None = None
    published: Mapping[Place, int] | None = None
    for snapshot in snapshots:
        if snapshot.at < since:
            continue
        wanted = snapshot.ends if wanted is None else wanted
        if published is None and snapshot.reached(groups.events, wanted):
            published = snapshot.ends
        if published is not None and snapshot.reached(groups.published, published):
            return snapshot.at
    return None


class Readers:
    """Asks Kafka. Where it does not answer in so many seconds, `look` answers False and nothing is known."""

    def __init__(self, bootstrap: str, groups: Groups, *, answer_seconds: float = _ANSWER_SECONDS) -> None:
        # That Kafka is away is told in our own words, once.
        logging.getLogger("kafka").setLevel(logging.CRITICAL)
        self._bootstrap = bootstrap
        self._groups = groups
        self._answer_ms = int(answer_seconds * 1_000)
        self._snapshots: list[Snapshot] = []
        self._admin: Any = None
        self._consumer: Any = None

    def look(self, at: float) -> bool:
        """Take a snapshot; returns whether Kafka answered."""
        try:
            self._connect()
            self._snapshots.append(self._snapshot(at))
        except (KafkaError, OSError, ValueError, KeyError):
            # A KeyError: kafka-python looks for partitions nobody leads, which it forgot, as all of a broker that just came back.
            self.close()
            self._snapshots.clear()
            return False
        return True

    def caught_up(self, since: float) -> float | None:
        """Return when all that was there at `since` had gone through the line, as far as was looked."""
        return caught_up(self._snapshots, self._groups, since)

    def behind(self) -> tuple[Behind, ...]:
        """Return who was behind at the last look."""
        return self._snapshots[-1].behind(self._groups) if self._snapshots else ()

    def close(self) -> None:
        """Close the connections."""
        admin, consumer, self._admin, self._consumer = self._admin, self._consumer, None, None
        # A broker that is away cannot be told good-bye; the sockets close all the same.
        with suppress(KafkaError, OSError, ValueError):
            if admin is not None:
                admin.close()
        with suppress(KafkaError, OSError, ValueError):
            if consumer is not None:
                consumer.close(autocommit=False)

    def _connect(self) -> None:
        common: dict[str, Any] = {
            "bootstrap_servers": self._bootstrap.split(","),
            "client_id": "xiangmai-verify",
            "request_timeout_ms": self._answer_ms,
            "bootstrap_timeout_ms": self._answer_ms,
        }
        if self._admin is None:
            self._admin = KafkaAdminClient(**common)
        if self._consumer is None:
            self._consumer = KafkaConsumer(
                **common, group_id=None, enable_auto_commit=False, isolation_level="read_committed"
            )

    def _snapshot(self, at: float) -> Snapshot:
        """Ask for what is committed first: what is read then is no more than the ends asked for after it."""
        groups = {**self._groups.events, **self._groups.published}
        committed = {
            (group, (place.topic, place.partition)): offset.offset
            for group, offsets in self._admin.list_group_offsets(sorted(groups)).items()
            for place, offset in offsets.items()
            if offset.offset >= 0
        }
        places = [
            TopicPartition(topic, partition)
            for topic in sorted({topic for named in groups.values() for topic in named})
            for partition in self._consumer.partitions_for_topic(topic) or ()
        ]
        ends = self._consumer.end_offsets(places)
        return Snapshot(at, {(place.topic, place.partition): end for place, end in ends.items()}, committed)

    def __enter__(self) -> Self:
        """Return the readers themselves."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()
