"""Bringing the stack up in order, each process healthy before what needs it, and taking it down without a stray."""

from __future__ import annotations

import fcntl
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

from deploy.local import health
from deploy.local.artifacts import need_programs
from deploy.local.layout import LOOPBACK
from deploy.local.processes import PROCESSES
from deploy.local.supervise import UP, Supervisor, end, holder, strays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console

    from deploy.local.layout import Layout
    from deploy.local.processes import Process

POLL_SECONDS: Final = 0.1
MOST_LIVES: Final = 3
"""A process that ends again and again while it is awaited will not get well by waiting."""
JAVA_PROCESSES: Final = frozenset({"kafka", "registry"})


class PortTaken(Exception):  # noqa: N818 - a state of the machine
    """A port of the stack is held by somebody else; the message says by whom and what to do."""


class StartFailed(Exception):  # noqa: N818 - a state of the machine
    """A process did not get well in its time; the message names its log and the last lines of it."""


def start(layout: Layout, processes: Sequence[Process], cache: Path, console: Console) -> None:
    """Bring these processes up. Blocks until all are healthy; raises Missing, PortTaken, StartFailed.

    Interrupted or failed, it takes down what it started itself; what ran before stays.
    """
    began = time.monotonic()
    launched: dict[str, float] = {}
    layout.make_folders()
    with _alone(layout, console), ExitStack() as undo:
        layout = layout.remembered()
        supervisor = Supervisor(layout)
        fresh = not supervisor.running()
        if fresh:
            _end_orphans(layout, console)
        _need_ports(layout, supervisor, processes, fresh=fresh)
        layout.remember()
        undo.callback(_undo, layout, supervisor, launched, console, fresh=fresh)
        commands = _prepare(layout, processes, cache, console)
        present = [process for process in processes if process.name in commands]
        try:
            supervisor.start(present, commands)
        except (OSError, subprocess.CalledProcessError) as error:
            raise StartFailed(f"supervisord: {error}\n日志 / log: {layout.logs / 'supervisord.out'}") from error
        _start_in_order(layout, supervisor, present, launched, console)
        undo.pop_all()
    console.print(f"已启动 / up: {layout.data} ({time.monotonic() - began:.0f} s)", markup=False, highlight=False)


def restart(layout: Layout, process: Process, console: Console) -> None:
    """Stop one process and start it again. Blocks until it is well; raises StartFailed, and leaves it trying then."""
    supervisor = Supervisor(layout)
    supervisor.stop_process(process.name)
    _start_in_order(layout, supervisor, [process], {}, console)


def stop(layout: Layout, console: Console) -> None:
    """Take everything of this stack down, in the opposite order, and end what lost its supervisor. The data stays."""
    supervisor = Supervisor(layout)
    was_running = supervisor.running()
    if was_running:
        supervisor.shutdown(process.name for process in reversed(PROCESSES))
    left = strays(layout.data)
    if left:
        names = ", ".join(f"{process.name()} (pid {process.pid})" for process in left)
        console.print(f"清理失去管理的进程 / ending processes without a supervisor: {names}", markup=False)
        end(left)
    layout.socket.unlink(missing_ok=True)
    if was_running or left:
        console.print(f"已停止 / down: {layout.data}", markup=False, highlight=False)
    else:
        console.print(f"没有在运行 / was not running: {layout.data}", markup=False, highlight=False)


@contextmanager
def _alone(layout: Layout, console: Console) -> Iterator[None]:
    """One start of a stack at a time: a second one waits for the first and then finds everything up."""
    with (layout.run / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.print(f"另一个启动正在进行，等待 / waiting for another start of {layout.data}", markup=False)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _undo(layout: Layout, supervisor: Supervisor, launched: dict[str, float], console: Console, *, fresh: bool) -> None:
    # A second Ctrl-C out of impatience would leave half of it running.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        if fresh:
            stop(layout, console)
        else:
            for name in reversed(list(launched)):
                supervisor.stop_process(name)
    finally:
        signal.signal(signal.SIGINT, before)


def _end_orphans(layout: Layout, console: Console) -> None:
    left = strays(layout.data)
    if left:
        console.print(
            f"上次的 {len(left)} 个进程失去了管理，先结束 / ending {len(left)} processes whose supervisor is gone",
            markup=False,
        )
        end(left)


def _need_ports(layout: Layout, supervisor: Supervisor, processes: Sequence[Process], *, fresh: bool) -> None:
    present = set() if fresh else supervisor.up()
    way_out = "or" if fresh else "or make down, then"
    taken = []
    for process in processes:
        for port in process.ports if process.name not in present else ():
            owner = holder(layout.ports[port])
            if owner:
                variable = f"XIANGMAI_{port.replace('-', '_').upper()}_PORT"
                taken.append(
                    f"端口 {LOOPBACK}:{layout.ports[port]}（{process.name}）已被占用 / is held by {owner}: "
                    f"stop it, {way_out} choose another with {variable}=…, or --free-ports"
                )
    if taken:
        if fresh:
            # Remembered ports would win over the setting we just named.
            layout.forget()
        raise PortTaken("\n".join(taken))


def _prepare(layout: Layout, processes: Sequence[Process], cache: Path, console: Console) -> dict[str, list[str]]:
    """Work out every command, downloading what is needed, the slow ones at the same time."""
    say: Callable[[str], None] = lambda line: console.print(line, markup=False, highlight=False)  # noqa: E731
    if any(process.name in JAVA_PROCESSES for process in processes):
        need_programs(say)
    commands = {}
    with console.status("准备 / preparing …"), ThreadPoolExecutor() as pool:
        made = {process.name: pool.submit(process.command, layout, cache, say) for process in processes}
        for name, future in made.items():
            try:
                command = future.result()
            except health.Unhealthy as error:
                raise StartFailed(f"{name}: {error}") from error
            if command is None:
                say(
                    f"{name}: 本机没有，略去 / not on this machine and left out "
                    "(Debian: apt-get install prometheus prometheus-alertmanager)"
                )
            else:
                commands[name] = command
    return commands


def _start_in_order(
    layout: Layout,
    supervisor: Supervisor,
    processes: Sequence[Process],
    launched: dict[str, float],
    console: Console,
) -> None:
    """Start each process once what it comes after is well, and wait for all. `launched` takes those that were down."""
    waiting = {process.name: process for process in processes}
    asked: dict[str, float] = {}
    lives: dict[str, set[int]] = {}
    with console.status("启动 / starting …") as shown:
        while waiting:
            for process in list(waiting.values()):
                if any(name in waiting for name in process.after):
                    continue
                if process.name not in asked:
                    asked[process.name] = time.monotonic()
                    if supervisor.start_process(process.name):
                        launched[process.name] = asked[process.name]
                    lives[process.name] = set()
                told = supervisor.information()[process.name]
                lives[process.name].add(told["start"])
                problem = _problem(layout, process, told)
                seconds = time.monotonic() - asked[process.name]
                if not problem:
                    del waiting[process.name]
                    how = f"{seconds:.1f} s" if process.name in launched else "已在运行 / was up"
                    console.print(f"  ✓ {process.name} {process.zh} ({how})", markup=False, highlight=False)
                elif seconds > process.patience_seconds or len(lives[process.name]) > MOST_LIVES:
                    raise StartFailed(_failure(layout, process, problem))
            shown.update(f"启动 / starting: {', '.join(waiting)} …")
            if waiting:
                time.sleep(POLL_SECONDS)


def _problem(layout: Layout, process: Process, told: dict[str, Any]) -> str:
    if told["statename"] not in UP:
        return f"{told['statename']}: {told['spawnerr'] or told['description']}"
    try:
        # The thorough checks take seconds to give up: not before somebody listens.
        for port in process.ports:
            health.listens(layout.ports[port])
        process.healthy(layout)
        if process.name == "registry":
            health.require_full_compatibility(layout)
    except health.Unhealthy as error:
        return str(error)
    return ""


def _failure(layout: Layout, process: Process, problem: str) -> str:
    log = layout.logs / f"{process.name}.log"
    tail = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
    return f"{process.name} {process.zh} 没有就绪 / does not get well: {problem}\n日志 / log: {log}\n" + "\n".join(
        f"  {line}" for line in tail
    )
