"""How tests share a machine when they run in several processes (`make test`): which go together, which alone.

Tests that use one server of the session go to one process, the long groups first; every other file goes where there is
room. A test marked `alone` measures time: while it runs, no other does.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil
from xdist.scheduler import LoadScopeScheduling

from deploy.local.supervise import end

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest
    from xdist.remote import Producer

TOGETHER: Final = (
    ("tests/line/test_boston.py", "boston"),
    ("tests/faults/", "faults"),
    ("tests/producers/", "stack"),
    ("tests/sinks/proof/", "proof of the warehouse"),
    ("tests/sinks/told/", "told"),
    ("tests/sinks/", "stack"),
    ("tests/schemas/test_registry.py", "stack"),
    ("tests/schemas/test_topics.py", "stack"),
    ("tests/deploy/test_lag.py", "stack"),
    ("tests/line/test_proof.py", "proof"),
    ("tests/line/test_demo.py", "demo"),
    ("tests/streams/edge/", "edge"),
    ("tests/deploy/test_stack.py", "stacks"),
    ("tests/deploy/clickhouse/", "clickhouse"),
    ("tests/test_house.py", "house"),
)
"""How a file's path begins, and the group it belongs to then; in the order in which groups are begun."""
FREE_PORTS: Final = range(20_000, 32_000)


class Groups(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each process one group after the other."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """Return the group of a test: its file, if it shares no server with others."""
    file = nodeid.partition("::")[0]
    return next((group for beginning, group in TOGETHER if file.startswith(beginning)), file)


def in_order(items: list[pytest.Item]) -> None:
    """Sort tests by group, as groups are begun; within one as they were."""
    order: dict[str, int] = {}
    for group in (*(group for _, group in TOGETHER), *(group_of(item.nodeid) for item in items)):
        order.setdefault(group, len(order))
    items.sort(key=lambda item: order[group_of(item.nodeid)])


def take_own_ports() -> None:
    """Have the stacks of this process take ports that no other process of the session takes."""
    number, count = (
        int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")),
        int(os.environ["PYTEST_XDIST_WORKER_COUNT"]),
    )
    size = len(FREE_PORTS) // count
    own = FREE_PORTS[number * size : (number + 1) * size]
    os.environ["XIANGMAI_FREE_PORTS"] = f"{own.start}-{own.stop - 1}"


def end_what_is_left(config: pytest.Config) -> None:
    """End every process started for the session: they have its folder in their arguments or environment."""
    factory: pytest.TempPathFactory = config._tmp_path_factory  # type: ignore[attr-defined]
    end(running_with(factory.getbasetemp()))


def running_with(folder: Path) -> list[psutil.Process]:
    """Return every process that was started with a folder in its environment or arguments, but this one and its parents."""
    found, ours = [], {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    for process in psutil.process_iter():
        try:
            told = [*process.environ().values(), *process.cmdline()]
            if process.pid not in ours and any(str(folder) in text for text in told):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


@contextmanager
def turn(config: pytest.Config, *, alone: bool) -> Iterator[None]:
    """Wait until this test may run: beside others, or alone. Those that come after one who waits, wait for it."""
    shared = Path(config.option.basetemp).parent  # the session's folder, above this process's own
    with (shared / "gate").open("w") as gate, (shared / "floor").open("w") as floor:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(floor, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield
