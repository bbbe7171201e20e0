"""The form on paper: seven columns, three header rows that repeat, sections, entries.

Its columns are declared in forms/dan-van-kheo.toml; on paper *Lĩnh vực* and *Tên mô
hình, điển hình* are one (reference/form.md §3).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from docx.document import Document
from docx.table import Table

from dankheo_sheets import vietnamese
from dankheo_sheets.declaration.bundled import brought
from dankheo_sheets.declaration.model import Column
from dankheo_sheets.outputs.word.columns import Need, shares
from dankheo_sheets.outputs.word.decree30 import LANDSCAPE_WIDTH
from dankheo_sheets.outputs.word.grid import (
    Look,
    column_numbers,
    grid,
    header,
    hold,
    pattern,
    write_title,
)
from dankheo_sheets.outputs.word.phrases import PAPER_FIELDS
from dankheo_sheets.outputs.word.rows import PreparedRow

PAPER_COLUMNS = tuple(c for c in brought("dan-van-kheo").column if c.key != "field")


def column_needs(columns: Sequence[Column], letters: Mapping[str, Sequence[int]]) -> list[Need]:
    """Return what the form's columns hold; `letters` of those whose texts are known, by key.

    A mark is one letter. Of the others the sheet's own widths tell, chosen so that its rows are
    low: a column twice as wide is for four times the text.
    """
    under = Counter(column.header[0] for column in columns)
    return [
        Need(
            [column.header[-1]] if under[column.header[0]] > 1 else column.header[0].splitlines(),
            [1] if column.kind == "mark" else letters.get(column.key, [_likely(column)]),
        )
        for column in columns
    ]


def _likely(column: Column) -> int:
    return int((column.width or 0) ** 2)


WIDTHS = shares(LANDSCAPE_WIDTH, column_needs(PAPER_COLUMNS, {}))
"""Millimetres, together those of a landscape page."""
MARKS = [at for at, column in enumerate(PAPER_COLUMNS) if column.kind == "mark"]
"""Places of the columns that hold an x."""


FormRow = tuple[Literal["field", "entry"], Sequence[str]]
"""The heading of a lĩnh vực, or an entry with its seven texts."""


def blank(fields: int) -> list[FormRow]:
    """Return the form as it is sent out: two lines a field, at most the paper's three and “…”."""
    empty = [""] * (len(PAPER_COLUMNS) - 1)
    rows: list[FormRow] = []
    for number in range(1, min(fields, PAPER_FIELDS) + 1):
        rows.append(("field", [f"{vietnamese.roman(number)}. Lĩnh vực...."]))
        rows += [("entry", ["1.....", *empty]), ("entry", ["2.....", *empty])]
    return [*rows, ("entry", ["…", *empty])] if fields > PAPER_FIELDS else rows


def form_table(document: Document) -> Table:
    """Draw the form's three header rows across a landscape page; they repeat on every page."""
    table = grid(document, WIDTHS)
    headers(table, PAPER_COLUMNS)
    return table


def patterns(table: Table, *, bold: bool = False) -> Mapping[str, PreparedRow]:
    """Return what the form's rows look like: headings of fields, entries by what is about them."""
    return {
        "field": pattern(table, Look(italic=True, bold=bold, keep=True, whole=True)),
        "entry": pattern(table, Look(MARKS)),
        "long": pattern(table, Look(MARKS, split=True)),
        "last": pattern(table, Look(MARKS, keep=True)),
    }


def headers(table: Table, columns: Sequence[Column]) -> None:
    """Draw the three header rows: groups of columns, columns, numbers."""
    top, below = header(table), header(table)
    at = 0
    while at < len(columns):
        group = columns[at].header[0]
        wide = sum(column.header[0] == group for column in columns)
        merged = top.cells[at].merge(top.cells[at + wide - 1] if wide > 1 else below.cells[at])
        title, _, note = group.partition("\n")
        write_title(merged, title, note)
        for place in range(at, at + wide) if wide > 1 else ():
            write_title(below.cells[place], columns[place].header[-1])
        at += wide
    hold(table)
    column_numbers(table, [column.number for column in columns])
