"""Tables with lines: their rows drawn one by one, or one of each kind as a pattern for many."""

import math
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import (
    WD_CELL_VERTICAL_ALIGNMENT,
    WD_ROW_HEIGHT_RULE,
    WD_TABLE_ALIGNMENT,
)
from docx.oxml.table import CT_Tc
from docx.shared import Mm, Pt, Twips
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from dankheo_sheets.outputs.word.blocks import pad
from dankheo_sheets.outputs.word.columns import LETTER, PADDING
from dankheo_sheets.outputs.word.decree30 import (
    LINE_HEIGHT,
    Part,
    Words,
    element,
    paragraph,
)
from dankheo_sheets.outputs.word.metrics import grouped, wrapped
from dankheo_sheets.outputs.word.rows import PreparedRow, Rows, xml_of


def grid(document: Document, widths: Sequence[float]) -> Table:
    """Add a table whose columns have these widths in millimetres, and no row yet."""
    table: Table = document.add_table(rows=0, cols=len(widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Mm(wide)
    pad(table, PADDING)
    return table


def header(table: Table, titles: Iterable[str] = ()) -> _Row:
    """Add a row that is repeated on every page, its cells to be merged or with titles."""
    row = _header_row(table)
    for cell, title in zip(row.cells, titles, strict=False):
        write_title(cell, title)
    return row


def column_numbers(table: Table, numbers: Sequence[str]) -> None:
    """Add the row of the columns' numbers, the last of the header."""
    for cell, text in zip(_header_row(table).cells, numbers, strict=True):
        cell._tc.remove(cell.paragraphs[0]._p)
        number = Words(text, bold=False, italic=True)
        paragraph(cell, Part.HEADER_CELL, number, keep=True)


def write_title(cell: _Cell, title: str, note: str = "") -> None:
    """Write a column's title, words that are one not torn; `note` below it is not bold."""
    for empty in cell.paragraphs:
        cell._tc.remove(empty._p)
    room = (cell.width or 0) / Mm(1) - 2 * PADDING
    size = Part.HEADER_CELL.style.size
    paragraph(cell, Part.HEADER_CELL, grouped(title, size, room, bold=True), keep=True)
    if note:
        words = Words(grouped(note, size, room), bold=False)
        paragraph(cell, Part.HEADER_CELL, words, keep=True)


def hold(table: Table) -> None:
    """Make the second header row high enough for the cells that span the first two.

    LibreOffice leaves a repeated header as high as its rows alone want to be, and cuts the rest.
    """
    above, below, spanning = _heights(table)
    if spanning > above + below:
        table.rows[1].height = Pt(math.ceil(spanning - above))
        table.rows[1].height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST


def header_height(table: Table) -> float:
    """Return how many millimetres the three header rows take on a page."""
    above, below, spanning = _heights(table)
    numbers = max(map(_height, table.rows[2]._tr.tc_lst))
    return (max(above + below, math.ceil(spanning)) + numbers) * 25.4 / 72


def _heights(table: Table) -> tuple[float, float, float]:
    """Return what the cells of the first header row need, of the second, and across both."""
    first, second = (row._tr.tc_lst for row in (table.rows[0], table.rows[1]))
    above, below = (
        max((_height(cell) for cell in cells if not cell.vMerge), default=0.0)
        for cells in (first, second)
    )
    return above, below, max(_height(cell) for cell in first if cell.vMerge)


def _height(cell: CT_Tc) -> float:
    """Return how many points the text of a header's cell is high."""
    style, room = Part.HEADER_CELL.style, (cell.width or 0) / Mm(1) - 2 * PADDING
    texts = [Paragraph(each, None).text for each in cell.p_lst]  # type: ignore[arg-type]
    lines = sum(len(wrapped(text, style.size, room, bold=not at)) for at, text in enumerate(texts))
    return len(texts) * (style.before + style.after) + lines * style.size * LINE_HEIGHT


@dataclass(frozen=True)
class Look:
    """How a row looks."""

    centered: Container[int] = ()
    """Places of columns whose text is in the middle."""
    bold: bool = False
    italic: bool = False
    keep: bool = False
    """It stays on the page of the row that follows."""
    split: bool = False
    """It may go on on the next page; others do not."""
    whole: bool = False
    """It is one cell."""
    high: float = 0
    """Millimetres at the least."""


def pattern(table: Table, look: Look) -> PreparedRow:
    """Return a row as a pattern; its texts are filled in later.

    Written as text: python-docx needs twenty times as long.
    """
    style = table.part.get_style_id(Part.CELL, WD_STYLE_TYPE.PARAGRAPH)
    widths = [round((column.w or 0) / Twips(1)) for column in table._tbl.tblGrid.gridCol_lst]
    if look.whole:
        widths = [sum(widths)]
    span = f'<w:gridSpan w:val="{len(table.columns)}"/>' if look.whole else ""
    vertical, center = "top" if look.split else "center", '<w:jc w:val="center"/>'
    letters = f"{'<w:b/>' if look.bold else ''}{'<w:i/>' if look.italic else ''}"
    cells = (
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{wide}"/>{span}<w:vAlign w:val="{vertical}"/>'
        f'</w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>{"<w:keepNext/>" if look.keep else ""}'
        f"{center if at in look.centered else ''}</w:pPr>"
        f"<w:r>{f'<w:rPr>{letters}</w:rPr>' if letters else ''}<w:t>{{{{{at}}}}}</w:t></w:r></w:p>"
        "</w:tc>"
        for at, wide in enumerate(widths)
    )
    height = f'<w:trHeight w:val="{Mm(look.high).twips}" w:hRule="atLeast"/>' if look.high else ""
    properties = f"<w:trPr>{'' if look.split else '<w:cantSplit/>'}{height}</w:trPr>"
    properties = properties if properties != "<w:trPr></w:trPr>" else ""
    return PreparedRow(f"<w:tr>{properties}{''.join(cells)}</w:tr>", keep=look.keep)


def _header_row(table: Table) -> _Row:
    added: _Row = table.add_row()  # type: ignore[no-untyped-call]
    properties = added._tr.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    properties.append(element("w:tblHeader"))
    for cell in added.cells:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return added


# --- many rows ------------------------------------------------------------------------------

PIECE = 500
"""Rows of one table at the most: LibreOffice's time grows with their square.

2,000 entries in pieces of 250, 500, 1,000 and one are printed in 8.8, 9.5, 12.4 and 21.6 s (one
run). A new piece begins a page, so the fewer the better.
"""
_LAST = 50
"""Rows of the last one at the least, or so."""
Row = tuple[PreparedRow, Sequence[str]]
"""A row to come: how it looks, and its texts."""


def follow(document: Document, table: Table, rows: Rows, looked: Iterable[Row], many: int) -> None:
    """Let rows follow as tables of :data:`PIECE` rows or a few more, each with the header so far.

    A new one begins neither between two rows that stay together nor for a few last ones;
    `many` is how many rows there are, or so.
    """
    between = paragraph(document, Part.GAP)
    between.paragraph_format.page_break_before = True
    document.element.body.remove(between._p)
    shape = (table._tbl.tblPr, table._tbl.tblGrid, *table._tbl.tr_lst)
    again = f"</w:tbl>{xml_of(between._p)}<w:tbl>{''.join(map(xml_of, shape))}"
    rows.follow(table, _in_pieces(looked, many, again))


def _in_pieces(looked: Iterable[Row], many: int, again: str) -> Iterator[str]:
    count, free = 0, False
    for done, (look, texts) in enumerate(looked):
        if count >= PIECE and free and many - done >= _LAST:
            yield again
            count = 0
        yield look.fill(texts)
        count, free = count + 1, not look.keep


# --- rows too long to stay whole ----------------------------------------------------------------

MANY_LINES = 14
"""Of a cell: half a landscape page below the form's header. A longer row may be split."""


def letters_a_line(wide: float) -> int:
    """Return how many letters a line of a cell of `wide` millimetres holds, or so."""
    room = wide - 2 * PADDING
    return max(1, int(room / LETTER))


def is_long(texts: Sequence[str], letters: Sequence[int]) -> bool:
    """Tell whether a row of these texts takes more than half a page."""
    for text, most in zip(texts, letters, strict=True):
        if len(text) > most * MANY_LINES or text.count("\n") >= MANY_LINES:
            return True
        if "\n" in text and sum(len(t) // most + 1 for t in text.split("\n")) > MANY_LINES:
            return True
    return False
