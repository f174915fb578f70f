"""`xiangmai query`: read the warehouse in SQL."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.progress import Progress, ProgressColumn, SpinnerColumn, Task
from rich.text import Text

from schemas.settings import Settings
from sinks.formats import WRITERS, print_table, table_of
from sinks.warehouse import QueryFailed, Warehouse, connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sinks.formats import Columns

EXIT_NO: Final = 1
READ_ONLY: Final = 2  # ClickHouse's `readonly`: nothing may be written, settings of the query may be changed
UNKNOWN_DATABASE: Final = 81


@click.command("query", short_help="查询数据仓库 / query the warehouse in SQL")
@click.argument("sql")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", *WRITERS]),
    help="输出格式，终端默认 table，否则 csv / table on a terminal, else csv",
)
@click.option(
    "--param", "parameters", multiple=True, metavar="NAME=VALUE", help="SQL 中 {name:Type} 的值，可多次 / a parameter"
)
@click.option("--rows", default=500, show_default=True, help="table 最多显示的行数 / most rows a table shows")
@click.option("--safe", is_flag=True, help="csv/tsv 中会被表格软件当公式执行的文字前加 ' / no cell runs as a formula")
@click.option("--database", help="数据库，默认 xiangmai / database, by default the one of the settings")
def query(
    *, sql: str, format_: str | None, parameters: Sequence[str], rows: int, safe: bool, database: str | None
) -> int:
    """用 SQL 查询数据仓库（只读）；SQL 写 - 则从标准输入读 / query the warehouse in SQL.

    Read the warehouse in SQL; a SQL of - is read from standard input. Nothing can be changed from here.

    \b
      xiangmai query "SELECT place_name, value, colour FROM indicators
                      WHERE indicator = 'appeal_closure_rate' AND level = 'township' AND period = 'month'"
      xiangmai query "SELECT * FROM events_appeals WHERE case_id = {id:String}" --param id=A-17
      xiangmai query "SELECT name, comment FROM system.columns WHERE database = 'xiangmai' AND table = 'indicators'"
      xiangmai query "SHOW TABLES" · --format csv --safe > 表.csv
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    text = sys.stdin.read() if sql == "-" else sql
    chosen = format_ or ("table" if sys.stdout.isatty() else "csv")
    given = _parameters(parameters)
    try:
        with answer(settings, text, given, database=database or settings.clickhouse_database) as (columns, found, it):
            if chosen == "table":
                _show(columns, found, rows, it)
            else:
                WRITERS[chosen](sys.stdout, columns, found, safe=safe)
    except QueryFailed as error:
        click.echo(explain(error), err=True)
        return EXIT_NO
    return 0


def explain(error: QueryFailed) -> str:
    """Return ClickHouse's refusal with its code, and what to do where we know."""
    hint = ""
    if error.code == UNKNOWN_DATABASE:
        hint = "\n数据仓库尚未建立，请先运行 / the warehouse is not made yet, run first: `xiangmai sink --migrate-only`"
    return f"ClickHouse {error.code}: {error.text}{hint}"


def _show(columns: Columns, rows: Iterator[Sequence[Any]], most: int, warehouse: Warehouse) -> None:
    """Print at most `most` rows as a table, and beside it how long it took and what it read."""
    began = time.perf_counter()
    shown = list(islice(rows, most))
    more = next(rows, None) is not None
    if columns:
        print_table(table_of(columns, shown), Console())
    last = warehouse.client.last_query
    seconds, read = last.elapsed + time.perf_counter() - began, last.progress.rows
    note = f"{len(shown)} 行 rows · {seconds:.2f} s · 读取 read {read:,} 行 rows"
    if more:
        note = f"只显示前 {most} 行（--rows 可改，--format csv 得全部） / only the first {most} rows · {seconds:.2f} s"
    Console(stderr=True).print(note, style="dim", highlight=False)


@contextmanager
def answer(
    settings: Settings, sql: str, parameters: Mapping[str, Any], *, database: str
) -> Iterator[tuple[Columns, Iterator[Sequence[Any]], Warehouse]]:
    """Yield the answer's columns and its rows as they come; closes the connection at the end, read to the end or not.

    A progress line shows on the terminal until the first rows are there. Raises QueryFailed and Unavailable.
    """
    with connect(settings, database=database, readonly=READ_ONLY) as warehouse, warehouse.translated():
        stream = _start(warehouse, sql, parameters)
        with _progress(warehouse):
            columns: Columns = next(stream, [])
            first = next(stream, None)
        rows = stream if first is None else _with_first(first, stream)
        yield columns, iter(rows), warehouse


def _start(warehouse: Warehouse, sql: str, parameters: Mapping[str, Any]) -> Iterator[Any]:
    stream: Iterator[Any] = warehouse.client.execute_iter(sql, dict(parameters) or None, with_column_types=True)
    return stream


def _with_first(first: Sequence[Any], rest: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield first
    yield from rest


class _RowsRead(ProgressColumn):
    """How much ClickHouse has read so far, and of how much."""

    def __init__(self, warehouse: Warehouse) -> None:
        super().__init__()
        self._warehouse = warehouse

    def render(self, task: Task) -> Text:
        """Return the text of this moment."""
        progress = self._warehouse.client.last_query.progress
        total = f" / {progress.total_rows:,}" if progress.total_rows else ""
        return Text(f"{progress.rows:,}{total} 行 rows · {task.elapsed or 0:.1f} s")


@contextmanager
def _progress(warehouse: Warehouse) -> Iterator[None]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with Progress(SpinnerColumn(), _RowsRead(warehouse), console=console, transient=True) as progress:
        progress.add_task("query", total=None)
        yield


def _parameters(given: Sequence[str]) -> dict[str, str]:
    parameters = {}
    for each in given:
        name, mark, value = each.partition("=")
        if not mark or not name.isidentifier():
            raise click.BadParameter(f"应为 名称=值 / expected NAME=VALUE: {each}", param_hint="--param")
        parameters[name] = value
    return parameters
