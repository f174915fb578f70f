"""Topics that the worker holds because too many records in a row were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deploy.doctor.finding import PAGE, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from deploy.doctor.snapshot import Snapshot


def held_findings(seen: Snapshot) -> Iterator[Finding]:
    """Tell of every held topic, with both ways out."""
    for topic, count in held_topics(seen).items():
        behind = [
            lag for lag in seen.lags or () if lag.group == seen.worker_group and lag.topic == topic and lag.records
        ]
        waiting, place = (
            sum(lag.records for lag in behind),
            f"{topic}/{behind[0].partition if behind else '<partition>'}",
        )
        yield Finding(
            PAGE,
            f"held:{topic}",
            f"{topic} 有 {count:.0f} 个分区暂停：连续太多条被拒，多半是一次错误的发布；{waiting} 条在 Kafka 中等待，其他主题照常",
            f"{count:.0f} partitions of {topic} are held: too many records in a row were refused, most likely by a bad release; "
            f"{waiting} records wait in Kafka, other topics flow",
            f"看死信的原因并修好，重启计算进程即从停下处继续，再 xiangmai deadletters replay；"
            f"记录确属错误、修不好时才 xiangmai deadletters accept {place} 后重启",
            "mend what the dead letters tell of, then restart the worker: it goes on where it stopped; then xiangmai deadletters "
            f"replay. Only if the records themselves are bad: xiangmai deadletters accept {place}, and restart",
            "xiangmai deadletters list --since 1d",
        )


def held_topics(seen: Snapshot) -> dict[str, float]:
    """Return the topics of which partitions are held, and how many: their lag is no fault of its own."""
    held = seen.of("worker").by("xiangmai_worker_held_partitions", "topic")
    return {topic: count for topic, count in held.items() if count}
