"""The simulated county: its townships and villages, how many people live there, and how each township works."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from producers.simulate.domain import seeded

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Character:
    """How a township works. Shares are of all cases; factors are relative to an ordinary township.

    `on_time_share`: closed by the due time at the first close. `hanging_share`: never closed. `pace`: how much of the
    allowed time is used. `reopen_share` and `return_share`: of closed and of dispatched cases. `answer_minutes`: median
    working minutes from dispatch to the first answer. `satisfaction`: share of raters who are satisfied.
    `network_trouble`: how much more often than elsewhere a report arrives late or twice.
    """

    name: str
    zh: str
    on_time_share: float
    hanging_share: float
    pace: float
    reopen_share: float
    return_share: float
    answer_minutes: float
    satisfaction: float
    network_trouble: float


ORDINARY = Character("ordinary", "一般", 0.91, 0.012, 1.0, 0.03, 0.05, 22, 0.88, 0.6)
DILIGENT = Character("diligent", "勤勉", 0.985, 0.002, 0.62, 0.012, 0.015, 7, 0.96, 0.4)
SLOW = Character("slow", "拖沓", 0.64, 0.05, 1.35, 0.035, 0.12, 150, 0.74, 0.8)
GAMING = Character("gaming", "突击办结", 0.99, 0.002, 0.16, 0.24, 0.04, 5, 0.52, 0.6)
BAD_NETWORK = Character("bad_network", "网络差", 0.90, 0.012, 1.05, 0.03, 0.05, 30, 0.87, 6.0)
SPECIAL = (DILIGENT, SLOW, GAMING, BAD_NETWORK)


@dataclass(frozen=True, slots=True)
class Village:
    """One village or community: 12-digit code, official name, name as people say it, residents, a point on the map.

    `yearly_income` is what its collective earns in a usual year, in yuan.
    """

    code: str
    name: str
    short: str
    residents: int
    longitude: float
    latitude: float
    yearly_income: int


@dataclass(frozen=True, slots=True)
class Township:
    """One township: 9-digit code, name, its villages (most populous first), residents in all, and its character."""

    code: str
    name: str
    villages: tuple[Village, ...]
    residents: int
    character: Character


@dataclass(frozen=True, slots=True)
class County:
    """The county: 6-digit code, name, townships in the order of their codes."""

    code: str
    name: str
    townships: tuple[Township, ...]


def county_from(places: Path, seed: int, people: float = 1.0) -> County:
    """Read a county's places, a village in a row, and people it, each village with the share `people` of those who would live there.

    Columns: county_code, county, township_code9, township, village_code12, village.
    Residents, map points and which township has which character follow from `seed` and `people` alone. Raises ValueError when the
    file holds no place or more than one county.
    """
    with places.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if len({row["county_code"] for row in rows}) != 1:
        raise ValueError(f"{places.name}: one county is wanted / 需要恰好一个县的区划")
    members: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        members.setdefault(row["township_code9"], []).append(row)
    characters = _characters(sorted(members), seed)
    townships = tuple(_township(code, members[code], characters[code], seed, people) for code in sorted(members))
    return County(rows[0]["county_code"], rows[0]["county"], townships)


def _characters(codes: list[str], seed: int) -> dict[str, Character]:
    """Give one township each of the special characters, the rest are ordinary, with small differences."""
    rng = seeded(seed, "characters")
    order = list(codes)
    rng.shuffle(order)
    chosen = dict(zip(order, SPECIAL, strict=False))
    for code in order[len(SPECIAL) :]:
        chosen[code] = Character(
            ORDINARY.name,
            ORDINARY.zh,
            on_time_share=round(rng.uniform(0.87, 0.94), 3),
            hanging_share=round(rng.uniform(0.006, 0.02), 3),
            pace=round(rng.uniform(0.9, 1.1), 2),
            reopen_share=round(rng.uniform(0.02, 0.04), 3),
            return_share=round(rng.uniform(0.03, 0.07), 3),
            answer_minutes=round(rng.uniform(12, 30), 1),
            satisfaction=round(rng.uniform(0.84, 0.92), 2),
            network_trouble=ORDINARY.network_trouble,
        )
    return chosen


def _yearly_income(village: str, seed: int) -> int:
    """Draw what a village's collective earns: most a million or so, a few less than the line of the weak ones."""
    return max(20_000, round(seeded(seed, "income", village).lognormvariate(13.6, 0.9)))


def _township(code: str, rows: list[dict[str, str]], character: Character, seed: int, people: float) -> Township:
    rng = seeded(seed, "township", code)
    centre = (119.97 + rng.uniform(-0.17, 0.17), 30.55 + rng.uniform(-0.12, 0.12))
    villages = []
    for row in rows:
        is_community = "社区" in row["village"]
        typical = 3400 if is_community else 1900
        villages.append(
            Village(
                code=row["village_code12"],
                name=row["village"],
                short=row["village"].removesuffix("居委会").removesuffix("委会"),
                residents=max(1, round(max(300, typical * rng.lognormvariate(0, 0.3)) * people)),
                longitude=round(centre[0] + rng.gauss(0, 0.02), 6),
                latitude=round(centre[1] + rng.gauss(0, 0.02), 6),
                yearly_income=_yearly_income(row["village_code12"], seed),
            )
        )
    villages.sort(key=lambda village: (-village.residents, village.code))
    return Township(
        code, rows[0]["township"], tuple(villages), sum(village.residents for village in villages), character
    )
