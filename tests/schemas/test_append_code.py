"""A cell read into columns is the cell read as a dict, value by value; what is refused there is refused here."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.append_code import Items, append_function
from schemas.domain import load_system
from schemas.read_code import Outside, read_function
from tests.schemas.strategies import events
from tests.schemas.test_read_code import grown, written

CELL = load_system()["xiangmai.system.TownshipIndicators"].schema
OWN = ("township", "level", "period_start", "dimension_value", "newest_event_at")
PARTS = ("indicator", "version", "numerator", "buckets")


def columns() -> dict[str, list[Any]]:
    return {name: [] for name in OWN}


def items(array: str = "parts") -> Items:
    return Items(array, PARTS, lambda *values: values, [])


@settings(max_examples=150)
@given(st.lists(events(CELL), max_size=4), st.booleans())
def test_columns_hold_what_a_dict_would(cells: list[dict[str, Any]], later: bool) -> None:
    """Also of a later version of the record, with other fields in another order."""
    writer = grown(CELL) if later else CELL
    if later:
        cells = [{**cell, "new_number": 1, "new_text": None, "new_list": ["x"]} for cell in cells]
    filled, parts = columns(), items()
    append, read = append_function(writer, CELL, parts, filled), read_function(writer, CELL)
    bodies = [b"frame" + written(writer, cell) for cell in (*cells, *cells)]  # the second time they have been met
    assert [append(body, 5) for body in bodies] == [len(cell["parts"]) for cell in (*cells, *cells)]
    expected = [read(body, 5) for body in bodies]
    assert filled == {name: [cell[name] for cell in expected] for name in OWN}
    assert parts.into == [tuple(part[name] for name in PARTS) for cell in expected for part in cell["parts"]]


@settings(max_examples=100)
@given(events(CELL), st.data())
def test_bytes_that_are_no_cell_append_nothing_of_a_cell(cell: dict[str, Any], data: st.DataObject) -> None:
    body = b"frame" + written(CELL, cell)
    cut = data.draw(st.integers(5, len(body) - 1))
    filled = columns()
    append = append_function(CELL, CELL, items(), filled)
    if data.draw(st.booleans()):
        append(body, 5)
        for column in filled.values():
            column.clear()
    for bad in (body[:cut], body + b"\0"):
        with pytest.raises(Exception):  # noqa: B017, PT011 - of whatever kind: the caller takes any
            append(bad, 5)
    assert {name: filled[name] for name in OWN} == {key: [] for key in OWN}


def test_what_cannot_be_read_this_way_is_said_so() -> None:
    without = copy.deepcopy(CELL)
    without["fields"] = [field for field in without["fields"] if field["name"] != "township"]
    for writer, rows in ((without, "parts"), (CELL, "place"), (CELL, "nothing")):
        with pytest.raises(Outside):
            append_function(writer, CELL, items(rows), columns())
