"""`xiangmai catalogue`: check the definitions, list the indicators, show one with its whole contract."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from schemas.catalogue.contract_view import KINDS, changed_rows, contract_json, contract_rows
from schemas.catalogue.ladder import LADDER_FILE, SUPERVISION, load_ladder
from schemas.catalogue.load import check_catalogues, load_catalogues
from schemas.catalogue.written import CatalogueRefused
from schemas.domain import load_domains
from schemas.errors import Refused
from schemas.open_group import OpenGroup
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from schemas.catalogue.load import Checked
    from schemas.catalogue.model import Catalogue

_PIPE_WIDTH: Final = 200

FORMAT = click.option(
    "--format",
    "output",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="表格给人看，json 给程序用 / table for people, json for programs",
)


@click.group(cls=OpenGroup, group="xiangmai.catalogue.commands")
def catalogue() -> None:
    """检查与查看指标目录 / check and show the indicator catalogue.

    \b
    增加或修改指标 / To add or change an indicator:
      1. 编辑 schemas/domains/<领域>/catalogue.yaml   edit the file; schemas/catalogue/README.md explains every key
      2. xiangmai catalogue check                     every mistake with its line and what is allowed
      3. xiangmai catalogue show ID                   口径全文与 SQL / the whole contract, and its SQL
      4. xiangmai catalogue sql ID                    从事件算出它的 SQL / the SQL that computes it from the events
      5. make test                                    例子在流引擎中运行 / golden examples run in the stream engine
    """  # noqa: D301 - \b is click's mark for text to leave as it stands


@catalogue.command()
@FORMAT
def check(output: str) -> int:
    """检查全部领域的指标目录 / check every domain's catalogue; exit code 1 when something is wrong.

    Every mistake is told at once: file, line, what is wrong, what is allowed.
    """
    settings = Settings()
    found = check_catalogues(load_domains(settings.domains))
    checked = sum(len(each.indicators) for each in found.catalogues.values())
    mistakes: list[dict[str, Any]] = []
    for refused in (*found.refused, *_refused_ladder(settings.domains, found)):
        told = refused.mistakes if isinstance(refused, CatalogueRefused) else [refused]
        mistakes += [
            {"file": str(refused.file), "line": each.line, "problem": each.problem, "allowed": each.allowed}
            for each in told
        ]
    if output == "json":
        click.echo(json.dumps({"indicators": checked, "mistakes": mistakes}, ensure_ascii=False, indent=2))
    else:
        for each in mistakes:
            click.echo(str(Refused(each["file"], each["line"], each["problem"], each["allowed"])), err=True)
        if not mistakes:
            click.echo(f"✓ {checked} 个指标，口径完整 / {checked} indicators, every contract whole")
    return 1 if mistakes else 0


def _refused_ladder(domains: Path, found: Checked) -> Iterator[Refused]:
    """Check the ladder of supervision, which names indicators of every domain: where there is one, and they are whole."""
    if not found.refused and (domains / SUPERVISION / LADDER_FILE).exists():
        try:
            load_ladder(domains, found.catalogues)
        except Refused as refused:
            yield refused


@catalogue.command("list")
@click.option("--domain", metavar="NAME", help="只看一个领域 / only this domain")
@FORMAT
def list_indicators(domain: str | None, output: str) -> int:
    """列出指标及其各版本 / list the indicators and their versions."""
    indicators = [
        indicator
        for catalogue_ in _catalogues().values()
        if domain in (None, catalogue_.name)
        for indicator in catalogue_.indicators.values()
    ]
    if domain is not None and not indicators:
        raise click.BadParameter(f"没有领域 {domain} / no domain {domain}; 有 there are: {', '.join(_catalogues())}")
    if output == "json":
        click.echo(json.dumps([contract_json(each) for each in indicators], ensure_ascii=False, indent=2))
        return 0
    table = Table(title="指标目录 · indicator catalogue", header_style="bold")
    for heading in ("编号 id", "名称 name", "类型 kind", "单位 unit", "目标 goal", "维度 by", "版本 versions"):
        table.add_column(heading, overflow="fold")
    for each in indicators:
        goal = "" if each.goal is None else f"{each.goal:g}"
        words = f"{escape(each.zh)}\n[dim]{escape(each.en)}[/dim]"
        version = ", ".join(str(one.version) for one in each.versions)
        table.add_row(each.id, words, KINDS[each.kind], each.unit, goal, ", ".join(each.dimensions), version)
    _console().print(table)
    return 0


@catalogue.command()
@click.argument("indicator")
@FORMAT
def show(indicator: str, output: str) -> int:
    """显示一个指标的完整口径与 SQL，以及旧口径 / show the whole contract of INDICATOR, with its SQL and earlier versions.

    \b
    例 / Example:
      xiangmai catalogue show appeal_on_time_rate
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    catalogues = _catalogues().values()
    found = next((each.indicators[indicator] for each in catalogues if indicator in each.indicators), None)
    if found is None:
        known = ", ".join(name for each in catalogues for name in each.indicators)
        raise click.BadParameter(f"没有指标 {indicator} / no indicator {indicator}; 有 there are: {known}")
    if output == "json":
        click.echo(json.dumps(contract_json(found), ensure_ascii=False, indent=2))
        return 0
    console = _console()
    console.print(_table(f"{found.zh} · {found.en}", contract_rows(found)))
    for later, earlier in pairwise(found.versions):
        console.print(_table(f"旧口径 earlier v{earlier.version}", changed_rows(earlier, later)))
    return 0


def _table(title: str, rows: Iterable[tuple[str, str]]) -> Table:
    table = Table(title=title, show_header=False, title_style="bold")
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for heading, text in rows:
        table.add_row(heading, escape(text))
    return table


def _catalogues() -> dict[str, Catalogue]:
    return load_catalogues(load_domains(Settings().domains))


def _console() -> Console:
    """Return a console; lines of a pipe are not broken."""
    return Console() if sys.stdout.isatty() else Console(width=_PIPE_WIDTH)
