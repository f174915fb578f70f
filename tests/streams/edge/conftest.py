"""A Kafka and a registry of this folder's own: the worker uses the line's real topics, which other tests use too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kafka.admin import KafkaAdminClient

from tests.few_domains import few_domains

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PARTITIONS = 4  # fewer than a county has: a take-over is cheaper, and two workers still share them
XIANGMAI = str(Path(sys.executable).with_name("xiangmai"))


@contextmanager
def own_stack(data: Path, partitions: int = 12) -> Iterator[dict[str, str]]:
    """Kafka and a registry in this folder; gives the environment that leads to them, with the line's topics made."""
    command = [XIANGMAI, "stack", "up", "--data", str(data), "--free-ports", "--only", "kafka,registry"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        told = subprocess.run(
            [XIANGMAI, "stack", "env", "--data", str(data), "--format", "json"],
            capture_output=True,
            text=True,
            check=True,
        )
        own = {"XIANGMAI_PARTITIONS": str(partitions), "XIANGMAI_DOMAINS": str(few_domains())}
        env: dict[str, str] = json.loads(told.stdout) | own
        topics = [XIANGMAI, "schemas", "topics"]
        subprocess.run(topics, env={**os.environ, **env}, check=True, capture_output=True, timeout=60)
        yield env
    finally:
        subprocess.run([XIANGMAI, "stack", "down", "--data", str(data)], capture_output=True, timeout=120, check=True)


@pytest.fixture(scope="session")
def edge_env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with own_stack(tmp_path_factory.mktemp("edge"), PARTITIONS) as env:
        yield env


@pytest.fixture(scope="session")
def bootstrap(edge_env: dict[str, str]) -> str:
    return edge_env["XIANGMAI_KAFKA_BOOTSTRAP"]


@pytest.fixture
def new_topics(bootstrap: str) -> Callable[..., str]:
    """Make topics `<prefix>.<name>`, each with so many partitions; gives the prefix, never used before."""

    def make(*names: str, partitions: int = 1) -> str:
        prefix = f"t{uuid.uuid4().hex[:8]}"
        admin = KafkaAdminClient(bootstrap_servers=bootstrap.split(","))
        try:
            admin.create_topics(
                {f"{prefix}.{name}": {"num_partitions": partitions, "replication_factor": 1} for name in names}
            )
            admin.wait_for_topics([f"{prefix}.{name}" for name in names])
        finally:
            admin.close()
        return prefix

    return make
