"""Shows a snapshot and its findings: for people as tables, for programs as one JSON object."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE
from rich.table import Table

from deploy.doctor.finding import PAGE
from deploy.doctor.snapshot import SERVICES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from deploy.doctor.finding import Finding
    from deploy.doctor.snapshot import Snapshot


def as_json(seen: Snapshot, found: Sequence[Finding], verdict: str) -> dict[str, Any]:
    """Return everything that was seen and found as plain values."""
    return {
        "verdict": verdict,
        "asked_at": datetime.fromtimestamp(seen.at_seconds, UTC).isoformat(),
        "installed_version": seen.installed_version,
        "findings": [asdict(finding) for finding in found],
        "services": {name: asdict(service) for name, service in seen.services.items()},
        "lag": None if seen.lags is None else [asdict(lag) for lag in seen.lags],
        "oldest_unprocessed": _oldest(seen),
        "dead_letters": None if seen.dead_letters is None else [asdict(letters) for letters in seen.dead_letters],
        "freshness": _freshness(seen),
        "state": _state(seen),
        "verify": _verify(seen),
        "alerts": None if seen.alerts is None else [asdict(alert) for alert in seen.alerts],
        "disk": None if seen.disk is None else asdict(seen.disk),
    }


def show(seen: Snapshot, found: Sequence[Finding], console: Console) -> None:
    """Print what is wrong and what to do first, then how everything stands."""
    _show_findings(found, console)
    _show_services(seen, console)
    if any(service.up for service in seen.services.values()):
        _show_lag(seen, console)
        for line in _lines(seen):
            console.print(line, markup=False, highlight=False)


def _show_findings(found: Sequence[Finding], console: Console) -> None:
    if not found:
        console.print("✓ 一切正常 / all is well", style="green", markup=False)
    for finding in found:
        style = "bold red" if finding.severity == PAGE else "yellow"
        console.print(f"✗ {finding.zh}", style=style, markup=False, highlight=False)
        console.print(f"  {finding.en}", style="dim", markup=False, highlight=False)
        console.print(f"  做 / do: {finding.do_zh} / {finding.do_en}", markup=False, highlight=False)
        console.print(f"    $ {finding.command}", style="cyan", markup=False, highlight=False)
    console.print()


def _show_services(seen: Snapshot, console: Console) -> None:
    table = _table("进程 process", "状态 state", "地址 address", "版本 version")
    for name, service in seen.services.items():
        state = "[green]有应答 answers[/]" if service.up else "[red]无应答 no answer[/]"
        state = "不在此栈 not part of it" if service.absent else state
        table.add_row(f"{name} {SERVICES[name]}", state, service.address, service.version)
    console.print(table)


def _table(*titles: str) -> Table:
    table = Table(box=SIMPLE, pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")  # an address cut short is none
    return table


def _show_lag(seen: Snapshot, console: Console) -> None:
    if seen.lags is None:
        return
    table = _table("消费组 group", "主题 topic", "分区 partitions", "落后 behind", "最早等待 oldest waits")
    rows: dict[tuple[str, str], list[Any]] = {}
    for lag in seen.lags:
        rows.setdefault((lag.group, lag.topic), []).append(lag)
    for (group, topic), lags in sorted(rows.items()):
        behind = {lag.partition: lag.records for lag in lags if lag.records}
        where = ", ".join(f"{partition}: {records}" for partition, records in sorted(behind.items())) or "0"
        since = min((lag.waiting_since_ms for lag in lags if lag.waiting_since_ms is not None), default=None)
        waits = "" if since is None else f"{seen.at_seconds - since / 1000:.0f} s"
        table.add_row(group, topic, str(len(lags)), where, waits)
    console.print(table)


def _lines(seen: Snapshot) -> list[str]:
    lines = []
    oldest = _oldest(seen)
    if seen.lags is not None:
        waits = (
            "没有 / none"
            if oldest is None
            else f"{oldest['waits_seconds']:.0f} s（{oldest['group']}，{oldest['topic']}）"
        )
        lines.append(f"最早未处理的记录 / oldest unprocessed record: {waits}")
    if seen.dead_letters is not None:
        letters = ", ".join(f"{each.reason} {each.count}" for each in seen.dead_letters) or "没有 / none"
        lines.append(f"未处理的死信 / unresolved dead letters: {letters}")
    fresh = _freshness(seen)
    lines += [f"最新事件 / newest event of {topic}: {_when(at)}" for topic, at in fresh["newest_event"].items()]
    kinds: dict[str, str] = {}
    for table, at in fresh["last_insert"].items():
        kind = table.partition("_")[0]
        kinds[kind] = max(kinds.get(kind, ""), at)
    inserts = ", ".join(f"{kind} {_when(at)}" for kind, at in kinds.items()) or "没有 / none"
    lines.append(f"最近入库 / last inserts: {inserts}")
    state = _state(seen)
    if state is not None:
        size = f"{state['state_bytes'] / 2**20:.1f} MB"
        lines.append(
            f"计算状态 / state: {state['cases']:.0f} 件事项 cases, {state['cells']:.0f} 个单元 cells, {size}, "
            f"{state['partitions_live']:.0f} 个分区 partitions"
        )
    verify = _verify(seen)
    if verify is None:
        lines.append("上次核对 / last verify: 没有核对过 / not run")
    else:
        lines.append(
            f"上次核对 / last verify: {_when(verify['last_run_at'])}, {verify['cells']:.0f} 个单元 cells, "
            f"{verify['mismatches']:.0f} 个不符 different"
        )
    lines.append(f"安装的版本 / installed: {seen.installed_version or '?'}")
    return lines


def _oldest(seen: Snapshot) -> dict[str, Any] | None:
    waiting = [lag for lag in seen.lags or () if lag.waiting_since_ms is not None]
    if not waiting:
        return None
    lag = min(waiting, key=lambda each: each.waiting_since_ms or 0)
    return {
        "group": lag.group,
        "topic": lag.topic,
        "partition": lag.partition,
        "offset": lag.committed,
        "waits_seconds": seen.at_seconds - (lag.waiting_since_ms or 0) / 1000,
    }


def _freshness(seen: Snapshot) -> dict[str, dict[str, str]]:
    """Return the newest event of every domain topic the worker has seen, and each table's last insert, as times."""
    found = {
        "newest_event": seen.of("worker").by("xiangmai_worker_watermark_timestamp_seconds", "topic"),
        "last_insert": seen.of("sink").by("xiangmai_sink_last_success_timestamp_seconds", "table"),
    }
    return {
        what: {name: datetime.fromtimestamp(at, UTC).isoformat() for name, at in sorted(times.items())}
        for what, times in found.items()
    }


def _state(seen: Snapshot) -> dict[str, float] | None:
    worker = seen.of("worker")
    if not worker.samples:
        return None
    owned = worker.by("xiangmai_worker_partitions", "state")
    return {
        "cases": worker.total("xiangmai_worker_cases"),
        "cells": worker.total("xiangmai_worker_cells"),
        "state_bytes": worker.total("xiangmai_worker_state_bytes"),
        "partitions_live": owned.get("live", 0.0),
        "partitions_recovering": owned.get("recovering", 0.0),
    }


def _verify(seen: Snapshot) -> dict[str, Any] | None:
    verify = seen.of("verify")
    runs = verify.total("xiangmai_verify_runs_total")
    if not runs:
        return None
    last = verify.total("xiangmai_verify_last_run_timestamp_seconds")
    return {
        "last_run_at": datetime.fromtimestamp(last, UTC).isoformat(),
        "runs": runs,
        "cells": verify.total("xiangmai_verify_cells_compared"),
        "mismatches": verify.total("xiangmai_verify_mismatches"),
    }


def _when(text: str) -> str:
    """Return an ISO time in this machine's zone, to the second."""
    return datetime.fromisoformat(text).astimezone().strftime("%Y-%m-%d %H:%M:%S")
