"""The ClickHouse engine in this process: one owner of a data folder, one engine handle per conversation.

A handle has its own database, settings and temporary tables, and runs one statement at a time; handles run in parallel.
chdb must not be imported in a process that forks afterwards, so it is imported when the engine starts.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import re
import shutil
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from deploy.local.clickhouse.protocol import Progress
from deploy.local.clickhouse.sql import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from types import TracebackType

UNKNOWN_EXCEPTION = 1002
QUERY_WAS_CANCELLED = 394
ERROR = re.compile(r"(?:Streaming \w+ \w+(?: failed)?: )?Code: (\d+)\. (DB::Exception: .*)", re.DOTALL)
VERSION_NOTE = re.compile(r" \(version [\d.]+(?: \(.*\))?\)\Z")
# A setting without any effect here (it filters log lines the engine does not send): it marks a handle's queries in
# system.processes, because the engine takes no query ids.
MARK = "send_logs_source_regexp"


class EngineError(Exception):
    """A refusal of the engine or this server: ClickHouse's code and its text without the leading `Code: N.`."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"Code: {code}. {message}")
        self.code = code
        self.message = message

    @classmethod
    def of(cls, code: int, name: str, text: str) -> EngineError:
        """Word an error of this server the way ClickHouse words its own."""
        return cls(code, f"DB::Exception: {text} ({name})")

    @classmethod
    def parse(cls, error: BaseException) -> EngineError:
        """Read the code and text out of what the engine raised."""
        text = str(error)
        match = ERROR.search(text)
        if match:
            return cls(int(match.group(1)), VERSION_NOTE.sub("", match.group(2).strip()))
        return cls(UNKNOWN_EXCEPTION, f"DB::Exception: {text}")


class FolderTakenError(Exception):
    """Another process owns the data folder; the message says which one and what to do."""


@dataclass(frozen=True)
class Result:
    """A whole answer, or a chunk of a streamed one, in the format it was asked for."""

    data: bytes
    rows: int


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
        return Result(result.bytes(), result.rows_read())

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
                except RuntimeError as error:
                    finished = True
                    raise EngineError.parse(error) from None
                result = Result(chunk.bytes(), chunk.rows_read()) if chunk is not None else Result(b"", 0)
                finished = not result.rows
                yield result
        finally:
            if not finished:
                self._connection.streaming_cancel_query(stream)

    def insert(self, head: str, output: str = "Native") -> Inserter:
        """Begin an INSERT whose data follows in pieces; raises EngineError, e.g. for an unknown table."""
        try:
            return Inserter(self._connection, self._connection.send_insert(head.strip(), output))
        except RuntimeError as error:
            raise EngineError.parse(error) from None

    def kill(self) -> None:
        """Ask the engine to end what runs here; callable from any thread, returns at once, and may come too early."""
        self._engine.kill(self.mark)

    def close(self) -> None:
        """Give the handle back; an open stream or insert on it is ended."""
        if self._connection is not None:
            with suppress(RuntimeError):
                self._connection.close()
            self._connection = None


class Inserter:
    """An INSERT under way. Leaving the `with` block without `finish` drops what is not written yet."""

    def __init__(self, connection: Any, stream: Any) -> None:
        self._connection = connection
        self._stream = stream
        self._open = True

    def append(self, data: bytes) -> None:
        """Hand over a piece of data. Blocks; raises EngineError."""
        try:
            self._connection.insert_append(self._stream, data)
        except RuntimeError as error:
            raise EngineError.parse(error) from None

    def finish(self) -> int:
        """Commit; returns the rows written. Blocks; raises EngineError."""
        self._open = False
        try:
            return int(self._connection.insert_done(self._stream).rows_written())
        except RuntimeError as error:
            raise EngineError.parse(error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:
            self._open = False
            with suppress(RuntimeError):
                self._connection.insert_cancel(self._stream)


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
        self.spool = _spool(path)
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

    def kill(self, mark: str) -> None:
        """End the queries of the handle with this mark."""
        with self._administration, suppress(EngineError):
            self._administrator.query(f"KILL QUERY WHERE Settings[{literal(MARK)}] = {literal(mark)} ASYNC")

    def close(self) -> None:
        """Close the engine; every handle must be closed already."""
        self._administrator.close()
        shutil.rmtree(self.spool, ignore_errors=True)
        os.close(self._lock_file)


def _memory_folder() -> str | None:
    """Return a folder in memory for short-lived files, where the machine has one."""
    shared = Path("/dev/shm")  # noqa: S108 - a private folder is made inside it
    return str(shared) if shared.is_dir() and os.access(shared, os.W_OK) else None


def _spool(path: Path) -> Path:
    """Make the private folder for this data folder's short-lived files; what a killed server left in it is removed."""
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    folder = Path(_memory_folder() or tempfile.gettempdir()) / f"xiangmai-clickhouse-{os.getuid()}-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder


def _lock(path: Path) -> int:
    file = os.open(path / "xiangmai.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        owner = os.read(file, 32).decode(errors="replace").strip() or "unknown"
        os.close(file)
        raise FolderTakenError(
            f"{path} 已被另一个进程占用 (pid {owner}) · The data folder {path} is in use by the process {owner}. "
            "Connect to that server, stop it, or start this one with another --path."
        ) from None
    os.ftruncate(file, 0)
    os.write(file, f"{os.getpid()}\n".encode())
    return file
