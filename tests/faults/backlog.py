"""After an outage: how fast what has gathered is worked off, beside what the line manages on a normal day."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from deploy.local.supervise import Supervisor
from tests.faults import results
from tests.faults.line import Client
from tests.faults.settling import drain, settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.faults.line import FaultyLine

LEAST_SHARE: Final = 0.8
DOWN: Final = ("worker", "sink", "clickhouse")
PATIENCE_SECONDS: Final = 3_600


def run(line: FaultyLine, folder: Path, events: int, tell: Callable[[str], None]) -> dict[str, Any]:
    """Time so many events with everything up, and so many others that gathered while the line was down."""
    supervisor = Supervisor(line.layout)
    clients = [Client(line, folder, seed) for seed in (21, 22)]
    try:
        tell(f"{events:,} events as fast as the line takes them")
        began = time.monotonic()
        send(clients[0], events)
        sent = time.monotonic() - began
        drain(line, PATIENCE_SECONDS)
        normal = time.monotonic() - began
        tell(f"sent in {sent:.0f} s, queryable after {normal:.0f} s: {events / normal:,.0f} events/s")
        for name in DOWN:
            supervisor.stop_process(name)
        send(clients[1], events)
        tell(f"{events:,} events gathered while {', '.join(DOWN)} were down")
        began = time.monotonic()
        for name in reversed(DOWN):
            supervisor.start_process(name)
        drain(line, PATIENCE_SECONDS)
        backlog = time.monotonic() - began
        tell(f"drained in {backlog:.0f} s, the start of the processes included: {events / backlog:,.0f} events/s")
        outcome = settle(line, seconds=PATIENCE_SECONDS)
    finally:
        for client in clients:
            client.end()
    share = normal / backlog
    wrong = [*outcome.wrong]
    if share < LEAST_SHARE:
        wrong.append(f"a backlog drains at {share:.0%} of the normal rate")
    rows = [
        ["normal day, from the first event sent to the last queryable", f"{normal:.0f}", f"{events / normal:,.0f}"],
        [
            "backlog, from the start of the processes to the last queryable",
            f"{backlog:.0f}",
            f"{events / backlog:,.0f}",
        ],
    ]
    told = f"{results.table([f'{events:,} events', 's', 'events/s'], rows)}\n\nshare: {share:.0%}"
    return {
        "events": events,
        "normal_seconds": round(normal, 1),
        "backlog_seconds": round(backlog, 1),
        "share": round(share, 3),
        "outcome": outcome.as_json(),
        "wrong": wrong,
        "told": told,
    }


def send(client: Client, events: int) -> None:
    """Send so many, and return when all are confirmed."""
    client.allow(events)
    client.finish(PATIENCE_SECONDS)
