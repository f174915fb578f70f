"""The board's picture: rows of the view `indicators` in, something rich can draw out. Pure: the moment is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

# A shape beside each colour: a board must be readable without seeing colours, and on paper.
SIGNS: Final = {"green": ("●", "green"), "yellow": ("▲", "yellow"), "red": ("■", "bold red")}
# Title, heading of up to three lines, rules and blank lines around the rows.
TABLE_FRAME_LINES: Final = 9
NO_DATA: Final = "—"
DECIMAL_UNITS: Final = frozenset({"%", "hours", "hour", "days", "points"})
UNITS: Final = {"hours": "小时", "days": "天", "cases": "件", "villages": "村", "points": "分", "yuan": "万元"}
# Sums of money are shown in 万元: a column has room for no more.
YUAN_SHOWN: Final = 10_000
MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of one place, as the view gives it. Times are aware; `newest_event_at` is None without an event."""

    indicator: str
    name_zh: str
    name_en: str
    place: str
    place_name: str
    level: str
    period: str
    value: float | None
    numerator: int
    denominator: int
    unit: str
    goal: float | None
    direction: str
    colour: str
    previous: float | None
    rank: int | None
    newest_event_at: datetime | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one look at the warehouse gave: the figures, the month, when it was, and how long the answer took.

    `per_minute` is how fast the county's first count grows, None while unknown; `trouble` says why nothing is newer.
    """

    figures: Sequence[Figure]
    month: date
    as_of: datetime
    query_seconds: float
    per_minute: float | None = None
    trouble: str = ""


def table(snapshot: Snapshot, indicators: Sequence[str]) -> Table:
    """Townships as rows, indicators as columns in the given order, the county last. Six fit 80 columns, nine 120."""
    cells = {(figure.place, figure.indicator): figure for figure in snapshot.figures}
    columns = [_any_of(snapshot.figures, indicator) for indicator in indicators]
    places = _places([figure for figure in snapshot.figures if figure.indicator in indicators])
    county = next((name for _, name, level in places if level == "county"), "")
    drawn = Table(
        title=Text(f"乡脉 {county} {snapshot.month:%Y年%m月}", style="bold"),
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    drawn.add_column("乡镇", no_wrap=True, min_width=8)
    for indicator, example in zip(indicators, columns, strict=True):
        drawn.add_column(_heading(indicator, example), justify="right", overflow="fold")
    drawn.add_column("新鲜度", justify="right", no_wrap=True)
    for place, name, level in places:
        own = [cells.get((place, indicator)) for indicator in indicators]
        if level == "county":
            drawn.add_section()
        drawn.add_row(
            Text("全县" if level == "county" else name, style="bold" if level == "county" else ""),
            *(cell(figure) for figure in own),
            freshness([figure for figure in own if figure], snapshot.as_of),
        )
    if not places:
        drawn.caption = "还没有数据 / no data yet"
    return drawn


def board(
    snapshot: Snapshot,
    indicators: Sequence[str],
    addresses: Sequence[tuple[str, str]],
    *,
    lines: int | None = None,
    below: Table | None = None,
) -> Group:
    """Draw the whole screen: table, another one below it, the line's health, the meaning of the signs, where to look next.

    In a terminal of few lines the townships come first: what does not fit is left out from the end.
    """
    parts: list[Table | Text] = [health(snapshot), _legend(), *_next_steps(addresses)]
    if below is not None:
        parts.insert(0, below)
    drawn = table(snapshot, indicators)
    if lines is not None:
        parts = parts[: max(lines - drawn.row_count - TABLE_FRAME_LINES, 1)]
    return Group(drawn, *parts)


def health(snapshot: Snapshot) -> Text:
    """Say how fresh the whole board is, and what keeps it from being fresher."""
    if snapshot.trouble:
        return Text(f"⚠ {snapshot.trouble}", style="bold red")
    newest = [figure.newest_event_at for figure in snapshot.figures if figure.newest_event_at is not None]
    if not newest:
        return Text("等待第一个事件 / waiting for the first event", style="yellow")
    computed = max(figure.changed_at for figure in snapshot.figures)
    told = [
        f"最新事件 {ago(newest_seconds(max(newest), snapshot.as_of))}前发生",
        f"{ago(newest_seconds(computed, snapshot.as_of))}前算出",
        f"查询 {snapshot.query_seconds * 1000:.0f} ms",
    ]
    if snapshot.per_minute is not None:
        told.insert(0, f"每分钟 {snapshot.per_minute:.0f} 件")
    return Text(" · ".join(told), style="dim")


def freshness(figures: Sequence[Figure], as_of: datetime) -> Text:
    """How long ago the newest event behind these figures happened."""
    newest = [figure.newest_event_at for figure in figures if figure.newest_event_at is not None]
    return Text(ago(newest_seconds(max(newest), as_of)) if newest else NO_DATA, style="dim")


def newest_seconds(at: datetime, as_of: datetime) -> float:
    """Seconds between two moments, never below zero: clocks of two machines may differ a little."""
    return max((as_of - at).total_seconds(), 0.0)


def ago(seconds: float) -> str:
    """Seconds in the largest unit that fits: 3秒, 12分, 5时, 4天."""
    if seconds < MINUTE:
        return f"{int(seconds)}秒"
    if seconds < HOUR:
        return f"{int(seconds / MINUTE)}分"
    return f"{int(seconds / HOUR)}时" if seconds < DAY else f"{int(seconds / DAY)}天"


def shown(value: float | None, unit: str) -> str:
    """Write a value as people do: counts whole, money in 万元, percentages and times with one decimal, no data a dash."""
    if value is None:
        return NO_DATA
    if unit == "yuan":
        return f"{value / YUAN_SHOWN:,.1f}"
    return f"{value:.1f}" if unit in DECIMAL_UNITS else f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def trend(figure: Figure) -> Text:
    """Draw an arrow against the period before: green when that is the better direction, else red."""
    if figure.value is None or figure.previous is None or figure.value == figure.previous:
        return Text(" ")
    rises = figure.value > figure.previous
    arrow = "↑" if rises else "↓"
    if figure.direction not in ("up", "down"):
        return Text(arrow, style="dim")
    return Text(arrow, style="green" if rises == (figure.direction == "up") else "red")


def as_json(snapshot: Snapshot, indicators: Sequence[str]) -> dict[str, Any]:
    """Give the same board to machines: places in the same order, every figure with what it is made of."""
    by_place: dict[str, dict[str, Figure]] = {}
    for figure in snapshot.figures:
        by_place.setdefault(figure.place, {})[figure.indicator] = figure
    return {
        "as_of": snapshot.as_of.isoformat(),
        "month": f"{snapshot.month:%Y-%m}",
        "places": [
            {
                "place": place,
                "name": name,
                "level": level,
                "indicators": {
                    indicator: figure_json(by_place[place][indicator])
                    for indicator in indicators
                    if indicator in by_place[place]
                },
            }
            for place, name, level in _places([each for each in snapshot.figures if each.indicator in indicators])
        ],
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    """Give a figure with what it is made of."""
    return {
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "unit": figure.unit,
        "goal": figure.goal,
        "colour": figure.colour,
        "previous": figure.previous,
        "rank": figure.rank,
        "period": figure.period,
        "newest_event_at": figure.newest_event_at.isoformat() if figure.newest_event_at else None,
        "changed_at": figure.changed_at.isoformat(),
    }


def _places(figures: Sequence[Figure]) -> list[tuple[str, str, str]]:
    """Code, name and level of every place: townships by code, then the county."""
    places = {(figure.place, figure.place_name, figure.level) for figure in figures}
    return sorted(places, key=lambda place: (place[2] == "county", place[0]))


def _any_of(figures: Sequence[Figure], indicator: str) -> Figure | None:
    return next((figure for figure in figures if figure.indicator == indicator), None)


def _heading(indicator: str, example: Figure | None) -> Text:
    """Name, and below it unit and goal. A stock is as it is now, and says so."""
    if example is None:
        return Text(indicator)
    now = "现" if example.period == "now" else ""
    goal = ""
    if example.goal is not None and example.direction in ("up", "down"):
        in_unit = example.goal / YUAN_SHOWN if example.unit == "yuan" else example.goal
        goal = ("≥" if example.direction == "up" else "≤") + f"{in_unit:g}"
    unit = UNITS.get(example.unit, example.unit)
    below = " ".join(part for part in (now, f"{goal}{unit}") if part)
    return Text.assemble(Text(example.name_zh), "\n", Text(below, style="dim"))


def cell(figure: Figure | None) -> Text:
    """Draw a figure: its value, a sign of its colour, and its trend."""
    if figure is None:
        return Text(f"{NO_DATA}  ", style="dim")
    sign, style = SIGNS.get(figure.colour, (" ", ""))
    return Text.assemble(Text(shown(figure.value, figure.unit), style=style), Text(sign, style=style), trend(figure))


def _legend() -> Text:
    signs = (("●", "green", "达标 "), ("▲", "yellow", "预警 "), ("■", "bold red", "超线 "))
    told = [part for sign, style, meaning in signs for part in (Text(sign, style=style), Text(meaning, style="dim"))]
    return Text.assemble(*told, Text("↑↓ 与上月同项比 against the month before", style="dim"))


def _next_steps(addresses: Sequence[tuple[str, str]]) -> list[Text]:
    return [Text.assemble(Text(f"{name}  ", style="dim"), Text(address, style="cyan")) for name, address in addresses]
