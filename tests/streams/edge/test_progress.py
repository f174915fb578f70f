"""The watchdog's judgement: lag and no commit for 120 seconds ends a worker; an idle one lives for ever."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaConsumer
from kafka.errors import LeaderNotAvailableError

from streams.progress import Progress, Standing
from streams.watchdog import EXIT_STALLED, Watchdog, _ends

if TYPE_CHECKING:
    from collections.abc import Callable

PLACE = ("village.appeals", 3)
LIMIT = 120.0


def standing(committed: int, *, excused: bool = False, rebalancing_since: float | None = None) -> Standing:
    return Standing({PLACE: committed}, rebalancing_since, excused)


def test_an_idle_topic_is_no_stall() -> None:
    progress = Progress(LIMIT)
    for now in range(0, 10_000, 10):
        assert progress.problem(standing(500), {PLACE: 500}, now) is None


def test_offset_zero_of_an_empty_topic_is_no_stall() -> None:
    progress = Progress(LIMIT)
    for now in range(0, 1_000, 10):
        assert progress.problem(standing(0), {PLACE: 0}, now) is None


def test_lag_without_a_commit_is_a_stall_after_the_limit_and_not_before() -> None:
    progress = Progress(LIMIT)
    told = [now for now in range(0, 200, 10) if progress.problem(standing(0), {PLACE: 7}, now)]
    assert told[0] == 130


def test_slow_progress_is_progress() -> None:
    progress = Progress(LIMIT)
    for now in range(0, 2_000, 10):
        assert progress.problem(standing(now // 100), {PLACE: 1_000_000}, now) is None


def test_waiting_for_the_registry_is_excused_and_counts_anew_afterwards() -> None:
    progress = Progress(LIMIT)
    for now in range(0, 1_000, 10):
        assert progress.problem(standing(4, excused=True), {PLACE: 9}, now) is None
    assert progress.problem(standing(4), {PLACE: 9}, 1_100) is None
    assert progress.problem(standing(4), {PLACE: 9}, 1_120) is not None


def test_without_an_answer_of_the_broker_nobody_is_judged_by_lag() -> None:
    progress = Progress(LIMIT)
    for now in range(0, 1_000, 10):
        assert progress.problem(standing(4), {}, now) is None


def test_a_partition_given_away_and_back_starts_anew() -> None:
    progress = Progress(LIMIT)
    assert progress.problem(standing(4), {PLACE: 9}, 0) is None
    assert progress.problem(Standing({}, None, excused=False), {}, 100) is None
    assert progress.problem(standing(4), {PLACE: 9}, 200) is None


def test_a_rebalance_without_end_is_a_problem() -> None:
    assert "rebalance" in str(Progress(LIMIT).problem(Standing({}, 10.0, excused=False), {}, 200))


def test_a_process_whose_event_loop_is_stuck_ends_and_says_where_it_stood() -> None:
    program = """
import asyncio, time
from streams.watchdog import guard_loop
async def main():
    guard = asyncio.create_task(guard_loop(0.5))
    await asyncio.sleep(1.5)  # a loop that turns is left alone
    print("alive", flush=True)
    time.sleep(60)
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (1, "alive\n")
    assert "in main" in done.stderr


def test_the_watchdog_ends_the_process_from_its_own_thread() -> None:
    ended, codes = threading.Event(), []

    def end(code: int) -> None:
        codes.append((code, threading.current_thread().name))
        dog.stop()
        ended.set()

    dog = Watchdog("127.0.0.1:1", lambda: Standing({}, 0.0, excused=False), stalled_after_seconds=0.2, end=end)
    dog.start()
    assert ended.wait(10)
    assert codes[0] == (EXIT_STALLED, "watchdog")


def test_a_partition_nobody_leads_does_not_end_the_watchdog(bootstrap: str, new_topics: Callable[..., str]) -> None:
    """As after a broker's restart: what is raised is what the watchdog waits out."""
    known = f"{new_topics('known')}.known"
    consumer = KafkaConsumer(bootstrap_servers=bootstrap.split(","), enable_auto_commit=False)
    with pytest.raises(LeaderNotAvailableError, match="gone"):
        _ends(consumer, [(known, 0), ("gone", 0)])
    consumer.close(autocommit=False)
