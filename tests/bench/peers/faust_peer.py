"""Stock Faust. `memory`: dictionaries in an agent; `tables`: two Tables with changelog; `exactly_once`: the same, so processed."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import faust

from tests.bench.peers.decoding import BROKER, FOLDER, MODE, RUN, TOPIC, Clock, decode, step

app = faust.App(
    f"faust-{RUN}",
    broker=f"kafka://{BROKER}",
    store="memory://",
    topic_partitions=4,
    topic_replication_factor=1,
    consumer_auto_offset_reset="earliest",
    web_enabled=False,
    datadir=FOLDER,
    processing_guarantee="exactly_once" if MODE == "exactly_once" else "at_least_once",
)
topic = app.topic(TOPIC, value_serializer="raw", key_type=bytes, value_type=bytes)
cases: Any = {} if MODE == "memory" else app.Table("cases", partitions=4, key_type=str)
counts: Any = {} if MODE == "memory" else app.Table("counts", partitions=4, key_type=str)
clock = Clock()


@app.agent(topic)
async def count(stream: Any) -> None:
    """Take every event in."""
    async for event in stream.events():
        step(cases, counts, *decode(event.message.value))
        if clock.one():
            clock.tell({key: list(row) for key, row in counts.items()})
            asyncio.get_running_loop().call_later(0.1, os._exit, 0)


if __name__ == "__main__":
    sys.argv = ["faust", "worker", "-l", "warn", "--without-web"]
    app.main()
