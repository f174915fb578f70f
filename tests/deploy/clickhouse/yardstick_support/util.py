"""Stands in for the suite's `tests/util.py`, which its source distribution leaves out: same names, own code."""

import contextlib
import functools
import io
import logging
import os
import time
from unittest import mock


def skip_by_server_version(testcase, required):
    testcase.skipTest("needs ClickHouse " + ".".join(map(str, required)))


def require_server_version(*required):
    def decorate(method):
        @functools.wraps(method)
        def wrapper(self, *args, **kwargs):
            if self.server_version < required:
                skip_by_server_version(self, required)
            return method(self, *args, **kwargs)

        return wrapper

    return decorate


@contextlib.contextmanager
def capture_logging(name, level):
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
def patch_env_tz(name):
    with mock.patch.dict(os.environ, {"TZ": name}):
        time.tzset()
        yield
    time.tzset()
