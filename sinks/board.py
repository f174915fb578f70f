"""`xiangmai board`: the townships of a county, and all its domains, live in the terminal. Reads the view `indicators` only."""

from __future__ import annotations

import json
import os
import signal
import time
from collections import deque
from contextlib import nullcontext
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click
from rich.console import Console, Group
from rich.live import Live

from schemas.catalogue.load import load_catalogues
from schemas.domain import load_domains
from schemas.errors import Unavailable
from schemas.settings import Settings
from sinks.board_domains import (
    INDICATORS,
    NARROW_INDICATORS,
    WIDE,
    choices,
    domain_table,
    domains_json,
    pages,
    usual,
)
from sinks.board_table import Figure, Snapshot, as_json, health
from sinks.board_table import board as drawn_board
from sinks.warehouse import Warehouse, connect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sinks.board_domains import DomainChoice

RATE_SECONDS: Final = 60.0
NARROWEST: Final = 80
PIPED_WIDTH: Final = 120
PAGE_SECONDS: Final = 15.0
HELP: Final = """乡镇看板：本月各乡镇的指标、目标、颜色、趋势与新鲜度，随事件更新，Ctrl-C 退出。

A live board of townships: this month's indicators with goal, colour, trend and freshness. Ctrl-C ends it.

\b
  xiangmai board                                   各乡镇与全县各领域轮流显示 / townships, and every domain, by turns
  xiangmai board --domain disputes                 一个领域的各乡镇 / one domain's indicators, by township
  xiangmai board --once                            只看一次 / one look
  xiangmai board --once --format json              供程序读取 / for programs
  xiangmai board --period 2026-10 --indicator appeal_closure_rate --indicator appeal_open
"""
QUESTION: Final = """
SELECT indicator, name_zh, name_en, place, place_name, level, period, value, numerator, denominator, unit, goal,
    direction, colour, previous, rank, newest_event_at, changed_at
FROM {database}.indicators
WHERE dimension = '' AND indicator IN {{every:Array(String)}}
    AND (level = 'county' OR (level = 'township' AND indicator IN {{indicators:Array(String)}}))
    AND ((period = 'month' AND period_start = {{month:Date}}) OR period = 'now')
"""


@click.command(help=HELP)
@click.option(
    "--indicator",
    "indicators",
    multiple=True,
    help="指标编号，可多次；默认按屏宽取主要指标 / id of an indicator, again for more; by default as many as fit.",
)
@click.option("--domain", help="一个领域，如 disputes / a domain, like disputes.")
@click.option("--period", "month_text", metavar="YYYY-MM", help="月份，默认本月 / month, this one by default.")
@click.option("--once", is_flag=True, help="只看一次 / look once and end.")
@click.option(
    "--interval",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    help="刷新间隔（秒） / seconds between two looks.",
)
@click.option(
    "--format",
    "output",
    default="table",
    show_default=True,
    type=click.Choice(["table", "json"]),
    help="json 需与 --once 同用 / json goes with --once.",
)
def board(
    *,
    indicators: tuple[str, ...],
    domain: str | None,
    month_text: str | None,
    once: bool,
    interval: float,
    output: str,
) -> int:
    """Look at the warehouse and draw; what people read is HELP. With --once and nothing to show, the exit code is 1."""
    settings = Settings()
    zone = ZoneInfo(settings.timezone)
    month = _month(month_text)
    if output == "json" and not once:
        raise click.UsageError("--format json 要与 --once 同用 / --format json goes with --once")
    if domain and indicators:
        raise click.UsageError("--domain 与 --indicator 只能用一个 / --domain or --indicator, not both")
    domains = choices(load_catalogues(load_domains(settings.domains)))
    columns = shown_of_townships(indicators, domain, domains, output)
    with connect(settings) as warehouse:
        watcher = Watcher(warehouse, columns, month, zone, () if domain or indicators else domains)
        if once:
            return _once(watcher, settings, output)
        _watch(watcher, settings, interval)
    return 0


def shown_of_townships(
    indicators: tuple[str, ...], domain: str | None, domains: Sequence[DomainChoice], output: str
) -> tuple[str, ...]:
    """Return the indicators shown of townships: those asked for, or as many as the terminal has room for; machines get all."""
    if indicators:
        return indicators
    wide = output == "json" or _console().width >= WIDE
    if domain is None:
        return usual(domains, wide=wide)
    found = next((each for each in domains if domain in (each.name, each.zh) and each.indicators), None)
    if found is None:
        known = ", ".join(f"{each.name} {each.zh}" for each in domains)
        raise click.BadParameter(
            f"没有领域 {domain} / no domain {domain}. 有 / there are: {known}", param_hint="--domain"
        )
    return found.indicators if output == "json" else found.indicators[: len(INDICATORS if wide else NARROW_INDICATORS)]


class Watcher:
    """Looks at the warehouse, and remembers enough of its last looks to say how fast the county's first count grows.

    It looks for `indicators` of the townships, and for the main ones of `domains` of the county.
    """

    def __init__(
        self,
        warehouse: Warehouse,
        indicators: Sequence[str],
        month: date | None,
        zone: ZoneInfo,
        domains: Sequence[DomainChoice] = (),
    ) -> None:
        self.indicators = indicators
        self.domains = domains
        self._warehouse = warehouse
        self._month = month
        self._zone = zone
        self._counts: deque[tuple[float, int]] = deque()
        self._last: Snapshot | None = None

    def look(self) -> Snapshot:
        """One look. Raises Unavailable; may block as long as a query does."""
        now = datetime.now(self._zone)
        month = self._month or date(now.year, now.month, 1)
        began = time.monotonic()
        rows = self._warehouse.rows(
            QUESTION.format(database=self._warehouse.database),
            {
                "indicators": list(self.indicators),
                "every": [*self.indicators, *(each for domain in self.domains for each in domain.main)],
                "month": month.isoformat(),
            },
        )
        seconds = time.monotonic() - began
        figures = present([Figure(*row) for row in rows])
        self._last = Snapshot(figures, month, datetime.now(self._zone), seconds, self._per_minute(figures))
        return self._last

    def last(self, trouble: str) -> Snapshot:
        """Return the look before, when there is no newer one, with the reason."""
        now = datetime.now(self._zone)
        if self._last is None:
            return Snapshot([], self._month or date(now.year, now.month, 1), now, 0.0, trouble=trouble)
        return Snapshot(self._last.figures, self._last.month, now, 0.0, trouble=trouble)

    def _per_minute(self, figures: Sequence[Figure]) -> float | None:
        counts = [
            figure.numerator
            for figure in figures
            if figure.level == "county" and figure.direction == "none" and figure.indicator in self.indicators
        ]
        if not counts:
            return None
        now = time.monotonic()
        self._counts.append((now, counts[0]))
        while now - self._counts[0][0] > RATE_SECONDS:
            self._counts.popleft()
        then, count = self._counts[0]
        return (counts[0] - count) / (now - then) * 60 if now > then else None


def present(figures: Sequence[Figure]) -> list[Figure]:
    """Of an indicator that is known as of now (a stock), keep that and leave the month's out."""
    live = {figure.indicator for figure in figures if figure.period == "now"}
    return [figure for figure in figures if (figure.period == "now") == (figure.indicator in live)]


def _once(watcher: Watcher, settings: Settings, output: str) -> int:
    snapshot = watcher.look()
    if output == "json":
        told = as_json(snapshot, watcher.indicators)
        if watcher.domains:
            told["domains"] = domains_json(snapshot, watcher.domains)
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        console = _console()
        below = domain_table(snapshot, watcher.domains, console.width) if watcher.domains else None
        console.print(drawn_board(snapshot, watcher.indicators, addresses(settings), below=below))
    return 0 if snapshot.figures else 1


def _watch(watcher: Watcher, settings: Settings, interval: float) -> None:
    console, footer = _console(), addresses(settings)
    live = Live(console=console, auto_refresh=False) if console.is_terminal else None
    # So that a terminal gets its cursor back also when we are told to end by another process.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    with live or nullcontext():
        while True:
            try:
                snapshot = watcher.look()
            except Unavailable as problem:
                if not problem.retryable:
                    raise
                snapshot = watcher.last(str(problem))
            turn = int((time.monotonic() - began) / PAGE_SECONDS)
            picture = page(snapshot, watcher, footer, turn, console.width, console.height if live else None)
            if live is not None:
                live.update(picture, refresh=True)
            else:
                console.print(picture)
            # A slow answer is not asked for again at once: the board shall never be what keeps the warehouse busy.
            time.sleep(max(interval, 2 * snapshot.query_seconds))


def page(
    snapshot: Snapshot, watcher: Watcher, footer: list[tuple[str, str]], turn: int, width: int, lines: int | None
) -> Group:
    """Draw what is on turn: the townships, then the domains in as many pages as they need, and from the beginning."""
    parts = pages(watcher.domains, lines)
    at = turn % (1 + len(parts))
    if at == 0:
        return drawn_board(snapshot, watcher.indicators, footer, lines=lines)
    return Group(domain_table(snapshot, parts[at - 1], width), health(snapshot))


def _console() -> Console:
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED_WIDTH)
    return console if console.width >= NARROWEST else Console(width=NARROWEST)


def _month(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month of the county's calendar has no zone
    except ValueError as error:
        raise click.BadParameter(f"{text!r} 不是月份；例 / not a month; like 2026-03", param_hint="--period") from error


def addresses(settings: Settings) -> list[tuple[str, str]]:
    """Where to look next: the stack's own addresses, as the environment and the settings name them."""
    registry = urlsplit(settings.registry_url)
    return [
        ("Prometheus", os.environ.get("XIANGMAI_PROMETHEUS_URL", "http://127.0.0.1:19090")),
        ("模式 schemas", f"{registry.scheme}://{registry.netloc}"),
        ("ClickHouse HTTP", f"http://{settings.clickhouse_host}:{settings.clickhouse_http_port}/"),
        ("下钻 drill down", "xiangmai query 'SELECT * FROM cases_appeal LIMIT 5'"),
        ("历史 history", "xiangmai indicators --period 2026 --indicator appeal_closure_rate"),
    ]
