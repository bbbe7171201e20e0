"""What a write puts into cells: ``RAW``, or as a person types it (reference/google.md §9.4)."""

from typing import Any

from . import a1, errors, typed
from .a1 import Area
from .document import Document
from .errors import Json
from .files import File
from .guard import check_cells
from .world import Call


def input_option(option: str) -> None:
    """Refuse an option that is missing or unknown."""
    if option in {"", "INPUT_VALUE_OPTION_UNSPECIFIED"}:
        raise errors.sheets(400, "'valueInputOption' is required but not specified")
    if option not in {"RAW", "USER_ENTERED"}:
        at = "value_input_option"
        raise errors.bad_field(at, f"Invalid value at '{at}' (TYPE_ENUM), \"{option}\"")


def rows_of(data: Json) -> list[list[Any]]:
    """Return the rows of a ``ValueRange``, whichever way it is written."""
    lines = data.get("values") or []
    for line in lines:
        if not isinstance(line, list):
            kind = "type.googleapis.com/google.protobuf.ListValue"
            shown = f'"{line}"' if isinstance(line, str) else line
            raise errors.bad_field(
                "data.values", f"Invalid value at 'data.values' ({kind}), {shown}"
            )
    if data.get("majorDimension", "ROWS") == "COLUMNS":
        height = max(map(len, lines), default=0)
        return [[line[n] if n < len(line) else None for line in lines] for n in range(height)]
    return [list(line) for line in lines]


def write(
    call: Call, file: File, draft: Document, area: Area, data: Json, option: str
) -> set[tuple[int, int]]:
    """Write into the draft; returns the cells written. ``null`` skips, ``""`` clears."""
    tab = area.tab
    rows = rows_of(data)
    cells = {
        (area.top + r, area.left + c): value
        for r, line in enumerate(rows)
        for c, value in enumerate(line)
        if value is not None
    }
    height, width = len(rows), max(map(len, rows), default=0)
    single = area.bottom - area.top == 1 and area.right - area.left == 1
    if not single and not area.open_end:
        _check_inside(area, height, width)
    if area.top + height > tab.rows or area.left + width > tab.columns:
        reached = Area(tab, area.top, area.left, area.top + height, area.left + width).echo()
        raise errors.sheets(
            400,
            f"Range ({reached}) exceeds grid limits. Max rows: {tab.rows}, max columns: "
            f"{tab.columns}",
        )
    check_cells(call, file, tab, cells)
    for (row, column), value in cells.items():
        old = tab.cells.get((row, column), {})
        entered, form = _entered(value, draft, option, old)
        new = {**old, "userEnteredValue": entered}
        style = old.get("userEnteredFormat", {})
        if form is not None and "numberFormat" not in style:
            new["userEnteredFormat"] = {**style, "numberFormat": form}
        tab.put(row, column, new)
    return set(cells)


def _check_inside(area: Area, height: int, width: int) -> None:
    inside = f"Requested writing within range [{area.echo()}], but tried writing to"
    if width > area.right - area.left:
        raise errors.sheets(400, f"{inside} column [{a1.letters(area.right)}]")
    if height > area.bottom - area.top:
        raise errors.sheets(400, f"{inside} row [{area.bottom + 1}]")


def _entered(value: Any, document: Document, option: str, cell: Json) -> tuple[Json, Json | None]:
    if isinstance(value, bool):
        return {"boolValue": value}, None
    if isinstance(value, int | float):
        return {"numberValue": value}, None
    if not isinstance(value, str):
        kind = "struct_value" if isinstance(value, dict) else "list_value"
        raise errors.sheets(400, f"Invalid values[0][0]: {kind} {{ }}")
    if len(value) > 50_000:
        raise errors.sheets(
            400, "Your input contains more than the maximum of 50000 characters in a single cell."
        )
    if option == "RAW":
        return ({"stringValue": value} if value else {}), None
    if typed.is_text(cell):
        if value.startswith("'"):
            raise errors.unsupported("an apostrophe typed before the text of a plain-text cell")
        return ({"stringValue": value} if value else {}), None
    return typed.typed(value, document)
