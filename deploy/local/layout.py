"""Where a local stack lives: its data folder, its ports, and the environment its processes get.

A stack is its data folder. Ports are chosen once and remembered in `stack.json`, so that the same line comes up again.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

LOOPBACK: Final = "127.0.0.1"
MEMORY: Final = "stack.json"
MARKER: Final = "XIANGMAI_STACK"
"""Environment variable every process of a stack carries: its data folder. Strays are found by it."""

DEFAULT_PORTS: Final[Mapping[str, int]] = {
    "kafka": 19092,
    "kafka-controller": 19093,
    "registry": 18081,
    "clickhouse": 9000,
    "clickhouse-http": 8123,
    "prometheus": 19090,
    "alertmanager": 19094,
    "clickhouse-metrics": 19101,
    "lag-metrics": 19102,
    "worker-metrics": 19103,
    "sink-metrics": 19104,
    "verify-metrics": 19105,
}
SOCKET_PATH_BYTES: Final = 107 - len(".1234567")
"""Linux takes 107, and supervisord makes the socket under a name with its pid first."""
FREE_PORTS: Final = "20000-31999"
FREE_PORTS_VARIABLE: Final = "XIANGMAI_FREE_PORTS"
PORT_VARIABLES: Final[Mapping[str, str]] = {
    name: f"XIANGMAI_{name.replace('-', '_').upper()}_PORT" for name in DEFAULT_PORTS
}


@dataclass(frozen=True)
class Layout:
    """A stack's folder and ports. Nothing is created by looking."""

    data: Path
    ports: Mapping[str, int]

    @property
    def logs(self) -> Path:
        """Folder of the processes' log files."""
        return self.data / "logs"

    @property
    def run(self) -> Path:
        """Folder of generated configuration."""
        return self.data / "run"

    @property
    def socket(self) -> Path:
        """The supervisor's control socket; in the temporary folder, in /tmp where that one's path is too long for a socket."""
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:16]
        wanted = Path(tempfile.gettempdir()) / f"xiangmai-{os.getuid()}-{digest}.sock"
        return wanted if len(os.fsencode(wanted)) <= SOCKET_PATH_BYTES else Path("/tmp") / wanted.name  # noqa: S108 - the system's own

    @property
    def registry_url(self) -> str:
        """The registry's Confluent-compatible address."""
        return f"http://{LOOPBACK}:{self.ports['registry']}/apis/ccompat/v7"

    def environment(self) -> dict[str, str]:
        """What a process of this stack, and whoever talks to it, needs to know."""
        return {
            "XIANGMAI_DATA": str(self.data),
            "XIANGMAI_KAFKA_BOOTSTRAP": f"{LOOPBACK}:{self.ports['kafka']}",
            "XIANGMAI_REGISTRY_URL": self.registry_url,
            "XIANGMAI_CLICKHOUSE_HOST": LOOPBACK,
            "XIANGMAI_CLICKHOUSE_PORT": str(self.ports["clickhouse"]),
            "XIANGMAI_CLICKHOUSE_HTTP_PORT": str(self.ports["clickhouse-http"]),
            "XIANGMAI_CLICKHOUSE_USER": os.environ.get("XIANGMAI_CLICKHOUSE_USER", "default"),
            "XIANGMAI_CLICKHOUSE_PASSWORD": os.environ.get("XIANGMAI_CLICKHOUSE_PASSWORD", ""),
            "XIANGMAI_PROMETHEUS_URL": f"http://{LOOPBACK}:{self.ports['prometheus']}",
            "XIANGMAI_ALERTMANAGER_URL": f"http://{LOOPBACK}:{self.ports['alertmanager']}",
        }

    def make_folders(self) -> None:
        """Create the folders."""
        for folder in (self.data, self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)

    def remember(self) -> None:
        """Write the ports down: this stack keeps them."""
        self._memory.write_text(json.dumps({"ports": dict(self.ports)}, indent=2) + "\n")

    def remembered(self) -> Layout:
        """The stack of this folder as it was last written down; this one when none was."""
        return load_layout(self.data) if self._memory.exists() else self

    def forget(self) -> None:
        """Let the next start choose ports again, from settings or free ones."""
        self._memory.unlink(missing_ok=True)

    @property
    def _memory(self) -> Path:
        return self.data / MEMORY


def data_folder(given: Path | None) -> Path:
    """The folder named by the option, by XIANGMAI_DATA, or `.local` here; always absolute."""
    return (given or Path(os.environ.get("XIANGMAI_DATA", ".local"))).absolute()


def cache_folder() -> Path:
    """Folder of what was downloaded, shared by all stacks: XIANGMAI_CACHE, or `.local/cache` beside the rooms."""
    default = Path(__file__).parents[2] / ".local" / "cache"
    return Path(os.environ.get("XIANGMAI_CACHE", default)).absolute()


def load_layout(data: Path, *, free_ports: bool = False) -> Layout:
    """The stack in this folder: remembered ports, else free ones if asked for, else XIANGMAI_*_PORT or defaults."""
    file = data / MEMORY
    if file.exists():
        remembered = json.loads(file.read_text())["ports"]
        return Layout(data, {**DEFAULT_PORTS, **remembered})
    if free_ports:
        return Layout(data, dict(zip(DEFAULT_PORTS, pick_free_ports(len(DEFAULT_PORTS)), strict=True)))
    return Layout(data, {name: int(os.environ.get(PORT_VARIABLES[name], port)) for name, port in DEFAULT_PORTS.items()})


def pick_free_ports(count: int) -> list[int]:
    """Distinct ports that are free now, below those the system hands out by itself: they stay free through a restart."""
    chosen: list[int] = []
    first, last = os.environ.get(FREE_PORTS_VARIABLE, FREE_PORTS).split("-")
    known = range(int(first), int(last) + 1)
    for port in random.SystemRandom().sample(known, len(known)):
        with socket.socket() as one:
            try:
                one.bind((LOOPBACK, port))
            except OSError:
                continue
        chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise OSError(f"没有 {count} 个空闲端口 / no {count} free ports: {FREE_PORTS_VARIABLE}={first}-{last}")
