"""How Sheets writes a spreadsheet (reference/google.md §9.3)."""

from collections.abc import Sequence
from typing import Any

from . import a1, calc, groups, typed
from .batch import tab_properties
from .document import Document, Tab, area_out, no_zero
from .errors import Json
from .fields import Mask, wants
from .files import File
from .ranges import protected_out
from .world import Call


def shows_cells(mask: Mask | None, flag: bool) -> bool:
    """Whether an answer has cells: as the mask says or, only without one, as the flag says.

    So for ``includeGridData`` of a get and ``responseIncludeGridData`` of a batch (sheets.v4).
    """
    return flag if mask is None else wants(mask, "sheets", "data")


def resource(
    call: Call,
    file: File,
    document: Document,
    mask: Mask | None,
    texts: Sequence[str] = (),
    *,
    grid: bool,
) -> Json:
    """Return a spreadsheet as the caller sees it; ``texts`` are ranges, in A1 or by name."""
    areas = [a1.find(document, text) for text in texts]
    tabs = [tab for tab in document.tabs if not areas or any(area.tab is tab for area in areas)]
    body: Json = {
        "spreadsheetId": file.id,
        "properties": {
            "title": document.title,
            "locale": document.locale,
            "autoRecalc": document.auto_recalc,
            "timeZone": document.time_zone,
        },
        "sheets": [
            _sheet(
                call, file, document, tab, mask, [area for area in areas if area.tab is tab], grid
            )
            for tab in tabs
        ],
    }
    if document.named:
        named = document.named.values()
        body["namedRanges"] = [{**item, "range": area_out(item["range"])} for item in named]
    body["spreadsheetUrl"] = f"https://docs.google.com/spreadsheets/d/{file.id}/edit"
    return body


def _sheet(
    call: Call,
    file: File,
    document: Document,
    tab: Tab,
    mask: Mask | None,
    areas: list[a1.Area],
    grid: bool,
) -> Json:
    sheet: Json = {"properties": tab_properties(document, tab)}
    if grid:
        whole = [a1.Area(tab, 0, 0, tab.rows, tab.columns)]
        sheet["data"] = [_data(call, document, area, mask) for area in areas or whole]
    if tab.merges:
        sheet["merges"] = [area_out(area) for area in tab.merges]
    if tab.conditional:
        sheet["conditionalFormats"] = [
            {**rule, "ranges": [area_out(area) for area in rule["ranges"]]}
            for rule in tab.conditional
        ]
    if tab.protected:
        sheet["protectedRanges"] = [protected_out(call, file, item) for item in tab.protected]
    if tab.filter:
        sheet["basicFilter"] = {**tab.filter, "range": area_out(tab.filter.get("range", {}))}
    if tab.charts:
        sheet["charts"] = tab.charts
    if tab.row_groups:
        sheet["rowGroups"] = groups.shown(tab.row_groups)
    if tab.column_groups:
        sheet["columnGroups"] = groups.shown(tab.column_groups)
    return sheet


def _data(call: Call, document: Document, area: a1.Area, mask: Mask | None) -> Json:
    """Write the cells of an area: rows to the last one that has something to show."""
    tab = area.tab
    at = ("sheets", "data", "rowData", "values")
    rows: list[Json] = []
    for row in range(area.top, area.bottom):
        values = [
            _cell(call, document, tab, row, column, mask, at)
            for column in range(area.left, area.right)
        ]
        while values and not values[-1]:
            values.pop()
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    data: Json = {}
    if area.top:
        data["startRow"] = area.top
    if area.left:
        data["startColumn"] = area.left
    if rows:
        data["rowData"] = rows
    data["rowMetadata"] = [
        {"pixelSize": 21, **no_zero(tab.row_sizes.get(n, {}))} for n in range(area.top, area.bottom)
    ]
    data["columnMetadata"] = [
        {"pixelSize": 100, **no_zero(tab.column_sizes.get(n, {}))}
        for n in range(area.left, area.right)
    ]
    return data


def _cell(
    call: Call,
    document: Document,
    tab: Tab,
    row: int,
    column: int,
    mask: Mask | None,
    at: tuple[str, ...],
) -> Json:
    kept = tab.cells.get((row, column), {})
    cell: Json = {key: value for key, value in kept.items() if wants(mask, *at, key)}
    if "userEnteredFormat" in kept and wants(mask, *at, "effectiveFormat"):
        cell["effectiveFormat"] = kept["userEnteredFormat"]
    if not kept.get("userEnteredValue"):
        return cell
    shows = [key for key in ("effectiveValue", "formattedValue") if wants(mask, *at, key)]
    if shows:
        cell |= {
            key: value
            for key, value in _calculated(call, document, tab, row, column).items()
            if key in shows
        }
    return cell


def _calculated(call: Call, document: Document, tab: Tab, row: int, column: int) -> Json:
    cell = tab.cells[row, column]
    value: Any
    try:
        value = calc.value_of(document, tab, row, column, call.world.results)
    except calc.CellError as error:
        kind = error.kind.strip("#!?").replace("DIV/0", "DIVIDE_BY_ZERO").replace("N/A", "N_A")
        problem = {"type": kind, "message": error.message}
        return {"effectiveValue": {"errorValue": problem}, "formattedValue": error.kind}
    except calc.Unknown as error:
        raise calc.unknown(tab, row, column) from error
    name = (
        "boolValue"
        if isinstance(value, bool)
        else "stringValue"
        if isinstance(value, str)
        else "numberValue"
    )
    if value is None:
        return {}
    shown = typed.shown(value, cell, document)
    return {"effectiveValue": {name: value}, **({"formattedValue": shown} if shown else {})}
