"""A ClickHouse of these tests' own: the proof needs neither Kafka nor the registry."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from deploy.local.clickhouse.process import start
from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from schemas.settings import Settings
from tests.sinks.proof.support import TOPIC, Line, line_in, story
from tests.streams.core.support import DAY, world_of
from tests.streams.core.test_laws import START

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.catalogue.model import Catalogue


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings that lead to the server."""
    server = start(tmp_path_factory.mktemp("proof"))
    try:
        yield Settings(clickhouse_port=server.native_port, clickhouse_database="unused")
    finally:
        server.stop()


@pytest.fixture(scope="session")
def appeals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the appeals alone: a small warehouse is soon made."""
    folder = tmp_path_factory.mktemp("domains")
    shutil.copytree(Settings().domains / "appeals", folder / "appeals")
    return folder


@pytest.fixture(scope="session")
def catalogue(appeals: Path) -> Catalogue:
    """The catalogue of appeals."""
    return load_catalogues(load_domains(appeals))["appeals"]


@pytest.fixture
def line(settings: Settings, appeals: Path, catalogue: Catalogue) -> Iterator[Line]:
    """A line that is right, with the story on it."""
    own = settings.model_copy(update={"domains": appeals})
    with line_in(own, world_of([catalogue]), START + 50 * DAY) as line:
        yield line.send(TOPIC, *story()).flow().sink()
