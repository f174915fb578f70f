"""One embedded server for all tests of this folder, and a database of its own for each test."""

from __future__ import annotations

import itertools
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from clickhouse_driver import Client

from deploy.local.clickhouse import process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from http.client import HTTPMessage

    from deploy.local.clickhouse.process import ServerProcess

PASSWORD = "open sesame"
NUMBERS = itertools.count(1)


@dataclass
class Answer:
    """An HTTP answer, whatever its status."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


@dataclass
class Warehouse:
    """A server, a database in it, and clients for both protocols."""

    server: ServerProcess
    database: str
    clients: list[Client] = field(default_factory=list)

    def client(self, **options: Any) -> Client:
        options = {"database": self.database, "password": PASSWORD} | options
        client = Client("127.0.0.1", self.server.native_port, **options)
        self.clients.append(client)
        return client

    def http(
        self, query: str | None = None, body: bytes | None = None, headers: dict[str, str] | None = None, **parameters: str
    ) -> Answer:
        values = {"database": self.database, **({} if query is None else {"query": query}), **parameters}
        headers = {"X-ClickHouse-User": "default", "X-ClickHouse-Key": PASSWORD} if headers is None else headers
        request = urllib.request.Request(f"{self.server.url}?{urllib.parse.urlencode(values)}", body, headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def tsv(self, query: str) -> list[str]:
        """Return the engine's own text of an answer: a second opinion beside the driver's."""
        answer = self.http(query)
        assert answer.status == 200, answer.text
        return answer.lines


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
