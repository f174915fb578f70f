"""`xiangmai verify`: the proof. Every published number against what the events say."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from schemas.settings import Settings
from sinks.indicators import find_place
from sinks.layout import load_layout
from sinks.periods import FORMS, Period, parse_period
from sinks.proof.behind import Groups, Readers
from sinks.proof.command import chosen, local_time
from sinks.proof.comparison import Scope
from sinks.proof.explanation import explain
from sinks.proof.folding import Folding
from sinks.proof.report import NOT_COMPARED, as_json, print_report, verdict
from sinks.proof.rounds import NEVER, PATIENCE_SECONDS, Pace, Verification
from sinks.proof.source import case_source
from sinks.proof.watch import watch
from sinks.query import explain as refusal
from sinks.settings import SinkSettings
from sinks.trees import PLACE_NAMES
from sinks.warehouse import QueryFailed, connect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schemas.catalogue.model import Indicator
    from sinks.layout import Layout
    from sinks.proof.comparison import Difference
    from sinks.proof.report import Explained
    from sinks.proof.rounds import Outcome
    from sinks.proof.rounds import Progress as Told
    from sinks.warehouse import Warehouse

EXPLAINED: Final = 5
"""Of so many indicators a differing cell is explained case by case."""


@click.command("verify", short_help="核对每个数 / prove every number against the events")
@click.option("--domain", metavar="NAME", help="只核对一个领域 / only this domain")
@click.option("--indicator", metavar="ID", help="只核对一个指标 / only this indicator, every version of it")
@click.option("--place", help="只核对一个地方及其下级：代码或名称 / only this place and all within it, by code or name")
@click.option("--period", help=f"只核对一个时段 / only this period: {FORMS}")
@click.option(
    "--as-of", metavar="TIME", help="存量的时刻，默认为计算进程的时钟 / moment of stocks; by default the worker's clock"
)
@click.option("--format", "format_", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--limit", default=20, show_default=True, help="最多列出的单元 / most cells that are listed")
@click.option(
    "--patience",
    default=PATIENCE_SECONDS,
    show_default=True,
    help="等待变动中的单元的秒数 / seconds to wait for what still moves",
)
@click.option(
    "--watch", "every", type=click.FloatRange(min=1), metavar="SECONDS", help="每隔若干秒核对一次 / again and again"
)
def verify(
    *,
    domain: str | None,
    indicator: str | None,
    place: str | None,
    period: str | None,
    as_of: str | None,
    format_: str,
    limit: int,
    patience: float,
    every: float | None,
) -> int:
    """从事件重算每个指标单元，与流计算发布的逐一核对 / compute every cell again from the events and compare.

    What the stream published (indicator_cells) against what the warehouse computes from the events by the same definitions:
    numerators, denominators and buckets of every place, period and breakdown. What differs is shown with both values and the
    cases behind it.

    \b
      xiangmai verify                                            全部 / everything
      xiangmai verify --indicator appeal_closure_rate --place 武康街道 --period 2026-03
      xiangmai verify --format json                              供程序读取 / for programs
      xiangmai verify --watch 60                                 持续核对并导出监控指标 / for ever, with metrics

    Exit code 0: all equal. 1: something differs. 3: it could not be compared (ClickHouse is away, there is nothing, or it would
    not stand still).
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    layout = load_layout(settings)
    wanted = Wanted.of(layout, settings, domain, indicator, place, period, as_of)
    if every is not None:
        # One thread: a proof that runs for ever leaves the machine to what it proves.
        return watch(
            settings,
            every,
            lambda wait, told: run(
                settings, layout, wanted, Pace(NEVER, patience_seconds=patience, wait=wait), told, max_threads=1
            )[0],
        )
    try:
        with _bar(format_) as told:
            outcome, explained = run(settings, layout, wanted, Pace(patience_seconds=patience), told)
            names = _names(settings) if format_ == "table" else {}
    except QueryFailed as error:
        click.echo(refusal(error), err=True)
        return NOT_COMPARED
    if format_ == "json":
        click.echo(json.dumps(as_json(outcome, explained, limit), ensure_ascii=False, indent=1))
    else:
        print_report(outcome, explained, limit, names)
    return verdict(outcome)


@dataclass(frozen=True)
class Wanted:
    """What is to be verified. `place` is as it was written: names are looked up when the warehouse answers."""

    indicators: tuple[Indicator, ...]
    place: str
    period: Period | None
    as_of: datetime | None

    @classmethod
    def of(
        cls,
        layout: Layout,
        settings: Settings,
        domain: str | None,
        indicator: str | None,
        place: str | None,
        period: str | None,
        as_of: str | None,
    ) -> Wanted:
        """Return what the options ask for; raises BadParameter."""
        if domain is not None and domain not in layout.catalogues:
            told = f"没有领域 {domain} / no domain {domain}; 有 there are: {', '.join(layout.catalogues)}"
            raise click.BadParameter(told, param_hint="--domain")
        try:
            found = None if period is None else parse_period(period)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--period") from None
        moment = None if as_of is None else local_time(as_of, settings.timezone)
        return cls(tuple(_counting(layout, domain, indicator)), place or "", found, moment)


def run(
    settings: Settings,
    layout: Layout,
    wanted: Wanted,
    pace: Pace,
    told: Told | None = None,
    **query_settings: int,
) -> tuple[Outcome, list[Explained]]:
    """Verify once; returns what was found, and the first differing cells with the cases behind them.

    `query_settings` are ClickHouse's. Raises Unavailable and QueryFailed.
    """
    groups = Groups.of(layout, settings, SinkSettings())
    with connect(settings, database=settings.clickhouse_database, **query_settings) as warehouse:
        scope = Scope(find_place(warehouse, wanted.place) if wanted.place else "", wanted.period)
        with Readers(settings.kafka_bootstrap, groups) as readers, Folding(warehouse, layout, wanted.as_of) as folding:
            verification = Verification(
                warehouse,
                layout,
                wanted.indicators,
                scope,
                folding,
                pace,
                readers,
                **({} if told is None else {"progress": told}),
            )
            outcome = verification.run()
            return outcome, _explained(warehouse, layout, folding, wanted, outcome)


def _explained(
    warehouse: Warehouse, layout: Layout, folding: Folding, wanted: Wanted, outcome: Outcome
) -> list[Explained]:
    """Explain the first differing cell of each definition: the other cells differ for the same cases, most likely."""
    definitions = {(each.id, each.version): each for each in wanted.indicators}
    first: dict[tuple[str, int], Difference] = {}
    for difference in outcome.mismatches:
        first.setdefault((difference.key.indicator, difference.key.version), difference)
    found = []
    for definition, difference in [*first.items()][:EXPLAINED]:
        indicator = definitions[definition]
        folded = folding.table(case_source(layout, indicator.case))
        found.append((difference, explain(warehouse, layout, indicator, difference.key, folded)))
    return found


def _counting(layout: Layout, domain: str | None, indicator: str | None) -> Iterator[Indicator]:
    """Yield every version of the indicators that are asked for and have cells."""
    if indicator is not None:
        named = chosen(layout, indicator)
        if not named.case:
            inputs = ", ".join(named.inputs)
            told = f"{indicator} 由其他指标算出，没有单元，请核对 / is computed from others and has no cells; verify: {inputs}"
            raise click.BadParameter(told, param_hint="--indicator")
    for catalogue in layout.catalogues.values():
        if domain in (None, catalogue.name):
            for case in catalogue.cases:
                yield from (each for each in catalogue.indicators_of(case) if indicator in (None, each.id))


def _names(settings: Settings) -> dict[str, str]:
    with connect(settings, database=settings.clickhouse_database) as warehouse:
        return dict(warehouse.rows(PLACE_NAMES))


@contextmanager
def _bar(format_: str) -> Iterator[Told | None]:
    """Show a progress bar on a terminal."""
    console = Console(stderr=True)
    if not console.is_terminal or format_ != "table":
        yield None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("")

        def told(what: str, done: int, total: int) -> None:
            progress.update(task, description=what, completed=done, total=total or None)

        yield told
