"""`xiangmai catalogue sql`: the SQL that computes an indicator from the events."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.syntax import Syntax

from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.proof.indicator_sql import indicator_sql
from sinks.proof.source import find_indicator

if TYPE_CHECKING:
    from schemas.catalogue.model import Indicator
    from sinks.layout import Layout


@click.command("sql", short_help="从事件算出指标的 SQL / the SQL that computes an indicator from the events")
@click.argument("indicator")
@click.option("--version", type=int, help="口径版本，默认最新 / version of the definition, the newest unless given")
@click.option("--as-of", metavar="TIME", help="存量的时刻，默认运行之时 / moment of a stock; by default when it runs")
def sql(*, indicator: str, version: int | None, as_of: str | None) -> int:
    """打印从事件算出指标各单元的 SQL，可直接运行 / print the SQL that computes INDICATOR's cells from the events.

    It runs as printed: numerators and denominators of every place, period and breakdown, to be held against indicator_cells.

    \b
      xiangmai catalogue sql appeal_closure_rate
      xiangmai catalogue sql appeal_open --as-of 2026-03-02T12:00
      xiangmai catalogue sql appeal_closure_rate | xiangmai query - --format csv
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    layout = load_layout(settings)
    found = chosen(layout, indicator, version)
    if not found.case:
        raise click.BadParameter(
            f"{indicator} 由其他指标算出，不数事项 / is computed from other indicators, it counts no cases: {', '.join(found.inputs)}",
            param_hint="INDICATOR",
        )
    moment = None if as_of is None else local_time(as_of, settings.timezone).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    text = indicator_sql(layout, found, moment)
    console = Console(soft_wrap=True)
    if console.is_terminal:
        console.print(Syntax(text, "sql", background_color="default"))
    else:
        click.echo(text)
    return 0


def chosen(layout: Layout, indicator: str, version: int | None = None) -> Indicator:
    """Return an indicator's definition, the newest unless a version is named; raises BadParameter naming what there is."""
    try:
        return find_indicator(layout, indicator, version)
    except KeyError as error:
        known = error.args[0]
    if version is None:
        told = f"没有指标 {indicator} / no indicator {indicator}; 有 there are: {known}"
        raise click.BadParameter(told, param_hint="INDICATOR")
    told = f"{indicator} 没有第 {version} 版 / has no version {version}; 有 there are: {known}"
    raise click.BadParameter(told, param_hint="--version")


def local_time(text: str, timezone: str) -> datetime:
    """Return a written moment in the county's time zone; without an offset it is local. Raises BadParameter."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"不是时间 / not a time: {text} (2026-03-02T12:00)", param_hint="--as-of") from None
    zone = ZoneInfo(timezone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
