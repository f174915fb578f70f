"""Money in a catalogue: the types folds give, the record of a case, golden examples, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from schemas.calendar import Calendar
from schemas.catalogue.case_record import case_schema
from schemas.catalogue.golden import golden_events
from schemas.catalogue.load import load_catalogue
from schemas.catalogue.written import CatalogueRefused
from tests.ledger import AMOUNT, RECORDS, decimal, ledger_catalogue, write_ledger

if TYPE_CHECKING:
    from pathlib import Path


def refused(folder: Path, old: str, new: str, **domain: Any) -> str:
    text = ledger_catalogue()
    assert old in text
    with pytest.raises(CatalogueRefused) as caught:
        load_catalogue(write_ledger(folder, text.replace(old, new, 1), **domain))
    return str(caught.value)


def test_folds_of_money_are_money_of_the_same_scale(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_ledger(tmp_path))
    fields = {field.name: (field.type, field.scale) for field in catalogue.cases["entry"].fields}
    yuan = ("decimal", 2)
    assert fields == {
        "booked_at": ("timestamp", 0),
        **dict.fromkeys(("total", "large", "first_amount", "last_amount", "least_amount", "greatest_amount"), yuan),
        "fees": ("decimal", 4),
        "households": ("long", 0),
        "net": ("decimal", 4),
        "owed": yuan,
        "each": ("double", 0),
        "is_large": ("boolean", 0),
    }
    total = catalogue.indicators["ledger_total"].value
    net = catalogue.indicators["ledger_net_mean"].value
    assert total is not None
    assert net is not None
    assert [(node.type, node.scale) for node in (total, net)] == [("decimal", 2), ("decimal", 4)]
    types = {field["name"]: field["type"] for field in case_schema(catalogue.cases["entry"])["fields"]}
    assert types["net"] == ["null", decimal(18, 4)]
    assert types["total"] == ["null", decimal(18, 2)]


def test_golden_examples_say_money_as_people_write_it(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_ledger(tmp_path))
    example = catalogue.indicators["ledger_total"].golden[0]
    events = [*golden_events(example, catalogue, Calendar("Asia/Shanghai"))]
    assert [(event["amount"], event.get("fee")) for _, event in events] == [
        (Decimal("12.50"), Decimal("0.0001")),
        (Decimal("-2.00"), None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("amount: 12.5,", "amount: 12.505,", "amount: more than 2 digits after the point"),
        ("amount: 12.5,", "amount: abc,", "amount: such text does not fit"),
        ("amount: 12.5,", "amount: 1234567890123456.78,", "must be written as text"),
        (
            "[EntryBooked.amount, EntryAdjusted.amount]",
            "[EntryBooked.amount, EntryBooked.fee]",
            "decimals of one scale",
        ),
        ("fold: first, of: EntryBooked.occurred_at", "fold: sum, of: EntryBooked.department", "decimal, long"),
        ("amount >= 10000.5 and", "amount >= households and", "types differ"),
        ("value: total", "value: each", "is of type double"),
        ("expression: total / households", "expression: total * net", "decimal / any number, which is a double"),
    ],
)
def test_a_mistake_with_money_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert says in refused(tmp_path, old, new)


def test_money_of_more_digits_than_are_exact_is_not_folded(tmp_path: Path) -> None:
    longer = {name: [field for field in fields if field["name"] != "amount"] for name, fields in RECORDS.items()}
    longer["EntryBooked"].append({"name": "amount", "type": AMOUNT | {"precision": 19}, "minimum": 0})
    assert "EntryBooked has no field amount to fold" in refused(tmp_path, "zh: 账目", "zh: 账目", records=longer)
