"""The monthly policy report (政策执行效果月报) as a document. Pure: figures in, document out, the same for the same figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sinks.proof.explanation import days_of
from sinks.report.attention import stands_out
from sinks.report.document import Document, Grid, Heading, Line, Paragraph, Points
from sinks.report.figures import COLUMNS
from sinks.report.telling import NO_DATA, THIN, both, cell, measured, said

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from schemas.catalogue.model import Indicator
    from sinks.periods import Period
    from sinks.report.document import Block
    from sinks.report.feedback import Feedback
    from sinks.report.figures import Month
    from sinks.report.proved import Proved

ALL: Final = "全部政策 all"
_LEGEND: Final = (
    "单元格：值（分子/分母），下行为上月与去年同月；● 达标 ▲ 未达目标 ■ 低于红线；"
    f"{NO_DATA}不是零；{THIN} 不足最小参评量，不作评判；超期为月末的数，本月为最新一日的。 / "
    "A cell: value (numerator/denominator), below it the month before and the same month last year; ● goal reached ▲ short of "
    f"it ■ beyond the red line; {NO_DATA} (no data) is not zero; {THIN} over too few cases to be judged; what is overdue is as of the "
    "month's end, in this month as of its newest day."
)
_BY_HAND: Final = (
    "身份证号、手机号、银行卡号与坐标已自动遮盖；姓名认不出来，印发前请人工看一遍。 / Numbers of persons and coordinates are masked; names "
    "cannot be told from other words: read these before you circulate them."
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the report is made of. `place` is the name in its title, `townships` those that ought to have figures."""

    month: Period
    place: str
    figures: Month
    feedback: Sequence[Feedback]
    townships: Mapping[str, str]
    proved: Proved
    written_at: datetime


def policy_report(told: Told) -> Document:
    """Return the report."""
    year, month = told.month.start.year, told.month.start.month
    title = f"{told.place}政策执行效果月报（{year}年{month}月）"
    first, last = days_of(told.month.kind, told.month.start)
    period = f"统计时段 period：{first} 至 to {last} · 编制 written：{told.written_at:%Y-%m-%d %H:%M}"
    blocks: list[Block] = [
        Heading(1, title),
        Paragraph(f"Policies and their effect, {told.month.start:%B %Y} · {period}"),
        *([Paragraph(told.proved.text, grave=True)] if told.proved.grave else []),
        Heading(2, "一、总体情况 Overview"),
        *_overview(told),
        Heading(2, "二、需要关注 What stands out"),
        Points(stands_out(told.figures)),
        Heading(2, "三、分政策、分乡镇 By policy and township"),
        Paragraph(_LEGEND),
        _grid(told),
        *_silent(told),
        Heading(2, "四、群众反馈摘录 What people said"),
        *_feedback(told),
        Heading(2, "五、口径 Definitions"),
        _definitions(told.figures),
        Heading(2, "六、新鲜度与核对 Freshness and proof"),
        Points((*_freshness(told), told.proved.text)),
    ]
    return Document(title, tuple(blocks))


def _overview(told: Told) -> Iterator[Block]:
    """Say the sums: of the county where it is in the report, else of the township."""
    figures = told.figures
    for _, code, name in figures.places("")[:1]:
        values = [figures.figure(indicator, code, "") for indicator in COLUMNS]
        sentences = "；".join(said(figures, each) for each in values if each is not None)
        yield Paragraph(f"{name}涉及政策 {len(figures.policies)} 项 policies。{sentences}。")


def _grid(told: Told) -> Grid:
    figures = told.figures
    headings = ["政策\npolicy", "地方\nplace", *(f"{each.zh}\n{each.en}" for each in figures.definitions.values())]
    lines = []
    for policy in ("", *figures.policies):
        for level, code, name in figures.places(policy):
            cells = [cell(figures, figures.figure(indicator, code, policy)) for indicator in COLUMNS]
            lines.append(Line((policy or ALL, name, *cells), total=level == "county"))
    return Grid(tuple(headings), tuple(lines))


def _silent(told: Told) -> Iterator[Block]:
    """Name the townships that have no figure at all: no data is not zero."""
    there = {code for _, code, _ in told.figures.places("")}
    silent = [name for code, name in told.townships.items() if code not in there]
    if silent:
        names = "、".join(silent)
        yield Paragraph(
            f"本月没有任何政策数据的乡镇（不是零）：{names}。 / Townships without any data this month (not zero)."
        )


def _feedback(told: Told) -> Iterator[Block]:
    if not told.feedback:
        yield Paragraph("本月没有写了意见的反馈。 / Nobody wrote anything this month.")
        return
    yield Paragraph(_BY_HAND)
    yield Points(
        tuple(
            f"{each.policy} · {told.townships.get(each.township, each.township)} · {each.at:%m-%d} · "
            f"{'未评分' if each.score is None else f'{each.score} 分'}：{each.comment}"
            for each in told.feedback
        )
    )


def _definitions(figures: Month) -> Grid:
    headings = (
        "指标\nindicator",
        "口径\ndefinition",
        "目标、红线\ngoal, red line",
        "最小参评量\nminimum",
        "出处、版本\nsource, version",
    )
    return Grid(headings, tuple(Line(_definition(each)) for each in figures.definitions.values()))


def _definition(indicator: Indicator) -> tuple[str, ...]:
    excluded = "".join(f"\n剔除 without：{each.zh} {each.en}" for each in indicator.exclude)
    lines = "，".join(
        "—" if line is None else measured(indicator, line) for line in (indicator.goal, indicator.red_line)
    )
    return (
        f"{both(indicator)}\n{indicator.id}",
        f"{indicator.sentence_zh}\n{indicator.sentence_en}{excluded}",
        lines,
        str(indicator.minimum_volume),
        f"{indicator.source}\nv{indicator.version}，{_since(indicator.effective_from)}",
    )


def _since(day: date) -> str:
    return f"自 {day} 起 from"


def _freshness(told: Told) -> Iterator[str]:
    shown = told.figures.shown
    newest = max((each.newest_event_at for each in shown if each.newest_event_at is not None), default=None)
    changed = max(each.changed_at for each in shown)
    yield (
        f"数字背后最新的事件发生于 {'—' if newest is None else format(newest, '%Y-%m-%d %H:%M')}，"
        f"最近一次算出于 {changed:%Y-%m-%d %H:%M} / the newest event behind the numbers, and when they were computed last"
    )
    revised = sum(each.revised for each in shown)
    if revised:
        yield (
            f"{revised} 个数值在本月结束一天以后又变过（迟到或更正的事件） / {revised} values changed later than a day after the month"
        )
