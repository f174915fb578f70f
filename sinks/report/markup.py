"""Documents as Markdown, and as one page of HTML that needs nothing beside it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from sinks.report.document import Grid, Heading, Paragraph, Points

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sinks.report.document import Block, Document, Line

_STYLE: Final = """
body { font-family: "FangSong", "STFangsong", "SimSun", serif; max-width: 72em; margin: 2em auto; padding: 0 1em; line-height: 1.6 }
h1 { text-align: center } table { border-collapse: collapse; width: 100%; font-size: 0.85em }
th, td { border: 1px solid #666; padding: 0.3em 0.5em; vertical-align: top; text-align: left } th { background: #eee }
tr.total td { font-weight: bold; background: #f6f6f6 } p.grave { color: #b00; font-weight: bold }
@media print { thead { display: table-header-group } tr { break-inside: avoid } @page { size: A4 landscape } }
"""
_TOTAL: Final = ' class="total"'


def as_markdown(document: Document) -> str:
    """Return the document as Markdown."""
    return "\n".join(_markdown(block) for block in document.blocks)


def _markdown(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"{'#' * level} {text}\n"
        case Paragraph(text, grave):
            return f"**{_plain(text)}**\n" if grave else f"{_plain(text)}\n"
        case Points(texts):
            return "".join(f"- {_plain(text)}\n" for text in texts)
        case Grid(headings, lines):
            rows = [_row(headings), _row(["---"] * len(headings)), *(_row(_bold(line)) for line in lines)]
            return "\n".join(rows) + "\n"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), '<br>') for cell in cells)} |"


def _bold(line: Line) -> Iterator[str]:
    first, *others = line.cells
    yield f"**{_plain(first)}**" if line.total and first else _plain(first)
    yield from map(_plain, others)


def _plain(text: str) -> str:
    """Return text that means nothing to Markdown: what people wrote is shown, never obeyed."""
    return "".join(f"\\{character}" if character in "\\`*_[]<>#" else character for character in text)


def as_html(document: Document) -> str:
    """Return the document as a page."""
    body = "\n".join(_html(block) for block in document.blocks)
    return (
        f'<!DOCTYPE html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n<title>{escape(document.title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _html(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Paragraph(text, grave):
            return f'<p class="grave">{escape(text)}</p>' if grave else f"<p>{escape(text)}</p>"
        case Points(texts):
            return "<ul>\n" + "\n".join(f"<li>{escape(text)}</li>" for text in texts) + "\n</ul>"
        case Grid(headings, lines):
            head = _cells("th", headings)
            rows = "\n".join(f"<tr{_TOTAL if line.total else ''}>{_cells('td', line.cells)}</tr>" for line in lines)
            return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _cells(tag: str, cells: Iterable[str]) -> str:
    return "".join(f"<{tag}>{escape(cell).replace(chr(10), '<br>')}</{tag}>" for cell in cells)
