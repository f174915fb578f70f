"""The answer to a SELECT as blocks: streamed as the engine makes them, with totals, extremes and rows before the limit.

The engine's Native format says nothing of totals, extremes and rows before a limit. For the queries that have them the
answer is taken from its JSONCompactEachRowWithProgress format instead, which streams as well and does say them, and is
turned back into blocks by the engine itself. Times travel in UTC: an hour that comes twice a year names no moment.
"""

from __future__ import annotations

import itertools
import json
import os
import threading
from typing import TYPE_CHECKING

from deploy.local.clickhouse.blocks import Block, Column, split_blocks
from deploy.local.clickhouse.columns import WIDTHS
from deploy.local.clickhouse.errors import EngineError
from deploy.local.clickhouse.sql import literal, tokens
from deploy.local.clickhouse.type_names import element_type, split_arguments

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping
    from pathlib import Path

    from deploy.local.clickhouse.engine import Result
    from deploy.local.clickhouse.session import Session
    from deploy.local.clickhouse.sql import Statement

# Above this, rows before the limit are not told: the price of the detour would be felt.
LIMIT_ROWS_MAX = 10_000
DETAILED_FORMAT = "JSONCompactEachRowWithProgress"
FAITHFUL_SETTINGS = {
    "output_format_json_quote_64bit_integers": "1",
    "output_format_json_quote_64bit_floats": "0",
    "output_format_json_quote_decimals": "1",
    "output_format_json_quote_denormals": "1",
    "output_format_json_named_tuples_as_objects": "1",
    "output_format_json_map_as_array_of_tuples": "0",
    "output_format_json_validate_utf8": "0",
    "date_time_output_format": "iso",
    "bool_true_representation": "true",
    "bool_false_representation": "false",
}
READING_SETTINGS = {
    "max_block_size": "65409",
    "input_format_parallel_parsing": "0",
    "allow_suspicious_low_cardinality_types": "1",
    "date_time_input_format": "best_effort",
    "precise_float_parsing": "1",
}
# Types whose values come back the same from JSON; wrapped in others they still do.
FAITHFUL = frozenset(WIDTHS) - {"Nothing", "BFloat16", "Time", "Time64"} | {"String", "FixedString", "Decimal"}
WRAPPERS = frozenset({"Nullable", "Array", "LowCardinality", "Map", "Tuple"})
ROW_PREFIX, ROW_SUFFIX = b'{"row":', b"}"


class Answer:
    """One SELECT. Iterate it once; the counts and the rest are known afterwards. Closing the iterator ends it."""

    def __init__(
        self, session: Session, statement: Statement, parameters: Mapping[str, str], *, extremes: bool
    ) -> None:
        self.session = session
        self.statement = statement
        self.parameters = parameters
        self.wants_extremes = extremes or statement.extremes
        self.types: list[tuple[str, str]] | None = None
        self.rows = self.blocks = self.bytes = 0
        self.rows_before_limit: int | None = None
        self.totals: Block | None = None
        self.extremes: Block | None = None

    def __iter__(self) -> Generator[Block, None, None]:
        """Yield the header (no rows) first, then the blocks. Blocks; raises EngineError."""
        if self._detailed():
            self.types = self._describe()
            if all(faithful(kind) for _, kind in self.types):
                yield from self._detailed_blocks(self.types)
                return
        elif self.session.has_temporary_tables:
            # Only this session's own handle sees them, and it is busy once the stream is open.
            self.types = self._describe()
        yield from self._native_blocks()

    def _detailed(self) -> bool:
        if self.statement.with_totals or self.wants_extremes:
            return True
        return self.statement.has_limit and _small_limit(self.statement.text)

    def _describe(self) -> list[tuple[str, str]]:
        return self.session.describe(self.statement.text, self.parameters)

    def _count(self, block: Block) -> Block:
        self.rows += block.rows
        self.blocks += 1
        self.bytes += sum(len(column.body) for column in block.columns)
        return block

    def _native_blocks(self) -> Iterator[Block]:
        started = False
        self.session.streaming = True
        stream = self.session.handle.stream(self.statement.text, "Native", self.parameters)
        try:
            for chunk in stream:
                for block in split_blocks(chunk.data):
                    typed = self._with_time_zones(block)
                    if not started:
                        yield typed.header
                        started = True
                    yield self._count(typed)
        finally:
            stream.close()
            self.session.streaming = False
        if not started:
            self.types = self.types or self._describe()
            yield header_of(self.types)

    def _with_time_zones(self, block: Block) -> Block:
        """Put the time zone back that the engine's Native format drops from DateTime('zone')."""
        if self.types is None:
            if not any(column.type == "DateTime" for column in block.columns):
                return block
            try:
                self.types = self._describe()
            except EngineError:  # e.g. a table function that can be read once only
                self.types = [(column.name, column.type) for column in block.columns]
        return block.retyped(
            [_zoned(column.type, kind) for column, (_, kind) in zip(block.columns, self.types, strict=True)]
        )

    def _detailed_blocks(self, types: list[tuple[str, str]]) -> Iterator[Block]:
        yield header_of(types)
        applied = self.session.applied
        self.session.apply(applied | FAITHFUL_SETTINGS | ({"extremes": "1"} if self.wants_extremes else {}))
        ends: dict[str, bytes] = {}
        try:
            for chunk in self._detailed_chunks():
                rows = []
                for line in chunk.data.split(b"\n"):
                    if line.startswith(ROW_PREFIX):
                        rows.append(line[len(ROW_PREFIX) : -len(ROW_SUFFIX)])
                    elif line:
                        name, _, value = line[2:-1].partition(b'":')
                        ends[name.decode()] = value
                if rows:
                    yield from map(self._count, self._to_blocks(types, rows))
        finally:
            self.session.apply(applied)
        self._read_ends(types, ends)

    def _detailed_chunks(self) -> Iterator[Result]:
        handle = self.session.handle
        if self.statement.has_limit and _small_limit(self.statement.text):
            # A stream that its limit cuts short ends without saying what was before the limit.
            yield handle.query(self.statement.text, DETAILED_FORMAT, self.parameters)
            return
        self.session.streaming = True
        stream = handle.stream(self.statement.text, DETAILED_FORMAT, self.parameters)
        try:
            yield from stream
        finally:
            stream.close()
            self.session.streaming = False

    def _read_ends(self, types: list[tuple[str, str]], ends: dict[str, bytes]) -> None:
        if "totals" in ends:
            self.totals = next(self._to_blocks(types, [ends["totals"]]))
        if "min" in ends and "max" in ends and self.wants_extremes:
            self.extremes = next(self._to_blocks(types, [ends["min"], ends["max"]]))
        if "rows_before_limit_at_least" in ends:
            self.rows_before_limit = int(json.loads(ends["rows_before_limit_at_least"]))

    def _to_blocks(self, types: list[tuple[str, str]], rows: list[bytes]) -> Iterator[Block]:
        """Turn JSON rows into blocks: the engine reads them from a short-lived private file."""
        path = self.session.engine.memory / f"rows-{os.getpid()}-{threading.get_ident()}"
        path.write_bytes(b"\n".join(rows))
        try:
            data = self._read_rows(path, types)
        finally:
            path.unlink()
        names = [kind for _, kind in types]
        for block in split_blocks(data):
            columns = (
                Column(name, column.type, column.body) for (name, _), column in zip(types, block.columns, strict=True)
            )
            yield Block(tuple(columns), block.rows).retyped(names)

    def _read_rows(self, path: Path, types: list[tuple[str, str]]) -> bytes:
        # Columns by number: an answer may have the same name twice, a table may not.
        structure = ", ".join(f"c{index} {kind}" for index, (_, kind) in enumerate(types))
        with self.session.aside() as handle:
            handle.query("SET " + ", ".join(f"{name} = {literal(value)}" for name, value in READING_SETTINGS.items()))
            source = f"file({literal(str(path))}, JSONCompactEachRow, {literal(structure)})"
            return handle.query(f"SELECT * FROM {source}").data  # noqa: S608 - quoted above


def faithful(kind: str) -> bool:
    """Whether values of a type come back from JSON as they were."""
    family, opening, rest = kind.partition("(")
    if family in WRAPPERS and opening:
        return all(faithful(element_type(argument)) for argument in split_arguments(rest[:-1]))
    return family in FAITHFUL


def header_of(types: list[tuple[str, str]]) -> Block:
    """Return a block without rows of these names and types."""
    return Block(tuple(Column(name, kind, b"") for name, kind in types), 0)


def _zoned(carried: str, described: str) -> str:
    return described if carried == "DateTime" and described.startswith("DateTime") else carried


def _small_limit(text: str) -> bool:
    """Whether the last LIMIT outside brackets is a number small enough for the detour."""
    limits: list[int] = []
    stream = [token for token in tokens(text) if not token.depth]
    for word, value in itertools.pairwise(stream):
        if word.upper == "LIMIT":
            limits.append(int(value.text) if value.text.isdigit() else LIMIT_ROWS_MAX + 1)
    return bool(limits) and limits[-1] <= LIMIT_ROWS_MAX
