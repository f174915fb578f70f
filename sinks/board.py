"""`xiangmai board`: the townships of a county, live in the terminal. Reads the view `indicators` and nothing else."""

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
from rich.console import Console
from rich.live import Live

from schemas.errors import Unavailable
from schemas.settings import Settings
from sinks.board_table import Figure, Snapshot, as_json
from sinks.board_table import board as drawn_board
from sinks.warehouse import Warehouse, connect

if TYPE_CHECKING:
    from collections.abc import Sequence

INDICATORS: Final = (
    "appeal_volume",
    "appeal_closure_rate",
    "appeal_on_time_rate",
    "appeal_hours_to_close_p50",
    "appeal_open",
    "appeal_overdue",
    "dispute_resolution_rate",
    "collective_income",
    "disclosure_village_coverage",
)
# What a narrow terminal has room for: still something of every domain.
NARROW_INDICATORS: Final = (
    "appeal_volume",
    "appeal_closure_rate",
    "appeal_overdue",
    "dispute_resolution_rate",
    "collective_income",
    "disclosure_village_coverage",
)
RATE_SECONDS: Final = 60.0
NARROWEST: Final = 80
WIDE: Final = 110
PIPED_WIDTH: Final = 120
HELP: Final = """乡镇看板：本月各乡镇的指标、目标、颜色、趋势与新鲜度，随事件更新，Ctrl-C 退出。

A live board of townships: this month's indicators with goal, colour, trend and freshness. Ctrl-C ends it.

\b
  xiangmai board                                   各领域的主要指标，每秒刷新 / the main ones of every domain
  xiangmai board --once                            只看一次 / one look
  xiangmai board --once --format json              供程序读取 / for programs
  xiangmai board --period 2026-10 --indicator appeal_closure_rate --indicator appeal_open
"""
QUESTION: Final = """
SELECT indicator, name_zh, name_en, place, place_name, level, period, value, numerator, denominator, unit, goal,
    direction, colour, previous, rank, newest_event_at, changed_at
FROM {database}.indicators
WHERE dimension = '' AND level IN ('township', 'county') AND indicator IN {{indicators:Array(String)}}
    AND ((period = 'month' AND period_start = {{month:Date}}) OR period = 'now')
"""


@click.command(help=HELP)
@click.option(
    "--indicator",
    "indicators",
    multiple=True,
    help="指标编号，可多次；默认按屏宽取主要指标 / id of an indicator, again for more; by default as many as fit.",
)
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
def board(*, indicators: tuple[str, ...], month_text: str | None, once: bool, interval: float, output: str) -> int:
    """Look at the warehouse and draw; what people read is HELP. With --once and nothing to show, the exit code is 1."""
    settings = Settings()
    zone = ZoneInfo(settings.timezone)
    month = _month(month_text)
    if output == "json" and not once:
        raise click.UsageError("--format json 要与 --once 同用 / --format json goes with --once")
    with connect(settings) as warehouse:
        watcher = Watcher(warehouse, indicators or usual(output), month, zone)
        if once:
            return _once(watcher, settings, output)
        _watch(watcher, settings, interval)
    return 0


def usual(output: str) -> tuple[str, ...]:
    """Return the indicators shown unless others are asked for: as many as the terminal has room for."""
    return INDICATORS if output == "json" or _console().width >= WIDE else NARROW_INDICATORS


class Watcher:
    """Looks at the warehouse, and remembers enough of its last looks to say how fast the county's first count grows."""

    def __init__(self, warehouse: Warehouse, indicators: Sequence[str], month: date | None, zone: ZoneInfo) -> None:
        self.indicators = indicators
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
            {"indicators": list(self.indicators), "month": month.isoformat()},
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
        counts = [figure.numerator for figure in figures if figure.level == "county" and figure.direction == "none"]
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
        click.echo(json.dumps(as_json(snapshot, watcher.indicators), ensure_ascii=False))
    else:
        _console().print(drawn_board(snapshot, watcher.indicators, addresses(settings)))
    return 0 if snapshot.figures else 1


def _watch(watcher: Watcher, settings: Settings, interval: float) -> None:
    console, footer = _console(), addresses(settings)
    live = Live(console=console, auto_refresh=False) if console.is_terminal else None
    # So that a terminal gets its cursor back also when we are told to end by another process.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with live or nullcontext():
        while True:
            try:
                snapshot = watcher.look()
            except Unavailable as problem:
                if not problem.retryable:
                    raise
                snapshot = watcher.last(str(problem))
            picture = drawn_board(snapshot, watcher.indicators, footer, lines=console.height if live else None)
            if live is not None:
                live.update(picture, refresh=True)
            else:
                console.print(picture)
            # A slow answer is not asked for again at once: the board shall never be what keeps the warehouse busy.
            time.sleep(max(interval, 2 * snapshot.query_seconds))


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
