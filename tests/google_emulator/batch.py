"""Sheets v4: ``spreadsheets.batchUpdate``, in order, all of it or nothing.

Kinds of request that are not in :data:`HANDLERS` answer 501 (issue 3, part 10).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from . import errors, guard
from .colours import both_forms, style
from .document import CELL_LIMIT, Document, Tab, no_zero
from .errors import Json, Refusal
from .fields import BadMask, Mask, assign, parse
from .files import File
from .schema import unknown_fields
from .world import Call


@dataclass
class Batch:
    """The draft a batch works on; it becomes the document when every request is done."""

    call: Call
    file: File
    draft: Document

    def tab(self, sheet_id: int) -> Tab:
        """Return a tab, or refuse."""
        tab = self.draft.tab(sheet_id)
        if tab is None:
            raise errors.sheets(400, f"No grid with id: {sheet_id}")
        return tab

    def area(self, area: Json) -> Tab:
        """Return the tab of a GridRange whose cells exist and are not protected."""
        tab = self.fits(area)
        guard.check_area(self.call, self.file, tab, area)
        return tab

    def fits(self, area: Json) -> Tab:
        """Return the tab of a GridRange whose cells exist."""
        tab = self.tab(area.get("sheetId", 0))
        for start, end, size, what in (
            ("startRowIndex", "endRowIndex", tab.rows, "rows"),
            ("startColumnIndex", "endColumnIndex", tab.columns, "columns"),
        ):
            first, last = area.get(start, 0), area.get(end, size)
            if first < 0 or last <= first or last > size:
                raise errors.sheets(
                    400, f"GridRange {area} does not fit the {size} {what} of {tab.title!r}."
                )
        return tab

    def mask(self, request: Json, schema: str) -> Mask:
        """Return the mask in ``fields``; it is required and must fit the schema."""
        text = request.get("fields", "")
        if not text:
            raise errors.sheets(
                400,
                "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)",
            )
        try:
            mask = parse(text)
        except BadMask as error:
            raise errors.sheets(400, f"Invalid field mask: {text}") from error
        if wrong := unknown_fields("sheets", schema, mask):
            raise errors.sheets(400, f"Invalid field: {wrong[0]}")
        return mask


Handler: TypeAlias = Callable[[Batch, Json], Json | None]
After: TypeAlias = Callable[[Call, File, Document], Json | None]
"""Writes the spreadsheet as a batch leaves it, if that is asked for."""


def run(call: Call, handlers: Mapping[str, Handler], after: After) -> Json:
    """Answer ``spreadsheets.batchUpdate``; nothing is kept unless the answer could be written."""
    file = guard.writable(call)
    assert file.document is not None
    if call.body.get("commentsViewMode"):
        raise errors.unsupported("commentsViewMode")
    requests = call.body.get("requests") or []
    if not requests:
        raise errors.sheets(400, "Must specify at least one request.")
    batch = Batch(call, file, file.document.copy())
    replies: list[Json] = []
    for n, request in enumerate(requests):
        if len(request) != 1:
            raise errors.sheets(
                400, f"Invalid requests[{n}]: exactly one kind of request is needed."
            )
        ((kind, wanted),) = request.items()
        if kind not in handlers:
            raise errors.unsupported(f"the batchUpdate request {kind!r}")
        try:
            reply = handlers[kind](batch, wanted)
            check_size(batch.draft)
        except Refusal as refusal:
            if refusal.status == 400:
                error: Any = refusal.body["error"]
                error["message"] = f"Invalid requests[{n}].{kind}: {error['message']}"
            raise
        replies.append({} if reply is None else {kind: reply})
    body: Json = {"spreadsheetId": file.id, "replies": replies}
    updated = after(call, file, batch.draft)
    if updated is not None:
        body["updatedSpreadsheet"] = updated
    answer = call.show(body)
    file.document = batch.draft
    if file.name != batch.draft.title:
        file.name = batch.draft.title
    call.world.store.touch(file, call.caller)
    return answer


def check_size(draft: Document) -> None:
    """Refuse a spreadsheet with more cells than there may be."""
    if draft.cell_count() > CELL_LIMIT:
        raise errors.sheets(
            400,
            "This action would increase the number of cells in the workbook above the limit of "
            f"{CELL_LIMIT} cells.",
        )


# --- tabs and the spreadsheet ---------------------------------------------------------------


def make_tab(document: Document, properties: Json) -> Tab:
    """Return a tab with the wanted properties, not yet in the document."""
    rest = dict(properties)
    grid = dict(rest.pop("gridProperties", {}))
    title = rest.pop("title", "") or _free_title(document)
    if document.titled(title):
        raise errors.sheets(
            400, f'A sheet with the name "{title}" already exists. Please enter another name.'
        )
    sheet_id = rest.pop("sheetId", None)
    if sheet_id is None:
        sheet_id = document.free_sheet_id()
    elif document.tab(sheet_id):
        raise errors.sheets(400, f"Sheet ID must be unique: {sheet_id}.")  # wording not recorded
    if rest.pop("sheetType", "GRID") != "GRID":
        raise errors.unsupported("sheets that are no grid")
    rest.pop("index", None)
    rows, columns = grid.pop("rowCount", 0), grid.pop("columnCount", 0)
    return Tab(sheet_id, title, rows or 1000, columns or 26, style(rest), grid)


def _free_title(document: Document) -> str:
    n = len(document.tabs) + 1
    while document.titled(f"Sheet{n}"):
        n += 1
    return f"Sheet{n}"


def tab_properties(document: Document, tab: Tab) -> Json:
    """Write ``SheetProperties``."""
    grid = {"rowCount": tab.rows, "columnCount": tab.columns, **no_zero(tab.grid)}
    return {
        "sheetId": tab.id,
        "title": tab.title,
        "index": document.tabs.index(tab),
        "sheetType": "GRID",
        "gridProperties": grid,
        **no_zero(tab.properties),
    }


def add_sheet(batch: Batch, request: Json) -> Json:
    """Add a tab; a client may choose its id, and a taken id is an error."""
    properties = request.get("properties", {})
    tab = make_tab(batch.draft, properties)
    index = properties.get("index")
    batch.draft.tabs.insert(len(batch.draft.tabs) if index is None else index, tab)
    reply: Json = no_zero(tab_properties(batch.draft, tab))
    return {"properties": reply}


def delete_sheet(batch: Batch, request: Json) -> None:
    """Delete a tab, and what points at it."""
    tab = batch.tab(request.get("sheetId", 0))
    guard.check_tab(batch.call, batch.file, tab)
    if len(batch.draft.tabs) == 1:
        raise errors.sheets(400, "You can't remove all the sheets in a document.")
    batch.draft.tabs.remove(tab)
    batch.draft.named = {
        name: named
        for name, named in batch.draft.named.items()
        if named["range"].get("sheetId", 0) != tab.id
    }


def update_sheet(batch: Batch, request: Json) -> None:
    """Change the properties of a tab; ``index`` moves it."""
    wanted = request.get("properties", {})
    mask = batch.mask(request, "SheetProperties")
    tab = batch.tab(wanted.get("sheetId", 0))
    guard.check_tab(batch.call, batch.file, tab)
    current = tab_properties(batch.draft, tab)
    changed = assign(current, style(wanted), both_forms(mask))
    if "*" in mask or "title" in mask:
        title = wanted.get("title", "")
        if not title:
            raise errors.sheets(400, "The sheet name cannot be empty.")
        twin = batch.draft.titled(title)
        if twin is not None and twin is not tab:
            raise errors.sheets(
                400, f'A sheet with the name "{title}" already exists. Please enter another name.'
            )
        tab.title = title
    if "index" in mask:
        batch.draft.tabs.remove(tab)
        old, new = current["index"], wanted.get("index", 0)
        batch.draft.tabs.insert(new - 1 if new > old else new, tab)
    grid = dict(changed.get("gridProperties", {}))
    if grid:
        resize(tab, grid.pop("rowCount", tab.rows), grid.pop("columnCount", tab.columns))
        tab.grid = grid
    own = {"sheetId", "title", "index", "sheetType", "gridProperties"}
    tab.properties = {key: value for key, value in changed.items() if key not in own}
    if all(tab.hidden for tab in batch.draft.tabs):
        raise errors.sheets(400, "You can't hide all the sheets in a document.")


def resize(tab: Tab, rows: int, columns: int) -> None:
    """Give a tab another size; cells outside are gone."""
    if rows < 1 or columns < 1:
        raise errors.sheets(400, "You can't delete all the rows on the sheet.")
    if tab.grid.get("frozenRowCount", 0) >= rows:
        raise errors.sheets(400, "You can't freeze all visible rows on the sheet.")
    for groups, size in ((tab.row_groups, rows), (tab.column_groups, columns)):
        if any(group["range"]["endIndex"] > size for group in groups):
            raise errors.unsupported("cutting off a part of a group")
    tab.rows, tab.columns = rows, columns
    tab.cells = {at: cell for at, cell in tab.cells.items() if at[0] < rows and at[1] < columns}


def update_spreadsheet(batch: Batch, request: Json) -> None:
    """Change title, locale, time zone."""
    wanted, mask = request.get("properties", {}), batch.mask(request, "SpreadsheetProperties")
    names = {
        "title": "title",
        "locale": "locale",
        "timeZone": "time_zone",
        "autoRecalc": "auto_recalc",
    }
    for key in wanted if "*" in mask else mask:
        if key not in names:
            raise errors.unsupported(f"the spreadsheet property {key!r}")
        if not wanted.get(key):
            raise errors.sheets(400, f"The {key} cannot be empty.")
        setattr(batch.draft, names[key], wanted[key])
