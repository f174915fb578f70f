"""The county of the fault tests: a stream of appeals in which event number n is the same whenever it is asked for.

So a ledger of numbers is a ledger of events, and a client that was killed can say what it was about to send. The stream
has reopened appeals, repeats, corrections, reports taken back, events that come late and events in any order.
"""

from __future__ import annotations

import random
import uuid
from functools import lru_cache
from typing import Any, NamedTuple

BLOCK = 500
"""Events in a block; a block follows from seed and number alone."""
_LATE = 20
_REPEATED = 25
DAY_MS = 86_400_000
FIRST_DAY_MS = 1_772_380_800_000  # 2026-03-02 00:00 in Shanghai
DAYS = 90
TOWNSHIPS = tuple(f"330521{number}" for number in range(100, 116))
VILLAGES = 3


class Event(NamedTuple):
    """One event as the client hands it to the product: the record's name, its fields, and what it is about."""

    record: str
    fields: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.fields["event_id"])

    @property
    def case(self) -> str:
        return str(self.fields["case_id" if self.record == "EventVoided" else "appeal_id"])


def event(seed: int, number: int) -> Event:
    """Event `number` of the stream, counted from 0."""
    return block(seed, number // BLOCK)[number % BLOCK]


@lru_cache(maxsize=8)
def block(seed: int, number: int) -> tuple[Event, ...]:
    """The events of one block: most of its own stories, the late ones of the block before, some of both twice."""
    late = _stories(seed, number - 1)[-_LATE:] if number else ()
    events = [*late, *_stories(seed, number)[:-_LATE]]
    chance = random.Random(f"{seed}/order/{number}")
    events += [chance.choice(events) for _ in range(BLOCK - len(events))]
    chance.shuffle(events)
    return tuple(events)


@lru_cache(maxsize=8)
def _stories(seed: int, number: int) -> tuple[Event, ...]:
    chance = random.Random(f"{seed}/{number}")
    events: list[Event] = []
    while len(events) < BLOCK - _REPEATED:
        events += _story(chance, f"{seed}-{number}-{len(events)}")
    chance.shuffle(events)
    return tuple(events[: BLOCK - _REPEATED])


def _story(chance: random.Random, case: str) -> list[Event]:
    """One appeal from its report on: closed or not, in time or not, reopened, corrected, taken back."""
    township = chance.choice(TOWNSHIPS)
    village = chance.choice([None, *(f"{township}{200 + number}" for number in range(VILLAGES))])
    at = FIRST_DAY_MS + chance.randrange(DAYS * DAY_MS)

    def write(record: str, at: int, corrects: str | None = None, **own: Any) -> Event:
        envelope = {
            "event_id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            "occurred_at": at,
            "recorded_at": at,
            "township": township,
            "village": village,
            "department": "12345",
            "source": "faults",
            "corrects": corrects,
        }
        return Event(record, envelope | own)

    opening: dict[str, Any] = {"appeal_id": case, "channel": "hotline", "category": "道路照明", "urgency": "normal"}
    unsaid = dict.fromkeys(("summary", "resident", "longitude", "latitude"))
    due_at = at + 5 * DAY_MS if chance.random() < 0.9 else None
    events = [write("AppealReported", at, due_at=due_at, **opening, **unsaid)]
    if chance.random() < 0.03:
        own = {"case_type": "appeal", "case_id": case, "reason": None}
        return [*events, write("EventVoided", at + 1_000, events[0].id, **own)]
    ending = {"appeal_id": case, "by_department": "交通运输局", "outcome": "resolved"}
    if chance.random() < 0.7:
        at += chance.randrange(1, 9 * DAY_MS)
        events.append(write("AppealClosed", at, **ending))
        if chance.random() < 0.05:  # the closing was written down with a wrong time
            at = max(at - chance.randrange(1, 3_600_000), events[0].fields["occurred_at"])
            events.append(write("AppealClosed", at, events[-1].id, **ending))
        if chance.random() < 0.15:
            at += chance.randrange(1, 3 * DAY_MS)
            events.append(write("AppealReopened", at, appeal_id=case, reason=None))
            if chance.random() < 0.5:
                events.append(write("AppealClosed", at + chance.randrange(1, 5 * DAY_MS), **ending))
    return events
