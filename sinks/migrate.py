"""Bring the warehouse to what the schemas and the catalogue say: what is missing is added.

Databases, tables, columns, comments and views are added. A type or a sorting key that differs is refused with what to
do about it: changing it would rewrite or lose data. What is in the warehouse and not in the schemas any more stays.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from schemas.errors import Refused
from sinks.tables import column_sql, literal, quoted
from sinks.views import all_views

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sinks.layout import Layout
    from sinks.tables import Table
    from sinks.warehouse import Warehouse

LOG: Final = "schema_changes"


@dataclass(frozen=True, slots=True)
class Change:
    """One statement and what it is for."""

    what: str
    sql: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class _Existing:
    """A table as ClickHouse has it."""

    comment: str
    engine: str
    sorting_key: str
    columns: dict[str, tuple[str, str]]


def plan(warehouse: Warehouse, layout: Layout) -> list[Change]:
    """Return what has to be done, in order; changes nothing. Raises Refused for a difference that is no addition."""
    databases = {name for (name,) in warehouse.rows("SELECT name FROM system.databases")}
    changes = [
        Change(f"数据库 database {name}", f"CREATE DATABASE IF NOT EXISTS {quoted(name)}")
        for name in (layout.storage, layout.database)
        if name not in databases
    ]
    existing = _existing(warehouse, layout.storage)
    digests = _digests(warehouse, layout) if LOG in existing else {}
    if LOG not in existing:
        changes.append(Change(f"表 table {LOG}", _log_table(layout)))
    for table in layout.tables:
        changes.extend(_table_changes(table, existing.get(table.name)))
    present = {(database, name) for database, name in _views(warehouse, layout)}
    for view in all_views(layout):
        digest = hashlib.sha256(view.sql.encode()).hexdigest()
        if (view.database, view.name) not in present or digests.get(f"{view.database}.{view.name}") != digest:
            changes.append(Change(f"视图 view {view.database}.{view.name}", view.sql, digest))
    return changes


def migrate(warehouse: Warehouse, layout: Layout, tell: Callable[[Change], None] | None = None) -> list[Change]:
    """Do what `plan` says, write it down in `schema_changes` and return it; running it again does nothing."""
    changes = plan(warehouse, layout)
    for change in changes:
        if tell is not None:
            tell(change)
        warehouse.execute(change.sql)
    if changes:
        _write_down(warehouse, layout, changes)
    return changes


def _table_changes(table: Table, existing: _Existing | None) -> Iterator[Change]:
    if existing is None:
        yield Change(f"表 table {table.name}", table.create())
        return
    _refuse_rewrites(table, existing)
    for column in table.columns:
        if column.name not in existing.columns:
            yield Change(
                f"列 column {table.name}.{column.name}",
                f"ALTER TABLE {table.full_name} ADD COLUMN IF NOT EXISTS {column_sql(column)}",
            )
        elif existing.columns[column.name][1] != column.comment:
            yield Change(
                f"注释 comment {table.name}.{column.name}",
                f"ALTER TABLE {table.full_name} COMMENT COLUMN {quoted(column.name)} {literal(column.comment)}",
            )
    if existing.comment != table.comment:
        yield Change(
            f"注释 comment {table.name}", f"ALTER TABLE {table.full_name} MODIFY COMMENT {literal(table.comment)}"
        )


def _refuse_rewrites(table: Table, existing: _Existing) -> None:
    place = f"ClickHouse {table.database}.{table.name}"
    remedy = "新建表并从事件重建，或恢复原定义 / a new table rebuilt from the events, or the definition as it was"
    for column in table.columns:
        has = existing.columns.get(column.name, (column.type, ""))[0]
        if has != column.type:
            raise Refused(
                place,
                None,
                f"列 {column.name} 的类型是 {has}，定义要求 {column.type} / column {column.name} is {has}, "
                f"the definition wants {column.type}: only additions are made.",
                remedy,
            )
    wanted = ", ".join(table.order_by)
    # A key of one column is printed with its brackets.
    if existing.sorting_key.strip("()") != wanted or not existing.engine.startswith(table.engine):
        raise Refused(
            place,
            None,
            f"引擎或排序键不同 / engine or sorting key differ: {existing.engine} ({existing.sorting_key}), "
            f"wanted {table.engine} ({wanted}).",
            remedy,
        )


def _existing(warehouse: Warehouse, database: str) -> dict[str, _Existing]:
    parameters = {"database": database}
    columns: dict[str, dict[str, tuple[str, str]]] = {}
    for table, name, type_, comment in warehouse.rows(
        "SELECT table, name, type, comment FROM system.columns WHERE database = {database:String} ORDER BY position",
        parameters,
    ):
        columns.setdefault(table, {})[name] = (type_, comment)
    tables = warehouse.rows(
        "SELECT name, comment, engine_full, sorting_key FROM system.tables "
        "WHERE database = {database:String} AND engine LIKE '%MergeTree'",
        parameters,
    )
    return {
        name: _Existing(comment, engine, sorting_key, columns.get(name, {}))
        for name, comment, engine, sorting_key in tables
    }


def _views(warehouse: Warehouse, layout: Layout) -> list[tuple[Any, ...]]:
    return warehouse.rows(
        "SELECT database, name FROM system.tables "
        "WHERE database IN ({database:String}, {storage:String}) AND engine = 'View'",
        {"database": layout.database, "storage": layout.storage},
    )


def _digests(warehouse: Warehouse, layout: Layout) -> dict[str, str]:
    log = f"{quoted(layout.storage)}.{quoted(LOG)}"
    found = warehouse.rows(
        f"SELECT object, argMax(digest, done_at) FROM {log} WHERE digest != '' GROUP BY object"  # noqa: S608
    )
    return dict(found)


def _log_table(layout: Layout) -> str:
    return (
        f"CREATE TABLE IF NOT EXISTS {quoted(layout.storage)}.{quoted(LOG)}\n(\n"
        "    `done_at` DateTime64(6, 'UTC') DEFAULT now64(6) COMMENT '执行时间 / when it was done',\n"
        "    `what` String COMMENT '改了什么 / what was changed',\n"
        "    `object` String COMMENT '视图全名，其他为空 / full name of a view, else empty',\n"
        "    `digest` String COMMENT '视图定义的摘要 / digest of the view as defined',\n"
        "    `statement` String COMMENT '语句 / the statement'\n"
        ")\nENGINE = MergeTree\nORDER BY done_at\n"
        "COMMENT '数据仓库结构变更记录 / every change made to the warehouse'"
    )


def _write_down(warehouse: Warehouse, layout: Layout, changes: list[Change]) -> None:
    objects = [change.what.split(" ")[-1] if change.digest else "" for change in changes]
    columns = [
        [change.what for change in changes],
        objects,
        [change.digest for change in changes],
        [change.sql for change in changes],
    ]
    log = f"{quoted(layout.storage)}.{quoted(LOG)}"
    with warehouse.translated():
        warehouse.client.execute(
            f"INSERT INTO {log} (what, object, digest, statement) VALUES",
            columns,
            columnar=True,
        )
