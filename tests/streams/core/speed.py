"""How long the core takes for an event.

`python -m tests.streams.core.speed`. One core, no Kafka; ratios travel, numbers do not.

A synthetic county-month: 13 townships of 14 villages, 9 departments, appeals of 1 to 6 events in time order, spread
over the partitions of one worker, published after every chunk.
"""

from __future__ import annotations

import gc
import random
import sys
from time import process_time
from typing import TYPE_CHECKING, Any

from streams.gathering import Gathering
from streams.rebuilding import Codecs, Scope, rebuild
from streams.shard import Record, Shard
from streams.standing import Stood
from tests.streams.core.support import DAY, HOUR, TOPIC, World, make, world

if TYPE_CHECKING:
    from streams.records import Keyed

START = 1_772_323_200_000
TOWNSHIPS = [f"3305211{number:02d}" for number in range(13)]
DEPARTMENTS = ["供电所", "水务", "城管", "民政", "农业农村", "交通", "公安", "住建", "环保"]


def month(cases: int, seed: int = 7) -> list[tuple[str, dict[str, Any]]]:
    """Return the events of a month in time order."""
    rng = random.Random(seed)
    found = []
    for number in range(cases):
        township = rng.choice(TOWNSHIPS)
        village = f"{township}{rng.randrange(14):03d}" if rng.random() < 0.96 else None
        department, case = rng.choice(DEPARTMENTS), f"2026-{number:07d}"
        at = START + rng.randrange(31 * DAY)
        life = [
            ("AppealReported", at, {"due_at": at + rng.randrange(2, 10) * DAY, "summary": "路灯不亮，请尽快修理" * 3})
        ]
        life.append(("AppealDispatched", at + rng.randrange(HOUR), {"to_department": department}))
        life.append(("AppealResponded", at + HOUR + rng.randrange(HOUR), {"by_department": department}))
        if rng.random() < 0.95:
            closed = at + 3 * HOUR + rng.randrange(8 * DAY)
            life.append(("AppealClosed", closed, {"by_department": department, "outcome": "resolved"}))
            if rng.random() < 0.5:
                life.append(("AppealRated", closed + rng.randrange(DAY), {"satisfied": rng.random() < 0.9}))
        for position, (record, moment, fields) in enumerate(life):
            found.append(make(record, case, moment, (number, position), township=township, village=village, **fields))
    return sorted(found, key=lambda pair: int(pair[1]["occurred_at"]))


def rebuild_seconds(here: World, records: list[Record], changelog: list[Keyed], now: int) -> float:
    """Return how long a partition takes to be computed again from its records."""
    began = process_time()
    stood = Stood(here.engine)
    stood.take_changelog(changelog)
    bounds = {TOPIC: records[-1].offset + 1}
    scope = Scope(frozenset(here.engine.cases))
    gathering = Gathering(here.engine, scope.kinds, stood.packed, stood.journal, bounds)
    for start in range(0, len(records), 5_000):
        gathering.apply(TOPIC, records[start : start + 5_000])
    rebuild(here.engine, Codecs(here.decoder, here.decoder), 0, stood, gathering, scope, now)
    return process_time() - began


def main(cases: int = 30_000, chunk: int = 20_000) -> None:
    """Fold a month and print µs an event for each step."""
    here = world()
    events = month(cases)
    now = START + 60 * DAY
    records = [
        (
            TOWNSHIPS.index(event["township"]),
            Record(
                number, int(event["occurred_at"]) + 1000, event["township"].encode(), here.encoder.encode(name, event)
            ),
        )
        for number, (name, event) in enumerate(events)
    ]
    gc.collect()
    gc.freeze()
    began = process_time()
    for _, record in records:
        here.decoder.decode(record.value)
    decoding = process_time() - began
    shards = [Shard(here.engine, partition) for partition in range(len(TOWNSHIPS))]
    for shard in shards:
        shard.finish_restore(START - DAY)
    applying = draining = 0.0
    changelogs: list[list[tuple[bytes, bytes | None]]] = [[] for _ in shards]
    written = 0
    for start in range(0, len(records), chunk):
        by_shard: list[list[Record]] = [[] for _ in shards]
        for place, record in records[start : start + chunk]:
            by_shard[place].append(record)
        moment = records[min(start + chunk, len(records)) - 1][1].timestamp
        for shard, part, log in zip(shards, by_shard, changelogs, strict=True):
            began = process_time()
            shard.apply(TOPIC, part, moment)
            middle = process_time()
            drained = shard.drain(moment)
            draining += process_time() - middle
            applying += middle - began
            log.extend(drained.changelog)
            written += len(drained.indicators)
    restored = Shard(here.engine, 0)
    began = process_time()
    restored.restore(changelogs[0])
    restored.finish_restore(now)
    restoring = process_time() - began
    count, held = len(records), sum(shard.case_count for shard in shards)
    size, cells = sum(shard.bytes_held for shard in shards) / held, sum(shard.cell_count for shard in shards)
    print(f"events {count}  cases {held}  cells {cells}  {size:.0f} bytes/case  {chunk} events a publication")
    print(f"decode only          {decoding / count * 1e6:6.2f} µs/event")
    print(f"apply (with decode)  {applying / count * 1e6:6.2f} µs/event")
    print(f"drain                {draining / count * 1e6:6.2f} µs/event   {written / count:.1f} cell records an event")
    together = applying + draining
    print(f"together             {together / count * 1e6:6.2f} µs/event = {count / together:,.0f} events/s")
    rebuilding = rebuild_seconds(here, [record for place, record in records if place == 0], changelogs[0], now)
    own = sum(place == 0 for place, _ in records)
    print(
        f"rebuild              {rebuilding / own * 1e6:6.2f} µs/event   gathered, folded, published, compared with nothing"
    )
    print(f"restore              {restored.case_count / restoring:,.0f} cases/s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
