"""What is written in C and what is written in Python: the same bytes, and with no extension at all the same line."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.avro_bytes import long
from streams.cell_outputs import Form
from streams.packing import Fresh, merged, sorted_in
from streams.quick.form import QUICK
from tests.streams.core import digest
from tests.streams.core.test_quick import everything

if TYPE_CHECKING:
    from streams.engine import CasePlan

pytestmark = pytest.mark.skipif(not QUICK, reason="the extension was not built: there is no compiler here")

LONG = 1 << 63
CHANGED_AT = long(1_780_272_123_456)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(st.characters(codec="utf-8"), max_size=20),
    "boolean": st.booleans(),
    "double": st.floats(allow_nan=False),
    "decimal": st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(-300, 300),
}
longs = (
    st.integers(-LONG, LONG - 1) | st.integers(-70, 70) | st.sampled_from([1 << 13, 1 << 34, (1 << 41) - 1, 1 << 41])
)


@given(st.data())
@settings(max_examples=300)
def test_a_case_is_the_same_record(data: st.DataObject) -> None:
    case, plan = data.draw(st.sampled_from(sorted(everything().engine.cases.items())))
    fields = fields_of(plan)
    key = f"{case}|330502100|{data.draw(st.text(st.characters(codec='utf-8'), min_size=1, max_size=9))}".encode()
    village = data.draw(st.none() | st.integers(0, 999))
    drawn = [data.draw(st.none() | VALUES.get(kind, longs)) for kind in fields]
    state = (data.draw(st.integers(0, 99_999)), data.draw(longs), village, True, (), *drawn)
    assert plan.case_output.encode(key, state, CHANGED_AT) == plan.case_output.without_extension(key, state, CHANGED_AT)


def fields_of(plan: CasePlan) -> list[str]:
    for catalogue in digest.catalogues():
        if plan.name in catalogue.cases:
            return [str(field.type) for field in catalogue.cases[plan.name].fields]
    raise KeyError(plan.name)


def test_a_number_beyond_64_bits_is_left_to_the_other_way() -> None:
    plan = everything().engine.cases["appeal"]
    state = (1 << 70, 0, None, True, (), *[None] * len(fields_of(plan)))
    key = b"appeal|330502100|A"
    assert plan.case_output.encode(key, state, CHANGED_AT) == plan.case_output.without_extension(key, state, CHANGED_AT)


def test_cells_are_the_same_records() -> None:
    filled = digest.filled_shard()
    compared = 0
    for name, cells in filled._balance.cells.items():
        output = everything().engine.cases[name].cell_output
        cells.change_all()
        quick = output.encode(cells, CHANGED_AT)
        forms = output._forms
        output._forms = [{key: form._replace(quick=None) for key, form in each.items()} for each in forms]
        try:
            assert output.encode(cells, CHANGED_AT) == quick
        finally:
            output._forms = forms
        compared += len(quick)
        assert all(isinstance(form, Form) and form.quick is not None for each in forms for form in each.values())
    assert compared > 500


@st.composite
def events(draw: st.DrawFn) -> list[Fresh]:
    made = {}
    for _ in range(draw(st.integers(1, 4))):
        id_ = draw(st.binary(min_size=16, max_size=16))
        at = draw(st.integers(-3, 3))
        body = (48).to_bytes(2, "little") + bytes(2) + id_ + at.to_bytes(8, "little", signed=True) + bytes(20)
        made[id_] = Fresh(at, id_, body, draw(st.integers(0, 3)))
    return list(made.values())


@given(events(), events())
def test_a_case_is_merged_to_the_same_bytes(first: list[Fresh], second: list[Fresh]) -> None:
    layout = b"laid"
    old = merged(None, layout, first)
    assert old == sorted_in(None, layout, first)
    assert merged(old, layout, second) == sorted_in(old, layout, second)


def test_without_the_extension_the_line_writes_the_same() -> None:
    script = "import sys; sys.modules['streams.quick.reading'] = sys.modules['streams.quick.writing'] = None\n"
    script += "from tests.streams.core import digest; print(digest.main())"
    root = Path(__file__).parents[3]
    told = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    here = digest.main().split()
    assert here[0] == "True"
    assert told.stdout.split() == ["False", *here[1:]]


def test_the_digest_sees_a_single_number() -> None:
    assert digest.main(random.Random(8)) != digest.main()
