"""`xiangmai demo`: the whole line in one command. Starts it, loads a county, proves the numbers, then shows it living.

Every step is a command that people can type themselves, and is shown as such; this file only puts them in order.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from deploy.local.demo_line import Line, Terminated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

LIVE_SECONDS = 15.0
# Ten hours of the county in a quarter of a minute: something happens also when it is Sunday night there.
ONCE_SPEED = 2400.0
EXIT_NO = 1
HELP = """一键演示：启动整条线，载入样例县（德清，13 个乡镇、177 个村，每村取三成居民）一个多月的仿真事件
（诉求、纠纷、村级财务、网格、议事等二十个领域），逐个核对，按督办规则判断上月，再看它实时变化。

The whole line in one command: starts it, loads a month and more of believable events of the sample county,
with three in ten of its people, in twenty domains (appeals, disputes, village finance, grids, deliberation …),
checks its numbers against what the simulator knows to be true, judges the month before by the ladder of supervision,
then shows the townships live. Ctrl-C stops everything; the data stays.

\b
  xiangmai demo                     看到 Ctrl-C 为止 / until Ctrl-C
  DEMO_ONCE=1 xiangmai demo         自动核对并结束，全对才返回 0 / checks, ends; exit code 0 only if all is right
  DEMO_MONTHS=12 xiangmai demo      一年的数据 / a year of it
  DEMO_PEOPLE=1 xiangmai demo       全县居民 / everybody
  xiangmai demo --year              全县一年近两百万事件，逐个核对并证明后结束 / a whole year of everybody, checked and proved
"""
YEAR_MONTHS, MONTHS = 12, 1
EVERYBODY, PEOPLE = 1.0, 0.3


@click.command(help=HELP)
@click.option("--once", is_flag=True, envvar="DEMO_ONCE", help="核对后自动结束 / check, then end. [DEMO_ONCE]")
@click.option(
    "--year",
    is_flag=True,
    envvar="DEMO_YEAR",
    help="载入一年全县事件，等全部算完、入库，核对并证明后结束 / load a year of everybody, wait until all of it is folded and stored, "
    "check, prove, end. [DEMO_YEAR]",
)
@click.option(
    "--months",
    default=None,
    show_default=f"{MONTHS}, --year: {YEAR_MONTHS}",
    type=click.IntRange(0, 120),
    envvar="DEMO_MONTHS",
    help="本月之前的整月数 / whole months before this one. [DEMO_MONTHS]",
)
@click.option(
    "--people",
    default=None,
    show_default=f"{PEOPLE}, --year: {EVERYBODY}",
    type=click.FloatRange(0.01, 1),
    envvar="DEMO_PEOPLE",
    help="居民占实有人口的比例 / share of the county's people. [DEMO_PEOPLE]",
)
@click.option("--seed", default=7, show_default=True, envvar="DEMO_SEED", help="种子 / the county's seed. [DEMO_SEED]")
@click.option(
    "--speed",
    default=300.0,
    show_default=True,
    type=click.FloatRange(1, 3600),
    envvar="DEMO_SPEED",
    help="实时阶段的倍速，--once 时不低于 2400 / how much faster than us the county lives, at least 2400 with --once. "
    "[DEMO_SPEED]",
)
@click.option("--free-ports", is_flag=True, help="用空闲端口 / take free ports; always so with --once.")
@click.option("--without", default="", help="不启动的进程 / processes of the stack to leave out, comma-separated.")
def demo(
    *,
    once: bool,
    year: bool,
    months: int | None,
    people: float | None,
    seed: int,
    speed: float,
    free_ports: bool,
    without: str,
) -> int:
    """Run the demo; what people read is HELP. Returns the exit code: with --once or --year 0 only if every number is right."""
    signal.signal(signal.SIGTERM, _interrupt)
    console, right, ends = Console(), False, once or year
    months = (YEAR_MONTHS if year else MONTHS) if months is None else months
    people = (EVERYBODY if year else PEOPLE) if people is None else people
    with (
        _data_folder(fresh=ends) as folder,
        Line(console, folder.path, free_ports=ends or free_ports, temporary=ends) as line,
    ):
        line.up(without)
        right = (line.load_and_prove if year else line.load)(months, seed, people)
        if year:
            folder.keep = not right
        elif once:
            right = line.live_for(LIVE_SECONDS, max(speed, ONCE_SPEED)) and right
            line.supervise()
            folder.keep = not right
        else:
            line.supervise(dry_run=True)
            line.live(speed)
    if not ends:
        return 0
    console.print("[bold green]全部正确 / all right[/]" if right else f"[bold red]不正确 / not right[/] {folder.path}")
    return 0 if right else EXIT_NO


@dataclass(slots=True)
class Folder:
    """The data folder of a demo; a temporary one is removed at the end unless it shall be kept."""

    path: Path
    keep: bool = True


@contextmanager
def _data_folder(*, fresh: bool) -> Iterator[Folder]:
    """Give the usual data folder, or a `fresh` one, so that what is checked is this run and nothing else."""
    if not fresh:
        yield Folder(Path(os.environ.get("XIANGMAI_DATA", ".local")).resolve())
        return
    folder = Folder(Path(tempfile.mkdtemp(prefix="xiangmai-demo-")))
    yield folder
    if not folder.keep:
        shutil.rmtree(folder.path, ignore_errors=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise Terminated
