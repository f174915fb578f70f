"""What numbers become in expressions and folds: types, scales, what is refused, and what is beyond its type."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.calendar import Calendar
from schemas.catalogue.expression import ExpressionRefused, Name, parse
from schemas.catalogue.expression_python import compile_expression
from schemas.catalogue.expression_sql import SqlWriter
from tests.schemas.catalogue.clickhouse import answer

NAMES = {
    "n": Name("long"),
    "m": Name("long", nullable=False),
    "d": Name("double"),
    "t": Name("timestamp"),
    "s": Name("string", nullable=False),
    "b": Name("boolean"),
    "yuan": Name("decimal", scale=2),
    "rate": Name("decimal", nullable=False, scale=6),
}
LARGEST = (1 << 63) - 1
CALENDAR = Calendar("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "type_", "scale", "nullable"),
    [
        ("yuan", "decimal", 2, True),
        ("rate", "decimal", 6, False),
        ("yuan + rate", "decimal", 6, True),
        ("yuan - 0.5", "decimal", 2, True),
        ("yuan + 1.005", "decimal", 3, True),
        ("yuan + 1e3", "decimal", 2, True),
        ("-yuan", "decimal", 2, True),
        ("-rate", "decimal", 6, False),
        ("yuan * n", "decimal", 2, True),
        ("3 * yuan", "decimal", 2, True),
        ("yuan / rate", "double", 0, True),
        ("yuan / 2", "double", 0, True),
        ("1.5 / yuan", "double", 0, True),
        ("coalesce(yuan, 0)", "decimal", 2, False),
        ("coalesce(yuan, rate)", "decimal", 6, False),
        ("coalesce(rate, 0.25)", "decimal", 6, False),
        ("if(b, rate, 0.25)", "decimal", 6, False),
        ("case when b then yuan end", "decimal", 2, True),
        ("least(yuan, 100.125)", "decimal", 3, True),
        ("yuan > rate", "boolean", 0, True),
        ("rate in (1, 0.5)", "boolean", 0, False),
        ("least(n, d)", "double", 0, True),
        ("if(b, 1, 0.5)", "double", 0, False),
        ("m + m", "long", 0, True),
        ("-m", "long", 0, True),
        ("dateDiff('second', t, t) * 3 - 5", "long", 0, True),
        ("toDayOfMonth(t)", "long", 0, True),
        ("toDayOfMonth(toDate(t))", "long", 0, True),
        ("2 * 3 - 4", "long", 0, False),
        ("-0.5", "double", 0, False),
    ],
)
def test_the_types_of_numbers(text: str, type_: str, scale: int, nullable: bool) -> None:
    node = parse(text, NAMES)
    assert (node.type, node.scale, node.nullable) == (type_, scale, nullable)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("yuan + n", "types differ"),
        ("yuan > n", "types differ"),
        ("yuan + d", "types differ"),
        ("yuan = d", "types differ"),
        ("yuan * yuan", "types differ"),
        ("yuan * 0.5", "types differ"),
        ("yuan * d", "types differ"),
        ("coalesce(yuan, n)", "types differ"),
        ("if(b, yuan, d)", "types differ"),
        ("yuan = '12.50'", "types differ"),
        ("yuan in (s)", "constants only"),
        ("yuan and b", "is decimal"),
        ("yuan + 1e16", "18 digits"),
        ("rate > 1e12", "18 digits"),
        ("yuan = 0.0000000000000000001", "18 digits"),
        ("n > 9223372036854775808", "too large a number"),
        ("d > 1e309", "too large a number"),
        ("toDayOfMonth(n)", "is no time"),
        ("toStartOfWeek(t)", "no function toStartOfWeek"),
    ],
)
def test_what_does_not_go_together_is_refused(text: str, says: str) -> None:
    with pytest.raises(ExpressionRefused) as refused:
        parse(text, NAMES)
    assert says in refused.value.problem
    assert refused.value.allowed


VALUES: dict[str, Any] = {"n": LARGEST, "m": -LARGEST - 1, "d": 0.5, "yuan": 10**18 - 1, "rate": -(10**18) + 1}
COLUMNS = (
    f"toInt64({LARGEST}) AS n, toInt64('{-LARGEST - 1}') AS m, 0.5 AS d, "
    "toDecimal64('9999999999999999.99', 2) AS yuan, toDecimal64('-999999999999.999999', 6) AS rate"
)


BEYOND: dict[str, Any] = {
    "n + 0": LARGEST,
    "n + 1": None,
    "n * -1": -LARGEST,
    "n * n": None,
    "n * 0": 0,
    "m - 1": None,
    "-m": None,
    "-n": -LARGEST,
    "n + m": -1,
    "m + m": None,
    "yuan + 0.01": None,
    "yuan - 0.01": 10**18 - 2,
    "yuan + 0.001": None,
    "yuan + rate": None,
    "rate + 0": -(10**18) + 1,
    "rate * 1": -(10**18) + 1,
    "rate * 2": None,
    "yuan * n": None,
    "yuan * 0": 0,
    "-yuan": -(10**18) + 1,
    "least(yuan, rate)": None,
    "greatest(rate, 0.5)": 500_000,
    "coalesce(yuan, rate)": -(10**18) + 1,
    "yuan > rate": True,
    "yuan = 9999999999999999.99": True,
    "rate in (0, -999999999999.999999)": True,
    "yuan / 2": 10**18 / 200,
    "n / m": -1.0,
    "rate / rate": 1.0,
}


def test_what_is_beyond_its_type_is_null_in_both_engines() -> None:
    nodes = {text: parse(text, NAMES) for text in BEYOND}
    assert {text: compile_expression(node, CALENDAR)(VALUES) for text, node in nodes.items()} == BEYOND
    shown = (f"{SqlWriter('Asia/Shanghai').whole(node)} AS c{place}" for place, node in enumerate(nodes.values()))
    assert dict(zip(BEYOND, answer(f"SELECT {', '.join(shown)} FROM (SELECT {COLUMNS})")[0], strict=True)) == BEYOND


def test_a_constant_is_read_as_it_is_written() -> None:
    for text in ("yuan = 9999999999999999.99", "yuan = -0.07", "yuan in (0.1, 9999999999999999.98)"):
        constants = parse(text, NAMES).parts[1:]
        assert [each.type for each in constants] == ["decimal"] * len(constants)
    assert [each.value for each in constants] == [10, 10**18 - 2]
    braces = parse("s in ('a{b}', '{}')", NAMES)
    assert [compile_expression(braces, CALENDAR)({"s": each}) for each in ("a{b}", "{}", "ab")] == [True, True, False]
