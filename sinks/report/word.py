"""Documents as Word: A4 across, headings as styles, the tables' headings on every page, page numbers."""

from __future__ import annotations

import io
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from sinks.report.document import Grid, Heading, Paragraph, Points

if TYPE_CHECKING:
    from datetime import datetime

    from sinks.report.document import Block, Document

LONG_CM: Final = 29.7
SHORT_CM: Final = 21.0
MARGIN_CM: Final = 2.0
BODY: Final = "仿宋"
HEAD: Final = "黑体"
BODY_POINTS: Final = 12
CELL_POINTS: Final = 9
_GRAVE: Final = RGBColor(0xB0, 0x00, 0x00)
_SHADE: Final = "EEEEEE"


def as_word(document: Document, written_at: datetime) -> bytes:
    """Return the document as the bytes of a .docx; `written_at` is what its properties say."""
    word = docx.Document()
    word.core_properties.title = document.title
    word.core_properties.author = "乡脉 Xiangmai"
    # Its properties are in UTC, whatever time zone a time is given in.
    word.core_properties.created = word.core_properties.modified = written_at.astimezone(UTC)
    _page(word)
    for style, font, points in (("Normal", BODY, BODY_POINTS), ("Title", HEAD, 20), ("Heading 1", HEAD, 14)):
        _font(word.styles[style], font, points)
    for block in document.blocks:
        _write(word, block)
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def _page(word: Any) -> None:
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(LONG_CM), Cm(SHORT_CM)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    footer._p.append(field)  # noqa: SLF001 - python-docx has no page numbers of its own


def _font(style: Any, font: str, points: int) -> None:
    """Set a style's font, also for Chinese characters, which Word keeps apart."""
    style.font.name = font
    style.font.size = Pt(points)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    # A theme's fonts would win over those that are named.
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)


def _write(word: Any, block: Block) -> None:
    match block:
        case Heading(level, text):
            heading = word.add_heading(text, level - 1)
            if level == 1:
                heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        case Paragraph(text, grave):
            run = word.add_paragraph().add_run(text)
            if grave:
                run.bold = True
                run.font.color.rgb = _GRAVE
        case Points(texts):
            for text in texts:
                word.add_paragraph(text, style="List Bullet")
        case Grid():
            _grid(word, block)


def _grid(word: Any, grid: Grid) -> None:
    table = word.add_table(rows=1 + len(grid.lines), cols=len(grid.headings), style="Table Grid")
    rows = [*table.rows]
    for cell, text in zip(rows[0].cells, grid.headings, strict=True):
        _cell(cell, text, bold=True, shade=True)
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    rows[0]._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - nor has it headings on every page
    for row, line in zip(rows[1:], grid.lines, strict=True):
        for cell, text in zip(row.cells, line.cells, strict=True):
            _cell(cell, text, bold=line.total, shade=False)


def _cell(cell: Any, text: str, *, bold: bool, shade: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold = bold
    run.font.size = Pt(CELL_POINTS)
    if shade:
        filled = OxmlElement("w:shd")
        filled.set(qn("w:val"), "clear")
        filled.set(qn("w:fill"), _SHADE)
        cell._tc.get_or_add_tcPr().append(filled)  # noqa: SLF001 - nor colours behind cells
