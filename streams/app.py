"""The Faust app: one agent on every domain topic, fed whole chunks, and the partitions behind it.

Faust gives the app, its agent and lifecycle, the consumer's thread, the group and the assignment. What it does not give
here: offsets, acks, tables, windows, transactions, a web server (see README.md, and streams/transport.py).
"""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import TYPE_CHECKING, Any, cast

import faust
from faust.app import BootStrategy
from faust.tables import TableManager
from yarl import URL

from streams.owner import RecordsMissed
from streams.partitions import Partitions
from streams.transport import ChunkConsumer, ChunkSchema, ChunkTransport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streams.edge import Edge
    from streams.options import WorkerOptions

logger = logging.getLogger(__name__)


class WorkerBoot(BootStrategy):
    """Starts what the worker uses: no producer of Faust's (writers are transactional) and no web server."""

    enable_kafka_producer = False
    enable_web = False


class NoTables(TableManager):
    """Faust's manager of tables, without the second it waits for tables to be declared: there are none."""

    async def on_start(self) -> None:
        """Call when the manager starts."""
        await self._update_channels()
        await self.recovery.start()


class WorkerApp(faust.App):
    """The Faust app with our transport. Give it its partitions with `serve` before it starts."""

    BootStrategy = WorkerBoot

    def __init__(self, group: str, bootstrap: str, options: WorkerOptions) -> None:
        self.worker_options = options
        brokers = ";".join(f"kafka://{address.strip()}" for address in bootstrap.split(","))
        super().__init__(
            group,
            broker=brokers,
            # Joining and leaving.
            broker_session_timeout=options.session_timeout_seconds,
            broker_heartbeat_interval=min(3.0, options.session_timeout_seconds / 3),
            broker_rebalance_timeout=60.0,  # a revoked worker publishes first; this is what it may take
            broker_request_timeout=max(40.0, options.session_timeout_seconds + 5),
            consumer_group_instance_id=options.instance,
            # Delivery: bytes in, whole chunks, a short queue (owners have their own bounded inboxes).
            key_serializer="raw",
            value_serializer="raw",
            stream_buffer_maxsize=16,
            stream_wait_empty=False,  # nothing is acknowledged, so nothing is waited for
            stream_recovery_delay=0.0,
            # What we do not use.
            store="memory://",
            TableManager=NoTables,
            table_standby_replicas=0,  # the assignor balances one worker's share of whole partitions
            topic_allow_declare=False,
            topic_disable_leader=True,
            web_enabled=False,
            web_tables_enabled=False,
            web_router_enabled=False,
            autodiscover=False,
            worker_redirect_stdouts=False,
        )
        self.transport = ChunkTransport([URL(url) for url in brokers.split(";")], self)

    def _create_directories(self) -> None:
        """Nothing of Faust's is kept on disk."""

    def serve(self, topics: Sequence[str], edge: Edge) -> Partitions:
        """Connect the agent, the rebalance and the clock to the partitions."""
        partitions = Partitions(edge, self.crash)

        async def intake(stream: Any) -> None:
            async for chunk in stream:
                try:
                    partitions.offer(chunk)
                except RecordsMissed as error:  # an agent that raises would be restarted as if nothing had happened
                    await self.crash(error)

        self.agent(
            self.topic(*topics, schema=ChunkSchema(key_serializer="raw", value_serializer="raw")), name="intake"
        )(intake)

        async def on_revoked(_: Any, revoked: Any, **__: Any) -> None:
            await partitions.on_revoked(revoked)

        async def on_assigned(_: Any, assigned: Any, **__: Any) -> None:
            await partitions.on_assigned(assigned, self.consumer_generation_id)

        # The signals hold weak references; without `weak=False` the handlers would vanish.
        self.on_partitions_revoked.connect(cast("Any", on_revoked), weak=False)
        self.on_partitions_assigned.connect(cast("Any", on_assigned), weak=False)
        return partitions

    @property
    def intake(self) -> ChunkConsumer:
        """The consumer, as the owners of partitions see it."""
        return cast("ChunkConsumer", self.consumer)


async def run_until(app: WorkerApp, partitions: Partitions, stop: asyncio.Event) -> BaseException | None:
    """Run the app until `stop` is set or it crashes; publish, leave the group, and return the reason of a crash."""
    clock = asyncio.create_task(partitions.keep_time())
    starting = asyncio.create_task(app.start())
    stopping = asyncio.create_task(stop.wait())
    crashing = asyncio.create_task(_crashed(app))
    try:
        await asyncio.wait({starting, stopping, crashing}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done() and not starting.cancelled() and starting.exception() is not None:
            return starting.exception()
        await asyncio.wait({stopping, crashing, clock}, return_when=asyncio.FIRST_COMPLETED)
        return app.crash_reason or (clock.exception() if clock.done() else None)
    finally:
        for task in (clock, stopping, crashing):
            task.cancel()
        await _stop(app, partitions, starting)


async def _crashed(app: WorkerApp) -> None:
    await app.wait_until_stopped()


async def _stop(app: WorkerApp, partitions: Partitions, starting: asyncio.Task[None]) -> None:
    try:
        async with asyncio.timeout(app.worker_options.stop_within_seconds):
            await partitions.close()
            starting.cancel()
            await app.stop()
    except TimeoutError:
        logger.warning(
            "the stop took longer than %g s; what was not committed is read again",
            app.worker_options.stop_within_seconds,
        )
    except Exception:
        logger.exception("while stopping")
    sys.stdout.flush()
