"""Five of the domains, for tests of what is the same for any: every process of a line takes its time for each domain."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Final

SHIPPED: Final = Path(__file__).parents[1] / "schemas" / "domains"
FEW: Final = ("appeals", "disclosure", "disputes", "finance", "registers")


@lru_cache(maxsize=1)
def few_domains() -> Path:
    """Return a folder of domains that leads to those five, as they are shipped; it is gone when this process has ended."""
    folder = Path(_kept().name)
    for name in FEW:
        (folder / name).symlink_to(SHIPPED / name)
    return folder


@lru_cache(maxsize=1)
def _kept() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="few-domains-")
