"""A warehouse for each test, on the session's ClickHouse."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.service import prepare
from sinks.warehouse import connect
from tests.few_domains import few_domains
from tests.schemas.catalogue.trial import trial_domain
from tests.sinks.support import Bench, House

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Stack


@pytest.fixture
def settings(stack: Stack) -> Settings:
    """Settings that lead to the stack, with a database of this test's own."""
    return settings_of(stack)


def settings_of(stack: Stack) -> Settings:
    return Settings(
        kafka_bootstrap=stack.bootstrap,
        registry_url=stack.registry_url,
        clickhouse_host=stack.clickhouse_host,
        clickhouse_port=stack.clickhouse_port,
        clickhouse_database=f"test_{uuid.uuid4().hex[:8]}",
    )


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """A warehouse of a few domains, made and dropped again: to make one of all takes seconds."""
    yield from _house(settings.model_copy(update={"domains": few_domains()}))


@pytest.fixture
def whole_house(settings: Settings) -> Iterator[House]:
    """A warehouse of every domain, for tests that look at all of it."""
    yield from _house(settings)


@pytest.fixture(scope="module")
def standing_house(stack: Stack) -> Iterator[House]:
    yield from _house(settings_of(stack))


@pytest.fixture
def emptied_house(standing_house: House) -> Iterator[House]:
    """The module's warehouse, for tests that only put rows into it: they are taken out again after each."""
    filled = set(standing_house.tables_with_rows())
    yield standing_house
    for table in set(standing_house.tables_with_rows()) - filled:
        standing_house.rows(f"TRUNCATE TABLE {{storage}}.`{table}`")


@pytest.fixture
def trial_house(settings: Settings, tmp_path: Path) -> Iterator[House]:
    """A warehouse of the trial domain, which has every kind of indicator."""
    trial_domain(tmp_path)
    yield from _house(settings.model_copy(update={"domains": tmp_path}))


def _house(settings: Settings) -> Iterator[House]:
    layout = load_layout(settings)
    prepare(settings, layout)
    with connect(settings) as warehouse:
        yield House(settings, layout, warehouse, Bench(layout, settings))
        for database in (layout.database, layout.storage):
            warehouse.execute(f"DROP DATABASE IF EXISTS `{database}` SYNC")
