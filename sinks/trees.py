"""Two trees of places: every number as it was reported then, and added up under the places there are today.

The views of values (views/, those with `{tree}` in their name) are made twice from the same files, once for each. What cannot be
added up over places stays apart in the tree of today too, under the code it was reported with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from schemas.catalogue.model import COMPOSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.catalogue.model import Indicator

THEN: Final = ""
TODAY: Final = "_today"
"""What the names of the views of each tree end with."""

NOT_ADDITIVE: Final = frozenset({"coverage", "distinct"})
"""Kinds whose numbers of two places do not add up: what was reached, or counted once, in both would count twice."""

PLACE_NAMES: Final = (
    "SELECT code, argMax(name, ifNull(effective_from, toDate32(0))) FROM org_units_history GROUP BY code"
)
"""The name of every code there ever was: the newest it bore."""

TODAY_SQL: Final = "toInt32(toDate32(now('{timezone}')))"

_COLUMNS: Final = """,
    `tree` LowCardinality(String) COMMENT '与今天区划的关系：summed 含已并入的，before_split 分设以前，ended 已停用，\
kept_apart 不能跨地方相加、按当时代码；空为始终如此 / how it stands to the tree of today, empty where nothing changed',
    `made_of` Array(String) COMMENT '合计在内的其他代码 / other codes whose numbers are added in'"""

_VALUES: Final = """,
    multiIf(
        compared.indicator IN ({kept_apart}) AND mark.touched, 'kept_apart',
        mark.ended, 'ended',
        compared.period != 'now' AND toInt32(compared.period_start) < mark.split_day, 'before_split',
        notEmpty(mark.made_of), 'summed',
        '') AS tree,
    if(tree = 'kept_apart', [], mark.made_of) AS made_of"""

_COMMENT: Final = "人们使用的视图，值、目标、颜色、上期、去年同期、排名与新鲜度 / indicators"


_SAID: Final = {
    "summed": ("含 {}", "with the numbers of {}"),
    "before_split": ("分设以前的范围，不能拆分", "of its extent before it was split, which cannot be divided"),
    "ended": ("已停用（分设或撤销），留在原代码", "has ended (split or abolished); stays under its code"),
    "kept_apart": ("不能跨地方相加，按当时代码", "does not add up over places: under the code of then"),
}


def notes(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Say once for each place what its numbers in the tree of today are made of, or why they are not added up."""
    said: dict[str, list[str]] = {}
    for row in rows:
        for state in dict.fromkeys((row["tree"], "summed" if row["made_of"] else "")):
            if state in _SAID:
                zh, en = (words.format(", ".join(row["made_of"])) for words in _SAID[state])
                names = said.setdefault(f"{row['place_name']} {row['place']}: {zh} / {en}", [])
                names.append(row["name_zh"])
    return [
        f"{told}（{'、'.join(dict.fromkeys(names))}）" if _SAID["kept_apart"][0] in told else told
        for told, names in said.items()
    ]


def kept_apart(indicators: Mapping[str, Indicator]) -> list[str]:
    """Return the ids of the indicators that do not add up over places, by name: theirs is the kind, or that of an input."""
    found = {each.id for each in indicators.values() if any(version.kind in NOT_ADDITIVE for version in each.versions)}
    waiting = [each for each in indicators.values() if each.kind in COMPOSED]
    while more := {each.id for each in waiting if each.id not in found and not found.isdisjoint(each.inputs)}:
        found |= more
    return sorted(found)


def tree_texts(tree: str, apart: Iterable[str]) -> dict[str, str]:
    """Return what the files of the views take in for a tree; `apart` are the ids, quoted for SQL."""
    named = ", ".join(apart) or "''"
    if tree == THEN:
        return {
            "tree": "",
            "kept_values": "",
            "tree_columns": "",
            "tree_values": "",
            "tree_join": "",
            "name_day": f"if(compared.period = 'now', {TODAY_SQL}, toInt32(compared.next_start) - 1)",
            "name_zh": "（时段最后一天）",
            "name_en": " on the last day of the period",
            "tree_comment": f"指标：{_COMMENT}: the view people use, places as they were then",
        }
    return {
        "tree": tree,
        "kept_values": f"\nUNION ALL\nSELECT {{value_columns}} FROM {{storage}}.values WHERE indicator IN ({named})",
        "tree_columns": _COLUMNS,
        "tree_values": _VALUES,
        "tree_join": "\nLEFT JOIN {storage}.place_marks AS mark ON compared.place = mark.place",
        "name_day": TODAY_SQL,
        "name_zh": "（今天；已停用的为最后的）",
        "name_en": " today, or its last",
        "tree_comment": f"按今天的区划合计的指标：{_COMMENT} in the tree of places of today",
    }
