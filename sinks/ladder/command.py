"""`xiangmai ladder`: the process that raises, moves up and clears warnings by the rule."""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from typing import TYPE_CHECKING, Final

import click
from prometheus_client import start_http_server

from schemas.catalogue.ladder import SUPERVISION, load_ladder
from schemas.domain import load_domains
from schemas.errors import InvalidEvent, Unavailable
from schemas.settings import Settings
from sinks import metrics
from sinks.ladder.report import as_json, print_report
from sinks.ladder.run import Ladders, NotCaughtUp
from sinks.layout import load_layout
from sinks.proof.command import local_time
from sinks.proof.watch import Stopping
from sinks.query import explain
from sinks.settings import LadderSettings
from sinks.warehouse import QueryFailed, connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from sinks.ladder.run import Judged

EXIT_NO: Final = 1
EXIT_UNAVAILABLE: Final = 3

logger = logging.getLogger(__name__)


@click.command("ladder", short_help="预警督办阶梯 / the ladder of supervision")
@click.option("--once", is_flag=True, help="只判断一次，显示结果 / judge once and show what was said")
@click.option("--as-of", metavar="TIME", help="判断的时刻，只与 --once 同用 / the moment to judge at; with --once only")
@click.option("--dry-run", is_flag=True, help="只看，不发；即 --once / judge once, say nothing")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="表格给人看，json 给程序用 / table for people, json for programs",
)
def ladder(*, once: bool, as_of: str | None, dry_run: bool, format_: str) -> int:
    """按规则发出、升级、解除预警并表彰先进 / raise, move up and clear warnings by the rule, and commend the best.

    规则是数据 / the rule is data: schemas/domains/supervision/ladder.yaml. Every step is an event on village.supervision (so that a
    warning is a case like every other) and on township.warnings (for whoever passes it on). A month is judged when it is over, the
    rule's days of grace have passed, and nobody on the line is behind. Judging again says nothing twice.

    \b
      xiangmai ladder                                  持续运行 / for ever, every XIANGMAI_LADDER_SECONDS (3600)
      xiangmai ladder --dry-run                        看看会发出什么 / what it would say
      xiangmai ladder --once                           判断一次 / judge once
      xiangmai ladder --once --as-of 2026-04-01T00:00  那时已结束的月份，不等宽限期 / the month over by then, without grace

    \b
    退出码 exit codes: 0 已判断 judged · 1 被拒绝 refused · 3 有人落后，或 Kafka、注册中心、ClickHouse 不可用 somebody is behind, or away
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings, own = Settings(), LadderSettings()
    once = once or dry_run
    if as_of is not None and not once:
        raise click.BadParameter("只与 --once 同用 / only with --once or --dry-run", param_hint="--as-of")
    moment = None if as_of is None else int(local_time(as_of, settings.timezone).timestamp() * 1000)
    if moment is not None and moment > time.time() * 1000:
        raise click.BadParameter(f"还没有到 / has not come yet: {as_of}", param_hint="--as-of")
    if not once:
        return _serve(settings, own)
    try:
        return _once(settings, own, moment, dry_run=dry_run, format_=format_)
    except QueryFailed as error:
        click.echo(explain(error), err=True)
        return EXIT_NO
    except NotCaughtUp as error:
        click.echo(str(error), err=True)
        return EXIT_UNAVAILABLE


def _ladders(settings: Settings, own: LadderSettings, wait: Callable[[float], None]) -> Ladders:
    layout = load_layout(settings)
    rule = load_ladder(settings.domains, layout.catalogues)
    domain = load_domains(settings.domains)[SUPERVISION]
    return Ladders(settings, layout, rule, domain, patience_seconds=own.patience_seconds, wait=wait)


def _once(settings: Settings, own: LadderSettings, as_of: int | None, *, dry_run: bool, format_: str) -> int:
    ladders = _ladders(settings, own, time.sleep)
    judged = ladders.run(as_of, dry_run=dry_run)
    if format_ == "json":
        click.echo(json.dumps(as_json(judged), ensure_ascii=False, indent=1))
        return 0
    with connect(settings, database=settings.clickhouse_database) as warehouse:
        names = dict(warehouse.rows("SELECT code, name FROM org_units"))
    print_report(judged, ladders.domain, ladders.ladder.indicators, names, settings.timezone, dry_run=dry_run)
    return 0


def _serve(settings: Settings, own: LadderSettings) -> int:
    """Judge again and again until SIGTERM or SIGINT; returns 0. What cannot be done now is tried again soon."""
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    def pause(seconds: float) -> None:
        if stopping.wait(seconds):
            raise Stopping

    ladders = _ladders(settings, own, pause)
    if settings.metrics_port:
        start_http_server(settings.metrics_port, settings.metrics_host)
    metrics.LADDER_LAST_SUCCESS.set_to_current_time()
    logger.info("预警督办 ladder of supervision: every %g s", own.seconds)
    while not stopping.is_set():
        try:
            done = attempt(ladders.run)
        except Stopping:
            break
        stopping.wait(own.seconds if done else min(own.seconds, own.retry_seconds))
    return 0


def attempt(run: Callable[[], Judged]) -> bool:
    """Run once, export and log what came of it; returns whether it was judged."""
    try:
        judged = run()
    except NotCaughtUp as error:
        logger.warning("%s", error)
        metrics.LADDER_RUNS.labels("behind").inc()
        return False
    except (Unavailable, QueryFailed, InvalidEvent) as error:
        logger.warning("未能判断 / could not judge: %s", error)
        metrics.LADDER_RUNS.labels("failed").inc()
        return False
    metrics.LADDER_RUNS.labels("judged").inc()
    metrics.LADDER_LAST_SUCCESS.set_to_current_time()
    for step in judged.steps:
        logger.info("%s %s %s: %s", step.record, *step.subject, dict(step.fields))
    logger.info("judged: %d values, %d steps, %d open", judged.figures, len(judged.steps), judged.open_warnings)
    return True
