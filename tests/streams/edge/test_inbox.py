"""The inbox bounds what a partition holds, in records and in bytes."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from streams.inbox import Inbox
from streams.shard import Record
from streams.transport import Chunk


def chunk(records: int, size_bytes: int = 0, start: int = 0) -> Chunk:
    made = [Record(start + number, 0, b"k", b"v") for number in range(records)]
    return Chunk("village.appeals", 3, 1, start, start + records, made, size_bytes)


async def test_fetching_stops_over_the_bound_and_goes_on_when_half_is_free() -> None:
    inbox = Inbox(most_records=10, most_bytes=1_000)
    assert inbox.put(chunk(6)) is False
    assert inbox.put(chunk(6)) is True, "12 records are over the bound of 10: stop"
    assert inbox.put(chunk(1)) is False, "already stopped: what was under way still arrives"
    assert inbox.done(await inbox.get()) is False, "7 left: more than half"
    assert inbox.done(await inbox.get()) is True, "1 left: go on"
    assert inbox.done(await inbox.get()) is False
    assert (inbox.records, inbox.size_bytes) == (0, 0)


async def test_few_large_records_stop_fetching_by_their_bytes() -> None:
    inbox = Inbox(most_records=10, most_bytes=1_000)
    assert inbox.put(chunk(1, 900)) is False
    assert inbox.put(chunk(1, 900)) is True


async def test_a_reader_waits_for_the_next_chunk() -> None:
    inbox = Inbox(10, 1_000)
    waiting = asyncio.create_task(inbox.get())
    await asyncio.sleep(0)
    assert not waiting.done()
    inbox.put(chunk(2, start=40))
    assert (await waiting).start == 40


async def test_what_is_forgotten_leaves_no_trace() -> None:
    inbox = Inbox(10, 1_000)
    inbox.put(chunk(20))
    inbox.clear()
    assert (inbox.records, inbox.size_bytes) == (0, 0)
    assert inbox.put(chunk(20)) is True, "a stop is told anew"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5_000)), max_size=30), st.data())
def test_law_stops_and_goes_alternate_and_nothing_stays_stopped(
    sizes: list[tuple[int, int]], data: st.DataObject
) -> None:
    async def story() -> None:
        inbox, stopped, waiting = Inbox(20, 4_000), False, 0
        pending = [chunk(*size) for size in sizes]
        while pending or waiting:
            if pending and (not waiting or data.draw(st.booleans())):
                stop, waiting = inbox.put(pending.pop()), waiting + 1
                assert not (stop and stopped), "told to stop twice"
                stopped = stopped or stop
            else:
                go, waiting = inbox.done(await inbox.get()), waiting - 1
                assert not go or stopped, "told to go on without having been stopped"
                stopped = stopped and not go
        assert not stopped, "everything is folded, yet nothing is fetched any more"

    asyncio.run(story())
