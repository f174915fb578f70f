"""Checks how values are scored: that a better value never has fewer points, and none more than there are."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from schemas.catalogue.model import Band, Score
from schemas.catalogue.score_entries import AdjustedEntry, AllOrNothingEntry, BandedEntry, LinearEntry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.catalogue.model import Direction
    from schemas.catalogue.score_entries import ScoreEntry

_RISING = "up 越高分越多，down 越高分越少 / more points for more where the direction is up, fewer where it is down"


def read_score(entry: ScoreEntry) -> Score:
    """Return a score as the engines use it."""
    match entry:
        case LinearEntry():
            return Score("linear", entry.full, floor=entry.floor, goal=entry.goal)
        case BandedEntry():
            bands = tuple(Band(band.from_, band.points) for band in entry.bands)
            return Score("banded", entry.full, floor=entry.floor, bands=bands)
        case AdjustedEntry():
            return Score("adjusted", entry.full, start=entry.start, per_unit=entry.per_unit, cap=entry.cap)
        case AllOrNothingEntry():
            return Score("veto", entry.full, line=entry.line)


def score_problems(entry: ScoreEntry, direction: Direction) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a score in this direction, and what is allowed."""
    match entry:
        case LinearEntry():
            if entry.goal == entry.floor or (direction != "none" and (entry.goal > entry.floor) != (direction == "up")):
                yield (
                    "goal 与 floor 的先后和方向不符 / goal and floor do not fit the direction",
                    "up: floor < goal; down: floor > goal",
                )
        case BandedEntry():
            yield from _banded_problems(entry, direction)
        case AdjustedEntry():
            if entry.start > entry.full:
                yield "start 超过满分 / start is more than full", f"0 … {entry.full:g}"
            if entry.per_unit == 0 or (direction != "none" and (entry.per_unit > 0) != (direction == "up")):
                yield "per_unit 与方向不符 / per_unit does not fit the direction", _RISING
        case AllOrNothingEntry():
            if direction == "none":
                yield "没有方向就没有好坏 / without a direction no side of a line is bad", "direction: up, down"


def _banded_problems(entry: BandedEntry, direction: Direction) -> Iterator[tuple[str, str]]:
    if any(after.from_ <= before.from_ for before, after in pairwise(entry.bands)):
        yield "bands 须从低到高 / bands must ascend", "each `from` above the one before"
    points = [band.points for band in entry.bands]
    if max(entry.floor, *points) > entry.full:
        yield "points 超过满分 / points above full", f"0 … {entry.full:g}"
    # Where less is better the first band begins at the least there can be: nothing lies below it.
    rising = [entry.floor, *points] if direction == "up" else points
    ordered = sorted(rising, reverse=direction == "down")
    if direction != "none" and rising != ordered:
        yield "points 与方向不符 / points do not fit the direction", _RISING
