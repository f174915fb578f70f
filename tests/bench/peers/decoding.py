"""What every Python peer shares: decoding, the step from an event to its counts, and the clock.

Written for speed, as a user who cares for it would: readers with parsed schemas, times as plain integers, state as short lists.
"""

from __future__ import annotations

import io
import json
import os
import time
from typing import TYPE_CHECKING, Any

import fastavro

if TYPE_CHECKING:
    from collections.abc import Mapping

BROKER, TOPIC, RUN = os.environ["BENCH_BROKER"], os.environ["BENCH_TOPIC"], os.environ["BENCH_RUN"]
EVENTS, RESULT = int(os.environ["BENCH_EVENTS"]), os.environ["BENCH_RESULT"]
MODE, FOLDER = os.environ["BENCH_MODE"], os.environ["BENCH_FOLDER"]
DAY_MS = 86_400_000
REPORTED = "AppealReported"


def _plain(schema: Any) -> Any:
    """Drop logical types: the same bytes, read as integers and texts."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if isinstance(schema, dict):
        if "logicalType" in schema:
            return schema["type"]
        return {key: _plain(value) if key in ("type", "fields") else value for key, value in schema.items()}
    return schema


_READERS = {
    int(schema_id): (schema["name"] == REPORTED, fastavro.parse_schema(_plain(schema), _force=True))
    for schema_id, schema in json.loads(os.environ["BENCH_SCHEMAS"]).items()
}


def decode(value: bytes) -> tuple[bool, dict[str, Any]]:
    """Return whether the event reports an appeal, and the event."""
    reported, schema = _READERS[int.from_bytes(value[1:5], "big")]
    body = io.BytesIO(value)
    body.seek(5)
    event: Any = fastavro.schemaless_reader(body, schema, None)
    return reported, event


def step(cases: Any, counts: Any, reported: bool, event: Mapping[str, Any]) -> None:
    """Take an event in; `cases` and `counts` are mappings of the system's own. A copy changes nothing."""
    case, at = event["appeal_id"], event["occurred_at"]
    known = cases.get(case)
    opened, closed = known or (None, None)
    if (opened if reported else closed) is not None:
        return
    opened, closed = (at, closed) if reported else (opened, at)
    cases[case] = [opened, closed]
    if opened is None:
        return
    key = f"{event['township']}|{opened // DAY_MS}"
    row = list(counts.get(key) or (0, 0, 0))
    if reported:
        row[0] += 1
    if closed is not None:
        row[1] += 1
        row[2] += closed - opened <= DAY_MS
    counts[key] = row


class Clock:
    """Runs from the first event handled to the last."""

    def __init__(self) -> None:
        self.handled = 0
        self._began = self._cpu = 0.0

    def one(self) -> bool:
        """Count one event; gives whether it was the last."""
        if not self.handled:
            self._began, self._cpu = time.time(), _cpu_seconds()
        self.handled += 1
        return self.handled == EVENTS

    def tell(self, counts: Mapping[str, Any]) -> None:
        """Write what was measured and counted, complete or not at all."""
        took = time.time() - self._began
        told = {"events": EVENTS, "seconds": took, "cpu_seconds": _cpu_seconds() - self._cpu, "counts": dict(counts)}
        with open(f"{RESULT}.part", "w", encoding="utf-8") as file:  # noqa: PTH123 - nothing more than needed here
            json.dump(told, file)
        os.replace(f"{RESULT}.part", RESULT)  # noqa: PTH105 - same


def _cpu_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
