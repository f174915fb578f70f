"""The view `indicators` against numbers worked out by hand: cells in, values, colours, ranks and histories out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from schemas.catalogue.buckets import bucket_of, value_of

if TYPE_CHECKING:
    from tests.sinks.support import House

A, B, C, D = "330521100", "330521101", "330521102", "330521103"
COUNTY = "330521"


@pytest.fixture
def house(emptied_house: House) -> House:
    """The warehouse of this file: its tests only put rows into it."""
    return emptied_house


def shown(house: House, columns: str, **where: Any) -> list[tuple[Any, ...]]:
    conditions = " AND ".join(f"{name} = {{{name}:String}}" for name in where)
    return house.rows(
        f"SELECT {columns} FROM {{db}}.indicators WHERE {conditions} ORDER BY level, place, period, period_start",
        **where,
    )


def test_a_rate_is_divided_at_the_end_and_three_states_are_told_apart(house: House) -> None:
    house.cells(f"""
        appeal_closure_rate | {A} | month | 2026-03-01 | | 39/40
        appeal_closure_rate | {B} | month | 2026-03-01 | | 0/12
        appeal_closure_rate | {C} | month | 2026-03-01 | | 0/0
        appeal_volume       | {C} | month | 2026-03-01 | | 0/0
    """)
    rates = shown(house, "place, value, state", indicator="appeal_closure_rate", level="township")
    assert rates == [(A, 97.5, "value"), (B, 0.0, "zero"), (C, None, "no_data")]
    assert shown(house, "value, state", indicator="appeal_volume", place=C) == [(0.0, "zero")]


def test_the_county_is_the_sum_of_its_townships_not_the_mean_of_their_rates(house: House) -> None:
    house.cells(f"""
        appeal_closure_rate | {A} | month | 2026-03-01 | | 9/10
        appeal_closure_rate | {B} | month | 2026-03-01 | | 10/90
        appeal_closure_rate | {A}201 | month | 2026-03-01 | | 9/10
        appeal_closure_rate | 330522100 | month | 2026-03-01 | | 5/5
    """)
    counties = shown(house, "place, county, numerator, denominator, value, rank", level="county")
    assert counties == [(COUNTY, COUNTY, 19, 100, 19.0, None), ("330522", "330522", 5, 5, 100.0, None)]


def test_colours_follow_goal_and_lines_in_the_direction_that_is_better(house: House) -> None:
    hours = {name: bucket_of(each * 3600) for name, each in {"fast": 20, "slow": 100, "late": 300}.items()}
    house.cells(f"""
        appeal_closure_rate | {A} | month | 2026-03-01 | | 95/100
        appeal_closure_rate | {B} | month | 2026-03-01 | | 94/100
        appeal_closure_rate | {C} | month | 2026-03-01 | | 84/100
        appeal_closure_rate | {D} | month | 2026-03-01 | | 0/0
        appeal_volume       | {A} | month | 2026-03-01 | | 40/0
        appeal_hours_to_close_p50 | {A} | month | 2026-03-01 | | 10/10 | {hours["fast"]}:10
        appeal_hours_to_close_p50 | {B} | month | 2026-03-01 | | 10/10 | {hours["slow"]}:10
        appeal_hours_to_close_p50 | {C} | month | 2026-03-01 | | 10/10 | {hours["late"]}:10
    """)
    rates = shown(house, "place, colour", indicator="appeal_closure_rate", level="township")
    assert rates == [(A, "green"), (B, "yellow"), (C, "red"), (D, "")]
    durations = shown(house, "place, colour", indicator="appeal_hours_to_close_p50", level="township")
    assert durations == [(A, "green"), (B, "yellow"), (C, "red")]
    assert shown(house, "colour", indicator="appeal_volume", place=A) == [("",)]


def test_ties_share_a_rank_and_too_few_cases_are_shown_but_not_ranked(house: House) -> None:
    house.cells(f"""
        appeal_closure_rate | {A} | month | 2026-03-01 | | 20/20
        appeal_closure_rate | {B} | month | 2026-03-01 | | 10/10
        appeal_closure_rate | {C} | month | 2026-03-01 | | 18/20
        appeal_closure_rate | {D} | month | 2026-03-01 | | 9/9
        appeal_closure_rate | 330522100 | month | 2026-03-01 | | 1/20
        appeal_closure_rate | {A}201 | month | 2026-03-01 | | 5/10
        appeal_volume       | {A} | month | 2026-03-01 | | 20/0
    """)
    ranks = shown(house, "place, value, rank, ranked", indicator="appeal_closure_rate", level="township")
    assert ranks == [
        (A, 100.0, 1, 3),
        (B, 100.0, 1, 3),
        (C, 90.0, 3, 3),
        (D, 100.0, None, None),
        ("330522100", 5.0, 1, 1),
    ]
    assert shown(house, "rank", level="village") == [(1,)]
    assert shown(house, "rank", indicator="appeal_volume", place=A) == [(None,)]


def test_shorter_is_better_ranks_from_below(house: House) -> None:
    quick, slow = bucket_of(3600), bucket_of(90_000)
    house.cells(f"""
        appeal_hours_to_close_p50 | {A} | month | 2026-03-01 | | 10/10 | {slow}:10
        appeal_hours_to_close_p50 | {B} | month | 2026-03-01 | | 10/10 | {quick}:10
    """)
    assert shown(house, "place, rank", level="township") == [(A, 2), (B, 1)]


def test_previous_is_the_calendars_previous_period_and_last_year_the_same_one(house: House) -> None:
    house.cells(f"""
        appeal_volume | {A} | month | 2025-03-01 | | 7/0
        appeal_volume | {A} | month | 2026-02-01 | | 20/0
        appeal_volume | {A} | month | 2026-03-01 | | 30/0
        appeal_volume | {A} | month | 2026-05-01 | | 50/0
        appeal_volume | {A} | quarter | 2025-10-01 | | 11/0
        appeal_volume | {A} | quarter | 2026-01-01 | | 50/0
        appeal_volume | {A} | year | 2024-01-01 | | 99/0
        appeal_volume | {A} | year | 2025-01-01 | | 100/0
        appeal_volume | {A} | day | 2024-02-29 | | 1/0
        appeal_volume | {A} | day | 2025-03-01 | | 2/0
        appeal_volume | {A} | day | 2026-02-28 | | 3/0
        appeal_volume | {A} | day | 2026-03-01 | | 4/0
    """)
    history = {
        (period, start): (previous, last_year)
        for period, start, previous, last_year in shown(
            house, "period, period_start, previous, last_year", level="township"
        )
    }
    assert history == {
        ("month", date(2025, 3, 1)): (None, None),
        ("month", date(2026, 2, 1)): (None, None),
        ("month", date(2026, 3, 1)): (20.0, 7.0),
        ("month", date(2026, 5, 1)): (None, None),
        ("quarter", date(2025, 10, 1)): (None, None),
        ("quarter", date(2026, 1, 1)): (11.0, None),
        ("year", date(2024, 1, 1)): (None, None),
        ("year", date(2025, 1, 1)): (99.0, 99.0),
        ("day", date(2024, 2, 29)): (None, None),
        ("day", date(2025, 3, 1)): (None, None),
        ("day", date(2026, 2, 28)): (None, None),
        ("day", date(2026, 3, 1)): (3.0, 2.0),
    }


def test_a_stocks_history_is_the_running_sum_of_its_days(house: House) -> None:
    house.cells(
        f"""
        appeal_open | {A} | day | 2026-01-30 | | 5/0
        appeal_open | {A} | day | 2026-02-02 | | -2/0
        appeal_open | {A} | day | 2026-02-03 | | 1/0
        appeal_open | {B} | day | 2026-02-05 | | 1/0
        appeal_open | {A} | now |            | | 4/0
        appeal_open | {B} | now |            | | 1/0
        """,
        newest="2026-02-05 12:00",
    )
    days = {
        start.day: value
        for start, value in shown(house, "period_start, value", indicator="appeal_open", place=A, period="day")
    }
    assert days == {30: 5, 31: 5, 1: 5, 2: 3, 3: 4, 4: 4, 5: 4}
    months = shown(house, "period_start, value, previous", place=A, period="month")
    assert months == [(date(2026, 1, 1), 5.0, None), (date(2026, 2, 1), 4.0, 5.0)]
    assert shown(house, "value", place=A, period="quarter") == [(4.0,)]
    assert shown(house, "value", place=A, period="year") == [(4.0,)]
    assert shown(house, "value", place=COUNTY, period="month") == [(5.0,), (5.0,)]
    assert shown(house, "value", place=COUNTY, period="now") == [(5.0,)]


def test_a_late_event_corrects_every_later_day_of_a_stock(house: House) -> None:
    moved, corrected = f"appeal_open | {A} | day | 2026-01-12 | | 1/0", f"appeal_open | {A} | day | 2026-01-10 | | 6/0"
    house.cells(f"appeal_open | {A} | day | 2026-01-10 | | 5/0\n{moved}", newest="2026-01-12 12:00")
    house.cells(corrected, offset=10, changed="2026-06-02 00:00", newest="2026-01-12 12:00")
    days = shown(house, "period_start, value, toString(changed_at)", place=A, period="day")
    assert [(start.day, value, when[:10]) for start, value, when in days] == [
        (10, 6.0, "2026-06-02"),
        (11, 6.0, "2026-06-02"),
        (12, 7.0, "2026-06-02"),
    ]


def test_a_register_that_stands_still_can_be_divided_by(house: House) -> None:
    house.cells(f"grid_count | {A} | day | 2026-01-10 | | 4/0", newest="2026-01-10 12:00")
    house.cells(
        f"""
        grids_patrolled | {A} | day   | 2026-03-20 | | 3/0
        grids_patrolled | {A} | month | 2026-03-01 | | 3/0
        """,
        offset=10,
        newest="2026-03-20 12:00",
    )
    months = shown(house, "period_start, value", indicator="grid_count", place=A, period="month")
    assert months == [(date(2026, month, 1), 4.0) for month in (1, 2, 3)]
    assert shown(house, "value", indicator="patrol_grid_coverage", place=A, period="month")[-1] == (75.0,)


def test_a_quantile_is_read_from_summed_buckets(house: House) -> None:
    one, two, nine = bucket_of(3600), bucket_of(7200), bucket_of(9 * 3600)
    house.cells(f"""
        appeal_hours_to_close_p50 | {A} | month | 2026-03-01 | | 3/3 | {one}:2 {nine}:1
        appeal_hours_to_close_p50 | {B} | month | 2026-03-01 | | 4/4 | {two}:1 {nine}:3
        appeal_hours_to_close_p50 | {C} | month | 2026-03-01 | | 0/0 |
    """)
    township = shown(house, "place, value, state", level="township")
    assert township == [
        (A, value_of(one) / 3600, "value"),
        (B, value_of(nine) / 3600, "value"),
        (C, None, "no_data"),
    ]
    # 3600 3600 7200 9h 9h 9h 9h: the fourth of seven.
    assert shown(house, "value", level="county") == [(value_of(nine) / 3600,)]


@pytest.mark.parametrize("seconds", [0, 1, 63, 127, 128, 129, 4095, 86_399, 31_536_000, 10**9])
def test_clickhouse_finds_the_middle_of_the_same_bucket(house: House, seconds: int) -> None:
    house.cells(f"appeal_hours_to_close_p50 | {A} | month | 2026-03-01 | | 1/1 | {bucket_of(seconds)}:1")
    assert shown(house, "value", place=A) == [(value_of(bucket_of(seconds)) / 3600,)]


def test_breakdowns_stand_beside_the_whole_and_are_ranked_apart(house: House) -> None:
    house.cells(f"""
        appeal_closure_rate | {A} | month | 2026-03-01 | | 30/40
        appeal_closure_rate | {A} | month | 2026-03-01 | department=roads | 10/20
        appeal_closure_rate | {A} | month | 2026-03-01 | department=water | 20/20
        appeal_closure_rate | {B} | month | 2026-03-01 | department=roads | 19/20
    """)
    rows = shown(house, "place, dimension_value, value, rank", level="township", dimension="department")
    assert sorted(rows) == [(A, "roads", 50.0, 2), (A, "water", 100.0, 1), (B, "roads", 95.0, 1)]


def test_the_newest_publication_of_a_cell_wins_whatever_comes_first(house: House) -> None:
    house.cells(f"appeal_volume | {A} | month | 2026-03-01 | | 9/0", offset=200)
    house.cells(f"appeal_volume | {A} | month | 2026-03-01 | | 8/0", offset=100)
    assert shown(house, "value", place=A) == [(9.0,)]


def test_revised_is_what_changed_later_than_a_day_after_its_period(house: House) -> None:
    march = f"appeal_volume | {A} | month | 2026-03-01 | | 9/0"
    house.cells(march, changed="2026-04-01 23:59")
    assert shown(house, "revised", place=A) == [(False,)]
    house.cells(march, offset=10, changed="2026-04-02 00:01")
    assert shown(house, "revised", place=A) == [(True,)]
    house.cells(f"appeal_open | {B} | now | | | 9/0", offset=20)
    assert shown(house, "revised", place=B) == [(False,)]


def test_cells_of_another_version_of_a_definition_are_not_shown(house: House) -> None:
    house.cells(f"appeal_volume | {A} | month | 2026-03-01 | | 9/0")
    other = "SELECT * REPLACE (2 AS definition_version) FROM {storage}.indicator_cells"
    house.rows(f"INSERT INTO {{storage}}.indicator_cells {other}")
    assert house.rows("SELECT count() FROM {db}.indicator_cells") == [(2,)]
    assert shown(house, "definition_version", place=A) == [(1,)]


def test_places_and_departments_lend_their_names(house: House) -> None:
    house.cells(f"appeal_volume | {A} | month | 2026-03-01 | department=roads | 9/0")
    assert shown(house, "place_name, dimension_name", place=A) == [(A, "roads")]
    house.rows(f"INSERT INTO {{storage}}.org_units (code, name, kafka_offset) VALUES ('{A}', '武康街道', 1)")
    house.rows("INSERT INTO {storage}.departments (code, name, kafka_offset) VALUES ('roads', '公路局', 1)")
    assert shown(house, "place_name, dimension_name", place=A) == [("武康街道", "公路局")]
