"""A session of several processes, as `make test` runs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from tests.side_by_side import running_with

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 90


@pytest.fixture
def session(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Two processes, of which one is about to start Kafka."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-n",
        "2",
        "--basetemp",
        str(tmp_path / "session"),
        "tests/deploy/test_lag.py",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=ours, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield process
    if process.poll() is None:
        process.kill()
        process.wait()


def test_a_session_told_to_end_leaves_nothing_running(session: subprocess.Popen[bytes], tmp_path: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "java" not in {process.name() for process in running_with(tmp_path) if process.is_running()}:
        assert session.poll() is None
        assert time.monotonic() < deadline, "Kafka was not started"
        time.sleep(0.1)
    session.send_signal(signal.SIGTERM)
    assert session.wait(PATIENCE_SECONDS) == pytest.ExitCode.INTERRUPTED
    assert [process for process in running_with(tmp_path) if process.status() != psutil.STATUS_ZOMBIE] == []
