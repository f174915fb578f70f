"""`xiangmai stack`: the local stack, up, down and in between."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from deploy.local.artifacts import Missing
from deploy.local.layout import cache_folder, data_folder, load_layout
from deploy.local.processes import PROCESSES, selection

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
    from deploy.local.starting import StartFailed
    from deploy.local.starting import restart as start_again
    from deploy.local.supervise import Supervisor

    layout = load_layout(data_folder(data))
    supervisor = Supervisor(layout)
    if not supervisor.running():
        click.echo(f"没有在运行 / not running: {layout.data}. 启动 / start: make up", err=True)
        return EXIT_UNAVAILABLE
    if supervisor.state(process) == "UNKNOWN":
        click.echo(f"没有这个进程 / no such process: {process} ({', '.join(supervisor.information())})", err=True)
        return EXIT_USAGE
    console = Console(stderr=True, soft_wrap=True)
    try:
        start_again(layout, next(one for one in PROCESSES if one.name == process), console)
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
