"""Tables with lines: their rows drawn one by one, or one of each kind as a pattern for many."""

import math
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from docx.document import Document
from docx.enum.table import (
    WD_CELL_VERTICAL_ALIGNMENT,
    WD_ROW_HEIGHT_RULE,
    WD_TABLE_ALIGNMENT,
)
from docx.oxml.table import CT_Tc
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from dankheo_sheets.outputs.word.blocks import fitted, pad
from dankheo_sheets.outputs.word.decree30 import STYLES, C, Part, Words, element, paragraph
from dankheo_sheets.outputs.word.metrics import break_lines, width
from dankheo_sheets.outputs.word.rows import PreparedRow

PADDING = 1.5
"""Millimetres between a cell's side and its text."""
_HEADER_LINES = 3


def grid(document: Document, widths: Sequence[float]) -> Table:
    """Add a table whose columns have these widths in millimetres, and no row yet."""
    table: Table = document.add_table(rows=0, cols=len(widths))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Mm(wide)
    pad(table, PADDING)
    return table


def header(table: Table, titles: Sequence[str]) -> _Row:
    """Add a row that is repeated on every page; words of a title stay together in its lines."""
    row = _bare(table, header=True)
    for cell, title in zip(row.cells, titles, strict=True):
        write_title(cell, title)
    return row


def number(table: Table, numbers: Sequence[str]) -> None:
    """Add the row of the columns' numbers, the last of the header."""
    for cell, text in zip(_bare(table, header=True).cells, numbers, strict=True):
        cell._tc.remove(cell.paragraphs[0]._p)
        written = paragraph(cell, Part.HEADER_CELL, Words(text, bold=False, italic=True))
        written.paragraph_format.keep_with_next = True


def write_title(cell: _Cell, title: str, note: str = "") -> None:
    """Write a column's title, in even lines; `note` below it is not bold."""
    for empty in cell.paragraphs:
        cell._tc.remove(empty._p)
    room = (cell.width or 0) / Mm(1) - 2 * PADDING
    lines = fitted(title, Part.HEADER_CELL, room, _HEADER_LINES)
    paragraph(cell, Part.HEADER_CELL, "\n".join(lines))
    if note:
        size = STYLES[Part.HEADER_CELL].size
        lines = break_lines(note, size, room, _HEADER_LINES) or [note]
        paragraph(cell, Part.HEADER_CELL, Words("\n".join(lines), bold=False))
    for line in cell.paragraphs:
        line.paragraph_format.keep_with_next = True


def hold(table: Table) -> None:
    """Make the second header row high enough for the cells that span the first two.

    LibreOffice leaves a repeated header as high as its rows alone want to be, and cuts the rest.
    """
    first, second = (row._tr.tc_lst for row in (table.rows[0], table.rows[1]))
    spanning = max(_height(cell) for cell in first if cell.vMerge)
    above = max((_height(cell) for cell in first if not cell.vMerge), default=0)
    if spanning > above + max((_height(cell) for cell in second if not cell.vMerge), default=0):
        table.rows[1].height = Pt(math.ceil(spanning - above))
        table.rows[1].height_rule = WD_ROW_HEIGHT_RULE.AT_LEAST


_LINE = 1.149
"""Height of a line of the font, of its size."""


def _height(cell: CT_Tc) -> float:
    """Return how many points the text of a header's cell is high."""
    style = STYLES[Part.HEADER_CELL]
    texts = (Paragraph(each, None).text for each in cell.p_lst)  # type: ignore[arg-type]
    lines = [text.count("\n") + 1 for text in texts]
    return len(lines) * (style.before + style.after) + sum(lines) * style.size * _LINE


@dataclass(frozen=True)
class Look:
    """How a row looks."""

    centered: Container[int] = ()
    """Places of columns whose text is in the middle."""
    bold: bool | None = None
    italic: bool | None = None
    keep: bool = False
    """It stays on the page of the row that follows."""
    split: bool = False
    """It may go on on the next page; others do not."""
    whole: bool = False
    """It is one cell."""


PLAIN = Look()


def row(table: Table, texts: Sequence[str], look: Look = PLAIN) -> _Row:
    """Add a row."""
    added = _bare(table, split=look.split)
    if look.whole:
        added.cells[0].merge(added.cells[-1])
    for at, (cell, text) in enumerate(zip(added._tr.tc_lst, texts, strict=True)):
        where = _Cell(cell, table)
        for empty in where.paragraphs:
            cell.remove(empty._p)
        written = paragraph(where, Part.CELL, Words(text, bold=look.bold, italic=look.italic))
        if at in look.centered:
            written.alignment = C
        if look.keep:
            written.paragraph_format.keep_with_next = True
        if look.split:
            where.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
    return added


def pattern(table: Table, look: Look = PLAIN) -> PreparedRow:
    """Return a row as a pattern; its texts are filled in later."""
    places = range(1 if look.whole else len(table.columns))
    return PreparedRow(row(table, [f"{{{{{at}}}}}" for at in places], look))


def _bare(table: Table, *, header: bool = False, split: bool = False) -> _Row:
    added: _Row = table.add_row()  # type: ignore[no-untyped-call]
    properties = added._tr.get_or_add_trPr()
    if not split:
        properties.append(element("w:cantSplit"))
    if header:
        properties.append(element("w:tblHeader"))
    for cell in added.cells:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    return added


T = TypeVar("T")


def told_last(rows: Iterable[T]) -> Iterator[tuple[T, bool]]:
    """Yield each row, and whether it is the last."""
    rows = iter(rows)
    try:
        held = next(rows)
    except StopIteration:
        return
    for each in rows:
        yield held, False
        held = each
    yield held, True


# --- rows too long to stay whole ----------------------------------------------------------------

_MANY_LINES = 14
"""Of a cell: half a landscape page below the form's header. A longer row may be split."""
_SAMPLE = "Khéo vận động nhân dân hiến đất mở rộng đường liên thôn, "


def letters_a_line(wide: float) -> int:
    """Return how many letters a line of a cell of `wide` millimetres holds, or so."""
    room = wide - 2 * PADDING
    return max(1, int(room * len(_SAMPLE) / width(_SAMPLE, STYLES[Part.CELL].size)))


def is_long(texts: Sequence[str], letters: Sequence[int]) -> bool:
    """Tell whether a row of these texts takes more than half a page."""
    for text, most in zip(texts, letters, strict=True):
        if len(text) > most * _MANY_LINES or text.count("\n") >= _MANY_LINES:
            return True
        if "\n" in text and sum(len(t) // most + 1 for t in text.split("\n")) > _MANY_LINES:
            return True
    return False
