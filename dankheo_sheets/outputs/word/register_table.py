"""The consolidated register: the form's seven columns over all units, and who registered it.

Three header rows repeat on every page. A row stays on one page, unless it is so long that
it would leave much of the page before it empty.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat

from docx.document import Document

from dankheo_sheets import vietnamese
from dankheo_sheets.form.layout import Column
from dankheo_sheets.outputs.master import register_rows
from dankheo_sheets.outputs.word.columns import shares
from dankheo_sheets.outputs.word.decree30 import LANDSCAPE_WIDTH
from dankheo_sheets.outputs.word.form_table import MARKS, PAPER_COLUMNS, column_needs, headers
from dankheo_sheets.outputs.word.grid import (
    Look,
    Row,
    again,
    grid,
    in_pieces,
    is_long,
    letters_a_line,
    pattern,
    told_last,
)
from dankheo_sheets.outputs.word.rows import PreparedRow, RowsFollow
from dankheo_sheets.register import Register
from dankheo_sheets.vietnamese import dotted as number
from dankheo_sheets.workspace.base import Cell

NAME = "register"
"""Of its rows, for :func:`dankheo_sheets.outputs.word.rows.save`."""
UNIT_TITLE = "Đơn vị đăng ký"
_PLACE, _CONTENT, _UNIT = 3, 4, 7


def register_table(document: Document, register: Register, *, units: bool) -> Iterator[str]:
    """Draw the register across a landscape page; return its rows.

    Without the column of the units their names stand before the address.
    """
    short = {unit.name: unit.short_names[0] for unit in register.units if unit.short_names}
    columns = [*PAPER_COLUMNS, _UNIT_COLUMN] if units else PAPER_COLUMNS
    widths = shares(LANDSCAPE_WIDTH, column_needs(columns, _letters(register, short, units=units)))
    table = grid(document, widths)
    headers(table, columns)
    more = again(document, table)
    patterns = {
        "field": pattern(table, Look(italic=True, bold=True, keep=True, whole=True)),
        "entry": pattern(table, Look(MARKS)),
        "long": pattern(table, Look(MARKS, split=True)),
        "last": pattern(table, Look(MARKS, keep=True)),
        "total": pattern(table, Look(MARKS, bold=True, keep=True)),
    }
    RowsFollow(table, NAME)
    letters, rows = [letters_a_line(wide) for wide in widths], register_rows(register)
    shown = map(_shortly, rows, repeat(short)) if units else map(_without_unit, rows)
    looked = _looked(shown, patterns, letters)
    return in_pieces(looked, len(register.counted), more)


def _letters(register: Register, short: Mapping[str, str], *, units: bool) -> dict[str, list[int]]:
    """Return how long the texts of each column are; an address with its unit's name, or without."""
    counted = register.counted
    long = {key: counted[key].str.len() for key in ("name", "place", "content")}
    if units:
        long["unit"] = counted["unit"].replace(short).str.len()
    else:
        long["place"] += counted["unit"].str.len()
    return {key: column.tolist() for key, column in long.items()}


def _shortly(cells: list[Cell], short: Mapping[str, str]) -> list[Cell]:
    """Name the unit as the roster does shortly."""
    *others, unit = cells
    return [*others, short.get(str(unit), unit)]


_UNIT_COLUMN = Column(
    "unit", "8", UNIT_TITLE, "", (), PAPER_COLUMNS[0].kind, 0, "", ""
)  # fmt: skip


def _without_unit(cells: list[Cell]) -> list[Cell]:
    """Name the unit in the address, where it does not name it itself (reference/form.md §3)."""
    *kept, unit = cells
    if unit is not None:
        place = str(kept[_PLACE])
        named = vietnamese.match_key(str(unit)) in vietnamese.match_key(place)
        kept[_PLACE] = place if named else f"{unit}\n{place}".rstrip()
    return kept


def _looked(
    rows: Iterator[list[Cell]], patterns: dict[str, PreparedRow], letters: Sequence[int]
) -> Iterator[Row]:
    """Yield each row with its look; the last entry goes with the totals."""
    held: list[str] | None = None
    for cells, last in told_last(rows):
        if held:
            kind = "long" if is_long(held, letters) else "last" if last else "entry"
            yield patterns[kind], held
            held = None
        if last:
            yield patterns["total"], _texts(cells)
        elif cells[_CONTENT] is None:
            yield patterns["field"], _texts(cells[:1])
        else:
            held = _texts(cells)


def _texts(cells: Sequence[Cell]) -> list[str]:
    return ["" if cell is None else _text(cell) for cell in cells]


def _text(cell: Cell) -> str:
    return number(cell) if isinstance(cell, int) else str(cell)
