"""`xiangmai sink`: the process that writes into ClickHouse."""

from __future__ import annotations

import logging
import signal
from typing import TYPE_CHECKING

import click
from prometheus_client import start_http_server
from rich.console import Console
from rich.syntax import Syntax

from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.migrate import plan
from sinks.service import NAMES, Service, build_sinks, prepare, prepare_topics
from sinks.settings import SinkSettings
from sinks.warehouse import QueryFailed, connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

    from sinks.migrate import Change

EXIT_NO = 1

logger = logging.getLogger(__name__)


@click.command("sink", short_help="运行入库进程 / run the sinks into ClickHouse")
@click.argument("names", nargs=-1, type=click.Choice(NAMES), metavar="[NAME]...")
@click.option("--migrate-only", is_flag=True, help="只建库表和视图，然后退出 / make tables and views, then end")
@click.option("--dry-run", is_flag=True, help="只打印将执行的 SQL / print the SQL that would run, change nothing")
def sink(*, names: Sequence[str], migrate_only: bool, dry_run: bool) -> int:
    """把 Kafka 里的事件、事项与指标写入 ClickHouse；不写名字即全部运行 / from Kafka into ClickHouse.

    Write events, cases, indicators, reference data and dead letters into ClickHouse; without a NAME, all of them.

    \b
      events       村级事件      village.<domain>     → events_<domain>
      cases        事项现状      township.cases       → cases_<case>
      indicators   指标单元      township.indicators  → indicator_cells (view: indicators)
      reference    地方与部门    reference.*          → org_units, departments
      deadletters  死信          dead-letters         → dead_letters

    Tables follow the schemas: what is missing is added at the start, anything else that differs is refused. Offsets are
    committed only after ClickHouse acknowledged the rows; while it is away the process waits and goes on by itself.
    SIGTERM ends it within 10 seconds. Metrics are served on XIANGMAI_METRICS_PORT.
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings, sink_settings = Settings(), SinkSettings()
    layout = load_layout(settings)
    if dry_run:
        with connect(settings) as warehouse:
            _print_plan(plan(warehouse, layout))
        return 0
    try:
        if migrate_only:
            changes = prepare(settings, layout, tell=lambda change: click.echo(f"＋ {change.what}"))
            click.echo(
                "数据仓库已是最新 / the warehouse is up to date" if not changes else f"{len(changes)} 项 / changes"
            )
            return 0
        _serve(settings, sink_settings, names or NAMES)
    except QueryFailed as error:
        click.echo(f"ClickHouse 拒绝 / ClickHouse refuses (code {error.code}): {error.text}", err=True)
        return EXIT_NO
    return 0


def _serve(settings: Settings, sink_settings: SinkSettings, names: Sequence[str]) -> None:
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("kafka").setLevel(logging.WARNING)
    # It warns of every batch: while one is shaped, the interpreter is not free for the client's own thread.
    logging.getLogger("kafka.net.selector").setLevel(logging.ERROR)
    layout = load_layout(settings)
    prepare_topics(settings, patience_seconds=sink_settings.start_seconds)
    for change in prepare(settings, layout, patience_seconds=sink_settings.start_seconds):
        logger.info("warehouse: %s", change.what)
    service = Service(build_sinks(settings, sink_settings, layout, names))

    def stop(number: int, frame: FrameType | None) -> None:
        _ = frame
        logger.info("signal %s: finishing the batches", signal.Signals(number).name)
        service.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.metrics_host)
    logger.info(
        "入库 sinks %s → ClickHouse %s:%d", ", ".join(names), settings.clickhouse_host, settings.clickhouse_port
    )
    service.run()


def _print_plan(changes: Sequence[Change]) -> None:
    if not changes:
        click.echo("-- 数据仓库已是最新 / the warehouse is up to date")
    console = Console(soft_wrap=True)
    for change in changes:
        text = f"-- {change.what}\n{change.sql};\n"
        if console.is_terminal:
            console.print(Syntax(text, "sql", background_color="default"))
        else:
            click.echo(text)
