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
from streams.changelog import RecoveryStalled, ends_of, read_changelog
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
    return Recovered(shard, writer, positions)


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
    records = 0
    async for chunk, remaining in read_changelog(edge.bootstrap, edge.outputs.changelog, partition, edge.options):
        remaining_gauge.set(remaining)
        records += len(chunk)
        for start in range(0, len(chunk), edge.options.slice_records):
            shard.restore(chunk[start : start + edge.options.slice_records])
            await asyncio.sleep(0)
    remaining_gauge.set(0)
    ends = await ends_of(edge.bootstrap, (edge.outputs.cases, edge.outputs.indicators), partition)
    shard.finish_restore(edge.clock(), Ends(ends[edge.outputs.cases], ends[edge.outputs.indicators]))
    return shard, records
