"""Stands in for the suite's `tests/util.py`, which its source distribution leaves out: same names, own code."""

from __future__ import annotations

import contextlib
import functools
import io
import logging
import os
import time
from typing import TYPE_CHECKING, Any
from unittest import TestCase, mock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def skip_by_server_version(testcase: TestCase, required: tuple[int, ...]) -> None:
    """Skip a test that needs a newer server."""
    testcase.skipTest("needs ClickHouse " + ".".join(map(str, required)))


def require_server_version(*required: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Mark a test method that needs a server of at least this version."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def wrapper(self: Any) -> Any:
            if self.server_version < required:
                skip_by_server_version(self, required)
            return method(self)

        return wrapper

    return decorate


@contextlib.contextmanager
def capture_logging(name: str, level: str) -> Iterator[io.StringIO]:
    """Collect what a logger says."""
    logger = logging.getLogger(name)
    buffer = io.StringIO()
    handler = logging.StreamHandler(buffer)
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        yield buffer
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)


@contextlib.contextmanager
def patch_env_tz(name: str) -> Iterator[None]:
    """Set this process's time zone for a while."""
    with mock.patch.dict(os.environ, {"TZ": name}):
        time.tzset()
        yield
    time.tzset()
