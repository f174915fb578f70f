"""A partition with everything Kafka holds of it, and the warehouse behind it, in memory: what a rebuild works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schemas.codec import Decoder
from schemas.errors import InvalidEvent
from streams.gathering import Gathering
from streams.rebuilding import Codecs, Rebuilt, Scope, rebuild
from streams.records import Drained, Ends
from streams.shard import Shard
from streams.standing import Stood
from tests.streams.core.support import REGISTRY, TOPIC, Line, World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streams.records import Keyed

ALL = Scope(frozenset({"appeal"}))


@dataclass
class County(Line):
    """A line whose topics of cases and cells are kept as bytes, with offsets: what a sink would read."""

    topics: dict[str, list[Keyed]] = field(default_factory=lambda: {"cases": [], "cells": []})
    earliest: int = 0

    def drain(self, now: int | None = None) -> Drained:
        drained = super().drain(now)
        self.topics["cases"] += drained.cases
        self.topics["cells"] += drained.indicators
        return drained

    @property
    def ends(self) -> Ends:
        return Ends(len(self.topics["cases"]), len(self.topics["cells"]))

    def restart(self, world: World | None = None) -> County:
        """Take over from the changelog as a worker does, under these definitions."""
        self.world = self.world if world is None else world
        self.shard = Shard(self.world.engine, 3)
        self.shard.restore(self.changelog)
        self.shard.finish_restore(self.now, self.ends)
        self.position = self.committed
        return self

    def rebuilt(self, scope: Scope = ALL, *, reaching: int | None = None) -> Rebuilt:
        """Compute the partition again from what the topic still has."""
        stood = Stood(self.world.engine)
        stood.take_changelog(self.changelog)
        for newest, name in ((stood.cases, "cases"), (stood.cells, "cells")):
            newest.take((offset, key, value) for offset, (key, value) in enumerate(self.topics[name]))
            self._learn(newest.values)
        reach = stood.reach(self.world.engine)[TOPIC]
        bounds = {TOPIC: max(self.committed, reach)}
        gathering = Gathering(
            self.world.engine, scope.kinds, stood.packed, stood.journal, bounds, from_scratch=scope.from_scratch
        )
        end = bounds[TOPIC] if reaching is None else reaching
        for start in range(self.earliest, end, 7):
            gathering.apply(TOPIC, self.log[start : min(start + 7, end)])
        codecs = Codecs(self.world.decoder, self.world.decoder)
        return rebuild(self.world.engine, codecs, 3, stood, gathering, scope, self.now)

    def rebuild(self, scope: Scope = ALL, *, transactions: int | None = None, reaching: int | None = None) -> Rebuilt:
        """Write what a rebuild wants written, or only its first transactions: then it was killed."""
        found = self.rebuilt(scope, reaching=reaching)
        for drained in [*found.transactions(self.now, self.ends)][:transactions]:
            self.changelog += drained.changelog
            self.topics["cases"] += drained.cases
            self.topics["cells"] += drained.indicators
            self.dead += [self.world.decoder.decode(value)[1] for _, value in drained.dead_letters]
        return found

    def warehouse(self) -> dict[tuple[str, str], Any]:
        """What people see: the newest of every cell and indicator that was not withdrawn, zeros left out."""
        rows, since = self._read("cells")
        found = {}
        for offset, key, cell in rows:
            if offset >= since.get(cell["case_type"], 0):
                for part in cell["parts"]:
                    name = f"{part['indicator']}@{part['version']}"
                    found[key, name] = (part["numerator"], part["denominator"], part["buckets"] or {})
        return {place: numbers for place, numbers in found.items() if any(numbers)}

    def published_cases(self) -> dict[str, Any]:
        """The cases people see, without the moment they were computed."""
        rows, since = self._read("cases")
        return {
            key: {name: value for name, value in case.items() if name != "changed_at"}
            for offset, key, case in rows
            if offset >= since.get(key.split("|")[1], 0)
        }

    def keys(self, topic: str) -> set[str]:
        """The keys a compacted topic keeps, withdrawals aside."""
        last = dict(self.topics[topic])
        return {key.decode() for key, value in last.items() if value is not None and not key.startswith(b"#")}

    def _read(self, topic: str) -> tuple[list[tuple[int, str, Any]], dict[str, int]]:
        rows, since = [], {}
        self._learn(value for _, value in self.topics[topic])
        for offset, (key, value) in enumerate(self.topics[topic]):
            if value is None:
                continue
            record = self._decoded(value)
            if key.startswith(b"#"):
                since[record["case_type"]] = record["since_offset"]
            else:
                rows.append((offset, key.decode(), record))
        return rows, since

    def _decoded(self, value: bytes) -> dict[str, Any]:
        """Decode as we read it; what no definition knows any more, as it was written."""
        try:
            return self.world.decoder.decode(value)[1]
        except InvalidEvent:
            as_written = Decoder()
            schema_id = next(iter(as_written.missing_ids([value])))
            as_written.learn(schema_id, REGISTRY.schema_by_id(schema_id))
            return as_written.decode(value)[1]

    def _learn(self, values: Iterable[bytes | None]) -> None:
        for schema_id in self.world.decoder.missing_ids(values):
            self.world.decoder.learn(schema_id, REGISTRY.schema_by_id(schema_id))

    def held(self) -> dict[tuple[str, str], Any]:
        """What the shard holds in memory, read by publishing all of it elsewhere."""
        elsewhere = County(self.world, self.now)
        elsewhere.shard = self.shard
        for cells in self.shard._balance.cells.values():
            cells.change_all()
        elsewhere.drain(self.now)
        return elsewhere.warehouse()
