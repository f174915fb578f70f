"""Whatever form an export has, its rows come out with the lines they begin on; a bad one costs only itself."""

from __future__ import annotations

import codecs
import gzip
import json
import time
import tracemalloc
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import fastavro
import pytest

from producers.importer.table import FileForm, Row, open_table
from schemas.errors import Refused
from tests.producers.importer import files

if TYPE_CHECKING:
    from pathlib import Path


def read(path: Path, **form: Any) -> list[Row]:
    table = open_table(path, FileForm(**form))
    try:
        return list(table.rows())
    finally:
        table.close()


def csv(tmp_path: Path, content: bytes | str, name: str = "f.csv", **form: Any) -> list[Row]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, **form)


def lines(rows: list[Row]) -> list[tuple[int, list[str], str | None]]:
    return [(row.line, row.cells, row.refusal and row.refusal.reason) for row in rows]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("编号,地点\n1,武康街道\n".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "编号,地点\n1,武康街道\n".encode(), "utf-8-sig"),
        ("编号,地点\n1,武康街道\n".encode("gbk"), "gb18030"),
        ("编号,地点\n1,武康街道\n".encode("gb18030"), "gb18030"),
        (gzip.compress("编号,地点\n1,武康街道\n".encode(), mtime=0), "utf-8"),
        ("编号\t地点\r\n1\t武康街道\r\n".encode(), "utf-8"),
        ("编号;地点\n1;武康街道".encode(), "utf-8"),
    ],
)
def test_encodings_and_delimiters_are_found_out(tmp_path: Path, content: bytes, encoding: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    table = open_table(path, FileForm())
    assert table.columns == ["编号", "地点"]
    assert [row.cells for row in table.rows()] == [["1", "武康街道"]]
    assert encoding in table.form
    table.close()


def test_rare_characters_come_through_as_they_are(tmp_path: Path) -> None:
    rare = "𠮷𬱟 😀 a\u200bb \u202etxet"
    for encoding in ("utf-8", "gb18030"):
        [row] = csv(tmp_path, f"a,b\n1,{rare}\n".encode(encoding))
        assert row.cells == ["1", rare]


def test_a_quoted_newline_does_not_shift_the_line_numbers(tmp_path: Path) -> None:
    rows = csv(tmp_path, 'a,b\n1,"x\ny\nz"\n\n2,w\n')
    assert lines(rows) == [(2, ["1", "x\ny\nz"], None), (6, ["2", "w"], None)]


def test_title_lines_above_the_header_are_passed_over(tmp_path: Path) -> None:
    rows = csv(tmp_path, "德清县诉求台账\n,,\na,b\n1,2\n", header_line=3)
    assert lines(rows) == [(4, ["1", "2"], None)]


def test_rows_with_too_few_or_too_many_cells_are_refused_by_line(tmp_path: Path) -> None:
    rows = csv(tmp_path, "a,b\n1\n1,2\n1,2,3\n")
    assert lines(rows) == [(2, ["1"], "cells"), (3, ["1", "2"], None), (4, ["1", "2", "3"], "cells")]


def test_a_broken_line_in_a_utf8_file_is_refused_with_its_column_and_the_rest_is_read(tmp_path: Path) -> None:
    good = "1,武康街道\n".encode() * 3
    [first, _, _, bad, last] = csv(tmp_path, "a,地点\n".encode() + good + b"2,\xff\xfe\n" + "3,乾元镇\n".encode())
    assert (first.cells, last.cells) == (["1", "武康街道"], ["3", "乾元镇"])
    assert bad.line == 5
    assert bad.refusal is not None
    assert (bad.refusal.reason, bad.refusal.column) == ("encoding", "地点")


def test_half_a_character_in_utf8_bytes_is_refused(tmp_path: Path) -> None:
    rows = csv(tmp_path, b"a,b\n" + "好,好\n".encode() * 2 + b"1,\xed\xa0\x80\n")
    assert [row.refusal and row.refusal.reason for row in rows] == [None, None, "encoding"]


def test_a_stray_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    rows = csv(tmp_path, 'a,b\n1,"never closed\n2,y\n3,z\n')
    assert lines(rows) == [(2, ['1,"never closed'], "quoting"), (3, ["2", "y"], None), (4, ["3", "z"], None)]
    rows = csv(tmp_path, 'a,b\n1,"ab"c\n2,y\n')
    assert lines(rows) == [(2, ['1,"ab"c'], "quoting"), (3, ["2", "y"], None)]


def test_a_row_without_end_costs_its_own_line_and_no_memory(tmp_path: Path) -> None:
    content = b"a,b\n1," + b"x" * (64 << 20) + b"\n2,y\n"
    path = tmp_path / "long.csv"
    path.write_bytes(content)
    tracemalloc.start()
    rows = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(row.line, row.refusal and row.refusal.reason) for row in rows] == [(2, "too_long"), (3, None)]
    assert peak < 20 << 20


def test_utf16_is_named_and_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="UTF-16"):
        csv(tmp_path, "a,b\n1,2\n".encode("utf-16"))


@pytest.mark.parametrize("content", ["", "\n\n", "  \n1,2\n"])
def test_a_file_without_header_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(Refused, match="header"):
        csv(tmp_path, content)


def test_a_gzip_bomb_is_refused_before_any_row(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as out:
        for block in files.zeros(100):
            out.write(block)
    began = time.monotonic()
    with pytest.raises(Refused, match="bomb"):
        read(path)
    assert time.monotonic() - began < 5


def test_a_damaged_gzip_file_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 10_000)
    with pytest.raises(Refused, match="damaged"):
        csv(tmp_path, packed[: len(packed) // 2], "f.csv.gz")


def test_a_workbook_gives_text_and_the_numbers_of_its_rows(tmp_path: Path) -> None:
    path = files.workbook(
        tmp_path / "f.xlsx",
        [
            ["编号", "时间", "日期", "数", "整", "是"],
            ["A1", datetime(2026, 3, 1, 8, 30), date(2026, 3, 2), 1.5, 2.0, True],  # noqa: DTZ001
            [],
            ["A2", "2026/3/1", None, 330521001001, -7],
            ["A3", 330521199001011234, 3.3e17, None, None, None, "extra"],
        ],
    )
    first, second, third = read(path)
    assert (first.line, first.cells) == (2, ["A1", "2026-03-01 08:30:00", "2026-03-02 00:00:00", "1.5", "2", "true"])
    assert (second.line, second.cells) == (4, ["A2", "2026/3/1", "", "330521001001", "-7", ""])
    assert third.refusal is not None
    assert third.refusal.reason == "cells"
    assert third.cells[1:3] == ["3.30521E+17", "3.30000E+17"], "a number a spreadsheet has not kept exactly"


def test_a_sheet_is_found_by_name(tmp_path: Path) -> None:
    path = files.workbook(tmp_path / "f.xlsx", [["a"], ["1"]], sheet="诉求")
    assert [row.cells for row in read(path, sheet="诉求")] == [["1"]]
    with pytest.raises(Refused, match="诉求"):
        read(path, sheet="别的")


def test_a_workbook_that_is_a_bomb_or_defines_entities_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="bomb"):
        read(files.zip_with(tmp_path / "bomb.xlsx", "xl/worksheets/sheet1.xml", files.zeros(100)))
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'
    with pytest.raises(Refused, match="DOCTYPE"):
        read(files.zip_with(tmp_path / "laughs.xlsx", "xl/workbook.xml", [laughs]))
    (tmp_path / "no.xlsx").write_bytes(b"PK not a zip")
    with pytest.raises(Refused, match="XLSX"):
        read(tmp_path / "no.xlsx")


SCHEMA: dict[str, Any] = {
    "type": "record",
    "name": "Row",
    "fields": [
        {"name": "id", "type": "string"},
        {"name": "at", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}]},
        {"name": "n", "type": ["null", "double"]},
        {"name": "more", "type": {"type": "array", "items": "string"}},
    ],
}


@pytest.mark.parametrize("codec", ["null", "deflate"])
def test_an_avro_container_gives_a_row_for_each_record(tmp_path: Path, codec: str) -> None:
    path = tmp_path / "f.avro"
    records = [
        {"id": "A1", "at": datetime(2026, 3, 1, 0, 30, tzinfo=UTC), "n": 2.0, "more": ["x"]},
        {"id": "A2", "at": None, "n": None, "more": []},
    ]
    with path.open("wb") as out:
        fastavro.writer(out, SCHEMA, records, codec=codec)
    rows = read(path)
    assert [(row.line, row.cells) for row in rows] == [
        (1, ["A1", "2026-03-01 00:30:00+00:00", "2", '["x"]']),
        (2, ["A2", "", "", "[]"]),
    ]


STRING_ROW = json.dumps({"type": "record", "name": "Row", "fields": [{"name": "a", "type": "string"}]})


def avro(tmp_path: Path, content: bytes) -> list[Row]:
    path = tmp_path / "f.avro"
    path.write_bytes(content)
    return read(path)


def test_a_deflate_bomb_is_refused_before_any_row_at_the_cap(tmp_path: Path) -> None:
    bomb = files.deflated(files.zeros(1024))
    content = files.container(STRING_ROW, "deflate", [(1, files.deflate(files.text(b"x"))), (1, bomb)])
    tracemalloc.start()
    began = time.monotonic()
    with pytest.raises(Refused, match="bomb"):
        avro(tmp_path, content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert time.monotonic() - began < 5
    assert peak < 200 << 20


@pytest.mark.parametrize(
    "block",
    [
        (1, b"\x80\x80\x80\x80\x10x"),  # a string of 2^31 bytes
        (1, b"\x01"),  # a string of length -1
        (2, files.text(b"x")),  # fewer records than told
        (1, files.text(b"x") + b"left over"),
        (1 << 60, files.text(b"x")),
    ],
)
def test_a_damaged_block_is_refused_before_any_row(tmp_path: Path, block: tuple[int, bytes]) -> None:
    good = (1, files.text(b"good"))
    began = time.monotonic()
    with pytest.raises(Refused, match="damaged"):
        avro(tmp_path, files.container(STRING_ROW, "null", [good, block]))
    assert time.monotonic() - began < 1


def test_a_container_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    content = files.container(STRING_ROW, "null", [(1, files.text(b"x"))])
    with pytest.raises(Refused):
        avro(tmp_path, content[:-5])
    with pytest.raises(Refused, match="Avro"):
        avro(tmp_path, b"Obj\x01 and then nothing")


def test_a_schema_with_which_few_bytes_cost_much_is_refused(tmp_path: Path) -> None:
    endless = {"type": "record", "name": "R", "fields": [{"name": "a", "type": {"type": "array", "items": "null"}}]}
    with pytest.raises(Refused, match="Avro"):
        avro(tmp_path, files.container(json.dumps(endless), "null", []))


def test_an_unknown_codec_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="snappy"):
        avro(tmp_path, files.container(STRING_ROW, "snappy", []))
