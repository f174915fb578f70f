"""Laws of delimiting blocks: whatever clickhouse-driver writes is walked over exactly, in one piece or byte by byte."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from clickhouse_driver.block import ColumnOrientedBlock
from clickhouse_driver.bufferedwriter import CompressedBufferedWriter
from clickhouse_driver.connection import ServerInfo
from clickhouse_driver.context import Context
from clickhouse_driver.streams.native import BlockOutputStream
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.local.clickhouse.blocks import Block, Column, read_block
from deploy.local.clickhouse.columns import UnknownLayoutError, column_type
from deploy.local.clickhouse.compression import ChecksumError, Compressor, FrameSource
from deploy.local.clickhouse.protocol import SERVER_REVISION
from deploy.local.clickhouse.type_names import split_arguments
from deploy.local.clickhouse.wire import Source, TooLargeError, string, varint

LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "UInt8": st.integers(0, 255),
    "Int64": st.integers(-(2**63), 2**63 - 1),
    "Float64": st.floats(allow_nan=False),
    "String": st.text(max_size=300),
    "UUID": st.uuids(),
    "Date": st.dates(dt.date(1970, 1, 1), dt.date(2149, 6, 6)),
    "Nullable(String)": st.none() | st.text(max_size=5),
    "LowCardinality(String)": st.sampled_from(["柳河", "平原", ""]),
    "LowCardinality(Nullable(String))": st.sampled_from(["柳河", None]),
    "Decimal(38, 3)": st.decimals(min_value=-(10**12), max_value=10**12, places=3),
}


def wrapped(kind: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, st.SearchStrategy[Any]]]:
    array = (f"Array({kind})", st.lists(values, min_size=1, max_size=4))
    pair = (f"Tuple({kind}, `a b` UInt8)", st.tuples(values, st.integers(0, 255)))
    mapping = (f"Map(String, {kind})", st.dictionaries(st.text(max_size=3), values, min_size=1, max_size=3))
    # Nor can it write a map of maps or tuples.
    return st.sampled_from([array, pair] if kind not in LEAVES else [array, pair, mapping])


typed = st.recursive(
    st.sampled_from(list(LEAVES.items())), lambda inner: inner.flatmap(lambda pair: wrapped(*pair)), max_leaves=3
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[str, str]], list[list[Any]]]:
    columns = draw(st.lists(typed, min_size=1, max_size=4))
    # ClickHouse writes nothing for a column without rows; the driver writes LowCardinality's prefix even then.
    rows = draw(st.integers(1, 6))
    structure = [(f"c{index}", kind) for index, (kind, _) in enumerate(columns)]
    return structure, [draw(st.lists(values, min_size=rows, max_size=rows)) for _, values in columns]


def written_by_driver(structure: list[tuple[str, str]], columns: list[list[Any]], revision: int) -> bytes:
    context = Context()
    context.client_settings = {
        "strings_as_bytes": False, "strings_encoding": "utf-8", "use_numpy": False,
        "opentelemetry_traceparent": None, "opentelemetry_tracestate": "", "quota_key": "",
        "input_format_null_as_default": False, "namedtuple_as_json": True, "server_side_params": False,
    }  # fmt: skip
    context.settings = {}
    context.server_info = ServerInfo("ClickHouse", 26, 9, 2, revision, "UTC", "", revision)

    collected = BytesIO()
    # The compressing writer hands its buffer to whatever has a `write`.
    BlockOutputStream(CompressedBufferedWriter(collected, 1 << 16), context).write(
        ColumnOrientedBlock(structure, columns)
    )
    return collected.getvalue()


class Dripping(Source):
    """Gives one byte more each time it is asked."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.rest = iter(data)

    def _more(self, shortfall: int) -> None:  # noqa: ARG002
        try:
            self.buffer.append(next(self.rest))
        except StopIteration:
            raise EOFError from None


@given(tables(), st.sampled_from([54429, 54453, 54454, SERVER_REVISION]))
@settings(max_examples=150)
def test_what_the_driver_writes_is_delimited_exactly(
    table: tuple[list[tuple[str, str]], list[list[Any]]], revision: int
) -> None:
    raw = written_by_driver(*table, revision)
    source = Source(raw + b"next packet")
    block = read_block(source, revision)
    assert source.position == len(raw)
    assert block.rows == len(table[1][0])
    assert [(column.name, column.type) for column in block.columns] == table[0]
    if block.rows:
        assert block.encode(revision) == raw
    assert read_block(Dripping(raw), revision) == block
    assert read_block(Source(block.encode())) == block


@given(tables(), st.data())
@settings(max_examples=60)
def test_a_block_cut_short_is_never_taken_for_a_whole_one(
    table: tuple[list[tuple[str, str]], list[list[Any]]], data: st.DataObject
) -> None:
    raw = written_by_driver(*table, SERVER_REVISION)
    cut = data.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(EOFError):
        read_block(Source(raw[:cut]), SERVER_REVISION)


@given(st.binary(max_size=5000), st.sampled_from(["LZ4", "LZ4HC", "ZSTD", "NONE"]), st.data())
@settings(max_examples=100)
def test_frames_come_out_as_they_went_in_and_a_changed_bit_is_refused(
    payload: bytes, method: str, data: st.DataObject
) -> None:
    framed = b"".join(Compressor(method).frames(payload))
    assert FrameSource(Source(framed)).take(len(payload)) == payload
    if payload:
        spoiled = bytearray(framed)
        spoiled[data.draw(st.integers(0, len(framed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises((ChecksumError, TooLargeError, EOFError)):
            FrameSource(Source(bytes(spoiled))).take(len(payload))


def test_a_long_answer_is_cut_into_frames_of_a_megabyte() -> None:
    payload = bytes(range(256)) * 10_000
    frames = list(Compressor("LZ4").frames(payload))
    assert len(frames) == 3
    assert FrameSource(Source(b"".join(frames))).take(len(payload)) == payload


@pytest.mark.parametrize(
    ("kind", "rows", "body"),
    [
        ("UInt64", 2**60, b""),
        ("String", 1, varint(2**62)),
        ("Array(UInt64)", 1, (2**61).to_bytes(8, "little")),
        ("LowCardinality(String)", 1, (1).to_bytes(8, "little") + b"\xff" * 16),
        ("FixedString(1073741824)", 2, b""),
    ],
)
def test_absurd_lengths_are_refused_before_anything_is_allocated(kind: str, rows: int, body: bytes) -> None:
    raw = varint(1) + varint(rows) + string("c") + string(kind) + body
    with pytest.raises((TooLargeError, UnknownLayoutError)):
        read_block(Source(raw))


def test_unknown_types_are_not_guessed() -> None:
    for kind in ("AggregateFunction(uniq, UInt64)", "Array(Strange)", "Object('json')"):
        with pytest.raises(UnknownLayoutError):
            column_type(kind)


def test_type_names_are_split_where_they_mean_it() -> None:
    assert split_arguments("a Enum8('x, (y' = 1), `b, c` Map(String, Int8)") == [
        "a Enum8('x, (y' = 1)",
        "`b, c` Map(String, Int8)",
    ]
    assert split_arguments("") == []


def test_a_header_is_the_block_without_its_rows() -> None:
    block = Block((Column("a", "UInt8", b"\x01\x02"),), 2)
    assert block.header == Block((Column("a", "UInt8", b""),), 0)
