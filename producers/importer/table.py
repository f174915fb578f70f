"""What every kind of file looks like to the importer: named columns, and rows of text with the line they begin on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_ROW_CHARACTERS: Final = 1 << 20
MAX_COLUMNS: Final = 2_000


class Refusal(NamedTuple):
    """Why a row is not taken: a reason code (refusals.py), the column and the value at fault, and the words."""

    reason: str
    column: str = ""
    value: str = ""
    zh: str = ""
    en: str = ""


class RowRefused(Exception):  # noqa: N818 - an answer about the row
    """The row is not taken: it goes to the report, and the import goes on."""

    def __init__(self, reason: str, *, column: str = "", value: str = "", zh: str = "", en: str = "") -> None:
        super().__init__(reason)
        self.refusal = Refusal(reason, column, value, zh, en)


@dataclass(slots=True)
class Row:
    """A row: the physical line it begins on (from 1), its cells, and why it cannot even be read, if so."""

    line: int
    cells: list[str]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class FileForm:
    """How to read a file. `encoding`: auto, utf-8, gb18030; `delimiter`: auto or one character; `sheet` of an XLSX."""

    encoding: str = "auto"
    delimiter: str = "auto"
    sheet: str | None = None
    header_line: int = 1


class Table(Protocol):
    """An open file. `columns` are the names in its header; `form` says in a few words how it is read."""

    columns: list[str]
    form: str
    size_bytes: int

    def rows(self) -> Iterator[Row]:
        """Give every row once, in order; blank lines are not rows. A row that cannot be read carries its refusal."""
        ...

    def position_bytes(self) -> int:
        """How far into the file the reading is, out of `size_bytes`."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


def open_table(file: Path, form: FileForm) -> Table:
    """Open a file by its name's ending: .csv .tsv .txt (and .gz of these), .xlsx, .avro.

    Looks through the whole file first. Raises Refused when it is not what it seems or would unpack into more than our
    caps.
    """
    name = file.name.lower()
    if name.endswith(".xlsx"):
        from producers.importer.xlsx_table import XlsxTable

        return XlsxTable(file, form)
    if name.endswith(".avro"):
        from producers.importer.avro_table import AvroTable

        return AvroTable(file)
    from producers.importer.csv_table import CsvTable

    return CsvTable(file, form)
