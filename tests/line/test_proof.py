"""The line proves its numbers: after repeats, late events and a killed worker; with a new indicator; with a changed definition."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from schemas.settings import Settings
from tests.line.line import XIANGMAI, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.timeout(600)

NEW = """
  appeal_urgent_rate:
    case: appeal
    kind: share
    zh: 紧急诉求占比
    en: urgent appeals
    sentence: {zh: 本期登记的诉求中紧急的比例。, en: Of the appeals reported in the period the share that is urgent.}
    over: reported_at is not null
    numerator: urgency = 'urgent'
    anchor: reported_at
    dimensions: [department]
    unit: "%"
    factor: 0.01
    direction: none
    minimum_volume: 0
    source: a county's own
    effective_from: 2017-01-01
    version: 1
    golden:
      - says: {zh: 两件中一件紧急, en: one of two is urgent}
        cases:
          A: [{AppealReported: {occurred_at: 2026-03-02T09:00, urgency: urgent}}]
          B: [{AppealReported: {occurred_at: 2026-03-02T09:00, urgency: normal}}]
        expect: {period: 2026-03, numerator: 1, denominator: 2, value: 50}
"""
SECOND_VERSION = """\
    version: 2
    earlier:
      - version: 1
        effective_from: 2017-01-01
        changed: {zh: 期限当刻办结不再算按期, en: closing at the very due time no longer is on time}
        numerator: closed_at <= due_at
        golden: *on_time_examples
"""


@pytest.fixture(scope="module")
def domains(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped definitions in a folder of this test's own."""
    folder: Path = tmp_path_factory.mktemp("definitions") / "domains"
    shutil.copytree(Settings().domains, folder)
    return folder


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, domains: Path) -> Iterator[Line]:
    line = Line(tmp_path_factory.mktemp("proof") / "data", {"XIANGMAI_DOMAINS": str(domains)})
    try:
        line.up()
        yield line
    finally:
        line.down()


def until(condition: Callable[[], Any], what: str, seconds: float = 120) -> Any:
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.2)
    return answer


def worker_of(line: Line) -> psutil.Process:
    """The worker's process, found by the folder of its line."""
    for process in psutil.process_iter():
        try:
            command = process.cmdline()
            if command[1:3] == [XIANGMAI, "worker"] and process.environ().get("XIANGMAI_DATA") == str(line.data):
                return process
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    raise AssertionError("no worker runs")


def stored(line: Line) -> int:
    count: int = line.query("SELECT count() FROM xiangmai.events_appeals")[0][0]
    return count


def verified(line: Line, *arguments: str, ok: tuple[int, ...] = (0,)) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(line.run("verify", "--format", "json", *arguments, ok=ok))
    return answer


def test_every_number_is_proved_after_repeats_late_events_and_a_killed_worker(line: Line) -> None:
    with subprocess.Popen(
        [
            XIANGMAI,
            "simulate",
            "--months",
            "0",
            "--seed",
            "5",
            "--duplicates",
            "0.03",
            "--late",
            "0.1",
            "--format",
            "json",
        ],
        env=line.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as simulation:
        until(lambda: stored(line) > 5_000, "some events are stored")
        before = worker_of(line)
        os.kill(before.pid, signal.SIGKILL)
        summary, _ = simulation.communicate(timeout=300)
    assert simulation.returncode == 0, summary
    until(lambda: line.lag() == 0 and worker_of(line).pid != before.pid, "the line has caught up", 300)
    answer = verified(line)
    assert answer["mismatches"] == 0
    assert answer["cells"] > 10_000


def test_a_new_indicator_is_an_entry_in_a_file(line: Line, domains: Path) -> None:
    file = domains / "appeals" / "catalogue.yaml"
    file.write_text(file.read_text(encoding="utf-8") + NEW, encoding="utf-8")
    line.run("stack", "restart", "worker")
    line.run("stack", "restart", "sink")
    wanted = line.query(
        "SELECT township, countIf(urgency = 'urgent'), count() FROM xiangmai.cases_appeal "
        "WHERE reported_at IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    question = (
        "SELECT place, sum(numerator), sum(denominator) FROM xiangmai.indicators "
        "WHERE indicator = 'appeal_urgent_rate' AND level = 'township' AND period = 'year' AND dimension = '' GROUP BY 1 ORDER BY 1"
    )
    until(lambda: line.query(question) == wanted, "the new indicator is live")
    assert verified(line, "--indicator", "appeal_urgent_rate")["mismatches"] == 0
