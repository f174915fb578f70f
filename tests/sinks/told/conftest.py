"""A line of the domains these stories are of, and a ClickHouse of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from deploy.local.clickhouse.process import start
from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from schemas.settings import Settings
from tests.sinks.proof.support import Line, line_in
from tests.sinks.support import milliseconds
from tests.sinks.told.support import emptied
from tests.streams.core.support import world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

DOMAINS = ("appeals", "disputes", "needs", "innovation", "policy", "grid", "training", "registers")


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A warehouse of these domains, made once."""
    folder = tmp_path_factory.mktemp("domains")
    for name in DOMAINS:
        (folder / name).symlink_to(Settings().domains / name)
    catalogues = [*load_catalogues(load_domains(folder)).values()]
    server = start(tmp_path_factory.mktemp("told"))
    try:
        settings = Settings(clickhouse_port=server.native_port, domains=folder)
        with line_in(settings, world_of(catalogues), milliseconds("2026-11-20 12:00")) as line:
            yield line
    finally:
        server.stop()


@pytest.fixture
def line(standing: Line) -> Line:
    """A line with nothing on it; its clock stands on 20 November 2026."""
    return emptied(standing)
