"""What stands out in a month's figures: said by rules one can read, about what is over enough cases to be judged. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sinks.report.telling import both, measured, parts_of, points_worse, said

if TYPE_CHECKING:
    from sinks.report.figures import Figure, Month

MOST: Final = 10
"""So many points of each kind are told; how many more there are is told too."""
FELL_BY: Final = 10.0
"""Percentage points by which a rate must have got worse since the month before."""


def stands_out(month: Month) -> tuple[str, ...]:
    """Return the points: red, yellow, overdue, got worse; one that says so where there is nothing."""
    # County totals repeat what their townships say, and all policies together what each says.
    judged = [each for each in month.shown if each.level == "township" and each.policy and month.enough(each)]
    points = [
        *_listed(month, [each for each in judged if each.colour == "red"], "低于红线", "beyond the red line"),
        *_listed(month, [each for each in judged if each.colour == "yellow"], "未达目标", "short of the goal"),
        *_worse(month, judged),
    ]
    thin = sum(each.value is not None and not month.enough(each) for each in month.shown if each.policy)
    if thin:
        points.append(
            f"另有 {thin} 个数值不足最小参评量（表中标※），不作评判 / {thin} more values are over too few cases to be judged (※)"
        )
    nothing = "没有红色、黄色，也没有明显变差的数值 / nothing is red or yellow, and nothing got much worse"
    return tuple(points) if points else (nothing,)


def _listed(month: Month, figures: list[Figure], zh: str, en: str) -> list[str]:
    """Tell figures of a colour, the farthest from its goal first."""

    def far(figure: Figure) -> tuple[float, str, str, str]:
        goal = month.definitions[figure.indicator].goal or 0.0
        short = abs((figure.value or 0.0) - goal) / max(abs(goal), 1.0)
        return -short, figure.policy, figure.place, figure.indicator

    told = []
    for each in sorted(figures, key=far)[:MOST]:
        indicator = month.definitions[each.indicator]
        if indicator.kind == "stock":
            told.append(f"{_who(each)}：{both(indicator)} {measured(indicator, each.value)}")
            continue
        lines = [
            f"{words} {measured(indicator, line)}"
            for words, line in (("目标 goal", indicator.goal), ("红线 red line", indicator.red_line))
            if line is not None
        ]
        value = f"{measured(indicator, each.value)}{parts_of(month, each)}"
        told.append(f"{_who(each)}：{both(indicator)} {value}，{zh} {en}（{'，'.join(lines)}）")
    return [*told, *_more(len(figures) - MOST, zh, en)]


def _worse(month: Month, figures: list[Figure]) -> list[str]:
    """Tell rates that got worse by much, the worst first; what is a colour already is not told twice."""
    found = []
    for each in figures:
        indicator = month.definitions[each.indicator]
        if indicator.unit == "%" and not each.colour.startswith(("red", "yellow")):
            worse = points_worse(indicator, each)
            if worse >= FELL_BY:
                found.append((-worse, each.policy, each.place, each))
    told = [
        f"{_who(each)}：{said(month, each)}，比上月变差 {-below:.1f} 个百分点 / worse than the month before"
        for below, _, _, each in sorted(found, key=lambda each: each[:3])[:MOST]
    ]
    return [*told, *_more(len(found) - MOST, "比上月变差", "worse than the month before")]


def _who(figure: Figure) -> str:
    return f"{figure.policy} · {figure.place_name}"


def _more(count: int, zh: str, en: str) -> list[str]:
    return [f"{zh}的还有 {count} 个，见表 / {count} more {en}, see the table"] if count > 0 else []
