"""As many live cases of the work as one likes, and events that touch old and new ones, without holding them all."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from tests.bench import work

if TYPE_CHECKING:
    from collections.abc import Iterator

Made = tuple[str, dict[str, Any]]
"""A record's name and the event."""
CLOSINGS: Final = 0.31
"""Of the work's events so many close a case."""


def opened(number: int) -> Made:
    """Return the event that reports case `number`: the same whenever it is asked for."""
    _, name, event = next(work.life(random.Random(number), number))
    return name, event


def closed(chance: random.Random, number: int) -> Made:
    """Return a closing of case `number`, of an id and at a time of its own."""
    _, reported = opened(number)
    at = reported["occurred_at"] + chance.randrange(1, 120 * work.HOUR_MS)
    event_id = str(UUID(int=chance.getrandbits(128), version=4))
    kept = {name: value for name, value in reported.items() if name not in ("category", "channel")}
    return work.CLOSED, kept | {"event_id": event_id, "occurred_at": at, "recorded_at": at, "outcome": "solved"}


def touching(cases: int, events: int, times: int) -> Iterator[list[Made]]:
    """Give so many times so many events: new cases, and closings of those below `cases`, each closed once at most.

    Raises ValueError when there are too few cases for that.
    """
    chance = random.Random(f"touching {cases}")
    closings = int(events * CLOSINGS)
    old = chance.sample(range(cases), closings * times)
    for place in range(times):
        new = range(cases + place * (events - closings), cases + (place + 1) * (events - closings))
        made = [opened(number) for number in new]
        made += [closed(chance, number) for number in old[place * closings : (place + 1) * closings]]
        chance.shuffle(made)
        yield made
