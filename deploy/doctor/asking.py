"""Asks everything at once, and waits for nobody longer than a person would."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, Final

import httpx

from deploy.doctor.addresses import host_and_port, is_local
from deploy.doctor.snapshot import SERVICES, Alert, DeadLetters, Disk, Metrics, Service, Snapshot
from deploy.local.supervise import UP, Supervisor
from deploy.monitoring.lag import Lag, LagReader

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deploy.doctor.addresses import Addresses
    from deploy.local.layout import Layout

PATIENCE_SECONDS: Final = 2.0
"""For one answer."""
LONGEST_SECONDS: Final = 6.0
"""For all of it: asking for lag takes several answers."""

Answers = dict[str, Any]


class NoAnswer(Exception):  # noqa: N818 - a state of the world
    """Why something did not answer, in a few words."""


def look(layout: Layout, addresses: Addresses) -> Snapshot:
    """Ask everything and return what was seen, after a few seconds at most."""
    asked: dict[str, Callable[[], Any]] = {
        "kafka": lambda: _kafka(addresses.kafka),
        "registry": lambda: _registry(addresses.registry),
        "clickhouse": lambda: _clickhouse(addresses),
        "dead_letters": lambda: _dead_letters(addresses),
        "prometheus": lambda: _prometheus(addresses.prometheus),
        "alerts": lambda: _alerts(addresses.prometheus),
        "alertmanager": lambda: _get(f"{addresses.alertmanager}/-/ready").text and "",
        "supervisor": lambda: _supervisor(layout),
        "disk": lambda: _disk(addresses),
        "warehouse_disk": lambda: _warehouse_disk(addresses),
    }
    for name, address in addresses.metrics.items():
        asked[f"metrics:{name}"] = lambda address=address: Metrics.of(_get(address).text)  # type: ignore[misc]
    answers = _all(asked)
    told: dict[str, Any] | None = _good(answers, "supervisor")
    return Snapshot(
        at_seconds=time.time(),
        services=_services(addresses, answers, told),
        metrics={name: seen for name in addresses.metrics if (seen := _good(answers, f"metrics:{name}")) is not None},
        lags=_good(answers, "kafka"),
        dead_letters=_good(answers, "dead_letters"),
        alerts=_good(answers, "alerts"),
        disk=_good(answers, "disk"),
        warehouse_disk=_good(answers, "warehouse_disk"),
        installed_version=_installed(),
        local=is_local(addresses.kafka),
        worker_group=addresses.worker_group,
        sink_groups=addresses.sink_groups,
        stack_runs=told is not None,
    )


def _all(asked: Mapping[str, Callable[[], Any]]) -> Answers:
    """Ask all at once; who has not answered in time gets a NoAnswer, and is left behind."""
    answers: Answers = {}

    def ask(name: str) -> None:
        try:
            answers[name] = asked[name]()
        except NoAnswer as reason:
            answers[name] = reason
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told as the reason
            answers[name] = NoAnswer(type(error).__name__)

    threads = [threading.Thread(target=ask, args=(name,), name=name, daemon=True) for name in asked]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + LONGEST_SECONDS
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    late = NoAnswer(f"没有在 {LONGEST_SECONDS:.0f} 秒内答完 / not done in {LONGEST_SECONDS:.0f} s")
    return {name: answers.get(name, late) for name in asked}


def _good(answers: Answers, name: str) -> Any:
    answer = answers[name]
    return None if isinstance(answer, NoAnswer) else answer


def _services(addresses: Addresses, answers: Answers, told: dict[str, Any] | None) -> dict[str, Service]:
    where = {
        "kafka": addresses.kafka,
        "registry": addresses.registry,
        "clickhouse": addresses.clickhouse,
        "prometheus": addresses.prometheus,
        "alertmanager": addresses.alertmanager,
    }
    found = {}
    for name in SERVICES:
        answer = answers[name if name in where else f"metrics:{name}"]
        problem = str(answer) if isinstance(answer, NoAnswer) else ""
        state = told.get(name, {}).get("statename", "") if told is not None else ""
        if problem and state and state not in UP:
            problem = f"{problem}；supervisor: {state}"
        found[name] = Service(
            name,
            where.get(name) or addresses.metrics[name],
            up=not problem,
            absent=bool(problem) and told is not None and name not in told,
            problem=problem,
            version=_version(name, answer),
        )
    return found


def _version(name: str, answer: Any) -> str:
    if isinstance(answer, Metrics):
        infos = answer.all("xiangmai_build_info")
        return (
            ", ".join(f"{key} {value}" for key, value in infos[0].labels.items() if key != "process") if infos else ""
        )
    return answer if isinstance(answer, str) and name != "kafka" else ""


def _get(url: str, **options: Any) -> httpx.Response:
    try:
        answer = httpx.get(url, timeout=PATIENCE_SECONDS, **options)
    except httpx.TimeoutException as error:
        raise NoAnswer(f"{PATIENCE_SECONDS:g} 秒无应答 / no answer in {PATIENCE_SECONDS:g} s") from error
    except httpx.HTTPError as error:
        raise NoAnswer(
            "连不上 / cannot connect" if isinstance(error, httpx.ConnectError) else type(error).__name__
        ) from error
    if not answer.is_success:
        raise NoAnswer(f"HTTP {answer.status_code}")
    return answer


def _kafka(bootstrap: str) -> list[Lag]:
    _listens(bootstrap)
    reader = LagReader(bootstrap, patience_seconds=PATIENCE_SECONDS)
    try:
        return reader.read()
    finally:
        reader.close()


def _listens(address: str) -> None:
    try:
        socket.create_connection(host_and_port(address), timeout=PATIENCE_SECONDS).close()
    except TimeoutError as error:
        raise NoAnswer(f"{PATIENCE_SECONDS:g} 秒无应答 / no answer in {PATIENCE_SECONDS:g} s") from error
    except OSError as error:
        raise NoAnswer("连不上 / cannot connect") from error


def _registry(url: str) -> str:
    subjects = _get(f"{url}/subjects").json()
    return f"{len(subjects)} 个模式 / subjects"


def _clickhouse(addresses: Addresses) -> str:
    _listens(addresses.clickhouse)
    rows = _query(addresses, "SELECT version() AS version")
    return str(rows[0]["version"])


def _dead_letters(addresses: Addresses) -> list[DeadLetters]:
    database = addresses.clickhouse_database.replace("`", "")
    rows = _query(
        addresses,
        f"SELECT reason, count() AS letters, toString(min(dead_at)) AS oldest FROM `{database}`.dead_letters "  # noqa: S608 - the settings' own
        "WHERE resolved_at IS NULL GROUP BY reason ORDER BY letters DESC LIMIT 50",
    )
    return [DeadLetters(str(row["reason"]), int(row["letters"]), str(row["oldest"])) for row in rows]


def _query(addresses: Addresses, sql: str) -> list[dict[str, Any]]:
    answer = _get(
        addresses.clickhouse_http,
        params={"query": f"{sql} FORMAT JSONEachRow"},
        headers={
            "X-ClickHouse-User": addresses.clickhouse_user,
            "X-ClickHouse-Key": addresses.clickhouse_password,
        },
    )
    return [json.loads(line) for line in answer.text.splitlines() if line]


def _prometheus(url: str) -> str:
    _get(f"{url}/-/ready")
    return str(_get(f"{url}/api/v1/status/buildinfo").json()["data"]["version"])


def _alerts(url: str) -> list[Alert]:
    raised = _get(f"{url}/api/v1/alerts").json()["data"]["alerts"]
    return [
        Alert(
            one["labels"]["alertname"],
            one["labels"].get("severity", "ticket"),
            one["annotations"].get("summary", ""),
            one["annotations"].get("runbook", ""),
        )
        for one in raised
        if one["state"] == "firing"
    ]


def _supervisor(layout: Layout) -> dict[str, Any]:
    supervisor = Supervisor(layout)
    if not supervisor.running():
        raise NoAnswer("没有在运行 / not running")
    return supervisor.information()


def _disk(addresses: Addresses) -> Disk:
    if not addresses.data.exists():
        raise NoAnswer("没有数据文件夹 / no data folder")
    usage = shutil.disk_usage(addresses.data)
    return Disk(str(addresses.data), usage.free, usage.total)


def _warehouse_disk(addresses: Addresses) -> Disk:
    rows = _query(addresses, "SELECT path, free_space, total_space FROM system.disks ORDER BY free_space LIMIT 1")
    if not rows:
        raise NoAnswer("没有磁盘 / no disk")
    return Disk(str(rows[0]["path"]), int(rows[0]["free_space"]), int(rows[0]["total_space"]))


def _installed() -> str:
    try:
        return version("xiangmai")
    except PackageNotFoundError:
        return ""
