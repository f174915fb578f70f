"""One expression, two engines.

Random expressions over random rows, nulls included, give the same in Python and in ClickHouse.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest

from schemas.calendar import Calendar
from schemas.catalogue.expression import ExpressionRefused, Name, Node, parse
from schemas.catalogue.expression_python import PythonWriter, compile_expression, compile_function, helpers, variable
from schemas.catalogue.expression_sql import SqlWriter, text
from tests.schemas.catalogue.clickhouse import answers

NAMES = {
    "n": Name("long"),
    "m": Name("long", nullable=False),
    "w": Name("long"),
    "d": Name("double"),
    "s": Name("string"),
    "k": Name("string", nullable=False),
    "b": Name("boolean"),
    "a": Name("timestamp"),
    "z": Name("timestamp", nullable=False),
    "y": Name("date"),
    "p": Name("decimal", scale=2),
    "q": Name("decimal", nullable=False, scale=6),
}
COLUMNS = (
    "n Nullable(Int64), m Int64, w Nullable(Int64), d Nullable(Float64), s Nullable(String), k String, b Nullable(Bool), "
    "a_ Nullable(Int64), z_ Int64, y_ Nullable(Int32), p_ Nullable(Int64), q_ Int64"
)
TIMEZONES = ("Asia/Shanghai", "America/New_York", "Asia/Kathmandu")
SEED = int(os.environ.get("XIANGMAI_TEST_SEED", "20261123"))
EXPRESSIONS = 480
ROWS = 25
GROUP = 25
TEXTS = ("", "供电所", "it's \\ 50%", "b")


class Writer:
    """Writes random expressions of a wanted type, as an author would."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def parsed(self, type_: str, depth: int) -> tuple[str, Node]:
        """An expression and its tree; another one where a constant beside decimals has more digits than they hold."""
        while True:
            written = self.write(type_, depth)
            try:
                return written, parse(written, NAMES)
            except ExpressionRefused as refused:
                if "18 digits" not in refused.problem:
                    raise

    def write(self, type_: str, depth: int) -> str:
        rng = self.rng
        if depth == 0 or rng.random() < 0.15:
            return self.leaf(type_)

        def inner(wanted: str) -> str:
            return self.write(wanted, depth - 1)

        any_type = rng.choice(("long", "double", "decimal", "string", "timestamp", "date", "boolean"))
        shared: list[Any] = [
            lambda: f"if({inner('boolean')}, {inner(type_)}, {inner(type_)})",
            lambda: f"case when {inner('boolean')} then {inner(type_)} when {inner('boolean')} then {inner(type_)} end",
            lambda: f"coalesce({inner(type_)}, {inner(type_)})",
        ]
        own: dict[str, list[Any]] = {
            "boolean": [
                lambda: f"({inner('boolean')} and {inner('boolean')})",
                lambda: f"({inner('boolean')} or {inner('boolean')})",
                lambda: f"(not {inner('boolean')})",
                lambda: f"({inner(any_type)} is {rng.choice(('', 'not '))}null)",
                lambda: f"({inner(any_type)} {rng.choice(('=', '!='))} {inner(any_type)})",
                lambda: self.ordered(depth),
                lambda: f"({inner('string')} {rng.choice(('', 'not '))}in ('b', '供电所'))",
                lambda: f"({inner('long')} in (0, 1, -2))",
                lambda: f"({inner('decimal')} {rng.choice(('', 'not '))}in (0, -0.5, 12.345))",
                lambda: f"({inner('long')} {rng.choice(('<', '=', '>='))} {inner('double')})",
            ],
            "long": [
                lambda: f"({inner('long')} {rng.choice('+-*')} {inner('long')})",
                lambda: f"({self.leaf('long')} * {rng.randrange(9)})",
                lambda: f"toDayOfMonth({inner(rng.choice(('timestamp', 'date')))})",
                lambda: f"(- {inner('long')})",
                lambda: f"{rng.choice(('least', 'greatest'))}({inner('long')}, {inner('long')})",
                lambda: f"dateDiff('second', {inner('timestamp')}, {inner('timestamp')})",
                lambda: f"dateDiff('{self.unit()}', {inner('timestamp')}, {inner('timestamp')})",
                lambda: f"dateDiff('{self.unit()}', {inner('date')}, {inner('date')})",
            ],
            "double": [
                lambda: f"({inner('long')} / {inner('long')})",
                lambda: f"({inner('double')} {rng.choice('+-')} {inner('double')})",
                lambda: f"greatest({inner('double')}, 1.5)",
                lambda: f"({inner('decimal')} / {inner(rng.choice(('decimal', 'long', 'double')))})",
                lambda: f"({inner(rng.choice(('long', 'double')))} / {inner('decimal')})",
                lambda: f"{rng.choice(('least', 'coalesce'))}({inner('double')}, {inner('long')})",
                lambda: f"if({inner('boolean')}, {inner('long')}, {inner('double')})",
            ],
            "decimal": [
                lambda: f"({inner('decimal')} {rng.choice('+-')} {inner('decimal')})",
                lambda: f"({inner('decimal')} {rng.choice('+-')} {self.constant()})",
                lambda: f"({inner('decimal')} * {inner('long')})",
                lambda: f"({inner('long')} * {inner('decimal')})",
                lambda: f"(- {inner('decimal')})",
                lambda: f"{rng.choice(('least', 'greatest'))}({inner('decimal')}, {inner('decimal')})",
                lambda: f"{rng.choice(('least', 'greatest', 'coalesce'))}({inner('decimal')}, {self.constant()})",
                lambda: f"if({inner('boolean')}, {self.constant()}, {inner('decimal')})",
            ],
            "date": [
                lambda: f"toDate({inner('timestamp')})",
                lambda: f"toStartOf{self.unit('Month', 'Quarter', 'Year')}({inner(rng.choice(('timestamp', 'date')))})",
            ],
            "timestamp": [lambda: f"{rng.choice(('least', 'greatest'))}({inner('timestamp')}, {inner('timestamp')})"],
        }
        written: str = rng.choice(shared + own.get(type_, []) * 2)()
        return written

    def ordered(self, depth: int) -> str:
        type_ = self.rng.choice(("long", "double", "decimal", "decimal", "timestamp", "date", "string"))
        sign = self.rng.choice(("<", "<=", ">", ">="))
        other = self.constant() if type_ == "decimal" and self.rng.random() < 0.3 else self.write(type_, depth - 1)
        return f"({self.write(type_, depth - 1)} {sign} {other})"

    def constant(self) -> str:
        """A number that becomes a decimal beside one."""
        return self.rng.choice(("0", "1", "-3", "0.5", "-0.01", "12.345", "1e3", "123456789012345", "0.000000001"))

    def unit(self, *units: str) -> str:
        return self.rng.choice(units or ("day", "month", "quarter", "year"))

    def leaf(self, type_: str) -> str:
        constants = {
            "long": [str(self.rng.randrange(4)), str(-(1 << 31)), str(1 << 32), str((1 << 63) - 1)],
            "double": ["0.5", "2.25"],
            "string": [text(value) for value in TEXTS],
            "boolean": ["true", "false"],
        }
        fields = [name for name, known in NAMES.items() if known.type == type_]
        return self.rng.choice(fields * 2 + constants.get(type_, []))


def rows(rng: random.Random) -> list[dict[str, Any]]:
    """Return rows with a null in every other place; times near ends of days, months and changes of the clock."""

    def maybe(value: Any) -> Any:
        return None if rng.random() < 0.3 else value

    def moment() -> int:
        edge = rng.choice((1_772_323_200_000, 1_772_953_200_000, 1_793_512_800_000, 1_798_732_800_000, 951_782_400_000))
        return edge + rng.choice((-1, 0, 1, 999, 1000, 3_600_000, -86_400_000)) + rng.randrange(40) * 86_400_000

    def money() -> int:
        """A few cents, fifteen digits, or as much as eighteen digits hold."""
        digits = rng.choice((1, 3, 6, 15, 15, 18))
        return rng.choice((-1, 1)) * rng.choice((rng.randrange(10**digits), 10**digits - 1))

    return [
        {
            "n": maybe(rng.randrange(-3, 4)),
            "m": rng.randrange(-3, 4),
            "w": maybe(rng.choice((-1, 1)) * ((1 << rng.choice((31, 32, 53, 62, 63))) - rng.choice((1, 2)))),
            "d": maybe(rng.randrange(-8, 8) / 4),
            "s": maybe(rng.choice(TEXTS)),
            "k": rng.choice(TEXTS),
            "b": maybe(rng.random() < 0.5),
            "a": maybe(moment()),
            "z": moment(),
            "y": maybe(rng.randrange(11_000, 30_000)),
            "p": maybe(money()),
            "q": money(),
        }
        for _ in range(ROWS)
    ]


def query(nodes: list[Node], values: list[dict[str, Any]], timezone: str) -> str:
    """Return the SELECT of these expressions over these rows."""
    tuples = ", ".join(f"({', '.join(_literal(value) for value in row.values())})" for row in values)
    moment = "fromUnixTimestamp64Milli({}, '" + timezone + "')"
    source = (
        f"(SELECT *, if(a_ IS NULL, NULL, {moment.format('assumeNotNull(a_)')}) AS a, {moment.format('z_')} AS z, "
        "reinterpret(p_, 'Decimal(18, 2)') AS p, reinterpret(q_, 'Decimal(18, 6)') AS q, "
        f"CAST(y_, 'Nullable(Date32)') AS y FROM values({text(COLUMNS)}, {tuples}))"
    )
    as_number = {"timestamp": "toUnixTimestamp64Milli({})", "date": "toInt32({})"}
    shown = (as_number.get(node.type, "{}").format(SqlWriter(timezone).whole(node)) for node in nodes)
    columns = ", ".join(f"{each} AS c{number}" for number, each in enumerate(shown))
    return f"SELECT {columns} FROM {source}"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return text(value) if isinstance(value, str) else str(value).lower()


@pytest.mark.parametrize("timezone", TIMEZONES)
def test_python_and_clickhouse_agree(timezone: str) -> None:
    print(f"XIANGMAI_TEST_SEED={SEED}")
    rng = random.Random(f"{SEED} {timezone}")
    writer, calendar, values = Writer(rng), Calendar(timezone), rows(rng)
    types = ("boolean", "boolean", "long", "double", "decimal", "decimal", "string", "timestamp", "date")
    pairs = [writer.parsed(rng.choice(types), rng.randrange(1, 4)) for _ in range(EXPRESSIONS // len(TIMEZONES))]
    texts, nodes = [each for each, _ in pairs], [node for _, node in pairs]
    groups = [nodes[start : start + GROUP] for start in range(0, len(nodes), GROUP)]
    found = answers([query(group, values, timezone) for group in groups])
    assert [each["error"] for each in found if isinstance(each, dict)] == []
    theirs = [
        [row[place] for row in part] for group, part in zip(groups, found, strict=True) for place in range(len(group))
    ]
    different = []
    for written, node, other in zip(texts, nodes, theirs, strict=True):
        ours = [compile_expression(node, calendar)(row) for row in values]
        if not all(map(_same, ours, other)):
            different.append((written, ours, other))
    assert not different, different[:3]


def test_conditions_are_true_exactly_when_the_value_is_true() -> None:
    rng = random.Random(SEED)
    writer, calendar = Writer(rng), Calendar("Asia/Shanghai")
    for _ in range(300):
        _, node = writer.parsed("boolean", 3)
        value = compile_expression(node, calendar)
        reads = "".join(f"    {variable(name)} = fields[{name!r}]\n" for name in NAMES)
        truth, falsity = (
            compile_function("fields", f"{reads}    return {write(node)}", helpers(calendar), "condition")
            for write in (PythonWriter().truth, PythonWriter().falsity)
        )
        for row in rows(rng)[:8]:
            assert bool(truth(row)) == (value(row) is True)
            assert bool(falsity(row)) == (value(row) is False)


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return one == float(other)  # whole ones are written without a point
    return bool(one == other) and (one is None) == (other is None)
