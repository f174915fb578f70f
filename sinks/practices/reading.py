"""What is matched, read from the warehouse: the practices that stand, and the texts of cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from schemas.catalogue.expression_sql import text
from schemas.errors import Refused
from sinks.opening import BESIDE, standing_openings
from sinks.practices.definition import FILE
from sinks.practices.library import Library, Practice
from sinks.proof.source import case_source
from sinks.proof.statement import indented, select

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
        found = [
            Practice(each.township, each.case_id, dict(zip(fields, each.texts, strict=True)))
            for each in self._opened(definition.case, fields)
        ]
        return sorted(found, key=lambda each: (each.township, each.practice_id))

    def cases(self, asked: Asked) -> list[Case]:
        """Return the cases that are asked for, by kind, the oldest first."""
        found: list[Case] = []
        for kind in asked.kinds:
            found += self._opened(kind, self._matching.cases[kind].fields, _only(asked), asked.most)
        return found

    def library(self) -> Library:
        """Return the practices ready to be asked, with the rarity of words learnt from the newest texts."""
        # Of each kind its newest: which of several thousand texts they are matters little to how rare a word is.
        most = self._matching.texts // max(1, len(self.kinds))
        texts = [each for kind in self.kinds for each in self._newest_texts(kind, most)] if most else []
        return Library(self._matching, self.practices(), texts)

    def _has(self, kind: str) -> bool:
        return any(kind in catalogue.cases for catalogue in self._layout.catalogues.values())

    def _opened(
        self, kind: str, fields: Sequence[str], only: Sequence[str] = (), most: int | None = None
    ) -> list[Case]:
        """Return the cases with the texts of their opening events, the oldest first; of `most` the newest."""
        source = case_source(self._layout, kind)
        columns = [*map(_as_text, _columns(source, fields))]
        newest = "ORDER BY occurred_at DESC, toString(event_id) DESC" + ("" if most is None else f"\nLIMIT {most}")
        sql = select(["*"], f"(\n{indented(standing_openings(source, columns, only))}\n)", ending=newest)
        words = [self._names_of(source, field) for field in fields]
        known = len(BESIDE)
        return [
            Case._make((kind, *row[: known - 1], _in_words(words, row[known:])))
            for row in reversed(self._warehouse.rows(sql))
        ]

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


def _only(asked: Asked) -> list[str]:
    """Return the conditions on opening events that are asked for."""
    where = []
    if asked.case_id:
        where.append(f"case_id = {text(asked.case_id)}")
    if asked.place:
        place = text(asked.place)
        where.append(f"(startsWith(township, {place}) OR startsWith(ifNull(village, ''), {place}))")
    if asked.since is not None:
        where.append(f"occurred_at >= {_moment(asked.since)}")
    if asked.until is not None:
        where.append(f"occurred_at < {_moment(asked.until)}")
    return where


def _moment(at: datetime) -> str:
    return f"fromUnixTimestamp64Milli({int(at.timestamp() * 1000)})"
