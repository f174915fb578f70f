"""How the stack sees that a process is well. A check returns when it is, and raises the reason while it is not."""

from __future__ import annotations

import socket
import subprocess
import uuid
from typing import TYPE_CHECKING, Final

import httpx

from deploy.local.layout import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deploy.local.layout import Layout

CHECK_SECONDS: Final = 3.0


class Unhealthy(Exception):  # noqa: N818 - a state of the world
    """The process does not answer as it should (yet)."""


def http(url: str) -> None:
    """Raise Unhealthy unless this address answers 2xx."""
    try:
        answer = httpx.get(url, timeout=CHECK_SECONDS)
    except httpx.HTTPError as error:
        raise Unhealthy(f"{url}: {type(error).__name__}") from error
    if not answer.is_success:
        raise Unhealthy(f"{url}: HTTP {answer.status_code}")


def listens(port: int) -> None:
    """Raise Unhealthy unless somebody accepts connections on this port. Answers at once."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=CHECK_SECONDS).close()
    except OSError as error:
        raise Unhealthy(f"{LOOPBACK}:{port}: {type(error).__name__}") from error


def kafka(layout: Layout) -> None:
    """Raise Unhealthy unless the broker tells about its cluster."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    address = f"{LOOPBACK}:{layout.ports['kafka']}"
    try:
        admin = KafkaAdminClient(
            bootstrap_servers=address, request_timeout_ms=3000, bootstrap_timeout_ms=2000, client_id="xiangmai-health"
        )
        try:
            if not admin.describe_cluster()["brokers"]:
                raise Unhealthy(f"{address}: no broker is registered")
        finally:
            admin.close()
    except (KafkaError, OSError, ValueError) as error:
        raise Unhealthy(f"{address}: {type(error).__name__}") from error


def registry(layout: Layout) -> None:
    """Raise Unhealthy unless the registry lists its subjects."""
    http(f"{layout.registry_url}/subjects")


def require_full_compatibility(layout: Layout) -> None:
    """Hold every subject of the registry to FULL_TRANSITIVE; raises Unhealthy when it refuses."""
    address = f"{layout.registry_url}/config"
    try:
        answer = httpx.put(address, json={"compatibility": "FULL_TRANSITIVE"}, timeout=CHECK_SECONDS)
    except httpx.HTTPError as error:
        raise Unhealthy(f"{address}: {type(error).__name__}") from error
    if not answer.is_success:
        raise Unhealthy(f"{address}: HTTP {answer.status_code} {answer.text[:200]}")


def clickhouse(layout: Layout) -> None:
    """Raise Unhealthy unless both interfaces answer, the native one to a query."""
    from clickhouse_driver import Client
    from clickhouse_driver.errors import Error

    http(f"http://{LOOPBACK}:{layout.ports['clickhouse-http']}/ping")
    environment = layout.environment()
    client = Client(
        host=LOOPBACK,
        port=layout.ports["clickhouse"],
        user=environment["XIANGMAI_CLICKHOUSE_USER"],
        password=environment["XIANGMAI_CLICKHOUSE_PASSWORD"],
        connect_timeout=CHECK_SECONDS,
        send_receive_timeout=CHECK_SECONDS,
    )
    try:
        client.execute("SELECT 1")
    except (Error, OSError) as error:
        raise Unhealthy(f"{LOOPBACK}:{layout.ports['clickhouse']}: {str(error)[:200]}") from error
    finally:
        client.disconnect()


def format_kafka_storage(java: Sequence[str], folder: Path, properties: Path) -> None:
    """Give Kafka's data folder its cluster id, once. Blocks for about a second; raises Unhealthy when Kafka refuses."""
    if (folder / "meta.properties").exists():
        return
    command = [*java, "kafka.tools.StorageTool", "format", "-t", uuid.uuid4().hex[:22], "-c", str(properties)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unhealthy(f"Kafka 不能初始化数据目录 / cannot format {folder}: {(done.stdout + done.stderr)[-1000:]}")
