"""XLSX: one sheet of a workbook, row by row; refused whole when unpacking it could fill the memory."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING, Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from producers.importer.cell_text import cell_text
from producers.importer.encoding import refuse_bomb
from producers.importer.table import MAX_COLUMNS, MAX_ROW_CHARACTERS, FileForm, Refusal, Row
from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_ENTRIES: Final = 10_000
MAX_IN_MEMORY_BYTES: Final = 256 << 20
_EXACT_INTEGERS: Final = 10**15
_KEPT_IN_MEMORY: Final = ("sharedStrings.xml", "styles.xml", "workbook.xml")
_PROLOGUE_BYTES: Final = 64 << 10


class XlsxTable:
    """An open workbook's sheet. Cells become text: whole numbers without a point, times as YYYY-MM-DD HH:MM:SS.

    Formulas give the value that was stored with them. A number of more than 15 digits, which a spreadsheet does not
    keep exactly, is shown in scientific notation, and so refused where it is used.
    """

    def __init__(self, file: Path, form: FileForm) -> None:
        refuse_unsafe(file)
        self.size_bytes = file.stat().st_size
        try:
            self._workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
            raise Refused(file, None, f"不是可读的 XLSX / not a readable XLSX: {type(error).__name__}") from error
        name = form.sheet or self._workbook.sheetnames[0]
        if name not in self._workbook.sheetnames:
            raise Refused(file, None, f"没有工作表 / no sheet “{name}”", ", ".join(self._workbook.sheetnames))
        self._sheet: Any = self._workbook[name]
        self._sheet.reset_dimensions()  # some programs write wrong ones, and rows would be cut off
        self._rows = enumerate(self._sheet.iter_rows(values_only=True), start=1)
        header = next((values for number, values in self._rows if number == form.header_line), ())
        self.columns = [_text(value).strip() for value in _trimmed(header)]
        if not self.columns or len(self.columns) > MAX_COLUMNS:
            raise Refused(file, form.header_line, "没有表头 / there is no header")
        self.form = f"XLSX, {name}"
        self._total = max(int(self._sheet.max_row or 0), 1)
        self._read = 0

    def rows(self) -> Iterator[Row]:
        """Give every row that is not empty, with its number in the sheet."""
        width = len(self.columns)
        for number, values in self._rows:
            self._read = number
            cells = [_text(value) for value in _trimmed(values)]
            if not cells:
                continue
            row = Row(number, cells + [""] * (width - len(cells)))
            if len(cells) > width:
                count = f"{len(cells)} > {width}"
                row.refusal = Refusal("cells", value=count, zh=f"{count} 个单元格", en=f"{count} cells")
            elif sum(map(len, cells)) >= MAX_ROW_CHARACTERS:
                row.refusal = Refusal("too_long", en=f"over {MAX_ROW_CHARACTERS} characters")
            yield row

    def position_bytes(self) -> int:
        """How far the reading is: in rows, scaled to the file's size where the sheet says how many rows it has."""
        return min(self.size_bytes, self.size_bytes * self._read // max(self._total, self._read))

    def close(self) -> None:
        """Close the file."""
        self._workbook.close()


def refuse_unsafe(file: Path) -> None:
    """Raise Refused for a workbook with too much in it, or with XML that defines entities. Reads its directory only."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise Refused(file, None, f"{len(entries)} 个部件 / parts", f"≤ {MAX_ENTRIES}")
            for entry in entries:
                refuse_bomb(file, entry.compress_size, entry.file_size)
                if entry.filename.endswith(_KEPT_IN_MEMORY) and entry.file_size > MAX_IN_MEMORY_BYTES:
                    raise Refused(file, None, f"{entry.filename}: {entry.file_size} bytes", f"≤ {MAX_IN_MEMORY_BYTES}")
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as opened:
                        if b"<!DOCTYPE" in opened.read(_PROLOGUE_BYTES):
                            raise Refused(
                                file, None, f"{entry.filename}: <!DOCTYPE>", "无实体定义 / no entity definitions"
                            )
            refuse_bomb(file, file.stat().st_size, sum(entry.file_size for entry in entries))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused(file, None, f"不是可读的 XLSX / not a readable XLSX: {type(error).__name__}") from error


def _trimmed(values: tuple[Any, ...]) -> tuple[Any, ...]:
    end = len(values)
    while end and (values[end - 1] is None or values[end - 1] == ""):
        end -= 1
    return values[:end]


def _text(value: Any) -> str:
    if type(value) in (int, float) and abs(value) >= _EXACT_INTEGERS:
        return f"{value:.5E}"
    return cell_text(value)
