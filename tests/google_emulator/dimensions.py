"""batchUpdate requests about rows and columns."""

import math
from collections.abc import Callable
from typing import Any

from . import calc, errors, guard, references, typed
from .batch import Batch
from .document import Tab
from .errors import Json
from .fields import assign

_SIZE = "pixelSize"
_COLUMN_PER_CHARACTER = 9483 / 1024
"""A column of 1024 letters A in the font of a new sheet became 9483 pixels wide (recorded)."""


def along(batch: Batch, area: Json) -> tuple[Tab, bool, int, int]:
    """Return the tab, whether rows are meant, first and end."""
    tab = batch.tab(area.get("sheetId", 0))
    if area.get("dimension") not in {"ROWS", "COLUMNS"}:
        raise errors.sheets(400, "dimension must be ROWS or COLUMNS")
    rows = area["dimension"] == "ROWS"
    size = tab.rows if rows else tab.columns
    return tab, rows, area.get("startIndex", 0), area.get("endIndex", size)


def update(batch: Batch, request: Json) -> None:
    """Set height, width, hidden."""
    tab, rows, start, end = along(batch, request.get("range", {}))
    mask = batch.mask(request, "DimensionProperties")
    if extra := mask.keys() - {"pixelSize", "hiddenByUser", "*"}:
        raise errors.unsupported(f"the dimension property {sorted(extra)[0]!r}")
    size = tab.rows if rows else tab.columns
    if end > size or start >= end:
        raise errors.sheets(400, f"Dimension range [{start}, {end}) is outside of 0 to {size}.")
    sizes = tab.row_sizes if rows else tab.column_sizes
    for n in range(start, end):
        sizes[n] = assign(sizes.get(n, {}), request.get("properties", {}), mask)


def auto_resize(batch: Batch, request: Json) -> None:
    """Fit to the contents: a column to its longest line, a row to the default height.

    There are no fonts here: how high rows come out is not known, and a column is as wide as one
    recorded one is for each character. A column without text stays as it is.
    """
    tab, rows, start, end = along(batch, request.get("dimensions", {}))
    if rows:
        for n in range(start, end):
            kept = {key: size for key, size in tab.row_sizes.pop(n, {}).items() if key != _SIZE}
            if any(kept.values()):
                tab.row_sizes[n] = kept
        return
    widths: dict[int, int] = {}
    for row, column in tab.cells:
        if start <= column < end:
            widths[column] = max(widths.get(column, 0), _width(batch, tab, row, column))
    for column, width in widths.items():
        if width:
            tab.column_sizes[column] = {**tab.column_sizes.get(column, {}), _SIZE: width}


def _width(batch: Batch, tab: Tab, row: int, column: int) -> int:
    value = calc.read(batch.draft, tab, row, column, batch.call.world.results)
    cell = tab.cells[row, column]
    text = typed.shown(value, cell, batch.draft)
    size: int = cell.get("userEnteredFormat", {}).get("textFormat", {}).get("fontSize", 10)
    longest = max(len(line) for line in text.split("\n"))
    return math.ceil(longest * _COLUMN_PER_CHARACTER * size / 10)


def append(batch: Batch, request: Json) -> None:
    """Add rows or columns at the end."""
    area = {**request, "startIndex": 0}
    tab, rows, _, _ = along(batch, area)
    guard.check_tab(batch.call, batch.file, tab)
    if rows:
        tab.rows += request.get("length", 0)
    else:
        tab.columns += request.get("length", 0)


def insert(batch: Batch, request: Json) -> None:
    """Insert rows or columns; what is below or to the right moves."""
    tab, rows, start, end = along(batch, request.get("range", {}))
    guard.check_tab(batch.call, batch.file, tab)
    size, count = (tab.rows if rows else tab.columns), end - start
    if start > size or count < 1:
        raise errors.sheets(400, f"Cannot insert at {start}: there are only {size}.")
    if rows:
        tab.rows += count
    else:
        tab.columns += count

    def shift(n: int) -> int:
        return n + count if n >= start else n

    _move(batch, tab, rows, shift, lambda n: n if n <= start else n + count)


def delete(batch: Batch, request: Json) -> None:
    """Delete rows or columns; what is below or to the right moves."""
    tab, rows, start, end = along(batch, request.get("range", {}))
    guard.check_tab(batch.call, batch.file, tab)
    size, what = (tab.rows, "row") if rows else (tab.columns, "column")
    if start >= size or end > size:
        raise errors.sheets(
            400,
            f"Cannot delete a {what} that doesn't exist. Tried to delete {what} index "
            f"{max(start, end - 1)} but there are only {size} {what}s.",
        )
    if start == 0 and end >= size:
        raise errors.sheets(400, f"You can't delete all the {what}s on the sheet.")
    count = end - start
    if rows:
        tab.rows -= count
    else:
        tab.columns -= count

    def shift(n: int) -> int | None:
        return None if start <= n < end else n - count if n >= end else n

    _move(batch, tab, rows, shift, lambda n: max(start, n - count) if n > start else n)


def _move(
    batch: Batch,
    tab: Tab,
    rows: bool,
    shift: Callable[[int], int | None],
    bound: Callable[[int], int],
) -> None:
    """Move cells, sizes and everything that has a range."""
    axis = 0 if rows else 1
    cells = {}
    for at, cell in tab.cells.items():
        n = shift(at[axis])
        if n is not None:
            cells[(n, at[1]) if rows else (at[0], n)] = cell
    tab.cells = cells
    sizes = tab.row_sizes if rows else tab.column_sizes
    moved = {m: sizes[n] for n in sizes if (m := shift(n)) is not None}
    if rows:
        tab.row_sizes = moved
    else:
        tab.column_sizes = moved
    name = "Row" if rows else "Column"

    def ranged(area: Any) -> Any:
        if area.get("sheetId", 0) != tab.id:
            return area
        new = dict(area)
        for key, first in ((f"start{name}Index", True), (f"end{name}Index", False)):
            if key in new:
                new[key] = _edge(new[key], first, shift, bound)
        return new

    def whole(item: Json) -> Json:
        new = dict(item)
        for key in ("range", "ranges", "unprotectedRanges"):
            if key in item:
                value = item[key]
                new[key] = (
                    [ranged(one) for one in value] if isinstance(value, list) else ranged(value)
                )
        return new

    def anchored(place: Any) -> Any:
        """Move a GridCoordinate; one that is gone stays at the edge."""
        key = "rowIndex" if rows else "columnIndex"
        if place.get("sheetId", 0) != tab.id or key not in place:
            return place
        return {**place, key: bound(place[key]) if (n := shift(place[key])) is None else n}

    def drawn(value: Any) -> Any:
        """Move what a chart draws from, and where it stands."""
        if isinstance(value, list):
            return [drawn(item) for item in value]
        if not isinstance(value, dict):
            return value
        moves = {"sources": lambda areas: [ranged(area) for area in areas], "anchorCell": anchored}
        return {key: moves.get(key, drawn)(item) for key, item in value.items()}

    for other in batch.draft.tabs:
        other.charts = [drawn(chart) for chart in other.charts]
    tab.pictures = [
        (at[0] if n is None else n, at[1]) if rows else (at[0], at[1] if n is None else n)
        for at in tab.pictures
        for n in [shift(at[axis])]
    ]
    groups = [
        {**group, "range": {**at, "startIndex": first, "endIndex": last}}
        for group in (tab.row_groups if rows else tab.column_groups)
        for at in [group["range"]]
        for first in [_edge(at["startIndex"], True, shift, bound)]
        for last in [_edge(at["endIndex"], False, shift, bound)]
        if first < last
    ]
    if rows:
        tab.row_groups = groups
    else:
        tab.column_groups = groups
    tab.merges = [ranged(area) for area in tab.merges]
    tab.conditional = [whole(rule) for rule in tab.conditional]
    tab.protected = [whole(protected) for protected in tab.protected]
    tab.filter = whole(tab.filter)
    batch.draft.named = {key: whole(named) for key, named in batch.draft.named.items()}
    _forget_empty(batch, tab)

    def edge(n: int, first: bool) -> int | None:
        return _edge(n, first, shift, bound)

    references.shift(batch.draft, tab, rows, edge)


def _edge(
    n: int, first: bool, shift: Callable[[int], int | None], bound: Callable[[int], int]
) -> int:
    """Move the edge of a range: a start goes with its cell, an end with the cell before it."""
    if first:
        kept = shift(n)
        return bound(n) if kept is None else kept
    kept = shift(n - 1)
    return bound(n) if kept is None else kept + 1


def _forget_empty(batch: Batch, tab: Tab) -> None:
    def lives(area: Json) -> bool:
        return not any(
            area.get(f"start{name}Index", 0) >= area[f"end{name}Index"]
            for name in ("Row", "Column")
            if f"end{name}Index" in area
        )

    tab.merges = [area for area in tab.merges if lives(area) and _cells(area) > 1]
    tab.protected = [item for item in tab.protected if lives(item.get("range", {}))]
    rules = (
        {**rule, "ranges": [area for area in rule["ranges"] if lives(area)]}
        for rule in tab.conditional
    )
    tab.conditional = [rule for rule in rules if rule["ranges"]]
    batch.draft.named = {
        key: item for key, item in batch.draft.named.items() if lives(item["range"])
    }


def _cells(area: Json) -> int:
    height = int(area["endRowIndex"]) - int(area["startRowIndex"])
    return height * (int(area["endColumnIndex"]) - int(area["startColumnIndex"]))
