"""How a stack stands: each process, its health, and the alerts that Prometheus has raised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import httpx
from rich.table import Table

from deploy.local.health import CHECK_SECONDS, Unhealthy
from deploy.local.layout import LOOPBACK
from deploy.local.processes import PROCESSES
from deploy.local.supervise import UP, Supervisor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from deploy.local.layout import Layout
    from deploy.local.processes import Process

ADDRESSES: Final = {
    "clickhouse": ("clickhouse-http", ""),
    "registry": ("registry", "/ui"),
    "prometheus": ("prometheus", ""),
}
"""Processes a person can look at with a browser: the port and the path."""


def standing(layout: Layout) -> list[dict[str, Any]]:
    """One row for each process of a running stack, in the order of their start; empty when it is down."""
    supervisor = Supervisor(layout)
    if not supervisor.running():
        return []
    told = supervisor.information()
    return [_row(layout, process, told[process.name]) for process in PROCESSES if process.name in told]


def alerts(layout: Layout) -> list[dict[str, str]]:
    """The alerts that fire now: name, severity, summary, runbook. Raises Unhealthy when Prometheus does not answer."""
    try:
        answer = httpx.get(f"http://{LOOPBACK}:{layout.ports['prometheus']}/api/v1/alerts", timeout=CHECK_SECONDS)
        raised = answer.raise_for_status().json()["data"]["alerts"]
    except httpx.HTTPError as error:
        raise Unhealthy(f"Prometheus: {type(error).__name__}") from error
    return [
        {"name": one["labels"]["alertname"], "severity": one["labels"]["severity"], **one["annotations"]}
        for one in raised
        if one["state"] == "firing"
    ]


def show(layout: Layout, rows: Sequence[dict[str, Any]], console: Console) -> None:
    """Print the processes, what is wrong with those that are not well, the alerts, and where to look next."""
    if not rows:
        console.print(f"没有在运行 / not running: {layout.data}（启动 / start: make up）", markup=False, soft_wrap=True)
        return
    table = Table("进程 process", "状态 state", "pid", "秒 s", "端口 ports")
    for row in rows:
        state = "[green]正常 healthy[/]" if row["healthy"] else f"[red]异常 {row['state']}[/]"
        ports = " ".join(str(port) for port in row["ports"].values())
        table.add_row(f"{row['name']} {row['zh']}", state, str(row["pid"]), str(row["up_seconds"]), ports)
    console.print(table)
    for row in rows:
        if not row["healthy"]:
            console.print(f"✗ {row['name']}: {row['problem']}", style="red", markup=False, soft_wrap=True)
            console.print(f"  日志 / log: xiangmai stack logs {row['name']}", markup=False, soft_wrap=True)
    well = {row["name"] for row in rows if row["healthy"]}
    if "prometheus" in well:
        _show_alerts(layout, console)
    for name, (port, path) in ADDRESSES.items():
        if name in well:
            console.print(f"{name}: http://{LOOPBACK}:{layout.ports[port]}{path}", markup=False, soft_wrap=True)


def _show_alerts(layout: Layout, console: Console) -> None:
    try:
        firing = alerts(layout)
    except Unhealthy as error:
        console.print(f"✗ {error}", style="red", markup=False, soft_wrap=True)
        return
    if not firing:
        console.print("没有告警 / no alerts", markup=False)
    for alert in firing:
        style = "red" if alert["severity"] == "page" else "yellow"
        console.print(f"⚠ {alert['name']} {alert['summary']}", style=style, markup=False, soft_wrap=True)
        console.print(f"  {alert['runbook']}", markup=False, soft_wrap=True)


def _row(layout: Layout, process: Process, told: dict[str, Any]) -> dict[str, Any]:
    problem = ""
    if told["statename"] in UP:
        try:
            process.healthy(layout)
        except Unhealthy as error:
            problem = str(error)
    else:
        problem = told["spawnerr"] or told["description"] or told["statename"]
    return {
        "name": process.name,
        "zh": process.zh,
        "state": told["statename"],
        "healthy": not problem,
        "pid": told["pid"],
        "up_seconds": told["now"] - told["start"] if told["statename"] in UP else 0,
        "ports": {port: layout.ports[port] for port in process.ports},
        "problem": problem,
        "log": str(layout.logs / f"{process.name}.log"),
    }
