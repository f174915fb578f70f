"""Workers over topics in which all events are already, measured from the first commit to the last: all is durable then."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from deploy.local.layout import load_layout
from deploy.local.supervise import Supervisor
from tests.bench.counting import Memory, cpu_seconds
from tests.streams.edge.worker_process import Worker, wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GROUP: Final = "xiangmai-worker"
RUN_SECONDS: Final = 600
LOOK_EVERY_SECONDS: Final = 0.25
"""How often one looks for the last commit: every look is a question, and the broker's time is measured as well."""


@dataclass(frozen=True, slots=True)
class Drained:
    """What so many events took; processor time and the most memory of each worker. The broker's time is that of the whole run."""

    events: int
    seconds: float
    cpu_seconds: tuple[float, ...]
    broker_cpu_seconds: float
    memory_bytes: tuple[int, ...]

    @property
    def events_per_second(self) -> float:
        """Events a second, by the clock."""
        return self.events / self.seconds

    @property
    def events_per_cpu_second(self) -> float:
        """Events a second of processor time of all workers together: a second of one core each."""
        return self.events / sum(self.cpu_seconds)


def drain(
    env: Mapping[str, str], folder: Path, events: int, *, partitions: int, workers: int = 1, before: int = 0
) -> Drained:
    """Start so many workers, the first to read these events, and return what was measured once all are committed.

    Of the topics' events `before` were committed by earlier ones. With several workers, or where there are cases to be taken over, the
    measurement begins when each has its partitions and something is committed. Raises RuntimeError with the workers' last words.
    """
    if events < 1:
        raise ValueError("there are no events to wait for")
    progress, broker = Progress(env["XIANGMAI_KAFKA_BOOTSTRAP"]), broker_pid(env)
    broker_began = cpu_seconds(broker)
    started = [Worker(env, folder, f"w{number}") for number in range(workers)]
    pids = [worker.process.pid for worker in started]
    try:
        with ExitStack() as looking:
            memories = [looking.enter_context(Memory(pid)) for pid in pids]
            for worker in started if workers > 1 or before else []:
                worker.ready(partitions // workers)
            wait_until("the first commit", lambda: _alive(started) and progress.committed() > before, RUN_SECONDS)
            began, first, used = time.monotonic(), progress.committed(), [cpu_seconds(pid) for pid in pids]
            assert first < before + events, "all was committed before it could be measured: take more events"
            wait_until(
                "the last commit",
                lambda: _alive(started) and progress.committed() >= before + events,
                RUN_SECONDS,
                look_every_seconds=LOOK_EVERY_SECONDS,
            )
            seconds = time.monotonic() - began
            cpu = tuple(cpu_seconds(pid) - before for pid, before in zip(pids, used, strict=True))
    except AssertionError as error:
        raise RuntimeError("\n".join([str(error), *(worker.log[-3000:] for worker in started)])) from error
    finally:
        for worker in started:
            worker.stop()
        progress.close()
    most = tuple(memory.most_bytes for memory in memories)
    return Drained(before + events - first, seconds, cpu, cpu_seconds(broker) - broker_began, most)


def _alive(workers: Sequence[Worker]) -> bool:
    """Whether all run; raises AssertionError naming the code with which one ended."""
    for worker in workers:
        code = worker.process.poll()
        assert code is None, f"a worker ended with {code}"
    return True


class Progress:
    """How many offsets the workers have committed, of all topics together: one question a look."""

    def __init__(self, bootstrap: str) -> None:
        self._admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))

    def committed(self) -> int:
        """Return how many; 0 while there is no such group."""
        try:
            offsets = self._admin.list_group_offsets([GROUP])[GROUP]
        except (KafkaError, KeyError):
            return 0
        return sum(max(offset.offset, 0) for offset in offsets.values())

    def close(self) -> None:
        """Close the connection."""
        self._admin.close()


def broker_pid(env: Mapping[str, str]) -> int:
    """Return the broker's process, of the stack to which this environment leads."""
    layout = load_layout(Path(env["XIANGMAI_DATA"]))
    return int(Supervisor(layout).information()["kafka"]["pid"])
