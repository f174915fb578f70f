"""One embedded server for all tests of this folder, and a database of its own for each test."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from deploy.local.clickhouse import process
from tests.deploy.clickhouse.support import PASSWORD, Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clickhouse_driver import Client

    from deploy.local.clickhouse.process import ServerProcess

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def clickhouse_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with process.running(tmp_path_factory.mktemp("clickhouse") / "data", password=PASSWORD) as server:
        yield server


@pytest.fixture
def warehouse(clickhouse_server: ServerProcess) -> Iterator[Warehouse]:
    house = Warehouse(clickhouse_server, f"story_{next(NUMBERS)}")
    house.client(database="default").execute(f"CREATE DATABASE {house.database}")
    yield house
    house.client(database="default").execute(f"DROP DATABASE {house.database} SYNC")
    for client in house.clients:
        client.disconnect()


@pytest.fixture
def client(warehouse: Warehouse) -> Client:
    return warehouse.client()


@pytest.fixture
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., ServerProcess]]:
    """Start servers that a test may kill; all of them are gone after it."""
    started: list[ServerProcess] = []
    folder = tmp_path_factory.mktemp("own")

    def start(*options: str, path: str = "data") -> ServerProcess:
        started.append(process.start(folder / path, options))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.kill()
