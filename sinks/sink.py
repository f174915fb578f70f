"""One sink: records of some topics into ClickHouse, at least once from Kafka, exactly once in every answer.

    poll ─▶ batch ─▶ schemas known? ─▶ shape ─▶ insert, table by table ─▶ refused to dead letters ─▶ commit offsets

Offsets are committed only after every insert of the batch is acknowledged. Until then the same batch is tried again
with the same tokens: within ClickHouse's window a token that was taken adds nothing, beyond it the engine's versions
make repeats equal one. That a repeated insert is acknowledged proves nothing (sinks/tokens.py): its rows are looked
for. While ClickHouse or the registry is away the partitions are paused and polled, so the group keeps its member and
memory stays as it is.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any, Final

from tenacity import Retrying, retry_if_exception, wait_exponential_jitter

from schemas.errors import Unavailable
from schemas.metrics import DEAD_LETTERS
from sinks import metrics
from sinks.consumer import Member
from sinks.metrics import MEASURED_RECORDS
from sinks.tokens import fingerprint, landmarks, offsets_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from threading import Event

    from tenacity import RetryCallState

    from schemas.codec import Decoder
    from schemas.registry import SchemaRegistry
    from schemas.settings import Settings
    from sinks.dead_letters import DeadLetterWriter
    from sinks.settings import SinkSettings
    from sinks.shaping.shape import Message, Refusal, Shaper
    from sinks.tables import Table
    from sinks.warehouse import Warehouse

POLL_MS: Final = 200
WORTH_POLLING: Final = 500
REST_SECONDS: Final = 0.02
"""Asking Kafka costs milliseconds for a sink of many partitions, whatever comes. While little comes at a time, it is asked less often."""

IDLE_COMMIT_SECONDS: Final = 1.0

logger = logging.getLogger(__name__)


class Stopping(Exception):  # noqa: N818 - a request, not an error
    """The process was asked to stop while a batch waited: leave it uncommitted, it will be read again."""


class Sink:
    """Runs in a thread of its own with its own consumer and its own connection.

    `refused_to` takes the records the shaper refuses; None where somebody else makes dead letters of them, or
    where there must be none: then they are only counted. `run` names this run, differently from every other.
    """

    def __init__(
        self,
        name: str,
        topics: Sequence[str],
        shaper: Shaper,
        *,
        settings: Settings,
        sink_settings: SinkSettings,
        warehouse: Warehouse,
        registry: SchemaRegistry,
        decoder: Decoder,
        refused_to: DeadLetterWriter | None,
        run: str,
    ) -> None:
        self.name = name
        self.topics = tuple(topics)
        self.group = f"{sink_settings.group_prefix}-{name}"
        self._shaper = shaper
        self._settings = settings
        self._batching = sink_settings
        self._warehouse = warehouse
        self._registry = registry
        self._decoder = decoder
        self._refused_to = refused_to
        # Another run's token may stand for rows that never came to be seen (`tokens`): each run has names of its own.
        self._tokens = {table: f"{fingerprint(table)};{run}" for table in shaper.tables}
        self._sent_again = 0
        self._most = max(1, int(sink_settings.batch_rows / shaper.weight))
        self._pending: list[Message] = []
        self._oldest = 0.0
        self._last_commit = 0.0
        self._member: Member | None = None
        self._stop: Event | None = None

    def run(self, stop: Event) -> None:
        """Work until `stop` is set, then finish what was read, commit and leave the group.

        Raises QueryFailed for what ClickHouse will never take, and Unavailable when Kafka cannot be reached at the
        start or ClickHouse refuses the user; nothing of that is committed.
        """
        self._stop = stop
        self._member = member = Member(
            self._settings.kafka_bootstrap, self.group, self.topics, session_seconds=self._batching.session_seconds
        )
        try:
            while not stop.is_set():
                if 0 < self._step(member) < WORTH_POLLING:
                    stop.wait(min(REST_SECONDS, self._left_seconds()))
            if self._pending:
                self._flush(member)
        except Stopping:
            logger.info(
                "sink %s: stopped with %d records waiting; they will be read again", self.name, len(self._pending)
            )
        finally:
            member.close()
            self._warehouse.close()

    def _step(self, member: Member) -> int:
        """Take what is there, and store it when it is due; return how many records came."""
        most = self._most
        came: list[Message] = []
        room = most - len(self._pending)
        if room > 0:  # what came while the last batch was held may be a whole batch already
            came = member.poll(self._patience_ms(), room)
            self._take(came)
        if self._pending:
            if len(self._pending) >= most or not self._left_seconds():
                self._flush(member)
        elif time.monotonic() >= self._last_commit + IDLE_COMMIT_SECONDS:
            self._commit(member)
        return len(came)

    def _patience_ms(self) -> int:
        return min(POLL_MS, int(self._left_seconds() * 1000)) if self._pending else POLL_MS

    def _left_seconds(self) -> float:
        """How long what is pending may still wait; 0 when nothing is."""
        return max(0.0, self._oldest + self._batching.batch_seconds - time.monotonic()) if self._pending else 0.0

    def _take(self, messages: list[Message]) -> None:
        if messages and not self._pending:
            self._oldest = time.monotonic()
        self._pending.extend(messages)

    def _flush(self, member: Member) -> None:
        """Insert what is pending and commit; returns when it is done, however long ClickHouse stays away."""
        batch, self._pending = self._pending, []
        try:
            self._persist(member, lambda: self._learn(batch))
            shaped = self._shaper.shape(batch)
            offsets, stamps = offsets_of(batch), measured_stamps(batch)
            for table, columns in shaped.blocks.items():
                self._persist(member, self._inserting(table, columns, f"{self._tokens[table]};{offsets}"))
                self._measure(table, len(columns[0]), stamps)
            if shaped.refused:
                self._persist(member, lambda: self._refuse(shaped.refused))
        except Stopping:
            self._pending = batch + self._pending
            raise
        finally:
            if member.held:
                member.resume()
                metrics.WAITING.labels(self.name).set(0)
        self._commit(member)

    def _inserting(self, table: Table, columns: Sequence[Sequence[Any]], token: str) -> Callable[[], None]:
        """Return the insert of a block, to be called until it is acknowledged."""
        tried = False

        def insert() -> None:
            nonlocal tried
            began = time.perf_counter()
            repeated, tried = tried, True
            try:
                self._insert(table, columns, token)
                if repeated and not self._arrived(table, columns):
                    self._sent_again += 1
                    logger.warning(
                        "sink %s: %s took a token without its rows; they are sent again", self.name, table.name
                    )
                    self._insert(table, columns, f"{token};again:{self._sent_again}")
            except Exception as error:
                again = isinstance(error, Unavailable) and error.retryable
                metrics.BATCHES.labels(table.name, "retried" if again else "failed").inc()
                raise
            metrics.INSERT_SECONDS.labels(table.name).observe(time.perf_counter() - began)

        return insert

    def _insert(self, table: Table, columns: Sequence[Sequence[Any]], token: str) -> None:
        self._warehouse.insert(table, columns, token)

    def _arrived(self, table: Table, columns: Sequence[Sequence[Any]]) -> bool:
        places = landmarks(table, columns)
        return bool(places) and self._warehouse.has(table, places)

    @staticmethod
    def _measure(table: Table, rows: int, stamps: Sequence[int]) -> None:
        metrics.BATCHES.labels(table.name, "inserted").inc()
        metrics.ROWS.labels(table.name).inc(rows)
        metrics.BATCH_ROWS.labels(table.name).observe(rows)
        metrics.LAST_SUCCESS.labels(table.name).set_to_current_time()
        measure_end_to_end(table.name, stamps)

    def _learn(self, batch: Sequence[Message]) -> None:
        """Have every schema of the batch; raises Unavailable when the registry is away: not asked is not unknown."""
        for schema_id in sorted(self._decoder.missing_ids(message.value for message in batch)):
            try:
                schema = self._registry.schema_by_id(schema_id)
            except LookupError:
                self._decoder.mark_unknown(schema_id)
            else:
                self._decoder.learn(schema_id, schema)

    def _refuse(self, refused: Sequence[Refusal]) -> None:
        if self._refused_to is None:
            for _, reason in refused:
                metrics.SKIPPED.labels(self.name, reason.reason).inc()
            return
        self._refused_to.write(refused)
        for _, reason in refused:
            DEAD_LETTERS.labels("sink", reason.reason).inc()

    def _commit(self, member: Member) -> None:
        self._last_commit = time.monotonic()
        member.commit(self._pending)

    def _persist(self, member: Member, attempt: Callable[[], None]) -> None:
        """Call `attempt` until it succeeds, holding the group membership in the pauses between."""
        Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Unavailable) and error.retryable),
            wait=wait_exponential_jitter(multiplier=0.1, max=self._batching.retry_seconds, jitter=0.5),
            sleep=lambda seconds: self._hold(member, seconds),
            before_sleep=self._tell,
            reraise=True,
        )(attempt)

    def _tell(self, state: RetryCallState) -> None:
        if state.attempt_number == 1 and state.outcome is not None:
            logger.warning("sink %s waits: %s", self.name, state.outcome.exception())
            metrics.WAITING.labels(self.name).set(1)

    def _hold(self, member: Member, seconds: float) -> None:
        """Wait without losing the membership: paused partitions are polled. Raises Stopping when asked to stop."""
        deadline = time.monotonic() + seconds
        while True:
            if self._stop is not None and self._stop.is_set():
                raise Stopping
            member.hold()
            left = deadline - time.monotonic()
            # A rebalance may hand over partitions that are not held yet: what they give is kept for the next batch.
            self._take(member.poll(max(0, min(POLL_MS, int(left * 1000)))))
            if left <= 0:
                return


def measured_stamps(batch: Sequence[Message]) -> list[int]:
    """Return Kafka's times of evenly chosen records of a batch, the oldest among them."""
    stamps = sorted([message.timestamp for message in batch])
    return stamps[:: max(1, len(stamps) // MEASURED_RECORDS)]


def measure_end_to_end(table: str, stamps: Sequence[int]) -> None:
    """Record how long records of these times took from Kafka to the acknowledgement."""
    now = time.time()
    histogram = metrics.END_TO_END_SECONDS.labels(table)
    for stamp in stamps:
        histogram.observe(max(0.0, now - stamp / 1000))
