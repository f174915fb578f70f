"""A county's appeals at a steady rate with probes among them: `python -m tests.bench.steady RATE SECONDS PROBES_A_SECOND`.

In a process of its own, so that nobody's reading holds a sending up. It sends with the product's `EventProducer` and prints, when
Kafka has confirmed everything, one line of JSON: `Sent`. Times are of the monotonic clock, which is one for all processes.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from producers.event_producer import EventProducer
from schemas.settings import Settings
from tests.faults import county
from tests.streams.edge import appeals

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED: Final = 31
FIRST_VILLAGE: Final = 300
"""The county's own villages have lower numbers, so what is published of these is a probe's."""
PROBES_DAY_MS: Final = county.FIRST_DAY_MS - 20 * county.DAY_MS
"""A day on which nothing else happens: who asks for its numbers, as people ask for those of a period, asks for the probes'."""
MOST_PROBES: Final = len(county.TOWNSHIPS) * (1000 - FIRST_VILLAGE)
CONFIRM_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """When each probe was handed over, in order; how many different events there were; how far the sending fell behind at most."""

    probes_at: list[float]
    different: int
    behind_seconds: float


def village(probe: int) -> str:
    """Return the village in which this probe is the only appeal."""
    number, township = divmod(probe, len(county.TOWNSHIPS))
    return f"{county.TOWNSHIPS[township]}{FIRST_VILLAGE + number}"


def stream(events: int, each: int) -> list[county.Event]:
    """Return so many events, of which every one in `each` is a probe, the first one too."""
    return [county.event(SEED, number) if number % each else _probe(number // each) for number in range(events)]


def _probe(number: int) -> county.Event:
    where = village(number)
    fields = appeals.reported(where[:9], f"probe-{number}", PROBES_DAY_MS) | {"village": where}
    return county.Event(appeals.REPORTED, fields)


def send(producer: EventProducer, events: Sequence[county.Event], rate: float, each: int) -> tuple[list[float], float]:
    """Send them at this rate; returns when each probe was handed over, and how far it fell behind."""
    probes_at, behind = [], 0.0
    began = time.monotonic()
    for number, (record, fields) in enumerate(events):
        due = began + number / rate
        while (ahead := due - time.monotonic()) > 0:
            time.sleep(ahead)
        behind = max(behind, -ahead)
        if number % each == 0:
            probes_at.append(time.monotonic())
        producer.send(record, fields, domain=_domain(record))
    producer.flush(CONFIRM_SECONDS)
    return probes_at, behind


def _domain(record: str) -> str | None:
    return "appeals" if record == "EventVoided" else None


def main(rate: int, seconds: int, probes: int) -> None:
    """Send so many seconds of it and print what was sent."""
    each = rate // probes
    events = stream(rate * seconds, each)
    with EventProducer(Settings(), source="bench") as producer:
        probes_at, behind = send(producer, events, rate, each)
    sent: dict[str, Any] = asdict(Sent(probes_at, len({event.id for event in events}), behind))
    print(json.dumps(sent))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
