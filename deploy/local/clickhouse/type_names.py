"""Taking ClickHouse's type names apart: `Map(String, Array(Nullable(Int32)))`, minding brackets and quotes."""

from __future__ import annotations

import re


def split_arguments(inner: str) -> list[str]:
    """Split the arguments of a type at its top-level commas, minding brackets and quotes."""
    parts: list[str] = []
    depth = start = index = 0
    while index < len(inner):
        char = inner[index]
        if char in "'`\"":
            index = _closing_quote(inner, index)
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
        elif char == "," and not depth:
            parts.append(inner[start:index].strip())
            start = index + 1
        index += 1
    last = inner[start:].strip()
    return [*parts, last] if last or parts else []


def _closing_quote(text: str, opening: int) -> int:
    index = opening + 1
    while index < len(text) and text[index] != text[opening]:
        index += 2 if text[index] == "\\" else 1
    return index


def element_type(argument: str) -> str:
    """Return the type of a tuple element, which may carry a name in front."""
    if argument[:1] in '`"':
        return argument[_closing_quote(argument, 0) + 1 :].strip()
    named = re.match(r"[A-Za-z_]\w*\s+(?=[A-Za-z])", argument)
    return argument[named.end() :] if named else argument


def typed_paths(inner: str) -> dict[str, str]:
    """Read `JSON(a UInt8, `b.c` String, max_dynamic_paths=3, SKIP d)` into its typed paths."""
    typed: dict[str, str] = {}
    for argument in split_arguments(inner):
        if argument.upper().startswith("SKIP ") or re.match(r"max_dynamic_\w+\s*=", argument):
            continue
        if argument[:1] in '`"':
            end = _closing_quote(argument, 0)
            typed[argument[1:end]] = argument[end + 1 :].strip()
        else:
            path, _, kind = argument.partition(" ")
            typed[path] = kind.strip()
    return typed
