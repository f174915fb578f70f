"""Amounts of money in a file: taken exactly, or refused by line and column."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.ledger import write_ledger
from tests.producers.importer.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = "编号,乡镇,日期,金额,手续费"
MAPPING = """\
source: desk
domain: ledger
row_key: [编号]
time: {zone: Asia/Shanghai, formats: ["%Y/%m/%d"]}
place: {table: deqing_330521.csv, township: 乡镇}
values:
  日期: {column: 日期, as: time}
  最高: {constant: "99.5", as: decimal}
  手续费: {column: 手续费, as: decimal}
envelope: {department: {constant: 农经站}}
refuse:
  - when: {value: 手续费, after: 最高}
    reason: fee_too_high
    zh: 手续费过高
    en: the fee is too high
events:
  - record: EntryBooked
    at: 日期
    fields: {entry_id: 编号, amount: 金额, fee: 手续费}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, MAPPING, write_ledger(tmp_path / "domains"))


def row(number: str, amount: str, fee: str = "") -> str:
    return f'{number},武康街道,2026/3/1,"{amount}","{fee}"'


def test_amounts_come_in_as_people_write_them(desk: Desk) -> None:
    given = ["1,234.50", "１２３４.5", "－７", "0.1", "9999999999999999.99"]
    desk.imported("\n".join(row(f"A{at}", amount, "0.5") for at, amount in enumerate(given)), columns=COLUMNS)
    events = desk.events("EntryBooked")
    assert [str(event["amount"]) for event in events] == ["1234.50", "1234.50", "-7.00", "0.10", "9999999999999999.99"]
    assert {event["fee"] for event in events} == {Decimal("0.5000")}


def test_the_same_amount_written_otherwise_is_no_correction(desk: Desk) -> None:
    for amount, events in (("1234.5", 1), ("1,234.50", 0), ("１２３４．５０", 0), ("1234.51", 1)):
        assert desk.imported(row("A1", amount), columns=COLUMNS).events_sent == events


@pytest.mark.parametrize(
    ("amount", "fee", "reason", "column"),
    [
        ("43.68万元", "", "decimal", "金额"),
        ("1.2E+5", "", "scientific", "金额"),
        ("=SUM(A1)", "", "formula", "金额"),
        ("", "", "missing", "金额"),
        ("12.505", "", "rule:scale", "金额"),
        ("10000000000000000", "", "rule:precision", "金额"),
        ("12", "0.00005", "rule:scale", "手续费"),
        ("12", "0", "rule:minimum", "手续费"),
        ("12", "0.5元", "decimal", "手续费"),
        ("12", "99.51", "fee_too_high", "手续费"),
    ],
)
def test_a_bad_amount_is_refused_by_line_and_column(
    desk: Desk, amount: str, fee: str, reason: str, column: str
) -> None:
    summary = desk.imported(f"{row('A1', '1')}\n{row('A2', amount, fee)}", columns=COLUMNS)
    assert (summary.rows_read, summary.rows_accepted) == (2, 1)
    with desk.report.open(encoding="utf-8-sig", newline="") as opened:
        (told,) = csv.DictReader(opened)
    value = amount if column == "金额" else fee
    assert (told["line"], told["column"], told["reason"]) == ("3", column, reason)
    assert told["value"].lstrip("'") == value
    assert told["原因"] != "不符合规则"
