"""A backlog grows nobody's memory: what a worker cannot fold yet stays in Kafka."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from streams.options import WorkerOptions
from tests.streams.edge import appeals, worker_process
from tests.streams.edge.conftest import PARTITIONS
from tests.streams.edge.line import Gate, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

wait_until = worker_process.wait_until
MEGABYTE = 1 << 20
TEXT = "路" * 4_000
"""12 KB; an appeal's longest text."""
BACKLOG = 9_000
"""108 MB of appeals."""


@pytest.fixture
def line(edge_env: dict[str, str], tmp_path: Path) -> Iterator[Line]:
    line = Line(edge_env, tmp_path)
    try:
        yield line
    finally:
        line.close()


def standing_still(resident_bytes: Callable[[], int]) -> Callable[[], bool]:
    """Whether a process has not grown by a megabyte in forty looks, which is two seconds."""
    seen: list[int] = []

    def stands() -> bool:
        seen.append(resident_bytes())
        return len(seen) > 40 and max(seen[-40:]) - seen[-40] < MEGABYTE

    return stands


@pytest.mark.long
def test_while_nothing_can_be_folded_a_backlog_stays_in_kafka(line: Line) -> None:
    """The registry is away, so every partition stands at its first record; what is fetched meanwhile is bounded."""
    places = [f"3371020{number:02d}" for number in range(16)]
    assert {line.client.partition_of(place) for place in places} == set(range(PARTITIONS))
    with Gate(line.env["XIANGMAI_REGISTRY_URL"]) as gate:
        worker = line.worker(XIANGMAI_REGISTRY_URL=gate.url).ready()
        gate.close()
        resident = psutil.Process(worker.process.pid)
        before = resident.memory_info().rss
        sent = line.client.send(
            appeals.Sent(
                appeals.REPORTED,
                appeals.reported(places[number % len(places)], f"{number}", appeals.OPENED_AT) | {"summary": TEXT},
            )
            for number in range(BACKLOG)
        )
        worker.wait_for("waiting for the schema registry")
        wait_until("it takes no more", standing_still(lambda: resident.memory_info().rss))
        grown = resident.memory_info().rss - before
        options = WorkerOptions()
        held = PARTITIONS * (options.inbox_bytes + 2 * options.fetch_bytes)
        assert grown < 2 * held < sent * len(TEXT.encode()), f"{grown / MEGABYTE:.0f} MB more"
        gate.open()
        wait_until("lag zero", line.caught_up)
        assert worker.stop() == 0
    line.expect("appeal_volume", {place: len(range(n, BACKLOG, len(places))) for n, place in enumerate(places)}, places)
