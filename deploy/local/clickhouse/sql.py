"""What a server must know of a statement before the engine parses it: its kind, where inserted data begins, its format.

A lexer, not a parser: quotes, comments and brackets are minded, everything else is left to the engine. Source of the
lexical rules: src/Parsers/Lexer.cpp of ClickHouse.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = re.compile(
    r"""(?P<space>\s+|--[^\n]*|\#[ !][^\n]*|/\*.*?(?:\*/|\Z))
      | (?P<string>'(?:[^'\\]|\\.|'')*(?:'|\Z))
      | (?P<heredoc>\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z))
      | (?P<quoted>`(?:[^`\\]|\\.|``)*(?:`|\Z)|"(?:[^"\\]|\\.|"")*(?:"|\Z))
      | (?P<word>[^\W\d]\w*)
      | (?P<number>\d[\w.]*)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
READ_KEYWORDS = frozenset({"SELECT", "WITH", "FROM", "("})
SETTING_VALUE = re.compile(r"\s*=\s*")


@dataclass(frozen=True)
class Token:
    """A lexical unit; `upper` is set for words only."""

    text: str
    start: int
    end: int
    depth: int
    upper: str = ""


@dataclass(frozen=True)
class Insert:
    """An INSERT taken apart: `head` names table and columns, `data` follows VALUES or FORMAT (None: a SELECT)."""

    head: str
    target: str
    columns: str
    settings: str
    format: str
    data: str | None
    from_input: str = ""


@dataclass(frozen=True)
class Statement:
    """A statement, as far as a server looks into it."""

    text: str
    kind: str
    format: str
    has_limit: bool
    with_totals: bool
    extremes: bool
    into_outfile: bool
    insert: Insert | None

    @property
    def reads(self) -> bool:
        """Whether it may be streamed: SELECT in all its forms."""
        return self.kind in READ_KEYWORDS


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of `text` without spaces and comments."""
    depth = 0
    for match in TOKEN.finditer(text):
        kind = match.lastgroup
        if kind == "space":
            continue
        part = match.group()
        if part in ")]}":
            depth = max(depth - 1, 0)
        yield Token(part, match.start(), match.end(), depth, part.upper() if match.group("word") else "")
        if part in "([{":
            depth += 1


def read_statement(text: str) -> Statement:
    """Take a statement apart; never raises: what is malformed is left for the engine to name."""
    first: str | None = None
    outer: list[Token] = []
    for token in tokens(text):
        if first is None:
            first = token.upper or token.text
            if first == "INSERT":
                return Statement(text, first, "", False, False, False, False, read_insert(text))
        if not token.depth:
            outer.append(token)
    words = [token.upper for token in outer]
    pairs = list(itertools.pairwise(words))
    body, output = _without_format(text, outer)
    return Statement(
        text=body,
        kind="INSERT" if first == "WITH" and "INSERT" in words else first or "",
        format=output,
        has_limit="LIMIT" in words or "FETCH" in words,
        with_totals=("WITH", "TOTALS") in pairs,
        extremes=_has_extremes(outer),
        into_outfile=("INTO", "OUTFILE") in pairs,
        insert=None,
    )


def _without_format(text: str, outer: list[Token]) -> tuple[str, str]:
    """Cut a trailing `FORMAT name` and semicolon off; a SETTINGS clause after it stays."""
    while outer and outer[-1].text == ";":
        text = text[: outer[-1].start]
        outer = outer[:-1]
    for index in range(len(outer) - 2, 0, -1):
        if outer[index].upper == "FORMAT" and outer[index + 1].upper:
            after = outer[index + 2] if index + 2 < len(outer) else None
            if after is None or after.upper == "SETTINGS":
                return text[: outer[index].start] + text[outer[index + 1].end :], outer[index + 1].text
    return text, ""


def _has_extremes(outer: list[Token]) -> bool:
    for word, equals, value in zip(outer, outer[1:], outer[2:], strict=False):
        if word.upper == "EXTREMES" and equals.text == "=":
            return value.text.upper() in {"1", "TRUE"}
    return False


def read_insert(text: str) -> Insert | None:
    """Take an INSERT apart; None when it has no shape this server knows, which the engine then explains."""
    stream = list(_until_data(text))
    words = [token.upper if not token.depth else "" for token in stream]
    index = 1
    while index < len(words) and words[index] in {"INTO", "TABLE", "FUNCTION"}:
        index += 1
    end = next(
        (at for at in range(index, len(words)) if words[at] in {"VALUES", "FORMAT", "SELECT", "WITH", "FROM"}), -1
    )
    if end < 0 or end == index:
        return None
    keyword = words[end]
    settings_at = next((at for at in range(index, end) if words[at] == "SETTINGS"), end)
    head_end = stream[end].start
    settings = text[stream[settings_at].start : head_end] if settings_at < end else ""
    target, columns = _target_and_columns(text, stream, index, settings_at)
    if words[index - 1] == "FUNCTION":
        target = f"FUNCTION {target}"
    head = text[: stream[settings_at].start]
    if keyword == "VALUES":
        return Insert(head, target, columns, settings, "Values", text[stream[end].end :])
    if keyword == "FORMAT" and end + 1 < len(stream):
        return Insert(head, target, columns, settings, stream[end + 1].text, text[stream[end + 1].end :])
    return Insert(text, target, columns, settings, "", None, _input_structure(stream[end:]))


def _until_data(text: str) -> Iterator[Token]:
    """Yield the tokens before inserted data: data is not SQL, and lexing megabytes of it would be waste."""
    previous = ""
    for token in tokens(text):
        yield token
        if not token.depth and (token.upper == "VALUES" or previous == "FORMAT"):
            return
        previous = token.upper if not token.depth else ""


def _target_and_columns(text: str, stream: list[Token], start: int, end: int) -> tuple[str, str]:
    """Split `database.table (columns)` or `function(arguments) (columns)`; the columns come without their brackets."""
    opening = [at for at in range(start, end) if stream[at].text == "(" and not stream[at].depth]
    is_function = stream[start - 1].upper == "FUNCTION"
    skip = 1 if is_function else 0
    partition = next((at for at in range(start, end) if stream[at].upper == "PARTITION" and not stream[at].depth), end)
    last = stream[end].start
    target_end = stream[partition].start if partition < end else last
    if len(opening) > skip and stream[opening[-1]].start >= 0:
        columns_at = opening[skip]
        closing = next(at for at in range(columns_at + 1, end + 1) if at == end or _closes(stream[at]))
        columns = text[stream[columns_at].end : stream[closing].start if closing < end else last]
        return text[stream[start].start : min(stream[columns_at].start, target_end)].strip(), columns.strip()
    return text[stream[start].start : target_end].strip(), ""


def _closes(token: Token) -> bool:
    return token.text == ")" and not token.depth


def _input_structure(stream: list[Token]) -> str:
    """Return the structure literal of `input('a Int8, …')` when the SELECT of an INSERT reads the client's data."""
    for word, opening, literal in zip(stream, stream[1:], stream[2:], strict=False):
        if word.upper == "INPUT" and opening.text == "(" and literal.text.startswith("'"):
            return literal.text
    return ""


def read_set(text: str) -> dict[str, str]:
    """Return the assignments of a SET statement, values as literals; empty for SET ROLE and the like."""
    stream = list(tokens(text))
    assignments: dict[str, str] = {}
    for index in range(1, len(stream) - 2):
        if stream[index].upper and stream[index + 1].text == "=" and stream[index - 1].text.upper() in {"SET", ","}:
            end = next(
                (at for at in range(index + 2, len(stream)) if stream[at].text in {",", ";"} and not stream[at].depth),
                len(stream),
            )
            assignments[stream[index].text] = text[stream[index + 2].start : stream[end - 1].end]
    return assignments


def literal(value: str) -> str:
    """Quote text as a ClickHouse string literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def identifier(name: str) -> str:
    """Quote a name."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"
