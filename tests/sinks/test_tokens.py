"""What is looked for after a repeated insert: it is there only when everything is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.shaping.records import RecordShaper
from sinks.tokens import Place, landmarks
from tests.sinks.support import Bench, reported

if TYPE_CHECKING:
    from sinks.tables import Table
    from tests.sinks.support import Message

SETTINGS = Settings()
BENCH = Bench(load_layout(SETTINGS), SETTINGS)
CASES = RecordShaper(BENCH.layout.cases, BENCH.decoder)
EMPTY: dict[str, Any] = {field.name: None for field in BENCH.layout.cases[0].record.fields}


def event(case: int, offset: int) -> Message:
    return BENCH.message("AppealReported", reported(f"A-{case}"), offset)._replace(partition=case % 2)


def state(case: int, offset: int) -> Message:
    fields = {"case_id": f"A-{case}", "township": "330521100", "event_count": 1, "newest_event_at": 5, "changed_at": 6}
    message = BENCH.message("xiangmai.cases.Appeal", {**EMPTY, **fields}, offset, "township.cases")
    return message._replace(partition=case % 2)


def stored(shaper: Any, messages: list[Message]) -> tuple[Table, list[list[Any]]]:
    ((table, columns),) = shaper.shape(messages).blocks.items()
    return table, columns


def test_of_repeats_the_one_that_stands_is_looked_for() -> None:
    cases = [0, 1, 2, 0, 1, 2]
    events = [event(case, offset) for offset, case in enumerate(cases)]
    assert landmarks(*stored(BENCH.events, events)) == [Place(events[0].topic, 0, 2), Place(events[0].topic, 1, 1)]
    states = [state(case, offset) for offset, case in enumerate(cases)]
    assert landmarks(*stored(CASES, states)) == [Place(states[0].topic, 0, 5), Place(states[0].topic, 1, 4)]


@given(cases=st.lists(st.integers(0, 5), min_size=1, max_size=12), before=st.integers(0, 12))
def test_what_an_earlier_run_stored_of_a_batch_is_not_taken_for_the_batch(cases: list[int], before: int) -> None:
    events = [event(case, offset) for offset, case in enumerate(cases)]
    there = {(0 + case % 2, offset) for offset, case in enumerate(cases[:before]) if case not in cases[:offset]}
    found = all(place[1:] in there for place in landmarks(*stored(BENCH.events, events)))
    assert found == (set(cases) == set(cases[:before]))
