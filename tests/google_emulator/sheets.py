"""Sheets v4: ``spreadsheets.create`` and ``get`` (google-answers.md, spreadsheets.get)."""

from typing import Any

from . import a1, batch, calc, cells, dimensions, errors, ranges, typed
from .batch import Handler, make_tab, tab_properties
from .document import Document, Tab, area_out, no_zero
from .errors import Json
from .fields import Mask, wants
from .files import SPREADSHEET, File, root_of
from .guard import readable
from .ranges import protected_out
from .world import Call

HANDLERS: dict[str, Handler] = {
    "addSheet": batch.add_sheet,
    "deleteSheet": batch.delete_sheet,
    "updateSheetProperties": batch.update_sheet,
    "updateSpreadsheetProperties": batch.update_spreadsheet,
    "updateCells": cells.update_cells,
    "repeatCell": cells.repeat_cell,
    "mergeCells": cells.merge,
    "unmergeCells": cells.unmerge,
    "setDataValidation": cells.set_validation,
    "updateBorders": cells.borders,
    "addConditionalFormatRule": cells.add_conditional,
    "deleteConditionalFormatRule": cells.delete_conditional,
    "addNamedRange": ranges.add_named,
    "deleteNamedRange": ranges.delete_named,
    "addProtectedRange": ranges.add_protected,
    "updateProtectedRange": ranges.update_protected,
    "deleteProtectedRange": ranges.delete_protected,
    "setBasicFilter": ranges.set_filter,
    "clearBasicFilter": ranges.clear_filter,
    "addChart": ranges.add_chart,
    "deleteEmbeddedObject": ranges.delete_object,
    "updateDimensionProperties": dimensions.update,
    "appendDimension": dimensions.append,
    "insertDimension": dimensions.insert,
    "deleteDimension": dimensions.delete,
    "autoResizeDimensions": dimensions.auto_resize,
}


def batch_update(call: Call) -> Json:
    """Answer ``spreadsheets.batchUpdate``."""
    return batch.run(call, HANDLERS)


def create(call: Call) -> Json:
    """Answer ``spreadsheets.create``: in the caller's My Drive, which a robot does not have."""
    if call.caller.is_service_account:
        raise errors.sheets(403)
    wanted = call.body
    properties = wanted.get("properties", {})
    if extra := properties.keys() - {"title", "locale", "timeZone", "autoRecalc"}:
        raise errors.unsupported(f"the spreadsheet property {sorted(extra)[0]!r}")
    if extra := wanted.keys() - {"properties", "sheets", "namedRanges"}:
        raise errors.unsupported(f"{sorted(extra)[0]!r} of a new spreadsheet")
    document = Document(
        properties.get("title") or "Untitled spreadsheet",
        properties.get("locale") or "en_US",
        properties.get("timeZone") or "Etc/GMT",
    )
    for sheet in wanted.get("sheets") or [{"properties": {"sheetId": 0, "title": "Sheet1"}}]:
        if extra := sheet.keys() - {"properties"}:
            raise errors.unsupported(f"{sorted(extra)[0]!r} of a sheet of a new spreadsheet")
        document.tabs.append(make_tab(document, sheet.get("properties", {})))
    if wanted.get("namedRanges"):
        raise errors.unsupported("named ranges of a new spreadsheet")
    store, email = call.world.store, call.caller.email
    now = store.clock.now()
    file = File(
        id=store.new_id(),
        name=document.title,
        mime=SPREADSHEET,
        parents=(root_of(email),),
        created=now,
        modified=now,
        owner=email,
        app=call.caller.app,
        modifier=email,
        document=document,
    )
    store.add(file)
    return call.show(_resource(call, file, document, call.mask(), grid=False))


def get(call: Call) -> Json:
    """Answer ``spreadsheets.get``; cells only when asked for, by flag or by mask."""
    file = readable(call)
    assert file.document is not None
    mask = call.mask()
    # With a mask the flag is ignored; without one the flag decides (sheets.v4, spreadsheets.get).
    grid = wants(mask, "sheets", "data") if mask else call.flag("includeGridData")
    return call.show(_resource(call, file, file.document, mask, grid=grid))


def _resource(call: Call, file: File, document: Document, mask: Mask | None, *, grid: bool) -> Json:
    areas = [a1.find(document, text) for text in call.query.get("ranges", [])]
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
