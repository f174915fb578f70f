"""One worker owns partition p of every domain topic, however many workers and topics there are."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiokafka.coordinator.protocol import ConsumerProtocolMemberMetadata
from faust.assignor.partition_assignor import PartitionAssignor
from faust.types import TP
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.app import WorkerApp
from streams.edge import Edge
from streams.options import WorkerOptions
from streams.partitions import Partitions, SplitOwnership


def edge(topics: list[str]) -> Edge:
    lookup = cast("Any", SimpleNamespace(waiting=False))
    return Edge("127.0.0.1:1", "g", topics, cast("Any", None), lookup, cast("Any", None), lambda: 0)


async def crash(error: BaseException) -> None:
    raise error


@settings(max_examples=40)
@given(workers=st.integers(1, 7), topics=st.integers(1, 5), partitions=st.integers(7, 24), rounds=st.integers(1, 3))
def test_law_faust_assignor_keeps_partition_p_of_all_topics_together(
    workers: int, topics: int, partitions: int, rounds: int
) -> None:
    names = [f"village.domain{number}" for number in range(topics)]
    cluster = cast("Any", SimpleNamespace(partitions_for_topic=lambda _: set(range(partitions))))
    app = SimpleNamespace(
        tables=SimpleNamespace(changelog_topics=set(), data={}),
        conf=SimpleNamespace(canonical_url="http://worker"),
        sensors=SimpleNamespace(on_assignment_start=lambda _: None, on_assignment_completed=lambda *_: None),
        tracer=None,
    )
    members = {f"w{number}": PartitionAssignor(cast("Any", app), replicas=0) for number in range(workers)}
    for _ in range(rounds):  # the later rounds begin with what members hold already
        metadata = {name: member.metadata(set(names)) for name, member in members.items()}
        assert all(isinstance(found, ConsumerProtocolMemberMetadata) for found in metadata.values())
        given_out = members["w0"].assign(cluster, cast("Any", metadata))
        owners = defaultdict(set)
        for name, assignment in given_out.items():
            members[name].on_assignment(cast("Any", assignment))
            for topic, numbers in assignment.assignment:
                for number in numbers:
                    owners[number].add((name, topic))
        assert set(owners) == set(range(partitions)), "every partition has an owner"
        for number, held in owners.items():
            assert len({name for name, _ in held}) == 1, f"partition {number} is split: {held}"
            assert {topic for _, topic in held} == set(names)


async def test_the_worker_uses_that_assignor_and_no_other() -> None:
    app = WorkerApp("g", "127.0.0.1:1", WorkerOptions())
    assert app.conf.table_standby_replicas == 0
    assert isinstance(app.assignor, PartitionAssignor)
    assert not app.conf.web_enabled
    assert not app.conf.web_tables_enabled
    assert not app.conf.web_router_enabled


async def test_a_split_partition_stops_the_worker_and_says_what_to_do() -> None:
    partitions = Partitions(edge(["village.appeals", "village.disputes"]), crash)
    with pytest.raises(
        SplitOwnership, match=r"partition 2 of village.appeals is ours, but not of village.disputes.*stop every"
    ):
        await partitions.on_assigned({TP("village.appeals", 2)}, generation=1)
