"""`xiangmai report capability`: the capability map (基层治理能力图谱), six dimensions side by side."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from schemas.settings import Settings
from sinks.formats import WRITERS, print_table, table_of
from sinks.indicators import find_place
from sinks.periods import parse_period
from sinks.proof.explanation import days_of
from sinks.proof.statement import select
from sinks.report.map_views import CAPABILITY_MAP
from sinks.report.maps import map_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sinks.periods import Period
    from sinks.warehouse import Warehouse

DIMENSIONS: Final = {
    "political": "政治\npolitical",
    "professional": "专业\nprofessional",
    "service": "服务\nservice",
    "digital": "数字\ndigital",
    "legal": "法治\nlegal",
    "emergency": "应急\nemergency",
}
FORMS: Final = "2026-03（月 month）, 2026-Q1（季 quarter）, 2026（年 year）, now（全部 all）"


class Row(NamedTuple):
    """A township, or a group of cadres in it: mean score by dimension (None: nobody was assessed), assessments and cadres."""

    township: str
    township_name: str
    post: str
    post_name: str
    means: tuple[float | None, ...]
    assessments: int
    weakest: str


@click.command("capability", short_help="能力图谱 / the capability map")
@click.option("--period", metavar="PERIOD", help=f"时段，默认今年 / this year unless given: {FORMS}")
@click.option("--place", default="", help="地方：代码或名称，默认全部 / place by code or name, all unless given")
@click.option(
    "--by",
    type=click.Choice(["township", "post"]),
    default="township",
    show_default=True,
    help="按乡镇，或再按职务分 / group",
)
@click.option("--format", "format_", type=click.Choice(["table", *WRITERS]), default="table", show_default=True)
def capability(*, period: str | None, place: str, by: str, format_: str) -> int:
    """能力图谱：各乡镇（再按职务）六个维度的平均得分，最弱的一项 / mean scores in six dimensions, and the weakest of them.

    The scores are those of the indicator capability_map (view capability_map). Nobody assessed is –, not zero.

    \b
      xiangmai report capability --period 2026
      xiangmai report capability --period 2026-Q1 --place 武康街道 --by post --format csv
    """  # noqa: D301 - \b is click's mark for text to leave as it stands
    settings = Settings()
    chosen = _period(period or str(datetime.now(ZoneInfo(settings.timezone)).year))
    with map_of(settings, CAPABILITY_MAP) as warehouse:
        found = read_capability(warehouse, find_place(warehouse, place) if place else "", chosen, by)
    if format_ != "table":
        names = ("township", "township_name", "post", "post_name", *DIMENSIONS, "assessments", "weakest")
        rows = [(*each[:4], *each.means, *each[5:]) for each in found]
        WRITERS[format_](sys.stdout, [(name, "String") for name in names], rows, safe=True)
        return 0
    _print(found, by)
    return 0


def read_capability(warehouse: Warehouse, place: str, period: Period, by: str) -> list[Row]:
    """Return the map of the places within a place; raises Unavailable and QueryFailed."""
    first, last = days_of(period.kind, period.start)
    groups = ["township", *(["post"] if by == "post" else [])]
    where = ["startsWith(township, {place:String})", "has({dimensions:Array(String)}, capability)"]
    if first is not None:
        where += ["month >= {first:Date}", "month <= {last:Date}"]
    post = ("post", "any(post_name)") if by == "post" else ("''", "''")
    columns = [
        "township",
        "any(township_name)",
        *post,
        "sumMap(map(capability, points))",
        "sumMap(map(capability, assessments))",
    ]
    parameters = {"place": place, "dimensions": [*DIMENSIONS], "first": str(first), "last": str(last)}
    sql = select(columns, "capability_map", where, group_by=groups, ending=f"ORDER BY {', '.join(groups)}")
    return [_row(row) for row in warehouse.rows(sql, parameters)]


def _row(row: Sequence[Any]) -> Row:
    *place, points, counts = row
    means = {name: points[name] / counts[name] for name in DIMENSIONS if counts.get(name)}
    weakest = min(means, key=lambda name: (means[name], name), default="")
    return Row._make((*place, tuple(means.get(name) for name in DIMENSIONS), sum(counts.values()), weakest))


def _print(found: Sequence[Row], by: str) -> None:
    console = Console()
    if not found:
        console.print("这一时段没有能力测评 / nobody was assessed in this period", style="dim")
        return
    headings = [
        "地方\nplace",
        *(["职务\npost"] if by == "post" else []),
        *DIMENSIONS.values(),
        "测评\nassessed",
        "最弱\nweakest",
    ]
    rows = [
        [
            each.township_name,
            *([each.post_name or "名册上没有 not registered"] if by == "post" else []),
            *each.means,
            each.assessments,
            DIMENSIONS[each.weakest].partition("\n")[0] if each.weakest else None,
        ]
        for each in found
    ]
    print_table(table_of([(each, "String") for each in headings], rows, headings), console)


def _period(text: str) -> Period:
    try:
        found = parse_period(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--period") from None
    if found.kind == "day":
        raise click.BadParameter(f"能力图谱以月为最短 / the shortest is a month: {FORMS}", param_hint="--period")
    return found
