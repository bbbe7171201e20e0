"""What is drawn on a tab → batchUpdate requests: values, formats, sizes, merges."""

import math
from collections.abc import Iterator

from dankheo_sheets.workspace.google.drawing.canvas import Book, Drawn, Formula, Sheet
from dankheo_sheets.workspace.google.drawing.cell_formats import cell_format
from dankheo_sheets.workspace.google.drawing.rules import (
    conditionals,
    localised,
    notes,
    validations,
)
from dankheo_sheets.workspace.google.drawing.shapes import Area, Json, Place, rectangles, runs

_ROW, _COLUMN = 21, 100
"""Pixels of a row and a column that nobody sized."""


def properties(sheet: Sheet, sheet_id: int, rows: int = 0) -> Json:
    """Return a tab's SheetProperties: the grid as large as what is drawn, and at least `rows`.

    Google refuses to freeze a part of a merged block, where Excel does not mind: then only the
    rows are frozen.
    """
    height, width = _size(sheet)
    frozen_rows, frozen_columns = sheet.frozen
    if any(merge.left < frozen_columns < merge.right for merge in sheet.merges):
        frozen_columns = 0
    return {
        "sheetId": sheet_id,
        "title": sheet.title,
        "hidden": sheet.hidden,
        "gridProperties": {
            "rowCount": max(height, rows, frozen_rows + 1),
            "columnCount": max(width, frozen_columns + 1),
            "frozenRowCount": frozen_rows,
            "frozenColumnCount": frozen_columns,
            "hideGridlines": sheet.gridless,
        },
    }


def _size(sheet: Sheet) -> Place:
    """Return how many rows and columns hold all cells, and the charts that lie over them."""
    height = max((row + 1 for row, _ in sheet.cells), default=1)
    width = max((column + 1 for _, column in sheet.cells), default=1)
    for (row, column), chart in sheet.charts:
        height = max(height, row + math.ceil(chart.size["height"] / _ROW))
        width = max(width, column + math.ceil(chart.size["width"] / _COLUMN))
    return height, width


def draw(book: Book, sheet: Sheet, sheet_id: int) -> Iterator[Json]:
    """Yield the requests that draw a tab whose cells are empty and whose grid is large enough."""
    yield from _values(sheet, sheet_id)
    yield from formats(sheet.cells, sheet_id)
    yield from _sizes(sheet, sheet_id)
    for merge in sheet.merges:
        yield {"mergeCells": {"range": merge.grid(sheet_id), "mergeType": "MERGE_ALL"}}
    yield from validations(book, sheet, sheet_id)
    yield from conditionals(sheet, sheet_id)


def _values(sheet: Sheet, sheet_id: int) -> Iterator[Json]:
    """Yield one request with all values: rows from the first to the last that has one."""
    said = notes(sheet)
    filled = {place for place, cell in sheet.cells.items() if cell.value is not None} | said.keys()
    if not filled:
        return
    rows: list[Json] = [{"values": []} for _ in range(max(row for row, _ in filled) + 1)]
    for row, column in sorted(filled):
        cells = rows[row]["values"]
        cells += [{}] * (column - len(cells))
        cells.append(_cell(sheet.cells.get((row, column), Drawn()).value, said.get((row, column))))
    start = {"sheetId": sheet_id, "rowIndex": 0, "columnIndex": 0}
    yield {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue,note"}}


def _cell(value: str | int | float | None, note: str | None) -> Json:
    cell: Json = {"note": note} if note else {}
    match value:
        case None:
            return cell
        case Formula():
            entered: Json = {"formulaValue": localised(value)}
        case str():
            entered = {"stringValue": value}
        case _:
            entered = {"numberValue": value}
    return {"userEnteredValue": entered, **cell}


def formats(cells: dict[Place, Drawn], sheet_id: int) -> Iterator[Json]:
    """Yield a request for each block of cells of one format."""
    made = {style: cell_format(style) for style in {cell.style for cell in cells.values()}}
    kinds = {place: made[cell.style] for place, cell in cells.items() if made[cell.style]}
    for form, area in rectangles(kinds):
        yield repeat_format(area, form, sheet_id)


def repeat_format(area: Area, form: Json, sheet_id: int) -> Json:
    """Return the request that gives every cell of an area one format."""
    cell = {"userEnteredFormat": form}
    fields = "userEnteredFormat"
    return {"repeatCell": {"range": area.grid(sheet_id), "cell": cell, "fields": fields}}


def open_cells(sheet: Sheet) -> list[Area]:
    """Return the blocks of cells that protection leaves open."""
    unlocked = {
        place: True for place, cell in sheet.cells.items() if cell.style and not cell.style.locked
    }
    return [area for _, area in rectangles(unlocked)]


# --- sizes ------------------------------------------------------------------------------


def pixels_of_width(characters: float) -> int:
    """Return the width XlsxWriter draws: 7 pixels a character, and 5."""
    return int(characters * 7 + 0.5) + 5


def pixels_of_height(points: float) -> int:
    """Return a height in pixels, of which 96 are 72 points."""
    return round(points * 4 / 3)


def _sizes(sheet: Sheet, sheet_id: int) -> Iterator[Json]:
    widths = sorted((at, pixels_of_width(width)) for at, width in sheet.widths.items())
    heights = sorted((at, pixels_of_height(height)) for at, height in sheet.heights.items())
    for width, start, end in runs(widths):
        yield size(sheet_id, "COLUMNS", start, end, pixelSize=width)
    for _, start, end in runs((at, True) for at in sorted(sheet.hidden_columns)):
        yield size(sheet_id, "COLUMNS", start, end, hiddenByUser=True)
    for height, start, end in runs(heights):
        yield size(sheet_id, "ROWS", start, end, pixelSize=height)


def size(sheet_id: int, dimension: str, start: int, end: int, **wanted: int | bool) -> Json:
    """Return the request that sizes, hides or shows rows or columns."""
    span = {"sheetId": sheet_id, "dimension": dimension, "startIndex": start, "endIndex": end}
    change = {"range": span, "properties": wanted, "fields": ",".join(wanted)}
    return {"updateDimensionProperties": change}
