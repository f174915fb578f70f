"""Every column type a warehouse uses goes in through clickhouse-driver and comes out the same, by blocks and as text.

The text is the engine's own, over HTTP: an error made twice, writing and reading, would not hide.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

if TYPE_CHECKING:
    from tests.deploy.clickhouse.support import Warehouse

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
UTC = dt.UTC


def at(*parts: int, zone: dt.tzinfo | None = None) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=zone)  # type: ignore[arg-type,misc]


CASES: list[tuple[str, list[Any], list[str]]] = [
    ("Int8", [-128, 0, 127], ["-128", "0", "127"]),
    ("Int16", [-32768, 32767], ["-32768", "32767"]),
    ("Int32", [-(2**31), 2**31 - 1], ["-2147483648", "2147483647"]),
    ("Int64", [-(2**63), 2**63 - 1], ["-9223372036854775808", "9223372036854775807"]),
    ("Int128", [-(2**127), 2**127 - 1], [str(-(2**127)), str(2**127 - 1)]),
    ("Int256", [-(2**255), 2**255 - 1], [str(-(2**255)), str(2**255 - 1)]),
    ("UInt8", [0, 255], ["0", "255"]),
    ("UInt16", [0, 65535], ["0", "65535"]),
    ("UInt32", [0, 2**32 - 1], ["0", "4294967295"]),
    ("UInt64", [0, 2**64 - 1], ["0", "18446744073709551615"]),
    ("UInt128", [0, 2**128 - 1], ["0", str(2**128 - 1)]),
    ("UInt256", [0, 2**256 - 1], ["0", str(2**256 - 1)]),
    ("Float32", [0.5, -2.0, float("inf")], ["0.5", "-2", "inf"]),
    ("Float64", [0.1, -1e300, 5e-324], ["0.1", "-1e300", "5e-324"]),
    ("Bool", [True, False], ["true", "false"]),
    ("String", ["", "村", "x" * 200, "tab\tquote'"], ["", "村", "x" * 200, "tab\\tquote\\'"]),
    ("FixedString(6)", ["abcdef", "村村"], ["abcdef", "村村"]),
    ("Date", [dt.date(1970, 1, 1), dt.date(2149, 6, 6)], ["1970-01-01", "2149-06-06"]),
    ("Date32", [dt.date(1900, 1, 1), dt.date(2299, 12, 31)], ["1900-01-01", "2299-12-31"]),
    ("DateTime", [at(2026, 7, 31, 23, 59, 59)], ["2026-07-31 23:59:59"]),
    (
        "DateTime('America/New_York')",
        [at(2026, 11, 1, 1, 30, zone=NEW_YORK), at(2026, 11, 1, 1, 30, zone=NEW_YORK).replace(fold=1)],
        ["2026-11-01 01:30:00", "2026-11-01 01:30:00"],
    ),
    ("DateTime64(3, 'Asia/Shanghai')", [at(2026, 1, 1, 0, 0, 0, 123000, zone=SHANGHAI)], ["2026-01-01 00:00:00.123"]),
    ("DateTime64(6, 'UTC')", [at(1925, 1, 1, zone=UTC)], ["1925-01-01 00:00:00.000000"]),
    ("Decimal(9, 2)", [Decimal("-1234567.89"), Decimal(0)], ["-1234567.89", "0"]),
    ("Decimal(18, 4)", [Decimal("43680000.0001")], ["43680000.0001"]),
    (
        "Decimal(38, 10)",
        [Decimal("1234567890123456789012345678.0123456789")],
        ["1234567890123456789012345678.0123456789"],
    ),
    ("Decimal(76, 20)", [Decimal(-(10**55))], [str(-(10**55))]),
    ("Enum8('open' = 1, 'done, (really)' = 2)", ["open", "done, (really)"], ["open", "done, (really)"]),
    ("Enum16('a' = -300, '村' = 300)", ["a", "村"], ["a", "村"]),
    ("UUID", [UUID(int=0), UUID(int=2**128 - 1)], [str(UUID(int=0)), str(UUID(int=2**128 - 1))]),
    ("IPv4", [IPv4Address("10.0.0.1")], ["10.0.0.1"]),
    ("IPv6", [IPv6Address("2001:db8::1")], ["2001:db8::1"]),
    ("Nullable(Int32)", [None, 7], ["\\N", "7"]),
    ("Nullable(String)", [None, "", "x"], ["\\N", "", "x"]),
    ("LowCardinality(String)", ["a", "b", "a", ""], ["a", "b", "a", ""]),
    ("LowCardinality(Nullable(String))", ["a", None, "a"], ["a", "\\N", "a"]),
    ("Array(String)", [[], ["a", "村"]], ["[]", "['a','村']"]),
    ("Array(Array(Nullable(Int8)))", [[[1, None], []], []], ["[[1,NULL],[]]", "[]"]),
    ("Array(LowCardinality(String))", [["a", "a"], [], ["b"]], ["['a','a']", "[]", "['b']"]),
    ("Tuple(Int8, String)", [(1, "a")], ["(1,'a')"]),
    ("Tuple(count Int8, `the name` String)", [(1, "a")], ["(1,'a')"]),
    ("Tuple(LowCardinality(String), Array(Int8))", [("a", [1])], ["('a',[1])"]),
    ("Map(String, UInt64)", [{}, {"k": 1, "村": 2}], ["{}", "{'k':1,'村':2}"]),
    ("Map(LowCardinality(String), Array(Int8))", [{"k": [1, 2]}], ["{'k':[1,2]}"]),
    ("SimpleAggregateFunction(max, Int32)", [3], ["3"]),
]  # fmt: skip


def comparable(value: Any) -> Any:
    """Make moments comparable: two zones' times of a repeated hour are never equal in Python."""
    if isinstance(value, dt.datetime) and value.tzinfo:
        return value.astimezone(UTC)
    return value


@pytest.mark.parametrize("compression", [False, "lz4", "zstd"])
def test_each_type_survives_the_way_in_and_out(warehouse: Warehouse, compression: str | bool) -> None:
    client = warehouse.client(compression=compression)
    for number, (kind, values, texts) in enumerate(CASES):
        client.execute(f"CREATE TABLE t{number} (n UInt32, v {kind}) ENGINE = MergeTree ORDER BY n")
        client.execute(f"INSERT INTO t{number} VALUES", list(enumerate(values)))
        rows, columns = client.execute(f"SELECT v FROM t{number} ORDER BY n", with_column_types=True)
        assert [comparable(value) for (value,) in rows] == [comparable(value) for value in values], kind
        assert columns[0][1].replace(" ", "") == kind.replace(" ", ""), kind
        assert warehouse.tsv(f"SELECT v FROM t{number} ORDER BY n") == texts, kind


def test_all_types_in_one_table_by_rows_columns_and_with_a_limit(warehouse: Warehouse) -> None:
    client = warehouse.client()
    columns = [[case[1][row % len(case[1])] for row in range(50)] for case in CASES]
    structure = ", ".join(f"c{number} {case[0]}" for number, case in enumerate(CASES))
    client.execute(f"CREATE TABLE wide (n UInt32, {structure}) ENGINE = MergeTree ORDER BY n")
    client.execute("INSERT INTO wide VALUES", [list(range(50)), *columns], columnar=True)
    # Under a small limit the answer takes another way through the server: it must not show.
    for query in ("SELECT * EXCEPT n FROM wide ORDER BY n", "SELECT * EXCEPT n FROM wide ORDER BY n LIMIT 50"):
        rows = client.execute(query)
        for row, wanted in zip(rows, zip(*columns, strict=True), strict=True):
            assert [comparable(value) for value in row] == [comparable(value) for value in wanted], query


def test_nested_columns_are_arrays_of_their_own(warehouse: Warehouse) -> None:
    client = warehouse.client()
    client.execute("CREATE TABLE t (n UInt32, steps Nested(name String, at Nullable(UInt32))) ENGINE = Memory")
    client.execute("INSERT INTO t (n, `steps.name`, `steps.at`) VALUES", [(1, ["a", "b"], [None, 5]), (2, [], [])])
    assert client.execute("SELECT steps.name, steps.at FROM t ORDER BY n") == [(["a", "b"], [None, 5]), ([], [])]


def test_json_comes_out_as_it_went_in(warehouse: Warehouse) -> None:
    client = warehouse.client()
    client.execute("CREATE TABLE t (n UInt32, j JSON, k JSON(a UInt8)) ENGINE = MergeTree ORDER BY n")
    documents = [{"a": 1, "b": {"c": "村"}}, {"list": [1, 2]}, {}]
    text = "\n".join(json.dumps({"n": n, "j": document, "k": document}) for n, document in enumerate(documents))
    assert warehouse.http("INSERT INTO t FORMAT JSONEachRow", text.encode()).status == 200
    assert [row for (row,) in client.execute("SELECT j FROM t ORDER BY n")] == documents
    client.execute("INSERT INTO t (n, j) VALUES", [(9, {"x": "new"})])
    assert client.execute("SELECT j.x::String FROM t WHERE n = 9") == [("new",)]


def test_types_without_a_known_layout_are_named_not_guessed(warehouse: Warehouse) -> None:
    client = warehouse.client()
    with pytest.raises(Exception, match=r"AggregateFunction.* cannot be carried"):
        client.execute("SELECT uniqState(number) FROM numbers(3)")
    assert warehouse.client().execute("SELECT 1") == [(1,)]


AWKWARD = {
    "Float64": "reinterpretAsFloat64(sipHash64(number))",
    "Float32": "reinterpretAsFloat32(sipHash64(number))",
    "String": "reinterpretAsString(sipHash64(number))",
    "FixedString": "toFixedString(reinterpretAsString(toUInt8(number)), 3)",
    "Map": "map('k', number, 'k', number + 1, reinterpretAsString(toUInt16(number)), 0)",
    "Map of numbers": "map(toUInt8(number), [toDate(number)])",
    "DateTime": "toDateTime(1762063200 + number * 600, 'America/New_York')",
    "DateTime64": "fromUnixTimestamp64Micro(toInt64(number * 7919000003 - 1000000000000000), 'Asia/Shanghai')",
    "DateTime near zero": "toDateTime(number * 7, 'UTC')",
    "DateTime64 near zero": "fromUnixTimestamp64Milli(toInt64(number * 7) - 5000, 'UTC')",
    "DateTime64 by nanoseconds": "fromUnixTimestamp64Nano(toInt64(number) * 1000000007, 'UTC')",
    "Array of times": "[if(number % 2, NULL, toDateTime(number, 'Asia/Tokyo'))]",
    "Map of times": "map(toDateTime(number, 'UTC'), toDateTime64(number, 3, 'UTC'))",
    "Tuple of times": (
        "CAST((toDateTime(number), toDateTime64(number, 3)), 'Tuple(`at or so` DateTime, then DateTime64(3))')"
    ),
    "LowCardinality of times": "toLowCardinality(toDateTime(number % 9, 'UTC'))",
    "Date32": "toDate32('1900-01-01') + number * 50",
    "Decimal": "toDecimal256(number, 30) / 7",
    "Int256": "reinterpretAsInt256(concat(sipHash128(number), sipHash128(number + 1)))",
    "UUID": "reinterpretAsUUID(sipHash128(number))",
    "Enum8": "CAST(number % 2, 'Enum8(\\'a b\\' = 0, \\'it\\\\\\'s\\' = 1)')",
    "IPv6": "toIPv6(toString(toIPv6(IPv6NumToString(toFixedString(substring(hex(sipHash128(number)), 1, 16), 16)))))",
    "Nullable": "if(number % 3, NULL, toString(number))",
    "Tuple": "CAST((number, [if(number % 2, NULL, 1.5)]), 'Tuple(a UInt64, `b c` Array(Nullable(Float64)))')",
    "LowCardinality": "toLowCardinality(toNullable(toString(number % 5)))",
    "Bool": "number % 2 = 0",
    "JSON": "concat('{\"x\":', toString(number), '}')::JSON",
}


@pytest.mark.parametrize("kind", AWKWARD)
def test_a_limit_changes_no_value(warehouse: Warehouse, kind: str) -> None:
    client = warehouse.client()
    query = f"SELECT {AWKWARD[kind]} AS v, v AS again FROM numbers(2000)"
    settings = {"strings_as_bytes": True}
    without = client.execute(query, settings=settings, with_column_types=True)
    limited = client.execute(f"{query} LIMIT 2000", settings=settings, with_column_types=True)
    assert str(limited) == str(without)
