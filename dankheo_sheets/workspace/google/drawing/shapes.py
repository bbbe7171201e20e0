"""Cells and areas of a tab, counted from 0, and how Google writes them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple, TypeAlias, TypeVar

from dankheo_sheets.form.ooxml import column_index, column_letters

Json: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[int, int]
"""Row and column."""
Kind = TypeVar("Kind")


class Area(NamedTuple):
    """A block of cells; the row and column after it are not in it."""

    top: int
    left: int
    bottom: int
    right: int

    def cells(self) -> Iterator[Place]:
        """Yield its places, row by row."""
        for row in range(self.top, self.bottom):
            for column in range(self.left, self.right):
                yield row, column

    def grid(self, sheet_id: int) -> Json:
        """Write the area as a GridRange."""
        return {
            "sheetId": sheet_id,
            "startRowIndex": self.top,
            "endRowIndex": self.bottom,
            "startColumnIndex": self.left,
            "endColumnIndex": self.right,
        }

    def a1(self, tab: str) -> str:
        """Write the area as the API reads it in a values request."""
        first = f"{column_letters(self.left)}{self.top + 1}"
        return f"{quoted(tab)}!{first}:{column_letters(self.right - 1)}{self.bottom}"

    def fixed(self, tab: str) -> str:
        """Write the area as a formula that points at it from anywhere."""
        columns = column_letters(self.left), column_letters(self.right - 1)
        return f"={quoted(tab)}!${columns[0]}${self.top + 1}:${columns[1]}${self.bottom}"


def of_grid(grid: Json) -> Area | None:
    """Return the area of a bounded GridRange; Google may leave zeros out."""
    if "endRowIndex" not in grid or "endColumnIndex" not in grid:
        return None
    return Area(
        grid.get("startRowIndex", 0),
        grid.get("startColumnIndex", 0),
        grid["endRowIndex"],
        grid["endColumnIndex"],
    )


def quoted(tab: str) -> str:
    """Write a tab's title in front of a range."""
    return "'" + tab.replace("'", "''") + "'"


_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


def area(reference: str) -> Area:
    """Return the area of a reference such as "B5", "$A$1:$H$59".

    >>> area("$B$5:C6")
    Area(top=4, left=1, bottom=6, right=3)
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise ValueError(f"no reference: {reference}")
    column, row, last_column, last_row = found.groups()
    return Area(
        int(row) - 1,
        column_index(column),
        int(last_row or row),
        column_index(last_column or column) + 1,
    )


def rectangles(cells: Mapping[Place, Kind]) -> list[tuple[Kind, Area]]:
    """Return blocks that together are exactly `cells`, each of one kind; few of them.

    Rows first or columns first, whichever needs fewer.
    """
    turned = {(column, row): kind for (row, column), kind in cells.items()}
    by_rows = _stacked(cells)
    by_columns = [
        (kind, Area(left, top, right, bottom))
        for kind, (top, left, bottom, right) in _stacked(turned)
    ]
    return min(by_rows, by_columns, key=len)


def _stacked(cells: Mapping[Place, Kind]) -> list[tuple[Kind, Area]]:
    """Cut each row into runs of one kind, and put equal runs of rows that follow together."""
    done: list[tuple[Kind, Area]] = []
    open_: dict[tuple[int, int], tuple[Kind, Area]] = {}
    for row, places in groupby(sorted(cells), key=lambda place: place[0]):
        now: dict[tuple[int, int], tuple[Kind, Area]] = {}
        for kind, left, right in runs((column, cells[row, column]) for _, column in places):
            above = open_.get((left, right))
            top = row
            if above and above[0] == kind and above[1].bottom == row:
                top = above[1].top
                del open_[left, right]
            now[left, right] = kind, Area(top, left, row + 1, right)
        done += open_.values()
        open_ = now
    return [*done, *open_.values()]


def runs(cells: Iterable[tuple[int, Kind]]) -> Iterator[tuple[Kind, int, int]]:
    """Yield (kind, first, end) of the numbers that follow each other with the same kind."""
    numbered = ((number - at, number, kind) for at, (number, kind) in enumerate(cells))
    for (_, kind), run in groupby(numbered, key=lambda each: (each[0], each[2])):
        numbers = [number for _, number, _ in run]
        yield kind, numbers[0], numbers[-1] + 1
