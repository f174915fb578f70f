"""Events that wait for another one to make them count, and are dead-lettered when it has not come in time.

An orphan waits for its case's opening event; an event that breaks a rule of its case for the one that would stand
between it and the one it repeats. Each waits as long, and is told once for either: an orphan may turn out to break a
rule when its opening has come.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from streams.folds import OFFENDERS
from streams.packing import ARRIVED_AT, OPENED, TOLD, TOLD_ORPHAN, events_of, flags_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.catalogue.model import AtMostOnce
    from streams.engine import CasePlan
    from streams.folds import State
    from streams.packing import Event, Fresh, Packed


class Lost(NamedTuple):
    """An event nothing came for in time."""

    event: Event
    reason: str
    words: str
    flag: int
    """What it is marked with once it is told: the same for all that wait in one case at one time."""


def waits(packed: Packed, state: State) -> bool:
    """Say whether some event of the case waits, or did until it was told."""
    return bool(state[OFFENDERS]) or not flags_of(packed) & OPENED


def waiting_since(packed: Packed, state: State, fresh: Iterable[Fresh] | None = None) -> list[int]:
    """Return since when events of a case wait (s), each that is not told yet; of orphans only the fresh ones, if given."""
    if flags_of(packed) & OPENED:
        return [offender.since_seconds for offender in state[OFFENDERS]]
    if fresh is not None:
        return [int.from_bytes(event.packed[ARRIVED_AT : ARRIVED_AT + 4], "little") for event in fresh]
    return [event.arrived_seconds for event in events_of(packed) if not event.flags & (TOLD | TOLD_ORPHAN)]


def lost(plan: CasePlan, packed: Packed, since_seconds: int) -> list[Lost]:
    """Return the events of a case that wait since then or longer, and were not told yet."""
    if flags_of(packed) & OPENED:
        return _offenders(plan, packed, since_seconds)
    words = "no opening event came; it will count when one does"
    return [
        Lost(event, "orphan", words, TOLD_ORPHAN)
        for event in events_of(packed)
        if not event.flags & (TOLD | TOLD_ORPHAN) and event.arrived_seconds <= since_seconds
    ]


def _offenders(plan: CasePlan, packed: Packed, since_seconds: int) -> list[Lost]:
    rules = {
        offender.event_id: plan.rules[offender.rule]
        for offender in plan.fold(packed)[OFFENDERS]
        if offender.since_seconds <= since_seconds
    }
    return [
        Lost(event, f"rule:{rule.name}", _words(rule), TOLD)
        for event in events_of(packed)
        if (rule := rules.get(event.id)) is not None
    ]


def _words(rule: AtMostOnce) -> str:
    words = f"another {rule.event} came before it"
    return f"{words}, and no {rule.until} between; it will count when one comes" if rule.until else words
