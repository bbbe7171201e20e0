"""The form on paper: seven columns, three header rows that repeat, sections, entries.

Its columns are declared in :mod:`dankheo_sheets.form.layout`; on paper *Lĩnh vực* and *Tên mô
hình, điển hình* are one (reference/form.md §3).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.shared import Mm
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from dankheo_sheets import vietnamese
from dankheo_sheets.form.layout import COLUMNS, Column, Kind
from dankheo_sheets.outputs.word.columns import Need, shares
from dankheo_sheets.outputs.word.decree30 import LANDSCAPE_WIDTH, C, Part, Words, element, paragraph
from dankheo_sheets.outputs.word.grid import column_numbers, grid, header, hold, write_title
from dankheo_sheets.outputs.word.phrases import PAPER_FIELDS

PAPER_COLUMNS = tuple(column for column in COLUMNS if column.key != "field")


def column_needs(columns: Sequence[Column], letters: Mapping[str, Sequence[int]]) -> list[Need]:
    """Return what the form's columns hold; `letters` of those whose texts are known, by key.

    A mark is one letter. Of the others the sheet's own widths tell, chosen so that its rows are
    low: a column twice as wide is for four times the text.
    """
    under = Counter(column.group for column in columns)
    return [
        Need(
            [column.title] if under[column.group] > 1 else column.group.splitlines(),
            [1] if column.kind is Kind.MARK else letters.get(column.key, [column.width**2]),
        )
        for column in columns
    ]


WIDTHS = shares(LANDSCAPE_WIDTH, column_needs(PAPER_COLUMNS, {}))
"""Millimetres, together those of a landscape page."""
ROW_HEIGHT = 9
"""Millimetres of a row at the least: what is written by hand needs room. Our choice."""
MARKS = [at for at, column in enumerate(PAPER_COLUMNS) if column.kind is Kind.MARK]
"""Places of the columns that hold an x."""


@dataclass(frozen=True)
class FormSection:
    """One lĩnh vực: its name, and its rows of seven texts."""

    heading: str
    rows: Sequence[Sequence[str]] = field(default_factory=tuple)


def blank(fields: int) -> list[FormSection]:
    """Return the form as it is sent out: two lines a field, at most the paper's three and “…”."""
    empty = [""] * (len(PAPER_COLUMNS) - 1)
    sections = [
        FormSection(
            f"{vietnamese.roman(number)}. Lĩnh vực....", [("1.....", *empty), ("2.....", *empty)]
        )
        for number in range(1, min(fields, PAPER_FIELDS) + 1)
    ]
    if fields > PAPER_FIELDS:
        last = sections.pop()
        sections.append(FormSection(last.heading, [*last.rows, ("…", *empty)]))
    return sections


def form_table(document: Document, sections: Sequence[FormSection]) -> Table:
    """Draw the form across a landscape page; its three header rows repeat on every page."""
    table = grid(document, WIDTHS)
    headers(table, PAPER_COLUMNS)
    for section in sections:
        line = _row(table)
        paragraph(line.cells[0], Part.CELL, Words(section.heading, italic=True))
        _end(line).paragraph_format.keep_with_next = True
        for texts in section.rows:
            line = _row(table)
            for at, (cell, text) in enumerate(zip(line.cells, texts, strict=True)):
                written = paragraph(cell, Part.CELL, text)
                if at in MARKS:
                    written.alignment = C
    return table


def headers(table: Table, columns: Sequence[Column]) -> None:
    """Draw the three header rows: groups of columns, columns, numbers."""
    top, below = header(table), header(table)
    at = 0
    while at < len(columns):
        group = columns[at].group
        wide = sum(column.group == group for column in columns)
        merged = top.cells[at].merge(top.cells[at + wide - 1] if wide > 1 else below.cells[at])
        title, _, note = group.partition("\n")
        write_title(merged, title, note)
        for place in range(at, at + wide) if wide > 1 else ():
            write_title(below.cells[place], columns[place].title)
        at += wide
    hold(table)
    column_numbers(table, [column.number for column in columns])


def _row(table: Table) -> _Row:
    """Add a row that stays whole; its cells begin without a paragraph."""
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(element("w:cantSplit"))
    row.height, row.height_rule = Mm(ROW_HEIGHT), WD_ROW_HEIGHT_RULE.AT_LEAST
    for cell in row.cells:
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        cell._tc.remove(cell.paragraphs[0]._p)
    return row


def _end(row: _Row) -> Paragraph:
    """Give every cell that has none yet its paragraph; return the first cell's."""
    for cell in row.cells:
        if not cell.paragraphs:
            paragraph(cell, Part.CELL)
    first: Paragraph = row.cells[0].paragraphs[0]
    return first
