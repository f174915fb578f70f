"""What an event costs a real worker that holds few or many cases: Kafka, the packing of batches and the transactions are in it.

Beside the core alone (`growth.py`). The worker is restarted before each measurement, so that its events are in the topic already: it
takes its cases over from the changelog first, which is not measured.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.bench import work
from tests.bench.cases import opened, touching
from tests.bench.draining import drain
from tests.bench.line import own_line
from tests.bench.telling import say

if TYPE_CHECKING:
    from collections.abc import Sequence

EVENTS: Final = 300_000
"""The first partitions taken over fold theirs while the last is still read: what is measured is what is left then."""

_AT_A_TIME: Final = 50_000


@dataclass(frozen=True, slots=True)
class Held:
    """A worker that held so many cases: its processor time an event, and the most memory it took, recovery included."""

    cases: int
    event_us: float
    memory_bytes: int


def by_cases(sizes: Sequence[int]) -> list[Held]:
    """Measure one worker after the other at these numbers of live cases, on one Kafka."""
    found, cases, sent = list[Held](), 0, 0
    with tempfile.TemporaryDirectory() as name, own_line(Path(name)) as line:
        for size in sizes:
            filled = size - cases
            while cases < size:
                few = range(cases, min(cases + _AT_A_TIME, size))
                line.produce(work.TOPIC, [opened(number) for number in few])
                cases = few.stop
            drain(line.env, line.folder, filled, partitions=work.PARTITIONS, before=sent)
            (made,) = touching(cases, EVENTS, 1)
            line.produce(work.TOPIC, made)
            measured = drain(line.env, line.folder, EVENTS, partitions=work.PARTITIONS, before=sent + filled)
            sent += filled + EVENTS
            cases += sum(record == work.REPORTED for record, _ in made)
            found.append(Held(size, 1e6 / measured.events_per_cpu_second, measured.memory_bytes[0]))
            say(f"{size:,} cases in a worker: {found[-1].event_us:.1f} µs an event")
    return found
