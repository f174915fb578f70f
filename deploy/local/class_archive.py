"""Java's classes as the machine had them in memory, kept in a file: what starts with it is there in half the time.

A program of thousands of classes spends most of its start on finding, checking and linking them, each time the same. Java can
write down what it has when it ends (`-XX:ArchiveClassesAtExit`) and begin with that the next time; where the file does not fit,
it begins as ever. The file is made once, by a start on a folder of its own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deploy.local.artifacts import one_at_a_time
from deploy.local.layout import DEFAULT_PORTS, LOOPBACK, MARKER, Layout, pick_free_ports

if TYPE_CHECKING:
    from collections.abc import Callable

_PATIENCE_SECONDS: Final = 90
_LOOK_EVERY_SECONDS: Final = 0.05


def archive_options(
    name: str,
    port: str,
    arguments: Callable[[Layout], list[str]],
    layout: Layout,
    cache: Path,
    say: Callable[[str], None],
) -> list[str]:
    """Return the options with which Java begins with the archive of a program; makes it where there is none. Blocks then.

    `arguments` are Java's for the program of a layout. It listens on `port` (its name in the layout) once what it needs is
    loaded. Where no archive can be made there are no options, and it is not tried again.
    """
    archive = cache / f"{name}-{_java()}.jsa"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with one_at_a_time(cache / f".{archive.name}.lock"):
            if not archive.exists():
                say(f"为 {name} 准备类档案，只做一次 / keeping the classes of {name} for the next starts, once")
                _make(archive, port, arguments, layout)
    return [f"-XX:SharedArchiveFile={archive}"] if archive.stat().st_size else []


def _java() -> str:
    """What tells one Java from another: an archive is only for the one that made it."""
    program = Path(shutil.which("java") or "java").resolve()
    changed = program.stat().st_mtime_ns if program.exists() else 0
    return hashlib.sha256(f"{program} {changed}".encode()).hexdigest()[:12]


def _make(archive: Path, port: str, arguments: Callable[[Layout], list[str]], stack: Layout) -> None:
    with tempfile.TemporaryDirectory(prefix=f".{archive.name}-", dir=archive.parent) as working:
        made = Path(working) / archive.name
        layout = Layout(
            Path(working) / "data", dict(zip(DEFAULT_PORTS, pick_free_ports(len(DEFAULT_PORTS)), strict=True))
        )
        layout.make_folders()
        process = subprocess.Popen(
            ["java", f"-XX:ArchiveClassesAtExit={made}", *arguments(layout)],
            cwd=working,
            env={**os.environ, MARKER: str(stack.data)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            whole = _listens(process, layout.ports[port]) and _ends(process)
        finally:
            process.kill()
            process.wait()
        if not whole:
            made.unlink(missing_ok=True)
        made.touch()  # empty: there will be none
        made.rename(archive)


def _listens(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            time.sleep(_LOOK_EVERY_SECONDS)
        else:
            return True
    return False


def _ends(process: subprocess.Popen[bytes]) -> bool:
    process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        return False
    return True
