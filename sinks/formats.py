"""Answers as text: a table for people; csv, tsv, json, jsonl, markdown for programs. All but the table stream."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TextIO
from uuid import UUID

from rich import box
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

Row = Sequence[Any]
Columns = Sequence[tuple[str, str]]

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
WIDEST: Final = 10_000
COLOURS: Final = {"green": ("●", "green"), "yellow": ("▲", "yellow"), "red": ("■", "red")}
"""Each colour has a shape of its own, so that it is told apart without colours too."""


def write_csv(out: TextIO, columns: Columns, rows: Iterable[Row], *, safe: bool = False, delimiter: str = ",") -> int:
    """Write a header and the rows; return their number. With `safe`, text a spreadsheet would run begins with `'`."""
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([name for name, _ in columns])
    count = 0
    for row in rows:
        cells = [plain(value) for value in row]
        writer.writerow([defused(cell, value) for cell, value in zip(cells, row, strict=True)] if safe else cells)
        count += 1
    return count


def write_tsv(out: TextIO, columns: Columns, rows: Iterable[Row], *, safe: bool = False) -> int:
    """Write tab-separated values, quoted as in csv."""
    return write_csv(out, columns, rows, safe=safe, delimiter="\t")


def write_json(out: TextIO, columns: Columns, rows: Iterable[Row], *, safe: bool = False) -> int:
    """Write one array of objects, row by row."""
    _ = safe
    names = [name for name, _ in columns]
    count = 0
    out.write("[")
    for row in rows:
        out.write(",\n " if count else "\n ")
        out.write(_object(names, row))
        count += 1
    out.write("\n]\n" if count else "]\n")
    return count


def write_jsonl(out: TextIO, columns: Columns, rows: Iterable[Row], *, safe: bool = False) -> int:
    """Write one object to a line."""
    _ = safe
    names = [name for name, _ in columns]
    count = 0
    for row in rows:
        out.write(_object(names, row) + "\n")
        count += 1
    return count


def write_markdown(out: TextIO, columns: Columns, rows: Iterable[Row], *, safe: bool = False) -> int:
    """Write a table for a document."""
    _ = safe
    names = [name for name, _ in columns]
    out.write("| " + " | ".join(names) + " |\n|" + " --- |" * len(names) + "\n")
    count = 0
    for row in rows:
        cells = (plain(value).replace("|", "\\|").replace("\n", " ") for value in row)
        out.write("| " + " | ".join(cells) + " |\n")
        count += 1
    return count


WRITERS: Final[dict[str, Callable[..., int]]] = {
    "csv": write_csv,
    "tsv": write_tsv,
    "json": write_json,
    "jsonl": write_jsonl,
    "markdown": write_markdown,
}


def table_of(columns: Columns, rows: Iterable[Row], headings: Sequence[str] | None = None) -> Table:
    """Return the rows as a table for the terminal: numbers to the right, NULL as a dash, colours as coloured shapes."""
    table = Table(show_edge=False, pad_edge=False, header_style="bold", box=box.SIMPLE_HEAD)
    for index, (name, type_) in enumerate(columns):
        heading = name if headings is None else headings[index]
        table.add_column(heading, justify="right" if _is_number(type_) else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(name, value) for (name, _), value in zip(columns, row, strict=True)))
    return table


def print_table(table: Table, console: Console) -> None:
    """Print the table at the terminal's width; into a pipe or a file at the width its text needs."""
    if not console.is_terminal:
        wide = console.options.update(width=WIDEST)
        console.width = max(console.width, Measurement.get(console, wide, table).maximum)
    console.print(table)


def plain(value: Any) -> str:  # noqa: PLR0911 - one answer for each kind of value
    """Return a value as text: NULL empty, times in ISO form with their offset, numbers without rounding."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ", timespec="milliseconds")
        case float():
            return repr(value)
        case Decimal():
            return format(value, "f")
        case list() | tuple() | dict():
            return json.dumps(_jsonable(value), ensure_ascii=False)
        case bytes():
            return value.hex()
    return str(value)


def defused(cell: str, value: Any) -> str:
    """Return text a spreadsheet would take for a formula with `'` before it; numbers stay numbers."""
    if isinstance(value, (int, float, Decimal)) or not cell.startswith(FORMULA_STARTS):
        return cell
    return "'" + cell


def _object(names: Sequence[str], row: Row) -> str:
    return json.dumps(
        {name: _jsonable(value) for name, value in zip(names, row, strict=True)}, ensure_ascii=False, allow_nan=False
    )


def _jsonable(value: Any) -> Any:  # noqa: PLR0911 - one answer for each kind of value
    """Return what JSON can say; money stays exact as text, what is no number is null."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case date():
            return value.isoformat()
        case UUID() | Decimal():
            return plain(value)
        case bytes():
            return value.hex()
        case dict():
            return {plain(key): _jsonable(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_jsonable(inner) for inner in value]
    return value


def _cell(name: str, value: Any) -> Text:
    if value is None:
        return Text("–", style="dim")
    if name == "colour" and value in COLOURS:
        shape, style = COLOURS[value]
        return Text(f"{shape} {value}", style=style)
    if isinstance(value, float):
        return Text(short_number(value))
    return Text(plain(value))


def short_number(value: float) -> str:
    """Return a number as a table shows it: four figures, from a thousand on one decimal."""
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.1f}"  # noqa: PLR2004


def _is_number(type_: str) -> bool:
    inner = type_.removeprefix("LowCardinality(").removeprefix("Nullable(")
    return inner.startswith(("Int", "UInt", "Float", "Decimal"))
