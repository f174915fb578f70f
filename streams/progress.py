"""Whether a worker makes progress: what it says of itself, held against how far the topics reach. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Offsets = Mapping[tuple[str, int], int]


class Standing(NamedTuple):
    """What the worker says of itself: what is committed, and why it may be waiting."""

    committed: Offsets
    rebalancing_since: float | None
    excused: bool


class Progress:
    """Judges standings over time; pure. `now` and the times of a standing are seconds of one monotonic clock."""

    def __init__(self, stalled_after_seconds: float) -> None:
        self._stalled_after_seconds = stalled_after_seconds
        self._moved_at: dict[tuple[str, int], tuple[int, float]] = {}

    def problem(self, standing: Standing, ends: Offsets, now: float) -> str | None:
        """Say what is wrong for too long, if anything: a partition is stalled when it has lag and its commit stands."""
        limit = self._stalled_after_seconds
        if standing.rebalancing_since is not None and now - standing.rebalancing_since > limit:
            return f"a rebalance has not ended for {now - standing.rebalancing_since:.0f} s"
        self._moved_at = {place: seen for place, seen in self._moved_at.items() if place in standing.committed}
        for place, offset in standing.committed.items():
            seen = self._moved_at.get(place)
            if standing.excused or seen is None or seen[0] != offset or ends.get(place, 0) <= offset:
                self._moved_at[place] = (offset, now)
            elif now - seen[1] > limit:
                topic, partition = place
                return f"{topic}/{partition} stands at {offset} of {ends[place]} for {now - seen[1]:.0f} s"
        return None
