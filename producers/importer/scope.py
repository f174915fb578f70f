"""What names mean while a mapping is compiled: columns of the file, values declared above, tables, converters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from producers.importer.table import RowRefused

if TYPE_CHECKING:
    from producers.importer.mapping import Kind, Scalar
    from producers.importer.mapping_file import MappingFile, Path_

Cells = list[str]
Known = list[Any]
Evaluate = Callable[[Cells, Known], Any]


class Declared(NamedTuple):
    """A value under `values:`: its place in the row's list of known values, its kind, the column it comes from."""

    place: int
    kind: Kind
    column: str


@dataclass
class Scope:
    """Handed from compiler to compiler; `problem` notes a mistake of the mapping and goes on."""

    file: MappingFile
    columns: dict[str, int]
    converters: dict[Kind, Callable[[str], Any]]
    repeated: frozenset[str] = frozenset()
    declared: dict[str, Declared] = field(default_factory=dict)

    def problem(self, path: Path_, words: str) -> None:
        """Note a mistake of the mapping."""
        self.file.problem(path, words)

    def column(self, name: str, path: Path_) -> int:
        """Return the index of a column; notes a problem when the file has none of this name, or two."""
        if name in self.repeated:
            self.problem(path, f"列名重复 / the file has two columns “{name}”")
        elif name not in self.columns:
            there = ", ".join(list(self.columns)[:40])
            self.problem(path, f"文件里没有这一列 / the file has no column “{name}”; it has: {there}")
        return self.columns.get(name, 0)

    def converted(self, value: Scalar, kind: Kind, path: Path_) -> Any:
        """Return a constant of the mapping as a value of the kind; notes a problem when it cannot be one."""
        if kind == "boolean" and isinstance(value, bool):
            return value
        try:
            return self.converters[kind](value if isinstance(value, str) else str(value))
        except RowRefused:
            self.problem(path, f"“{value}” 不是 / is not: {kind}")
            return None
