"""Tables and views as values, and the SQL that makes them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sinks.columns import Column

DEDUPLICATION_WINDOW: Final = 1000
"""How many inserts back a repeated token is recognised; what is older is caught by the engine's versions."""


@dataclass(frozen=True, slots=True)
class Table:
    """A storage table.

    Of rows equal in `order_by` the one with the greatest `version` stands; `deleted` names the column that, when 1,
    takes the row away.
    """

    database: str
    name: str
    comment: str
    columns: tuple[Column, ...]
    order_by: tuple[str, ...]
    version: str
    deleted: str = ""

    def __hash__(self) -> int:
        return hash((self.database, self.name))  # every column's every text, at every look-up, would be slow

    @property
    def full_name(self) -> str:
        """Return `database.table`, quoted."""
        return f"{quoted(self.database)}.{quoted(self.name)}"

    @property
    def written(self) -> tuple[Column, ...]:
        """Return the columns an insert names, in order."""
        return tuple(column for column in self.columns if column.written)

    @property
    def engine(self) -> str:
        """Return the engine with its arguments, as ClickHouse prints it."""
        arguments = ", ".join(name for name in (self.version, self.deleted) if name)
        return f"ReplacingMergeTree({arguments})"

    def create(self) -> str:
        """Return CREATE TABLE IF NOT EXISTS, one column to a line."""
        columns = ",\n".join(f"    {column_sql(column)}" for column in self.columns)
        return (
            f"CREATE TABLE IF NOT EXISTS {self.full_name}\n(\n{columns}\n)\n"
            f"ENGINE = {self.engine}\n"
            f"ORDER BY ({', '.join(map(quoted, self.order_by))})\n"
            f"SETTINGS non_replicated_deduplication_window = {DEDUPLICATION_WINDOW}\n"
            f"COMMENT {literal(self.comment)}"
        )

    def insert(self) -> str:
        """Return INSERT naming every written column; the values follow."""
        names = ", ".join(quoted(column.name) for column in self.written)
        return f"INSERT INTO {self.full_name} ({names}) VALUES"


@dataclass(frozen=True, slots=True)
class View:
    """A view people query, or one that another view reads; `sql` is its whole CREATE OR REPLACE VIEW."""

    database: str
    name: str
    sql: str


def view_over(
    table: Table,
    database: str,
    name: str,
    *,
    hidden: frozenset[str],
    where: str = "",
    shown: Mapping[str, str] = MappingProxyType({}),
) -> View:
    """Return the view of a storage table's valid rows: duplicates taken out (FINAL), every column commented.

    `shown` has SQL for columns that are shown otherwise than they are stored.
    """
    columns = [column for column in table.columns if column.name not in hidden]
    listed = ",\n".join(
        f"    {quoted(column.name)} {column.type} COMMENT {literal(column.comment)}" for column in columns
    )
    names = ", ".join(
        f"{shown[column.name]} AS {quoted(column.name)}" if column.name in shown else quoted(column.name)
        for column in columns
    )
    condition = f"\nWHERE {where}" if where else ""
    return View(
        database,
        name,
        f"CREATE OR REPLACE VIEW {quoted(database)}.{quoted(name)}\n(\n{listed}\n)\n"
        f"AS SELECT {names}\nFROM {table.full_name} FINAL{condition}\n"
        f"COMMENT {literal(table.comment)}",
    )


def column_sql(column: Column) -> str:
    """Return a column's line in CREATE TABLE or ADD COLUMN."""
    extra = f" {column.extra}" if column.extra else ""
    return f"{quoted(column.name)} {column.type}{extra} COMMENT {literal(column.comment)}"


def quoted(name: str) -> str:
    """Return a name in backticks."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def literal(text: str) -> str:
    """Return a string in ClickHouse's quotes."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
