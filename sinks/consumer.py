"""Membership in a consumer group: committed records from the beginning, offsets committed when we say so, not before.

kafka-python's defaults (latest, auto-commit, read uncommitted) are wrong for a sink, and one fault of its 3.0.12 is
mended here: see `Member.poll`.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import CommitFailedError, IllegalStateError, KafkaError, RebalanceInProgressError
from kafka.structs import OffsetAndMetadata

from schemas.errors import Unavailable
from sinks.fetched import read_quickly

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sinks.shaping.shape import Message

SESSION_SECONDS: Final = 15.0
JOIN_MS: Final = 5_000
POSITION_MS: Final = 1_000
COMMIT_MS: Final = 10_000
CLOSE_MS: Final = 3_000
TOPICS_SECONDS: Final = 30.0

logger = logging.getLogger(__name__)


class Member:
    """A member of the group reading these topics, in the thread that made it. Raises Unavailable when Kafka is away.

    One that was killed is missed after `session_seconds`, and only then can its successor begin. Heartbeats have a thread
    of their own, so a long insert is not taken for a death.
    """

    def __init__(
        self, bootstrap: str, group: str, topics: Sequence[str], *, session_seconds: float = SESSION_SECONDS
    ) -> None:
        self._group = group
        try:
            self._consumer: Any = KafkaConsumer(
                bootstrap_servers=bootstrap.split(","),
                client_id=group,
                group_id=group,
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                isolation_level="read_committed",
                allow_auto_create_topics=False,
                partition_assignment_strategy=[RangePartitionAssignor],
                session_timeout_ms=int(session_seconds * 1000),
                heartbeat_interval_ms=int(session_seconds * 1000 / 5),
                fetch_max_bytes=16 * 1024 * 1024,
                max_partition_fetch_bytes=2 * 1024 * 1024,
            )
        except KafkaError as error:
            raise Unavailable("Kafka", bootstrap, cause=type(error).__name__) from error
        read_quickly(self._consumer)
        self._coordinator = self._consumer._coordinator  # noqa: SLF001 - see `poll`
        self._committed: dict[TopicPartition, int] = {}
        self._generation: int | None = None
        self._await_topics(bootstrap, topics)
        self._consumer.subscribe(list(topics))

    def poll(self, timeout_ms: int, most: int | None = None) -> list[Message]:
        """Return what has arrived, waiting up to `timeout_ms` for the first record, longer while the group is joined.

        kafka-python 3.0.12 asks "must I join again?" of flags that the first half of a join may clear, and starts anew
        when a join ended between two polls. A poll that is shorter than a join can so leave the member half joined for
        ever: no heartbeats, no commits. Kafka's own client asks "or is a join under way?" as well; so do we, and a join
        is given time to end within one poll.
        """
        if self._coordinator.rejoining:
            self._coordinator.request_rejoin()
        if self._coordinator.need_rejoin():
            self._coordinator.poll(timeout_ms=JOIN_MS)
        polled: Mapping[TopicPartition, list[Message]] = self._consumer.poll(timeout_ms=timeout_ms, max_records=most)
        return [message for messages in polled.values() for message in messages]

    @property
    def partitions(self) -> set[TopicPartition]:
        """Return the partitions this member has."""
        found: set[TopicPartition] = self._consumer.assignment()
        return found

    @property
    def held(self) -> bool:
        """Whether partitions are paused."""
        return bool(self._consumer.paused())

    @property
    def member_id(self) -> str:
        """Return the id the broker gave this member; empty before it has joined."""
        return str(self._consumer.group_metadata().member_id or "")

    def hold(self) -> None:
        """Fetch nothing more; polling goes on to keep the membership."""
        self._consumer.pause(*self._consumer.assignment())

    def resume(self) -> None:
        """Fetch again."""
        self._consumer.resume(*self._consumer.paused())

    def commit(self, pending: Iterable[Message] = ()) -> None:
        """Commit where this member stands, short of `pending`, which was polled and is not stored yet.

        That is also past what is no record, the marks of transactions: a member with nothing to do has no lag. What
        cannot be committed is logged and committed the next time, or read again by whoever has the partition then.
        """
        generation: int | None = self._consumer.group_metadata().generation_id
        if generation != self._generation:
            # Another member may have had our partitions, and have left the group's offsets elsewhere than we did.
            self._committed, self._generation = {}, generation
        kept_back: dict[TopicPartition, int] = {}
        for message in pending:
            kept_back.setdefault(TopicPartition(message.topic, message.partition), message.offset)
        try:
            offsets = {place: kept_back.get(place, self._position(place)) for place in self.partitions}
            moved = {
                place: offset
                for place, offset in offsets.items()
                if offset is not None and self._committed.get(place) != offset
            }
            if moved:
                marked = {place: OffsetAndMetadata(offset, "", -1) for place, offset in moved.items()}
                self._consumer.commit(marked, timeout_ms=COMMIT_MS)
                self._committed |= moved
        except (CommitFailedError, RebalanceInProgressError, IllegalStateError) as error:
            # The partitions move. Whoever gets them reads the records again; a repeat changes nothing.
            logger.info("group %s: offsets not committed yet (%s)", self._group, type(error).__name__)
        except KafkaError as error:
            logger.warning("group %s: offsets not committed (%s); tried again with the next batch", self._group, error)

    def close(self) -> None:
        """Leave the group without committing anything more."""
        self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def _position(self, place: TopicPartition) -> int | None:
        position: int | None = self._consumer.position(place, timeout_ms=POSITION_MS)
        return position

    def _await_topics(self, bootstrap: str, topics: Sequence[str]) -> None:
        """Wait until Kafka shows the topics: a member that joins before gets no partitions and has to join twice."""
        deadline = time.monotonic() + TOPICS_SECONDS
        while missing := [topic for topic in topics if not self._consumer.partitions_for_topic(topic)]:
            if time.monotonic() > deadline:
                self.close()
                raise Unavailable("Kafka", bootstrap, cause=f"没有主题 no topic {', '.join(missing)}")
            time.sleep(0.1)
