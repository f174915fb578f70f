"""ClickHouse's folder on a disk of its own that can be full: a file system in memory, laid over the folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from deploy.local.supervise import Supervisor
from tests.streams.edge.worker_process import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.line import FaultyLine

ROOMY_BYTES: Final = 4 << 30


class SmallDisk:
    """The disk, while it is mounted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.resize(ROOMY_BYTES)

    def fill(self) -> None:
        """Leave no room on it: it becomes as small as what it holds."""
        stand = os.statvfs(self._folder)
        self.resize((stand.f_blocks - stand.f_bfree) * stand.f_frsize)

    def resize(self, size_bytes: int) -> None:
        """Give it this size, as one enlarges a volume, without anybody's noticing."""
        _mount("-o", f"remount,size={size_bytes}", str(self._folder))


@contextmanager
def small_disk(line: FaultyLine) -> Iterator[SmallDisk]:
    """Move the line's warehouse to a disk of its own for as long as the block lasts; skips where nothing can be mounted."""
    folder = line.layout.data / "clickhouse"
    aside = folder.with_name("clickhouse-aside")
    supervisor = Supervisor(line.layout)
    supervisor.stop_process("clickhouse")
    shutil.copytree(folder, aside, symlinks=True)
    try:
        try:
            _mount("-t", "tmpfs", "-o", f"size={ROOMY_BYTES}", "tmpfs", str(folder))
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"a disk that can be full has to be mounted, which takes root: {error}")
        try:
            shutil.copytree(aside, folder, symlinks=True, dirs_exist_ok=True)
            _start(line, supervisor)
            yield SmallDisk(folder)
        finally:
            supervisor.stop_process("clickhouse")
            shutil.rmtree(aside)
            shutil.copytree(folder, aside, symlinks=True)
            subprocess.run(["umount", str(folder)], check=True, capture_output=True)
            shutil.rmtree(folder)
            aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        _start(line, supervisor)


def _start(line: FaultyLine, supervisor: Supervisor) -> None:
    supervisor.start_process("clickhouse")
    wait_until("ClickHouse is there", lambda: line.healthy("clickhouse"))


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True, text=True)
