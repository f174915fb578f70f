"""The line proves its numbers: after repeats, late events and a killed worker; with a new indicator; with a changed definition."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import psutil
import pytest
from ruamel.yaml import YAML

from deploy.monitoring.lag import LagReader
from tests.few_domains import few_domains
from tests.line.line import XIANGMAI, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
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


@pytest.fixture(scope="module")
def domains(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shipped definitions of five domains in a folder of this test's own."""
    folder: Path = tmp_path_factory.mktemp("definitions") / "domains"
    shutil.copytree(few_domains(), folder)
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


def folded(line: Line) -> int:
    """How many records the worker has committed."""
    reader = LagReader(line.environment["XIANGMAI_KAFKA_BOOTSTRAP"])
    try:
        return sum(lag.committed for lag in reader.read(["xiangmai-worker"]))
    finally:
        reader.close()


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
            "--people",
            "0.15",
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
        early = until(lambda: folded(line), "some events are folded")
        before = worker_of(line)
        os.kill(before.pid, signal.SIGKILL)
        summary, _ = simulation.communicate(timeout=300)
    assert simulation.returncode == 0, summary
    until(lambda: line.lag() == 0 and worker_of(line).pid != before.pid, "the line has caught up", 300)
    assert folded(line) > 2 * early, "the worker was killed in the middle of them"
    answer = verified(line)
    assert answer["mismatches"] == 0
    assert answer["cells_compared"] > 10_000


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


def test_a_definition_changed_within_a_month_stands_beside_the_one_before(line: Line, domains: Path) -> None:
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    change = today.replace(day=15) if today.day > 15 else today
    write_second_version(domains / "appeals" / "catalogue.yaml", change)
    line.run("stack", "restart", "sink")
    line.run("stack", "without", "worker", "--", XIANGMAI, "rebuild", "appeals", "--apply", "--no-verify")
    until(lambda: line.lag() == 0, "what was published again is stored")
    assert verified(line, "--indicator", "appeal_on_time_rate")["mismatches"] == 0
    shown = dict(
        line.query(
            "SELECT period_start, any(definition_version) FROM xiangmai.indicators "
            "WHERE indicator = 'appeal_on_time_rate' AND period = 'day' AND level = 'county' AND dimension = '' GROUP BY 1"
        )
    )
    assert {version for day, version in shown.items() if day < change} == {1}
    assert {version for day, version in shown.items() if day >= change} == {2}
    year = f"toStartOfYear(toDate('{change}'))"
    parts = line.query(
        "SELECT definition_version, sum(numerator), sum(denominator) FROM xiangmai.indicator_cells "
        "WHERE indicator = 'appeal_on_time_rate' AND period = 'year' AND level = 'township' AND dimension = '' "
        f"AND period_start = {year} GROUP BY 1 ORDER BY 1"
    )
    wanted = line.query(
        "SELECT countIf(closed_at <= due_at), countIf(closed_at <= due_at AND NOT reopened), count() FROM xiangmai.cases_appeal "
        f"WHERE due_at IS NOT NULL AND toStartOfYear(reported_at) = {year}"
    )[0]
    assert parts == [(1, wanted[0], wanted[2]), (2, wanted[1], wanted[2])]
    assert wanted[1] < wanted[0], "some were reopened, and the versions differ"


def write_second_version(file: Path, effective_from: date) -> None:
    """Make what was reopened late from a day on, and keep the definition before as an earlier version."""
    yaml = YAML()
    catalogue = yaml.load(file.read_text(encoding="utf-8"))
    entry = catalogue["indicators"]["appeal_on_time_rate"]
    before = {key: entry[key] for key in ("version", "effective_from", "numerator", "golden")}
    words = {"zh": "重开过的不再算按期", "en": "what was reopened no longer is on time"}
    example = {
        "says": {"zh": "重开过的不算按期", "en": "what was reopened is not on time"},
        "cases": {
            "A": [
                {"AppealReported": {"occurred_at": "2026-03-02T09:00", "due_at": "2026-03-09T18:00"}},
                {"AppealClosed": {"occurred_at": "2026-03-03T09:00", "outcome": "resolved"}},
                {"AppealReopened": {"occurred_at": "2026-03-04T09:00"}},
                {"AppealClosed": {"occurred_at": "2026-03-05T09:00", "outcome": "resolved"}},
            ]
        },
        "expect": {"period": "2026-03", "numerator": 0, "denominator": 1},
    }
    entry.update(
        {
            "numerator": "closed_at <= due_at and not reopened",
            "version": 2,
            "effective_from": effective_from,
            "golden": [example],
            "earlier": [{**before, "changed": words}],
        }
    )
    with file.open("w", encoding="utf-8") as written:
        yaml.dump(catalogue, written)
