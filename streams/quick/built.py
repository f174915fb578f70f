"""The parts written in C, where they could be built: `reading` and `writing`, None where not.

They are made by Cython when the package is installed, and left out where there is no C compiler. Everything they do is done without
them as well, the same to the byte.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any


def _built(name: str) -> Any:
    if sys.byteorder != "little":  # they copy numbers as they stand in memory
        return None
    try:
        return import_module(name)
    except ImportError:
        return None


reading: Any = _built("streams.quick.reading")
writing: Any = _built("streams.quick.writing")
