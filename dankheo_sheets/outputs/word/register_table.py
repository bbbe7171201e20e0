"""The consolidated register: the form's seven columns over all units, and who registered it.

Three header rows repeat on every page. A row stays on one page, unless it is so long that
it would leave much of the page before it empty.
"""

from collections.abc import Iterator, Sequence

from docx.document import Document
from docx.table import _Row

from dankheo_sheets import vietnamese
from dankheo_sheets.form.layout import Column
from dankheo_sheets.outputs.master import register_rows
from dankheo_sheets.outputs.word.form_table import PAPER_COLUMNS
from dankheo_sheets.outputs.word.form_table import WIDTHS as FORM_WIDTHS
from dankheo_sheets.outputs.word.grid import (
    Look,
    grid,
    header,
    hold,
    is_long,
    letters_a_line,
    number,
    pattern,
    told_last,
    write_title,
)
from dankheo_sheets.outputs.word.rows import PreparedRow, RowsFollow
from dankheo_sheets.register import Register
from dankheo_sheets.workspace.base import Cell

NAME = "register"
"""Of its rows, for :func:`dankheo_sheets.outputs.word.rows.save`."""
WIDTHS = (54, 19, 19, 29, 67, 17, 17, 30)
"""With the unit; without it, those of the form. Millimetres, together 252. Our choice."""
UNIT_TITLE = "Đơn vị đăng ký"
MARKS = (1, 2, 5, 6)
"""Places of the columns that hold an x."""
_PLACE, _CONTENT, _UNIT = 3, 4, 7


def register_table(document: Document, register: Register, *, units: bool) -> Iterator[str]:
    """Draw the register across a landscape page; return its rows.

    Without the column of the units their names stand before the address.
    """
    widths = WIDTHS if units else FORM_WIDTHS
    table = grid(document, widths)
    columns = [*PAPER_COLUMNS, _UNIT_COLUMN] if units else list(PAPER_COLUMNS)
    top, below = (header(table, [""] * len(widths)) for _ in range(2))
    _headers(top, below, columns)
    hold(table)
    number(table, [column.number for column in columns])
    patterns = {
        "field": pattern(table, Look(italic=True, bold=True, keep=True, whole=True)),
        "entry": pattern(table, Look(MARKS)),
        "long": pattern(table, Look(MARKS, split=True)),
        "last": pattern(table, Look(MARKS, keep=True)),
        "total": pattern(table, Look(MARKS, bold=True)),
    }
    RowsFollow(table, NAME)
    letters = [letters_a_line(wide) for wide in widths]
    rows = register_rows(register)
    return _filled(rows if units else map(_without_unit, rows), patterns, letters)


_UNIT_COLUMN = Column(
    "unit", "8", UNIT_TITLE, "", (), PAPER_COLUMNS[0].kind, 0, "", ""
)  # fmt: skip


def _headers(top: _Row, below: _Row, columns: Sequence[Column]) -> None:
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


def _without_unit(cells: list[Cell]) -> list[Cell]:
    """Name the unit in the address, where it does not name it itself (domain.md §2)."""
    *kept, unit = cells
    if unit is not None:
        place = str(kept[_PLACE])
        named = vietnamese.match_key(str(unit)) in vietnamese.match_key(place)
        kept[_PLACE] = place if named else f"{unit}\n{place}".rstrip()
    return kept


def _filled(
    rows: Iterator[list[Cell]], patterns: dict[str, PreparedRow], letters: Sequence[int]
) -> Iterator[str]:
    held: list[Cell] | None = None
    for cells, last in told_last(rows):
        if held is not None:
            yield _entry(held, patterns, letters, last=last)
            held = None
        if last:
            yield patterns["total"].fill(_texts(cells))
        elif cells[_CONTENT] is None:
            yield patterns["field"].fill(_texts(cells[:1]))
        else:
            held = cells


def _entry(
    cells: list[Cell], patterns: dict[str, PreparedRow], letters: Sequence[int], *, last: bool
) -> str:
    """Return a row; the last one goes with the totals."""
    texts = _texts(cells)
    kind = "long" if is_long(texts, letters) else "last" if last else "entry"
    return patterns[kind].fill(texts)


def _texts(cells: Sequence[Cell]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in cells]
