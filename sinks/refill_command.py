"""`xiangmai refill`: events Kafka no longer has, sent again from the warehouse for a rebuild."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from schemas.registry import SchemaRegistry
from schemas.settings import Settings
from schemas.topics import EVENT_REFILL, ensure_topics
from sinks.layout import load_layout
from sinks.refill import Refill, missing
from sinks.warehouse import QueryFailed, connect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sinks.refill import Missing
    from sinks.warehouse import Warehouse

EXIT_NO = 1
_MOST_IDS = 20


@click.command("refill")
@click.argument("domains", nargs=-1, metavar="[领域 DOMAIN]...")
@click.option("--dry-run", is_flag=True, help="只数，不发 / only count")
def refill(*, domains: Sequence[str], dry_run: bool) -> int:
    """把 Kafka 已不保留的事件从数据仓库补发，供重算使用 / send events Kafka no longer has again, for a rebuild to read.

    \b
      xiangmai refill appeals                                     补发 send them
      xiangmai stack without worker -- xiangmai rebuild appeals --apply   再重算 then rebuild

    补发到主题 event-refill（保留 7 天），每条注明原来的主题、分区与位点；计算进程与入库进程不读它，重复补发不改变任何数字。

    They go to the topic event-refill (kept for 7 days), each with the place where its record stood. Neither workers nor
    sinks read it; sending twice changes no number.

    \b
    退出码 exit codes: 0 已补发，或没有缺少 sent, or nothing is missing · 1 有事件无法还原 some cannot be made again ·
    3 Kafka、注册中心或 ClickHouse 不可用 unavailable
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    tables = {table.domain: table for table in load_layout(settings).events}
    if unknown := sorted(set(domains) - tables.keys()):
        raise click.BadParameter(f"没有领域 {unknown[0]} / no such domain: {', '.join(tables)}")
    wanted = [table for name, table in tables.items() if not domains or name in domains]
    try:
        with connect(settings) as warehouse:
            parts = missing(settings, warehouse, wanted)
            for part in parts:
                click.echo(
                    f"{part.table.topic}/{part.partition}: {part.rows:,} 条早于 / events before {part.earliest:,}"
                )
            if not parts:
                click.echo("Kafka 仍有全部事件 / Kafka still has every event")
            if dry_run or not parts:
                return 0
            ensure_topics(
                settings.kafka_bootstrap, partitions=settings.partitions, replication_factor=settings.replication_factor
            )
            return _send(settings, warehouse, parts)
    except QueryFailed as error:
        click.echo(f"ClickHouse 拒绝 / ClickHouse refuses (code {error.code}): {error.text}", err=True)
        return EXIT_NO


def _send(settings: Settings, warehouse: Warehouse, parts: Sequence[Missing]) -> int:
    unreadable: list[str] = []
    rows = sum(part.rows for part in parts)
    columns = (TextColumn("补发 sending"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with SchemaRegistry(settings.registry_url) as registry, Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=rows)
        sender = Refill(settings, registry)
        try:
            for part in parts:
                unreadable += sender.send(warehouse, part, lambda sent: bar.advance(task, sent))
        finally:
            sender.close()
    click.echo(f"已补发到 / sent to {EVENT_REFILL}: {rows - len(unreadable):,}")
    if unreadable:
        ids = ", ".join(unreadable[:_MOST_IDS])
        click.echo(f"{len(unreadable)} 条无法还原 / cannot be made again: {ids}", err=True)
    return EXIT_NO if unreadable else 0
