"""CSV, plain or gzip, in UTF-8 (with or without BOM) or GB18030: one row at a time, each with the line it begins on."""

from __future__ import annotations

import csv
import re
from collections import deque
from io import TextIOWrapper
from typing import TYPE_CHECKING, Final, TextIO

from producers.importer.encoding import examine, is_gzip, open_unpacked
from producers.importer.table import MAX_COLUMNS, MAX_ROW_CHARACTERS, FileForm, Refusal, Row
from schemas.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DELIMITERS: Final = ",\t;|"
_UNDECODED: Final = re.compile("[\udc80-\udcff]")

csv.field_size_limit(MAX_ROW_CHARACTERS)


class CsvTable:
    """An open CSV file. Bytes that do not decode, stray quotes and endless rows cost their own row, not the next."""

    def __init__(self, file: Path, form: FileForm) -> None:
        encoding = examine(file, form.encoding, form.header_line)
        self.size_bytes = file.stat().st_size
        self._raw = file.open("rb")
        text = TextIOWrapper(open_unpacked(file, self._raw), encoding=encoding, errors="surrogateescape", newline="")
        self._lines = _Lines(text)
        self._delimiter = form.delimiter
        try:
            self.columns = self._header(form)
        except (ValueError, _RowTooLongError):
            self.close()
            raise Refused(file, form.header_line, "表头无法读出 / the header cannot be read") from None
        self.form = f"CSV, {encoding}" + (", gzip" if is_gzip(file) else "")

    def rows(self) -> Iterator[Row]:
        """Give every row; a row with too few or too many cells carries its refusal."""
        width = len(self.columns)
        for row in self._parsed():
            if row.refusal is None and len(row.cells) != width:
                count = f"{len(row.cells)} ≠ {width}"
                row.refusal = Refusal("cells", value=count, zh=f"{count} 个单元格", en=f"{count} cells")
            elif row.refusal is not None and row.refusal.reason == "encoding":
                row.refusal = self._encoding_refusal(row.cells)
            yield row

    def position_bytes(self) -> int:
        """How many bytes of the file have been read."""
        return self._raw.tell()

    def close(self) -> None:
        """Close the file."""
        self._raw.close()

    def _encoding_refusal(self, cells: list[str]) -> Refusal:
        for column, cell in zip(self.columns, cells, strict=False):
            if _UNDECODED.search(cell):
                return Refusal("encoding", column=column, value=cell)
        return Refusal("encoding")

    def _header(self, form: FileForm) -> list[str]:
        for _ in range(form.header_line - 1):
            next(self._lines, None)
        self._lines.take()
        line = next(self._lines, "")
        self._lines.push_back(self._lines.take())
        if form.delimiter == "auto":
            self._delimiter = max(_DELIMITERS, key=line.count)
        header = next(self._parsed(), None)
        if not line.strip() or header is None or header.refusal or len(header.cells) > MAX_COLUMNS:
            raise ValueError
        return [column.strip() for column in header.cells]

    def _parsed(self) -> Iterator[Row]:
        lines = self._lines
        ended = False
        while not ended:
            reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
            try:
                for cells in reader:
                    line = lines.number - len(lines.taken) + 1
                    undecoded = lines.undecoded
                    lines.take()
                    if cells:
                        yield Row(line, cells, Refusal("encoding") if undecoded else None)
                ended = True
            except (csv.Error, _RowTooLongError) as error:
                # Only the first line is given up: a stray quote must not swallow the good rows after it.
                taken = lines.take()
                lines.push_back(taken[1:])
                yield _unreadable(lines.number, taken[0], error)


class _RowTooLongError(Exception):
    pass


class _Lines:
    """Physical lines, counted; `taken` are those of the row being read, so that they can be given back."""

    def __init__(self, text: TextIO) -> None:
        self.number = 0
        self.taken: list[str] = []
        self.undecoded = False
        self._text = text
        self._pushed: deque[str] = deque()
        self._characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._pushed.popleft() if self._pushed else self._text.readline(MAX_ROW_CHARACTERS)
        if not line:
            raise StopIteration
        self.number += 1
        self.taken.append(line)
        self._characters += len(line)
        if not line.isascii() and _UNDECODED.search(line):
            self.undecoded = True
        if self._characters >= MAX_ROW_CHARACTERS:
            if len(self.taken) == 1:
                self._skip_line(line)
            raise _RowTooLongError
        return line

    def take(self) -> list[str]:
        """Return the lines of the row, and begin the next one."""
        taken, self.taken = self.taken, []
        self._characters = 0
        self.undecoded = False
        return taken

    def push_back(self, lines: list[str]) -> None:
        """Give lines back: they will be read again."""
        self._pushed.extendleft(reversed(lines))
        self.number -= len(lines)

    def _skip_line(self, line: str) -> None:
        while line and not line.endswith(("\n", "\r")):
            line = self._text.readline(MAX_ROW_CHARACTERS)


def _unreadable(number: int, line: str, error: Exception) -> Row:
    if isinstance(error, _RowTooLongError):
        refusal = Refusal("too_long", zh=f"超过 {MAX_ROW_CHARACTERS} 字符", en=f"over {MAX_ROW_CHARACTERS} characters")
    else:
        refusal = Refusal("quoting", en=str(error))
    return Row(number, [line[:2_000].rstrip("\r\n")], refusal)
