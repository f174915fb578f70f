"""Whole lines for tests, each in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.line.line import Line

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def boston_line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A line whose calendar is Boston's."""
    line = Line(tmp_path_factory.mktemp("boston") / "data", {"XIANGMAI_TIMEZONE": "America/New_York"})
    try:
        line.up()
        yield line
    finally:
        line.down()
