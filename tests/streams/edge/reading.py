"""Reads topics from beginning to end, the way a sink would: committed records only."""

from __future__ import annotations

from typing import Any

from kafka import KafkaConsumer, TopicPartition


def read_all(bootstrap: str, topic: str) -> list[Any]:
    """Every committed record of a topic, each partition in order."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        group_id=None,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        isolation_level="read_committed",
    )
    try:
        tps = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        consumer.assign(tps)
        ends = consumer.end_offsets(tps)
        consumer.seek_to_beginning(*tps)
        found: list[Any] = []
        while any(consumer.position(tp) < ends[tp] for tp in tps):
            for records in consumer.poll(timeout_ms=200).values():
                found += records
        return found
    finally:
        consumer.close(autocommit=False)


def settled(bootstrap: str, topic: str) -> bool:
    """Whether readers of committed records see as far as the log reaches: no transaction is open or half marked."""
    committed, written = (ends(bootstrap, topic, level) for level in ("read_committed", "read_uncommitted"))
    return committed == written


def ends(bootstrap: str, topic: str, isolation_level: str = "read_committed") -> dict[Any, int]:
    """How far every partition reaches for such a reader."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        group_id=None,
        enable_auto_commit=False,
        isolation_level=isolation_level,
    )
    try:
        tps = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        ends: dict[Any, int] = consumer.end_offsets(tps)
        return ends
    finally:
        consumer.close(autocommit=False)


class Standing:
    """Where a group stands on a topic, by the broker's word; one connection for many questions."""

    def __init__(self, bootstrap: str, group: str, topic: str) -> None:
        self._consumer = KafkaConsumer(bootstrap_servers=bootstrap.split(","), group_id=group, enable_auto_commit=False)
        numbers = sorted(self._consumer.partitions_for_topic(topic) or ())
        self._tps = [TopicPartition(topic, number) for number in numbers]

    def committed(self) -> dict[int, int | None]:
        """The committed offset of every partition."""
        return {tp.partition: self._consumer.committed(tp) for tp in self._tps}

    def ends(self) -> dict[int, int]:
        """How far every partition reaches."""
        return {tp.partition: offset for tp, offset in self._consumer.end_offsets(self._tps).items()}

    def caught_up(self) -> bool:
        """Whether nothing lies ahead of what is committed."""
        committed = self.committed()
        return all((committed[number] or 0) == end for number, end in self.ends().items())

    def progress(self) -> int:
        """Offsets committed, over all partitions."""
        return sum(offset or 0 for offset in self.committed().values())

    def close(self) -> None:
        self._consumer.close(autocommit=False)


def committed(bootstrap: str, group: str, topic: str) -> dict[int, int | None]:
    """The group's committed offset of every partition."""
    standing = Standing(bootstrap, group, topic)
    try:
        return standing.committed()
    finally:
        standing.close()
