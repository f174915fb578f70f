"""Where an insert's data waits until it is whole: in memory while it is small, on the data folder's disk when not.

The engine reads it with `INSERT … FROM INFILE`. Its streaming insert would be shorter, but it reports success for
writes that failed in the table (too many parts, a violated constraint): an acknowledged insert would be lost.
"""

from __future__ import annotations

import os
import shutil
import threading
from typing import TYPE_CHECKING, BinaryIO, Self

from deploy.local.clickhouse.errors import EngineError

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

MEMORY_BYTES_MAX = 64 << 20


class Spool:
    """A private file that is gone when the `with` block ends. Written first, then read by the engine through `path`."""

    def __init__(self, memory: Path, disk: Path) -> None:
        self._disk = disk
        self._in_memory = True
        self.path = memory / f"insert-{os.getpid()}-{threading.get_ident()}"
        self._file: BinaryIO = self.path.open("wb", buffering=0)
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append; raises EngineError 243 when the disk is full."""
        if self._in_memory and self.size + len(data) > MEMORY_BYTES_MAX:
            self._move()
        try:
            try:
                self._append(data)
            except OSError:
                if not self._in_memory:
                    raise
                self._file.truncate(self.size)
                self._move()
                self._append(data)
        except OSError as error:
            text = f"The data of the insert cannot be kept ({error.strerror}): make room, then send it again"
            raise EngineError.of(243, "NOT_ENOUGH_SPACE", text) from error
        self.size += len(data)

    def _append(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]

    def finish(self) -> Path:
        """Return the path of the whole data."""
        self._file.close()
        return self.path

    def _move(self) -> None:
        self._file.close()
        target = self._disk / self.path.name
        shutil.copyfile(self.path, target)
        self.path.unlink()
        self.path, self._in_memory = target, False
        self._file = target.open("ab", buffering=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)
