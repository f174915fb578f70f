"""What is known of every row key: its ledger record, and where this file has it. On disk: a source may be large."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Known(NamedTuple):
    """A row key's ledger record as bytes (None: never imported), and the line this file has it on, if it was seen."""

    record: bytes | None
    line: int | None


class RowIndex:
    """A temporary database that goes when it is closed. Row keys are exact text."""

    def __init__(self) -> None:
        # An empty name is SQLite's own temporary file: in memory as long as it is small, and deleted by itself.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(
            "CREATE TABLE rows (key TEXT PRIMARY KEY, record BLOB, line INTEGER, last_line INTEGER) WITHOUT ROWID"
        )

    def remember_records(self, records: Iterable[tuple[str, bytes | None]]) -> None:
        """Take ledger records in the order of the ledger; the last one of a key counts, None forgets it."""
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO rows (key, record) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET record = excluded.record",
            records,
        )
        self._database.execute("COMMIT")

    def remember_last_lines(self, lines: Iterable[tuple[str, int]]) -> None:
        """Take the lines of all keys of the file, in order: of a key that comes twice, the last one wins."""
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO rows (key, last_line) VALUES (?, ?) "
            "ON CONFLICT (key) DO UPDATE SET last_line = excluded.last_line",
            lines,
        )
        self._database.execute("COMMIT")

    def look_up(self, key: str) -> Known:
        """Return what is known of a key."""
        row = self._database.execute("SELECT record, line FROM rows WHERE key = ?", (key,)).fetchone()
        return Known(*row) if row else Known(None, None)

    def last_line(self, key: str) -> int | None:
        """Return the last line of the file with this key, if `remember_last_lines` was told."""
        row = self._database.execute("SELECT last_line FROM rows WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def see(self, key: str, line: int) -> None:
        """Note that the file has this key on this line."""
        self._database.execute(
            "INSERT INTO rows (key, line) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET line = excluded.line",
            (key, line),
        )

    def unseen_records(self) -> Iterator[bytes]:
        """Give the ledger records of the keys that the file does not have."""
        found = self._database.execute("SELECT record FROM rows WHERE line IS NULL AND record IS NOT NULL")
        for (record,) in found:
            yield record

    def close(self) -> None:
        """Forget everything."""
        self._database.close()
