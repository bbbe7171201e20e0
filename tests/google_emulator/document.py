"""What a spreadsheet holds: its properties, tabs, cells, named ranges.

Cells and everything else of JSON are replaced, never changed in place: copying a document (for
``files.copy``, and for a batch that may fail half-way) copies only the containers.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from .errors import Json

ROWS, COLUMNS = 1000, 26
CELL_LIMIT = 10_000_000


@dataclass
class Tab:
    """One sheet. Cells are ``CellData`` without what is calculated, by (row, column) from 0."""

    id: int
    title: str
    rows: int = ROWS
    columns: int = COLUMNS
    properties: Json = field(default_factory=dict)
    """Every other key of ``SheetProperties``: hidden, tabColor, …"""
    grid: Json = field(default_factory=dict)
    """Every other key of ``GridProperties``: frozenRowCount, …"""
    cells: dict[tuple[int, int], Json] = field(default_factory=dict)
    row_sizes: dict[int, Json] = field(default_factory=dict)
    column_sizes: dict[int, Json] = field(default_factory=dict)
    merges: list[Json] = field(default_factory=list)
    conditional: list[Json] = field(default_factory=list)
    protected: list[Json] = field(default_factory=list)
    charts: list[Json] = field(default_factory=list)
    pictures: list[tuple[int, int]] = field(default_factory=list)
    """Where pictures lie over the cells: they come out in an export only."""
    filter: Json = field(default_factory=dict)
    row_groups: list[Json] = field(default_factory=list)
    column_groups: list[Json] = field(default_factory=list)

    def copy(self) -> "Tab":
        """Return a copy that can be changed apart."""
        twin = Tab.__new__(Tab)
        # every container, and nothing inside them
        twin.__dict__.update(
            (name, value.copy() if isinstance(value, dict | list) else value)
            for name, value in self.__dict__.items()
        )
        return twin

    @property
    def hidden(self) -> bool:
        """Whether people do not see the tab."""
        return bool(self.properties.get("hidden"))

    def put(self, row: int, column: int, cell: Json) -> None:
        """Keep a cell; one with nothing in it is forgotten."""
        kept = {key: value for key, value in cell.items() if value not in (None, {}, [])}
        if kept:
            self.cells[row, column] = kept
        else:
            self.cells.pop((row, column), None)

    def value(self, row: int, column: int) -> Json:
        """Return the ``userEnteredValue`` of a cell, empty when there is none."""
        value: Json = self.cells.get((row, column), {}).get("userEnteredValue", {})
        return value

    def set_value(self, row: int, column: int, value: Json | None) -> None:
        """Give a cell a value, or none, and leave the rest of it alone."""
        self.put(row, column, {**self.cells.get((row, column), {}), "userEnteredValue": value})


@dataclass
class Document:
    """One spreadsheet."""

    title: str
    locale: str = "en_US"
    time_zone: str = "Etc/GMT"
    auto_recalc: str = "ON_CHANGE"
    tabs: list[Tab] = field(default_factory=list)
    named: dict[str, Json] = field(default_factory=dict)
    """Named ranges by ``namedRangeId``."""

    def copy(self) -> "Document":
        """Return a copy that can be changed apart."""
        return replace(self, tabs=[tab.copy() for tab in self.tabs], named=dict(self.named))

    def __deepcopy__(self, memo: dict[int, Any]) -> "Document":
        return self.copy()

    def tab(self, sheet_id: int) -> Tab | None:
        """Return the tab with an id."""
        return next((tab for tab in self.tabs if tab.id == sheet_id), None)

    def titled(self, title: str) -> Tab | None:
        """Return the tab with a title; capitals do not matter (reference/google.md §8)."""
        folded = title.casefold()
        return next((tab for tab in self.tabs if tab.title.casefold() == folded), None)

    @property
    def decimal_comma(self) -> bool:
        """Whether numbers are written ``1.234,5``."""
        return self.locale.partition("_")[0] in {"vi", "de", "fr", "es", "tr", "it", "ru"}

    def cell_count(self) -> int:
        """Return how many cells the grids have, filled or not."""
        return sum(tab.rows * tab.columns for tab in self.tabs)

    def ranges(self) -> Iterator[Json]:
        """Yield every named and protected range."""
        yield from self.named.values()
        for tab in self.tabs:
            yield from tab.protected

    def free_sheet_id(self) -> int:
        """Return a sheet id that is not taken."""
        return _free({tab.id for tab in self.tabs})

    def free_object_id(self) -> int:
        """Return an id for a chart or a protected range that is not taken."""
        taken = {chart["chartId"] for tab in self.tabs for chart in tab.charts}
        taken |= {guard["protectedRangeId"] for tab in self.tabs for guard in tab.protected}
        return _free(taken | {int(name) for name in self.named if name.isdigit()})


def _free(taken: set[int]) -> int:
    while (number := random.randint(1, 2**31 - 1)) in taken:
        pass
    return number


def bounds(tab: Tab, area: Json) -> tuple[int, int, int, int]:
    """Return (first row, first column, row after, column after) of a GridRange, in the grid."""
    return (
        area.get("startRowIndex", 0),
        area.get("startColumnIndex", 0),
        min(area.get("endRowIndex", tab.rows), tab.rows),
        min(area.get("endColumnIndex", tab.columns), tab.columns),
    )


def grid_range(sheet_id: int, area: tuple[int, int, int, int]) -> Json:
    """Return the GridRange of what :func:`bounds` gives."""
    return {
        "sheetId": sheet_id,
        "startRowIndex": area[0],
        "endRowIndex": area[2],
        "startColumnIndex": area[1],
        "endColumnIndex": area[3],
    }


def overlaps(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Whether two areas share a cell."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    """Whether the first area lies in the other."""
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]


def no_zero(value: Any) -> Any:
    """Leave out what proto3 leaves out: zero, false, empty (reference/google.md §9.1)."""
    if isinstance(value, list):
        return [no_zero(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: no_zero(item)
        for key, item in value.items()
        if item is not None and item is not False and item not in (0, "", [])
    }


def area_out(area: Json) -> Json:
    """Write a GridRange as Google does: without ``sheetId`` when it is 0."""
    return {key: value for key, value in area.items() if key != "sheetId" or value != 0}
