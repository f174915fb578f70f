"""Takes a partition over: fence, ask where the group stands, read the changelog, rebuild.

The order is the proof. (a) Initialising the partition's transactional id ends the predecessor's open transaction and
refuses it from then on. (b) Only then is the committed offset asked for: it can no longer move. What the consumer
fetched when it joined the group may be older. (c) Only then is the end of the changelog asked for: it cannot grow
either. Offsets and changelog were written by the same transactions, so the state read is exactly the state at those
offsets.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, NamedTuple

from faust.types import TP

from streams import metrics
from streams.changelog import RecoveryStalled, ends_of, read_changelog, reader
from streams.records import Ends
from streams.transactions import PartitionWriter

if TYPE_CHECKING:
    from streams.edge import Edge
    from streams.shard import Shard

logger = logging.getLogger(__name__)


class Recovered(NamedTuple):
    """A partition in our hands: its state, its writer, and the offsets (by topic) at which the state stands."""

    shard: Shard
    writer: PartitionWriter
    positions: dict[str, int]


async def recover(partition: int, edge: Edge) -> Recovered:
    """Take the partition over. Blocks for as long as the changelog takes; raises RecoveryStalled after the deadline.

    When it is cancelled or fails, the writer is closed; nothing was written.
    """
    async with edge.recoveries:
        return await _recover(partition, edge)


async def _recover(partition: int, edge: Edge) -> Recovered:
    began = time.monotonic()
    writer = PartitionWriter(
        bootstrap=edge.bootstrap, group=edge.group, partition=partition, options=edge.options, outputs=edge.outputs
    )
    try:
        async with asyncio.timeout(edge.options.recovery_deadline_seconds):
            await writer.start()
            positions = await _positions(partition, edge)
            shard, records = await _restore(partition, edge)
    except TimeoutError as error:
        await writer.stop()
        raise RecoveryStalled(
            f"partition {partition} was not taken over in {edge.options.recovery_deadline_seconds:g} s"
        ) from error
    except BaseException:
        await writer.stop()
        raise
    seconds = time.monotonic() - began
    metrics.RECOVERY_SECONDS.observe(seconds)
    logger.info(
        "partition %d taken over in %.2f s: %d changelog records, %d cases, %d cells, from offsets %s",
        partition,
        seconds,
        records,
        shard.case_count,
        shard.cell_count,
        positions,
    )
    _tell_what_is_missing(partition, shard)
    return Recovered(shard, writer, positions)


def _tell_what_is_missing(partition: int, shard: Shard) -> None:
    """Say what only a rebuild can mend: cases that lack what folds need, and a rebuild that was broken off."""
    for kind, count in shard.incomplete.items():
        fields = ", ".join(sorted(shard.lacking[kind])) or "?"
        metrics.INCOMPLETE_CASES.labels(str(partition), kind).set(count)
        logger.warning(
            "分区 %d：%d 件 %s 打包时未保留现在折叠所需的字段（%s），旧值为空；停止计算进程后运行 xiangmai rebuild %s --apply 补全 / "
            "partition %d: %d cases of %s were packed before all was kept that folds need now (%s), which is null in them; "
            "to complete them from the events, stop the workers and run: xiangmai rebuild %s --apply",
            *(partition, count, kind, fields, kind) * 2,
        )
    if shard.rebuild_unfinished:
        metrics.REBUILD_UNFINISHED.labels(str(partition)).set(1)
        logger.warning(
            "分区 %d：上次重算没有完成，数字与事项一致但可能仍是旧的；请停止计算进程后再运行 xiangmai rebuild --apply / "
            "partition %d: a rebuild was broken off here; numbers fit the cases, some of which may be as before. "
            "Stop the workers and run it again: xiangmai rebuild --apply",
            partition,
            partition,
        )


async def _positions(partition: int, edge: Edge) -> dict[str, int]:
    """Where to go on, by topic: the committed offset, or the oldest record when nothing was committed or it is gone."""
    tps = [TP(topic, partition) for topic in edge.topics]
    intake = edge.intake()
    committed, earliest = await intake.committed(tps), await intake.earliest(tps)
    positions = {}
    for tp in tps:
        offset, oldest = committed[tp], earliest[tp]
        if offset is not None and offset < oldest:
            metrics.DELETED_UNREAD.labels(tp.topic).inc(oldest - offset)
            logger.error(
                "%s/%d: offsets %d to %d were deleted by retention before they were read; "
                "numbers miss what they held. Import those events again.",
                tp.topic,
                partition,
                offset,
                oldest - 1,
            )
        positions[tp.topic] = max(offset or 0, oldest)
    return positions


async def _restore(partition: int, edge: Edge) -> tuple[Shard, int]:
    shard = edge.new_shard(partition)
    remaining_gauge = metrics.RECOVERY_REMAINING.labels(str(partition))
    records, outputs = 0, edge.outputs
    topics = (outputs.changelog, outputs.cases, outputs.indicators)
    async with reader(edge.bootstrap, f"changelog-reader-{partition}", topics) as consumer:
        async for chunk, remaining in read_changelog(consumer, outputs.changelog, partition, edge.options):
            remaining_gauge.set(remaining)
            records += len(chunk)
            for start in range(0, len(chunk), edge.options.slice_records):
                shard.restore(chunk[start : start + edge.options.slice_records])
                await asyncio.sleep(0)
        remaining_gauge.set(0)
        ends = await ends_of(consumer, (outputs.cases, outputs.indicators), partition)
    for _ in shard.finishing(edge.clock(), Ends(ends[outputs.cases], ends[outputs.indicators])):
        await asyncio.sleep(0)  # what is taken over already goes on meanwhile
    return shard, records
