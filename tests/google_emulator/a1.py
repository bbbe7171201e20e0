"""A1 notation: reading a range, and echoing it as Google does (reference/google.md §9.4)."""

import re
from dataclasses import dataclass

from . import errors
from .document import Document, Tab
from .errors import Json

_CORNER = r"\$?([A-Za-z]{0,3})\$?(\d{0,8})"
_RANGE = re.compile(rf"{_CORNER}(?::{_CORNER})?")
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LIKE_A_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*")


@dataclass(frozen=True)
class Area:
    """Cells of a tab: rows and columns from 0, the end not included."""

    tab: Tab
    top: int
    left: int
    bottom: int
    right: int
    open_end: bool = False
    """Written without an end, like ``Sheet1``: grows with what is written."""

    def echo(self) -> str:
        """Write the area as Google answers it."""
        first = f"{letters(self.left)}{self.top + 1}"
        last = f"{letters(self.right - 1)}{self.bottom}"
        return f"{quoted(self.tab.title)}!{first if first == last else f'{first}:{last}'}"


def letters(column: int) -> str:
    """Name a column.

    >>> [letters(n) for n in (0, 25, 26, 701)]
    ['A', 'Z', 'AA', 'ZZ']
    """
    text = ""
    while column >= 0:
        text = chr(ord("A") + column % 26) + text
        column = column // 26 - 1
    return text


def number(name: str) -> int:
    """Return the number of a column, from 0."""
    value = 0
    for letter in name.upper():
        value = value * 26 + ord(letter) - ord("A") + 1
    return value - 1


def quoted(title: str) -> str:
    """Quote the title of a tab where it has to be."""
    if _BARE.fullmatch(title) and not _LIKE_A_CELL.fullmatch(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def find(document: Document, text: str) -> Area:
    """Return what a range means in a document; refuses it as Google does."""
    title, cells = _split(text)
    if title is None:
        tab = next((tab for tab in document.tabs if not tab.hidden), document.tabs[0])
        area = _area(tab, cells, text)
        if area is not None:
            return area
        named = _named(document, cells)
        if named is not None:
            return named
        title, cells = cells, ""
    found = document.titled(title)
    if found is None:
        raise errors.sheets(400, f"Unable to parse range: {text}")
    if not cells:
        return Area(found, 0, 0, found.rows, found.columns, open_end=True)
    area = _area(found, cells, text) or _named(document, cells)
    if area is None:
        raise errors.sheets(400, f"Unable to parse range: {text}")
    return area


def _split(text: str) -> tuple[str | None, str]:
    if text.startswith("'"):
        match = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?", text, re.DOTALL)
        if match is None:
            raise errors.sheets(400, f"Unable to parse range: {text}")
        return match[1].replace("''", "'"), match[2] or ""
    title, mark, cells = text.rpartition("!")
    return (title, cells) if mark else (None, text)


def _area(tab: Tab, cells: str, text: str) -> Area | None:
    match = _RANGE.fullmatch(cells)
    if match is None or not cells:
        return None
    column, row, last_column, last_row = match.groups()
    if ":" not in cells:
        if not column or not row:
            return None
        last_column, last_row = column, row
    if not (column or row) or not (last_column or last_row) or "0" in {row, last_row}:
        return None
    tops = [int(row) - 1 if row else 0, int(last_row) - 1 if last_row else tab.rows - 1]
    lefts = [
        number(column) if column else 0,
        number(last_column) if last_column else tab.columns - 1,
    ]
    if (row and last_row) or not (row or last_row):
        tops.sort()
    if (column and last_column) or not (column or last_column):
        lefts.sort()
    if tops[0] >= tab.rows or lefts[0] >= tab.columns:
        raise _outside(tab, text, cells)
    return Area(
        tab,
        tops[0],
        lefts[0],
        min(tops[1] + 1, tab.rows),
        min(lefts[1] + 1, tab.columns),
        open_end=not (last_column and last_row),
    )


def _outside(tab: Tab, text: str, cells: str) -> errors.Refusal:
    where = f"{quoted(tab.title)}!{cells.replace('$', '')}"
    return errors.sheets(
        400,
        f"Range ({where}) exceeds grid limits. Max rows: {tab.rows}, max columns: {tab.columns}",
    )


def _named(document: Document, name: str) -> Area | None:
    for named in document.named.values():
        if named["name"].casefold() == name.casefold():
            return from_grid(document, named["range"])
    return None


def from_grid(document: Document, grid: Json) -> Area | None:
    """Return the area of a GridRange, clipped to the grid."""
    tab = document.tab(grid.get("sheetId", 0))
    if tab is None:
        return None
    return Area(
        tab,
        grid.get("startRowIndex", 0),
        grid.get("startColumnIndex", 0),
        min(grid.get("endRowIndex", tab.rows), tab.rows),
        min(grid.get("endColumnIndex", tab.columns), tab.columns),
    )
