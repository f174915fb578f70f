"""A line of its own for the fault tests, on free ports in a temporary folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faults.line import FaultyLine

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultyLine]:
    """The whole line without its monitoring, for one file of tests; what a test leaves in it the next one finds."""
    line = FaultyLine(tmp_path_factory.mktemp("faults") / "data")
    try:
        line.up()
        yield line
    finally:
        line.down()
