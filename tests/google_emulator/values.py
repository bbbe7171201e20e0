"""Sheets v4: values (reference/google.md §8, §9.4)."""

from typing import Any

from . import a1, calc, entering, errors, typed
from .a1 import Area
from .document import CELL_LIMIT, Document, Tab
from .errors import Json
from .files import File
from .guard import check_cells, readable, writable
from .world import Call

_RENDER = {"FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"}


def get(call: Call) -> Json:
    """Answer ``values.get``."""
    document = _document(readable(call))
    return call.show(_value_range(call, document, a1.find(document, call.path["range"]), ""))


def batch_get(call: Call) -> Json:
    """Answer ``values.batchGet``: one bad range fails them all."""
    file = readable(call)
    document = _document(file)
    areas = [a1.find(document, text) for text in call.query.get("ranges", [])]
    ranges = [_value_range(call, document, area, "") for area in areas]
    return call.show({"spreadsheetId": file.id, "valueRanges": ranges})


def update(call: Call) -> Json:
    """Answer ``values.update``."""
    file = writable(call)
    draft = _document(file).copy()
    entering.input_option(call.text("valueInputOption"))
    area = a1.find(draft, call.path["range"])
    if call.body.get("range") and a1.find(draft, call.body["range"]) != area:
        message = f"Requested range {call.body['range']} is not the range of the path."
        raise errors.sheets(400, message)
    done = entering.write(call, file, draft, area, call.body, call.text("valueInputOption"))
    _keep(call, file, draft)
    return call.show(_updated(call, draft, area, done, call.flag("includeValuesInResponse")))


def batch_update(call: Call) -> Json:
    """Answer ``values.batchUpdate``: all of it or nothing."""
    file = writable(call)
    draft = _document(file).copy()
    option = call.body.get("valueInputOption", "")
    entering.input_option(option)
    cells: set[tuple[int, int, int]] = set()
    done: list[tuple[Area, set[tuple[int, int]]]] = []
    for n, data in enumerate(call.body.get("data", [])):
        try:
            area = a1.find(draft, data.get("range", ""))
            done.append((area, entering.write(call, file, draft, area, data, option)))
        except errors.Refusal as refusal:
            if "tried writing to" in refusal.body["error"]["message"]:
                refusal.body["error"]["message"] = (
                    f"Invalid data[{n}]: {refusal.body['error']['message']}"
                )
            raise
        cells |= {(area.tab.id, row, column) for row, column in done[-1][1]}
    _keep(call, file, draft)
    show = bool(call.body.get("includeValuesInResponse"))
    totals = {
        "totalUpdatedRows": len({(tab, row) for tab, row, _ in cells}),
        "totalUpdatedColumns": len({(tab, column) for tab, _, column in cells}),
        "totalUpdatedCells": len(cells),
        "totalUpdatedSheets": len({tab for tab, _, _ in cells}),
    }
    answer: Json = {"spreadsheetId": file.id}
    answer |= {key: count for key, count in totals.items() if count}
    answer["responses"] = [_updated(call, draft, area, written, show) for area, written in done]
    return call.show(answer)


def clear(call: Call) -> Json:
    """Answer ``values.clear``: formats and validations stay."""
    file = writable(call)
    draft = _document(file).copy()
    area = _clear(call, file, draft, call.path["range"])
    _keep(call, file, draft)
    return call.show({"spreadsheetId": file.id, "clearedRange": area.echo()})


def batch_clear(call: Call) -> Json:
    """Answer ``values.batchClear``."""
    file = writable(call)
    draft = _document(file).copy()
    areas = [_clear(call, file, draft, text) for text in call.body.get("ranges", [])]
    _keep(call, file, draft)
    return call.show({"spreadsheetId": file.id, "clearedRanges": [area.echo() for area in areas]})


def append(call: Call) -> Json:
    """Answer ``values.append``: below the last table that touches the range."""
    file = writable(call)
    draft = _document(file).copy()
    option = call.text("valueInputOption")
    entering.input_option(option)
    inserts = call.text("insertDataOption", "OVERWRITE") == "INSERT_ROWS"
    area = a1.find(draft, call.path["range"])
    table = _table(area)
    top, left = (table.bottom, table.left) if table else (area.top, area.left)
    rows = entering.rows_of(call.body)
    if inserts:
        raise errors.unsupported("insertDataOption=INSERT_ROWS")
    tab = area.tab
    tab.rows = max(tab.rows, top + len(rows))
    tab.columns = max(tab.columns, left + max(map(len, rows), default=0))
    _check_size(draft)
    place = Area(tab, top, left, tab.rows, tab.columns, open_end=True)
    done = entering.write(call, file, draft, place, call.body, option)
    _keep(call, file, draft)
    answer: Json = {"spreadsheetId": file.id}
    if table:
        answer["tableRange"] = table.echo()
    show = call.flag("includeValuesInResponse")
    return call.show(answer | {"updates": _updated(call, draft, place, done, show)})


# --- reading --------------------------------------------------------------------------------


def _value_range(call: Call, document: Document, area: Area, prefix: str) -> Json:
    def option(name: str, default: str) -> str:
        key = f"response{name[0].upper()}{name[1:]}" if prefix else name
        return str(call.text(key) or call.body.get(key) or default)

    render = option("valueRenderOption", "FORMATTED_VALUE")
    serial = option("dateTimeRenderOption", "SERIAL_NUMBER") == "SERIAL_NUMBER"
    if render not in _RENDER:
        raise errors.bad_field(
            "value_render_option", f"Invalid value at 'value_render_option', \"{render}\""
        )
    by_columns = (call.text("majorDimension") if not prefix else "") == "COLUMNS"
    rows, columns = range(area.top, area.bottom), range(area.left, area.right)
    last_row = max(
        (row for row, column in area.tab.cells if column in columns and row in rows), default=-1
    )
    rows = range(area.top, last_row + 1)
    table = [
        [rendered(call, document, area.tab, row, column, render, serial) for column in columns]
        for row in rows
    ]
    if by_columns:
        table = [list(line) for line in zip(*table, strict=True)]
    trimmed = _trimmed(_trimmed(line, "") for line in table)
    answer: Json = {"range": area.echo(), "majorDimension": "COLUMNS" if by_columns else "ROWS"}
    return answer | ({"values": trimmed} if trimmed else {})


def _trimmed(lines: Any, blank: Any = None) -> list[Any]:
    kept = list(lines)
    empty = [] if blank is None else blank
    while kept and kept[-1] == empty and not isinstance(kept[-1], bool | int | float):
        kept.pop()
    return kept


def rendered(
    call: Call, document: Document, tab: Tab, row: int, column: int, render: str, serial: bool
) -> Any:
    """Return one cell as an answer shows it; an empty one is an empty text."""
    cell = tab.cells.get((row, column), {})
    entered = cell.get("userEnteredValue", {})
    if not entered:
        return ""
    if "stringValue" in entered:
        return entered["stringValue"]
    if render == "FORMULA" and "formulaValue" in entered:
        return entered["formulaValue"]
    value = calc.read(document, tab, row, column, call.world.results)
    if render == "FORMATTED_VALUE" or (not serial and typed.is_date(cell)):
        return typed.shown(value, cell, document)
    if isinstance(value, float):
        return typed.plain(value)
    return "" if value is None else value


# --- writing ----------------------------------------------------------------------------


def _clear(call: Call, file: File, draft: Document, text: str) -> Area:
    area = a1.find(draft, text)
    cells = [
        (row, column)
        for row, column in area.tab.cells
        if area.top <= row < area.bottom and area.left <= column < area.right
    ]
    check_cells(call, file, area.tab, cells)
    for row, column in cells:
        area.tab.set_value(row, column, None)
    return area


def _updated(
    call: Call, draft: Document, area: Area, written: set[tuple[int, int]], show: bool
) -> Json:
    answer: Json = {"spreadsheetId": call.path["spreadsheetId"], "updatedRange": area.echo()}
    if not written:
        corner = Area(area.tab, area.top, area.left, area.top + 1, area.left + 1)
        return answer | {"updatedRange": corner.echo()}
    size = Area(
        area.tab,
        area.top,
        area.left,
        max(row for row, _ in written) + 1,
        max(column for _, column in written) + 1,
    )
    answer |= {
        "updatedRange": size.echo(),
        "updatedRows": len({row for row, _ in written}),
        "updatedColumns": len({column for _, column in written}),
        "updatedCells": len(written),
    }
    return answer | ({"updatedData": _value_range(call, draft, size, "response")} if show else {})


def _table(area: Area) -> Area | None:
    """Return the last block of filled cells that touches the range."""
    filled = {place for place in area.tab.cells if area.tab.value(*place)}
    inside = sorted(
        (row, column)
        for row, column in filled
        if area.top <= row < area.bottom and area.left <= column < area.right
    )
    if not inside:
        return None
    block, edge = {inside[-1]}, [inside[-1]]
    while edge:
        row, column = edge.pop()
        near = {(row + r, column + c) for r in (-1, 0, 1) for c in (-1, 0, 1)} & filled - block
        block |= near
        edge += near
    rows, columns = {row for row, _ in block}, {column for _, column in block}
    return Area(area.tab, min(rows), min(columns), max(rows) + 1, max(columns) + 1)


def _check_size(draft: Document) -> None:
    if draft.cell_count() > CELL_LIMIT:
        raise errors.sheets(
            400,
            "This action would increase the number of cells in the workbook above the limit of "
            f"{CELL_LIMIT} cells.",
        )


def _document(file: File) -> Document:
    assert file.document is not None
    return file.document


def _keep(call: Call, file: File, draft: Document) -> None:
    file.document = draft
    call.world.store.touch(file, call.caller)
