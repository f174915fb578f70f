"""Bringing the stack up in order, each process healthy before what needs it, and taking it down without a stray."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from deploy.local.artifacts import need_programs
from deploy.local.health import Unhealthy, require_full_compatibility
from deploy.local.layout import LOOPBACK
from deploy.local.processes import PROCESSES
from deploy.local.supervise import Supervisor, end, holder, strays

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rich.console import Console

    from deploy.local.layout import Layout
    from deploy.local.processes import Process

POLL_SECONDS: Final = 0.1
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
    supervisor = Supervisor(layout)
    fresh = not supervisor.running()
    with ExitStack() as undo:
        layout.save()
        if fresh:
            _clear_the_way(layout, processes, console)
            undo.callback(stop, layout, console)
        commands = _prepare(layout, processes, cache, console)
        present = [process for process in processes if process.name in commands]
        supervisor.start(present, commands)
        _start_in_order(layout, supervisor, present, console)
        undo.pop_all()
    console.print(f"已启动 / up: {layout.data} ({time.monotonic() - began:.0f} s)", markup=False, highlight=False)


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


def _clear_the_way(layout: Layout, processes: Sequence[Process], console: Console) -> None:
    left = strays(layout.data)
    if left:
        console.print(
            f"上次的 {len(left)} 个进程失去了管理，先结束 / ending {len(left)} processes whose supervisor is gone",
            markup=False,
        )
        end(left)
    taken = []
    for process in processes:
        for port in process.ports:
            owner = holder(layout.ports[port])
            if owner:
                variable = f"XIANGMAI_{port.replace('-', '_').upper()}_PORT"
                taken.append(
                    f"端口 {LOOPBACK}:{layout.ports[port]}（{process.name}）已被占用 / is held by {owner}: "
                    f"stop it, or choose another with {variable}=…, or --free-ports"
                )
    if taken:
        (layout.data / "stack.json").unlink(missing_ok=True)
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
            command = future.result()
            if command is None:
                say(
                    f"{name}: 本机没有，略去 / not on this machine and left out "
                    "(Debian: apt-get install prometheus prometheus-alertmanager)"
                )
            else:
                commands[name] = command
    return commands


def _start_in_order(layout: Layout, supervisor: Supervisor, processes: Sequence[Process], console: Console) -> None:
    waiting = {process.name: process for process in processes}
    healthy: set[str] = set()
    launched: dict[str, float] = {}
    problems: dict[str, str] = {}
    with console.status("启动 / starting …") as shown:
        while waiting:
            for process in list(waiting.values()):
                if not all(name in healthy or name not in {p.name for p in processes} for name in process.after):
                    continue
                if process.name not in launched:
                    supervisor.start_process(process.name)
                    launched[process.name] = time.monotonic()
                problems[process.name] = _problem(layout, supervisor, process)
                if not problems[process.name]:
                    del waiting[process.name]
                    healthy.add(process.name)
                    seconds = time.monotonic() - launched[process.name]
                    console.print(f"  ✓ {process.name} {process.zh} ({seconds:.1f} s)", markup=False, highlight=False)
                elif time.monotonic() - launched[process.name] > process.patience_seconds:
                    raise StartFailed(_failure(layout, process, problems[process.name]))
            shown.update(f"启动 / starting: {', '.join(waiting)} …")
            time.sleep(POLL_SECONDS)


def _problem(layout: Layout, supervisor: Supervisor, process: Process) -> str:
    state = supervisor.state(process.name)
    if state not in {"RUNNING", "STARTING"}:
        return f"supervisor: {state}"
    try:
        process.healthy(layout)
        if process.name == "registry":
            require_full_compatibility(layout)
    except Unhealthy as error:
        return str(error)
    return ""


def _failure(layout: Layout, process: Process, problem: str) -> str:
    log = layout.logs / f"{process.name}.log"
    tail = log.read_text(errors="replace").splitlines()[-15:] if log.exists() else []
    return (
        f"{process.name} {process.zh} 在 {process.patience_seconds:.0f} 秒内没有就绪 / "
        f"did not get well in time: {problem}\n"
        f"日志 / log: {log}\n" + "\n".join(f"  {line}" for line in tail)
    )
