"""A sum over everything a shard writes for events of every domain: equal where two ways of reading and writing are one."""

from __future__ import annotations

import hashlib
import random
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from schemas.catalogue.load import load_catalogue
from schemas.domain import load_domains
from schemas.examples import RECORD_TIME, load_examples
from schemas.registry_memory import MemoryRegistry
from schemas.settings import Settings
from streams.quick.form import QUICK
from streams.records import Record
from streams.shard import Shard
from tests.streams.core.support import world_of

if TYPE_CHECKING:
    from schemas.catalogue.model import Catalogue
    from streams.records import Drained

_COPIES = 6
_DAY_MS = 86_400_000


@lru_cache
def catalogues() -> list[Catalogue]:
    return [load_catalogue(domain) for domain in load_domains(Settings().domains).values()]


def fed(chance: random.Random) -> tuple[Shard, list[Drained]]:
    """Return a shard that was given the good examples of every record some times over, and everything it wrote."""
    here = world_of(catalogues(), registry=MemoryRegistry())  # the ids of schemas are in the bytes
    shard, drained, offset = Shard(here.engine, 3), [], 0
    shard.finish_restore(RECORD_TIME)
    for round_number in range(_COPIES):
        for topic, plans in here.engine.topics.items():
            records = []
            for name, plan in sorted(plans.items()):
                for example in load_examples(plan.schema) if plan.case is not None else []:
                    if example.kind == "invalid" or not example.event.get("township"):
                        continue
                    event = example.event | {"event_id": str(_uuid(chance)), "corrects": None}
                    event[plan.id_field] = f"{example.event[plan.id_field]}-{chance.randrange(3)}"
                    moved = chance.randrange(40) * _DAY_MS
                    value = here.encoder.encode(name, event)
                    offset += 1
                    records.append(Record(offset, example.record_time + moved, event["township"].encode(), value))
            chance.shuffle(records)
            shard.apply(topic, records, RECORD_TIME + round_number)
        drained.append(shard.drain(RECORD_TIME + round_number * _DAY_MS))
    return shard, drained


def filled_shard() -> Shard:
    """Return a shard with cells of every kind of case."""
    return fed(random.Random(7))[0]


def main(chance: random.Random | None = None) -> str:
    """Return whether the extension is used, how many records were written, and their sum."""
    _, drained = fed(chance or random.Random(7))
    found, written = hashlib.sha256(), 0
    for each in drained:
        for records in each:
            written += len(records)
            for key, value in records:
                found.update(b"%d %b %b" % (len(key), key, value or b"-"))
    return f"{QUICK} {written} {found.hexdigest()}"


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)
