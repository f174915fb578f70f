"""The buckets of quantiles: no gap, no overlap, never further off than they say, and the same in ClickHouse."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from schemas.catalogue.buckets import RELATIVE_ERROR, bounds, bucket_of, bucket_sql, value_of, value_sql
from tests.schemas.catalogue.clickhouse import answer

LONGS = st.integers(-(2**63) + 1, 2**63 - 1)
EDGES = sorted({sign * (2**power + step) for power in range(62) for step in (-1, 0, 1) for sign in (-1, 1)})


@given(LONGS)
def test_a_value_lies_in_its_bucket_and_near_its_middle(value: int) -> None:
    lowest, highest = bounds(bucket_of(value))
    assert lowest <= value <= highest
    assert abs(value_of(bucket_of(value)) - value) <= abs(value) * RELATIVE_ERROR


@given(st.integers(-3800, 3799))
def test_buckets_follow_on_one_another(bucket: int) -> None:
    assert bounds(bucket).highest + 1 == bounds(bucket + 1).lowest
    assert bucket_of(bounds(bucket).lowest) == bucket_of(bounds(bucket).highest) == bucket


@given(LONGS, LONGS)
def test_greater_values_are_never_in_lower_buckets(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert bucket_of(low) <= bucket_of(high)


def test_small_values_are_exact() -> None:
    assert [value_of(bucket_of(value)) for value in range(-127, 128)] == list(range(-127, 128))


def test_clickhouse_gives_the_same_buckets_and_middles() -> None:
    rows = answer(
        f"SELECT {bucket_sql('value')} AS bucket, {value_sql('bucket')} FROM (SELECT arrayJoin({EDGES}::Array(Int64)) AS value)"
    )
    assert [(bucket, float(middle)) for bucket, middle in rows] == [
        (bucket_of(value), value_of(bucket_of(value))) for value in EDGES
    ]
