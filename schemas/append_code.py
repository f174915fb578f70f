"""Turns a pair of Avro schemas into one Python function that reads bytes straight into columns.

What read_code makes of a record is a dict. Where a record is many rows of a table (the indicators of a cell), the dicts cost more than
all that is done with them; here every value goes to the end of its column instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from schemas.read_code import Outside, Reader, compiled, kind_of
from schemas.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def append_function(
    writer: Mapping[str, Any], reader: Mapping[str, Any], rows: str, columns: Mapping[str, list[Any]]
) -> Callable[[bytes, int], int]:
    """Return a function of (bytes, where the body begins) that appends a record to columns and gives its number of rows.

    `rows` names an array of records. Each of the columns is a field of them (`rows.field`), with a value for every item, or one
    of the record itself, with one value. No dict and no object of a record is made; equal texts are one object. For bytes that
    are not exactly one record the function raises an Exception of some kind: then columns of `rows` may have become longer, and
    those of the record have not. Raises Outside as `read_function` does, and for items that have defaults.
    """
    source = Source("def append(b, p):")
    source.line("room = len(b) - 6")
    kept = {name: source.constant(column.append) for name, column in columns.items()}
    count = _Appender(source, rows, kept).appended(writer, reader)
    source.line(f"return {count}")
    return compiled(source, "append", f"columns of {writer.get('name')}", {"text": _Texts().__getitem__})


class _Texts(dict[bytes, str]):
    """Texts by their bytes: most of those in columns come again and again."""

    _MOST: Final = 50_000

    def __missing__(self, encoded: bytes) -> str:
        if len(self) >= self._MOST:
            self.clear()
        decoded = self[encoded] = encoded.decode()
        return decoded


class _Appender(Reader):
    """Writes the lines that append one record to columns; `kept` are the names of their `append`, by field."""

    def __init__(self, source: Source, rows: str, kept: Mapping[str, str]) -> None:
        super().__init__(source)
        self._rows = rows
        self._kept = kept

    def appended(self, writer: Mapping[str, Any], reader: Mapping[str, Any]) -> str:
        """Write the reading of a record; return the variable that holds its number of rows."""
        ours = {field["name"]: field["type"] for field in reader["fields"]}
        read, count = {}, ""
        for field in writer["fields"]:
            name = field["name"]
            if name == self._rows and kind_of(field["type"]) == kind_of(ours.get(name)) == "array":
                count = self._appended_items(field["type"]["items"], ours[name]["items"])
            else:
                read[name] = self.value(field["type"], ours.get(name, field["type"]))
        self.source.line("if p != len(b): ended(p, len(b))")
        for name, append in self._kept.items():
            if "." not in name:
                if name not in read:
                    raise Outside(f"the field {name} is not written")
                self.source.line(f"{append}({read[name]})")
        if not count:
            raise Outside(f"{self._rows} is no array of records")
        return count

    def _appended_items(self, writer: Any, reader: Any) -> str:
        if kind_of(writer) != "record" or kind_of(reader) != "record":
            raise Outside("items that are no records")
        ours = {field["name"]: field["type"] for field in reader["fields"]}
        held, number = self.source.variable(), self.source.variable()
        self.source.line(f"{held} = 0")
        with self.source.block("while True:"):
            self.source.line(f"{number}, p = count(b, p, {held})")
            self.source.line(f"if {number} == 0: break")
            self.source.line(f"{held} += {number}")
            with self.source.block(f"for _ in range({number}):"):
                read = {
                    field["name"]: self.value(field["type"], ours.get(field["name"], field["type"]))
                    for field in writer["fields"]
                }
                for name, append in self._kept.items():
                    field, _, own = name.partition(".")
                    if field == self._rows and own:
                        if own not in read:
                            raise Outside(f"the field {name} is not written")
                        self.source.line(f"{append}({read[own]})")
        return held

    def text_or_bytes(self, kind: str, details: Mapping[str, Any]) -> str:
        """Write the reading of a string, of bytes or of a decimal; return the variable that holds it."""
        if kind != "string":
            return super().text_or_bytes(kind, details)
        held, end = self.source.variable(), self.source.variable()
        self.length(end)
        self.source.line(f"{held} = text(b[p:{end}]); p = {end}")
        return held
