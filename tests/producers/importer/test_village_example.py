"""The shipped example of a village's books and disclosures is imported whole, and gives the figures that were published."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import producers
from producers.importer.mapping_file import MappingFile
from producers.importer.row_plan import RowPlan
from producers.importer.table import FileForm, open_table
from producers.preparation import Preparation
from schemas.calendar import day_number
from schemas.catalogue.load import load_catalogues
from schemas.catalogue.values import Parts, value_of
from schemas.codec import Decoder
from schemas.domain import load_domains
from schemas.registry_memory import MemoryRegistry
from schemas.settings import Settings
from tests.streams.core.support import DAY, Line, event_id, world_of

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(producers.__file__).parent / "examples"
TOWNSHIP, VILLAGE = "990101001", "990101001001"
DOMAINS = load_domains(Settings().domains)
CATALOGUES = load_catalogues(DOMAINS)


def imported(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every event the file gives, as a producer would send it."""
    mapping = MappingFile(EXAMPLES / f"{name}.yaml")
    table = open_table(EXAMPLES / f"{name}.csv", FileForm())
    plan = RowPlan(mapping, table.columns, DOMAINS[mapping.mapping.domain])
    registry = MemoryRegistry()
    preparation = Preparation(Settings(), DOMAINS, registry)
    preparation.prepare(plan.records)
    decoder = Decoder([preparation.records[record].schema for record in plan.records])
    for row in table.rows():
        assert row.refusal is None
        for number, planned in enumerate(plan.plan(row)):
            record, at = planned.slot.record, planned.event["occurred_at"]
            event, _ = preparation.protect(
                record, {"event_id": event_id(f"{name}/{row.line}/{number}"), **planned.event}
            )
            event |= {"recorded_at": at, "corrects": None}
            preparation.check(record, event, at)
            value = preparation.encode(record, event)
            for schema_id in decoder.missing_ids([value]):
                decoder.learn(schema_id, registry.schema_by_id(schema_id))
            yield decoder.decode(value)
    table.close()


@pytest.fixture(scope="module")
def books() -> Line:
    return played("village_ledger", "finance")


@pytest.fixture(scope="module")
def board() -> Line:
    return played("village_disclosure", "disclosure")


def played(name: str, domain: str) -> Line:
    events = [*imported(name)]
    newest = max(event["occurred_at"] for _, event in events)
    line = Line(world_of([CATALOGUES[domain]]), newest + DAY, DOMAINS[domain].topic)
    return line.send(*events, timestamp=newest).flow()


def shown(line: Line, domain: str, indicator: str, period: str, first: date, place: str = TOWNSHIP) -> float | None:
    """The value people see of a period that begins with this day."""
    definition = CATALOGUES[domain].indicators[indicator]
    part = line.part(indicator, period, day_number(first), place=place, case=definition.case)
    return None if part is None else value_of(definition, Parts(*part))


def test_the_income_of_2017_is_43_million_680_thousand_yuan(books: Line) -> None:
    for place in (TOWNSHIP, VILLAGE):
        assert shown(books, "finance", "collective_income", "year", date(2017, 1, 1), place) == 43_680_000
    assert shown(books, "finance", "collective_income", "quarter", date(2017, 10, 1)) == 10_920_000
    assert not books.dead


@pytest.mark.parametrize(("year", "yuan"), [(2017, 1500), (2018, 1600), (2019, 1700)])
def test_the_dividends_are_what_was_paid_on_a_share(books: Line, year: int, yuan: int) -> None:
    assert shown(books, "finance", "dividend_per_share", "year", date(year, 1, 1)) == yuan
    assert shown(books, "finance", "dividend_total", "year", date(year, 1, 1)) == 1124 * yuan


def covered(line: Line, domain: str, indicator: str, period: str, first: date) -> int:
    """How many villages of the township an indicator covers in a period."""
    case = CATALOGUES[domain].indicators[indicator].case
    part = line.part(indicator, period, day_number(first), place=TOWNSHIP, case=case)
    return 0 if part is None else int(part[0])


def test_the_village_is_above_the_income_line(books: Line) -> None:
    assert covered(books, "finance", "strong_village_coverage", "year", date(2017, 1, 1)) == 1
    assert covered(books, "finance", "strong_village_coverage", "year", date(2018, 1, 1)) == 0


def test_the_accounts_are_posted_every_quarter_on_the_20th(board: Line) -> None:
    for year in (2017, 2018, 2019):
        first = date(year, 1, 1)
        assert shown(board, "disclosure", "disclosure_volume", "year", first) == 4
        assert shown(board, "disclosure", "disclosure_on_time_rate", "year", first) == pytest.approx(100)
        kept = [
            month
            for month in range(1, 13)
            if covered(board, "disclosure", "finance_day_rate", "month", date(year, month, 1))
        ]
        assert kept == [1, 4, 7, 10]
    assert not board.dead
