"""Sheets v4: ``spreadsheets.sheets.copyTo`` (sheets.v4).

What a sheet takes along beside its cells, merges, sizes and conditional formats is not known.
"""

import re
from collections.abc import Iterator

from . import errors
from .batch import check_size, tab_properties
from .document import Document, Tab, no_zero
from .errors import Json
from .guard import readable, writable
from .world import Call


def copy_to(call: Call) -> Json:
    """Answer ``sheets.copyTo``: a sheet at the end of a spreadsheet, as ``Copy of …``."""
    source = readable(call).document
    target = writable(call, call.body.get("destinationSpreadsheetId", ""))
    assert source is not None and target.document is not None
    tab = source.tab(int(call.path["sheetId"]))
    if tab is None:
        raise errors.unsupported("copying a sheet that is not there")
    _check(source, tab)
    draft = target.document.copy()
    twin = tab.copy()
    twin.id, twin.title = draft.free_sheet_id(), f"Copy of {tab.title}"
    if draft.titled(twin.title):
        raise errors.unsupported("a second copy of a sheet")
    twin.merges = [{**area, "sheetId": twin.id} for area in tab.merges]
    twin.conditional = [
        {**rule, "ranges": [{**area, "sheetId": twin.id} for area in rule["ranges"]]}
        for rule in tab.conditional
    ]
    draft.tabs.append(twin)
    check_size(draft)
    target.document = draft
    call.world.store.touch(target, call.caller)
    properties: Json = no_zero(tab_properties(draft, twin))
    return call.show(properties)


def _check(document: Document, tab: Tab) -> None:
    """Refuse a sheet of which it is not known how it comes out."""
    beside = {
        "properties": tab.properties,
        "protections": tab.protected,
        "charts": tab.charts,
        "pictures": tab.pictures,
        "a filter": tab.filter,
        "groups": [*tab.row_groups, *tab.column_groups],
        "named ranges": [
            named for named in document.named.values() if named["range"].get("sheetId", 0) == tab.id
        ],
    }
    for what, there in beside.items():
        if there:
            raise errors.unsupported(f"copying a sheet with {what} to another spreadsheet")
    names = [re.escape(named["name"]) for named in document.named.values()]
    outside = re.compile("!" + "".join(rf"|\b{name}\b" for name in names), re.IGNORECASE)
    for formula in _formulas(tab):
        if outside.search(re.sub(r'"[^"]*"', "", formula)):
            raise errors.unsupported("copying a formula that looks at another sheet")


def _formulas(tab: Tab) -> Iterator[str]:
    rules = [rule["booleanRule"] for rule in tab.conditional if "booleanRule" in rule]
    for cell in tab.cells.values():
        yield cell.get("userEnteredValue", {}).get("formulaValue", "")
        rules += [cell["dataValidation"]] if "dataValidation" in cell else []
    for rule in rules:
        for value in rule["condition"].get("values", []):
            text = value.get("userEnteredValue", "")
            yield text if text.startswith("=") else ""
