"""A ClickHouse of these tests' own: the proof needs neither Kafka nor the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deploy.local.clickhouse.process import start
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that lead to the server."""
    server = start(tmp_path_factory.mktemp("proof"))
    try:
        yield Settings(clickhouse_port=server.native_port, clickhouse_database="unused")
    finally:
        server.stop()
