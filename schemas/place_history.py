"""What dated places must agree on: every code whole from its first day to its last, every successor there when it follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from schemas.errors import Refused
from schemas.places import CODE_DIGITS, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from schemas.places import Change

_SUCCESSORS: Final[Mapping[Change, tuple[int, int]]] = {
    "renamed": (1, 1),
    "merged": (1, 1),
    "moved": (1, 1),
    "split": (2, 100),
    "abolished": (0, 0),
}
"""How many codes follow a place that ended so: at least, at most."""

_UNDATED: Final = (None, None, None, ())


class Row(NamedTuple):
    """A place and the line of the file it stands on."""

    line: int
    place: Place


def checked_history(file: Path, rows: Iterable[Row]) -> list[Place]:
    """Return the places; one that does not say from when it stands does so from when the place above it does.

    Raises Refused naming the file and the line for a change that is not whole; for two names of a code on one day, or days on which
    it has none; for a successor that is unknown, does not stand on the day it follows, or comes round to its predecessor;
    for a place that stands when the one above it does not.
    """
    rows = list(rows)
    if all((place.effective_from, place.effective_to, place.change, place.successors) == _UNDATED for _, place in rows):
        return [place for _, place in rows]
    by_code: dict[str, list[Row]] = {}
    for row in rows:
        _whole(file, row)
        by_code.setdefault(row.place.code, []).append(row)
    for own in by_code.values():
        own.sort(key=lambda row: row.place.effective_from or date.min)
        _one_after_the_other(file, own)
    _no_way_round(file, by_code)
    for row in rows:
        _followed(file, row, by_code)
    for row in sorted(rows, key=lambda row: len(row.place.code)):
        own = by_code[row.place.code]
        own[own.index(row)] = Row(row.line, _within(file, row, by_code))
    return [row.place for own in by_code.values() for row in own]


def _whole(file: Path, row: Row) -> None:
    """A change is told with its day and its successors, and ends the place after it began."""
    line, place = row
    begun, over, change = place.effective_from, place.effective_to, place.change
    if (over is None) != (change is None):
        wrong = f"{place.code}: effective_to 与 change 须同时写明 / are given together"
        raise Refused(file, line, wrong, f"change: {', '.join(_SUCCESSORS)}")
    if begun is not None and over is not None and over <= begun:
        raise Refused(file, line, f"{place.code}: effective_to {over} ≤ effective_from {begun}", f"> {begun}")
    least, most = _SUCCESSORS[change] if change else (0, 0)
    number = len(place.successors)
    if not least <= number <= most or len(set(place.successors)) < number:
        allowed = str(least) if least == most else f"≥ {least}"
        wrong = f"{place.code}: {change or '未变动 / unchanged'}, successors: {', '.join(place.successors) or '-'}"
        raise Refused(file, line, wrong, f"{allowed} 个不同代码，用 ; 分开 / different codes, separated by ;")


def _one_after_the_other(file: Path, own: Sequence[Row]) -> None:
    """The rows of a code follow each other without a day between and without a day of two."""
    for earlier, later in pairwise(own):
        code, over, begun = earlier.place.code, earlier.place.effective_to, later.place.effective_from
        if begun is None or over is None or begun < over:
            wrong = f"{code}: 与第 {earlier.line} 行时间重叠 / overlaps line {earlier.line}"
            raise Refused(
                file, later.line, wrong, f"effective_from = effective_to ({over or '?'}) of line {earlier.line}"
            )
        if begun > over:
            wrong = f"{code}: 与第 {earlier.line} 行之间有空档 {over} … {begun} / a gap after line {earlier.line}"
            raise Refused(
                file,
                later.line,
                wrong,
                f"effective_from = {over}；代码停用后不再启用 / an ended code is not used again",
            )
        if code not in earlier.place.successors:
            wrong = f"{code}: 第 {later.line} 行仍用此代码，successors 未写 / line {later.line} goes on with the code"
            raise Refused(file, earlier.line, wrong, f"successors: {code}")
    last = own[-1]
    if last.place.code in last.place.successors:
        wrong = f"{last.place.code}: 继任者是自己，却没有 {last.place.effective_to} 起的一行 / follows itself, but has no row from then"
        raise Refused(file, last.line, wrong, f"a row with effective_from = {last.place.effective_to}")


def _no_way_round(file: Path, by_code: Mapping[str, Sequence[Row]]) -> None:
    """Nobody is their own successor's successor."""
    done: set[str] = set()
    for start in by_code:
        path: list[str] = []
        waiting = [(start, 0)]
        while waiting:
            code, depth = waiting.pop()
            del path[depth:]
            if code in path:
                wrong = f"继任关系成环 / successors go round: {' → '.join([*path[path.index(code) :], code])}"
                raise Refused(file, by_code[path[-1]][-1].line, wrong, "今天仍在的一个代码 / a code that stands today")
            if code in done or code not in by_code:
                continue
            path.append(code)
            waiting += [(each, depth + 1) for each in by_code[code][-1].place.successors]
        done.update(by_code.keys() & {start})


def _followed(file: Path, row: Row, by_code: Mapping[str, Sequence[Row]]) -> None:
    """Whoever follows a place is in the table, of its level, and stands on the day it follows."""
    line, place = row
    for code in place.successors:
        if code not in by_code or by_code[code][0].place.level != place.level:
            wrong = f"{place.code}: 继任者未知 / unknown successor: {code[:20]}"
            digits = CODE_DIGITS[place.level]
            raise Refused(file, line, wrong, f"本表中的 {digits} 位代码 / a code of this table, of {digits} digits")
        own = [each.place for each in by_code[code]]
        if place.effective_to is not None and not any(each.stands_on(place.effective_to) for each in own):
            begun, over = own[0].effective_from, own[-1].effective_to
            wrong = (
                f"{place.code}: 继任者 {code} 在 {place.effective_to} 不存在 / does not stand on that day: "
                f"[{begun or ''} … {over or ''})"
            )
            raise Refused(file, line, wrong, f"effective_from ≤ {place.effective_to} < effective_to")
        if place.change == "moved" and own[0].parent == place.parent:
            raise Refused(file, line, f"{place.code}: moved，上级未变 / the place above is the same", "renamed, merged")


def _within(file: Path, row: Row, by_code: Mapping[str, Sequence[Row]]) -> Place:
    """Return the place, standing only while the place above it does."""
    line, place = row
    above = by_code.get(place.parent or "")
    if above is None:
        return place
    begun, over = above[0].place.effective_from, above[-1].place.effective_to
    if begun is not None and place.effective_from is not None and place.effective_from < begun:
        wrong = f"{place.code}: 早于上级 / earlier than the place above: {place.parent} {begun}"
        raise Refused(file, line, wrong, f"effective_from ≥ {begun}")
    if over is not None and (place.effective_to is None or place.effective_to > over):
        wrong = f"{place.code}: 上级 {place.parent} 已于 {over} 终止 / the place above has ended"
        allowed = f"effective_to ≤ {over}, change, successors: 新代码 / the code that followed"
        raise Refused(file, line, wrong, allowed)
    first = by_code[place.code][0].place is place
    return replace(place, effective_from=begun) if first and place.effective_from is None else place
