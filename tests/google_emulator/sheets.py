"""Sheets v4: ``spreadsheets.create``, ``get`` and ``batchUpdate``."""

from . import batch, cells, dimensions, errors, groups, pasting, ranges, sorting
from .batch import Handler, make_tab
from .document import Document
from .errors import Json
from .fields import below, wants
from .files import SPREADSHEET, File, root_of
from .guard import readable
from .spreadsheet import resource, shows_cells
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
    "updateNamedRange": ranges.update_named,
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
    "addDimensionGroup": groups.add,
    "deleteDimensionGroup": groups.delete,
    "copyPaste": pasting.copy_paste,
    "sortRange": sorting.sort_range,
}


def batch_update(call: Call) -> Json:
    """Answer ``spreadsheets.batchUpdate``."""
    return batch.run(call, HANDLERS, _after)


def _after(call: Call, file: File, draft: Document) -> Json | None:
    """Return the spreadsheet after a batch, as ``get`` would, if it is asked for (sheets.v4)."""
    if not call.body.get("includeSpreadsheetInResponse"):
        return None  # then the other two mean nothing
    if not wants(call.mask(), "updatedSpreadsheet"):
        return None
    mask = below(call.mask(), "updatedSpreadsheet")
    grid = shows_cells(mask, bool(call.body.get("responseIncludeGridData")))
    return resource(call, file, draft, mask, call.body.get("responseRanges") or (), grid=grid)


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
    return call.show(resource(call, file, document, call.mask(), grid=False))


def get(call: Call) -> Json:
    """Answer ``spreadsheets.get``; cells only when asked for, by flag or by mask."""
    file = readable(call)
    assert file.document is not None
    mask = call.mask()
    grid = shows_cells(mask, call.flag("includeGridData"))
    asked = call.query.get("ranges", ())
    return call.show(resource(call, file, file.document, mask, asked, grid=grid))
