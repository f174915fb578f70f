"""From the county's own time to the clock on the wall. A run may be paused and continued, and live in fast motion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

PROMISES = ("due_at", "promised_at")
"""Fields of events that hold a moment somebody promised when the event was written down."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """From the county time `county` on, at wall time `wall`, the county lives `speed` times as fast as we do."""

    county: int
    wall: int
    speed: float

    def to_wall(self, at: int) -> int:
        """Return the wall time of a county time, also beyond the stretch's own end. Milliseconds."""
        return self.wall + int((at - self.county) / self.speed)

    def to_county(self, at: int) -> int:
        """Return the county time of a wall time. Milliseconds."""
        return self.county + int((at - self.wall) * self.speed)


class Clock:
    """A monotone map from county time to wall time, made of stretches in order; the first one begins the county.

    Nothing in the county ever lies ahead of the wall: that is what the map is for. Deadlines set during a stretch keep
    that stretch's speed, also where they fall beyond its end.
    """

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        if not stretches:
            raise ValueError("a clock needs at least one stretch / 时钟至少要有一段")
        self.stretches = tuple(stretches)

    def to_wall(self, at: int, *, known_at: int | None = None) -> int:
        """Return the wall time of the county time `at`; with `known_at`, of a moment promised at that county time."""
        moment = at if known_at is None else min(at, known_at)
        for stretch in reversed(self.stretches):
            if moment >= stretch.county:
                return stretch.to_wall(at)
        return self.stretches[0].to_wall(at)

    def with_stretch(self, stretch: Stretch) -> Clock:
        """Return a clock that goes on with one more stretch."""
        return Clock((*self.stretches, stretch))

    def set(self, event: dict[str, Any]) -> dict[str, Any]:
        """Move an event's times from county to wall time, in place; returns it."""
        known_at = event["recorded_at"]
        for name in PROMISES:
            if event.get(name) is not None:
                event[name] = self.to_wall(event[name], known_at=known_at)
        event["occurred_at"] = self.to_wall(event["occurred_at"])
        event["recorded_at"] = self.to_wall(known_at)
        return event
