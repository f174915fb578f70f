"""The processes of the stack, as data: what is run, with which ports, how its health is seen, what must be up before.

Nothing here imports a room of the project: its processes are the commands people can type themselves.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deploy.local import health
from deploy.local.artifacts import KAFKA, REGISTRY, REGISTRY_JAR, debian_program, kafka_libraries, registry_folder
from deploy.local.class_archive import archive_options
from deploy.local.layout import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from deploy.local.layout import Layout

PYTHON: Final = sys.executable
VERIFY_SECONDS: Final = "60"
_JAVA: Final = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""The quick compiler only: the thorough one works longer for itself than it saves servers of this size."""

XIANGMAI: Final = str(Path(sys.executable).with_name("xiangmai"))


@dataclass(frozen=True)
class Process:
    """One process. `command` may download what it runs and write its configuration; None: it cannot run here.

    `healthy` raises with the reason while it is not. `ports` are names in the layout.
    """

    name: str
    zh: str
    ports: Sequence[str]
    command: Callable[[Layout, Path, Callable[[str], None]], list[str] | None]
    healthy: Callable[[Layout], None]
    after: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    patience_seconds: float = 60.0


def _kafka(layout: Layout, cache: Path, say: Callable[[str], None]) -> list[str]:
    classes = ["-cp", f"{kafka_libraries(cache, say)}/*"]

    def arguments(layout: Layout, archive: Sequence[str] = ()) -> list[str]:
        properties = layout.run / "kafka.properties"
        properties.write_text(_kafka_properties(layout))
        health.format_kafka_storage(["java", *_JAVA, *archive, *classes], layout.data / "kafka", properties)
        options = ["-Xms256m", "-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"]
        return [*_JAVA, *options, *classes, "kafka.Kafka", str(properties)]

    archive = archive_options(KAFKA, "kafka", arguments, layout, cache, say)
    return ["java", *archive, *arguments(layout, archive)]


def _kafka_properties(layout: Layout) -> str:
    broker, controller = layout.ports["kafka"], layout.ports["kafka-controller"]
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{broker},CONTROLLER://{LOOPBACK}:{controller}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{broker}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": str(layout.data / "kafka"),
        # One broker: whatever Kafka keeps for itself has one replica.
        "offsets.topic.replication.factor": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "offsets.topic.num.partitions": "12",
        "transaction.state.log.num.partitions": "12",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # A killed broker may register again only when its old session has ended; by default after 9 s.
        "broker.session.timeout.ms": "5000",
        "broker.heartbeat.interval.ms": "1000",
        # A mistyped topic is an error, not a new topic.
        "auto.create.topics.enable": "false",
        "log.cleaner.dedupe.buffer.size": "33554432",
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _registry(layout: Layout, cache: Path, say: Callable[[str], None]) -> list[str]:
    folder = registry_folder(cache, say)
    jars = [folder / REGISTRY_JAR, *folder.glob(f"*/{REGISTRY_JAR}")]
    jar = next(path for path in jars if path.exists())

    def arguments(layout: Layout) -> list[str]:
        database = f"jdbc:h2:file:{layout.data / 'registry' / 'registry'};DB_CLOSE_ON_EXIT=FALSE;AUTO_RECONNECT=TRUE"
        settings = {
            "quarkus.http.host": LOOPBACK,
            "quarkus.http.port": str(layout.ports["registry"]),
            # Both names are needed: with one of them alone it keeps its schemas in memory.
            "registry.datasource.url": database,
            "quarkus.datasource.jdbc.url": database,
            "registry.rules.global.compatibility": "FULL_TRANSITIVE",
            "quarkus.log.level": "WARN",
        }
        options = [*_JAVA, "-Xms64m", "-Xmx256m", *(f"-D{name}={value}" for name, value in settings.items())]
        return [*options, "-jar", str(jar)]

    archive = archive_options(REGISTRY, "registry", arguments, layout, cache, say)
    return ["java", *archive, *arguments(layout)]


def _clickhouse(layout: Layout, cache: Path, say: Callable[[str], None]) -> list[str]:
    _ = cache, say
    return [
        *(PYTHON, "-m", "deploy.local.clickhouse", "--path", str(layout.data / "clickhouse")),
        *("--native-port", str(layout.ports["clickhouse"]), "--http-port", str(layout.ports["clickhouse-http"])),
        *("--user", layout.environment()["XIANGMAI_CLICKHOUSE_USER"]),
        *("--metrics-port", str(layout.ports["clickhouse-metrics"])),
        *("--timezone", os.environ.get("XIANGMAI_TIMEZONE", "Asia/Shanghai"), "--log-level", "warning"),
    ]


def _lag(layout: Layout, cache: Path, say: Callable[[str], None]) -> list[str]:
    _ = cache, say
    port, bootstrap = layout.ports["lag-metrics"], layout.environment()["XIANGMAI_KAFKA_BOOTSTRAP"]
    return [PYTHON, "-m", "deploy.monitoring.lag_exporter", "--bootstrap", bootstrap, "--metrics-port", str(port)]


def _ours(*arguments: str) -> Callable[[Layout, Path, Callable[[str], None]], list[str]]:
    return lambda _layout, _cache, _say: [XIANGMAI, *arguments]


def _prometheus(layout: Layout, cache: Path, say: Callable[[str], None]) -> list[str] | None:
    from deploy.prometheus.configuration import write_prometheus

    program = debian_program("prometheus", cache, say)
    if program is None:
        return None
    assets = program.parents[1] / "share" / "prometheus" / "web"
    configuration = write_prometheus(layout)
    command = [
        str(program),
        f"--config.file={configuration}",
        f"--storage.tsdb.path={layout.data / 'prometheus'}",
        "--storage.tsdb.retention.time=30d",
        f"--web.listen-address={LOOPBACK}:{layout.ports['prometheus']}",
        f"--web.external-url=http://{LOOPBACK}:{layout.ports['prometheus']}/",
        # A page from elsewhere, open in a browser here, may not read it.
        "--web.cors.origin=https?://127[.]0[.]0[.]1(:[0-9]+)?",
        "--log.level=warn",
    ]
    return [*command, f"--web.local-assets={assets}"] if assets.exists() else command


def _alertmanager(layout: Layout, cache: Path, say: Callable[[str], None]) -> list[str] | None:
    from deploy.prometheus.configuration import ALERTMANAGER

    program = debian_program("alertmanager", cache, say)
    if program is None:
        return None
    return [
        str(program),
        f"--config.file={ALERTMANAGER}",
        f"--storage.path={layout.data / 'alertmanager'}",
        f"--web.listen-address={LOOPBACK}:{layout.ports['alertmanager']}",
        # One of its kind: without this it looks for others on every address of the machine.
        "--cluster.listen-address=",
        "--log.level=warn",
    ]


def _metrics(port: str) -> Callable[[Layout], None]:
    return lambda layout: health.http(f"http://{LOOPBACK}:{layout.ports[port]}/metrics")


PROCESSES: Final[tuple[Process, ...]] = (
    Process("kafka", "消息总线", ("kafka", "kafka-controller"), _kafka, health.kafka),
    Process("registry", "模式注册中心", ("registry",), _registry, health.registry, patience_seconds=90),
    Process(
        "clickhouse",
        "数据仓库",
        ("clickhouse", "clickhouse-http", "clickhouse-metrics"),
        _clickhouse,
        health.clickhouse,
    ),
    Process(
        "worker",
        "计算进程",
        ("worker-metrics",),
        _ours("worker"),
        _metrics("worker-metrics"),
        after=("kafka", "registry"),
        environment={"XIANGMAI_METRICS_PORT": "{worker-metrics}"},
    ),
    Process(
        "sink",
        "入库进程",
        ("sink-metrics",),
        _ours("sink"),
        _metrics("sink-metrics"),
        after=("kafka", "registry", "clickhouse"),
        environment={"XIANGMAI_METRICS_PORT": "{sink-metrics}"},
    ),
    Process(
        "verify",
        "核对",
        ("verify-metrics",),
        _ours("verify", "--watch", VERIFY_SECONDS),
        _metrics("verify-metrics"),
        after=("clickhouse",),
        environment={"XIANGMAI_METRICS_PORT": "{verify-metrics}"},
    ),
    Process("lag-exporter", "积压监测", ("lag-metrics",), _lag, _metrics("lag-metrics"), after=("kafka",)),
    Process(
        "alertmanager",
        "告警",
        ("alertmanager",),
        _alertmanager,
        lambda layout: health.http(f"http://{LOOPBACK}:{layout.ports['alertmanager']}/-/ready"),
    ),
    Process(
        "prometheus",
        "监控",
        ("prometheus",),
        _prometheus,
        lambda layout: health.http(f"http://{LOOPBACK}:{layout.ports['prometheus']}/-/ready"),
    ),
)


def selection(only: str | None, without: str | None) -> list[Process]:
    """The processes named by --only and --without (comma-separated names); raises ValueError for an unknown name."""
    known = {process.name for process in PROCESSES}
    chosen = _names(only, known) if only else known
    chosen -= _names(without, known)
    return [process for process in PROCESSES if process.name in chosen]


def _names(text: str | None, known: set[str]) -> set[str]:
    names = {name.strip() for name in (text or "").split(",") if name.strip()}
    unknown = names - known
    if unknown:
        raise ValueError(
            f"没有这样的进程 / no such process: {', '.join(sorted(unknown))}. 可选 / one of: {', '.join(sorted(known))}"
        )
    return names
