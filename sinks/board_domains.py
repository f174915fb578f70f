"""What a board shows of which domain, and its other page: every domain there is in a row, for the whole county. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.table import Table
from rich.text import Text

from sinks.board_table import NO_DATA, cell, figure_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from schemas.catalogue.model import Catalogue
    from sinks.board_table import Figure, Snapshot

INDICATORS: Final = (
    "appeal_volume",
    "appeal_closure_rate",
    "appeal_on_time_rate",
    "appeal_hours_to_close_p50",
    "appeal_open",
    "appeal_overdue",
    "dispute_resolution_rate",
    "collective_income",
    "disclosure_village_coverage",
)
# What a narrow terminal has room for: still something of each of these domains.
NARROW_INDICATORS: Final = (
    "appeal_volume",
    "appeal_closure_rate",
    "appeal_overdue",
    "dispute_resolution_rate",
    "collective_income",
    "disclosure_village_coverage",
)
SHOWN_PERIODS: Final = frozenset({"month", "now"})
MOST: Final = 3
WIDE: Final = 110
"""From this width on a domain shows three indicators, below it two."""

FRAME_LINES: Final = 6
"""Title, headings, rule, a blank line, and two of the line's health."""


@dataclass(frozen=True, slots=True)
class DomainChoice:
    """A domain and those of its indicators a board can show, in the order in which its catalogue declares them."""

    name: str
    zh: str
    en: str
    indicators: tuple[str, ...]

    @property
    def main(self) -> tuple[str, ...]:
        """Return the first of them: what is shown when every domain is."""
        return self.indicators[:MOST]


def choices(catalogues: Mapping[str, Catalogue]) -> tuple[DomainChoice, ...]:
    """Return every domain's choice, by name. What is shown for neither months nor now has no place on a board."""
    return tuple(
        DomainChoice(
            name,
            catalogue.zh,
            catalogue.en,
            tuple(each.id for each in catalogue.indicators.values() if SHOWN_PERIODS & {*each.periods}),
        )
        for name, catalogue in sorted(catalogues.items())
    )


def usual(domains: Sequence[DomainChoice], *, wide: bool) -> tuple[str, ...]:
    """Return the indicators shown of townships unless others are asked for: nine, or six where it is narrow.

    Where none of the usual ones is in the catalogue: the first of every domain.
    """
    wanted = INDICATORS if wide else NARROW_INDICATORS
    known = {each for domain in domains for each in domain.indicators}
    first = [domain.indicators[0] for domain in domains if domain.indicators]
    return tuple(each for each in wanted if each in known) or tuple(first[: len(wanted)])


def pages(domains: Sequence[DomainChoice], lines: int | None) -> list[Sequence[DomainChoice]]:
    """Return the domains in as few pages as a terminal of so many lines needs, each about as long; None: one page."""
    room = len(domains) if lines is None else max(lines - FRAME_LINES, 1)
    size = ceil(len(domains) / ceil(len(domains) / room)) if domains else 1
    return [domains[at : at + size] for at in range(0, len(domains), size)]


def domain_table(snapshot: Snapshot, domains: Sequence[DomainChoice], width: int) -> Table:
    """Draw a line for each domain: its main indicators by name, value, colour and trend. No line is ever broken."""
    each = MOST if width >= WIDE else MOST - 1
    county = county_of(snapshot)
    figures = {figure.indicator: figure for figure in snapshot.figures if figure.place == county}
    name = next((figure.place_name for figure in figures.values()), "")
    drawn = Table(
        title=Text(f"乡脉 {name} {snapshot.month:%Y年%m月} 各领域 every domain", style="bold"),
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
        width=width,
    )
    drawn.add_column("领域 domain", no_wrap=True, overflow="ellipsis", max_width=width // 5)
    for _ in range(each):
        drawn.add_column("指标 indicator", no_wrap=True, overflow="ellipsis", ratio=1, style="dim")
        drawn.add_column("全县", no_wrap=True, justify="right")
    for domain in domains:
        cells: list[Text] = []
        for indicator in (*domain.main[:each], *[""] * each)[:each]:
            found = figures.get(indicator)
            cells += [Text(found.name_zh if found else indicator), cell(found) if indicator else Text("")]
        drawn.add_row(Text.assemble((domain.name, "dim"), " ", domain.zh), *cells)
    return drawn


def county_of(snapshot: Snapshot) -> str:
    """Return the code of the county that is shown: of several the one with the most numbers, then the lowest code."""
    counted: dict[str, int] = {}
    for figure in snapshot.figures:
        if figure.level == "county":
            counted[figure.place] = counted.get(figure.place, 0) + (figure.value is not None)
    return min(counted, key=lambda place: (-counted[place], place), default=NO_DATA)


def domains_json(snapshot: Snapshot, domains: Sequence[DomainChoice]) -> list[dict[str, Any]]:
    """Give the same to machines: every domain's main indicators of the county."""
    county = county_of(snapshot)
    figures: dict[str, Figure] = {figure.indicator: figure for figure in snapshot.figures if figure.place == county}
    return [
        {
            "domain": domain.name,
            "name": domain.zh,
            "county": county,
            "indicators": {each: figure_json(figures[each]) for each in domain.main if each in figures},
        }
        for domain in domains
    ]
