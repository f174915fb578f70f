"""Numbers of persons never reach the log; names and phones are pseudonyms there. Every number here is made up."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.domain import load_domains
from schemas.privacy import Protection, mask, pseudonymise
from schemas.settings import Settings
from tests.schemas.strategies import texts

KEY = b"a county's key"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_number(first: str = "33052119900101123") -> str:
    """A made-up number with the check digit GB 11643 asks for."""
    return first + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, first, strict=True)) % 11]


def card_number(first: str = "622848001234567890") -> str:
    """A made-up card number with its Luhn digit."""
    digits = [int(digit) for digit in first]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[::-1][::2]]
    return first + str(-(sum(doubled) + sum(digits[::-1][1::2])) % 10)


ID, CARD, PHONE = identity_number(), card_number(), "13800138000"


@pytest.mark.parametrize(
    ("text", "masked", "kinds"),
    [
        (
            f"我叫张三，身份证{ID}，请回电{PHONE}。",
            "我叫张三，身份证〔身份证号〕，请回电〔手机号〕。",
            ("resident_id", "phone"),
        ),
        (f"{ID[:6]} {ID[6:14]} {ID[14:]}", "〔身份证号〕", ("resident_id",)),
        (identity_number("33052119900101122").lower(), "〔身份证号〕", ("resident_id",)),
        (f"卡号{CARD}", "卡号〔银行卡号〕", ("bank_card",)),
        ("卡" + " ".join(CARD[i : i + 4] for i in range(0, 19, 4)), "卡〔银行卡号〕", ("bank_card",)),
        ("卡" + card_number("400000123456789"), "卡〔银行卡号〕", ("bank_card",)),
        ("138 0013 8000或+86-13900139000", "〔手机号〕或+86-〔手机号〕", ("phone",)),
        ("电话１３８００１３８０００", "电话〔手机号〕", ("phone",)),
        ("位置119.973612,30.541203处", "位置〔位置坐标〕处", ("position",)),
        ("(30.541203， 119.973612)", "(〔位置坐标〕)", ("position",)),
        (f"{PHONE}/{PHONE}", "〔手机号〕/〔手机号〕", ("phone",)),
    ],
)
def test_numbers_of_persons_are_replaced_by_their_kind(text: str, masked: str, kinds: tuple[str, ...]) -> None:
    assert mask(text) == (masked, kinds)


@pytest.mark.parametrize(
    "text",
    [
        "村口三盏路灯不亮，编号2026-000123，3号楼2单元。",
        "0572-8062345",
        "12345",
        "工单202603020915001234",
        ID[:-1] + ("0" if ID[-1] != "0" else "1"),
        "1380013800",
        "138001380001",
        "金额12.50元，约3.1415平方米",
        "200.12345,300.12345",
        "欠款43680000元",
        "",
    ],
)
def test_other_numbers_stay_as_they_are(text: str) -> None:
    assert mask(text) == (text, ())


@settings(max_examples=300)
@given(texts, texts, st.integers(0, 1 << 32))
def test_a_number_is_found_in_any_surroundings_and_the_rest_is_kept(before: str, after: str, seed: int) -> None:
    chosen = random.Random(seed)
    number, shown = chosen.choice([(ID, "〔身份证号〕"), (CARD, "〔银行卡号〕"), (PHONE, "〔手机号〕")])
    before = "".join(c for c in before if not c.isalnum() and c not in "-+ ")
    after = "".join(c for c in after if not c.isalnum() and c not in "-+ ")
    assert mask(f"{before}{number}{after}").text == f"{before}{shown}{after}"


@settings(max_examples=300)
@given(st.text(st.sampled_from("0123456789 -Xx１３.,，路〔〕"), max_size=60))
def test_masking_again_changes_nothing(text: str) -> None:
    once = mask(text).text
    assert mask(once) == (once, ())


def test_a_pseudonym_is_stable_and_tells_nothing() -> None:
    pseudonym = pseudonymise("张三", KEY)
    assert pseudonym == pseudonymise("张三", KEY) == pseudonymise(" 张 三", KEY)
    assert pseudonymise("１３８００１３８０００", KEY) == pseudonymise("13800138000", KEY)
    assert pseudonym.startswith("p:")
    assert len(pseudonym) == 24
    assert pseudonym != pseudonymise("张三", b"another key")
    assert pseudonym != pseudonymise("张四", KEY)


@settings(max_examples=100)
@given(st.text(max_size=30))
def test_a_pseudonym_of_a_pseudonym_is_itself(name: str) -> None:
    pseudonym = pseudonymise(name, KEY)
    assert pseudonymise(pseudonym, KEY) == pseudonym


def test_an_event_is_protected_by_its_tags_and_the_original_is_left_alone() -> None:
    schema = load_domains(Settings().domains)["appeals"].event("AppealReported").schema
    event: dict[str, Any] = {
        "appeal_id": "A1",
        "category": PHONE,
        "summary": f"请回电{PHONE}，{PHONE}",
        "resident": {"name": "张三", "phone": PHONE},
    }
    protected, kinds = Protection(schema, KEY).apply(event)
    assert protected == {
        "appeal_id": "A1",
        "category": PHONE,  # not free text: its tag is none, and a rule's business
        "summary": "请回电〔手机号〕，〔手机号〕",
        "resident": {"name": pseudonymise("张三", KEY), "phone": pseudonymise(PHONE, KEY)},
    }
    assert kinds == ("phone",)
    assert event["resident"] == {"name": "张三", "phone": PHONE}


def test_absent_and_odd_values_are_left_for_the_encoder_to_refuse() -> None:
    schema = load_domains(Settings().domains)["appeals"].event("AppealReported").schema
    protection = Protection(schema, KEY)
    assert protection.apply({"summary": None, "resident": None}) == ({"summary": None, "resident": None}, ())
    assert protection.apply({"summary": 5, "resident": "x"}) == ({"summary": 5, "resident": "x"}, ())
    assert protection.apply({}) == ({}, ())


def test_lists_of_people_and_of_words_are_protected_too() -> None:
    person = {"type": "record", "name": "P", "fields": [{"name": "name", "type": "string", "privacy": "direct"}]}
    schema = {
        "fields": [
            {"name": "people", "type": {"type": "array", "items": person}, "privacy": "direct"},
            {"name": "names", "type": {"type": "array", "items": "string"}, "privacy": "direct"},
            {"name": "notes", "type": {"type": "array", "items": "string"}, "privacy": "free_text"},
        ]
    }
    event = {"people": [{"name": "张三"}], "names": ["李四"], "notes": [PHONE, "好"]}
    assert Protection(schema, KEY).apply(event) == (
        {
            "people": [{"name": pseudonymise("张三", KEY)}],
            "names": [pseudonymise("李四", KEY)],
            "notes": ["〔手机号〕", "好"],
        },
        ("phone",),
    )
