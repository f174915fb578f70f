"""What is written at once is what clickhouse-driver writes value by value: its own writer is the measure."""

from __future__ import annotations

import io
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from clickhouse_driver.bufferedwriter import CompressedBufferedWriter
from clickhouse_driver.columns.service import write_column
from hypothesis import given
from hypothesis import strategies as st

from schemas.settings import Settings
from sinks.layout import load_layout
from sinks.native import native
from sinks.shaping.repeated import Repeated

if TYPE_CHECKING:
    from collections.abc import Sequence

CONTEXT = SimpleNamespace(
    client_settings={"use_numpy": False, "strings_encoding": "utf-8", "strings_as_bytes": False, "use_arrow": False}
)
TEXTS = st.sampled_from(["", "武康街道", "x" * 130]) | st.text(max_size=20)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "LowCardinality(String)": TEXTS,
    "LowCardinality(Nullable(String))": st.none() | TEXTS,
    "UUID": st.uuids().map(str),
    "Nullable(UUID)": st.none() | st.uuids().map(str),
    "Int64": st.integers(-(2**63), 2**63 - 1),
    "UInt64": st.integers(0, 2**64 - 1),
    "UInt32": st.integers(0, 2**32 - 1),
    "UInt8": st.booleans(),
    "Date": st.dates(date(1970, 1, 1), date(2149, 6, 6)),
    "DateTime64(3, 'Asia/Shanghai')": st.integers(-(2**40), 2**44),
    "Nullable(DateTime64(3, 'Asia/Shanghai'))": st.none() | st.integers(-(2**40), 2**44),
    "Nullable(Int64)": st.none() | st.integers(-(2**63), 2**63 - 1),
    "Map(Int32, Int64)": st.dictionaries(
        st.integers(-(2**31), 2**31 - 1), st.integers(-(2**63), 2**63 - 1), max_size=4
    ),
}


def by_the_driver(type_: str, values: Sequence[Any]) -> bytes:
    written = io.BytesIO()
    buffer = CompressedBufferedWriter(written, 1 << 16)
    write_column(CONTEXT, "it", type_, list(values), buffer)
    buffer.flush()
    return written.getvalue()


@pytest.mark.parametrize("type_", VALUES)
@given(st.data())
def test_a_column_is_the_drivers_bytes(type_: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(VALUES[type_], min_size=1, max_size=30))
    assert native(type_, values) == by_the_driver(type_, values)


@pytest.mark.parametrize("type_", [type_ for type_ in VALUES if not type_.startswith("Map")])
@given(st.data())
def test_runs_are_the_bytes_of_the_values_spread_out(type_: str, data: st.DataObject) -> None:
    runs = data.draw(st.lists(st.tuples(VALUES[type_], st.integers(0, 4)), max_size=12))
    column = Repeated([value for value, _ in runs], [count for _, count in runs])
    assert len(column) == len(list(column))
    assert column == [value for value, count in runs for _ in range(count)]
    spread = native(type_, list(column))
    if type_.startswith("LowCardinality") and any(count == 0 for _, count in runs):
        return  # a dictionary may hold what no row has: other bytes, the same column
    assert native(type_, column) == spread


@pytest.mark.parametrize("number", [255, 257, 70_000])
def test_a_dictionary_of_any_size_is_the_drivers(number: int) -> None:
    values = [f"value {at}" for at in range(number)]
    assert native("LowCardinality(String)", values) == by_the_driver("LowCardinality(String)", values)


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("UInt32", -1),
        ("Int64", 2**63),
        ("DateTime64(3)", None),
        ("LowCardinality(String)", None),
        ("UInt64", "7"),
        ("UUID", "7"),
    ],
)
def test_what_a_column_cannot_hold_is_not_written_as_something_else(type_: str, value: Any) -> None:
    with pytest.raises((OverflowError, TypeError, ValueError)):
        native(type_, [value])


def test_most_columns_of_cells_are_written_at_once() -> None:
    table = load_layout(Settings()).cells
    slow = [column.name for column in table.written if native(column.type, []) is None]
    assert slow == []
