"""The local stack as an operator meets it: up twice, a crash, a taken port, a killed supervisor, Ctrl-C, down."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from kafka import KafkaAdminClient

from deploy.local.supervise import strays

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


@pytest.fixture
def kafka_only(data: Path) -> Path:
    done = stack(data, "up", "--free-ports", "--only", "kafka")
    assert done.returncode == 0, done.stderr
    return data


def test_a_second_up_is_harmless_and_down_leaves_nothing_but_the_data(kafka_only: Path) -> None:
    before = status(kafka_only)["kafka"]["pid"]
    port = status(kafka_only)["kafka"]["ports"]["kafka"]
    assert stack(kafka_only, "up", "--only", "kafka").returncode == 0
    assert status(kafka_only)["kafka"]["pid"] == before

    admin = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}")
    admin.create_topics({"kept": {"num_partitions": 1, "replication_factor": 1}})
    admin.close()
    assert stack(kafka_only, "down").returncode == 0
    assert strays(kafka_only) == []

    assert stack(kafka_only, "up", "--only", "kafka").returncode == 0
    admin = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{port}")
    assert "kept" in admin.list_topics()
    admin.close()


def test_what_dies_is_started_again(kafka_only: Path) -> None:
    before = status(kafka_only)["kafka"]["pid"]
    os.kill(before, signal.SIGKILL)
    wait_for(
        "kafka is healthy under another pid",
        lambda: (row := status(kafka_only)["kafka"])["healthy"] and row["pid"] != before,
    )


def test_a_killed_supervisor_leaves_orphans_that_the_next_up_and_down_deal_with(kafka_only: Path) -> None:
    supervisor = psutil.Process(status(kafka_only)["kafka"]["pid"]).parent()
    assert supervisor is not None
    supervisor.kill()
    supervisor.wait(10)
    assert [process.name() for process in strays(kafka_only)] == ["java"]

    done = stack(kafka_only, "up", "--only", "kafka")
    assert done.returncode == 0, done.stderr
    assert "supervisor is gone" in done.stderr
    assert status(kafka_only)["kafka"]["healthy"]


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


def test_ctrl_c_during_up_leaves_nothing(data: Path) -> None:
    command = [XIANGMAI, "stack", "up", "--data", str(data), "--free-ports", "--only", "kafka,registry"]
    up = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_for("kafka is being started", lambda: any(process.name() == "java" for process in strays(data)))
    up.send_signal(signal.SIGINT)
    assert up.wait(60) != 0
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
