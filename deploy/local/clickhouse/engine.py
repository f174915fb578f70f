"""The ClickHouse engine in this process: one owner of a data folder, one engine handle per conversation.

A handle has its own database, settings and temporary tables, and runs one statement at a time; handles run in parallel.
chdb must not be imported in a process that forks afterwards, so it is imported when the engine starts.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import shutil
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.local.clickhouse.errors import EngineError
from deploy.local.clickhouse.protocol import Progress
from deploy.local.clickhouse.spool import Spool
from deploy.local.clickhouse.sql import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from deploy.local.clickhouse.sql import Insert

# A setting without any effect here (it filters log lines the engine does not send): it marks a handle's queries in
# system.processes, because the engine takes no query ids.
MARK = "send_logs_source_regexp"


LOCK = "xiangmai.lock"


class FolderTakenError(Exception):
    """Another process owns the data folder; the message says which one and what to do."""


@dataclass(frozen=True)
class Result:
    """A whole answer, or a chunk of a streamed one, in the format it was asked for."""

    data: bytes
    rows: int
    written_rows: int = 0


class Handle:
    """One engine handle. Not for several threads at once, except `kill`."""

    def __init__(self, engine: Engine, mark: str) -> None:
        self._engine = engine
        self.mark = mark
        self.on_progress: Callable[[Progress], None] | None = None
        self._connection: Any = engine.connect()
        self._connection.set_progress_callback(self._progress)
        self.query(f"SET {MARK} = {literal(mark)}, implicit_select = 0")

    def _progress(self, report: Mapping[str, int]) -> None:
        if self.on_progress:
            self.on_progress(
                Progress(report["read_rows"], report["read_bytes"], report["total_rows_to_read"], report["elapsed_ns"])
            )

    def query(self, text: str, output: str = "Native", parameters: Mapping[str, str] | None = None) -> Result:
        """Run a statement and return its whole answer. Blocks; raises EngineError."""
        try:
            result = self._connection.query(text, output, params=dict(parameters or {}))
        except (RuntimeError, UnicodeError) as error:
            raise EngineError.parse(error) from None
        return Result(result.bytes(), result.rows_read(), result.rows_written())

    def stream(
        self, text: str, output: str = "Native", parameters: Mapping[str, str] | None = None
    ) -> Generator[Result, None, None]:
        """Run a SELECT; yield its answer block by block, then one chunk of zero rows with what follows them.

        Closing the generator ends the query. Blocks; raises EngineError.
        """
        try:
            stream = self._connection.send_query(text, output, params=dict(parameters or {}))
        except (RuntimeError, UnicodeError) as error:
            raise EngineError.parse(error) from None
        finished = False
        try:
            while not finished:
                try:
                    chunk = self._connection.streaming_fetch_result(stream)
                except (RuntimeError, UnicodeError) as error:
                    finished = True
                    raise EngineError.parse(error) from None
                result = Result(chunk.bytes(), chunk.rows_read()) if chunk is not None else Result(b"", 0)
                finished = not result.rows
                yield result
        finally:
            if not finished:
                self._connection.streaming_cancel_query(stream)

    def insert_file(self, insert: Insert, path: Path, output: str) -> int:
        """Insert a whole file of this format; returns the rows written, views' included. Blocks; raises EngineError."""
        return self.query(
            f"{insert.head} FROM INFILE {literal(str(path))} {insert.settings} FORMAT {output}"
        ).written_rows

    def kill(self) -> None:
        """Ask the engine to end what runs here; callable from any thread, returns at once, and may come too early."""
        self._engine.kill(self.mark)

    def close(self) -> None:
        """Give the handle back; an open stream on it is ended."""
        if self._connection is not None:
            with suppress(RuntimeError):
                self._connection.close()
            self._connection = None


class Engine:
    """The owner of a data folder. Raises FolderTakenError when another process has it."""

    def __init__(self, path: Path, *, options: Mapping[str, str] | None = None) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self._lock_file = _lock(path)
        from chdb import _chdb

        arguments = "&".join(f"{name}={value}" for name, value in (options or {}).items())
        self._target = f"{path}?{arguments}" if arguments else str(path)
        self._connect: Callable[[str], Any] = _chdb.connect  # type: ignore[attr-defined]
        self._marks = itertools.count(1)
        self._administration = threading.Lock()
        folder = memory_folder(path)
        _sweep(folder.parent)
        self.memory = _fresh_folder(folder)
        self._memory_lock = _try_lock(self.memory / LOCK)
        self.disk = _fresh_folder(path / "xiangmai_spool")
        self._administrator = self.handle()
        facts = self._administrator.query("SELECT version(), timezone()", "TSVRaw").data.decode().split("\t")
        self.version = facts[0]
        self.timezone = facts[1].strip()
        names = self._administrator.query("SELECT name FROM system.settings", "TSVRaw").data.decode()
        self.setting_names = frozenset(names.split("\n"))

    @property
    def version_numbers(self) -> tuple[int, int, int]:
        """The engine's version as the protocol carries it."""
        major, minor, patch, *_ = (int(part) for part in self.version.split("."))
        return major, minor, patch

    def connect(self) -> Any:
        """Open a raw engine connection; raises EngineError."""
        try:
            return self._connect(self._target)
        except RuntimeError as error:
            raise EngineError.parse(error) from None

    def handle(self) -> Handle:
        """Open a handle of its own: about 0.2 ms."""
        return Handle(self, f"^xiangmai-{os.getpid()}-{next(self._marks)}$")

    def spool(self) -> Spool:
        """Open a place for the data of one insert."""
        return Spool(self.memory, self.disk)

    def kill(self, mark: str) -> None:
        """End the queries of the handle with this mark."""
        with self._administration, suppress(EngineError):
            self._administrator.query(f"KILL QUERY WHERE Settings[{literal(MARK)}] = {literal(mark)} ASYNC")

    def close(self) -> None:
        """Close the engine; every handle must be closed already."""
        self._administrator.close()
        shutil.rmtree(self.memory, ignore_errors=True)
        if self._memory_lock is not None:
            os.close(self._memory_lock)
        os.close(self._lock_file)


def memory_folder(path: Path) -> Path:
    """Return where a data folder's short-lived files go: in memory, where the machine has such a place."""
    shared = Path("/dev/shm")  # noqa: S108 - a private folder is made inside it
    if not (shared.is_dir() and os.access(shared, os.W_OK)):
        shared = Path(tempfile.gettempdir())
    return shared / f"{_prefix()}{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"


def _prefix() -> str:
    return f"xiangmai-clickhouse-{os.getuid()}-"


def _sweep(shared: Path) -> None:
    """Remove what killed servers left: a folder is in use as long as somebody holds its lock."""
    for folder in shared.glob(f"{_prefix()}*"):
        lock = _try_lock(folder / LOCK) if (folder / LOCK).exists() else None
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)


def _try_lock(file: Path) -> int | None:
    """Take a lock that ends with the process; None when another process has it."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _fresh_folder(folder: Path) -> Path:
    """Make a private folder for short-lived files; what a killed server left in it is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _lock(path: Path) -> int:
    file = _try_lock(path / LOCK)
    if file is None:
        owner = (path / LOCK).read_text().strip() or "unknown"
        raise FolderTakenError(
            f"{path} 已被另一个进程占用 (pid {owner}) · The data folder {path} is in use by the process {owner}. "
            "Connect to that server, stop it, or start this one with another --path."
        )
    os.ftruncate(file, 0)
    os.write(file, f"{os.getpid()}\n".encode())
    return file
