"""The local stack as an operator meets it: up twice, a crash, a taken port, a killed supervisor, Ctrl-C, down."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest
from kafka import KafkaAdminClient

from deploy.local.artifacts import KAFKA
from deploy.local.layout import load_layout
from deploy.local.supervise import Supervisor, strays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

XIANGMAI = str(Path(sys.executable).with_name("xiangmai"))
WAIT_SECONDS = 60


def stack(data: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [XIANGMAI, "stack", *arguments, "--data", str(data)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def status(data: Path) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(stack(data, "status", "--format", "json").stdout)}


def wait_for(what: str, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.1)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    stack(tmp_path / "data", "down")
    assert strays(tmp_path / "data") == []


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("shared") / "data"
    yield folder
    stack(folder, "down")
    assert strays(folder) == []


@pytest.fixture
def kafka_only(shared: Path) -> Path:
    """A stack of Kafka alone, shared by the stories of this file: each begins with `up`, whatever the last one broke."""
    done = stack(shared, "up", "--free-ports", "--only", "kafka")
    assert done.returncode == 0, done.stderr
    return shared


def test_a_second_up_is_harmless_and_down_leaves_nothing_but_the_data(kafka_only: Path) -> None:
    before = status(kafka_only)["kafka"]
    again = stack(kafka_only, "up", "--only", "kafka")
    assert again.returncode == 0
    assert "was up" in again.stderr
    assert status(kafka_only)["kafka"]["pid"] == before["pid"]

    admin = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{before['ports']['kafka']}")
    admin.create_topics({"kept": {"num_partitions": 1, "replication_factor": 1}})
    admin.close()
    assert stack(kafka_only, "down").returncode == 0
    assert strays(kafka_only) == []

    assert stack(kafka_only, "up", "--only", "kafka").returncode == 0
    admin = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{before['ports']['kafka']}")
    assert "kept" in admin.list_topics()
    admin.close()


def test_java_begins_with_the_classes_it_had_the_last_time(kafka_only: Path) -> None:
    loaded = Path(f"/proc/{status(kafka_only)['kafka']['pid']}/maps").read_text()
    assert re.search(rf"/{KAFKA}-\w+\.jsa$", loaded, re.MULTILINE)


def test_two_at_once_start_one_line(data: Path) -> None:
    command = [XIANGMAI, "stack", "up", "--data", str(data), "--free-ports", "--only", "kafka"]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [one.communicate(timeout=120)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert sorted("was up" in text for text in told) == [False, True]
    assert [process.name() for process in strays(data)].count("java") == 1


def test_what_dies_is_started_again(kafka_only: Path) -> None:
    before = status(kafka_only)["kafka"]["pid"]
    os.kill(before, signal.SIGKILL)
    wait_for(
        "kafka is healthy under another pid",
        lambda: (row := status(kafka_only)["kafka"])["healthy"] and row["pid"] != before,
    )


def test_what_has_just_died_can_be_stopped_and_is_not_started_again(kafka_only: Path) -> None:
    supervisor = Supervisor(load_layout(kafka_only))
    for _ in range(3):
        os.kill(int(supervisor.information()["kafka"]["pid"]), signal.SIGKILL)
        supervisor.stop_process("kafka")
        assert supervisor.state("kafka") == "STOPPED"
        supervisor.start_process("kafka")
        wait_for("it runs again", lambda: supervisor.state("kafka") == "RUNNING")
    wait_for("it is healthy again", lambda: status(kafka_only)["kafka"]["healthy"])


def test_a_killed_supervisor_leaves_orphans_that_the_next_up_deals_with(kafka_only: Path) -> None:
    supervisor = psutil.Process(status(kafka_only)["kafka"]["pid"]).parent()
    assert supervisor is not None
    supervisor.kill()
    supervisor.wait(10)
    assert [process.name() for process in strays(kafka_only)] == ["java"]

    done = stack(kafka_only, "up", "--only", "kafka")
    assert done.returncode == 0, done.stderr
    assert "supervisor is gone" in done.stderr
    assert status(kafka_only)["kafka"]["healthy"]


def test_a_port_taken_under_a_running_line_stops_only_the_newcomer(kafka_only: Path) -> None:
    before = status(kafka_only)["kafka"]["pid"]
    port = json.loads((kafka_only / "stack.json").read_text())["ports"]["lag-metrics"]
    with socket.socket() as mine:
        mine.bind(("127.0.0.1", port))
        mine.listen()
        done = stack(kafka_only, "up", "--only", "kafka,lag-exporter")
    assert done.returncode == 3
    assert f"pid {os.getpid()}" in done.stderr
    assert status(kafka_only)["kafka"]["pid"] == before


def test_a_process_is_stopped_for_as_long_as_a_command_runs(kafka_only: Path) -> None:
    done = stack(kafka_only, "up", "--only", "kafka,lag-exporter")
    assert done.returncode == 0, done.stderr
    before = status(kafka_only)["lag-exporter"]["pid"]
    told = 'xiangmai stack status --data "$XIANGMAI_DATA" --format json; test -n "$XIANGMAI_KAFKA_BOOTSTRAP"; exit 7'
    command = [XIANGMAI, "stack", "without", "--data", str(kafka_only), "lag-exporter", "--", "sh", "-c", told]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 7, done.stderr
    meanwhile = {row["name"]: row for row in json.loads(done.stdout)}["lag-exporter"]
    assert not meanwhile["healthy"]
    after = status(kafka_only)["lag-exporter"]
    assert after["healthy"]
    assert after["pid"] != before
    assert stack(kafka_only, "without", "nobody", "true").returncode == 2


def test_the_doctor_names_what_is_down_and_what_to_type(kafka_only: Path) -> None:
    done = stack(kafka_only, "up", "--only", "kafka,lag-exporter")
    assert done.returncode == 0, done.stderr
    doctor = ["doctor", "--data", str(kafka_only), "--format", "json"]
    well = json.loads(subprocess.run([XIANGMAI, *doctor], capture_output=True, check=False).stdout)
    assert {name for name, service in well["services"].items() if service["up"]} == {"kafka", "lag-exporter"}
    assert [finding for finding in well["findings"] if finding["what"].startswith("down:")] == []
    command = [XIANGMAI, "stack", "without", "--data", str(kafka_only), "lag-exporter", "--", XIANGMAI, *doctor]
    ill = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ill.returncode == 1, ill.stderr
    down = [finding for finding in json.loads(ill.stdout)["findings"] if finding["what"].startswith("down:")]
    assert [finding["what"] for finding in down] == ["down:lag-exporter"]
    assert "xiangmai stack restart lag-exporter" in down[0]["command"]


def test_monitoring_joins_a_running_line_and_sees_it(kafka_only: Path) -> None:
    done = stack(kafka_only, "up", "--only", "kafka,lag-exporter,prometheus,alertmanager")
    assert done.returncode == 0, done.stderr
    told = status(kafka_only)
    lag = f"http://127.0.0.1:{told['lag-exporter']['ports']['lag-metrics']}/metrics"
    wait_for("the exporter has asked Kafka", lambda: "xiangmai_kafka_up 1.0" in httpx.get(lag).text)
    assert stack(kafka_only, "restart", "lag-exporter").returncode == 0
    again = status(kafka_only)["lag-exporter"]
    assert again["healthy"]
    assert again["pid"] != told["lag-exporter"]["pid"]
    if "prometheus" not in told or "alertmanager" not in told:
        assert "left out" in done.stderr
        pytest.skip("Prometheus is not on this machine and may not be installed from Debian (not root)")
    prometheus = f"http://127.0.0.1:{told['prometheus']['ports']['prometheus']}/api/v1"
    wait_for("Prometheus has scraped Kafka's lag", lambda: value(prometheus, "xiangmai_kafka_up") == 1)
    wait_for("a process that is not there is seen", lambda: value(prometheus, 'up{job="worker"}') == 0)
    wait_for("TargetDown is on its way", lambda: value(prometheus, 'ALERTS{alertname="TargetDown",job="worker"}') == 1)
    managers = httpx.get(f"{prometheus}/alertmanagers").json()["data"]["activeAlertmanagers"]
    assert [manager["url"] for manager in managers] == [
        f"http://127.0.0.1:{told['alertmanager']['ports']['alertmanager']}/api/v2/alerts"
    ]
    page = f"http://127.0.0.1:{told['prometheus']['ports']['prometheus']}"
    assert page in stack(kafka_only, "status").stdout
    needed = re.findall(r'(?:src|href)="(/[^"]+[.](?:js|css)[^"]*)"', httpx.get(page, follow_redirects=True).text)
    assert needed
    assert {httpx.get(f"{page}{file}").status_code for file in needed} == {200}


def value(prometheus: str, query: str) -> float | None:
    result = httpx.get(f"{prometheus}/query", params={"query": query}).json()["data"]["result"]
    return float(result[0]["value"][1]) if result else None


def test_a_taken_port_is_named_with_its_holder_and_the_way_out(data: Path) -> None:
    with socket.socket() as mine:
        mine.bind(("127.0.0.1", 0))
        mine.listen()
        port = mine.getsockname()[1]
        done = stack(data, "up", "--only", "kafka", XIANGMAI_KAFKA_PORT=str(port))
    assert done.returncode == 3
    assert str(port) in done.stderr
    assert f"pid {os.getpid()}" in done.stderr
    assert "XIANGMAI_KAFKA_PORT" in done.stderr
    assert strays(data) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_during_up_leaves_nothing(data: Path, number: signal.Signals) -> None:
    command = [XIANGMAI, "stack", "up", "--data", str(data), "--free-ports", "--only", "kafka,registry"]
    up = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for("kafka is being started", lambda: any(process.name() == "java" for process in strays(data)))
    up.send_signal(number)
    assert up.wait(60) != 0
    assert strays(data) == []


def test_a_process_that_cannot_start_is_given_up_with_its_own_words(data: Path) -> None:
    data.mkdir()
    (data / "clickhouse").write_text("not a folder")
    done = stack(data, "up", "--free-ports", "--only", "clickhouse")
    assert done.returncode == 3
    assert "does not get well" in done.stderr
    assert str(data / "logs" / "clickhouse.log") in done.stderr
    assert str(data / "clickhouse") in done.stderr.split("clickhouse.log", 1)[1]
    assert strays(data) == []


def test_an_unknown_process_is_a_usage_error_that_names_the_known_ones(data: Path) -> None:
    done = stack(data, "up", "--only", "kafak")
    assert done.returncode == 2
    assert "kafak" in done.stderr
    assert "kafka" in done.stderr


def test_status_of_a_stack_that_is_down_says_how_to_start_it(data: Path) -> None:
    done = stack(data, "status")
    assert done.returncode == 1
    assert "make up" in done.stdout
