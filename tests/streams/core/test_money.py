"""Money in the stream: exact from the producer's event to the case's record and the cell, whatever the order."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.catalogue.buckets import bucket_of
from schemas.catalogue.golden import golden_events
from schemas.catalogue.load import load_catalogue
from streams.layouts import KeptEvent, KeptField, Layout, packer, repacked
from streams.packing import merged
from tests.ledger import MARCH, NOON, TOWNSHIP, VILLAGE, adjusted, booked, ledger_catalogue, write_ledger
from tests.streams.core.support import Line, World, event_id, make, world_of

if TYPE_CHECKING:
    from pathlib import Path

Event = tuple[str, dict[str, Any]]
LARGEST = Decimal("9999999999999999.99")


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world_of([load_catalogue(write_ledger(tmp_path_factory.mktemp("domains")))])


def line(here: World, now: int = NOON) -> Line:
    return Line(here, now, topic="village.ledger", case="entry")


def entry(story: Line, name: str = "A") -> dict[str, Any]:
    return story.cases[f"{TOWNSHIP}|entry|{name}"]


def test_amounts_are_folded_to_the_last_digit(here: World) -> None:
    story = line(here).send(
        booked("A", NOON - 9, "20000.10", fee="0.1", households=3),
        adjusted("A", NOON - 8, "-0.20"),
        adjusted("A", NOON - 7, None),
        adjusted("A", NOON - 6, Decimal("0.30")),
        booked("B", NOON - 5, "0.07", fee="99.9999"),
    )
    story.flow()
    a = {name: str(value) for name, value in entry(story).items()}
    expected = {"total": "20000.20", "large": "20000.10", "first_amount": "20000.10", "last_amount": "0.30"}
    expected |= {"least_amount": "-0.20", "greatest_amount": "20000.10", "fees": "0.1000", "net": "20000.1000"}
    expected |= {"owed": "0.90", "is_large": "True"}
    assert {name: a[name] for name in expected} == expected
    assert entry(story)["each"] == 20000.20 / 3
    b = entry(story, "B")
    assert (str(b["net"]), b["is_large"], b["last_amount"], b["owed"]) == ("-99.9299", False, None, None)
    assert story.part("ledger_total", "month", MARCH) == (2_000_020 + 7, 0)
    assert story.part("ledger_net_mean", "month", MARCH) == (200_001_000 - 999_299, 2)
    assert story.part("ledger_total", "month", MARCH, place=VILLAGE) == (2_000_027, 0)

    story.send(make_void("A", booked("A", NOON - 9, "0")[1]["event_id"])).flow()
    assert story.part("ledger_total", "month", MARCH) == (7, 0)


def make_void(case: str, corrects: str) -> Event:
    name, event = make("EventVoided", case, NOON - 1, case_type="entry", village=VILLAGE)
    return name, {**event, "corrects": corrects}


def test_the_same_amount_written_otherwise_is_the_same_event(here: World) -> None:
    story = line(here)
    for amount in ("12.5", Decimal("12.50"), "12.5000", Decimal("1.25E+1")):
        story.send(booked("A", NOON - 9, amount)).apply()
    assert [applied.duplicate for applied in story.applied] == [0, 1, 1, 1]
    story.send(booked("A", NOON - 9, "12.51")).flow()
    assert [letter["reason"] for letter in story.dead] == ["id_conflict"]
    assert entry(story)["total"] == Decimal("12.50")


def test_sums_beyond_eighteen_digits_are_null_and_come_back(here: World) -> None:
    story = line(here).send(booked("A", NOON - 9, LARGEST), adjusted("A", NOON - 8, "0.01", name="cent")).flow()
    assert (entry(story)["total"], entry(story)["net"], entry(story)["greatest_amount"]) == (None, None, LARGEST)
    assert story.part("ledger_net_mean", "month", MARCH) is None
    story.send(adjusted("A", NOON - 8, "-0.01", name="mended", corrects=event_id("cent"))).flow()
    assert entry(story)["total"] == LARGEST - Decimal("0.01")
    assert entry(story)["net"] is None  # with four digits after the point it has no room
    assert story.part("ledger_total", "month", MARCH) == (10**18 - 2, 0)


def test_a_cell_of_absurd_amounts_stops_nothing_and_is_exact_again_afterwards(here: World) -> None:
    story = line(here).send(booked("honest", NOON - 9, "12.50"))
    names = [f"absurd{number}" for number in range(25)]
    for name in names:
        story.send(booked(name, NOON - 8, LARGEST, name=name))
    story.flow()
    true_sum = 1250 + 25 * (10**18 - 1)
    half = 1 << 63
    assert story.part("ledger_total", "month", MARCH)[0] == (true_sum + half) % (2 * half) - half
    story.crash(chunk=2)
    story.drain()
    for name in names:
        story.send(make_void(name, event_id(name)))
    story.flow()
    assert story.part("ledger_total", "month", MARCH) == (1250, 0)


def test_the_ledgers_golden_examples_give_their_numbers(here: World) -> None:
    for indicator in here.catalogue.indicators.values():
        for example in indicator.golden:
            events = golden_events(example, here.catalogue, here.calendar)
            story = line(here).send(*events).flow()
            assert story.part(indicator.id, "month", MARCH)[0] == example.expect.numerator
    (bucket,) = story.cells[f"{TOWNSHIP}|entry|township|{TOWNSHIP}|month|{MARCH}||"]["parts"][2]["buckets"]
    assert int(bucket) == bucket_of(1050)


amounts = st.integers(-(10**15), 10**15).map(lambda number: Decimal(number).scaleb(-2))
entries = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.integers(0, 5),
        amounts,
        st.none() | amounts,
        st.none() | st.integers(1, 10**9).map(lambda number: Decimal(number).scaleb(-4)),
    ),
    max_size=10,
)


@given(entries, st.data())
@settings(max_examples=100)
def test_sums_do_not_depend_on_order_repeats_or_restarts(here: World, rows: list[Any], data: st.DataObject) -> None:
    made = []
    for number, (case, at, amount, more, fee) in enumerate(rows):
        made.append(booked(f"案{case}", NOON - 9 + at, amount, name=f"b{number}", fee=fee))
        made.append(adjusted(f"案{case}", NOON - 9 + at, more, name=f"a{number}"))
    again = data.draw(st.lists(st.sampled_from(made), max_size=5)) if made else []
    story = line(here)
    for event in data.draw(st.permutations(made + again)):
        story.send(event).apply()
        if data.draw(st.booleans()):
            story.drain()
        if data.draw(st.booleans()):
            story.crash(data.draw(st.sampled_from((1, 2)))).apply()
    story.drain()
    assert not story.dead
    totals: dict[int, Decimal] = {}
    nets: dict[int, Decimal] = {}
    for case, _, amount, more, fee in rows:
        totals[case] = totals.get(case, Decimal(0)) + amount + (more or 0)
        nets[case] = nets.get(case, Decimal(0)) + amount + (more or 0) - (fee or 0)
    for case, total in totals.items():
        state = entry(story, f"案{case}")
        assert (state["total"], state["net"]) == (total, nets[case])
        assert (state["total"].as_tuple().exponent, state["net"].as_tuple().exponent) == (-2, -4)
    if rows:
        assert story.part("ledger_total", "month", MARCH) == (int(sum(totals.values()) * 100), 0)
        assert story.part("ledger_net_mean", "month", MARCH) == (int(sum(nets.values()) * 10_000), len(nets))


def layout(*fields: KeptField) -> Layout:
    return Layout("entry", (KeptEvent("EntryBooked", 0, fields),))


def test_a_layout_says_the_scale_and_those_without_money_stay_as_they_were() -> None:
    money = layout(KeptField("amount", "decimal", (), 2), KeptField("fee", "decimal", (), 4))
    assert Layout.of_text(money.text) == money
    assert '["amount","decimal:2",[]]' in money.text
    plain = layout(KeptField("kind", "enum", ("a", "b")), KeptField("n", "long"))
    assert plain.text == '{"case":"entry","events":[["EntryBooked",[["kind","enum",["a","b"]],["n","long",[]]]]]}'
    assert Layout.of_text(plain.text) == plain


@given(st.none() | st.integers(-(10**18) + 1, 10**18 - 1), st.integers(0, 6), st.integers(0, 6))
def test_money_moves_between_layouts_exactly_or_is_null(number: int | None, scale: int, later: int) -> None:
    old, new = (layout(KeptField("n", "long"), KeptField("amount", "decimal", (), each)) for each in (scale, later))
    value = None if number is None else Decimal(number).scaleb(-scale)
    event = {**booked("A", NOON, "0")[1], "amount": value, "n": 7}
    packed = merged(None, old.id, [packer(old.events[0])(event, 0, 0, 0)])
    moved = repacked(packed, old, new)
    there = new.events[0].struct.unpack_from(moved, len(moved) - new.events[0].struct.size)
    fits = value is not None and value == round(value, later) and abs(value.scaleb(later)) < 10**18
    assert there[-2:] == (7, int(value.scaleb(later)) if fits and value is not None else -(1 << 63))
    # What becomes or was another kind of number is null, never misread by its digits.
    whole = layout(KeptField("n", "decimal", (), 2), KeptField("amount", "long"))
    crossed = whole.events[0].struct.unpack_from(repacked(packed, old, whole), len(moved) - whole.events[0].struct.size)
    assert crossed[-2:] == (-(1 << 63), -(1 << 63))


def test_a_case_packed_before_a_fold_was_added_keeps_its_amounts(here: World, tmp_path: Path) -> None:
    story = line(here).send(booked("A", NOON - 9, "12.50", fee="0.5")).flow()
    text = ledger_catalogue().replace(
        "      fees:", "      dearest: {zh: 最高费, en: dearest, fold: max, of: EntryBooked.fee}\n      fees:"
    )
    text = text.replace("of: EntryBooked.households}", "of: EntryBooked.households, where: department = 'x'}")
    later = world_of([load_catalogue(write_ledger(tmp_path, text))])
    old, new = here.engine.cases["entry"], later.engine.cases["entry"]
    assert old.layout.id != new.layout.id
    story.world = later
    story.crash().drain()
    state = entry(story)
    assert (state["total"], state["fees"], state["dearest"]) == (Decimal("12.50"), Decimal("0.5000"), Decimal("0.5000"))
