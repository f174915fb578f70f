"""The demo as a newcomer runs it: it proves its numbers and ends, or stays until Ctrl-C, and leaves nothing running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.few_domains import few_domains
from tests.side_by_side import running_with

if TYPE_CHECKING:
    from collections.abc import Iterator

XIANGMAI = str(Path(sys.executable).with_name("xiangmai"))
# The whole line on a busy machine; on a free one about a minute each.
PATIENCE_SECONDS = 280


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    subprocess.run([XIANGMAI, "stack", "down", "--data", str(tmp_path / "data")], capture_output=True, check=False)


@pytest.mark.timeout(PATIENCE_SECONDS + 20)
def test_the_demo_proves_its_numbers_and_leaves_nothing(folder: Path) -> None:
    prove(folder, PATIENCE_SECONDS, XIANGMAI_DOMAINS=str(few_domains()), DEMO_PEOPLE="0.1")


@pytest.mark.long
@pytest.mark.timeout(920)
def test_the_demo_of_every_domain_proves_its_numbers(folder: Path) -> None:
    prove(folder, 900)


def prove(folder: Path, patience_seconds: float, **settings: str) -> None:
    once = {"DEMO_ONCE": "1", "DEMO_MONTHS": "1", "DEMO_SEED": "11", "TMPDIR": str(folder)}
    done = subprocess.run(
        [XIANGMAI, "demo"],
        env={**os.environ, **once, **settings},
        capture_output=True,
        text=True,
        timeout=patience_seconds,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert done.stdout.count("全部一致 / all equal") == 3, "after the load, after the live phase, and every cell proved"
    assert "全部正确 / all right" in done.stdout
    assert "下钻 drill down" in done.stdout, "the board was shown"
    assert not running_with(folder)
    assert not list(folder.glob("xiangmai-demo-*")), "what is right need not be kept"


@pytest.mark.long
@pytest.mark.timeout(920)
def test_a_year_is_waited_for_checked_and_proved(folder: Path) -> None:
    """In small: `make demo-year` itself takes a quarter of an hour and more."""
    done = subprocess.run(
        [XIANGMAI, "demo", "--year", "--months", "0", "--people", "0.05"],
        env={**os.environ, "TMPDIR": str(folder), "XIANGMAI_DOMAINS": str(few_domains())},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    assert done.stdout.count("全部一致 / all equal") == 2, "every number, and every cell"
    assert "计算与入库 fold and store" in done.stdout
    assert not running_with(folder)
    assert not list(folder.glob("xiangmai-demo-*")), "what is right need not be kept"


@pytest.mark.long
@pytest.mark.timeout(2 * PATIENCE_SECONDS + 20)
def test_the_demo_stays_until_ctrl_c_and_goes_on_where_it_was(folder: Path) -> None:
    for again in (False, True):
        log = folder / "demo.log"
        with demo_running(folder, log) as demo:
            wait_for_board(demo, log)
            os.killpg(demo.pid, signal.SIGINT)
            assert demo.wait(90) == 0, log.read_text()[-4000:]
        told = log.read_text()
        assert "全部一致 / all equal" in told
        assert ("going on with the county of the last demo" in told) == again
        assert not running_with(folder)


@contextmanager
def demo_running(folder: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Start the demo in a session of its own; what does not end by itself is killed."""
    with log.open("w") as output:
        demo = subprocess.Popen(
            [XIANGMAI, "demo", "--free-ports", "--months", "0", "--without", "prometheus,alertmanager"],
            env={**os.environ, "XIANGMAI_DATA": str(folder / "data")},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield demo
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)
            demo.wait()


def wait_for_board(demo: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the board has been drawn twice: it is live."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while log.read_text().count("下钻 drill down") < 2:
        assert demo.poll() is None, log.read_text()[-6000:]
        assert time.monotonic() < deadline, log.read_text()[-6000:]
        time.sleep(0.2)
