"""Turns a pair of Avro schemas into one Python function that reads bytes straight into columns.

What read_code makes of a record is a dict. Where a record is many rows of a table (the indicators of a cell), the dicts cost more than
all that is done with them; here every value goes to the end of its column instead.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - a NamedTuple's fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from schemas.read_code import Outside, Reader, compiled, kind_of
from schemas.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping


class Items(NamedTuple):
    """What an array of records becomes: for each item `make` of these of its fields, at the end of a list.

    Items of the same bytes are made once: `make` returns something that nobody changes. What it raises, the reading raises.
    """

    array: str
    fields: tuple[str, ...]
    make: Callable[..., Any]
    into: list[Any]


def append_function(
    writer: Mapping[str, Any], reader: Mapping[str, Any], items: Items, columns: Mapping[str, list[Any]]
) -> Callable[[bytes, int], int]:
    """Return a function of (bytes, where the body begins) that appends a record to columns and gives its number of items.

    Each of the columns is a field of the record. No dict of a record is made; equal texts are one object. For bytes that are not
    exactly one record the function raises an Exception of some kind: items may have been appended then, and nothing of the record
    itself. Raises Outside as `read_function` does, and for a field that was not written.
    """
    source = Source("def append(b, p):")
    source.line("room = len(b) - 6")
    met = _Met()
    helpers = {
        "text": _Texts().__getitem__,
        "met": met.get,
        "keep": met.keep,
        "make": items.make,
        "put": items.into.append,
    }
    kept = {name: source.constant(column.append) for name, column in columns.items()}
    count = _Appender(source, items, kept).appended(writer, reader)
    source.line(f"return {count}")
    return compiled(source, "append", f"columns of {writer.get('name')}", helpers)


class _Met(dict[bytes, Any]):
    """Items by their bytes: how much most of them say fits a byte or two, and comes again and again."""

    _MOST: Final = 100_000

    def keep(self, encoded: bytes, item: Any) -> None:
        if len(self) >= self._MOST:
            self.clear()
        self[encoded] = item


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

    def __init__(self, source: Source, items: Items, kept: Mapping[str, str]) -> None:
        super().__init__(source)
        self._items_wanted = items
        self._kept = kept

    def appended(self, writer: Mapping[str, Any], reader: Mapping[str, Any]) -> str:
        """Write the reading of a record; return the variable that holds its number of items."""
        ours = {field["name"]: field["type"] for field in reader["fields"]}
        read, count = {}, ""
        for field in writer["fields"]:
            name = field["name"]
            if name == self._items_wanted.array and kind_of(field["type"]) == kind_of(ours.get(name)) == "array":
                count = self._appended_items(field["type"]["items"], ours[name]["items"])
            else:
                read[name] = self.value(field["type"], ours.get(name, field["type"]))
        self.source.line("if p != len(b): ended(p, len(b))")
        if not count:
            raise Outside(f"{self._items_wanted.array} is no array of records")
        for name, append in self._kept.items():
            self.source.line(f"{append}({_written(read, name)})")
        return count

    def _appended_items(self, writer: Any, reader: Any) -> str:
        if kind_of(writer) != "record" or kind_of(reader) != "record":
            raise Outside("items that are no records")
        ours = {field["name"]: field["type"] for field in reader["fields"]}
        held, number = self.source.variable(), self.source.variable()
        self.source.line(f"{held} = 0")
        with self.source.block("while True:"):
            self.block_head(number, held)
            self.source.line(f"{held} += {number}")
            with self.source.block(f"for _ in range({number}):"):
                # As long as an item is whose text begins with its length in a byte, and whose other fields take a byte each. Bytes
                # that were an item once are this item, however their length came to be guessed.
                self.source.line(f"guess = p + (b[p] >> 1) + {len(writer['fields'])}")
                self.source.line("item = met(b[p:guess])")
                with self.source.block("if item is not None:"):
                    self.source.line("p = guess")
                with self.source.block("else:"):
                    self.source.line("start = p")
                    read = {
                        field["name"]: self.value(field["type"], ours.get(field["name"], field["type"]))
                        for field in writer["fields"]
                    }
                    values = ", ".join(_written(read, name) for name in self._items_wanted.fields)
                    self.source.line(f"item = make({values})")
                    self.source.line("if p == guess <= len(b): keep(b[start:p], item)")
                self.source.line("put(item)")
        return held

    def text_or_bytes(self, kind: str, details: Mapping[str, Any]) -> str:
        """Write the reading of a string, of bytes or of a decimal; return the variable that holds it."""
        if kind != "string":
            return super().text_or_bytes(kind, details)
        held, end = self.source.variable(), self.source.variable()
        self.length(end)
        self.source.line(f"{held} = text(b[p:{end}]); p = {end}")
        return held


def _written(read: Mapping[str, str], name: str) -> str:
    if name not in read:
        raise Outside(f"the field {name} is not written")
    return read[name]
