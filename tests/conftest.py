"""What tests share: one real Kafka, registry and ClickHouse for the session, in a temporary folder on free ports."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import side_by_side

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from types import FrameType

    from xdist.remote import Producer

SEVERAL = "PYTEST_XDIST_WORKER" in os.environ
"""Whether this process is one of several that run the tests."""
SIGNALS = (signal.SIGINT, signal.SIGTERM)
XIANGMAI = str(Path(sys.executable).with_name("xiangmai"))


def pytest_configure() -> None:
    """Told to end, as by a job's time limit, a session tidies up as after Ctrl-C.

    A shell has its background jobs ignore Ctrl-C, and so would every program the tests start, which must heed it.
    """
    for number in SIGNALS:
        signal.signal(number, _interrupt)
    # How long one example takes says more about what else the machine does.
    hypothesis.settings.register_profile("ours", deadline=None)
    hypothesis.settings.load_profile("ours")
    if SEVERAL:
        side_by_side.take_own_ports()


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    # One is enough: a second would break off the tidying up.
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Leave nothing of an interrupted session running, also where one of several processes had no time to tidy up."""
    if exitstatus == pytest.ExitCode.INTERRUPTED and not SEVERAL:
        side_by_side.end_what_is_left(session.config)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> side_by_side.Groups:
    """Hand tests out to several processes by what they share."""
    return side_by_side.Groups(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long when there are several processes."""
    if SEVERAL:
        side_by_side.in_order(items)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Keep tests that measure time from running beside others; waiting does not count into a test's time limit."""
    with side_by_side.turn(item.config, alone="alone" in item.keywords) if SEVERAL else nullcontext():
        return (yield)


@dataclass(frozen=True)
class Stack:
    """A running local stack without the project's own processes. `env` leads any process or `Settings` to it."""

    env: dict[str, str]

    @property
    def bootstrap(self) -> str:
        """Kafka's address, host:port."""
        return self.env["XIANGMAI_KAFKA_BOOTSTRAP"]

    @property
    def registry_url(self) -> str:
        """The registry's Confluent-compatible base address."""
        return self.env["XIANGMAI_REGISTRY_URL"]

    @property
    def clickhouse_host(self) -> str:
        """Where the embedded ClickHouse listens."""
        return self.env["XIANGMAI_CLICKHOUSE_HOST"]

    @property
    def clickhouse_port(self) -> int:
        """The native protocol's port."""
        return int(self.env["XIANGMAI_CLICKHOUSE_PORT"])

    @property
    def clickhouse_http_port(self) -> int:
        """The HTTP interface's port."""
        return int(self.env["XIANGMAI_CLICKHOUSE_HTTP_PORT"])

    def environment(self, **more: str) -> dict[str, str]:
        """This process's environment with the stack's addresses, and more."""
        return {**os.environ, **self.env, **more}

    def run(self, *arguments: str, timeout_seconds: float = 120, **more: str) -> subprocess.CompletedProcess[str]:
        """Run `xiangmai ARGUMENTS` against this stack; the caller judges the exit code."""
        return subprocess.run(
            [XIANGMAI, *arguments],
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
        )


def start_stack(data: Path, *arguments: str) -> dict[str, str]:
    """Bring a stack up in this folder on free ports and return the environment leading to it; fails with its output."""
    command = [XIANGMAI, "stack", "up", "--data", str(data), "--free-ports", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        pytest.fail(f"the stack did not come up ({done.returncode})\n{done.stdout}\n{done.stderr}")
    told = subprocess.run(
        [XIANGMAI, "stack", "env", "--data", str(data), "--format", "json"], capture_output=True, text=True, check=True
    )
    environment: dict[str, str] = json.loads(told.stdout)
    return environment


def stop_stack(data: Path) -> None:
    """Take a stack down, strays included."""
    subprocess.run([XIANGMAI, "stack", "down", "--data", str(data)], capture_output=True, timeout=120, check=True)


def stack_in(data: Path, only: Sequence[str]) -> Iterator[Stack]:
    """A stack of these processes for as long as the generator lives; torn down also when the session is interrupted."""
    try:
        yield Stack(start_stack(data, "--only", ",".join(only)))
    finally:
        stop_stack(data)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Kafka, registry and ClickHouse, shared by the whole session: use topics, groups and keys of your own."""
    yield from stack_in(tmp_path_factory.mktemp("stack"), ("kafka", "registry", "clickhouse"))
