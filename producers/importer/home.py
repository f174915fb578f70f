"""Finding the township and village a row belongs to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from producers.importer.table import RowRefused
from producers.importer.values import compile_value
from schemas.errors import Refused
from schemas.place_files import load_places
from schemas.places import AmbiguousPlace, PlaceTable, UnknownPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from producers.importer.mapping import PlaceSection
    from producers.importer.scope import Cells, Known, Scope
    from schemas.places import Level, Place

REFERENCE: Final = Path(__file__).parents[2] / "schemas" / "reference"
_REMEMBERED: Final = 65_536


class Home(NamedTuple):
    """Codes of the township (9 digits) and the village (12 digits, or None)."""

    township: str
    village: str | None


def compile_home(scope: Scope) -> Callable[[Cells, Known], Home]:
    """Return the function that finds a row's home; it raises RowRefused when there is none, or more than one."""
    section = scope.file.mapping.place
    table = _table(scope, section)
    default = _default(scope, section, table)
    township = section.township and compile_value(scope, section.township, ("place", "township"), kind="text")
    village = section.village and compile_value(scope, section.village, ("place", "village"), kind="text")
    township_column, village_column = township.column if township else "", village.column if village else ""
    find = _Finder(table, township_column, village_column, drop=section.unknown_village == "drop").find

    def home(cells: Cells, known: Known) -> Home:
        township_text = township.evaluate(cells, known) if township else None
        village_text = village.evaluate(cells, known) if village else None
        if township_text is None and village_text is None:
            if default is None:
                raise RowRefused("no_place", column=township_column or village_column)
            return default
        return find(township_text, village_text)

    return home


class _Finder:
    def __init__(self, table: PlaceTable, township_column: str, village_column: str, *, drop: bool) -> None:
        self._table = table
        self._township_column = township_column
        self._village_column = village_column
        self._drop_unknown_village = drop
        self.find = lru_cache(maxsize=_REMEMBERED)(self._find)

    def _find(self, township_text: str | None, village_text: str | None) -> Home:
        township = None
        if township_text is not None:
            township = self._look_up(township_text, self._township_column, "township", "")
        if village_text is None:
            if township is None:
                raise RowRefused("no_place", column=self._township_column)
            return Home(township.code, None)
        try:
            village = self._look_up(village_text, self._village_column, "village", township.code if township else "")
        except RowRefused:
            if self._drop_unknown_village and township is not None:
                return Home(township.code, None)
            raise
        return Home(village.parent or "", village.code)

    def _look_up(self, text: str, column: str, level: Level, within: str) -> Place:
        try:
            return self._table.find(text, level=level, within=within)
        except UnknownPlace:
            raise RowRefused("unknown_place", column=column, value=text) from None
        except AmbiguousPlace as error:
            raise RowRefused("ambiguous_place", column=column, value=text, en=str(error)) from None


def _table(scope: Scope, section: PlaceSection) -> PlaceTable:
    beside = scope.file.file.parent / section.table
    shipped = REFERENCE / section.table
    for file in (beside, shipped):
        if file.is_file():
            try:
                return load_places(file)
            except Refused as refused:
                scope.problem(("place", "table"), str(refused))
                return PlaceTable(())
    shipped_names = ", ".join(sorted(file.name for file in REFERENCE.glob("*_*.csv")))
    scope.problem(
        ("place", "table"),
        f"没有这个文件 / no such file: {beside}（自带 / shipped: {shipped_names}）",
    )
    return PlaceTable(())


def _default(scope: Scope, section: PlaceSection, table: PlaceTable) -> Home | None:
    if section.default is None:
        return None
    place = table.by_code.get(section.default)
    township = table.township_of(place) if place else None
    if place is None or township is None:
        scope.problem(
            ("place", "default"), f"不是表中乡镇或村的代码 / not a township or village of the table: {section.default}"
        )
        return None
    return Home(township.code, place.code if place.level == "village" else None)
