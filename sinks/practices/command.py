"""`xiangmai practices`: which recorded practices fit a case, or the cases that came in lately."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from schemas.settings import Settings
from sinks.formats import WRITERS, print_table, table_of
from sinks.indicators import find_place
from sinks.layout import load_layout
from sinks.practices.definition import load_matching
from sinks.practices.reading import Asked, Shelf
from sinks.practices.telling import COLUMNS, print_matches, rows
from sinks.query import EXIT_NO, READ_ONLY, explain
from sinks.warehouse import QueryFailed, connect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sinks.practices.definition import Matching
    from sinks.warehouse import Warehouse

SAME_ID: Final = 20
"""Of one id there may be a case in several townships and of several kinds; more are not looked for."""
LATELY: Final = timedelta(days=7)
NONE_RECORDED: Final = "案例库里还没有做法 / no practice is recorded yet"

_format = click.option(
    "--format",
    "format_",
    type=click.Choice(["table", *WRITERS]),
    default="table",
    show_default=True,
    help="输出格式 / output format",
)
_place = click.option(
    "--place", default="", help="地方：代码或名称，默认全部 / place by code or name, all unless given"
)


@click.group("practices", short_help="最佳实践匹配 / recorded practices that fit a case")
def practices() -> None:
    """最佳实践：为诉求、纠纷、需求找最合适的做法，并说明理由 / recorded practices that fit an appeal, a dispute or a need.

    Each case gets at most three, with a score and the words that matched, whose points add up to the score. Definition:
    sinks/practices/matching.yaml. Computed when asked, from the events as they stand: a practice taken back or corrected
    counts no more.
    """


@practices.command("match", short_help="一件事项的做法 / practices that fit one case")
@click.argument("case_id")
@click.option("--case-type", metavar="NAME", help="事项类型，默认全部 / kind of case, all unless given")
@_place
@_format
def match(*, case_id: str, case_type: str | None, place: str, format_: str) -> int:
    """为 CASE_ID 找最合适的做法，并说明凭哪些词 / find the practices that fit CASE_ID best, and say by which words.

    \b
      xiangmai practices match 202603020010001-683f6d
      xiangmai practices match XQ-2026-0143 --case-type need --format json
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    with _shelf() as (warehouse, shelf, matching, names):
        asked = Asked(_kinds(shelf, case_type), SAME_ID, _code(warehouse, place), case_id)
        cases = shelf.cases(asked)
        if not cases:
            kinds = "、".join(asked.kinds)
            click.echo(f"没有事项 {case_id}（{kinds}） / there is no case {case_id} ({kinds})", err=True)
            raise click.exceptions.Exit(EXIT_NO)
        library = shelf.library()
        if format_ != "table":
            found = (row for case in cases for row in rows(case, library.matches(case.text), matching.floor))
            WRITERS[format_](sys.stdout, COLUMNS, found, safe=True)
            return 0
        console = Console()
        for case in cases:
            print_matches(console, case, library.matches(case.text), names, matching.floor)
        if not len(library):
            console.print(NONE_RECORDED, style="dim")
    return 0


@practices.command("new", short_help="新近事项的做法 / practices for the cases that came in lately")
@click.option("--since", metavar="DATE", help="自某日起，默认七天前 / from this day on, seven days ago unless given")
@click.option("--until", metavar="DATE", help="到某日为止（不含） / up to this day, without it")
@click.option("--case-type", metavar="NAME", help="事项类型，默认全部 / kind of case, all unless given")
@_place
@click.option(
    "--limit", default=200, show_default=True, help="每类至多几件，取最新的 / most cases of each kind, the newest"
)
@_format
def new(*, since: str | None, until: str | None, case_type: str | None, place: str, limit: int, format_: str) -> int:
    """为新近登记的诉求、纠纷、需求各找最合适的做法 / find the practices that fit each case that came in lately.

    A case that none fits is told too, with none.

    \b
      xiangmai practices new --since 2026-03-01 --place 武康街道
      xiangmai practices new --since 2026-03-01 --until 2026-04-01 --limit 100000 --format csv > 匹配.csv
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    with _shelf() as (warehouse, shelf, matching, names):
        zone = ZoneInfo(Settings().timezone)
        first = datetime.now(zone) - LATELY if since is None else _day(since, zone, "--since")
        last = None if until is None else _day(until, zone, "--until")
        asked = Asked(_kinds(shelf, case_type), limit, _code(warehouse, place), since=first, until=last)
        cases, library = shelf.cases(asked), shelf.library()
        if format_ != "table":
            found = (row for case in cases for row in rows(case, library.matches(case.text), matching.floor))
            WRITERS[format_](sys.stdout, COLUMNS, found, safe=True)
            return 0
        console = Console()
        fitted = 0
        for case in cases:
            matches = library.matches(case.text)
            fitted += bool(matches)
            print_matches(console, case, matches, names, matching.floor)
        told = f"{len(cases)} 件事项 cases · {fitted} 件有合适的做法 with a practice · {len(library)} 个做法 practices"
        console.print(told if len(library) else NONE_RECORDED, style="dim", highlight=False, soft_wrap=True)
    return 0


@practices.command("list", short_help="案例库 / the recorded practices")
@_place
@_format
def listed(*, place: str, format_: str) -> int:
    """列出案例库里有效的做法 / list the practices that stand.

    \b
      xiangmai practices list --place 武康街道
      xiangmai practices list --format json
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    with _shelf() as (warehouse, shelf, matching, names):
        code = _code(warehouse, place)
        found = [each for each in shelf.practices() if each.township.startswith(code[:9])]
        fields = [*matching.practice.fields]
        columns = [(name, "String") for name in ("township", "practice_id", *fields)]
        if format_ != "table":
            told = [
                (each.township, each.practice_id, *(each.texts.get(field, "") for field in fields)) for each in found
            ]
            WRITERS[format_](sys.stdout, columns, told, safe=True)
            return 0
        headings = ["乡镇\ntownship", "编号\nid", "标题\ntitle", "问题\nproblem"]
        shown = [
            [
                names.get(each.township, each.township),
                each.practice_id,
                each.texts["title"],
                each.texts.get("problem", ""),
            ]
            for each in found
        ]
        console = Console()
        if found:
            print_table(table_of([(each, "String") for each in headings], shown, headings), console)
        else:
            console.print(NONE_RECORDED, style="dim")
    return 0


@contextmanager
def _shelf() -> Iterator[tuple[Warehouse, Shelf, Matching, dict[str, str]]]:
    """Yield what everything is read from, and the names of places. What ClickHouse refuses ends the command with its words."""
    settings, matching = Settings(), load_matching()
    layout = load_layout(settings)
    try:
        with connect(settings, database=settings.clickhouse_database, readonly=READ_ONLY) as warehouse:
            names = dict(warehouse.rows("SELECT code, name FROM org_units"))
            yield warehouse, Shelf(warehouse, layout, matching), matching, names
    except QueryFailed as error:
        click.echo(explain(error), err=True)
        raise click.exceptions.Exit(EXIT_NO) from error


def _kinds(shelf: Shelf, case_type: str | None) -> Sequence[str]:
    if case_type is None:
        return shelf.kinds
    if case_type not in shelf.kinds:
        told = (
            f"不匹配这类事项 / cases of this kind are not matched: {case_type}; 可写 / write: {', '.join(shelf.kinds)}"
        )
        raise click.BadParameter(told, param_hint="--case-type")
    return (case_type,)


def _code(warehouse: Warehouse, place: str) -> str:
    return find_place(warehouse, place) if place else ""


def _day(written: str, zone: ZoneInfo, hint: str) -> datetime:
    try:
        return datetime.fromisoformat(written).replace(tzinfo=zone)
    except ValueError:
        raise click.BadParameter(f"不是日期 / not a day: {written} (2026-03-02)", param_hint=hint) from None
