"""Where the core's time goes on the work: `python -m tests.bench.core_profile [EVENTS] [PUBLISH_RECORDS]`. One core, no Kafka."""

from __future__ import annotations

import cProfile
import gc
import pstats
import sys
import tempfile
from pathlib import Path
from time import process_time

from schemas.catalogue.load import load_catalogue
from streams.shard import Record, Shard
from tests.bench import work
from tests.streams.core.support import world_of


def main(events: int = 60_000, publish: int = 5_000) -> None:
    """Fold the work's events partition by partition, and print the time of each step and the profile."""
    made = work.make_work(events)
    with tempfile.TemporaryDirectory() as folder:
        here = world_of([load_catalogue(work.write_domain(Path(folder)))], "UTC")
    parts: list[list[Record]] = [[] for _ in range(work.PARTITIONS)]
    for number, (name, event) in enumerate(made.events):
        value = here.encoder.encode(name, event)
        place = work.TOWNSHIPS.index(event["township"]) % work.PARTITIONS
        parts[place].append(Record(number, int(event["occurred_at"]) + 1000, event["township"].encode(), value))
    now = max(int(event["occurred_at"]) for _, event in made.events) + 1000
    gc.collect()
    gc.freeze()
    for profiled in (False, True):
        shards = [Shard(here.engine, number) for number in range(work.PARTITIONS)]
        for shard in shards:
            shard.finish_restore(now)
        applying = draining = 0.0
        written = [0, 0, 0]
        profile = cProfile.Profile()
        if profiled:
            profile.enable()
        for shard, records in zip(shards, parts, strict=True):
            for start in range(0, len(records), publish):
                began = process_time()
                for first in range(start, min(start + publish, len(records)), 500):
                    shard.apply(work.TOPIC, records[first : min(first + 500, start + publish)], now)
                middle = process_time()
                drained = shard.drain(now)
                draining += process_time() - middle
                applying += middle - began
                for place, made_records in enumerate(drained[:3]):
                    written[place] += len(made_records)
        profile.disable()
        print(
            f"apply {applying / events * 1e6:.1f} µs, drain {draining / events * 1e6:.1f} µs an event; written an event: "
            f"changelog {written[0] / events:.2f}, cases {written[1] / events:.2f}, cells {written[2] / events:.2f}"
        )
        if profiled:
            pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
