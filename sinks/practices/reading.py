"""What is matched, read from the warehouse: the practices that stand, and the texts of cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from schemas.catalogue.expression_sql import text
from schemas.errors import Refused
from sinks.practices.definition import FILE
from sinks.practices.library import Library, Practice
from sinks.proof.events_sql import ORDER, STANDING, standing_steps
from sinks.proof.source import case_source
from sinks.proof.statement import indented, select, with_steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sinks.columns import Column
    from sinks.layout import Layout
    from sinks.practices.definition import Matching
    from sinks.proof.source import CaseSource
    from sinks.warehouse import Warehouse


class Case(NamedTuple):
    """A case with its texts: those of the event that opens it, as it stands after corrections."""

    case_type: str
    township: str
    case_id: str
    village: str | None
    at: datetime
    texts: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return all it says."""
        return "\n".join(self.texts)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which cases: of these kinds, in a place, opened in [since, until), or of one id; the newest `most` of each kind."""

    kinds: Sequence[str]
    most: int
    place: str = ""
    case_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


class Shelf:
    """Where practices and texts are read from; nothing is written."""

    def __init__(self, warehouse: Warehouse, layout: Layout, matching: Matching) -> None:
        self._warehouse = warehouse
        self._layout = layout
        self._matching = matching

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of case that are matched, of the domains there are."""
        return tuple(kind for kind in self._matching.cases if self._has(kind))

    def practices(self) -> list[Practice]:
        """Return every practice that stands, by township and id: not those taken back, and corrected ones as corrected."""
        definition = self._matching.practice
        if not self._has(definition.case):
            return []
        fields = tuple(definition.fields)
        return [
            Practice(each.township, each.case_id, dict(zip(fields, each.texts, strict=True)))
            for each in self._opened(definition.case, fields, ())
        ]

    def cases(self, asked: Asked) -> list[Case]:
        """Return the cases that are asked for, by kind, the oldest first."""
        found: list[Case] = []
        for kind in asked.kinds:
            only = _only(case_source(self._layout, kind), asked)
            found += self._opened(kind, self._matching.cases[kind].fields, only)
        return found

    def library(self) -> Library:
        """Return the practices ready to be asked, with the rarity of words learnt from the newest texts."""
        # Of each kind its newest: which of several thousand texts they are matters little to how rare a word is.
        most = self._matching.texts // max(1, len(self.kinds))
        texts = [each for kind in self.kinds for each in self._newest_texts(kind, most)] if most else []
        return Library(self._matching, self.practices(), texts)

    def _has(self, kind: str) -> bool:
        return any(kind in catalogue.cases for catalogue in self._layout.catalogues.values())

    def _opened(self, kind: str, fields: Sequence[str], only: Sequence[str]) -> list[Case]:
        source = case_source(self._layout, kind)
        opening = source.case.opens_with
        columns = _columns(source, fields)
        sql = with_steps(
            standing_steps(source, columns, only),
            select(
                ["township", "case_id", "village", "occurred_at", *map(_as_text, columns)],
                STANDING,
                ["standing = 'effective'", f"event = {text(opening)}"],
                # Where two stand the first opens the case, as in the folds.
                ending=f"ORDER BY {ORDER}\nLIMIT 1 BY township, case_id",
            ),
        )
        words = [self._names_of(source, field) for field in fields]
        return [Case._make((kind, *row[:4], _in_words(words, row[4:]))) for row in self._warehouse.rows(sql)]

    def _newest_texts(self, kind: str, most: int) -> list[str]:
        """Return the texts of the newest cases as they came: for how rare words are, corrections do not matter."""
        source, fields = case_source(self._layout, kind), self._matching.cases[kind].fields
        sql = select(
            [*map(_as_text, _columns(source, fields))],
            source.events_view,
            [f"event = {text(source.case.opens_with)}"],
            ending=f"ORDER BY occurred_at DESC, event_id\nLIMIT {most}",
        )
        words = [self._names_of(source, field) for field in fields]
        return ["\n".join(_in_words(words, row)) for row in self._warehouse.rows(sql)]

    def _names_of(self, source: CaseSource, field: str) -> Mapping[str, str]:
        """Return the Chinese names of a field's symbols, by symbol; empty where it is no enum."""
        record = self._layout.catalogues[source.domain].domain.event(source.case.opens_with)
        type_: Any = record.field(field).avro_type
        symbols = type_.get("symbol_names", {}) if isinstance(type_, dict) else {}
        return {symbol: str(names["zh"]) for symbol, names in symbols.items()}


def _columns(source: CaseSource, fields: Sequence[str]) -> list[Column]:
    """Return the columns of fields of the opening event; raises Refused for one it has not."""
    opening = source.case.opens_with
    columns = source.columns[opening]
    missing = [field for field in fields if field not in columns]
    if missing:
        raise Refused(str(FILE), None, f"{opening} 没有字段 / has no field {', '.join(missing)}", "、".join(columns))
    return [columns[field] for field in fields]


def _as_text(column: Column) -> str:
    return f"ifNull(toString({column.name}), '')"


def _in_words(names: Sequence[Mapping[str, str]], values: Sequence[str]) -> tuple[str, ...]:
    return tuple(each.get(value, value) for each, value in zip(names, values, strict=True))


def _only(source: CaseSource, asked: Asked) -> list[str]:
    """Return the condition that keeps the cases asked for, whole: all their events, also corrections of later years."""
    if asked.case_id:
        return [f"events.case_id = {text(asked.case_id)}", f"startsWith(events.township, {text(asked.place[:9])})"]
    where = [f"event = {text(source.case.opens_with)}", f"case_type = {text(source.case.name)}"]
    if asked.place:
        where.append(
            f"(startsWith(township, {text(asked.place)}) OR startsWith(ifNull(village, ''), {text(asked.place)}))"
        )
    if asked.since is not None:
        where.append(f"occurred_at >= {_moment(asked.since)}")
    if asked.until is not None:
        where.append(f"occurred_at < {_moment(asked.until)}")
    newest = select(
        ["township", "case_id"],
        source.events_view,
        where,
        ending=f"ORDER BY occurred_at DESC, event_id\nLIMIT {asked.most}",
    )
    return [f"(events.township, events.case_id) IN\n(\n{indented(newest)}\n)"]


def _moment(at: datetime) -> str:
    return f"fromUnixTimestamp64Milli({int(at.timestamp() * 1000)})"
