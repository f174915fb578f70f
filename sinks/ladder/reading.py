"""What the ladder reads of the warehouse: values, how its own warnings stand, and what it has already said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sinks.ladder.awards import Ranked
from sinks.ladder.figures import Figure, Lines, Standing
from sinks.ladder.months import first_day, month_named, month_number
from sinks.ladder.rule import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.catalogue.model import Indicator
    from sinks.periods import Period
    from sinks.warehouse import Warehouse

SOURCE: Final = "xiangmai-ladder"
"""The source of every event of the ladder: what others raise it leaves alone."""
HISTORY_MONTHS: Final = 36
"""So far back rows of months are counted."""

_MOMENTS: Final = ("raised_at", "escalated_at", "talked_at", "listed_at", "ordered_at", "passed_at", "cleared_at")
_FIGURES: Final = """
SELECT place, indicator, period_start, value, rank IS NOT NULL, definition_version
FROM indicators
WHERE level = 'township' AND period = 'month' AND dimension = '' AND isFinite(value)
    AND indicator IN {indicators:Array(String)} AND period_start BETWEEN {first:Date} AND {last:Date}
"""
_RANKED: Final = """
SELECT place, county, indicator, definition_version, value, rank, ranked
FROM indicators
WHERE level = 'township' AND period = {kind:String} AND period_start = {start:Date} AND dimension = ''
    AND indicator IN {indicators:Array(String)} AND rank IS NOT NULL
"""
_STANDINGS: Final = f"""
SELECT township, indicator, case_id, period, escalated_to, {", ".join(f"toUnixTimestamp64Milli({name})" for name in _MOMENTS)}
FROM cases_warning
WHERE source = {{source:String}}
ORDER BY cleared_at IS NULL, raised_at, case_id
"""  # noqa: S608 - our own columns
_SAID: Final = "SELECT toString(event_id) FROM events_supervision WHERE source = {source:String}"


def read_figures(
    warehouse: Warehouse, watched: Mapping[str, Indicator], newest_month: int
) -> dict[Subject, dict[int, Figure]]:
    """Return the values of the watched indicators' months up to one, held to the lines of the version they are shown by."""
    parameters = {
        "indicators": sorted(watched),
        "first": first_day(newest_month - HISTORY_MONTHS).isoformat(),
        "last": first_day(newest_month).isoformat(),
    }
    lines = {(each.id, each.version): Lines.of(each) for newest in watched.values() for each in newest.versions}
    found: dict[Subject, dict[int, Figure]] = {}
    for place, indicator, start, value, enough, version in warehouse.rows(_FIGURES, parameters):
        figure = Figure(value, bool(enough), lines[indicator, version])
        found.setdefault(Subject(place, indicator), {})[month_number(start)] = figure
    return found


def read_ranked(warehouse: Warehouse, indicators: Iterable[str], period: Period) -> list[Ranked]:
    """Return the ranked townships' values of a quarter or a year."""
    parameters = {"kind": period.kind, "start": period.start.isoformat(), "indicators": sorted(indicators)}
    return [Ranked(*row) for row in warehouse.rows(_RANKED, parameters)]


def read_standings(warehouse: Warehouse) -> dict[Subject, Standing]:
    """Return the ladder's newest warning of every township and indicator: the open one, if there is one."""
    found = {}
    for township, indicator, case_id, period, called, *moments in warehouse.rows(_STANDINGS, {"source": SOURCE}):
        raised_at, escalated_at, talked_at, listed_at, ordered_at, passed_at, cleared_at = moments
        month = month_named(period or "")
        if month is None or indicator is None:
            continue  # somebody made another period of it: no month of ours follows
        found[Subject(township, indicator)] = Standing(
            case_id,
            month,
            raised_at,
            called if escalated_at is not None and called != "unknown" else None,
            escalated_at,
            talked_at,
            listed_at,
            ordered_at,
            passed_at,
            cleared_at,
        )
    return found


def read_said(warehouse: Warehouse) -> set[str]:
    """Return the ids of all events of the ladder there are, those taken back included."""
    return {event_id for (event_id,) in warehouse.rows(_SAID, {"source": SOURCE})}
