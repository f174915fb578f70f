"""What must be true when everything is drained: of the log, of the warehouse, and of whoever starts next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streams.shard import Shard
from tests.sim.log import visible
from tests.sim.truth import ANEW, CASES, CHANGELOG, DEAD_LETTERS, Violation, difference

if TYPE_CHECKING:
    from tests.sim.simulation import Simulation


def judge(sim: Simulation) -> None:
    """Raise Violation for the first thing that is not as a plain batch over all events gives it."""
    for partition in range(sim.partitions):
        _successor(sim, partition)
    for group in sim.sink_groups:
        _CHECKS[group.name.removeprefix("xiangmai-sink-")](sim, *group.shaper.tables)


def _successor(sim: Simulation, partition: int) -> None:
    """A worker that takes over now finds in the changelog what is published, and has nothing to add."""
    log = sim.broker[CHANGELOG, partition]
    records = [(message.key or b"", message.value) for message in log.read(0, len(log.entries))[0]]
    written = dict(records).get(b"#definition")
    engines = [sim.world.engine] if sim.engine is sim.world.engine else [sim.world.engine, sim.engine]
    shard = Shard(next((each for each in engines if each.definition.encode() == written), engines[0]), partition)
    shard.restore(records)
    clock = sim.truth.ledgers[partition].clock
    shard.finish_restore(clock)
    drained = shard.drain(clock)
    if drained.indicators or drained.cases or drained.dead_letters:
        raise Violation(f"partition {partition}: whoever takes over would write {drained}")


def _events(sim: Simulation, table: Any, *_: Any) -> None:
    names = [column.name for column in table.written]
    places = [names.index(name) for name in ("case_id", "event_id", "occurred_at", "department")]
    stored = sorted("|".join(str(row.values[place]) for place in places) for row in sim.warehouse.rows(table).values())
    arrived = sorted(
        f"{case.id}|{event['event_id']}|{event['occurred_at']}|{event['department']}"
        for ledger in sim.truth.ledgers
        for case, mask in ledger.arrived.masks.items()
        for bit, (_, event) in enumerate(case.events)
        if mask >> bit & 1
    )
    if stored != arrived:
        raise Violation(f"the warehouse holds {stored}, and acknowledged were {arrived}")


def _indicators(sim: Simulation, table: Any, publications: Any) -> None:
    names = [column.name for column in table.written]
    keys = ("township", "case_type", "level", "place", "period", "period_start", "dimension", "dimension_value")
    places = [names.index(name) for name in (*keys, "indicator", "numerator", "denominator", "buckets")]
    origin = [names.index(name) for name in ("kafka_partition", "kafka_offset")]
    since = _withdrawn(sim, publications)
    found: dict[tuple[str, str], Any] = {}
    for row in sim.warehouse.rows(table).values():
        partition, offset = (row.values[place] for place in origin)
        if offset < since.get(partition, 0):
            continue
        *key, dimension, value, indicator, numerator, denominator, buckets = (row.values[place] for place in places)
        key[-1] = _day(key[-1])
        name = "|".join(map(str, [*key, f"{dimension}|{value}"]))
        if (name, indicator) in found:
            raise Violation(f"the warehouse shows {indicator} of {name} twice, under two definitions")
        found[name, indicator] = (numerator, denominator, {str(bucket): count for bucket, count in buckets.items()})
    found = {key: numbers for key, numbers in found.items() if any(numbers)}
    published = {key: numbers for ledger in sim.truth.ledgers for key, numbers in ledger.numbers.items()}
    if found != published:
        raise Violation(f"the warehouse: {difference(found, published)}")


def _withdrawn(sim: Simulation, publications: Any) -> dict[int, int]:
    """Return by partition the offset before which everything was withdrawn."""
    names = [column.name for column in publications.written]
    places = [names.index(name) for name in ("kafka_partition", "since_offset")]
    return dict(tuple(row.values[place] for place in places) for row in sim.warehouse.rows(publications).values())


def _day(value: Any) -> int:
    from datetime import date

    return (value - date(1970, 1, 1)).days if isinstance(value, date) else int(value)


def _newest(sim: Simulation, topic: str) -> dict[tuple[int, bytes | None], int]:
    """Return the offset of the newest committed record of every key of a topic."""
    return {
        (partition, entry.message.key): entry.message.offset
        for partition in range(sim.partitions)
        for entry in sim.broker[topic, partition].entries
        if entry is not None and visible(entry) and not (entry.message.key or b"").startswith(ANEW)
    }


def _cases(sim: Simulation, table: Any, *_: Any) -> None:
    names = [column.name for column in table.written]
    places = [names.index(name) for name in ("kafka_partition", "township", "case_id", "kafka_offset")]
    found = {}
    for row in sim.warehouse.rows(table).values():
        partition, township, case, offset = (row.values[place] for place in places)
        found[partition, f"{township}|appeal|{case}".encode()] = offset
    if found != (newest := _newest(sim, CASES)):
        raise Violation(f"the warehouse's cases: {difference(found, newest)}")


def _dead_letters(sim: Simulation, table: Any, *_: Any) -> None:
    names = [column.name for column in table.written]
    places = [names.index(name) for name in ("topic", "partition", "offset", "stage")]
    found = {tuple(row.values[place] for place in places) for row in sim.warehouse.rows(table).values()}
    letters = set()
    for partition in range(sim.partitions):
        log = sim.broker[DEAD_LETTERS, partition]
        for message in log.read(0, len(log.entries))[0]:
            letter = sim.world.decoder.decode(message.value)[1]
            letters.add((letter["topic"], letter["partition"], letter["offset"], letter["stage"]))
    if found != letters:
        raise Violation(f"the warehouse's dead letters: {difference(dict.fromkeys(found), dict.fromkeys(letters))}")


_CHECKS = {"events": _events, "indicators": _indicators, "cases": _cases, "deadletters": _dead_letters}
