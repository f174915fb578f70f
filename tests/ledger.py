"""A domain with money, written into a folder: entries of a village's ledger, booked and adjusted, in yuan.

Amounts have two digits after the point, fees four. What the shipped domains do not hold yet is tried on it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, uuid5

from schemas.domain import ENVELOPE, Domain, load_domains, load_system

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

TOWNSHIP = "330521100"
VILLAGE = "330521100201"
MARCH = 20_513  # 2026-03-01
NOON = 1_772_510_400_000  # 2026-03-03 12:00 in Shanghai


def decimal(precision: int, scale: int) -> dict[str, Any]:
    return {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}


AMOUNT, FEE = decimal(18, 2), decimal(12, 4)
ID: dict[str, Any] = {"name": "entry_id", "type": "string", "min_length": 1, "max_length": 200}
RECORDS: dict[str, list[dict[str, Any]]] = {
    "EntryBooked": [
        ID,
        {"name": "amount", "type": AMOUNT, "minimum": -9999999999999999},
        {"name": "fee", "type": ["null", FEE], "default": None, "minimum": 0.0001},
        {"name": "households", "type": ["null", "long"], "default": None},
    ],
    "EntryAdjusted": [
        ID,
        {"name": "amount", "type": ["null", AMOUNT], "default": None, "minimum": -9999999999999999},
    ],
}

CATALOGUE = """
domain: ledger
zh: 账目
en: ledger
cases:
  entry:
    zh: 账目
    en: entry
    id_field: entry_id
    opens_with: EntryBooked
    events: [EntryBooked, EntryAdjusted]
    fields:
      booked_at: {zh: 记账时间, en: booked at, fold: first, of: EntryBooked.occurred_at}
      total: {zh: 合计, en: total, fold: sum, of: [EntryBooked.amount, EntryAdjusted.amount]}
      large: {zh: 大额合计, en: large amounts, fold: sum, of: EntryBooked.amount, where: amount >= 10000.5 and fee < 1}
      first_amount: {zh: 首次金额, en: first amount, fold: first, of: "*.amount"}
      last_amount: {zh: 最近金额, en: last amount, fold: last, of: EntryAdjusted.amount}
      least_amount: {zh: 最小金额, en: least amount, fold: min, of: "*.amount"}
      greatest_amount: {zh: 最大金额, en: greatest amount, fold: max, of: "*.amount"}
      fees: {zh: 手续费, en: fees, fold: sum, of: EntryBooked.fee}
      households: {zh: 户数, en: households, fold: sum, of: EntryBooked.households}
      net: {zh: 净额, en: net, expression: "total - coalesce(fees, 0)"}
      owed: {zh: 应付, en: owed, expression: last_amount * households}
      each: {zh: 户均, en: for each household, expression: total / households}
      is_large: {zh: 是否大额, en: is large, expression: "net > 0.00005 and total not in (1, 2.5)"}
indicators:
"""

CONTRACT = """
    case: entry
    zh: 试验
    en: trial
    sentence: {zh: 试验口径。, en: A trial.}
    over: booked_at is not null
    anchor: booked_at
    value: VALUE
    unit: yuan
    factor: FACTOR
    direction: none
    minimum_volume: 0
    source: trial
    effective_from: 2026-01-01
    version: 1
    golden:
      - says: {zh: 十二元五角, en: twelve yuan fifty}
        cases:
          A:
            - EntryBooked: {occurred_at: 2026-03-02T09:00, amount: 12.5, fee: "0.0001"}
            - EntryAdjusted: {occurred_at: 2026-03-02T10:00, amount: -2}
        expect: {period: 2026-03, numerator: NUMERATOR}
"""
INDICATORS = (
    ("ledger_total", "kind: sum", "total", 100, 1050),
    ("ledger_net_mean", "kind: mean", "net", 10_000, 104_999),
    ("ledger_total_p50", "kind: quantile\n    quantile: 0.5", "total", 100, 0),
)


def record(name: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    words = {"zh": "试验", "en": "trial", "doc": "试验用。 / For trials."}
    envelope = load_system()[ENVELOPE].schema["fields"]
    own = [{**field, **words, "privacy": "none"} for field in fields]
    head = {"type": "record", "name": name, "namespace": "xiangmai.ledger"}
    return {**head, **words, "fields": [*envelope, *own]}


def write_ledger(folder: Path, catalogue: str = "", records: dict[str, list[dict[str, Any]]] | None = None) -> Domain:
    """Write the domain below a folder of domains and return it."""
    here = folder / "ledger"
    here.mkdir(parents=True, exist_ok=True)
    for name, fields in (records or RECORDS).items():
        text = json.dumps(record(name, fields), ensure_ascii=False)
        (here / f"{name}.avsc").write_text(text, encoding="utf-8")
    (here / "catalogue.yaml").write_text(catalogue or ledger_catalogue(), encoding="utf-8")
    return load_domains(folder)["ledger"]


def ledger_catalogue() -> str:
    text = CATALOGUE
    for name, kind, value, factor, numerator in INDICATORS:
        contract = CONTRACT.replace("VALUE", value).replace("FACTOR", str(factor)).replace("NUMERATOR", str(numerator))
        text += f"  {name}:\n    {kind}{contract}"
    return text


def booked(
    entry: str, at: int, amount: Decimal | str, name: object = None, **fields: Any
) -> tuple[str, dict[str, Any]]:
    return _event("EntryBooked", entry, at, name, {"amount": amount, "fee": None, "households": None, **fields})


def adjusted(
    entry: str, at: int, amount: Decimal | str | None, name: object = None, **more: Any
) -> tuple[str, dict[str, Any]]:
    return _event("EntryAdjusted", entry, at, name, {"amount": amount, **more})


def _event(record_name: str, entry: str, at: int, name: object, fields: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    named = f"{entry}/{record_name}/{at}" if name is None else str(name)
    envelope = {
        "event_id": str(uuid5(NAMESPACE_OID, named)),
        "occurred_at": at,
        "recorded_at": at,
        "township": TOWNSHIP,
        "village": VILLAGE,
        "department": "农经站",
        "source": "test",
        "corrects": None,
        "entry_id": entry,
    }
    return f"xiangmai.ledger.{record_name}", {**envelope, **fields}
