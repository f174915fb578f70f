"""Money is exact: what a producer may hand in, what is refused and why, and what comes back."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.codec import Decoder, Encoder
from schemas.decimals import DecimalForm, exact_decimals, other_decimals, plain
from schemas.documentation import type_text
from schemas.domain import fields_of
from schemas.errors import InvalidEvent
from schemas.registry_memory import MemoryRegistry

MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}
SHARE = {"type": "bytes", "logicalType": "decimal", "precision": 7, "scale": 6}
LINE = {"type": "record", "name": "Line", "fields": [{"name": "amount", "type": ["null", MONEY], "default": None}]}
LEDGER: dict[str, Any] = {
    "type": "record",
    "name": "Ledger",
    "namespace": "xiangmai.test",
    "fields": [
        {"name": "amount", "type": MONEY},
        {"name": "share", "type": ["null", SHARE], "default": None},
        {"name": "line", "type": ["null", LINE], "default": None},
        {"name": "lines", "type": {"type": "array", "items": {**LINE, "name": "Other"}}, "default": []},
    ],
}
NAME = "xiangmai.test.Ledger"


def ledger(amount: Any, **more: Any) -> dict[str, Any]:
    return {"amount": amount, "share": None, "line": None, "lines": [], **more}


def sent(event: dict[str, Any]) -> dict[str, Any]:
    registry = MemoryRegistry()
    encoder, decoder = Encoder(registry, [LEDGER]), Decoder([LEDGER])
    decoder.learn(encoder.prepare([NAME])[NAME], LEDGER)
    return decoder.decode(encoder.encode(NAME, event))[1]


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (Decimal("12.5"), "12.50"),
        ("12.50", "12.50"),
        ("+12", "12.00"),
        ("-0.07", "-0.07"),
        ("12.5000", "12.50"),
        (Decimal("1E+3"), "1000.00"),
        ("9999999999999999.99", "9999999999999999.99"),
        (Decimal("-9999999999999999.99"), "-9999999999999999.99"),
        ("0" * 90 + "1", "1.00"),
    ],
)
def test_a_decimal_or_its_text_is_taken_as_it_is_written(given: Any, taken: str) -> None:
    assert str(sent(ledger(given))["amount"]) == taken


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (12.5, "rule:type"),
        (12, "rule:type"),
        (True, "rule:type"),
        (None, "rule:type"),
        (b"\x01", "rule:type"),
        ("", "rule:type"),
        ("1,234.50", "rule:type"),
        ("１２", "rule:type"),
        ("1e3", "rule:type"),
        (" 12", "rule:type"),
        ("12.", "rule:type"),
        ("0" * 200, "rule:type"),
        (Decimal("NaN"), "rule:type"),
        (Decimal("Infinity"), "rule:type"),
        ("12.505", "rule:scale"),
        (Decimal("1E-400"), "rule:scale"),
        ("10000000000000000", "rule:precision"),
        (Decimal("1E+400"), "rule:precision"),
    ],
)
def test_a_float_and_digits_too_many_are_refused_by_name(given: Any, reason: str) -> None:
    for event, field in (
        (ledger(given), "amount"),
        (ledger("1", line={"amount": given}), "line.amount"),
        (ledger("1", lines=[{"amount": None}, {"amount": given}]), "lines[].amount"),
    ):
        if given is None and field != "amount":
            continue
        with pytest.raises(InvalidEvent) as refusal:
            sent(event)
        assert (refusal.value.reason, refusal.value.field) == (reason, field)


def test_the_words_say_how_many_digits_there_may_be() -> None:
    for text, words in (("1.005", "more than 2 digits after the point"), ("1" * 17, "more than 16 digits before")):
        with pytest.raises(InvalidEvent, match=words):
            sent(ledger(text))


whole = st.integers(-(10**18) + 1, 10**18 - 1)


@given(whole, st.integers(0, 18))
def test_a_decimal_and_its_whole_number_are_one(number: int, scale: int) -> None:
    form = DecimalForm(18, scale)
    value = form.exact(Decimal(number).scaleb(-scale))
    assert form.whole(value) == number
    assert form.exact(plain(value)) == value
    assert repr(form.exact(plain(value))) == repr(value)
    with localcontext() as narrow:  # what another part of the program sets for itself changes nothing
        narrow.prec = 3
        assert form.whole(form.exact(value)) == number


def test_a_number_that_is_no_whole_number_is_not_cut() -> None:
    with pytest.raises(ArithmeticError):
        DecimalForm(18, 2).whole(Decimal("0.005"))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**9), max_value=10**9))
def test_decimals_are_written_without_exponents(value: Decimal) -> None:
    assert set(plain(value)) <= set("-.0123456789")
    assert Decimal(plain(value)) == value


def test_an_event_without_decimals_costs_nothing() -> None:
    assert (
        exact_decimals({"fields": [{"name": "x", "type": "string"}, {"name": "y", "type": LINE | {"fields": []}}]})
        is None
    )


@pytest.mark.parametrize("change", [{"scale": 3}, {"precision": 17}, {"logicalType": "other"}])
def test_a_decimal_of_another_form_is_not_read_as_ours(change: dict[str, Any]) -> None:
    other = {**LEDGER, "fields": [{"name": "amount", "type": MONEY | change}, *LEDGER["fields"][1:]]}
    assert other_decimals(LEDGER, LEDGER) is None
    for written, ours in ((other, LEDGER), (LEDGER, other)):
        assert other_decimals(written, ours) == "amount"
        decoder = Decoder([ours])
        decoder.learn(1, written)
        with pytest.raises(InvalidEvent, match="unknown_schema: amount"):
            decoder.decode(b"\0\0\0\0\x01\x02\x01\0\0\0")
    nested = {
        **LEDGER,
        "fields": [
            *LEDGER["fields"][:2],
            {
                "name": "line",
                "type": ["null", LINE | {"fields": [{"name": "amount", "type": ["null", MONEY | {"scale": 4}]}]}],
            },
        ],
    }
    assert other_decimals(nested, LEDGER) == "line.amount"


def test_the_documentation_says_how_many_digits() -> None:
    assert [type_text(field) for field in fields_of(LEDGER)][:2] == ["decimal(18, 2)", "decimal(7, 6)?"]
