"""121,145 real cases through the whole line: what ClickHouse shows equals what the file says, to the last case.

The import is an export of another city's hotline (its README in ../shared/data says what may be done with it): messy
as real files are, and with the same life as appeals. The expected numbers come from DuckDB, straight from the file.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.line.boston import independent

if TYPE_CHECKING:
    from tests.line.line import Line

HERE = Path(__file__).parent / "boston"
FILE = Path(__file__).parents[2].parent / "shared" / "data" / "boston_311_2015.csv.gz"

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not FILE.exists(), reason=f"the real export is not beside the checkout: {FILE.name}"),
    pytest.mark.timeout(600),
]

FIRST_ROW_TO_LAST_NUMBER_SECONDS = 120
QUANTILE_ERROR = 1 / 128

MONTHS = """
SELECT place_name, toString(period_start), indicator, numerator, denominator, value
FROM xiangmai.indicators
WHERE level = 'township' AND period = 'month' AND dimension = ''
"""
EVENTS = "SELECT count() FROM xiangmai.events_appeals"
CASES = "SELECT count() FROM xiangmai.cases_appeal"


@pytest.fixture(scope="module")
def imported(boston_line: Line) -> tuple[Line, dict[str, Any], float]:
    """The line after the import: (line, the importer's summary, seconds from first row to last number queryable)."""
    boston_line.run("places", "load", str(HERE / "places.csv"))
    began = time.monotonic()
    summary = boston_line.import_file(FILE, HERE / "mapping.yaml")
    boston_line.wait_until_queryable(events=summary["events_sent"])
    return boston_line, summary, time.monotonic() - began


@pytest.mark.alone  # the first to ask for the import, which is timed
def test_every_row_of_the_file_is_accounted_for(imported: tuple[Line, dict[str, Any], float]) -> None:
    _, summary, _ = imported
    _, rows = independent.compute(FILE)
    assert summary["rows_read"] == rows.in_file
    assert summary["rows_accepted"] + summary["rows_refused"] == rows.in_file
    assert sum(summary["refused_by_reason"].values()) == summary["rows_refused"]
    assert summary["rows_refused"] == rows.without_place + rows.closed_before_opened


def test_the_townships_months_equal_the_file_to_the_last_case(imported: tuple[Line, dict[str, Any], float]) -> None:
    line, summary, _ = imported
    months, _ = independent.compute(FILE)
    shown: dict[tuple[str, str], dict[str, tuple[int, int, float | None]]] = {}
    for place, start, indicator, numerator, denominator, value in line.query(MONTHS):
        shown.setdefault((place, start[:7]), {})[indicator] = (numerator, denominator, value)
    differences = []
    for key, month in months.items():
        cells = shown.get(key, {})
        got = (
            cells.get("appeal_volume", (0, 0, None))[0],
            cells.get("appeal_closure_rate", (0, 0, None))[0],
            cells.get("appeal_on_time_rate", (0, 0, None))[0],
        )
        if got != (month.opened, month.closed, month.closed_on_time):
            differences.append((key, got, month))
    assert not differences, differences[:10]
    # Stocks (what was open at the end of a month) are shown for months in which nothing was opened as well.
    assert {key for key, cells in shown.items() if cells.get("appeal_volume", (0, 0, None))[0]} == set(months)
    assert sum(cells.get("appeal_volume", (0,))[0] for cells in shown.values()) == summary["rows_accepted"]


def test_the_median_time_to_close_is_within_its_stated_error(imported: tuple[Line, dict[str, Any], float]) -> None:
    line, _, _ = imported
    months, _ = independent.compute(FILE)
    shown = {
        (place, start[:7]): value
        for place, start, indicator, _, _, value in line.query(MONTHS)
        if indicator == "appeal_hours_to_close_p50"
    }
    wrong = []
    for key, month in months.items():
        if month.p50_seconds is None:
            continue
        hours = month.p50_seconds / 3600
        value = shown[key]
        if value is None or abs(value - hours) > hours * QUANTILE_ERROR + 1 / 3600:
            wrong.append((key, value, hours))
    assert not wrong, wrong[:10]


def test_it_takes_under_two_minutes_from_first_row_to_last_number(imported: tuple[Line, dict[str, Any], float]) -> None:
    _, summary, seconds = imported
    rate = summary["events_sent"] / seconds
    print(
        f"\nBoston: {summary['events_sent']} events, {seconds:.1f} s to the last number queryable, {rate:.0f} events/s"
    )
    assert seconds < FIRST_ROW_TO_LAST_NUMBER_SECONDS


def test_importing_the_same_file_again_adds_nothing(imported: tuple[Line, dict[str, Any], float]) -> None:
    line, first, _ = imported
    before = (line.query(EVENTS), line.query(CASES), sorted(line.query(MONTHS), key=str))
    again = line.import_file(FILE, HERE / "mapping.yaml")
    line.wait_until_queryable(events=first["events_sent"])
    assert again["events_sent"] == 0
    assert again["rows_accepted"] == first["rows_accepted"]
    assert (line.query(EVENTS), line.query(CASES), sorted(line.query(MONTHS), key=str)) == before


def test_the_refused_rows_stand_in_a_report_with_line_column_value_and_reason(
    imported: tuple[Line, dict[str, Any], float],
) -> None:
    _, summary, _ = imported
    report = Path(summary["report"])
    assert report.exists()
    assert json.dumps(summary["refused_by_reason"])
    lines = report.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) > summary["rows_refused"]


def test_every_cell_is_proved_from_the_events(imported: tuple[Line, dict[str, Any], float]) -> None:
    line, _, _ = imported
    outcome = json.loads(line.run("verify", "--format", "json"))
    assert (outcome["verdict"], outcome["mismatches"], outcome["moving"]) == ("equal", 0, 0)
    assert outcome["cells_compared"] > 100_000
    print(f"\nBoston: {outcome['cells_compared']} cells proved in {outcome['seconds']} s")
