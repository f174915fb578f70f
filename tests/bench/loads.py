"""What the full line is measured with: the bench's work, or the simulated county; as the bytes that stand in Kafka."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from producers.preparation import Preparation
from producers.simulate.arrivals import Troubles
from producers.simulate.command import SAMPLE_COUNTY
from producers.simulate.run import Run
from producers.simulate.session import SOURCE, prepare
from schemas.domain import EVENT_VOIDED, load_domains
from schemas.registry import SchemaRegistry
from tests.bench import work
from tests.few_domains import few_domains

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from schemas.settings import Settings

LATE_SHARE: Final = 0.1
TWICE_SHARE: Final = 0.03
SEED: Final = 7
MONTHS: Final = 12
PEOPLE_SHARE: Final = 0.2
"""A county of so few lives through a year in 200,000 events."""


class Sent(NamedTuple):
    """One record of Kafka; `event_id` to find it again."""

    topic: str
    key: bytes
    value: bytes
    event_id: str


@dataclass(frozen=True, slots=True)
class Load:
    """Records in the order they arrive. `counts` are those of the work, where it is the work."""

    name: str
    records: Sequence[Sent]
    counts: work.Counts | None

    @property
    def topics(self) -> list[str]:
        """The topics it goes to."""
        return sorted({record.topic for record in self.records})


def work_settings(folder: Path) -> dict[str, str]:
    """Write the work's domain, and return the settings of a line that serves it."""
    work.write_domain(folder / "domains")
    return {"XIANGMAI_DOMAINS": str(folder / "domains"), "XIANGMAI_TIMEZONE": "UTC"}


def county_settings(_: Path) -> dict[str, str]:
    """Return the settings of a line that serves five of the domains that are shipped."""
    return {"XIANGMAI_DOMAINS": str(few_domains())}


def work_load(settings: Settings, events: int) -> Load:
    """Return so many events of the work."""
    made, hands = work.make_work(events), _Collecting(settings, events)
    for name, event in made.events:
        hands.send(name, event, domain=work.DOMAIN)
    return Load("work", hands.sent, made.expected)


def county_load(settings: Settings, events: int) -> Load:
    """Return the first so many events of a county's year: corrections, repeats and late ones as `xiangmai simulate` sends them."""
    hands, now = _Collecting(settings, events), time.time_ns() // 1_000_000
    world, plan, before = prepare(
        SAMPLE_COUNTY, ZoneInfo(settings.timezone), now, months=MONTHS, seed=SEED, resume=None, people=PEOPLE_SHARE
    )
    troubles = Troubles(LATE_SHARE, TWICE_SHARE)
    run = Run(world, plan, hands, troubles, file=None, now=lambda: now, sleep=time.sleep, told=hands.enough)
    hands.run = run
    run.load(before)
    return Load("county", hands.sent[:events], None)


class _Collecting:
    """Makes an event's bytes as the SDK makes them, and keeps them."""

    def __init__(self, settings: Settings, most: int) -> None:
        domains = load_domains(settings.domains)
        registry = SchemaRegistry(settings.registry_url)
        self._preparation = Preparation(settings, domains, registry)
        self._preparation.prepare([EVENT_VOIDED, *(name for domain in domains.values() for name in domain.events)])
        registry.close()
        self._most = most
        self.sent: list[Sent] = []
        self.run: Run | None = None

    def send(self, record_name: str, event: Mapping[str, Any], *, domain: str) -> None:
        preparation = self._preparation
        name = preparation.full_name(record_name)
        protected, _ = preparation.protect(name, {"source": SOURCE, **event})
        self.sent.append(
            Sent(
                preparation.topic(name, domain),
                event["township"].encode(),
                preparation.encode(name, protected),
                event["event_id"],
            )
        )

    def flush(self, timeout_seconds: float) -> None:
        """There is nothing to wait for."""

    def enough(self, _recorded_at: int) -> None:
        """Let the county end when there is as much as was asked for."""
        if self.run is not None and len(self.sent) >= self._most:
            self.run.stopping = True
