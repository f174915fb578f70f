"""Which cases moved between two versions of a definition, and by what part of it; and the words both drill-downs share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console

from sinks.formats import WRITERS, print_table, table_of
from sinks.proof.drill import Number
from sinks.proof.roles import DENOMINATOR, EXCLUDED, NUMERATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.catalogue.model import Indicator
    from sinks.proof.drill import Drill, Totals


def tell_moved(drill: Drill, number: Number, other: Indicator, most: int, format_: str, names: dict[str, str]) -> int:
    """Tell which cases count otherwise by another version, and by what: population, exclusion, numerator, value, period."""
    indicator = number.indicator
    totals = drill.totals(number)
    others = drill.totals(Number(other, number.place, number.period, number.dimension, number.value, number.as_of))
    rows = []
    for case, township, village, *sides in drill.moved(number, other, most):
        before, after = sides[:4], sides[4:]
        why = [drill.reason(each, side[0], side[1]) for each, side in ((indicator, before), (other, after))]
        place = village or township
        rows.append((case, names.get(place, place), _by(before, after), before[0], why[0], after[0], why[1]))
    if format_ != "table":
        columns = (
            "case_id",
            "place",
            "by",
            f"role_v{indicator.version}",
            "zh",
            "en",
            f"role_v{other.version}",
            "zh_2",
            "en_2",
        )
        flat = [(*row[:4], *row[4], row[5], *row[6]) for row in rows]
        WRITERS[format_](sys.stdout, [(name, "String") for name in columns], flat, safe=True)
    else:
        console = Console()
        console.print(title(number, names), style="bold", highlight=False)
        headings = [
            "事项\ncase",
            "地方\nplace",
            "因为\nby",
            f"第 {indicator.version} 版\nversion",
            f"第 {other.version} 版\nversion",
        ]
        shown = [[*row[:2], _BY[row[2]], " ".join(row[4]), " ".join(row[6])] for row in rows]
        if rows:
            print_table(table_of([(each, "String") for each in headings], shown, headings), console)
        else:
            console.print("没有变动的事项 / no case moved", style="dim")
    changed = f"：{other.changed_zh} / {other.changed_en}" if other.changed_zh else ""
    for each, both in ((indicator, totals), (other, others)):
        click.echo(f"v{each.version}: {told(both)}", err=format_ != "table")
    if changed:
        click.echo(f"v{other.version}{changed}", err=format_ != "table")
    return 0


_BY: Final = {
    "period": "归期或细分 period or breakdown",
    "population": "总体 population",
    "exclusion": "剔除 exclusion",
    "numerator": "分子 numerator",
    "value": "取值 value",
}


def _by(before: Sequence[Any], after: Sequence[Any]) -> str:
    """Return by what part of the definition a case moved. Sides are (role, reason, numerator, denominator)."""
    roles = {before[0], after[0]}
    if "" in roles:
        return "period"
    if EXCLUDED in roles:
        return "exclusion"
    if roles <= {NUMERATOR, DENOMINATOR}:
        return "numerator" if len(roles) > 1 else "value"
    return "value" if roles & {"unmeasured", "unplaced"} else "population"


def title(number: Number, names: dict[str, str]) -> str:
    """Return what is asked about, for the head of a table."""
    indicator, period = number.indicator, number.period
    when = "now" if period.kind == "now" else f"{period.kind} {period.start}"
    place = names.get(number.place, number.place) or "全部 all"
    breakdown = f" {number.dimension}={number.value}" if number.dimension else ""
    return f"{indicator.zh} · {indicator.en} v{indicator.version}，{place} {when}{breakdown}"


def told(totals: Totals) -> str:
    """Return the numbers of both: what the cases give, and what was published."""
    parts = [
        f"{name}: 事项合计 cases {computed:,} · 已发布 published {published:,} {'✓' if computed == published else '✗'}"
        for name, computed, published in zip(
            ("分子 numerator", "分母 denominator"), totals.computed, totals.published, strict=True
        )
        if computed or published or name.startswith("分子")
    ]
    if not totals.agree:
        parts.append("不一致，请核对 / they differ: xiangmai verify")
    return "；".join(parts)
