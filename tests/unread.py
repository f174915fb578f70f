"""A command whose output nobody reads, as before `| true`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

XIANGMAI = str(Path(sys.executable).with_name("xiangmai"))


def run_unread(*arguments: str, **env: str) -> tuple[int, str]:
    """Run `xiangmai ARGUMENTS` into a pipe without a reader; return the exit code and what was said on standard error."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [XIANGMAI, *arguments],
            env={**os.environ, **env},
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    return done.returncode, done.stderr
