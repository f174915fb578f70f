"""The reference itself, by hand; and the stream has in it what it says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from tests.faults import county, reference
from tests.faults.county import DAY_MS, FIRST_DAY_MS, Event

TOWNSHIP, NOON = "330521100", FIRST_DAY_MS + DAY_MS // 2


def appeal(record: str, number: int, at: int, corrects: str | None = None, **own: Any) -> Event:
    fields = {"event_id": f"e{number}", "occurred_at": at, "township": TOWNSHIP, "village": None, "corrects": corrects}
    case = {"case_id": "A"} if record == "EventVoided" else {"appeal_id": "A"}
    return Event(record, {**fields, **case, **own})


def month(events: list[Event], indicator: str) -> tuple[int, int] | None:
    return reference.numbers(events).get((indicator, TOWNSHIP, "month", date(2026, 3, 1)))


def test_a_case_from_its_report_to_its_second_closing() -> None:
    opened = appeal("AppealReported", 1, NOON, due_at=NOON + DAY_MS)
    closed = appeal("AppealClosed", 2, NOON + 2 * DAY_MS)
    assert month([opened, closed], "appeal_closure_rate") == (1, 1)
    assert month([opened, closed], "appeal_on_time_rate") == (0, 1)
    corrected = appeal("AppealClosed", 3, NOON + DAY_MS, "e2")
    assert month([corrected, opened, closed, opened], "appeal_on_time_rate") == (1, 1)
    reopened = appeal("AppealReopened", 4, NOON + 3 * DAY_MS)
    story = [opened, closed, corrected, reopened]
    assert month(story, "appeal_closure_rate") == (0, 1)
    assert month(story, "appeal_reopen_rate") == (1, 1)
    assert reference.numbers(story)["appeal_open", TOWNSHIP, "now", date(1970, 1, 1)] == (1, 0)
    assert reference.numbers(story[:3])["appeal_open", TOWNSHIP, "day", date(2026, 3, 3)] == (-1, 0)
    taken_back = appeal("EventVoided", 5, NOON, "e1")
    assert not reference.numbers([*story, taken_back])


def test_a_day_is_a_day_in_china() -> None:
    last = appeal("AppealReported", 1, FIRST_DAY_MS + DAY_MS - 1, due_at=None)
    assert ("appeal_volume", TOWNSHIP, "day", date(2026, 3, 2)) in reference.numbers([last])


def test_the_stream_is_the_same_whenever_it_is_asked_for_and_has_all_kinds_of_events() -> None:
    events = [county.event(3, number) for number in range(2_000)]
    county.block.cache_clear()
    assert [county.event(3, number) for number in (1_999, 700, 0)] == [events[1_999], events[700], events[0]]
    kinds = Counter(event.record for event in events)
    assert kinds.keys() == {"AppealReported", "AppealClosed", "AppealReopened", "EventVoided"}
    repeated = len(events) - len({event.id for event in events})
    assert 0.02 < repeated / len(events) < 0.1
    assert any(event.fields["corrects"] for event in events if event.record == "AppealClosed")
    order = [event.fields["occurred_at"] for event in events]
    assert order != sorted(order)
