"""Where everything that can be asked listens: as the settings say, else as the local stack remembers."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from deploy.local.layout import LOOPBACK
from deploy.prometheus.configuration import JOBS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from deploy.local.layout import Layout

_LOCAL: Final = frozenset({LOOPBACK, "localhost", "::1"})


@dataclass(frozen=True)
class Addresses:
    """Addresses of one line. `metrics` are those of our own processes, by the name of the process.

    `worker_group` and the beginning of the `sink_groups` are the names of our consumer groups.
    """

    kafka: str
    registry: str
    clickhouse: str
    clickhouse_http: str
    clickhouse_user: str
    clickhouse_password: str
    clickhouse_database: str
    prometheus: str
    alertmanager: str
    metrics: Mapping[str, str]
    worker_group: str
    sink_groups: str
    data: Path

    @classmethod
    def of(cls, layout: Layout, settings: Mapping[str, str] | None = None) -> Addresses:
        """Return the stack's addresses, each replaced by its setting (XIANGMAI_*) where there is one."""
        known = {**layout.environment(), **(os.environ if settings is None else settings)}
        host = known["XIANGMAI_CLICKHOUSE_HOST"]
        return cls(
            kafka=known["XIANGMAI_KAFKA_BOOTSTRAP"],
            registry=known["XIANGMAI_REGISTRY_URL"],
            clickhouse=f"{host}:{known['XIANGMAI_CLICKHOUSE_PORT']}",
            clickhouse_http=f"http://{host}:{known['XIANGMAI_CLICKHOUSE_HTTP_PORT']}",
            clickhouse_user=known["XIANGMAI_CLICKHOUSE_USER"],
            clickhouse_password=known["XIANGMAI_CLICKHOUSE_PASSWORD"],
            clickhouse_database=known.get("XIANGMAI_CLICKHOUSE_DATABASE", "xiangmai"),
            prometheus=known["XIANGMAI_PROMETHEUS_URL"],
            alertmanager=known["XIANGMAI_ALERTMANAGER_URL"],
            metrics={job: f"http://{LOOPBACK}:{layout.ports[port]}/metrics" for job, port in JOBS.items()},
            worker_group=known.get("XIANGMAI_WORKER_ID", "xiangmai-worker"),
            sink_groups=known.get("XIANGMAI_SINK_GROUP_PREFIX", "xiangmai-sink"),
            data=layout.data,
        )


def is_local(address: str) -> bool:
    """Whether host:port, or a URL, is on this machine."""
    first = address.split(",", 1)[0]
    host = urlsplit(first if "//" in first else f"//{first}").hostname
    return host in _LOCAL


def host_and_port(address: str) -> tuple[str, int]:
    """Return the host and port of host:port[,…] or of a URL."""
    first = address.split(",", 1)[0].strip()
    parts = urlsplit(first if "//" in first else f"//{first}")
    return parts.hostname or LOOPBACK, parts.port or (443 if parts.scheme == "https" else 80)
