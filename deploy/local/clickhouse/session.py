"""What a conversation keeps between its statements: database, settings, temporary tables. One thread at a time."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deploy.local.clickhouse.engine import MARK
from deploy.local.clickhouse.errors import EngineError
from deploy.local.clickhouse.sql import Insert, identifier, literal, read_set, tokens
from deploy.local.clickhouse.type_names import split_arguments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from deploy.local.clickhouse.blocks import Block
    from deploy.local.clickhouse.engine import Engine, Handle

# Settings that bound or cut a client's own answer must not cut what this server asks on its behalf.
BOUNDS = re.compile(r"max_|limit$|offset$|extremes$|readonly$|result_overflow_mode$|\w+_overflow_mode$")
ONE_LINE_TYPES = "SETTINGS print_pretty_type_names = 0"
INSERTABLE_KINDS = frozenset({"", "DEFAULT"})


class Session:
    """An engine handle with a memory. `close` it when the conversation is over."""

    def __init__(self, engine: Engine, database: str = "") -> None:
        self.engine = engine
        self.database = "default"
        self.handle = engine.handle()
        self._applied: dict[str, str] = {}
        self._kept: dict[str, str] = {}
        self.streaming = False
        self._own_temporary_tables = False
        self._external_tables = False
        if database:
            self.use(database)

    def close(self) -> None:
        """Give the engine's handle back."""
        self.handle.close()

    def use(self, database: str) -> None:
        """Change the database; raises EngineError (81) for one that is not there."""
        self.handle.query(f"USE {identifier(database)}")
        self.database = database

    @property
    def has_temporary_tables(self) -> bool:
        """Whether there may be tables that only this session's own handle sees."""
        return self._own_temporary_tables or self._external_tables

    @property
    def applied(self) -> dict[str, str]:
        """The settings of the current query."""
        return dict(self._applied)

    def check_settings(self, settings: Mapping[str, str], important: frozenset[str] | None = None) -> dict[str, str]:
        """Return the settings the engine knows. Unknown ones raise 115, or are ignored when `important` lacks them."""
        known = {}
        for name, value in settings.items():
            if name in self.engine.setting_names:
                if name != MARK:
                    known[name] = value
            elif important is None or name in important:
                raise EngineError.of(115, "UNKNOWN_SETTING", f"Unknown setting '{name}'.")
        return known

    def apply(self, settings: Mapping[str, str]) -> None:
        """Make these, over the session's own, the settings of what follows; raises EngineError for a bad value."""
        reset = [name for name in self._applied if name not in settings]
        if reset and not self._try_set({name: self._kept.get(name, "DEFAULT") for name in reset}):
            self._rebuild()
        changed = {name: value for name, value in settings.items() if self._applied.get(name) != value}
        for name in reset:
            self._applied.pop(name, None)
        if changed:
            # Noted first: a statement of several assignments may fail half way.
            self._applied.update(changed)
            self.handle.query("SET " + ", ".join(f"{name} = {literal(value)}" for name, value in changed.items()))

    def _try_set(self, assignments: Mapping[str, str]) -> bool:
        try:
            self.handle.query("SET " + ", ".join(f"{name} = {value}" for name, value in assignments.items()))
        except EngineError:  # e.g. readonly, which forbids leaving it, or a max_query_size too small for this statement
            return False
        return True

    def _rebuild(self) -> None:
        """Start over with a new handle: same database and settings; temporary tables are lost."""
        self.handle.close()
        progress = self.handle.on_progress
        self.handle = self.engine.handle()
        self.handle.on_progress = progress
        self._own_temporary_tables = False
        self._applied = {}
        if self.database != "default":
            self.use(self.database)
        if self._kept:
            self._try_set(self._kept)

    def note(self, kind: str, text: str) -> None:
        """Remember what a statement that succeeded changed in this session."""
        if kind == "SET":
            for name, value in read_set(text).items():
                self._applied.pop(name, None)
                if value.upper() == "DEFAULT":
                    self._kept.pop(name, None)
                elif not name.startswith("param_"):
                    self._kept[name] = value
        elif kind == "USE":
            self.database = self.handle.query("SELECT currentDatabase()", "TSVRaw").data.decode().removesuffix("\n")
        elif kind == "CREATE":
            words = [token.upper for token, _ in zip(tokens(text), range(4), strict=False)]
            self._own_temporary_tables |= "TEMPORARY" in words

    @contextmanager
    def aside(self) -> Iterator[Handle]:
        """Lend a second handle for a question on the side, with this session's database and settings."""
        handle = self.engine.handle()
        try:
            handle.query(f"USE {identifier(self.database)}")
            wanted = self._kept | {name: literal(value) for name, value in self._applied.items()}
            assignments = [f"{name} = {value}" for name, value in wanted.items() if not BOUNDS.match(name)]
            if assignments:
                handle.query("SET " + ", ".join(assignments))
            yield handle
        finally:
            handle.close()

    def describe(self, query: str, parameters: Mapping[str, str]) -> list[tuple[str, str]]:
        """Return names and types of a SELECT's columns; raises EngineError."""
        question = f"DESCRIBE TABLE ({query}\n) {ONE_LINE_TYPES}"
        if self.streaming or not self.has_temporary_tables:
            with self.aside() as handle:
                return _pairs(handle.query(question, "JSONCompactEachRow", parameters).data)
        kept = dict(self._applied)
        self.apply({name: value for name, value in kept.items() if not BOUNDS.match(name)})
        try:
            return _pairs(self.handle.query(question, "JSONCompactEachRow", parameters).data)
        finally:
            self.apply(kept)

    def insert_structure(self, insert: Insert) -> list[tuple[str, str]]:
        """Return names and types of what an INSERT expects, in its order; raises EngineError (16, 60, …)."""
        if insert.from_input:
            return self._columns_of(f"FUNCTION null({insert.from_input})")
        every = self._columns_of(insert.target, with_kinds=True)
        if not insert.columns:
            return every
        known = dict(self._columns_of(insert.target))
        wanted = split_arguments(insert.columns)
        if any("*" in name or "(" in name for name in wanted):
            excluded = {_unquote(name) for name in re.findall(r"`[^`]+`|\w+", insert.columns.partition("EXCEPT")[2])}
            return [(name, kind) for name, kind in every if name not in excluded]
        structure = []
        for name in map(_unquote, wanted):
            if name not in known:
                text = f"No such column {name} in table {insert.target}."
                raise EngineError.of(16, "NO_SUCH_COLUMN_IN_TABLE", text)
            structure.append((name, known[name]))
        return structure

    def _columns_of(self, target: str, *, with_kinds: bool = False) -> list[tuple[str, str]]:
        name = target.removeprefix("FUNCTION ")
        rows = _rows(self.handle.query(f"DESCRIBE TABLE {name} {ONE_LINE_TYPES}", "JSONCompactEachRow").data)
        return [(row[0], row[1]) for row in rows if not with_kinds or row[2] in INSERTABLE_KINDS]

    def create_external(self, name: str, block: Block) -> None:
        """Make a client's external table of its first block: a temporary table that lives for one query."""
        structure = ", ".join(f"{identifier(column.name)} {column.type}" for column in block.columns)
        self.declare_external(name, structure)
        self.fill_external(name, block)

    def declare_external(self, name: str, structure: str) -> None:
        """Make an external table of this structure, `a UInt8, b String`."""
        self.handle.query(f"CREATE TEMPORARY TABLE {identifier(name)} ({structure}) ENGINE = Memory")
        self._external_tables = True

    def fill_external(self, name: str, block: Block) -> None:
        """Add a block to an external table."""
        if block.rows:
            self.load_external(name, "Native", block.encode())

    def load_external(self, name: str, output: str, data: bytes) -> None:
        """Add data of this format to an external table."""
        with self.engine.spool() as spool:
            spool.write(data)
            insert = Insert(f"INSERT INTO {identifier(name)}", name, "", "", output, "")
            self.handle.insert_file(insert, spool.finish(), output)

    def drop_external(self, names: Sequence[str]) -> None:
        """Take external tables away again."""
        for name in names:
            self.handle.query(f"DROP TEMPORARY TABLE IF EXISTS {identifier(name)}")
        self._external_tables = False


def _rows(data: bytes) -> list[list[str]]:
    return [json.loads(line.decode(errors="surrogateescape")) for line in data.split(b"\n") if line]


def _pairs(data: bytes) -> list[tuple[str, str]]:
    return [(row[0], row[1]) for row in _rows(data)]


def _unquote(name: str) -> str:
    if name[:1] in {"`", '"'}:
        return re.sub(r"\\(.)", r"\1", name[1:-1])
    return name
