"""The line under faults: started as people start it, every process of it within reach of a signal."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psutil
from clickhouse_driver import Client as ClickHouse
from clickhouse_driver.errors import Error as ClickHouseError
from kafka.errors import KafkaError

from deploy.local.health import Unhealthy
from deploy.local.layout import load_layout
from deploy.local.processes import PROCESSES
from deploy.local.supervise import Supervisor
from deploy.monitoring.lag import LagReader
from tests.faults.ledger import Ledger
from tests.few_domains import few_domains
from tests.line.line import Line
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deploy.local.layout import Layout

PARTITIONS: Final = 4
SESSION_SECONDS: Final = 6
"""After this long without a heartbeat a group gives a member's partitions away: the least that Kafka allows."""
TOPICS: Final = {
    "xiangmai-worker": "village.appeals",
    "xiangmai-sink-events": "village.appeals",
    "xiangmai-sink-cases": "township.cases",
    "xiangmai-sink-indicators": "township.indicators",
}
"""The groups that must have read everything, each with the topic that has records in it."""
SETTINGS: Final = {
    "XIANGMAI_PARTITIONS": str(PARTITIONS),
    "XIANGMAI_WORKER_SESSION_TIMEOUT_SECONDS": str(SESSION_SECONDS),
    "XIANGMAI_WORKER_INSTANCE": "county-1",
    "XIANGMAI_SINK_SESSION_SECONDS": str(SESSION_SECONDS),
}


class FaultyLine(Line):
    """A line whose processes are killed and put to sleep. Its supervisor restarts what dies; nobody else helps it."""

    def __init__(self, data: Path, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(data, {**SETTINGS, "XIANGMAI_DOMAINS": str(few_domains()), **(settings or {})})
        self._lag: LagReader | None = None
        self._unsaid = ""
        self.ledgers: list[Ledger] = []
        """The books of all clients that ever sent to it."""

    @property
    def layout(self) -> Layout:
        """The stack's folder and ports."""
        return load_layout(self.data)

    def pid(self, name: str) -> int:
        """The process the supervisor has under this name now; 0 while it has none."""
        told = Supervisor(self.layout).information()[name]
        return int(told["pid"]) if told["statename"] in {"RUNNING", "STARTING"} else 0

    def signal(self, name: str, number: int) -> int:
        """Send a signal to a process of the stack and return which one it was; waits while it is just being restarted."""
        wait_until(f"{name} runs", lambda: self.pid(name), 120)
        pid = self.pid(name)
        os.kill(pid, number)
        return pid

    def kill(self, name: str) -> None:
        """`kill -9`; returns when it is dead."""
        pid = self.signal(name, signal.SIGKILL)
        wait_until(f"{name} is dead", lambda: not _alive(pid), 10)

    def healthy(self, name: str) -> bool:
        """Whether a process answers as the stack's own look at it wants."""
        try:
            next(one for one in PROCESSES if one.name == name).healthy(self.layout)
        except Unhealthy:
            return False
        return True

    def committed(self, group: str) -> int:
        """Offsets a group has committed, over all its partitions; -1 while nobody can say."""
        lags = self._lags([group])
        return -1 if lags is None else sum(lag.committed for lag in lags)

    def behind(self) -> str:
        """Who has not read everything yet, in words; empty when nobody is behind."""
        lags = self._lags(None)
        if lags is None:
            return f"Kafka does not say: {self._unsaid}"
        waiting = [f"{lag.group} on {lag.topic}-{lag.partition}: {lag.records}" for lag in lags if lag.records]
        for group, topic in TOPICS.items():
            known = {lag.partition for lag in lags if (lag.group, lag.topic) == (group, topic)}
            if len(known) < PARTITIONS:
                waiting.append(f"{group} has committed only partitions {sorted(known)} of {topic}")
        return "; ".join(waiting)

    def stored(self) -> int:
        """How many events the warehouse shows; -1 while it does not answer."""
        with suppress(ClickHouseError, OSError, EOFError):
            return int(self.ask("SELECT count() FROM xiangmai.events_appeals", patience_seconds=3)[0][0])
        return -1

    def ask(self, sql: str, *, patience_seconds: float) -> list[tuple[Any, ...]]:
        """Answer `sql`, as `query` does, but give up on a server that does not answer."""
        client = ClickHouse(
            host=self.environment["XIANGMAI_CLICKHOUSE_HOST"],
            port=int(self.environment["XIANGMAI_CLICKHOUSE_PORT"]),
            connect_timeout=patience_seconds,
            send_receive_timeout=patience_seconds,
            sync_request_timeout=patience_seconds,
        )
        try:
            rows: list[tuple[Any, ...]] = client.execute(sql)
        finally:
            client.disconnect()
        return rows

    def _lags(self, groups: list[str] | None) -> Any:
        if not self.kafka_listens():
            self._unsaid = "it does not listen"
            return None
        try:
            self._lag = self._lag or LagReader(self.environment["XIANGMAI_KAFKA_BOOTSTRAP"], patience_seconds=5)
            return self._lag.read(groups)
        except (KafkaError, OSError, ValueError, AssertionError) as error:
            self._unsaid = repr(error)
            # A broker that was killed: the connection may be unusable, the next question gets a new one.
            with suppress(Exception):
                if self._lag is not None:
                    self._lag.close()
            self._lag = None
            return None

    def kafka_listens(self) -> bool:
        """Whether somebody is behind the broker's port."""
        with socket.socket() as one:
            one.settimeout(1)
            return one.connect_ex(("127.0.0.1", self.layout.ports["kafka"])) == 0

    def down(self) -> None:
        """Wake what sleeps, then stop everything."""
        with suppress(OSError):
            for told in Supervisor(self.layout).information().values():
                with suppress(ProcessLookupError):
                    os.kill(told["pid"], signal.SIGCONT) if told["pid"] else None
        if self._lag is not None:
            self._lag.close()
        super().down()


class Client:
    """The department's client of one stream: a process that is killed and started again, as its own supervisor would."""

    def __init__(self, line: FaultyLine, folder: Path, seed: int, *, events_per_second: float = 0) -> None:
        self.ledger = Ledger(folder, seed)
        line.ledgers.append(self.ledger)
        self._command = [sys.executable, "-m", "tests.faults.producing", str(folder), str(seed), str(events_per_second)]
        self._environment = line.environment
        self._log = folder / f"{seed}.log"
        self._allowed = 0
        self.gave_up = 0
        """How often it ended by itself: the product is not to do that while Kafka is away for seconds."""
        self._process = self._start()

    def allow(self, events: int) -> None:
        """Let it send so many events of the stream, all in all."""
        self._allowed = max(self._allowed, events)
        self._tell()

    def idle(self) -> bool:
        """Whether it has sent all it may."""
        return self.ledger.attempted() >= self._allowed

    def kill(self) -> None:
        """`kill -9` and another start."""
        self._process.kill()
        self._process.wait()
        self._process = self._start()
        self._tell()

    def look_after(self) -> None:
        """Start it again should it have ended by itself."""
        if self._process.poll() is not None:
            self.gave_up += 1
            self._process = self._start()
            self._tell()

    def finish(self, seconds: float = 180) -> None:
        """Let it end when everything it sent is confirmed."""
        wait_until(f"all is attempted; its log: {self.log()}", self._kept_idle, seconds)
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert self._process.wait(timeout=seconds) == 0, self.log()

    def end(self) -> None:
        """End it whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def log(self) -> str:
        """The end of what it said."""
        return self._log.read_text(errors="replace")[-3_000:]

    def _kept_idle(self) -> bool:
        self.look_after()
        return self.idle()

    def _start(self) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                self._command,
                env=self._environment,
                cwd=Path(__file__).parents[2],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def _tell(self) -> None:
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{self._allowed}\n".encode())
            self._process.stdin.flush()


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
