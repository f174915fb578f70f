"""`xiangmai cases`: the cases behind a number."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from schemas.settings import Settings
from sinks.formats import WRITERS, print_table, short_number, table_of
from sinks.indicators import find_place
from sinks.layout import load_layout
from sinks.periods import FORMS, month_of, parse_period
from sinks.proof.command import chosen, local_time
from sinks.proof.drill import Drill, Number, listed_roles
from sinks.proof.folding import Folding
from sinks.proof.moved import tell_moved, title, told
from sinks.proof.roles import DENOMINATOR, EXCLUDED, NUMERATOR
from sinks.query import EXIT_NO, explain
from sinks.trees import PLACE_NAMES
from sinks.warehouse import QueryFailed, connect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.catalogue.model import CaseField, Indicator
    from sinks.layout import Layout
    from sinks.proof.drill import Behind

_COLUMNS: Final = {
    "case_id": "事项\ncase",
    "place": "地方\nplace",
    "role": "计入\ncounts",
    "reason_zh": "说明",
    "reason_en": "why",
    "moment": "归期\ncounts at",
    "until": "离开\nleft",
    "value": "取值\nvalue",
    "weight": "权数\nweight",
}


@click.command("cases", short_help="一个数背后的事项 / the cases behind a number")
@click.argument("indicator")
@click.option("--place", default="", help="地方：代码或名称，默认全部 / place by code or name, all unless given")
@click.option(
    "--period", help=f"时段，默认本月，存量默认当前 / period, this month or (stocks) now unless given: {FORMS}"
)
@click.option("--dimension", metavar="NAME=VALUE", help="细分，如 department=供电所 / breakdown")
@click.option("--in", "role", type=click.Choice([NUMERATOR, DENOMINATOR, EXCLUDED]), help="只看一部分 / only these")
@click.option("--version", type=int, help="口径版本，默认最新 / version of the definition, the newest unless given")
@click.option(
    "--compare", nargs=2, type=int, metavar="A B", help="两版口径之间变动的事项 / cases that moved between two versions"
)
@click.option(
    "--as-of", metavar="TIME", help="存量的时刻，默认计算进程的时钟 / moment of a stock; by default the worker's clock"
)
@click.option("--limit", default=50, show_default=True, help="最多列出的事项 / most cases that are listed")
@click.option("--format", "format_", type=click.Choice(["table", *WRITERS]), default="table", show_default=True)
def cases(
    *,
    indicator: str,
    place: str,
    period: str | None,
    dimension: str | None,
    role: str | None,
    version: int | None,
    compare: tuple[int, int] | None,
    as_of: str | None,
    limit: int,
    format_: str,
) -> int:
    """列出 INDICATOR 一个数背后的事项：计入分子、分母，还是剔除、为什么 / list the cases behind a number of INDICATOR.

    Every case with what the definition reads of it, and why it is in or out; together they give the published numerator and
    denominator, and both are told.

    \b
      xiangmai cases appeal_closure_rate --place 武康街道 --period 2026-03
      xiangmai cases appeal_on_time_rate --place 330521001 --period 2026-03 --in excluded
      xiangmai cases appeal_open --place 武康街道 --dimension department=供电所
      xiangmai cases appeal_closure_rate --period 2026-03 --compare 1 2
      xiangmai events CASE                        一个事项背后的事件 / the events behind one of them
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    layout = load_layout(settings)
    found = chosen(layout, indicator, compare[0] if compare else version)
    other = chosen(layout, indicator, compare[1]) if compare else None
    try:
        with connect(settings, database=settings.clickhouse_database) as warehouse:
            number = _number(layout, found, find_place(warehouse, place) if place else "", period, dimension, as_of)
            with Folding(warehouse, layout, number.as_of) as folding:
                drill = Drill(warehouse, layout, folding, number)
                names = dict(warehouse.rows(PLACE_NAMES))
                if other is not None:
                    return tell_moved(drill, number, other, limit, format_, names)
                return _listed(drill, number, role or "", limit, format_, names)
    except QueryFailed as error:
        click.echo(explain(error), err=True)
        return EXIT_NO


def _number(
    layout: Layout, indicator: Indicator, place: str, period: str | None, dimension: str | None, as_of: str | None
) -> Number:
    """Return the number that is asked about; raises BadParameter."""
    if not indicator.case:
        told = f"{indicator.id} 由其他指标算出，请看 / is computed from others, look at: {', '.join(indicator.inputs)}"
        raise click.BadParameter(told, param_hint="INDICATOR")
    stock = indicator.kind == "stock"
    try:
        today = datetime.now(ZoneInfo(layout.timezone)).date()
        found = parse_period(period or "now") if period or stock else month_of(today)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--period") from None
    if found.kind == "now" and not stock:
        raise click.BadParameter(
            f"{indicator.id} 不是存量，没有“当前” / is no stock, it has no `now`", param_hint="--period"
        )
    if as_of is not None and not stock:
        raise click.BadParameter(f"{indicator.id} 不是存量 / is no stock", param_hint="--as-of")
    name, mark, value = (dimension or "").partition("=")
    if dimension is not None and (not mark or name not in indicator.dimensions):
        there = ", ".join(f"{each}=…" for each in indicator.dimensions) or "–"
        told = f"没有这个维度 / no such dimension: {dimension}; 有 there are: {there}"
        raise click.BadParameter(told, param_hint="--dimension")
    moment = None if as_of is None else local_time(as_of, layout.timezone)
    return Number(indicator, place, found, name, value, moment)


def _listed(drill: Drill, number: Number, role: str, most: int, format_: str, names: dict[str, str]) -> int:
    totals, found, fields = drill.totals(number), drill.cases(number, role, most), drill.fields(number.indicator)
    if format_ != "table":
        columns = [(name, "String") for name in ("case_id", "township", "village", "role", "reason_zh", "reason_en")]
        columns += [(name, "String") for name in ("moment", "until", "value", "weight", "numerator", "denominator")]
        columns += [(field.name, "String") for field in fields]
        rows = [(*each[:4], *each.reason, *each[5:11], *each.fields) for each in found]
        WRITERS[format_](sys.stdout, columns, rows, safe=True)
        click.echo(told(totals), err=True)
        return 0
    console = Console()
    console.print(title(number, names), style="bold", highlight=False)
    if found:
        _print(console, number, found, fields, names)
    total = sum(totals.roles.get(each, 0) for each in listed_roles(role))
    if len(found) < total:
        words = f"列出 {len(found)} 件，共 {total} 件（--limit、--in 可改） / {len(found)} of {total} cases are listed"
        console.print(words, style="dim", highlight=False, soft_wrap=True)
    console.print(told(totals), style="green" if totals.agree else "red", highlight=False, soft_wrap=True)
    return 0


def _print(
    console: Console, number: Number, found: Sequence[Behind], fields: Sequence[CaseField], names: dict[str, str]
) -> None:
    """Print the cases. What has no content at all for any of them has no column."""
    indicator = number.indicator
    shown = [field for field in fields if field.name not in (indicator.anchor, indicator.enter, indicator.leave)]
    rows = []
    for each in found:
        place = each.village or each.township
        cells: list[Any] = [each.case_id, names.get(place, place), each.role, *each.reason, each.moment, each.until]
        cells += [_measured(indicator, each.value), each.weight]
        own = {field.name: value for field, value in zip(fields, each.fields, strict=True)}
        rows.append([*map(_short, cells), *(_short(own[field.name]) for field in shown)])
    headings = [*_COLUMNS.values(), *(f"{field.zh}\n{field.en}" for field in shown)]
    kept = [
        place
        for place in range(len(headings))
        if any(row[place] is not None for row in rows) and place != list(_COLUMNS).index("role")
    ]
    table = table_of(
        [(headings[place], "String") for place in kept],
        [[row[place] for place in kept] for row in rows],
        [headings[place] for place in kept],
    )
    print_table(table, console)


def _measured(indicator: Indicator, value: int | str | None) -> str | int | None:
    """Return a case's value as people read it, in the indicator's unit; of a coverage it is a plain number, or else a text."""
    if value is None or isinstance(value, str) or indicator.kind == "coverage":
        return value
    return f"{short_number(value / indicator.factor)} {indicator.unit}"


def _short(value: Any) -> Any:
    """Return a cell as it is read: times to the minute, true and false as words, the empty text as nothing."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    return None if value == "" else value
