"""The owner of a partition, with the world around it made of plain lists: what it takes, commits, keeps and refuses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

import pytest
from faust.types import TP

from streams import recovery
from streams.edge import Edge
from streams.owner import PartitionOwner, RecordsMissed
from streams.partitions import Partitions
from streams.records import Drained, Held
from streams.transactions import Fenced, TransactionFailed
from tests.streams.edge.owner_world import MORE, TOPIC, Ledger, World, make_world, until

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return make_world(monkeypatch)


async def test_what_is_taken_is_committed_once_in_order_with_the_offset_after_it(world: World) -> None:
    owner = world.owner(slice_records=7)
    owner.begin(1)
    await until(lambda: world.opened)
    owner.offer(world.chunk(0, 20))
    owner.offer(world.chunk(20, 5, following=30))  # offsets 25 to 29 are a gap: compaction, or a transaction's marker
    owner.offer(world.chunk(30, 1))
    await until(lambda: world.ledger.position == {TOPIC: 31})
    assert world.ledger.committed == [*range(25), 30]
    await owner.drop()


async def test_a_chunk_without_records_moves_the_offset_so_that_an_idle_topic_shows_no_lag(world: World) -> None:
    owner = world.owner()
    owner.begin(1)
    await until(lambda: world.opened)
    owner.offer(world.chunk(0, 0, following=2))
    await until(lambda: world.ledger.position == {TOPIC: 2})
    await owner.drop()


async def test_a_chunk_of_an_earlier_opening_is_dropped(world: World) -> None:
    owner = world.owner()
    owner.begin(1)
    await until(lambda: world.opened)
    stale = world.chunk(0, 5)
    await owner.suspend()
    owner.begin(2)
    await until(lambda: len(world.opened) == 2)
    owner.offer(stale)
    owner.offer(world.chunk(0, 3))
    await until(lambda: world.ledger.position == {TOPIC: 3})
    assert world.ledger.committed == [0, 1, 2]
    await owner.drop()


async def test_missing_records_are_refused_before_a_position_can_pass_them(world: World) -> None:
    owner = world.owner()
    owner.begin(1)
    await until(lambda: world.opened)
    owner.offer(world.chunk(0, 5))
    with pytest.raises(RecordsMissed, match=r"village.appeals/3: expected offset 5, got 6"):
        owner.offer(world.chunk(6, 5))
    await owner.drop()


async def test_a_suspended_owner_has_published_what_it_folded_and_goes_on_from_there(world: World) -> None:
    owner = world.owner()
    owner.begin(1)
    await until(lambda: world.opened)
    owner.offer(world.chunk(0, 10))
    await until(lambda: world.ledger.position == {TOPIC: 10})
    await owner.suspend()
    owner.offer(world.chunk(10, 5))
    assert world.ledger.folded == [], "a suspended owner takes nothing"
    owner.begin(2)
    await until(lambda: len(world.opened) == 2)
    assert world.opened[-1][0] == {TP(TOPIC, 3): 10}
    assert world.ledger.recoveries == 1, "nobody else can have written: its state is kept"
    await owner.drop()


async def test_after_a_generation_without_us_the_state_is_read_again(world: World) -> None:
    owner = world.owner()
    owner.begin(1)
    await until(lambda: world.opened)
    await owner.suspend()
    owner.begin(3)
    await until(lambda: len(world.opened) == 2)
    assert world.ledger.recoveries == 2
    await owner.drop()


async def test_suspending_waits_for_the_transaction_under_way_and_publishes_the_rest(world: World) -> None:
    owner = world.owner()
    owner.begin(1)
    await until(lambda: world.opened)
    world.ledger.door.clear()
    owner.offer(world.chunk(0, 10))
    await until(lambda: world.ledger.writing)
    owner.offer(world.chunk(10, 10))
    await until(lambda: len(world.ledger.folded) == 10)
    suspending = asyncio.create_task(owner.suspend())
    await asyncio.sleep(0.01)
    assert not suspending.done()
    world.ledger.door.set()
    await suspending
    assert world.ledger.committed == list(range(20))
    await owner.drop()


@pytest.mark.parametrize("error", [Fenced("g-3"), TransactionFailed("no outcome")])
async def test_a_publication_that_fails_is_told_and_never_committed_over(world: World, error: Exception) -> None:
    owner = world.owner()
    owner.begin(1)
    await until(lambda: world.opened)
    world.ledger.failing = error
    owner.offer(world.chunk(0, 10))
    await until(lambda: world.failures)
    assert world.failures == [error]
    assert world.ledger.position == {}
    with pytest.raises(type(error)):
        await owner.suspend()
    await owner.drop()
    assert world.ledger.committed == []


async def test_a_partition_lost_while_it_is_opened_waits_for_the_rebalance(world: World) -> None:
    world.lost, owner = True, world.owner()
    owner.begin(1)
    await until(lambda: world.tickets == 1 and not owner.live)
    owner.offer(world.chunk(0, 5))
    world.lost = False
    owner.begin(2)
    await until(lambda: owner.live and world.opened)
    assert world.failures == []
    await owner.drop()


async def test_a_slow_fold_stops_the_fetching_and_starts_it_again(world: World) -> None:
    owner = world.owner(inbox_records=100, publish_records=10)
    owner.begin(1)
    await until(lambda: world.opened)
    world.ledger.door.clear()
    for number in range(5):
        owner.offer(world.chunk(number * 50, 50))
    assert world.held == [True]
    world.ledger.door.set()
    await until(lambda: world.ledger.position == {TOPIC: 250})
    assert world.held == [True, False]
    await owner.drop()


async def test_another_partitions_record_waits_for_a_publication_of_a_hot_one_not_for_its_backlog(world: World) -> None:
    """Half of all events on one township: what one partition gathers at a time is the most that others wait for."""
    edge = world.edge(publish_records=50, slice_records=10)
    hot, calm = (PartitionOwner(number, edge, lambda _, error: world.failures.append(error)) for number in (3, 4))
    waited: list[int] = []
    for ticket, owner in enumerate((hot, calm), start=1):
        owner.begin(1)
        await until(lambda number=ticket: len(world.opened) == number)
    write = world.ledgers[4].write

    async def watched(drained: Drained, offsets: Mapping[str, int], now: int) -> None:
        waited.append(len(world.ledger.committed) - before)
        await write(drained, offsets, now)

    world.ledgers[4].write = watched  # type: ignore[method-assign]
    hot.offer(world.chunk(0, 20_000, ticket=1))
    await until(lambda: world.ledger.committed)
    before = len(world.ledger.committed)
    calm.offer(world.chunk(0, 1, ticket=2))
    await until(lambda: world.ledgers[4].position == {TOPIC: 1})
    assert waited[0] <= 3 * 50
    assert len(world.ledger.committed) < 20_000, "it came in the middle of the backlog, or nothing is shown"
    await hot.drop()
    await calm.drop()


@pytest.mark.parametrize(("backlog_records", "few"), [(10, True), (1_000_000, False)])
async def test_a_backlog_is_published_in_few_large_pieces(world: World, backlog_records: int, few: bool) -> None:
    owner = world.owner(slice_records=1, backlog_records=backlog_records, backlog_publish_seconds=60.0)
    publications: list[int] = []
    write = world.ledger.write

    async def watched(drained: Drained, offsets: Mapping[str, int], now: int) -> None:
        publications.append(len(drained.changelog))
        await write(drained, offsets, now)

    world.ledger.write = watched  # type: ignore[method-assign]
    owner.begin(1)
    await until(lambda: world.opened)
    owner.offer(world.chunk(0, 1))
    await until(lambda: world.ledger.position == {TOPIC: 1})
    for number in range(10):
        owner.offer(world.chunk(1 + number * 500, 500))
    await until(lambda: world.ledger.position == {TOPIC: 5_001})
    assert sum(publications) == 5_001
    assert (len(publications) <= 3) is few
    await owner.drop()


async def test_a_held_topic_is_committed_up_to_where_it_stands_and_the_others_flow(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.topics = (TOPIC, MORE)
    world.ledger.held_at = 13
    owner = world.owner(inbox_records=30)
    owner.begin(1)
    await until(lambda: world.opened)
    for topic in (TOPIC, MORE):
        owner.offer(world.chunk(0, 20, topic=topic))
    await until(lambda: world.ledger.position == {TOPIC: 13, MORE: 20})
    assert world.still == {TP(TOPIC, 3)}, "the inbox was full, and is let go without it"
    owner.offer(world.chunk(20, 5))
    owner.offer(world.chunk(20, 5, topic=MORE))
    await until(lambda: world.ledger.position == {TOPIC: 13, MORE: 25})
    assert owner.held == {TOPIC: Held(13, "decode", 9)}
    partitions = Partitions(owner._edge, cast("Any", None))
    partitions._owners[3] = owner
    assert partitions._standing_now().committed == {(MORE, 3): 25}, (
        "the watchdog would end a worker that stands as it must"
    )
    assert "village.appeals/3: 9 records in a row were refused; held at offset 13 (decode)" in caplog.text

    world.ledger.held_at = None  # mended: it is tried again as soon as it is opened again
    await owner.suspend()
    owner.begin(2)
    await until(lambda: len(world.opened) == 2)
    assert world.opened[-1][0] == {TP(TOPIC, 3): 13, TP(MORE, 3): 25}
    owner.offer(world.chunk(13, 7))
    await until(lambda: world.ledger.position == {TOPIC: 20, MORE: 25})
    assert not owner.held
    assert sorted(world.ledger.committed) == sorted([*range(20), *range(25)])
    await owner.drop()


async def test_what_retention_deleted_unread_is_told_and_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    class Offsets(World):
        async def committed(self, tps: Iterable[TP]) -> dict[TP, int | None]:
            return dict(zip(tps, [40, None, 40], strict=True))

        async def earliest(self, tps: Iterable[TP]) -> dict[TP, int]:
            return dict(zip(tps, [100, 7, 0], strict=True))

    offsets = Offsets(Ledger())
    topics = ["village.a", "village.b", "village.c"]
    edge = Edge("", "g", topics, cast("Any", None), cast("Any", None), lambda: cast("Any", offsets), lambda: 0)
    assert await recovery._positions(3, edge) == {"village.a": 100, "village.b": 7, "village.c": 40}
    assert "village.a/3: offsets 40 to 99 were deleted" in caplog.text
