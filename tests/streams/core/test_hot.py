"""A source gone wild: all its events in one case. The case is bounded, and the others pay at most as much again."""

from __future__ import annotations

from collections import Counter
from time import process_time
from typing import TYPE_CHECKING

import pytest

from streams.casebook import MOST_CASE_BYTES
from tests.streams.core.support import HOUR, TOWNSHIP, Line, make, world

if TYPE_CHECKING:
    from collections.abc import Sequence

NOON = 1_772_510_400_000  # 2026-03-03 12:00 in Shanghai
MARCH = 20_513
WILD, AT_ONCE = 100_000, 5_000
"""So many events, and so many in a publication of a busy partition."""


def seconds(cases: Sequence[str], events: int) -> tuple[float, Line]:
    """Fold so many events of these cases by turns, with one good case in every publication; the dearest publication."""
    story, dearest = Line(world(), NOON), 0.0
    story.send(*(make("AppealReported", case, NOON - HOUR) for case in cases)).flow()
    values = [
        world().encoder.encode(*make("AppealResponded", cases[number % len(cases)], NOON - HOUR + number, number))
        for number in range(events)
    ]
    for number in range(0, events, AT_ONCE):
        for value in values[number : number + AT_ONCE]:
            story.put(TOWNSHIP.encode(), value)
        story.send(make("AppealReported", f"good {number}", NOON - HOUR))
        began = process_time()
        story.shard.apply(story.topic, story.log[story.position :], story.now)
        story.position = len(story.log)
        story.drain()
        dearest = max(dearest, process_time() - began)
    return dearest, story


@pytest.mark.long
@pytest.mark.alone
def test_a_case_with_a_hundred_thousand_events_is_bounded_and_others_pay_at_most_as_much_again() -> None:
    usual, _ = seconds([f"case {number}" for number in range(20_000)], 4 * AT_ONCE)
    wild, story = seconds(["wild"], WILD)
    assert wild < 2 * usual, f"a publication takes {wild * 1000:.0f} ms of processor time instead of {usual * 1000:.0f}"
    assert Counter(letter["reason"] for letter in story.dead) == {"case_limit": WILD + 1 - 10_000}
    assert story.shard.bytes_held < MOST_CASE_BYTES + WILD // AT_ONCE * 200
    goods = WILD // AT_ONCE
    assert story.part("appeal_volume", "month", MARCH) == (1 + goods, 0)
