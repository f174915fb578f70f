"""Large publications go one by one; small ones never wait; nobody is passed over."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from streams.budget import Budget


async def publish(budget: Budget, records: int, log: list[str], name: str, done: asyncio.Event) -> None:
    async with budget.publication(records):
        log.append(f"{name} in")
        await done.wait()
        log.append(f"{name} out")


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_small_publications_go_together() -> None:
    budget, log, done = Budget(100), list[str](), asyncio.Event()
    tasks = [asyncio.create_task(publish(budget, 10, log, f"p{number}", done)) for number in range(10)]
    await settle()
    assert len(log) == 10
    done.set()
    await asyncio.gather(*tasks)
    assert budget.under_way == 0


async def test_a_large_one_waits_for_its_turn_and_those_behind_it_do_not_pass() -> None:
    budget, log = Budget(100), list[str]()
    doors = [asyncio.Event() for _ in range(3)]
    sizes = {"first": 80, "large": 500, "small": 1}
    tasks = [
        asyncio.create_task(publish(budget, size, log, name, door))
        for (name, size), door in zip(sizes.items(), doors, strict=True)
    ]
    await settle()
    assert log == ["first in"]
    for door in doors:
        door.set()
        await settle()
    await asyncio.gather(*tasks)
    assert log == ["first in", "first out", "large in", "large out", "small in", "small out"]


async def test_one_that_is_cancelled_or_fails_gives_its_room_back() -> None:
    budget, log = Budget(100), list[str]()
    first = asyncio.create_task(publish(budget, 100, log, "first", asyncio.Event()))
    waiting = asyncio.create_task(publish(budget, 100, log, "waiting", asyncio.Event()))
    await settle()
    waiting.cancel()
    first.cancel()
    await asyncio.gather(first, waiting, return_exceptions=True)
    async with asyncio.timeout(1), budget.publication(100):
        assert budget.under_way == 100
    assert budget.under_way == 0


@given(st.lists(st.integers(0, 300), max_size=20))
def test_law_never_more_than_the_budget_unless_one_alone_is_larger(sizes: list[int]) -> None:
    async def story() -> None:
        budget, running, peak = Budget(100), list[int](), list[tuple[int, int]]()

        async def one(size: int) -> None:
            async with budget.publication(size):
                running.append(size)
                peak.append((sum(running), len([held for held in running if held])))
                await asyncio.sleep(0)
                running.remove(size)

        await asyncio.gather(*(one(size) for size in sizes))
        assert all(total <= 100 or together == 1 for total, together in peak)
        assert len(peak) == len(sizes)

    asyncio.run(story())
