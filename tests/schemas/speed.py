"""What an event costs in this room, in microseconds: `python -m tests.schemas.speed`. Ratios count, not the figures."""

from __future__ import annotations

from io import BytesIO
from timeit import repeat
from typing import TYPE_CHECKING, Any

import fastavro

from schemas.codec import Decoder, Encoder, lean
from schemas.domain import all_records, load_domains
from schemas.examples import RECORD_TIME, load_examples
from schemas.privacy import Protection
from schemas.registry_memory import MemoryRegistry
from schemas.rules import Limits, compile_rules
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

NUMBER = 20_000
REPORTED = "xiangmai.appeals.AppealReported"


def microseconds(call: Callable[[], Any]) -> float:
    return min(repeat(call, number=NUMBER, repeat=5)) / NUMBER * 1e6


def main() -> None:
    records = all_records(load_domains(Settings().domains))
    record = records[REPORTED]
    event = next(example.event for example in load_examples(record) if example.file.stem == "valid-hotline")
    registry = MemoryRegistry()
    strict = Encoder(registry, [record.schema])
    lax = Encoder(registry, [record.schema], strict=False)
    lax.prepare([REPORTED])
    schema_id = strict.prepare([REPORTED])[REPORTED]
    decoder = Decoder([record.schema])
    decoder.learn(schema_id, record.schema)
    value, schema = strict.encode(REPORTED, event), lean(record.schema)
    rules = compile_rules(record, Limits.of(Settings()))
    protection = Protection(record.schema, b"key")
    calls: dict[str, Callable[[], Any]] = {
        "decode": lambda: decoder.decode(value),
        "decode by fastavro": lambda: fastavro.schemaless_reader(BytesIO(value[5:]), schema, None),
        "rules": lambda: rules(event, RECORD_TIME),
        "protect": lambda: protection.apply(event),
        "encode": lambda: strict.encode(REPORTED, event),
        "encode, not strict": lambda: lax.encode(REPORTED, event),
    }
    print(f"{REPORTED}, {len(value)} bytes")
    for name, call in calls.items():
        print(f"{name:20} {microseconds(call):6.2f} us")


if __name__ == "__main__":
    main()
