"""Matches as people and programs read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sinks.formats import print_table, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.console import Console

    from sinks.practices.library import Match, Matched
    from sinks.practices.reading import Case

COLUMNS: Final = (
    ("case_type", "String"),
    ("case_id", "String"),
    ("township", "String"),
    ("opened_at", "DateTime"),
    ("rank", "Nullable(UInt8)"),
    ("score", "Nullable(Float64)"),
    ("practice_id", "Nullable(String)"),
    ("practice_township", "Nullable(String)"),
    ("practice_title", "Nullable(String)"),
    ("reason", "String"),
    ("words", "Array"),
)
"""Of the answer for programs: a row for each practice, and one without a practice for a case that none fits."""
FIELDS: Final = {"title": "标题 title", "problem": "问题 problem", "method": "做法 method", "result": "成效 result"}


def rows(case: Case, matches: Sequence[Match], floor: float) -> Iterator[tuple[Any, ...]]:
    """Yield a case's rows of COLUMNS."""
    known = (case.case_type, case.case_id, case.township, case.at)
    if not matches:
        yield (*known, None, None, None, None, None, nothing(floor), [])
    for rank, match in enumerate(matches, 1):
        practice = match.practice
        named = (practice.practice_id, practice.township, practice.texts.get("title", ""))
        yield (*known, rank, match.score, *named, reason(match.words), [_as_json(each) for each in match.words])


def nothing(floor: float) -> str:
    """Return what is said of a case that no practice fits."""
    return f"没有合适的做法（没有一个达到 {floor:g} 分） / no practice fits (none reaches {floor:g} points)"


def reason(words: Sequence[Matched]) -> str:
    """Return the words that matched, each with where the practice says it and its points, which add up to the score."""
    return "；".join(
        f"{_both(each)}（{FIELDS.get(each.field, each.field).partition(' ')[0]}）{each.points:g}" for each in words
    )


def print_matches(
    console: Console, case: Case, matches: Sequence[Match], names: Mapping[str, str], floor: float
) -> None:
    """Print what fits one case; `names` are those of places."""
    place = case.village or case.township
    heading = f"{case.case_type} {case.case_id} · {names.get(place, place)} · {case.at:%Y-%m-%d %H:%M}"
    console.print(heading, style="bold", highlight=False, soft_wrap=True)
    console.print(" ".join(filter(None, case.texts)), style="dim", highlight=False, soft_wrap=True, markup=False)
    if not matches:
        console.print(nothing(floor), style="yellow", highlight=False, soft_wrap=True)
        return
    headings = ["#", "得分\nscore", "做法\npractice", "乡镇\ntownship", "编号\nid", "理由\nreason"]
    shown = [
        [
            str(rank),
            f"{match.score:g}",
            match.practice.texts.get("title", ""),
            names.get(match.practice.township, match.practice.township),
            match.practice.practice_id,
            reason(match.words),
        ]
        for rank, match in enumerate(matches, 1)
    ]
    print_table(table_of([(each, "String") for each in headings], shown, headings), console)


def _both(each: Matched) -> str:
    return each.word if each.word == each.practice_word else f"{each.word}≈{each.practice_word}"


def _as_json(each: Matched) -> dict[str, Any]:
    return {**each._asdict(), "rarity": round(each.rarity, 3)}
