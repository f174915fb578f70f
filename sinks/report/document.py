"""A document as a value: what it says, before it is written as Word, Markdown or a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; `grave` is one that nobody may overlook."""

    text: str
    grave: bool = False


@dataclass(frozen=True, slots=True)
class Points:
    """A list of points."""

    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a grid: cells of one or several lines of text; `total` sets it apart from those it is the sum of."""

    cells: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; `headings` are repeated on every page."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]


Block = Heading | Paragraph | Points | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """A document, top to bottom; the first block is its title."""

    title: str
    blocks: tuple[Block, ...]
