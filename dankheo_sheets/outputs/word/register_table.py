"""The consolidated register: the form's seven columns over all units, and who registered it.

Three header rows repeat on every page. A row stays on one page, unless it is so long that
it would leave much of the page before it empty.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from docx.document import Document

from dankheo_sheets import vietnamese
from dankheo_sheets.declaration.model import Column
from dankheo_sheets.outputs.master import register_rows
from dankheo_sheets.outputs.word.columns import shares
from dankheo_sheets.outputs.word.decree30 import LANDSCAPE_WIDTH
from dankheo_sheets.outputs.word.form_table import (
    MARKS,
    PAPER_COLUMNS,
    column_needs,
    headers,
    patterns,
)
from dankheo_sheets.outputs.word.grid import (
    Look,
    Row,
    follow,
    grid,
    is_long,
    letters_a_line,
    pattern,
)
from dankheo_sheets.outputs.word.rows import PreparedRow, Rows
from dankheo_sheets.register import Register
from dankheo_sheets.vietnamese import dotted as number
from dankheo_sheets.workspace.base import Cell

_PLACE, _CONTENT = 3, 4
_UNIT = Column(key="unit", number="8", header=("Đơn vị đăng ký",), kind="unit")


def register_table(document: Document, rows: Rows, register: Register, *, units: bool) -> None:
    """Draw the register across a landscape page.

    Without the column of the units their names stand before the address.
    """
    short = {unit.name: unit.short_names[0] for unit in register.units if unit.short_names}
    columns = [*PAPER_COLUMNS, _UNIT] if units else PAPER_COLUMNS
    widths = shares(LANDSCAPE_WIDTH, column_needs(columns, _letters(register, short, units=units)))
    table = grid(document, widths)
    headers(table, columns)
    looks = {
        **patterns(table, bold=True),
        "total": pattern(table, Look(MARKS, bold=True, keep=True)),
    }
    cells, many = register_rows(register), len(register.counted)
    shown = (_shortly(row, short) if units else _without_unit(row) for row in cells)
    looked = _looked(shown, many, looks, [letters_a_line(wide) for wide in widths])
    follow(document, table, rows, looked, many)


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


def _without_unit(cells: list[Cell]) -> list[Cell]:
    """Name the unit in the address, where it does not name it itself (reference/form.md §3)."""
    *kept, unit = cells
    if unit is not None:
        place = str(kept[_PLACE])
        named = vietnamese.match_key(str(unit)) in vietnamese.match_key(place)
        kept[_PLACE] = place if named else f"{unit}\n{place}".rstrip()
    return kept


def _looked(
    rows: Iterable[list[Cell]], many: int, looks: Mapping[str, PreparedRow], letters: Sequence[int]
) -> Iterator[Row]:
    """Yield each row with its look; the last of `many` entries goes with the totals."""
    done = 0
    for cells in rows:
        texts = ["" if cell is None else _text(cell) for cell in cells]
        if done == many:
            yield looks["total"], texts
        elif cells[_CONTENT] is None:
            yield looks["field"], texts
        else:
            done += 1
            kind = "last" if done == many else "entry"
            yield looks["long" if is_long(texts, letters) else kind], texts


def _text(cell: Cell) -> str:
    return number(cell) if isinstance(cell, int) else str(cell)
