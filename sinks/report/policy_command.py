"""`xiangmai report policy`: the monthly policy report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import click

from schemas.settings import Settings
from sinks.indicators import find_place
from sinks.layout import load_layout
from sinks.periods import parse_period
from sinks.query import EXIT_NO, READ_ONLY, explain
from sinks.report.feedback import read_feedback
from sinks.report.figures import read_month
from sinks.report.markup import as_html, as_markdown
from sinks.report.policy import Told, policy_report
from sinks.report.proved import UNPROVED, prove
from sinks.warehouse import QueryFailed, connect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sinks.layout import Layout
    from sinks.periods import Period
    from sinks.report.document import Document

DOMAIN: Final = "policy"
FORMS: Final = (".docx", ".md", ".html")
_COUNTY: Final = 6
_TOWNSHIP: Final = 9


@click.command("policy", short_help="政策执行效果月报 / the monthly policy report")
@click.option("--month", required=True, metavar="YYYY-MM", help="月份 / month")
@click.option("--township", default="", help="只要一个乡镇：代码或名称 / one township only, by code or name")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写入文件：.docx、.md 或 .html；默认打印 Markdown / file to write; by default Markdown is printed",
)
@click.option(
    "--comments",
    default=3,
    show_default=True,
    type=click.IntRange(0, 100),
    help="每项政策摘录几条反馈 / feedback of each policy",
)
@click.option("--verify/--no-verify", default=True, help="编制时先核对 / hold the numbers against the events first")
def policy(*, month: str, township: str, out: Path | None, comments: int, verify: bool) -> int:
    """写出一月的政策执行效果月报：月 × 政策 × 乡镇，口径、要点、反馈、核对 / write a month's policy report.

    The numbers are those of `xiangmai indicators`; unless told not to, the whole domain is verified when the report is written,
    and the report says so.

    \b
      xiangmai report policy --month 2026-10 --out 月报.docx
      xiangmai report policy --month 2026-10 --township 武康街道 --out 武康.html

    Exit code 0: written. 1: there is no data, or numbers differ from what the events say (written all the same, and said in it).
    3: it could not be proved.
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    layout = load_layout(settings)
    period = _month(month)
    if out is not None and out.suffix.lower() not in FORMS:
        told = f"不会写这种文件 / no such kind of file: {out.name}; 可写 / write: {', '.join(FORMS)}"
        raise click.BadParameter(told, param_hint="--out")
    if DOMAIN not in layout.catalogues:
        raise click.UsageError(f"没有领域 {DOMAIN} / there is no domain {DOMAIN}: {', '.join(layout.catalogues)}")
    written_at = datetime.now(ZoneInfo(settings.timezone))
    try:
        content, code = _told(settings, layout, period, township, comments, verify=verify, written_at=written_at)
    except QueryFailed as error:
        click.echo(explain(error), err=True)
        return EXIT_NO
    if content is None:
        click.echo(f"{month} 没有政策数据 / there is no data on policies for {month}", err=True)
        return EXIT_NO
    _write(policy_report(content), out, written_at)
    return code


def _told(
    settings: Settings,
    layout: Layout,
    period: Period,
    township: str,
    comments: int,
    *,
    verify: bool,
    written_at: datetime,
) -> tuple[Told | None, int]:
    """Read all that the report is made of; None where the month has no figures."""
    with connect(settings, database=settings.clickhouse_database, readonly=READ_ONLY) as warehouse:
        place = find_place(warehouse, township) if township else ""
        figures = read_month(warehouse, layout, period, place)
        if not figures.shown:
            return None, EXIT_NO
        names = dict(
            warehouse.rows("SELECT code, name FROM org_units WHERE length(code) <= {most:UInt8}", {"most": _TOWNSHIP})
        )
        feedback = read_feedback(warehouse, layout, period, place, comments)
    proved = prove(settings, layout, DOMAIN, place, written_at) if verify else UNPROVED
    townships = {
        code: name for code, name in sorted(names.items()) if len(code) == _TOWNSHIP and code.startswith(place)
    }
    counties = sorted({each.place[:_COUNTY] for each in figures.shown})
    title = _title(place, counties, names)
    return Told(period, title, figures, feedback, townships, proved, written_at), proved.code


def _title(place: str, counties: list[str], names: Mapping[str, str]) -> str:
    code = place or (counties[0] if len(counties) == 1 else "")
    return names.get(code, code) if code else "各县"


def _month(text: str) -> Period:
    try:
        found = parse_period(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--month") from None
    if found.kind != "month":
        raise click.BadParameter(f"{text} 不是月份 / is not a month: 2026-10", param_hint="--month")
    return found


def _write(document: Document, out: Path | None, written_at: datetime) -> None:
    if out is None:
        click.echo(as_markdown(document), nl=False)
        return
    match out.suffix.lower():
        case ".md":
            out.write_text(as_markdown(document), encoding="utf-8")
        case ".html":
            out.write_text(as_html(document), encoding="utf-8")
        case _:
            from sinks.report.word import as_word  # it takes a moment to load

            out.write_bytes(as_word(document, written_at))
    click.echo(f"已写 / written: {out}")
