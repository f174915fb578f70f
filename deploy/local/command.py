"""`xiangmai stack`: the local stack, up, down and in between."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console

from deploy.local.artifacts import Missing
from deploy.local.layout import cache_folder, data_folder, load_layout
from deploy.local.processes import PROCESSES, selection

if TYPE_CHECKING:
    from deploy.local.layout import Layout

EXIT_NO: Final = 1
EXIT_USAGE: Final = 2
EXIT_UNAVAILABLE: Final = 3

DATA = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), help="数据文件夹 / data folder [XIANGMAI_DATA, .local]"
)


@click.group()
def stack() -> None:
    """本机整条线：Kafka、注册中心、ClickHouse、计算、入库、监控。

    The whole line on this machine. Everything listens on loopback only and keeps its data in one folder.
    """


@stack.command()
@DATA
@click.option("--free-ports", is_flag=True, help="用空闲端口并记住 / take free ports, and remember them")
@click.option("--only", help="只启动这些 / only these processes, comma-separated")
@click.option("--without", help="不启动这些 / all but these")
def up(*, data: Path | None, free_ports: bool, only: str | None, without: str | None) -> int:
    """启动；已在运行的不动。 / Start what is down, in order, each healthy before what needs it."""
    from deploy.local.starting import PortTaken, StartFailed, start

    _end_like_ctrl_c()
    console = Console(stderr=True, soft_wrap=True)
    layout = load_layout(data_folder(data), free_ports=free_ports)
    try:
        processes = selection(only, without)
    except ValueError as error:
        console.print(str(error), style="red", markup=False)
        return EXIT_USAGE
    try:
        start(layout, processes, cache_folder(), console)
    except (Missing, PortTaken, StartFailed) as error:
        console.print(str(error), style="red", markup=False)
        return EXIT_UNAVAILABLE
    return 0


@stack.command()
@DATA
def down(*, data: Path | None) -> int:
    """停止，并清掉失去管理的进程；数据保留。 / Stop everything, strays as well; the data stays."""
    from deploy.local.starting import stop

    stop(load_layout(data_folder(data)), Console(stderr=True, soft_wrap=True))
    return 0


@stack.command()
@DATA
@click.option("--format", "output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def status(*, data: Path | None, output: str) -> int:
    """各进程状态；全部健康返回 0。 / What runs, and whether it is well; exit code 0 when all of it is."""
    from deploy.local.status import show, standing

    layout = load_layout(data_folder(data))
    rows = standing(layout)
    if output == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        show(layout, rows, Console())
    return 0 if rows and all(row["healthy"] for row in rows) else EXIT_NO


@stack.command()
@DATA
@click.argument("process", required=False)
@click.option("-n", "--lines", default=40, show_default=True, help="最后几行 / so many last lines")
@click.option("-f", "--follow", is_flag=True, help="持续输出 / go on as they grow")
def logs(*, data: Path | None, process: str | None, lines: int, follow: bool) -> int:
    """看日志。 / Show the log of one process, or of all."""
    folder = load_layout(data_folder(data)).logs
    files = sorted(folder.glob(f"{process or '*'}.log"))
    if not files:
        click.echo(f"没有日志 / no log: {folder / (process or '*')}.log", err=True)
        return EXIT_NO
    return subprocess.run(
        ["tail", "-n", str(lines), *(["-F"] if follow else []), *map(str, files)], check=False
    ).returncode


@stack.command()
@DATA
@click.argument("process")
def restart(*, data: Path | None, process: str) -> int:
    """重启一个进程，等它恢复健康。 / Restart one process, and wait until it is well."""
    layout = load_layout(data_folder(data))
    problem = _missing(layout, process)
    return problem or _start_again(layout, process)


@stack.command(context_settings={"ignore_unknown_options": True})
@DATA
@click.argument("process")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def without(*, data: Path | None, process: str, command: tuple[str, ...]) -> int:
    """停下一个进程，运行命令，再启动它。 / Stop one process, run a command, then start it again, however the command ended.

    \b
      xiangmai stack without worker -- xiangmai rebuild --apply

    The command has the environment that leads to this stack; its exit code is given back. A process that was down stays so.
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    from deploy.local.supervise import UP, Supervisor

    layout = load_layout(data_folder(data))
    if problem := _missing(layout, process):
        return problem
    supervisor = Supervisor(layout)
    was_up = supervisor.state(process) in UP
    _end_like_ctrl_c()
    supervisor.stop_process(process)
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, **layout.environment(), "PATH": programs}
    code = EXIT_UNAVAILABLE
    try:
        code = subprocess.run(command, env=environment, check=False).returncode
    except OSError as error:
        click.echo(f"无法运行 / cannot run {command[0]}: {error.strerror}", err=True)
    finally:
        again = _start_again(layout, process) if was_up else 0
    return code or again


def _missing(layout: Layout, process: str) -> int:
    """Say so, and give the exit code, when the stack is down or has no such process; 0 when it is there."""
    from deploy.local.supervise import Supervisor

    supervisor = Supervisor(layout)
    if not supervisor.running():
        click.echo(f"没有在运行 / not running: {layout.data}. 启动 / start: make up", err=True)
        return EXIT_UNAVAILABLE
    if supervisor.state(process) == "UNKNOWN":
        click.echo(f"没有这个进程 / no such process: {process} ({', '.join(supervisor.information())})", err=True)
        return EXIT_USAGE
    return 0


def _start_again(layout: Layout, process: str) -> int:
    from deploy.local.starting import StartFailed, restart

    console = Console(stderr=True, soft_wrap=True)
    try:
        restart(layout, next(one for one in PROCESSES if one.name == process), console)
    except StartFailed as error:
        console.print(str(error), style="red", markup=False)
        return EXIT_UNAVAILABLE
    return 0


@stack.command()
@DATA
@click.option("--format", "output", type=click.Choice(["shell", "json"]), default="shell", show_default=True)
def env(*, data: Path | None, output: str) -> int:
    """打印连接这条线所需的环境变量。 / Print the environment that leads to this stack: eval "$(xiangmai stack env)"."""
    environment = load_layout(data_folder(data)).environment()
    if output == "json":
        click.echo(json.dumps(environment, indent=2))
    else:
        for name, value in environment.items():
            click.echo(f"export {name}={shlex.quote(value)}")
    return 0


def _end_like_ctrl_c() -> None:
    """Told to end, or left by its terminal, a start tidies up as after Ctrl-C."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
