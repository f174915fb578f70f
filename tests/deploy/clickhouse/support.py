"""A server, a database in it, and clients for both protocols, as the stories of this folder use them."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clickhouse_driver import Client
from clickhouse_driver.block import RowOrientedBlock

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message

    from deploy.local.clickhouse.process import ServerProcess

PASSWORD = "open sesame"
LOGIN = {"X-ClickHouse-User": "default", "X-ClickHouse-Key": PASSWORD}


@dataclass
class Answer:
    """An HTTP answer, whatever its status."""

    status: int
    headers: Message
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
        self,
        query: str | None = None,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        **parameters: str,
    ) -> Answer:
        values = {"database": self.database, **({} if query is None else {"query": query}), **parameters}
        headers = LOGIN if headers is None else headers
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


def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for a condition; fail when it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.02)


def processes(client: Client, text: str) -> int:
    """How many running queries contain a text."""
    query = "SELECT count() FROM system.processes WHERE query LIKE %(text)s AND query NOT LIKE '%%processes%%'"
    [(count,)] = client.execute(query, {"text": f"%{text}%"})
    return int(count)


def begin_insert(client: Client, query: str, rows: list[Any]) -> None:
    """Send an insert's first block and leave it there, unfinished."""
    client.execute("SELECT 1")
    connection = client.connection
    connection.send_query(query)
    connection.send_external_tables([])
    sample = client.receive_sample_block()
    connection.send_data(RowOrientedBlock(sample.columns_with_types, rows))
