"""The alerts: they parse, fire on their faults, stay silent without them, and speak only of metrics that exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from deploy.local.artifacts import debian_program
from deploy.local.layout import DEFAULT_PORTS, Layout, cache_folder
from deploy.local.processes import PROCESSES
from deploy.prometheus.configuration import ALERTMANAGER, JOBS, RULES, write_prometheus
from sinks.metrics import END_TO_END_SECONDS

ROOT = Path(__file__).parents[2]
UNIT_TESTS = RULES.parent / "tests" / "rules_test.yml"


def program(name: str) -> str:
    found = debian_program(name, cache_folder(), print)
    if found is None:
        pytest.skip(f"{name} is not on this machine and may not be installed from Debian (not root)")
    return str(found)


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_alerts_fire_on_their_faults_and_only_then() -> None:
    run(program("promtool"), "test", "rules", str(UNIT_TESTS))


def test_prometheus_takes_the_generated_configuration_and_the_rules(tmp_path: Path) -> None:
    layout = Layout(tmp_path, DEFAULT_PORTS)
    layout.make_folders()
    run(program("promtool"), "check", "config", str(write_prometheus(layout)))


def test_alertmanager_takes_its_configuration() -> None:
    run(program("amtool"), "check-config", str(ALERTMANAGER))


@pytest.mark.parametrize(("severity", "receiver"), [("page", "duty"), ("ticket", "office-hours")])
def test_each_severity_reaches_its_people(severity: str, receiver: str) -> None:
    route = ("config", "routes", "test", f"--config.file={ALERTMANAGER}", f"--verify.receivers={receiver}")
    run(program("amtool"), *route, f"severity={severity}")


def test_every_alert_says_whom_it_wakes_and_what_to_do_first() -> None:
    rules = [rule for group in YAML(typ="safe").load(RULES)["groups"] for rule in group["rules"]]
    assert rules
    for rule in rules:
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule["alert"]
        assert rule["labels"]["service"], rule["alert"]
        assert " / " in rule["annotations"]["summary"], f"{rule['alert']} is not in both languages"
        assert rule["annotations"]["runbook"], rule["alert"]


def test_alerts_speak_only_of_metrics_that_some_process_exports() -> None:
    wanted = set(re.findall(r"xiangmai_[a-z_]+", RULES.read_text(encoding="utf-8")))
    exported = set()
    for room in ("schemas", "producers", "streams", "sinks", "deploy"):
        for file in (ROOT / room).rglob("*.py"):
            exported |= set(re.findall(r'"(xiangmai_[a-z_]+)"', file.read_text(encoding="utf-8")))
    derived = {name.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum") for name in wanted}
    assert derived <= exported | {name + "_total" for name in exported}, derived - exported


def test_the_freshness_promised_is_a_bound_that_is_measured() -> None:
    (bound,) = set(re.findall(r'le="([\d.]+)"', RULES.read_text(encoding="utf-8")))
    END_TO_END_SECONDS.labels("some_table").observe(1)
    samples = [sample for metric in END_TO_END_SECONDS.collect() for sample in metric.samples]
    assert bound in {sample.labels.get("le") for sample in samples}


def test_every_alert_has_a_unit_test() -> None:
    named = set(re.findall(r"alertname: (\w+)", UNIT_TESTS.read_text(encoding="utf-8")))
    rules = {rule["alert"] for group in YAML(typ="safe").load(RULES)["groups"] for rule in group["rules"]}
    assert rules == named


def test_jobs_are_named_as_the_processes_whose_logs_a_runbook_opens() -> None:
    assert set(JOBS) <= {process.name for process in PROCESSES}


def test_a_missing_target_is_watched_for_every_job() -> None:
    text = RULES.read_text(encoding="utf-8")
    assert set(re.findall(r'absent\(up\{job="([\w-]+)"\}', text)) == set(JOBS)
