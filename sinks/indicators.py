"""`xiangmai indicators`: the numbers of a place and a period, as people read them."""

from __future__ import annotations

import difflib
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from schemas.settings import Settings
from sinks.formats import WRITERS, print_table, short_number, table_of
from sinks.periods import FORMS, Period, month_of, parse_period
from sinks.query import EXIT_NO, READ_ONLY, answer, explain
from sinks.trees import notes
from sinks.warehouse import QueryFailed, Warehouse, connect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEVELS: Final = ("county", "township", "village")
SHOWN: Final = {
    "place_name": "地方\nplace",
    "name_zh": "指标\nindicator",
    "dimension_name": "细分\nbreakdown",
    "value": "值\nvalue",
    "goal": "目标\ngoal",
    "colour": "颜色\ncolour",
    "previous": "上期\nprevious",
    "rank": "名次\nrank",
    "numerator": "件数\ncases",
    "last_year": "去年同期\nlast year",
    "newest_event_at": "最新事件\nnewest",
}
NARROW: Final = 110
ONLY_WIDE: Final = ("last_year", "newest_event_at")
ALL: Final = (
    "indicator, name_zh, name_en, kind, level, place, place_name, period, period_start, dimension, dimension_value, "
    "dimension_name, numerator, denominator, value, state, unit, goal, direction, colour, previous, last_year, rank, "
    "ranked, newest_event_at, changed_at, revised, definition_version"
)
TREES: Final = {"then": ("indicators", ""), "today": ("indicators_today", ", tree, made_of")}
"""The view of each tree of places, and what it has more."""


@click.command("indicators", short_help="查看指标 / look at indicators")
@click.option("--place", help="地方：代码或名称 / a place by code or name")
@click.option(
    "--level", type=click.Choice(LEVELS), help="层级；与 --place 同用时取其下级 / level, within --place if given"
)
@click.option("--period", help=f"时段，默认本月 / period, this month unless given: {FORMS}")
@click.option("--indicator", "indicators_", multiple=True, metavar="ID", help="指标编号，可多次 / an indicator's id")
@click.option("--dimension", default="", help="细分维度，如 department / breakdown, e.g. department")
@click.option(
    "--tree",
    type=click.Choice([*TREES]),
    default="then",
    show_default=True,
    help="then 按当时区划；today 按今天区划合计 / places as they were then, or added up under those of today",
)
@click.option("--format", "format_", type=click.Choice(["table", "csv", "json"]), help="输出格式 / output format")
def indicators(
    *,
    place: str | None,
    level: str | None,
    period: str | None,
    indicators_: Sequence[str],
    dimension: str,
    tree: str,
    format_: str | None,
) -> int:
    """查看指标：值、目标、颜色、上期、去年同期与名次；没有数据为“–”，零为 0 / look at indicators.

    Look at indicators: value, goal, colour, the period before, last year and rank. No data shows as –, zero as 0.

    \b
      xiangmai indicators                                     本月各乡镇 / every township, this month
      xiangmai indicators --place 武康街道 --period 2026-Q1    一个乡镇一季 / one township's quarter
      xiangmai indicators --place 330521001 --level village   一镇各村 / the villages of one township
      xiangmai indicators --period 2025 --tree today          历史数按今天的乡镇合计 / under the townships of today
      xiangmai indicators --indicator appeal_closure_rate --dimension department --period 2026 --format csv
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    try:
        chosen = parse_period(period) if period else month_of(datetime.now(ZoneInfo(settings.timezone)).date())
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--period") from None
    try:
        return _show(settings, _Wanted(place, level, chosen, tuple(indicators_), dimension, tree), format_)
    except QueryFailed as error:
        click.echo(explain(error), err=True)
        return EXIT_NO


class _Wanted(NamedTuple):
    """What was asked for."""

    place: str | None
    level: str | None
    period: Period
    indicators: tuple[str, ...]
    dimension: str
    tree: str


def _show(settings: Settings, wanted: _Wanted, format_: str | None) -> int:
    place, level, period, chosen, dimension, tree = wanted
    with connect(settings, database=settings.clickhouse_database, readonly=READ_ONLY) as warehouse:
        code = "" if place is None else find_place(warehouse, place)
        _check_indicators(warehouse, chosen)
    parameters = {
        "period": period.kind,
        "start": period.start.isoformat(),
        "dimension": dimension,
        "level": level or ("" if code else "township"),
        "place": code,
        "indicators": list(chosen),
    }
    conditions = _conditions(level, code, chosen)
    view, more = TREES[tree]
    sql = f"SELECT {ALL}{more} FROM {view} WHERE {conditions} ORDER BY place, indicator, dimension_value"  # noqa: S608
    with answer(settings, sql, parameters, database=settings.clickhouse_database) as (columns, rows, _):
        if format_ in ("csv", "json"):
            WRITERS[format_](sys.stdout, columns, rows, safe=True)
            return 0
        listed = [*rows]
        _print(columns, listed, period, dimension)
        if tree == "today":
            for line in notes([dict(zip([name for name, _ in columns], row, strict=True)) for row in listed]):
                click.echo(line)
    return 0


def _conditions(level: str | None, code: str, chosen: Sequence[str]) -> str:
    conditions = ["period = {period:String}", "period_start = {start:Date}", "dimension = {dimension:String}"]
    if level or not code:
        conditions.append("level = {level:String}")
    if code:
        conditions.append("startsWith(place, {place:String})" if level else "place = {place:String}")
    if chosen:
        conditions.append("indicator IN {indicators:Array(String)}")
    return " AND ".join(conditions)


def find_place(warehouse: Warehouse, place: str) -> str:
    """Return a place's code from its code, name or another spelling of it; raises BadParameter for none or several."""
    if place.isdecimal():
        return place
    called = "name = {name:String} OR has(aliases, {name:String})"
    found = warehouse.rows(f"SELECT code, name FROM org_units WHERE {called} ORDER BY code", {"name": place})  # noqa: S608
    if not found:  # who bore the name before
        was = "SELECT DISTINCT code, name FROM org_units_history WHERE name = {name:String} ORDER BY code"
        found = warehouse.rows(was, {"name": place})
    if len(found) == 1:
        return str(found[0][0])
    if found:
        several = "，".join(f"{code} {name}" for code, name in found)
        raise click.BadParameter(
            f"{place} 不止一个，请用代码 / is more than one place, give its code: {several}", param_hint="--place"
        )
    names = [name for (name,) in warehouse.rows("SELECT name FROM org_units ORDER BY code")]
    near = "、".join(difflib.get_close_matches(place, names, n=5, cutoff=0.3))
    hint = f"相近的 / close: {near}" if near else "地方由 `xiangmai places load` 登记 / places are loaded by it"
    raise click.BadParameter(f"没有叫 {place} 的地方 / no place is called that. {hint}", param_hint="--place")


def _check_indicators(warehouse: Warehouse, chosen: Sequence[str]) -> None:
    if not chosen:
        return
    known = [name for (name,) in warehouse.rows("SELECT indicator FROM indicator_catalogue ORDER BY indicator")]
    for each in chosen:
        if each not in known:
            raise click.BadParameter(
                f"没有指标 {each} / there is no indicator {each}. 有 / there are: {', '.join(known)}",
                param_hint="--indicator",
            )


def _print(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]], period: Period, dimension: str) -> None:
    console = Console()
    title = "当前 now" if period.kind == "now" else f"{period.kind} {period.start}"
    if not rows:
        console.print(f"{title}：没有数据 / no data", style="dim")
        return
    names = [name for name, _ in columns]
    narrow = console.is_terminal and console.width < NARROW
    shown = [name for name in SHOWN if (dimension or name != "dimension_name") and not (narrow and name in ONLY_WIDE)]
    table = table_of(
        [(name, columns[names.index(name)][1]) for name in shown],
        [_as_read(dict(zip(names, row, strict=True)), shown) for row in rows],
        [SHOWN[name] for name in shown],
    )
    table.title = title
    print_table(table, console)


def _as_read(row: Mapping[str, Any], shown: Sequence[str]) -> list[Any]:
    """Return a row's cells as people read them: a value with its unit, a rank with its field, parts as a fraction."""
    cells = dict(row)
    if row["value"] is not None:
        cells["value"] = f"{short_number(row['value'])} {row['unit']}"
    if row["rank"] is not None:
        cells["rank"] = f"{row['rank']}/{row['ranked']}"
    if row["newest_event_at"] is not None:
        cells["newest_event_at"] = f"{row['newest_event_at']:%m-%d %H:%M}"
    match row["kind"]:
        case "count" | "sum" | "stock" | "distinct":
            cells["numerator"] = row["numerator"]
        case "quantile":
            cells["numerator"] = row["denominator"]
        case _:
            cells["numerator"] = f"{row['numerator']}/{row['denominator']}"
    return [cells[name] for name in shown]
