"""The front door: `xiangmai`. Finds each room's subcommands through entry points, loads one only when it is called."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Final

import click
from pydantic import ValidationError

from schemas.errors import InvalidEvent, Refused, Unavailable
from schemas.standard_output import end_when_unread

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP: Final = "xiangmai.commands"
EXIT_NO: Final = 1
EXIT_USAGE: Final = 2
EXIT_UNAVAILABLE: Final = 3
EXIT_INTERRUPTED: Final = 130

# `xiangmai --help` shows these without importing the rooms behind them, some of which take a second to load.
SHORT_HELP: Final[Mapping[str, str]] = {
    "doctor": "体检：哪里不好，先做什么 / what is wrong with the line, and what to do first",
    "demo": "一键演示整条线 / the whole line, live, in one command",
    "stack": "启动、查看、停止本机服务 / start, look at and stop the local stack",
    "import": "导入部门导出的表格 / import a department's export (CSV, XLSX, Avro)",
    "simulate": "生成仿真事件 / send believable made-up events",
    "places": "登记行政区划 / load counties, townships and villages",
    "departments": "登记部门目录 / load departments",
    "worker": "运行计算进程 / run the worker that turns events into numbers",
    "rebuild": "从事件重新计算并切换 / compute again from the events, and switch over",
    "deadletters": "查看与重放死信 / list, show and replay dead letters",
    "sink": "运行入库进程 / run the sinks into ClickHouse",
    "refill": "从数据仓库补发 Kafka 已不保留的事件 / send events Kafka no longer has again, for a rebuild",
    "ladder": "按规则发出、升级、解除预警 / raise, move up and clear warnings by the rule",
    "query": "查询数据仓库 / query the warehouse in SQL",
    "indicators": "查看指标 / look at indicators",
    "verify": "核对每个数 / prove every number against the events",
    "cases": "一个数背后的事项 / the cases behind a number",
    "events": "一个事项背后的事件 / the events behind a case",
    "practices": "最佳实践匹配 / recorded practices that fit a case, and why",
    "report": "月报与地图 / the monthly policy report, the risk map, the capability map",
    "board": "终端看板 / the live board in the terminal",
    "catalogue": "检查与查看指标目录 / check and show the indicator catalogue",
    "schemas": "检查、登记数据模式与主题 / check and register schemas, create topics",
}


class FrontDoor(click.Group):
    """A group whose subcommands are entry points."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Installed commands, in the order of SHORT_HELP, others after them."""
        _ = ctx
        order = {name: index for index, name in enumerate(SHORT_HELP)}
        return sorted(_installed(), key=lambda name: (order.get(name, len(order)), name))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; a room that fails to load is told plainly and does not take the others down."""
        _ = ctx
        point = _installed().get(cmd_name)
        if point is None:
            return None
        try:
            command: click.Command = point.load()
        except (ImportError, AttributeError) as error:
            raise click.ClickException(
                f"命令 {cmd_name} 无法载入（{point.value}）：{error} / the command {cmd_name} does not load"
            ) from error
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Return the list of commands with their one-line help, without importing any of them."""
        rows = [(name, SHORT_HELP.get(name, "")) for name in self.list_commands(ctx)]
        if rows:
            with formatter.section("命令 / Commands"):
                formatter.write_dl(rows)


def _installed() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


@click.group(
    cls=FrontDoor,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog=(
        "退出码 / exit codes: 0 正常 fine · 1 答案为否 the answer is no · 2 用法错误 bad usage · "
        "3 所需服务不可用 something needed is away"
    ),
)
@click.version_option(package_name="xiangmai", prog_name="xiangmai")
def cli() -> None:
    """乡脉 Xiangmai: 村里的事件进来，乡镇的指标出来，每个数都能查到根.

    Village events in, township numbers out, and every number can be proved.
    Settings are environment variables XIANGMAI_*; the defaults suit the local stack.
    """


def main() -> None:
    """Run `xiangmai` and end the process with one of the exit codes above."""
    end_when_unread()
    code = run(sys.argv[1:])
    sys.stdout.flush()
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; errors are told on standard error, in both languages."""
    try:
        answer: Any = cli.main(args=arguments, prog_name="xiangmai", standalone_mode=False)
    except click.exceptions.Exit as request:
        return request.exit_code
    except _TOLD as error:
        return _tell(error)
    return answer if isinstance(answer, int) else 0


_TOLD: Final = (
    click.ClickException,
    click.Abort,
    KeyboardInterrupt,
    Unavailable,
    Refused,
    InvalidEvent,
    ValidationError,
)


def _tell(error: BaseException) -> int:
    """Say what went wrong, where, and what to do; return the exit code. What is our own mistake is raised again."""
    match error:
        case click.ClickException():
            error.show()
            return error.exit_code
        case ValidationError() if error.title != "Settings":
            raise error
        case ValidationError():
            message, code = _settings_problem(error), EXIT_USAGE
        case Unavailable():
            message, code = str(error), EXIT_UNAVAILABLE
        case Refused() | InvalidEvent():
            message, code = str(error), EXIT_NO
        case _:
            message, code = "已中断 / interrupted", EXIT_INTERRUPTED
    click.echo(message, err=True)
    return code


def _settings_problem(error: ValidationError) -> str:
    lines = [f"XIANGMAI_{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}" for problem in error.errors()]
    return "设置有误 / settings are wrong:\n  " + "\n  ".join(lines)
