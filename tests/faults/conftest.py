"""A line of its own for the fault tests, on free ports in a temporary folder, and clients that send to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.line import Client, FaultyLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyLine]:
    """The whole line without its monitoring, for all of these tests: what one leaves in it the next one finds."""
    line = FaultyLine(tmp_path_factory.mktemp("faults") / "data")
    try:
        line.up()
        yield line
    finally:
        line.down()


@pytest.fixture
def new_client(line: FaultyLine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Client]]:
    """Make clients, each with a stream that nobody else sends; they end with the test."""
    clients: list[Client] = []

    def make(*, events_per_second: float) -> Client:
        seed = 1 + len(line.ledgers)
        clients.append(Client(line, tmp_path_factory.mktemp("client"), seed, events_per_second=events_per_second))
        return clients[-1]

    yield make
    for client in clients:
        client.end()
