"""Whether a spreadsheet still says what was read of it: asked right after we wrote into it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from dankheo_sheets import vietnamese
from dankheo_sheets.form.ooxml import column_index
from dankheo_sheets.form.table import text_of
from dankheo_sheets.registration import Registration

Rows = Sequence[Sequence[Any]]


def where_typed(read: Registration) -> str:
    """Return the range, in A1, that holds the cover and the table of what was read."""
    columns = [*read.columns.values(), *(cell.column for cell in read.cover_cells.values())]
    tab = read.tab.replace("'", "''")
    return f"'{tab}'!A1:{max(columns, key=column_index)}"


def says_the_same(read: Registration, rows: Rows) -> bool:
    """Tell whether `rows`, what :func:`where_typed` holds, are what was read.

    They are what was typed: of a formula only the place is compared. Where in doubt they are not:
    the sheet is then read once more than need be.
    """
    there, before = _of_rows(read, rows), _of_read(read)
    formulas = {at for at, texts in there.items() if any(text[0] == "=" for text in texts)}
    odd = {
        (each.cell.row, column_index(each.cell.column))
        for each in read.problems
        if each.cell and each.cell.column
    }
    if formulas - odd - before.keys() or before.keys() - formulas != there.keys() - formulas:
        return False
    return all(at in formulas or text in there[at] for at, text in before.items())


Cell = tuple[int, int]
"""1-based row, 0-based column."""


def _of_read(read: Registration) -> Mapping[Cell, str]:
    """Return what was read of each cell; empty ones are left out."""
    cells = {
        (entry.row, column_index(letter)): entry[key]
        for entry in read.entries
        for key, letter in read.columns.items()
    } | {
        (cell.row, column_index(cell.column)): getattr(read.cover, key)
        for key, cell in read.cover_cells.items()
        if cell.row
    }
    return {at: same for at, text in cells.items() if (same := _alike(text))}


def _of_rows(read: Registration, rows: Rows) -> Mapping[Cell, set[str]]:
    """Return what each cell may have been read as: that depends on how it is shown."""
    first = min((entry.row for entry in read.entries), default=read.first_row)
    columns = {column_index(letter) for letter in read.columns.values()}
    cover = {(cell.row, column_index(cell.column)) for cell in read.cover_cells.values()}
    cells = {
        (row, column): {_alike(text) for text in _texts(value)} - {""}
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values)
        if (row >= first and column in columns) or (row, column) in cover
    }
    return {at: texts for at, texts in cells.items() if texts}


def _texts(value: Any) -> Iterator[str]:
    yield text_of(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return
    yield f"{text_of(value * 100)}%"
    with suppress(OverflowError):
        moment = _DAY_0 + timedelta(days=value)
        yield text_of((moment + timedelta(milliseconds=500)).replace(microsecond=0))


_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - a cell has no zone
"""Serial number 0 of a date in a spreadsheet."""


def _alike(text: str) -> str:
    return " ".join(vietnamese.nfc(text).split())
