"""Ends a worker that has work and makes no progress, so that its supervisor starts a fresh one.

Consumers are known to stop without a crash (a group coordinator that is never rejoined, a fetcher that waits for ever).
So the judge stands outside of what it judges: a thread of its own, with its own connection, asking the broker how far
the log reaches, and ending the process without asking the event loop. An event loop that does not turn at all, be it
that no thread gets the interpreter's lock any more, is ended by `guard_loop`, which needs no interpreter.
"""

from __future__ import annotations

import asyncio
import faulthandler
import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Final

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, LeaderNotAvailableError

from streams.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from streams.progress import Standing

logger = logging.getLogger(__name__)

EXIT_STALLED: Final = 70
_LOOK_EVERY_SECONDS: Final = 10.0
_ANSWER_MS: Final = 10_000


class Watchdog:
    """The thread. It calls `standing` at any time; `end` ends the process (os._exit unless a test says otherwise)."""

    def __init__(
        self,
        bootstrap: str,
        standing: Callable[[], Standing],
        *,
        stalled_after_seconds: float,
        end: Callable[[int], object] = os._exit,
    ) -> None:
        self._bootstrap = bootstrap
        self._standing = standing
        self._progress = Progress(stalled_after_seconds)
        self._end = end
        self._look_every_seconds = min(_LOOK_EVERY_SECONDS, stalled_after_seconds / 4)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Watch no more; a slow stop is somebody else's business."""
        self._stop.set()

    def _watch(self) -> None:
        consumer: KafkaConsumer | None = None
        while not self._stop.wait(self._look_every_seconds):
            standing = self._standing()
            ends: dict[tuple[str, int], int] = {}
            try:
                if standing.committed:
                    consumer = consumer or self._connected()
                    ends = _ends(consumer, standing.committed)
            except (KafkaError, OSError) as error:
                # Without an answer nobody is judged by lag.
                logger.warning("the watchdog cannot ask Kafka how far the topics reach: %s", type(error).__name__)
            problem = self._progress.problem(standing, ends, time.monotonic())
            if problem is not None and not self._stop.is_set():
                logger.critical(
                    "no progress: %s; this process ends (exit %d) and is to be started again", problem, EXIT_STALLED
                )
                _flush_logs()
                self._end(EXIT_STALLED)
        if consumer is not None:
            consumer.close(autocommit=False)

    def _connected(self) -> KafkaConsumer:
        return KafkaConsumer(
            bootstrap_servers=self._bootstrap.split(","),
            client_id="worker-watchdog",
            enable_auto_commit=False,
            bootstrap_timeout_ms=_ANSWER_MS,
            request_timeout_ms=_ANSWER_MS,
        )


async def guard_loop(stalled_after_seconds: float) -> None:
    """End the process (exit 1, with every thread's stack on stderr) once the event loop has not turned for so long.

    Runs until cancelled. faulthandler waits in a thread of plain C, so that it works when nothing else does.
    """
    try:
        while True:
            faulthandler.dump_traceback_later(stalled_after_seconds, exit=True)
            await asyncio.sleep(stalled_after_seconds / 10)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _ends(consumer: KafkaConsumer, places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """How far each partition reaches, by the broker."""
    tps = [TopicPartition(topic, partition) for topic, partition in places]
    try:
        ends = consumer.end_offsets(tps, timeout_ms=_ANSWER_MS)
    except KeyError as error:
        # kafka-python forgets partitions nobody leads, as all of a broker that just came back, and looks for them then.
        raise LeaderNotAvailableError(f"nobody leads {error}") from error
    return {(tp.topic, tp.partition): int(offset) for tp, offset in ends.items()}


def _flush_logs() -> None:
    """os._exit runs no handlers: what was said last must not be lost."""
    for handler in logging.getLogger().handlers:
        handler.flush()
