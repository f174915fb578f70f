"""Values that are put together in the warehouse: coverages, derived indicators, indexes, scores, versions of a definition."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sinks.support import House

A, B = "330521100", "330521101"
COUNTY = "330521"


def shown(house: House, columns: str, **where: Any) -> list[tuple[Any, ...]]:
    conditions = " AND ".join(f"{name} = {{{name}:String}}" for name in where)
    return house.rows(
        f"SELECT {columns} FROM {{db}}.indicators WHERE {conditions} ORDER BY level, place, period, period_start",
        **where,
    )


def villages(house: House, *codes: str) -> None:
    rows = ", ".join(f"('{code}', '{code}', {number})" for number, code in enumerate(codes))
    house.rows(f"INSERT INTO {{storage}}.org_units (code, name, kafka_offset) VALUES {rows}")


def test_a_coverage_is_divided_by_the_villages_that_exist(trial_house: House) -> None:
    villages(trial_house, f"{A}001", f"{A}002", f"{A}003", f"{A}004", f"{B}001", A, B, COUNTY)
    trial_house.cells(f"""
        visited_villages | {A} | month | 2026-03-01 | | 3/0
        visited_villages | {A}001 | month | 2026-03-01 | | 1/0
        visited_villages | {A}002 | month | 2026-03-01 | | 0/0
    """)
    found = shown(trial_house, "place, numerator, denominator, value, state, score", indicator="visited_villages")
    assert found == [
        (COUNTY, 3, 5, 60.0, "value", 4.0),
        (A, 3, 4, 75.0, "value", 10.0),
        (f"{A}001", 1, 1, 100.0, "value", 20.0),
        (f"{A}002", 0, 1, 0.0, "zero", 0.0),
    ]


def test_different_values_are_shown_with_their_history_and_rank_and_others_are_made_of_them(trial_house: House) -> None:
    """A county's number is the sum of its townships'; nothing that is counted is too little to be ranked."""
    trial_house.cells(f"""
        households_seen | {A} | month | 2026-02-01 | | 4/0
        households_seen | {A} | month | 2026-03-01 | | 3/0
        households_seen | {A} | month | 2025-03-01 | | 2/0
        households_seen | {A}001 | month | 2026-03-01 | | 3/0
        households_seen | {A}002 | month | 2026-03-01 | | 2/0
        households_seen | {B} | month | 2026-03-01 | | 0/0
        visits | {A} | month | 2026-03-01 | | 12/0
    """)
    columns = "place, numerator, denominator, value, state, colour, score, previous, last_year, rank, ranked"
    march = [row[1:] for row in shown(trial_house, f"period_start, {columns}", indicator="households_seen")]
    assert [row for row in march if row[1] in (3, 0) or row[0] == f"{A}002"] == [
        (COUNTY, 3, 0, 3.0, "value", "green", 6.0, 4.0, 2.0, None, None),
        (A, 3, 0, 3.0, "value", "green", 6.0, 4.0, 2.0, 1, 2),
        (B, 0, 0, 0.0, "zero", "yellow", 0.0, None, None, 2, 2),
        (f"{A}001", 3, 0, 3.0, "value", "green", 6.0, None, None, 1, 2),
        (f"{A}002", 2, 0, 2.0, "value", "yellow", 4.0, None, None, 2, 2),
    ]
    derived = shown(trial_house, "place, value", indicator="households_of_ten", level="township", period="month")
    assert (A, 2.5) in derived


def test_a_stock_of_values_is_the_sum_of_its_days(trial_house: House) -> None:
    trial_house.cells(f"""
        people_awaiting | {A} | day | 2026-02-27 | | 12/0
        people_awaiting | {A} | day | 2026-03-02 | | -7/0
        people_awaiting | {A} | now | 1970-01-01 | | 5/0
    """)
    found = shown(trial_house, "period, period_start, value", indicator="people_awaiting", place=A)
    assert ("month", date(2026, 2, 1), 12.0) in found
    assert ("day", date(2026, 3, 1), 12.0) in found
    assert ("month", date(2026, 3, 1), 5.0) in found
    assert ("now", date(1970, 1, 1), 5.0) in found


def test_without_places_a_coverage_has_no_value(trial_house: House) -> None:
    trial_house.cells(f"visited_villages | {A} | month | 2026-03-01 | | 3/0")
    assert shown(trial_house, "value, state, score", indicator="visited_villages", place=A) == [(None, "no_data", None)]


def test_growth_is_against_the_calendars_period_before(trial_house: House) -> None:
    trial_house.cells(f"""
        visits | {A} | month | 2026-01-01 | | 40/0
        visits | {A} | month | 2026-02-01 | | 50/0
        visits | {A} | month | 2026-04-01 | | 60/0
        visits | {B} | month | 2026-02-01 | | 10/0
        visits | {B} | month | 2026-01-01 | | 0/0
        visits | {A} | quarter | 2026-01-01 | | 90/0
        visits | {A} | month | 2026-02-01 | topic=roads | 5/0
        visits | {A} | month | 2026-01-01 | topic=roads | 4/0
    """)
    growth = shown(trial_house, "place, period_start, value, state", indicator="visits_growth", dimension="")
    february = date(2026, 2, 1)
    assert [row for row in growth if row[1] == february] == [
        (COUNTY, february, 50.0, "value"),
        (A, february, 25.0, "value"),
        (B, february, None, "no_data"),
    ]
    assert (A, date(2026, 4, 1), None, "no_data") in growth
    assert {row[1] for row in growth} == {date(2026, 1, 1), february, date(2026, 4, 1)}
    roads = shown(trial_house, "period_start, value", indicator="visits_growth", dimension="topic", place=A)
    assert roads == [(date(2026, 1, 1), None), (february, 25.0)]


def test_only_the_periods_of_a_definition_are_shown(trial_house: House) -> None:
    trial_house.cells(f"visits | {A} | quarter | 2026-01-01 | | 9/0\nvisits | {A} | quarter | 2026-04-01 | | 9/0")
    assert shown(trial_house, "value", indicator="visits_growth") == []
    assert len(shown(trial_house, "value", indicator="visits", place=A)) == 2


def test_a_derived_value_has_a_history_a_score_and_a_rank(trial_house: House) -> None:
    trial_house.cells(f"""
        visits | {A} | month | 2026-01-01 | | 10/0
        visits | {A} | month | 2026-02-01 | | 12/0
        visits | {A} | month | 2026-03-01 | | 9/0
        visits | {B} | month | 2026-02-01 | | 10/0
        visits | {B} | month | 2026-03-01 | | 11/0
    """)
    rows = shown(
        trial_house, "place, value, previous, score, rank, ranked", indicator="visits_growth", level="township"
    )
    assert [row for row in rows if row[1] is not None] == [
        (A, pytest.approx(20.0), None, 10.0, 1, 1),
        (A, pytest.approx(-25.0), pytest.approx(20.0), 0.0, 2, 2),
        (B, pytest.approx(10.0), None, 10.0, 1, 2),
    ]


def test_an_index_weighs_what_it_is_made_of(trial_house: House) -> None:
    villages(trial_house, *(f"{place}{number:03d}" for place in (A, B) for number in range(1, 5)))
    trial_house.cells(f"""
        visited_villages | {A} | month | 2026-03-01 | | 3/0
        matters_done@1 | {A} | month | 2026-03-01 | | 8/10
        minutes_for_a_household | {A} | month | 2026-03-01 | | 60/4
        visited_villages | {B} | month | 2026-03-01 | | 4/0
        matters_done@1 | {B} | month | 2026-03-01 | | 0/20
        minutes_for_a_household | {B} | month | 2026-03-01 | | 60/4
        visited_villages | {B} | month | 2026-02-01 | | 4/0
    """)
    found = shown(trial_house, "place, period_start, value, state", indicator="village_index", level="township")
    march = date(2026, 3, 1)
    # The first version of matters_done is the one in force in March; it has the same score. A veto gives zero, too little no value.
    assert found == [
        (A, march, pytest.approx(59.0), "value"),
        (B, date(2026, 2, 1), None, "no_data"),
        (B, march, 0.0, "zero"),
    ]


def test_a_period_is_shown_by_the_version_in_force_on_its_last_day(trial_house: House) -> None:
    lines = [
        f"matters_done@{version} | {A} | {period} | {start} | | {version}/10"
        for version in (1, 2, 3)
        for period, start in (
            ("month", "2025-12-01"),
            ("month", "2026-03-01"),
            ("month", "2026-04-01"),
            ("month", "2026-07-01"),
            ("quarter", "2026-04-01"),
            ("year", "2026-01-01"),
            ("day", "2026-06-30"),
            ("day", "2026-07-01"),
        )
    ]
    trial_house.cells("\n".join(lines))
    found = {
        (period, start): (version, value)
        for period, start, version, value in shown(
            trial_house, "period, period_start, definition_version, value", indicator="matters_done", place=A
        )
    }
    assert found == {
        ("day", date(2026, 6, 30)): (2, 20.0),
        ("day", date(2026, 7, 1)): (3, 30.0),
        ("month", date(2025, 12, 1)): (1, 10.0),
        ("month", date(2026, 3, 1)): (1, 10.0),
        ("month", date(2026, 4, 1)): (2, 20.0),
        ("month", date(2026, 7, 1)): (3, 30.0),
        ("quarter", date(2026, 4, 1)): (2, 20.0),
        ("year", date(2026, 1, 1)): (3, 30.0),
    }


def test_points_come_from_the_version_that_is_shown(trial_house: House) -> None:
    trial_house.cells(f"""
        matters_done@1 | {A} | month | 2026-03-01 | | 8/10
        matters_done@3 | {A} | month | 2026-07-01 | | 10/10
        visits | {A} | month | 2026-03-01 | | 99/0
    """)
    assert shown(trial_house, "score", indicator="matters_done", place=A) == [(8.0,), (10.0,)]
    assert shown(trial_house, "score", indicator="visits", place=A) == [(4.0,)]


def test_a_line_is_reached_whatever_the_quotient_rounds_to(trial_house: House) -> None:
    """58 of 100 divided by 0.01 is 57.99999999999999."""
    trial_house.cells(f"""
        matters_done@3 | {A} | month | 2026-07-01 | | 58/100
        matters_done@3 | {B} | month | 2026-07-01 | | 579/1000
    """)
    found = shown(trial_house, "place, colour", indicator="matters_done", level="township")
    assert found == [(A, "green"), (B, "yellow")]
