"""Numbers and texts put together by hand are what fastavro writes."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.avro_bytes import Remembered, long, optional_text, text, whole


def by_fastavro(schema: Any, value: Any) -> bytes:
    out = BytesIO()
    fastavro.schemaless_writer(out, schema, value)
    return out.getvalue()


@given(st.integers(-(2**63), 2**63 - 1) | st.integers(0, 2**14 + 9) | st.integers(2**34 - 9, 2**42))
def test_longs(number: int) -> None:
    assert long(number) == by_fastavro("long", number)


@pytest.mark.parametrize("power", range(64))
def test_longs_at_the_edges_of_their_lengths(power: int) -> None:
    for number in (2**power - 1, 2**power, -(2**power), -(2**power) - 1):
        if -(2**63) <= number < 2**63:
            assert long(number) == by_fastavro("long", number)


@given(st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(-300, 300), st.integers(0, 18))
def test_decimals(number: int, scale: int) -> None:
    schema = {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": scale}
    assert whole(number) == by_fastavro(schema, Decimal(number).scaleb(-scale))


@given(st.text())
def test_texts(value: str) -> None:
    assert text(value) == by_fastavro("string", value)
    assert optional_text(value) == by_fastavro(["null", "string"], value)


def test_a_null_is_no_text() -> None:
    assert optional_text(None) == by_fastavro(["null", "string"], None)


def test_what_is_remembered_is_made_once_and_bounded() -> None:
    made: list[int] = []

    def square(number: int) -> int:
        made.append(number)
        return number * number

    squares = Remembered(square, most=3)
    assert [squares[number] for number in (2, 2, 3, 2)] == [4, 4, 9, 4]
    assert made == [2, 3]
    for number in range(10):
        assert squares[number] == number * number
        assert len(squares) <= 3
