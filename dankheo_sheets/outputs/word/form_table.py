"""The form on paper: seven columns, three header rows that repeat, sections, entries.

Its columns are declared in :mod:`dankheo_sheets.form.layout`; on paper *Lĩnh vực* and *Tên mô
hình, điển hình* are one (domain.md §2).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from docx.document import Document
from docx.enum.table import (
    WD_CELL_VERTICAL_ALIGNMENT,
    WD_ROW_HEIGHT_RULE,
    WD_TABLE_ALIGNMENT,
)
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from dankheo_sheets import vietnamese
from dankheo_sheets.form.layout import COLUMNS, TITLE
from dankheo_sheets.outputs.word.blocks import fitted, pad
from dankheo_sheets.outputs.word.decree30 import (
    LINE_HEIGHT,
    STYLES,
    C,
    Part,
    Words,
    element,
    paragraph,
)
from dankheo_sheets.outputs.word.metrics import break_lines

PAPER_TITLE = TITLE.replace("“", '"').replace("”", '"')
"""As the paper form prints it (domain.md §1: straight quotes)."""
PAPER_COLUMNS = tuple(column for column in COLUMNS if column.key != "field")
WIDTHS = (58, 19, 19, 32, 82, 21, 21)
"""Millimetres, together the 252 of a landscape page. Our choice."""
PADDING = 1.5
"""Millimetres between a cell's side and its text."""
ROW_HEIGHT = 9
"""Millimetres of a row at the least: what is written by hand needs room. Our choice."""
_NOTE_LINES = 4
_MARKS = {"collective", "individual", "new", "replicated"}


@dataclass(frozen=True)
class FormSection:
    """One lĩnh vực: its name, and its rows of seven texts."""

    heading: str
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)


BLANK = tuple(
    FormSection(
        f"{vietnamese.roman(number)}. Lĩnh vực....",
        [(f"{item}.....", "", "", "", "", "", "") for item in (1, 2)],
    )
    for number in (1, 2, 3)
)
"""The form as it is sent out: three sections of two lines (domain.md §2)."""


def form_table(document: Document, sections: Sequence[FormSection] = BLANK) -> Table:
    """Draw the form across a landscape page; its three header rows repeat on every page."""
    table: Table = document.add_table(rows=0, cols=len(WIDTHS))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, wide in zip(table.columns, WIDTHS, strict=True):
        column.width = Mm(wide)
    pad(table, PADDING)
    _headers(table)
    for section in sections:
        line = _row(table)
        paragraph(line.cells[0], Part.CELL, Words(section.heading, italic=True))
        _end(line).paragraph_format.keep_with_next = True
        for texts in section.rows:
            line = _row(table)
            for cell, text, column in zip(line.cells, texts, PAPER_COLUMNS, strict=True):
                written = paragraph(cell, Part.CELL, text)
                if column.key in _MARKS:
                    written.alignment = C
    return table


def _row(table: Table, *, header: bool = False) -> _Row:
    """Add a row; but for a header's, its cells begin without a paragraph."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    properties = row._tr.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    if header:
        properties.append(element("w:tblHeader"))
    else:
        row.height, row.height_rule = Mm(ROW_HEIGHT), WD_ROW_HEIGHT_RULE.AT_LEAST
    for cell, wide in zip(row.cells, WIDTHS, strict=True):
        cell.width = Mm(wide)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        if not header:
            cell._tc.remove(cell.paragraphs[0]._p)
    return row


def _end(row: _Row) -> Paragraph:
    """Give every cell that has none yet its paragraph; return the first cell's."""
    for cell in row.cells:
        if not cell.paragraphs:
            paragraph(cell, Part.CELL)
    first: Paragraph = row.cells[0].paragraphs[0]
    return first


def _headers(table: Table) -> None:
    top, below, numbers = (_row(table, header=True) for _ in range(3))
    style = STYLES[Part.HEADER_CELL]
    line_height, apart = style.size * LINE_HEIGHT, style.before + style.after
    at, tallest = 0, 0.0
    while at < len(PAPER_COLUMNS):
        group = PAPER_COLUMNS[at].group
        wide = sum(column.group == group for column in PAPER_COLUMNS)
        title, _, note = group.partition("\n")
        merged = top.cells[at].merge(top.cells[at + wide - 1] if wide > 1 else below.cells[at])
        for empty in merged.paragraphs:
            merged._tc.remove(empty._p)
        room = sum(WIDTHS[at : at + wide]) - 2 * PADDING
        lines = fitted(title, Part.HEADER_CELL, room, _NOTE_LINES)
        paragraph(merged, Part.HEADER_CELL, "\n".join(lines))
        height = len(lines) * line_height + apart
        if note:
            lines = break_lines(note, style.size, room, _NOTE_LINES) or [note]
            paragraph(merged, Part.HEADER_CELL, Words("\n".join(lines), bold=False))
            height += len(lines) * line_height + apart
        tallest = max(tallest, height)
        if wide > 1:
            for place in range(at, at + wide):
                _write(below.cells[place], PAPER_COLUMNS[place].title)
        at += wide
    # LibreOffice repeats the header no taller than what stands in its rows alone, not across them.
    below.height = Pt(tallest - line_height - apart)
    below.height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST
    for cell, column in zip(numbers.cells, PAPER_COLUMNS, strict=True):
        _write(cell, Words(column.number, bold=False, italic=True))


def _write(cell: _Cell, words: str | Words) -> None:
    cell._tc.remove(cell.paragraphs[0]._p)
    paragraph(cell, Part.HEADER_CELL, words)
