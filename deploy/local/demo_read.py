"""What the warehouse shows of the simulated county, asked through the views people use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clickhouse_driver import Client

EVENTS = "SELECT count() AS stored, uniqExact(event_id) AS different FROM xiangmai.events_{domain} WHERE startsWith(township, %(county)s)"
CASES = "SELECT count() FROM xiangmai.cases_{case} WHERE startsWith(township, %(county)s) AND event_count > 0"
DEAD = "SELECT count() FROM xiangmai.dead_letters WHERE startsWith(township, %(county)s) AND stage != 'resolved'"
FIGURES = """
    SELECT period, place, toYear(period_start), toMonth(period_start), indicator, numerator, denominator, value
    FROM xiangmai.indicators
    WHERE county = %(county)s AND level = 'township' AND period IN ('month', 'now') AND dimension = ''
"""


@dataclass(slots=True)
class Shown:
    """What the warehouse shows: events and different ones, cases by type, dead letters, townships' months and stocks.

    `months`: by township, month (2026-03) and indicator: numerator, denominator, value. `stocks`: by township and
    indicator, the level now.
    """

    events: int
    different_events: int
    cases: dict[str, int]
    dead_letters: int
    months: dict[tuple[str, str, str], tuple[int, int, float | None]]
    stocks: dict[tuple[str, str], int]


def stored(client: Client, county: str, domains: Iterable[str]) -> int:
    """Ask only how many events of the county there are: cheap enough to ask often while they arrive."""
    tables = " UNION ALL ".join(
        f"SELECT count() AS stored FROM xiangmai.events_{domain} WHERE startsWith(township, %(county)s)"  # noqa: S608 - a domain's name
        for domain in domains
    )
    ((count,),) = client.execute(f"SELECT sum(stored) FROM ({tables})", {"county": county})  # noqa: S608
    return int(count)


def read(client: Client, county: str, domains: Iterable[str], cases: Iterable[str]) -> Shown:
    """Ask the views people use for everything of the county. Raises clickhouse-driver's errors."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        answer: list[tuple[Any, ...]] = client.execute(sql, {"county": county})
        return answer

    events = [rows(EVENTS.format(domain=domain))[0] for domain in domains]
    months, stocks = {}, {}
    for period, place, year, month, indicator, numerator, denominator, value in rows(FIGURES):
        if period == "month":
            months[place, f"{year}-{month:02d}", indicator] = (numerator, denominator, value)
        else:
            stocks[place, indicator] = numerator
    return Shown(
        events=sum(stored for stored, _ in events),
        different_events=sum(different for _, different in events),
        cases={case: rows(CASES.format(case=case))[0][0] for case in cases},
        dead_letters=rows(DEAD)[0][0],
        months=months,
        stocks=stocks,
    )
