"""Reading a mapping file; whatever is wrong with it is told at once, each mistake with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from producers.importer.mapping import Mapping
from schemas.errors import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic_core import ErrorDetails

Path_ = tuple[str | int, ...]

_MAX_BYTES: Final = 1 << 20
_WORDS: Final = {
    "extra_forbidden": "不认识的项 / unknown key",
    "missing": "缺少 / missing",
}


class MappingFile:
    """A mapping and the lines it stands on. `problem` collects mistakes, `refuse_problems` raises them together."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._problems: list[tuple[int, str]] = []
        self._document = _document(file)
        self._quoted_codes()
        try:
            mapping = Mapping.model_validate(self._document)
        except ValidationError as error:
            for each in _own_mistakes(error):
                self.problem(each["loc"], _WORDS.get(each["type"]) or each["msg"].removeprefix("Value error, "))
        else:
            self.mapping = mapping
        self.refuse_problems()

    def problem(self, path: Path_, words: str) -> None:
        """Note a mistake at a place of the document, such as ("events", 0, "fields", "channel")."""
        self._problems.append((self._line(path), f"{_dotted(path)}: {words}"))

    def refuse_problems(self) -> None:
        """Raise Refused with every mistake noted so far, in the order of lines."""
        if not self._problems:
            return
        lines = sorted(set(self._problems))
        more = "".join(f"\n{self.file}:{line}: {problem}" for line, problem in lines[1:])
        raise Refused(self.file, lines[0][0], lines[0][1] + more)

    def _line(self, path: Path_) -> int:
        """Return the line (from 1) of the deepest part of the path that exists."""
        node: Any = self._document
        line = 1
        for part in path:
            try:
                place = node.lc.item(part) if isinstance(part, int) else node.lc.key(part)
                node = node[part]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
            line = place[0] + 1
        return line

    def _quoted_codes(self) -> None:
        """A code that YAML reads as a number has lost its leading zeros; ask for quotes rather than guess."""
        tables = self._document.get("tables")
        for name, table in tables.items() if isinstance(tables, dict) else ():
            codes = table.get("values") if isinstance(table, dict) else None
            for code in codes if isinstance(codes, dict) else ():
                if not isinstance(code, str):
                    self.problem(("tables", name, "values", code), f"代码请加引号 / put the code in quotes: “{code}”")


def _own_mistakes(error: ValidationError) -> list[ErrorDetails]:
    """Leave out what only follows: a list is too short because its items are wrong, a key of a table is no text."""
    errors = error.errors(include_url=False)

    def follows(each: ErrorDetails) -> bool:
        loc = each["loc"]
        inside = any(other["loc"][: len(loc)] == loc and len(other["loc"]) > len(loc) for other in errors)
        return "[key]" in loc or (each["type"] == "too_short" and inside)

    return [each for each in errors if not follows(each)]


def _document(file: Path) -> Any:
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise Refused(file, None, "过大 / too large", f"≤ {_MAX_BYTES} bytes")
        document = YAML(typ="rt").load(file.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise Refused(file, line, f"不是合法的 YAML / not valid YAML: {error.problem}") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise Refused(file, None, f"不是合法的 YAML / not valid YAML: {error}") from error
    if not isinstance(document, dict):
        raise Refused(file, 1, "应为一组键值 / must be a mapping of keys", "xiangmai import --example")
    return document


def _dotted(path: Path_) -> str:
    return ".".join(str(part) for part in path) or "."
