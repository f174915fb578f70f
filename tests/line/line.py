"""A whole line for a test: its own Kafka, registry, ClickHouse, worker and sinks, driven by the command people use."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clickhouse_driver import Client

from deploy.monitoring.lag import LagReader

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

XIANGMAI = str(Path(sys.executable).with_name("xiangmai"))
UP_SECONDS = 300  # the first stack of a fresh checkout downloads what it runs
QUERYABLE_SECONDS = 300


class Line:
    """The line on free ports in a folder of its own. Blocks until it is up; `down` ends every process of it."""

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.environment = {**os.environ, **(settings or {}), "XIANGMAI_DATA": str(data)}

    def up(self) -> None:
        """Start everything but the monitoring, wait until healthy, and take over the line's addresses."""
        self.run("stack", "up", "--free-ports", "--without", "prometheus,alertmanager", timeout_seconds=UP_SECONDS)
        environment = json.loads(self.run("stack", "env", "--format", "json"))
        self.environment.update(environment)

    def down(self) -> None:
        """Stop every process; the data folder stays for a look."""
        self.run("stack", "down")

    def run(self, *arguments: str, ok: Sequence[int] = (0,), timeout_seconds: float = 300) -> str:
        """Run `xiangmai ARGUMENTS` in the line's environment and return what it prints; fails with both outputs."""
        done = subprocess.run(
            [XIANGMAI, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
        )
        if done.returncode not in ok:
            raise AssertionError(
                f"xiangmai {' '.join(arguments)} ended with {done.returncode}\n"
                f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
            )
        return done.stdout

    def import_file(self, file: Path, mapping: Path) -> dict[str, Any]:
        """Import a file and return the importer's summary; refused rows are an answer, not a failure."""
        report = self.data / f"{file.name}.refused.csv"
        printed = self.run(
            "import", str(file), "--mapping", str(mapping), "--report", str(report), "--format", "json", ok=(0, 1)
        )
        summary: dict[str, Any] = json.loads(printed)
        return summary

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Answer `sql` through clickhouse-driver, as any analyst's program would."""
        client = Client(
            host=self.environment["XIANGMAI_CLICKHOUSE_HOST"],
            port=int(self.environment["XIANGMAI_CLICKHOUSE_PORT"]),
            user=self.environment["XIANGMAI_CLICKHOUSE_USER"],
            password=self.environment["XIANGMAI_CLICKHOUSE_PASSWORD"],
        )
        try:
            rows: list[tuple[Any, ...]] = client.execute(sql)
        finally:
            client.disconnect()
        return rows

    def wait_until_queryable(self, *, events: int, table: str = "events_appeals") -> None:
        """Wait until `events` events are in this view of the warehouse and no consumer group of the line is behind."""
        deadline = time.monotonic() + QUERYABLE_SECONDS
        while True:
            stored = self.query(f"SELECT count() FROM xiangmai.{table}")[0][0]
            if stored >= events and self.lag() == 0:
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"{stored} of {events} events are queryable, {self.lag()} records behind")
            time.sleep(0.2)

    def lag(self) -> int:
        """Records the line's consumer groups have not yet committed, as the broker sees it."""
        reader = LagReader(self.environment["XIANGMAI_KAFKA_BOOTSTRAP"])
        try:
            return sum(lag.records for lag in reader.read(GROUPS))
        finally:
            reader.close()


GROUPS = ("xiangmai-worker", "xiangmai-sink-events", "xiangmai-sink-cases", "xiangmai-sink-indicators")
