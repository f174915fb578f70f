"""The supervisor of a stack: supervisord with a configuration of our making, spoken to over its own socket."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xmlrpc.client import Fault, ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

from deploy.local.layout import LOOPBACK, MARKER

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from deploy.local.layout import Layout
    from deploy.local.processes import Process

START_SECONDS: Final = 15.0
STOP_SECONDS: Final = 60.0
KILL_AFTER_SECONDS: Final = 20


UP: Final = frozenset({"RUNNING", "STARTING"})
"""supervisord's words for a process that is there."""
DOWN: Final = frozenset({"STOPPED", "FATAL", "UNKNOWN"})
"""Its words for one that is not, and will not be by itself."""
_LOOK_EVERY_SECONDS: Final = 0.05


class Supervisor:
    """The supervisord of one stack. Methods that talk to it raise OSError when it is not running."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    @property
    def _server(self) -> Any:
        # A transport that failed once stays unusable, and supervisord may not be up yet: a new one for each call.
        transport = SupervisorTransport(None, None, f"unix://{self._layout.socket}")
        return ServerProxy("http://127.0.0.1", transport=transport)

    def running(self) -> bool:
        """Whether it answers."""
        try:
            return str(self._server.supervisor.getState()["statename"]) == "RUNNING"
        except (OSError, Fault):
            return False

    def start(self, processes: Sequence[Process], commands: Mapping[str, list[str]]) -> None:
        """Start it, or give a running one what is new. No process is started by this. Blocks until it answers."""
        configuration = self._layout.run / "supervisord.conf"
        configuration.write_text(self._configuration(processes, commands))
        if self.running():
            added, _changed, _removed = self._server.supervisor.reloadConfig()[0]
            for name in added:
                self._server.supervisor.addProcessGroup(name)
            return
        self._layout.socket.unlink(missing_ok=True)
        program = Path(sys.executable).with_name("supervisord")
        environment = {**os.environ, **self._layout.environment(), MARKER: str(self._layout.data)}
        log = (self._layout.logs / "supervisord.out").open("ab")
        with log:
            subprocess.run(
                [str(program), "-c", str(configuration)], env=environment, stdout=log, stderr=log, check=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.running():
            if time.monotonic() > deadline:
                raise OSError(f"supervisord 没有应答 / does not answer: {self._layout.logs / 'supervisord.log'}")
            time.sleep(_LOOK_EVERY_SECONDS)

    def start_process(self, name: str) -> bool:
        """Start one process unless it runs; returns once it was launched, and whether that was needed."""
        if self.state(name) in UP:
            return False
        with suppress(Fault):
            self._server.supervisor.startProcess(name, False)
        return True

    def stop_process(self, name: str) -> None:
        """Stop one process and wait until it is to stay so, also when it has just died. Raises TimeoutError.

        supervisord does not stop what is not there, and what died is not there until it is started again.
        """
        deadline = time.monotonic() + STOP_SECONDS
        while self.state(name) not in DOWN:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{name} 没有停下 / does not stop: {self.state(name)}")
            with suppress(Fault):
                self._server.supervisor.stopProcess(name)
            time.sleep(_LOOK_EVERY_SECONDS)

    def state(self, name: str) -> str:
        """RUNNING, STARTING, BACKOFF, STOPPED, EXITED, FATAL, or UNKNOWN when it is not part of this stack."""
        try:
            return str(self._server.supervisor.getProcessInfo(name)["statename"])
        except Fault:
            return "UNKNOWN"

    def up(self) -> set[str]:
        """Names of the processes that are there, well or not."""
        return {name for name, told in self.information().items() if told["statename"] in UP}

    def information(self) -> dict[str, dict[str, Any]]:
        """What supervisord tells of each process, by name."""
        return {one["name"]: one for one in self._server.supervisor.getAllProcessInfo()}

    def shutdown(self, order: Iterable[str]) -> None:
        """Stop the processes in this order, then supervisord itself; waits for its end."""
        pid = int(self._server.supervisor.getPID())
        for name in order:
            self.stop_process(name)
        with suppress(OSError, Fault):
            self._server.supervisor.shutdown()
        with suppress(psutil.NoSuchProcess):
            _wait_for_end([psutil.Process(pid)], STOP_SECONDS)

    def _configuration(self, processes: Sequence[Process], commands: Mapping[str, list[str]]) -> str:
        layout = self._layout
        head = f"""[unix_http_server]
file={layout.socket}
chmod=0700
[supervisord]
logfile={layout.logs}/supervisord.log
pidfile={layout.run}/supervisord.pid
childlogdir={layout.logs}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
        return head.replace("%", "%%") + "".join(
            self._program(process, commands[process.name]) for process in processes if process.name in commands
        )

    def _program(self, process: Process, command: Sequence[str]) -> str:
        layout = self._layout
        ports = {name: str(port) for name, port in layout.ports.items()}
        environment = {name: value.format_map(ports) for name, value in process.environment.items()}
        pairs = ",".join(f'{name}="{value}"' for name, value in environment.items())
        text = f"""[program:{process.name}]
command={_quoted(command)}
environment={pairs}
directory={layout.data}
autostart=false
autorestart=true
startsecs=2
startretries=1000
stopasgroup=true
killasgroup=true
stopwaitsecs={KILL_AFTER_SECONDS}
redirect_stderr=true
stdout_logfile={layout.logs}/{process.name}.log
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=3
"""
        return text.replace("%", "%%")


def _quoted(command: Sequence[str]) -> str:
    # supervisord splits with shlex and lets `;` after a space begin a comment.
    return " ".join("'" + part.replace("'", "'\\''") + "'" if set(part) - _PLAIN else part for part in command)


_PLAIN: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@+")


def strays(data: Path) -> list[psutil.Process]:
    """Living processes that carry this stack's marker, whoever their parent is; this one and its parents excepted."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    found = []
    for process in psutil.process_iter():
        try:
            marked = process.pid not in own and process.environ().get(MARKER) == str(data)
            if marked and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def end(processes: Sequence[psutil.Process]) -> None:
    """End these processes: first asked, then forced. Blocks for at most KILL_AFTER_SECONDS."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGTERM)
    alive = _wait_for_end(processes, KILL_AFTER_SECONDS)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _wait_for_end(alive, 5)


def _wait_for_end(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until these have ended; return those that have not.

    What only waits for its parent to take note has ended: a container's first process may do that seconds later.
    """
    deadline = time.monotonic() + seconds
    while (alive := [process for process in processes if not _has_ended(process)]) and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY_SECONDS)
    return alive


def _has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def holder(port: int) -> str | None:
    """Who listens on this port of the loopback: "program (pid N)", "?" when it can't be seen, None when nobody does."""
    for connection in psutil.net_connections(kind="tcp"):
        if not connection.laddr or connection.status != psutil.CONN_LISTEN:
            continue
        if connection.laddr.port != port or connection.laddr.ip not in _IN_OUR_WAY:
            continue
        if connection.pid is None:
            return "?"
        with suppress(psutil.NoSuchProcess):
            return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return None


_IN_OUR_WAY: Final = frozenset({LOOPBACK, "0.0.0.0", "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0"})  # noqa: S104 - compared
