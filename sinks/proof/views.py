"""The views of the proof: for each kind of case its events with their standing, and its cases folded from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from schemas.catalogue.case_columns import OPENINGS, ORIGIN
from sinks.columns import Column
from sinks.layout import ENVELOPE
from sinks.proof.cases_sql import CASES, fields_needed, fold_steps
from sinks.proof.events_sql import NEEDED, STANDING, standing_steps
from sinks.proof.source import as_read, sources
from sinks.proof.statement import comment, select, with_steps
from sinks.tables import View, literal, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sinks.layout import Layout
    from sinks.proof.source import CaseSource

STANDING_COLUMNS: Final = (
    Column(
        "standing",
        "String",
        "地位：effective 有效，corrected 已被更正，void 作废记录，rule:… 违反规则，case_limit 超出上限 / whether it stands, and if "
        "not why",
    ),
    Column("corrected_by", "Nullable(UUID)", "更正或作废它的事件 / the event that corrects it or takes it back"),
    Column(
        "place",
        "UInt64",
        "同地位事件中的次序：发生时间、事件编号 / its place among those of its standing: occurred_at, event_id",
    ),
)
_ORIGIN: Final = ORIGIN[:3]


def proof_views(layout: Layout) -> list[View]:
    """Return the views, those of the events before those of the cases, which read them."""
    found = sources(layout)
    return [*(_events_view(source) for source in found), *(_cases_view(source) for source in found)]


def own_columns(source: CaseSource) -> list[Column]:
    """Return the columns of the events' own fields, beside the envelope."""
    columns = [column for fields in source.columns.values() for column in fields.values()]
    return list(
        {column.name: column for column in columns if column.name not in (*ENVELOPE, "event", "case_id")}.values()
    )


def _events_view(source: CaseSource) -> View:
    table = {column.name: column for column in source.table.columns}
    shown = [*NEEDED, *(name for name in ENVELOPE if name not in NEEDED)]
    own = own_columns(source)
    columns = [
        *(table[name] for name in shown if name not in _ORIGIN),
        *(_as_shown(column) for column in own),
        *(table[name] for name in _ORIGIN),
    ]
    read = [table[name] for name in (*ENVELOPE, *_ORIGIN)]
    steps = standing_steps(source, [*read, *own])
    every = [*columns, *STANDING_COLUMNS]
    last = select([f"{STANDING}.{column.name} AS {column.name}" for column in every], STANDING)
    zh, en = (
        f"{source.case.zh}：每个事件一行，是否有效、为什么",
        f"{source.case.en}: every event once, whether it stands and why",
    )
    return _view(source, f"proof_events_{source.case.name}", every, f"{zh} / {en}", with_steps(steps, last))


def _cases_view(source: CaseSource) -> View:
    opening = Column(
        OPENINGS, "UInt64", "有效的起始事件数，0 则不计入指标 / effective opening events; with none it counts nowhere"
    )
    published = {column.name: column for column in source.cases.table.columns}
    names = ["case_id", "township", "village", *(field.name for field in source.case.fields)]
    columns = [*(published[name] for name in (*names, "event_count", "newest_event_at")), opening]
    steps = fold_steps(source, fields_needed(source, None), source.proof_events)
    last = select([f"{CASES}.{column.name} AS {column.name}" for column in columns], CASES)
    zh = f"{source.case.zh}：由事件重新折叠的现状，用以核对 cases_{source.case.name}"
    en = f"{source.case.en}: folded again from the events, to be held against cases_{source.case.name}"
    return _view(source, f"proof_cases_{source.case.name}", columns, f"{zh} / {en}", with_steps(steps, last))


def _view(source: CaseSource, name: str, columns: Sequence[Column], words: str, sql: str) -> View:
    listed = ",\n".join(
        f"    {quoted(column.name)} {column.type} COMMENT {literal(column.comment)}" for column in columns
    )
    head = comment(*words.split(" / ", 1))
    return View(
        source.database,
        name,
        f"{head}\nCREATE OR REPLACE VIEW {quoted(source.database)}.{quoted(name)}\n(\n{listed}\n)\nAS\n{sql}\n"
        f"COMMENT {literal(words)}",
    )


def _as_shown(column: Column) -> Column:
    """Return the column with the type it is read as."""
    if as_read(column, column.name) == column.name:
        return column
    type_ = "Float64" if "Float32" in column.type else "String"
    return Column(column.name, f"Nullable({type_})", column.comment)
