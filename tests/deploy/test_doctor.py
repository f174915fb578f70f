"""The doctor: every fault has its finding, one cause is told once, and it answers also when nobody else does."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from deploy.doctor import asking
from deploy.doctor.addresses import Addresses, host_and_port, is_local
from deploy.doctor.finding import PAGE, TICKET
from deploy.doctor.findings import COVERED, findings, nothing_answers
from deploy.doctor.report import as_json
from deploy.doctor.snapshot import SERVICES, Alert, DeadLetters, Disk, Metrics, Service, Snapshot
from deploy.local.layout import Layout, load_layout
from deploy.monitoring.lag import Lag
from deploy.prometheus.configuration import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

XIANGMAI = str(Path(sys.executable).with_name("xiangmai"))
NOW = 1_772_510_400.0
WORKER = """
xiangmai_build_info{process="worker",version="0.1.0",faust="0.15.3"} 1.0
xiangmai_worker_partitions{state="live"} 12.0
xiangmai_worker_partitions{state="recovering"} 0.0
xiangmai_worker_cases{partition="3"} 7.0
xiangmai_worker_state_bytes 2097152.0
xiangmai_worker_watermark_timestamp_seconds{topic="village.appeals"} 1.7725e+09
"""
HELD = 'xiangmai_worker_held_partitions{topic="village.appeals"} 1.0\n'
VERIFY = f"""
xiangmai_verify_runs_total{{outcome="equal"}} 3.0
xiangmai_verify_last_run_timestamp_seconds {NOW - 30}
xiangmai_verify_cells_compared 100.0
xiangmai_verify_mismatches 0.0
"""


def well(worker: str = "", sink: str = "", verify: str = "", **seen: Any) -> Snapshot:
    """A line on which all is well, with more metrics or other parts."""
    here = Snapshot(
        at_seconds=NOW,
        services={name: Service(name, "127.0.0.1:1", up=True) for name in SERVICES},
        metrics={
            "worker": Metrics.of(WORKER + worker),
            "sink": Metrics.of(sink),
            "verify": Metrics.of(VERIFY + verify),
        },
        lags=[lag(0)],
        dead_letters=[],
        alerts=[],
        disk=Disk("/data", 50 << 30, 100 << 30),
        installed_version="0.1.0",
        stack_runs=True,
    )
    return replace(here, **seen)


def lag(records: int, waited_seconds: float = 0, group: str = "xiangmai-worker") -> Lag:
    since = int((NOW - waited_seconds) * 1000) if records else None
    return Lag(group, "village.appeals", 3, 10, records, since)


def without(*names: str, **seen: Any) -> Snapshot:
    """The same line with some processes away."""
    here = well(**seen)
    services = {
        name: replace(service, up=name not in names, problem="cannot connect" if name in names else "")
        for name, service in here.services.items()
    }
    return replace(here, services=services)


def told(seen: Snapshot) -> list[tuple[str, str]]:
    return [(finding.severity, finding.what) for finding in findings(seen)]


def test_a_line_that_is_well_has_no_findings() -> None:
    assert told(well()) == []


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (without("kafka"), [(PAGE, "down:kafka")]),
        (without("prometheus", "worker"), [(PAGE, "down:worker"), (TICKET, "down:prometheus")]),
        (well(lags=[lag(40, 90), lag(2, 700)]), [(PAGE, "lag:xiangmai-worker")]),
        (well(lags=[lag(40, 90, "xiangmai-sink-events")]), [(PAGE, "lag:xiangmai-sink-events")]),
        (well(lags=[lag(40_000, 5)]), []),
        (well(lags=[lag(40, 90, "somebody-elses")]), []),
        (
            well(dead_letters=[DeadLetters("decode", 3, "2026-03-03"), DeadLetters("orphan", 1)]),
            [(TICKET, "dead_letters:decode"), (TICKET, "dead_letters:orphan")],
        ),
        (well("xiangmai_worker_recovery_remaining_records 40.0\n"), [(TICKET, "recovering")]),
        (
            well(metrics={"worker": Metrics.of('xiangmai_worker_partitions{state="live"} 0.0\n')}),
            [(PAGE, "owns_nothing")],
        ),
        (well(HELD, lags=[lag(40, 900)]), [(PAGE, "held:village.appeals")]),
        (
            well(HELD, lags=[lag(40, 900), replace(lag(2, 700), topic="village.disputes")]),
            [(PAGE, "held:village.appeals"), (PAGE, "lag:xiangmai-worker")],
        ),
        (well(HELD.replace("1.0", "0.0")), []),
        (well("xiangmai_worker_waiting_for_registry 1.0\n"), [(PAGE, "waits_for_registry")]),
        (well('xiangmai_worker_deleted_unread_total{topic="t"} 9.0\n'), [(PAGE, "deleted_unread")]),
        (well('xiangmai_worker_incomplete_cases{partition="1",case="appeal"} 4.0\n'), [(TICKET, "rebuild")]),
        (well('xiangmai_worker_rebuild_unfinished{partition="1"} 1.0\n'), [(TICKET, "rebuild")]),
        (well(sink='xiangmai_sink_waiting{sink="cases"} 1.0\n'), [(PAGE, "sink_waits:cases")]),
        (well(sink='xiangmai_sink_batches_total{table="t",outcome="failed"} 1.0\n'), [(PAGE, "sink_failed")]),
        (well(sink='xiangmai_sink_batches_total{table="t",outcome="retried"} 1.0\n'), []),
        (well(verify="xiangmai_verify_mismatches 5.0\n"), [(PAGE, "verify_mismatch")]),
        (well(verify="xiangmai_verify_mismatches 5.0\n", lags=[lag(8, 1)]), [(TICKET, "verify_behind")]),
        (well(at_seconds=NOW + 2000), [(TICKET, "verify_missed")]),
        (well(installed_version="0.2.0"), [(TICKET, "version:worker")]),
        (well(disk=Disk("/data", 1 << 30, 100 << 30)), [(PAGE, "disk")]),
        (well(warehouse_disk=Disk("/warehouse", 1 << 20, 60 << 30)), [(PAGE, "disk:clickhouse")]),
        (
            well(disk=Disk("/data", 1 << 30, 100 << 30), warehouse_disk=Disk("/data/clickhouse", 1 << 30, 100 << 30)),
            [(PAGE, "disk")],
        ),
        (well(alerts=[Alert("SomethingNew", "page", "新 / new", "make status")]), [(PAGE, "alert:SomethingNew")]),
    ],
)
def test_a_fault_is_told_with_what_to_do(seen: Snapshot, expected: list[tuple[str, str]]) -> None:
    assert told(seen) == expected
    for finding in findings(seen):
        assert all((finding.zh, finding.en, finding.do_zh, finding.do_en, finding.command))


def test_one_cause_is_told_once() -> None:
    waiting = 'xiangmai_sink_waiting{sink="cases"} 1.0\n'
    alerts = [Alert("SinkWaiting", "page", "", ""), Alert("TargetDown", "page", "", "")]
    late = [lag(40, 900, "xiangmai-sink-cases")]
    assert told(without("clickhouse", sink=waiting, alerts=alerts, lags=late)) == [(PAGE, "down:clickhouse")]
    held = [Alert(name, "page", "", "") for name in ("TopicHeld", "ConsumerStalled", "DeadLetterSpike")]
    assert told(well(HELD, alerts=held, lags=[lag(40, 900)])) == [(PAGE, "held:village.appeals")]
    registry = without("registry", worker="xiangmai_worker_waiting_for_registry 1.0\n")
    assert told(registry) == [(PAGE, "down:registry")]


def test_of_a_held_topic_it_says_what_waits_and_both_ways_out() -> None:
    (finding,) = findings(well(HELD, lags=[lag(40, 900)]))
    assert "40 records wait" in finding.en
    assert "40 条" in finding.zh
    for words in (finding.do_zh, finding.do_en):
        assert "xiangmai deadletters replay" in words
        assert "xiangmai deadletters accept village.appeals/3" in words


def test_what_is_no_part_of_the_stack_is_no_finding() -> None:
    here = without("registry")
    services = {**here.services, "registry": replace(here.services["registry"], absent=True)}
    assert told(replace(here, services=services)) == []


def test_when_nothing_answers_it_says_one_thing() -> None:
    local = without(*SERVICES, lags=None, dead_letters=None, alerts=None)
    assert nothing_answers(local)
    assert [finding.command for finding in findings(local)] == ["xiangmai stack up"]
    far = replace(local, local=False)
    assert [finding.command.split()[0] for finding in findings(far)] == ["curl"]


def test_every_command_is_one_there_is() -> None:
    commands = {entry.name for entry in entry_points(group="xiangmai.commands")}
    folder = Path(asking.__file__).parent
    source = "".join((folder / name).read_text(encoding="utf-8") for name in ("findings.py", "held.py"))
    named = set(re.findall(r"xiangmai ([a-z]+)", source))
    assert named
    assert named <= commands


def test_alerts_that_are_covered_are_alerts_there_are() -> None:
    rules = YAML(typ="safe").load(RULES.read_text(encoding="utf-8"))
    assert set(COVERED) <= {rule["alert"] for group in rules["groups"] for rule in group["rules"]}


def test_an_alerts_first_command_is_given_and_the_rest_of_its_words_too() -> None:
    runbook = "xiangmai stack logs worker -n 200；xiangmai stack restart worker. 重启不丢数据 / a restart loses nothing"
    finding = findings(well(alerts=[Alert("New", "page", "坏了 / broken", runbook)]))[0]
    assert shlex.split(finding.command) == ["xiangmai", "stack", "logs", "worker", "-n", "200"]
    assert (finding.do_en, finding.en) == (runbook, "alert New: broken")


def test_addresses_are_the_settings_where_there_are_some() -> None:
    layout = load_layout(Path("/nowhere"))
    assert Addresses.of(layout, {}).kafka == f"127.0.0.1:{layout.ports['kafka']}"
    there = Addresses.of(layout, {"XIANGMAI_KAFKA_BOOTSTRAP": "k1:9092,k2:9092", "XIANGMAI_WORKER_ID": "w"})
    assert (there.kafka, there.worker_group) == ("k1:9092,k2:9092", "w")
    assert not is_local(there.kafka)
    assert is_local("http://127.0.0.1:9/x")
    assert host_and_port(there.kafka) == ("k1", 9092)


def test_everything_seen_can_be_read_by_a_program() -> None:
    seen = well(lags=[lag(3, 100)], dead_letters=[DeadLetters("decode", 3)])
    text = json.dumps(as_json(seen, findings(seen), "findings"))
    back = json.loads(text)
    assert back["oldest_unprocessed"]["waits_seconds"] == 100
    assert back["state"]["cases"] == 7
    assert back["verify"]["cells"] == 100
    assert back["freshness"]["newest_event"].keys() == {"village.appeals"}
    assert as_json(well(verify=""), [], "well")["verify"]
    assert as_json(replace(seen, metrics={}), [], "well")["verify"] is None


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[Layout]:
    """A stack on whose every port somebody listens and never says a word."""
    with ExitStack() as stack:
        ports = {}
        for name in load_layout(tmp_path).ports:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            ports[name] = listener.getsockname()[1]
        yield Layout(tmp_path, ports)


def test_who_never_answers_is_not_waited_for(silent: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE_SECONDS", 0.3)
    monkeypatch.setattr(asking, "LONGEST_SECONDS", 1.0)
    began = time.monotonic()
    seen = asking.look(silent, Addresses.of(silent, {}))
    assert time.monotonic() - began < 3
    assert nothing_answers(seen)
    assert {service.problem for service in seen.services.values()} != {""}


def test_with_everything_down_it_says_so_at_once(tmp_path: Path) -> None:
    load_layout(tmp_path, free_ports=True).remember()
    began = time.monotonic()
    done = subprocess.run(
        [XIANGMAI, "doctor", "--data", str(tmp_path), "--format", "json"], capture_output=True, text=True, check=False
    )
    assert time.monotonic() - began < 10  # a start of Python on a busy machine; it asks for a tenth of a second
    assert done.returncode == 3, done.stderr
    answer = json.loads(done.stdout)
    assert answer["verdict"] == "nothing_answers"
    assert [finding["command"] for finding in answer["findings"]] == ["xiangmai stack up"]
    table = subprocess.run(
        [XIANGMAI, "doctor", "--data", str(tmp_path)], capture_output=True, text=True, check=False
    ).stdout
    assert "什么都没有应答" in table
