"""SQL laid out to be read: a statement is a chain of named steps, each with a comment in both languages."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

INDENT: Final = "    "
_COMMENT_WIDTH: Final = 110
_LINE_WIDTH: Final = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name, which later steps read it by, what it does in both languages, and its SELECT."""

    name: str
    zh: str
    en: str
    sql: str


def with_steps(steps: Sequence[Step], last: str) -> str:
    """Return `WITH` the steps and then the last SELECT, every step under its comment."""
    if not steps:
        return last
    written = ",\n".join(
        f"{indented(comment(step.zh, step.en))}\n{INDENT}{step.name} AS\n{INDENT}(\n{indented(step.sql, 2)}\n{INDENT})"
        for step in steps
    )
    return f"WITH\n{written}\n{last}"


def select(
    columns: Sequence[str],
    source: str,
    where: Sequence[str] = (),
    *,
    group_by: Sequence[str] = (),
    ending: str = "",
) -> str:
    """Return a SELECT with a line for each column, condition and key; a condition of several lines keeps them."""
    lines = ["SELECT", ",\n".join(indented(column) for column in columns), f"FROM {source}"]
    if where:
        first, *others = where
        lines += [f"WHERE {first}", *(f"{INDENT}AND {other}" for other in others)]
    if group_by:
        lines.append(f"GROUP BY {', '.join(group_by)}")
    if ending:
        lines.append(ending)
    return "\n".join(lines)


def call(function: str, arguments: Sequence[str]) -> str:
    """Return a function call, on several lines where one would be too long."""
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _LINE_WIDTH and "\n" not in line:
        return line
    lines = ",\n".join(arguments)
    return f"{function}(\n{indented(lines)}\n)"


def listed(parts: Sequence[str]) -> str:
    """Return an array of these, on several lines where one would be too long."""
    line, lines = f"[{', '.join(parts)}]", ",\n".join(parts)
    return line if len(line) <= _LINE_WIDTH else f"[\n{indented(lines)}\n]"


def comment(zh: str, en: str) -> str:
    """Return the words as SQL comments, Chinese first, broken into lines."""
    return "\n".join(f"-- {line}" for words in (zh, en) if words for line in _broken(words))


def indented(text: str, levels: int = 1) -> str:
    """Return the text moved to the right."""
    return textwrap.indent(text, INDENT * levels)


def _broken(words: str) -> list[str]:
    """Break at spaces, and where there are none (Chinese) at the width: a Chinese character takes two columns."""
    lines: list[str] = []
    for paragraph in words.splitlines():
        line, width, space = "", 0, -1
        for letter in paragraph:
            line, width = line + letter, width + _width(letter)
            space = len(line) if letter == " " else space
            if width >= _COMMENT_WIDTH:
                cut = space if space > 0 and not _wide(letter) else len(line)
                lines.append(line[:cut].rstrip())
                line = line[cut:]
                width, space = sum(map(_width, line)), -1
        lines.append(line)
    return [line for line in lines if line] or [""]


def _width(letter: str) -> int:
    return 2 if _wide(letter) else 1


def _wide(letter: str) -> bool:
    return letter >= "\u2e80"
