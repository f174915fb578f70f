"""Events at a steady rate with probes among them: `python -m tests.bench.steady LOAD RATE SECONDS PROBES_A_SECOND`.

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
from tests.bench import work
from tests.faults import county
from tests.streams.edge import appeals

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SEED: Final = 31
FIRST_VILLAGE: Final = 300
"""The county's own villages have lower numbers, so what is published of these is a probe's."""
CONFIRM_SECONDS: Final = 60


@dataclass(frozen=True, slots=True)
class Sent:
    """When each probe was handed over, in order; how many different events there were; how far the sending fell behind at most."""

    probes_at: list[float]
    different: int
    behind_seconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent: ordinary events, and probes that are each the only one in its village, on a day on which nothing else happens.

    Who asks for the numbers of that day, as people ask for those of a period, asks for the probes'. `indicator` is the one that
    counts a probe, `events` makes so many ordinary events, `probe` one for a village and a number.
    """

    townships: Sequence[str]
    probes_day_ms: int
    timezone: str
    indicator: str
    table: str
    events: Callable[[int], Sequence[county.Event]]
    probe: Callable[[str, int, int], county.Event]

    @property
    def most_probes(self) -> int:
        """How many villages there are for probes."""
        return len(self.townships) * (1000 - FIRST_VILLAGE)

    def village(self, probe: int) -> str:
        """Return the village in which this probe is the only event."""
        number, township = divmod(probe, len(self.townships))
        return f"{self.townships[township]}{FIRST_VILLAGE + number}"

    def stream(self, events: int, each: int) -> list[county.Event]:
        """Return so many events, of which every one in `each` is a probe, the first one too."""
        made = list(self.events(events))
        for number in range(0, events, each):
            probe = number // each
            made[number] = self.probe(self.village(probe), probe, self.probes_day_ms)
        return made


def _county(events: int) -> list[county.Event]:
    return [county.event(SEED, number) for number in range(events)]


def _county_probe(village: str, number: int, at: int) -> county.Event:
    return county.Event(appeals.REPORTED, appeals.reported(village[:9], f"probe-{number}", at) | {"village": village})


def _work(events: int) -> list[county.Event]:
    return [county.Event(name, event) for name, event in work.make_work(events).events]


def _work_probe(village: str, number: int, at: int) -> county.Event:
    own = {"appeal_id": f"probe-{number}", "category": "road", "channel": "phone"}
    return county.Event(work.REPORTED, appeals.envelope(village[:9], at) | {"village": village} | own)


LOADS: Final = {
    "work": Load(
        work.TOWNSHIPS, work.START_MS - 20 * work.DAY_MS, "UTC", "opened", "events_hotline", _work, _work_probe
    ),
    "county": Load(
        county.TOWNSHIPS,
        county.FIRST_DAY_MS - 20 * county.DAY_MS,
        "Asia/Shanghai",
        "appeal_volume",
        "events_appeals",
        _county,
        _county_probe,
    ),
}


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


def main(load: str, rate: int, seconds: int, probes: int) -> None:
    """Send so many seconds of it and print what was sent."""
    each = rate // probes
    events = LOADS[load].stream(rate * seconds, each)
    with EventProducer(Settings(), source="bench") as producer:
        probes_at, behind = send(producer, events, rate, each)
    sent: dict[str, Any] = asdict(Sent(probes_at, len({event.id for event in events}), behind))
    print(json.dumps(sent))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
