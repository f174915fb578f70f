"""`xiangmai import` on a real Kafka: every good row counts once, whatever was imported, changed or killed before."""

from __future__ import annotations

import csv
import json
import random
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.producers.importer.desk import COLUMNS, MAPPING, row

if TYPE_CHECKING:
    from tests.producers.conftest import Trial


class Export:
    """A department's export file and its mapping in a folder of their own, imported by the command."""

    def __init__(self, trial: Trial, folder: Path, source: str) -> None:
        self.trial = trial
        self.source = source
        self.file = folder / "诉求.csv"
        self.mapping = folder / "mapping.yaml"
        text = MAPPING.replace("source: desk", f"source: {source}").replace("domain: appeals", "domain: trial")
        self.mapping.write_text(text, encoding="utf-8")

    def write(self, *rows: str) -> None:
        self.file.write_text("\n".join([COLUMNS, *rows, ""]), encoding="utf-8")

    @property
    def command(self) -> list[str]:
        return ["import", str(self.file), "--mapping", str(self.mapping)]

    def imported(self, *options: str, code: int = 0) -> dict[str, Any]:
        done = self.trial.run(*self.command, "--format", "json", *options)
        assert done.returncode == code, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
        summary: dict[str, Any] = json.loads(done.stdout)
        assert summary["rows_accepted"] + summary["rows_refused"] == summary["rows_read"]
        return summary


@pytest.fixture
def export(trial: Trial, tmp_path: Path, source: str) -> Export:
    return Export(trial, tmp_path, source)


def test_good_rows_go_through_once_and_bad_ones_stand_in_the_report(export: Export) -> None:
    export.write(row("A1"), row("A2", 渠道="?"), row("A3", 办结时间=""))
    summary = export.imported(code=1)
    assert (summary["rows_read"], summary["rows_accepted"], summary["events_sent"]) == (3, 2, 3)
    assert summary["refused_by_reason"] == {"code": 1}
    with Path(summary["report"]).open(encoding="utf-8-sig", newline="") as opened:
        [told] = csv.DictReader(opened)
    assert (told["line"], told["column"], told["value"]) == ("3", "渠道", "?")
    arrived = export.trial.arrived(export.source)
    assert sorted((each.name, each.event["appeal_id"]) for each in arrived) == [
        ("AppealClosed", "A1"),
        ("AppealReported", "A1"),
        ("AppealReported", "A3"),
    ]
    assert {each.key for each in arrived} == {b"330521001"}

    export.write(row("A1"), row("A2"), row("A3", 办结时间=""))
    mended = export.imported()
    assert (mended["events_sent"], mended["rows_new"], mended["rows_unchanged"]) == (2, 1, 2)
    assert mended["report"] is None


def test_again_adds_nothing_changes_correct_and_what_is_gone_is_only_told(export: Export) -> None:
    export.write(*(row(f"A{at}") for at in range(20)))
    assert export.imported()["events_sent"] == 40
    assert export.imported()["events_sent"] == 0
    export.write(*(row(f"A{at}", 类别="水" if at % 2 else "道路") for at in range(19)))
    changed = export.imported()
    assert (changed["events_sent"], changed["events_corrected"], changed["rows_gone"]) == (9, 9, 1)
    assert len(export.trial.arrived(export.source)) == 49
    assert export.trial.effective(export.source).total() == 40

    export.write(row("A0", 办结时间=""), row("A1", 类别="水", 乡镇="乾元镇"))
    moved = export.imported()
    assert (moved["events_voided"], moved["events_new"]) == (3, 2)
    assert export.trial.effective(export.source).total() == 39


def test_a_dry_run_says_what_would_happen_and_sends_nothing(export: Export) -> None:
    export.write(row("A1"), row("A2"))
    ends = export.trial.ends()
    dry = export.imported("--dry-run")
    assert (dry["events_sent"], dry["dry_run"], dry["ledger_read"]) == (4, True, True)
    assert export.trial.ends() == ends
    export.imported()
    export.write(row("A1"), row("A2", 类别="水"), row("A3", 乡镇=""))
    again = export.imported("--dry-run", code=1)
    assert (again["events_sent"], again["events_corrected"], again["rows_refused"]) == (1, 1, 1)
    assert len(export.trial.arrived(export.source)) == 4


def test_a_dry_run_needs_neither_kafka_nor_registry_and_says_so(export: Export) -> None:
    export.write(row("A1"))
    away = {"XIANGMAI_KAFKA_BOOTSTRAP": "127.0.0.1:9", "XIANGMAI_REGISTRY_URL": "http://127.0.0.1:9"}
    done = export.trial.run(*export.command, "--dry-run", **away)
    assert done.returncode == 0, done.stderr
    assert "the ledger could not be read" in done.stderr


def test_without_kafka_the_exit_code_is_3_and_the_message_says_what_to_do(export: Export) -> None:
    export.write(row("A1"))
    done = export.trial.run(*export.command, XIANGMAI_KAFKA_BOOTSTRAP="127.0.0.1:9")
    assert done.returncode == 3
    assert "127.0.0.1:9" in done.stderr
    assert "xiangmai stack up" in done.stderr
    assert "Traceback" not in done.stderr
    done = export.trial.run(*export.command, XIANGMAI_REGISTRY_URL="http://127.0.0.1:9")
    assert done.returncode == 3
    assert export.trial.arrived(export.source) == []


def test_only_the_first_rows_where_asked(export: Export) -> None:
    export.write(*(row(f"A{at}") for at in range(10)))
    assert export.imported("--limit", "3")["rows_read"] == 3
    rest = export.imported()
    assert (rest["rows_new"], rest["rows_unchanged"]) == (7, 3)


def test_two_imports_of_one_source_at_once_are_refused(export: Export) -> None:
    from producers.importer.session import _only_import_of

    export.write(row("A1"))
    with _only_import_of(export.source):
        done = export.trial.run(*export.command)
    assert done.returncode == 1
    assert "is running" in done.stderr
    assert export.imported()["events_sent"] == 2


def test_personal_numbers_are_in_no_output_and_in_no_event(export: Export) -> None:
    export.write(row("A1", 内容="打 13800138000", 电话="13900139000"), row("A2", 渠道="?", 电话="13900139000"))
    done = export.trial.run(*export.command)
    for number in ("13800138000", "13900139000"):
        assert number not in done.stdout + done.stderr
        assert all(number.encode() not in each.value for each in export.trial.arrived(export.source))
    assert "pii_in_text" in done.stdout


def test_the_help_teaches_and_the_example_is_printed(trial: Trial) -> None:
    told = trial.run("import", "--help")
    assert told.returncode == 0
    assert "--example" in told.stdout
    assert "FILE.refused.csv" in told.stdout
    example = trial.run("import", "--example")
    assert "events:" in example.stdout
    assert trial.run("import", "missing.csv", "--mapping", "missing.yaml").returncode == 2


ROWS = 6_000


@pytest.mark.timeout(180)
def test_killed_anywhere_and_run_again_it_ends_in_what_a_clean_run_gives(
    export: Export, trial: Trial, tmp_path: Path
) -> None:
    """SIGKILL at several points of a first import and of one that changes half the rows; then to the end, and compare."""
    seed = random.randrange(1 << 30)  # printed when it fails
    rng = random.Random(seed)
    first = [row(f"A{at}", 类别=str(at % 7)) for at in range(ROWS)]
    second = [row(f"A{at}", 类别=str(at % 5), 办结时间="" if at % 3 else "2026/3/2 10:00") for at in range(ROWS)]
    export.write(*first)
    killed = [kill_during(export, trial.ends() + rng.randrange(1, ROWS)) for _ in range(2)]
    export.write(*second)
    killed.append(kill_during(export, trial.ends() + rng.randrange(1, ROWS // 2)))
    assert any(killed), f"every import was quicker than the kill, seed {seed}"
    last = export.imported()
    assert last["rows_accepted"] == ROWS

    clean = Export(trial, mkdir(tmp_path / "clean"), f"{export.source}-clean")
    clean.write(*second)
    clean.imported()
    assert trial.effective(export.source) == trial.effective(clean.source), f"seed {seed}"
    assert export.imported()["events_sent"] == 0


def kill_during(export: Export, end: int) -> bool:
    """Start an import, and kill it when so many records stand on the topic; False if it ended before."""
    process = export.trial.started(*export.command)
    deadline = time.monotonic() + 60
    while process.poll() is None and export.trial.ends() < end:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    return process.wait(10) == -signal.SIGKILL


def mkdir(folder: Path) -> Path:
    folder.mkdir()
    return folder
