"""What a verification found, as people and programs read it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sinks.formats import print_table
from sinks.proof.roles import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sinks.proof.behind import Behind
    from sinks.proof.comparison import CellKey, Difference, Parts
    from sinks.proof.explanation import CaseDifference, Explanation
    from sinks.proof.rounds import Outcome

EQUAL: Final = 0
DIFFERENT: Final = 1
NOT_COMPARED: Final = 3

_MOVING: Final = 5
"""So many cells that still moved are shown: which they are is of little interest."""

Explained = tuple["Difference", "Explanation"]


def verdict(outcome: Outcome) -> int:
    """Return the exit code: equal only when something was compared and all of it is."""
    if outcome.different:
        return DIFFERENT
    return NOT_COMPARED if outcome.moving or not outcome.cells else EQUAL


def as_json(outcome: Outcome, explained: Sequence[Explained], most: int) -> dict[str, Any]:
    """Return the outcome for programs: every number whole, the first `most` cells one by one."""
    told = {difference.key: explanation for difference, explanation in explained}
    return {
        "verdict": {EQUAL: "equal", DIFFERENT: "different", NOT_COMPARED: "not_compared"}[verdict(outcome)],
        "indicators": outcome.indicators,
        "cells_compared": outcome.cells,
        "mismatches": outcome.different,
        "moving": outcome.unjudged,
        "cells_of_other_definitions": outcome.other_definitions,
        "rounds": outcome.rounds,
        "seconds": round(outcome.seconds, 3),
        "behind": None if outcome.behind is None else [each._asdict() for each in outcome.behind],
        "different": [_cell_json(each, told.get(each.key)) for each in outcome.mismatches[:most]],
        "still_moving": [_cell_json(each, None) for each in outcome.moving[:most]],
    }


def print_report(outcome: Outcome, explained: Sequence[Explained], most: int, names: Mapping[str, str]) -> None:
    """Print the outcome for people; `names` are those of places."""
    console = Console()
    seconds = f"{outcome.seconds:.1f} s"
    compared = f"{outcome.indicators} 个指标 indicators · {outcome.cells:,} 个单元 cells · {seconds}"
    if outcome.different:
        _say(console, f"[bold red]✗ {outcome.different:,} 个单元不一致 / cells differ[/]  [dim]{compared}[/]")
        _print_cells(console, outcome.mismatches[:most], names)
        if outcome.different > most:
            _say(console, f"[dim]只列前 {most} 个（--limit 可改） / only the first {most} (--limit)[/]")
        for difference, explanation in explained:
            _print_cases(console, difference, explanation, names)
    elif not outcome.cells:
        _say(
            console,
            "[bold yellow]? 没有可核对的单元：既无事件也无指标，这不算一致 / nothing to compare: neither events nor cells. "
            "That is not the same as equal.[/]",
        )
    elif not outcome.moving:
        _say(console, f"[bold green]✓ 全部一致 / all equal[/]  [dim]{compared}[/]")
    if outcome.moving:
        _say(
            console,
            f"[bold yellow]… {outcome.unjudged:,} 个单元仍在变化，未作判断 / cells were still moving and are not judged[/]  "
            f"[dim]{compared}[/]",
        )
        if not outcome.different:
            _print_cells(console, outcome.moving[: min(most, _MOVING)], names)
    _print_notes(console, outcome)


def _print_notes(console: Console, outcome: Outcome) -> None:
    for each in outcome.behind or ():
        _say(console, f"[dim]{_behind(each)}[/]")
    if outcome.behind is None and (outcome.different or outcome.moving):
        words = "Kafka 未能询问，不知道各环节落后多少 / Kafka could not be asked how far the line is behind"
        _say(console, f"[dim]{words}[/]")
    if outcome.other_definitions:
        _say(
            console,
            f"[dim]{outcome.other_definitions:,} 个单元的口径已不在目录中，不核对 / cells of definitions that the catalogue has no "
            "more are not compared[/]",
        )


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True)


def _behind(each: Behind) -> str:
    return f"{each.group} 在 {each.topic} 落后 {each.records} 条 / is {each.records} records behind on {each.topic}"


def _print_cells(console: Console, differences: Sequence[Difference], names: Mapping[str, str]) -> None:
    table = Table(show_edge=False, pad_edge=False, header_style="bold")
    for heading in (
        "指标\nindicator",
        "地方\nplace",
        "时段\nperiod",
        "细分\nbreakdown",
        "流计算\npublished",
        "由事件\nby the events",
    ):
        table.add_column(heading, overflow="fold")
    for key, published, computed, _ in differences:
        place = f"{escape(names.get(key.place, ''))} {key.place}".strip()
        breakdown = escape(f"{key.dimension}={key.dimension_value}") if key.dimension else ""
        version = f"{key.indicator} v{key.version}"
        table.add_row(version, place, _period(key), breakdown, _parts(published, computed), _parts(computed, published))
    print_table(table, console)


def _print_cases(console: Console, difference: Difference, explanation: Explanation, names: Mapping[str, str]) -> None:
    key = difference.key
    place = names.get(key.place, key.place)
    breakdown = f" {key.dimension}={key.dimension_value}" if key.dimension else ""
    _say(console, f"\n[bold]{key.indicator}[/] {escape(place)} {_period(key)}{escape(breakdown)}")
    if not explanation.different:
        sample = "、".join(explanation.sample)
        _say(
            console,
            f"  各事项无差别，单元本身不等于其 {explanation.cases} 件之和 / no case differs: the cell is not the sum of its "
            f"{explanation.cases} cases" + (f": {escape(sample)}" if sample else ""),
        )
    for each in explanation.told:
        _say(console, f"  {escape(_case(each))}")
        for field, published, computed in each.fields:
            _say(console, f"      {field}: {escape(_shown(published))} → {escape(_shown(computed))}")
    if explanation.different > len(explanation.told):
        more = explanation.different - len(explanation.told)
        _say(console, f"  … 还有 {more} 件 / {more} more cases")


def _case(each: CaseDifference) -> str:
    """Return a case's line: what it counted as when it was published, and what it counts as by the events."""
    sides = []
    for role, (numerator, denominator) in ((each.published_role, each.published), (each.computed_role, each.computed)):
        zh, en = WORDS[role]
        sides.append(f"{zh} {en} ({numerator}/{denominator})")
    return f"{each.case_id}: {' → '.join(sides)}"


def _shown(value: str | None) -> str:
    return "–" if value is None else value


def _period(key: CellKey) -> str:
    if key.period == "now":
        return "now"
    text = key.period_start.isoformat()
    shown = {"day": text, "month": text[:7], "year": text[:4]}
    return shown.get(key.period, f"{text[:4]}-Q{(key.period_start.month + 2) // 3}")


def _parts(parts: Parts, other: Parts) -> str:
    """Return a cell's numbers; buckets only where they are what differs."""
    text = f"{parts.numerator}/{parts.denominator}" if parts.denominator or other.denominator else f"{parts.numerator}"
    mine = [f"{bucket}:{count}" for bucket, count in parts.buckets if (bucket, count) not in other.buckets]
    return f"{text} [{' '.join(mine)}]" if mine else text


def _cell_json(difference: Difference, explanation: Explanation | None) -> dict[str, Any]:
    key, published, computed, offset = difference
    cell: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, date) else value for name, value in key._asdict().items()
    }
    cell |= {"published": _parts_json(published), "by_events": _parts_json(computed), "published_offset": offset}
    if explanation is not None:
        cell |= {
            "cases": explanation.cases,
            "cases_different": explanation.different,
            "case_differences": [_case_json(each) for each in explanation.told],
        }
    return cell


def _case_json(each: CaseDifference) -> dict[str, Any]:
    fields = [field._asdict() for field in each.fields]
    return {**each._asdict(), "published": [*each.published], "computed": [*each.computed], "fields": fields}


def _parts_json(parts: Parts) -> dict[str, Any]:
    return {
        "numerator": parts.numerator,
        "denominator": parts.denominator,
        "buckets": {str(bucket): count for bucket, count in parts.buckets},
    }
