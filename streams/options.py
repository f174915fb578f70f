"""The knobs of the worker's edge, each with its reason. What a county sets stands in schemas.settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How the edge reads, folds, publishes and gives up."""

    instance: str | None = None
    """Static group membership: a worker restarted under the same name gets its partitions back at once, where a
    nameless one waits until the dead member's session ends. Unique per worker process."""

    session_timeout_seconds: float = 15.0
    """After this long without a heartbeat the group gives a worker's partitions away. Heartbeats run in the consumer's
    own thread, so that a long fold does not stop them."""

    fetch_records: int = 5_000
    """Most records handed over in one fetch, of all partitions together."""

    fetch_bytes: int = 1 << 20
    """Most bytes fetched of one partition at a time; also what the client holds back per partition."""

    fetch_wait_seconds: float = 0.1
    """How long the broker may hold a fetch open. A client has one fetch under way per broker, so this is also the
    longest a partition that just became fetchable waits for its turn."""

    fetch_pause_seconds: float = 0.0001
    """How long to wait between two questions for records, for each partition there is (streams/pacing.py): 25 ms with twenty-one domains
    of twelve partitions, less than a thousandth of a second with one domain of four."""

    inbox_records: int = 20_000
    inbox_bytes: int = 8 << 20
    """A partition whose inbox holds more is not fetched until half of it is folded."""

    slice_records: int = 500
    """Records folded in one go before the event loop gets its turn: about 10 ms."""

    publish_records: int = 10_000
    publish_bytes: int = 8 << 20
    """A partition that has gathered so much publishes at once, and gathers no more until it is drained. Gathered events take
    about 500 bytes each until then, at as many partitions at once as there are."""

    backlog_records: int = 5_000
    backlog_publish_seconds: float = 0.5
    """While so many records wait to be folded, a partition publishes only so long after its last publication, or when it has
    gathered enough: a case and a cell are written once a publication, however many events changed them. What is folded shall
    be committed within a second, and what comes in quiet times at once."""

    transaction_timeout_seconds: float = 30.0
    """After this long the broker ends a silent worker's transaction, so that readers of committed records go on; also
    the longest we wait for one before we stop."""

    recovery_deadline_seconds: float = 300.0
    recovery_stall_seconds: float = 60.0
    """A recovery that takes longer, or reads nothing for that long, stops the worker."""

    tick_seconds: float = 1.0
    """How often the clock of every shard is moved: stocks and orphans change without any event."""

    stalled_after_seconds: float = 120.0
    """Lag on the broker and no commit for this long ends the process, so that its supervisor starts a fresh one."""

    stop_within_seconds: float = 8.0
    """A stop publishes what is folded and leaves the group within this time, else the process simply ends: what was not
    committed is read again."""
