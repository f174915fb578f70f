"""The departments that speak in the simulated county, by their codes in schemas/reference/departments.csv."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from producers.simulate.county import Township

HOTLINE = "12345热线"
PETITIONS = "信访局"
ENFORCEMENT = "综合行政执法局"

# An appeal that a township finds itself may be whistled: the township calls the department (吹哨报到).
BLOWN_BY_TOWNSHIP = frozenset({"visit", "household_contact", "council", "grid"})


def reporting(channel: str, township: Township) -> str:
    """Who registers an appeal of a channel: the hotline's centre, the petitions office, or the township itself."""
    if channel in ("hotline", "online"):
        return HOTLINE
    return PETITIONS if channel == "visit" else township.name
