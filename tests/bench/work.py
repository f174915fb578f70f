"""The work: appeals reported and closed, counted by township and day; the same bytes for every system.

45 % of the cases are closed, 0.2 to 120 hours after they were opened; one event in a hundred is sent again as it was; events arrive
up to a day after they happened, so that a closing may come before its opening. The counts are those of an independent computation
by DuckDB over what was generated, not over what was sent.
"""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from schemas.domain import ENVELOPE, Domain, load_domains, load_system

if TYPE_CHECKING:
    from collections.abc import Iterator

DOMAIN: Final = "hotline"
TOPIC: Final = f"village.{DOMAIN}"
REPORTED: Final = f"xiangmai.{DOMAIN}.AppealReported"
CLOSED: Final = f"xiangmai.{DOMAIN}.AppealClosed"
PARTITIONS: Final = 4
TOWNSHIPS: Final = [f"3305{number:02d}100" for number in range(20)]
VILLAGES: Final = 30
DAYS: Final = 60
START_MS: Final = 1_764_547_200_000  # 2025-12-01 UTC
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
CASES_AN_EVENT: Final = 1 / 1.01 / 1.45

Counts = dict[str, list[int]]
"""`township|day since 1970` -> [opened, closed, closed within 24 hours]."""
Arrival = tuple[float, str, dict[str, Any]]
"""When an event arrives (ms), its record and the event."""


@dataclass(frozen=True, slots=True)
class Work:
    """Events in the order they arrive, as (record, event), and the counts they must give."""

    events: list[tuple[str, dict[str, Any]]]
    expected: Counts


def make_work(events: int, seed: int = 7) -> Work:
    """Return so many events and their counts. The same seed gives the same."""
    chance = random.Random(seed)
    arrivals = list(_arrivals(chance, int(events * CASES_AN_EVENT) + 1))
    copies = chance.sample(arrivals, len(arrivals) // 100)
    arrivals += [(at + chance.random() * DAY_MS, name, event) for at, name, event in copies]
    arrivals.sort(key=lambda arrival: arrival[0])
    kept = [(name, event) for _, name, event in arrivals[:events]]
    return Work(kept, _counted(kept))


def _arrivals(chance: random.Random, cases: int) -> Iterator[Arrival]:
    for number in range(cases):
        yield from life(chance, number)


def life(chance: random.Random, number: int) -> Iterator[Arrival]:
    """Give a case's events: it is reported and, 45 times in a hundred, closed."""
    township = chance.choice(TOWNSHIPS)
    village = f"{township}{chance.randrange(VILLAGES):03d}"
    opened = START_MS + chance.randrange(DAYS * DAY_MS)
    own = {
        "appeal_id": f"A{number:08d}",
        "category": chance.choice(["road", "water", "land", "school"]),
        "channel": chance.choice(["phone", "web", "visit"]),
    }
    yield opened + chance.random() * DAY_MS, REPORTED, _envelope(chance, opened, township, village) | own
    if chance.random() < 0.45:
        closed = opened + int(min(120, max(0.2, chance.expovariate(1 / 30))) * HOUR_MS)
        own = {"appeal_id": f"A{number:08d}", "outcome": chance.choice(["solved", "refused"])}
        yield closed + chance.random() * DAY_MS, CLOSED, _envelope(chance, closed, township, village) | own


def _envelope(chance: random.Random, at: int, township: str, village: str) -> dict[str, Any]:
    return {
        "event_id": str(UUID(int=chance.getrandbits(128), version=4)),
        "occurred_at": at,
        "recorded_at": at,
        "township": township,
        "village": village,
        "department": "hotline",
        "source": "bench",
        "corrects": None,
    }


def _counted(events: list[tuple[str, dict[str, Any]]]) -> Counts:
    """Count by DuckDB, from a file: nothing of the product is in it."""
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "events.csv"
        with rows.open("w", encoding="utf-8") as file:
            for name, event in events:
                kind = 1 if name == REPORTED else 2
                file.write(f"{kind},{event['appeal_id']},{event['township']},{event['occurred_at']}\n")
        counted = duckdb.sql(
            f"""
            WITH cases AS (
                SELECT case_id, any_value(township) AS township,
                       min(moment) FILTER (WHERE kind = 1) AS opened, min(moment) FILTER (WHERE kind = 2) AS closed
                FROM read_csv('{rows}', header = false,
                     columns = {{'kind': 'INT', 'case_id': 'VARCHAR', 'township': 'VARCHAR', 'moment': 'BIGINT'}})
                GROUP BY 1)
            SELECT township || '|' || (opened // {DAY_MS}), count(*), count(closed),
                   count(*) FILTER (WHERE closed - opened <= {DAY_MS})
            FROM cases WHERE opened IS NOT NULL GROUP BY 1
            """
        )
        assert counted is not None, "a SELECT has rows"
        found = counted.fetchall()
    return {key: list(counts) for key, *counts in found}


_RECORDS: Final = {
    "AppealReported": ("appeal_id", "category", "channel"),
    "AppealClosed": ("appeal_id", "outcome"),
}
_INDICATORS: Final = {
    "opened": "opened_at is not null",
    "closed": "closed_at is not null",
    "closed_24h": f"dateDiff('second', opened_at, closed_at) <= {DAY_MS // 1000}",
}


def write_domain(folder: Path, more_fields: str = "", more_indicators: str = "") -> Domain:
    """Write the domain into a folder of domains, with these entries beside the three of the work, and return it."""
    here = folder / DOMAIN
    here.mkdir(parents=True, exist_ok=True)
    for name, fields in _RECORDS.items():
        (here / f"{name}.avsc").write_text(json.dumps(_record(name, fields), ensure_ascii=False), encoding="utf-8")
    own = "".join(_indicator(name, over) for name, over in _INDICATORS.items())
    text = f"{_CASE}{more_fields}indicators:\n{own}{more_indicators}"
    (here / "catalogue.yaml").write_text(text, encoding="utf-8")
    return load_domains(folder)[DOMAIN]


def _record(name: str, fields: tuple[str, ...]) -> dict[str, Any]:
    words = {"zh": "测量", "en": "bench", "doc": "测量用。 / For measurements."}
    own = [{"name": field, "type": "string", "max_length": 200, **words, "privacy": "none"} for field in fields]
    head = {"type": "record", "name": name, "namespace": f"xiangmai.{DOMAIN}", **words}
    return {**head, "fields": [*load_system()[ENVELOPE].schema["fields"], *own]}


_CASE: Final = f"""
domain: {DOMAIN}
zh: 测量
en: bench
cases:
  hotline_appeal:
    zh: 测量
    en: bench
    id_field: appeal_id
    opens_with: AppealReported
    events: [AppealReported, AppealClosed]
    fields:
      opened_at: {{zh: 登记, en: opened, fold: first, of: AppealReported.occurred_at}}
      closed_at: {{zh: 办结, en: closed, fold: first, of: AppealClosed.occurred_at}}
"""


def _indicator(name: str, over: str) -> str:
    return f"""
  {name}:
    case: hotline_appeal
    kind: count
    zh: 测量
    en: bench
    sentence: {{zh: 测量用。, en: For measurements.}}
    over: {over}
    anchor: opened_at
    unit: cases
    factor: 1
    direction: none
    minimum_volume: 0
    source: bench
    effective_from: 2025-01-01
    version: 1
    golden:
      - says: {{zh: 两小时内办结, en: closed within two hours}}
        cases:
          A:
            - AppealReported: {{occurred_at: 2025-12-02T09:00}}
            - AppealClosed: {{occurred_at: 2025-12-02T09:30}}
        expect: {{period: 2025-12, numerator: 1}}
"""
