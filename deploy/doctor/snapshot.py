"""What was seen of a line at one moment: plain values, so that judging it needs no line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_client.parser import text_string_to_metric_families

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deploy.monitoring.lag import Lag

SERVICES: Final[Mapping[str, str]] = {
    "kafka": "消息总线",
    "registry": "模式注册中心",
    "clickhouse": "数据仓库",
    "worker": "计算进程",
    "sink": "入库进程",
    "verify": "核对",
    "lag-exporter": "积压监测",
    "prometheus": "监控",
    "alertmanager": "告警",
}
"""What is asked, in the order of the line."""


class Sample(NamedTuple):
    """One number of a process's metrics."""

    labels: Mapping[str, str]
    value: float


@dataclass(frozen=True)
class Metrics:
    """What a process says of itself."""

    samples: Mapping[str, Sequence[Sample]] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str) -> Metrics:
        """Read Prometheus' text format; raises ValueError for anything else."""
        found: dict[str, list[Sample]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found.setdefault(sample.name, []).append(Sample(dict(sample.labels), sample.value))
        return cls(found)

    def all(self, name: str) -> Sequence[Sample]:
        """Return every sample of a metric, none when it is not there."""
        return self.samples.get(name, ())

    def total(self, name: str) -> float:
        """Return the sum over all labels, 0 when it is not there."""
        return sum(sample.value for sample in self.all(name))

    def by(self, name: str, label: str) -> dict[str, float]:
        """Return the sums by one label."""
        found: dict[str, float] = {}
        for sample in self.all(name):
            key = sample.labels.get(label, "")
            found[key] = found.get(key, 0.0) + sample.value
        return found


@dataclass(frozen=True)
class Service:
    """Whether something answers. `problem` says why not; `absent`: it is no part of this stack, which is all right."""

    name: str
    address: str
    up: bool
    absent: bool = False
    problem: str = ""
    version: str = ""


@dataclass(frozen=True)
class DeadLetters:
    """Dead letters nobody has dealt with, of one reason. `oldest_at`: as ClickHouse writes it, empty when unknown."""

    reason: str
    count: int
    oldest_at: str = ""


@dataclass(frozen=True)
class Alert:
    """An alert that fires."""

    name: str
    severity: str
    summary: str
    runbook: str


@dataclass(frozen=True)
class Disk:
    """Where the stack's data are."""

    path: str
    free_bytes: int
    size_bytes: int


@dataclass(frozen=True)
class Snapshot:
    """Everything seen. None, where it is allowed, means: nobody answered that."""

    at_seconds: float
    services: Mapping[str, Service]
    metrics: Mapping[str, Metrics] = field(default_factory=dict)
    lags: Sequence[Lag] | None = None
    dead_letters: Sequence[DeadLetters] | None = None
    alerts: Sequence[Alert] | None = None
    disk: Disk | None = None
    warehouse_disk: Disk | None = None
    """What ClickHouse itself says of the disk it writes to."""
    installed_version: str = ""
    worker_group: str = "xiangmai-worker"
    sink_groups: str = "xiangmai-sink"
    local: bool = True
    stack_runs: bool = False
    """Whether the local stack's supervisor is there: then `xiangmai stack restart` works."""

    def up(self, name: str) -> bool:
        """Whether a service answers."""
        return name in self.services and self.services[name].up

    def process_of(self, group: str) -> str:
        """Return the process whose consumer group this is; empty when it is somebody else's."""
        if group == self.worker_group:
            return "worker"
        return "sink" if group.startswith(self.sink_groups) else ""

    def of(self, name: str) -> Metrics:
        """Return a process's metrics, empty when it does not answer."""
        return self.metrics.get(name, Metrics())
